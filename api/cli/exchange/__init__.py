"""``flurwerk export``: writes records in the field's exchange formats, one module per format."""

import click

from api.cli.exchange.xtrasse import xtrasse_command


@click.group("export")
def export_command() -> None:
    """Write records in a format that others ask for."""


export_command.add_command(xtrasse_command)
