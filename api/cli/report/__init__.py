"""``flurwerk report``: a period's report, and what is asked of the published ones."""

from importlib import import_module

import click

SUBCOMMANDS = ("verify", "diff", "due")
"""The subcommands, each in the module of its name below this one."""
MAKE = "make"
DUE = "--due"
"""The option that asks for no period's report, but for what is due."""


class Reports(click.Group):
    """Subcommands; what is none of them is a period whose report is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, as help lists them."""
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in (MAKE, *SUBCOMMANDS):
            return None
        return getattr(import_module(f"api.cli.report.{cmd_name}"), f"{cmd_name}_command")

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let ``flurwerk report 2023-H2`` mean its report, and ``flurwerk report --due`` what is due."""
        if DUE in args:
            args = ["due", *(argument for argument in args if argument != DUE)]
        if args and args[0] not in (*SUBCOMMANDS, *ctx.help_option_names):
            args = [MAKE, *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command asked for; its usage shows no word that nobody has to write."""
        name, command, rest = super().resolve_command(ctx, args)
        return {MAKE: "", "due": DUE}.get(name or "", name), command, rest


@click.group("report", cls=Reports)
def report_command() -> None:
    """Make the report of a period: flurwerk report 2023-H2 --out DIR (see: flurwerk report 2023-H2 --help).

    What is due without anybody asking: flurwerk report --due (see: flurwerk report --due --help).
    """
