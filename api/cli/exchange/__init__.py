"""``flurwerk export`` and ``flurwerk import``: exchange formats of the field, one module per format."""

import click

from api.cli.exchange.openimmo import openimmo_command
from api.cli.exchange.openimmo_feedback import feedback_command
from api.cli.exchange.xtrasse import xtrasse_command


@click.group("export")
def export_command() -> None:
    """Write records in an exchange format of the field (docs/exchange.md)."""


@click.group("import")
def import_command() -> None:
    """Book what others send in an exchange format of the field (docs/exchange.md)."""


export_command.add_command(openimmo_command)
export_command.add_command(xtrasse_command)
import_command.add_command(feedback_command)
