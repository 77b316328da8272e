"""What the export commands have in common: the selection, and the account of what was written and left out."""

from collections.abc import Iterable

import click

from geo.exchange.account import Account, Remark, by_reason
from geo.formatting import number
from geo.records.layers import LAYERS
from geo.records.layers.layer import Text

SHOWN = 3
"""How many records are named of those left out for one reason."""
WRITTEN = Text("{count} geschrieben", "{count} written")
LEFT_OUT = Text("{count} ausgelassen, {reason}", "{count} left out, {reason}")
INCOMPLETE = Text("{count} unvollständig, {reason}", "{count} incomplete, {reason}")
NOT_COVERED = Text(
    "{count} ausgelassen, das Format kennt sie nicht", "{count} left out, the format has no place for them"
)

programme_option = click.option(
    "--programme",
    "programmes",
    multiple=True,
    metavar="SOURCE_ID",
    help="Only records of this programme; can be repeated. All records by default.",
)


def print_account(account: Account, language: str) -> None:
    """Print a line for each layer's written records, and one for each reason why others are not among them."""
    for layer, count in account.written.items():
        _line(layer, WRITTEN, count, "", language)
    for template, remarks in ((LEFT_OUT, account.left_out), (INCOMPLETE, account.incomplete)):
        for (layer, reason), found in by_reason(remarks).items():
            _line(layer, template, len(found), f"{reason.in_language(language)}: {_examples(found)}", language)
    for layer, count in account.not_covered.items():
        _line(layer, NOT_COVERED, count, "", language)


def _line(layer: str, template: Text, count: int, reason: str, language: str) -> None:
    title = LAYERS[layer].title.in_language(language)
    told = template.in_language(language).format(count=number(count, language), reason=reason)
    click.echo(f"{title}: {told}", err=True)


def _examples(found: Iterable[Remark]) -> str:
    names = [one.source_id for one in found]
    return ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
