"""``flurwerk export``: records in the field's exchange formats."""

from importlib import import_module

import click

COMMANDS = {"ofds": "ofds", "gis-nb": "gis_nb"}
"""The module of each format."""


class Formats(click.Group):
    """Command group of one command per format, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the formats."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command with this name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = COMMANDS[cmd_name]
        return getattr(import_module(f"api.cli.exchange.{module}"), f"{module}_command")


@click.group("export", cls=Formats)
def export_command() -> None:
    """Write records in an exchange format of the field: flurwerk export FORMAT --help.

    Each prints how many records it wrote, how many it left out, and why.
    """
