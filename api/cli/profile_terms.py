"""``flurwerk profile terms``: lists the texts that the agency's profile can put in its own words."""

from collections.abc import Mapping

import click
from rich.markup import escape
from rich.table import Table

from api.cli.printing import console, write_records
from api.cli.telling import tell
from geo.profile import profile
from geo.records.layers import ALL_LAYERS
from geo.records.layers.termed import texts_of
from geo.text import Text
from maps import texts as map_texts
from maps.figures.report import words as report_words
from maps.land.handouts import words as handout_words
from maps.page_texts import page_texts

FIELDS = ("key", "de", "en", "own")


def all_texts() -> dict[str, Text]:
    """Return all texts as they are now, by the keys of the profile's ``terms``. Raises ProfileError for mistakes."""
    groups: tuple[tuple[str, Mapping[str, Text]], ...] = (
        ("report", report_words.WORDS),
        ("map", map_texts.WORDS),
        ("handout", handout_words.WORDS),
        ("page", page_texts()),
    )
    found = texts_of(ALL_LAYERS)
    return found | {f"{prefix}.{key}": text for prefix, texts in groups for key, text in texts.items()}


@click.command("terms")
@click.argument("word", required=False)
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def terms_command(word: str | None, form: str) -> None:
    """List the texts that the profile can override, with their keys; only those with WORD in key or text.

    In profile.toml a text is overridden by its key: under [terms], "report.target" = { de = "Plan", en = "Plan" }.
    """
    wanted = (word or "").casefold()
    own = profile().terms
    records = [
        {"key": key, "de": text.de, "en": text.en, "own": key in own}
        for key, text in all_texts().items()
        if any(wanted in each.casefold() for each in (key, text.de, text.en))
    ]
    if form != "table":
        write_records(records, FIELDS, form)
        return
    if not records:
        tell(Text(f"In keinem Text steht „{word}“.", f"No text has “{word}” in it."))
        return
    table = Table("key", "Deutsch", "English")
    for record in records:
        mark = " *" if record["own"] else ""
        table.add_row(escape(f"{record['key']}{mark}"), escape(str(record["de"])), escape(str(record["en"])))
    console().print(table)
    if any(record["own"] for record in records):
        tell(Text("* aus dem Profil", "* of the profile"))
