"""``flurwerk report``: writes and publishes a period's report, and checks and compares published ones."""

from importlib import import_module

import click

SUBCOMMANDS = ("verify", "diff", "due")
"""The subcommands, each in the submodule of the same name."""
MAKE = "make"
DUE = "--due"
"""The option that runs scheduled work instead of writing a period's report."""


class Reports(click.Group):
    """Command group that takes any argument other than a subcommand for the period of a report."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help text."""
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command with this name, or None."""
        if cmd_name not in (MAKE, *SUBCOMMANDS):
            return None
        return getattr(import_module(f"api.cli.report.{cmd_name}"), f"{cmd_name}_command")

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Map ``flurwerk report 2023-H2`` to the command make, and ``flurwerk report --due`` to the command due."""
        if DUE in args:
            args = ["due", *(argument for argument in args if argument != DUE)]
        if args and args[0] not in (*SUBCOMMANDS, *ctx.help_option_names):
            args = [MAKE, *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command with the name that its usage message shows, which is what people type."""
        name, command, rest = super().resolve_command(ctx, args)
        return {MAKE: "", "due": DUE}.get(name or "", name), command, rest


@click.group("report", cls=Reports)
def report_command() -> None:
    """Write the report of a period: flurwerk report 2023-H2 --out DIR (see: flurwerk report 2023-H2 --help).

    Run scheduled work that is due: flurwerk report --due (see: flurwerk report --due --help).
    """
