"""Formatting of a report's values: 54.900 m², 1,5 Mio. €, 263.352 (Jahr), −3.200 m²."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from geo.figures.kpis.recorded import NOT_RECORDED
from geo.figures.report.model import Cell, Correction, Definition, Line, Report
from geo.formatting import NOTHING, day, number, printed
from geo.periods import CITY_TIME
from maps.figures.report.words import say

SPACE = "\N{NO-BREAK SPACE}"
OTHER_PARTS = ("outside", "unlocated", "unassigned")
OF_THESE = ("davon: ", "of these: ")
"""The prefixes of labels that name a part of the line above."""


def cell(line: Line, of: Cell, language: str) -> str:
    """Return the text of a cell of the table: that it is not recorded, or a dash if there is no value."""
    if of.not_recorded:
        return NOT_RECORDED.in_language(language).replace(" ", SPACE)
    if of.text is None and of.shown is None:
        return NOTHING
    text = printed(of.shown, line.decimals, line.unit, language) if of.text is None else of.text
    return say("of_year", language, value=text).replace(" (", f"{SPACE}(") if of.of_year else text


def change(correction: Correction, language: str) -> str:
    """Return the change of a corrected figure with its unit and sign."""
    text = printed(correction.shown, correction.decimals, correction.unit, language)
    return text if correction.shown < 0 else f"+{text}"


def correction_line(correction: Correction, language: str) -> str:
    """Return a correction as one line, such as "Korrektur zu 2023-H2: 54.900 m² → 51.700 m², −3.200 m² (…)"."""
    amount = change(correction, language)
    if correction.printed:
        before, after = (printed(value, correction.decimals, correction.unit, language) for value in correction.printed)
        amount = say("corrected", language, before=before, after=after, amount=amount)
    text = say("correction", language, period=correction.period, amount=amount)
    causes = "; ".join(cause.what.in_language(language) for cause in correction.causes)
    return f"{text} ({causes})" if causes else text


def below(report: Report, line: Line, language: str) -> list[str]:
    """Return what is printed below a line: its corrections, and since when it is defined otherwise."""
    corrections = [correction_line(one, language) for one in report.corrections if one.key == line.key]
    return [*corrections, *(one.text.in_language(language) for one in report.redefinitions if one.key == line.key)]


def rule(report: Report, definition: Definition, language: str) -> str:
    """Return an indicator's rule of counting, followed by since when it holds if that is within the periods shown."""
    changes = (one.text.in_language(language) for one in report.redefinitions if one.key == definition.key)
    return " ".join([definition.rule.in_language(language), *changes])


def part_name(part: str, language: str) -> str:
    """Return the name of a part of a split: a district, or "outside" and "unlocated" in words."""
    return say(part, language) if part in OTHER_PARTS else part


def part_names(parts: str, language: str) -> str:
    """Return the names of a record's districts, given separated by ``|``."""
    return ", ".join(part_name(part, language) for part in parts.split("|"))


def part(value: Decimal | None, definition: Definition, language: str) -> str:
    """Return a district's part of a figure, formatted; that it is not recorded, or a dash if there is none."""
    if value is None:
        return definition.absent.in_language(language).replace(" ", SPACE)
    return number(value, language, definition.part_decimals)


def other_parts(report: Report, key: str) -> Decimal | None:
    """Return what a figure has in parts that its split does not name: nothing, or None if its parts are not known."""
    split = report.splits[key]
    return None if any(one.exact is None for one in split) else report.definitions[key].nothing


def has_goals(report: Report) -> bool:
    """Return whether a line serves any goal; without one, tables have no column for them."""
    return any(line.goals for line in (*report.lines, *report.key_figures))


def total_name(report: Report, keys: Iterable[str], language: str) -> str:
    """Return what stands beside the figures of the whole below their parts: the sum, if all of them are sums."""
    return say("total" if all(report.definitions[key].is_sum for key in keys) else "overall", language)


def total(report: Report, key: str) -> Decimal | None:
    """Return the exact figure of an indicator in the report's own period."""
    own = next(at for at, one in enumerate(report.columns) if (one.period, one.content) == (report.period, "actual"))
    return report.line(key).cells[own].exact


def record_amount(value: Decimal, definition: Definition, language: str) -> str:
    """Return a record's contribution to a figure, formatted."""
    return number(value, language, definition.unit.value.record_decimals)


def unit_of(definition: Definition, language: str) -> str | None:
    """Return the unit of a computed indicator, or None for a count."""
    return definition.unit.printed.in_language(language) if definition.unit.printed else None


def with_unit(definition: Definition, language: str) -> str:
    """Return the label of a computed indicator, followed by its unit unless the label contains it."""
    label, unit = short(definition.label.in_language(language)), unit_of(definition, language)
    return label if unit is None or label.endswith((f" {unit}", " qm")) else f"{label} ({unit})"


def place_of_part(part: str) -> int:
    """Return the sort key of a part of a split: districts first, the parts outside any district last."""
    return OTHER_PARTS.index(part) + 1 if part in OTHER_PARTS else 0


def short(label: str) -> str:
    """Return a label that reads on its own, without the leading “of these”."""
    for beginning in OF_THESE:
        label = label.removeprefix(beginning)
    return label[:1].upper() + label[1:]


def is_part(label: str) -> bool:
    """Return whether a label names a part of the line above."""
    return label.startswith(OF_THESE)


def moment(instant: datetime, language: str) -> str:
    """Return day and time in the city's time zone."""
    local = instant.astimezone(CITY_TIME)
    text = say("at_time", language, day=day(local.date(), language), time=f"{local:%H:%M}")
    return text.replace(" Uhr", f"{SPACE}Uhr")
