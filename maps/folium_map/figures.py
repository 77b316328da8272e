"""The period's indicators for the box on the map, and their split by district."""

from dataclasses import dataclass
from decimal import Decimal

from geo.figures.kpis import Indicator, evaluation
from geo.figures.kpis.disclosure import NOTHING_HIDDEN, cells_hidden, counts, is_suppressed_for, shown_of, unlisted
from geo.figures.kpis.evaluation import Part
from geo.figures.kpis.figures import Figure, compute
from geo.figures.kpis.indicator import Shown
from geo.figures.kpis.kpi_sql import OUTSIDE, UNLOCATED
from geo.figures.kpis.parts import Reforms
from geo.figures.kpis.recorded import absent
from geo.figures.kpis.suppression import TOTAL, Cell
from geo.formatting import NOTHING, number, printed
from geo.periods import Period
from geo.records.layers.layer import Audience, Text
from geo.store.database import Connection
from maps.texts import WORDS

NOT_SHOWN = NOTHING


@dataclass(frozen=True, slots=True)
class Share:
    """A district's part of an indicator: its name, the exact amount (None: not shown) and the formatted amount."""

    part: str
    amount: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the box; ``sign`` is the unit printed after the number, or an empty text."""

    key: str
    label: str
    sign: str
    target: str
    actual: str
    shares: tuple[Share, ...]


def lines(connection: Connection, period: Period, audience: Audience, language: str) -> list[Line]:
    """Return every indicator of the period, formatted, with its split; the public sees no small counts."""
    found: list[Line] = []
    reforms = evaluation.reforms(connection)
    for figure in compute(connection, [period], audience=audience):
        parts = evaluation.by_district(connection, figure.indicator, period, audience, known=reforms)
        hidden = _hidden(connection, figure.indicator, period, [part.part for part in parts], audience, reforms)
        parts += [Part(part, Decimal(0)) for part in unlisted([part.part for part in parts], period, hidden)]
        found.append(_line(figure, parts, hidden, language))
    return found


def _hidden(
    connection: Connection,
    indicator: Indicator,
    period: Period,
    parts: list[str],
    audience: Audience,
    reforms: Reforms,
) -> frozenset[Cell]:
    if not is_suppressed_for(audience, indicator):
        return NOTHING_HIDDEN
    if shown_of(indicator, period) is not Shown.COUNTS:
        return cells_hidden(indicator, period, [], parts, reforms=reforms)
    hidden = NOTHING_HIDDEN
    for side in indicator.sides:
        query = counts(side, period, reforms)
        rows = connection.execute(*query).fetchall() if query else []
        hidden |= cells_hidden(side, period, rows, parts, reforms=reforms)
    return hidden


def _line(figure: Figure, parts: list[Part], hidden: frozenset[Cell], language: str) -> Line:
    indicator = figure.indicator
    is_hidden = Cell(figure.period, TOTAL) in hidden
    has_number = is_hidden or figure.actual is not None
    return Line(
        key=indicator.key,
        label=indicator.label.in_language(language),
        sign=indicator.unit.printed.in_language(language) if indicator.unit.printed and has_number else "",
        target=printed(figure.target, indicator.decimals, None, language),
        actual=NOT_SHOWN if is_hidden else _written(figure, language),
        shares=tuple(
            _share(part, Cell(figure.period, part.part) in hidden, indicator.part_decimals, absent(indicator), language)
            for part in parts
        ),
    )


def _share(part: Part, is_hidden: bool, decimals: int, nothing: Text, language: str) -> Share:
    name = WORDS[part.part].in_language(language) if part.part in {OUTSIDE, UNLOCATED} else part.part
    if is_hidden:
        return Share(name, None, NOT_SHOWN)
    if part.amount is None:
        return Share(name, None, nothing.in_language(language))
    return Share(name, float(part.amount), number(part.amount, language, decimals if part.amount else 0))


def _written(figure: Figure, language: str) -> str:
    if figure.rounded is None:
        return absent(figure.indicator).in_language(language)
    return printed(figure.rounded, figure.indicator.decimals, None, language)
