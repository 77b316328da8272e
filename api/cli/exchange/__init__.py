"""``flurwerk export`` and ``flurwerk import``: exchange formats of the field, one module per format."""

from importlib import import_module

import click


class Formats(click.Group):
    """Command group of one command per format, each in a module of its own, which is imported when it is used."""

    def __init__(self, modules: dict[str, str], **options: object) -> None:
        """Take the module and the function of each format, separated by a colon."""
        super().__init__(**options)  # pyright: ignore[reportArgumentType]
        self.modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the formats."""
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command with this name, or None."""
        if cmd_name not in self.modules:
            return None
        module, _, function = self.modules[cmd_name].partition(":")
        return getattr(import_module(f"api.cli.exchange.{module}"), function)


export_command = Formats(
    {
        "ofds": "ofds:ofds_command",
        "gis-nb": "gis_nb:gis_nb_command",
        "xtrasse": "xtrasse:xtrasse_command",
        "openimmo": "openimmo:openimmo_command",
    },
    name="export",
    help="""Write records in an exchange format of the field: flurwerk export FORMAT --help.

    Each prints how many records it wrote, how many it left out, and why.""",
)
import_command = Formats(
    {"openimmo-feedback": "openimmo_feedback:feedback_command"},
    name="import",
    help="Book what others send in an exchange format of the field: flurwerk import FORMAT --help.",
)
