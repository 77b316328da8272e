"""``flurwerk export`` and ``flurwerk import``: exchange formats of the field, one module per format."""

from collections.abc import Mapping
from importlib import import_module

import click

from geo.records.layers.kept import are_kept, refuse_switched_off
from geo.text import Text

NEEDED: Mapping[str, tuple[str, ...]] = {
    "ofds": ("programmes", "operators", "trenches", "connections", "network_nodes", "ducts", "cables"),
    "gis-nb": ("programmes", "operators", "trenches", "connections", "network_nodes", "ducts", "cables"),
    "xtrasse": ("programmes", "operators", "trenches"),
    "openimmo": ("properties", "brokerages"),
    "openimmo-feedback": ("inquiries", "parties", "properties"),
}
"""The layers without which there is no such format."""


class Formats(click.Group):
    """Command group of one command per format, each in a module of its own, which is imported when it is used."""

    def __init__(self, modules: dict[str, str], **options: object) -> None:
        """Take the module and the function of each format, separated by a colon."""
        super().__init__(**options)  # pyright: ignore[reportArgumentType]
        self.modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the formats for which the agency keeps the layers."""
        return [name for name in self.modules if are_kept(*NEEDED[name])]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command with this name, or None. Raises SwitchedOff if the agency does not keep its layers."""
        if cmd_name not in self.modules:
            return None
        refuse_switched_off(Text(f"Format {cmd_name}", f"Format {cmd_name}"), *NEEDED[cmd_name])
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
