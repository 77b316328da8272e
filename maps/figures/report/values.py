"""The values of a report as people read them: 54.900 m², 1,5 Mio. €, 263.352 (Jahr), −3.200 m²."""

import re
from datetime import datetime
from decimal import Decimal

from geo.figures.report.model import Cell, Correction, Definition, Line
from geo.formatting import day, number
from geo.periods import CITY_TIME
from geo.records.layers.layer import Text
from maps.figures.report.words import say

UNPRINTABLE = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
SPACE = "\N{NO-BREAK SPACE}"
NOTHING = "–"
OTHER_PARTS = ("outside", "unlocated")
OF_THESE = ("davon: ", "of these: ")
"""How the labels begin that tell what of the line above."""


def clean(text: str) -> str:
    """The text without the characters that no document can hold."""
    return UNPRINTABLE.sub("", text)


def amount(value: Decimal, unit: Text | None, decimals: int, language: str) -> str:
    """A number with its unit; the spaces in between do not break."""
    text = number(value, language, decimals)
    return f"{text} {unit.in_language(language)}".replace(" ", SPACE) if unit else text


def cell(line: Line, of: Cell, language: str) -> str:
    """What stands in a cell of the table."""
    if of.text is not None:
        said = of.text
    elif of.shown is None:
        return NOTHING
    else:
        said = amount(of.shown, line.unit, line.decimals, language)
    return say("of_year", language, value=said).replace(" (", f"{SPACE}(") if of.of_year else said


def change(correction: Correction, language: str) -> str:
    """By how much a figure has changed, with its sign."""
    said = amount(correction.shown, correction.unit, correction.decimals, language)
    return said if correction.shown < 0 else f"+{said}"


def correction_line(correction: Correction, language: str) -> str:
    """Korrektur zu 2023-H2: −3.200 m² (…)."""
    said = say("correction", language, period=correction.period, amount=change(correction, language))
    causes = "; ".join(cause.what.in_language(language) for cause in correction.causes)
    return f"{said} ({causes})" if causes else said


def part_name(part: str, language: str) -> str:
    """A part of a split, as it is called."""
    return say(part, language) if part in OTHER_PARTS else part


def part_names(parts: str, language: str) -> str:
    """The districts of a record, which ``|`` separates."""
    return ", ".join(part_name(part, language) for part in parts.split("|"))


def part(value: Decimal, definition: Definition, language: str) -> str:
    """A district's part of a figure."""
    return number(value, language, definition.unit.value.part_decimals)


def record_amount(value: Decimal, definition: Definition, language: str) -> str:
    """What a record adds to a figure."""
    return number(value, language, definition.unit.value.record_decimals)


def unit_of(definition: Definition, language: str) -> str | None:
    """The unit of a computed indicator; None of a count."""
    return definition.unit.printed.in_language(language) if definition.unit.printed else None


def with_unit(definition: Definition, language: str) -> str:
    """The label of a computed indicator, with its unit where it does not say it."""
    label, unit = short(definition.label.in_language(language)), unit_of(definition, language)
    return label if unit is None or label.endswith((f" {unit}", " qm")) else f"{label} ({unit})"


def place_of_part(part: str) -> int:
    """Where a part of a split stands: the districts first, what lies in none behind them."""
    return OTHER_PARTS.index(part) + 1 if part in OTHER_PARTS else 0


def short(label: str) -> str:
    """A label that stands alone: without the “of these” that ties it to the line above it."""
    for beginning in OF_THESE:
        label = label.removeprefix(beginning)
    return label[:1].upper() + label[1:]


def is_part(label: str) -> bool:
    """Whether a label tells what of the line above."""
    return label.startswith(OF_THESE)


def moment(instant: datetime, language: str) -> str:
    """A day and time in the city."""
    local = instant.astimezone(CITY_TIME)
    said = say("at_time", language, day=day(local.date(), language), time=f"{local:%H:%M}")
    return said.replace(" Uhr", f"{SPACE}Uhr")
