"""Sentences about key figures for the report's text. To add one, add an entry to SENTENCES."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from geo.figures.report.model import Line
from geo.formatting import printed
from geo.records.layers.layer import Text


class Sentence(NamedTuple):
    """A template: ``{key}`` is replaced by a figure with its unit, ``{key:one|many}`` by one with the given noun."""

    keys: tuple[str, ...]
    words: Text


SENTENCES = (
    Sentence(
        ("public_land_m2", "public_land_plots"),
        Text(
            "Öffentliche Grundstücke: {public_land_m2} verkauft oder in Erbpacht vergeben, in "
            "{public_land_plots:Vorgang|Vorgängen}.",
            "Public land: {public_land_m2} sold or let on ground lease, in {public_land_plots:deal|deals}.",
        ),
    ),
    Sentence(
        ("trench_planned_km", "trench_laid_km"),
        Text(
            "Trassen des geförderten Ausbaus: {trench_planned_km} in Planung, {trench_laid_km} verlegt.",
            "Trenches of the funded rollout: {trench_planned_km} being planned, {trench_laid_km} laid.",
        ),
    ),
    Sentence(
        ("mobile_requests",),
        Text(
            "Mobilfunk: {mobile_requests:Anfrage|Anfragen} zu Standorten (Suchkreise) eingegangen.",
            "Mobile network: {mobile_requests:request|requests} for sites (search rings) received.",
        ),
    ),
    Sentence(
        ("letters_of_intent",),
        Text(
            "Mit Telekommunikationsunternehmen: {letters_of_intent:Absichtserklärung (LOI)|Absichtserklärungen (LOI)} "
            "unterzeichnet.",
            "With telecommunication companies: {letters_of_intent:letter|letters} of intent signed.",
        ),
    ),
)


class FormattedFigure:
    """A figure that formats itself for a template's ``{key}`` or ``{key:one|many}``."""

    def __init__(self, value: Decimal, unit: str | None, decimals: int, language: str) -> None:
        self.value = value
        self.unit = unit
        self.written = printed(value, decimals, None, language)

    def __format__(self, nouns: str) -> str:
        one, _, many = nouns.partition("|")
        word = (one if self.value == 1 else many) or self.unit
        return f"{self.written}\N{NO-BREAK SPACE}{word}" if word else self.written


def sentences(lines: Mapping[str, Line], actual: int) -> list[Text]:
    """Return the sentences whose figures are all known and recorded.

    ``actual`` is the index of the period's actual in a line.
    """
    found: list[Text] = []
    for sentence in SENTENCES:
        known = [lines[key] for key in sentence.keys if key in lines and not lines[key].cells[actual].not_recorded]
        if len(known) == len(sentence.keys):
            found.append(Text(*(_filled(sentence.words, known, actual, language) for language in ("de", "en"))))
    return found


def _filled(words: Text, lines: list[Line], actual: int, language: str) -> str:
    figures = {
        line.key: FormattedFigure(
            line.cells[actual].shown or Decimal(0),
            line.unit.in_language(language) if line.unit else None,
            line.decimals,
            language,
        )
        for line in lines
    }
    return words.in_language(language).format_map(figures)
