"""Compiles a period's report from the records; within geo.store.database.as_recorded, as recorded at that time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from geo.figures.kpis import Indicator, evaluation
from geo.figures.kpis.indicator import FIRST_IN_TEXT
from geo.figures.kpis.parts import Reforms
from geo.figures.kpis.reform_notes import earlier_note, note
from geo.figures.kpis.within_part import PartOfCity
from geo.figures.report import table
from geo.figures.report.columns import columns, periods_of
from geo.figures.report.extract import WHOLE, Extract, part_of, refuse_empty_level
from geo.figures.report.model import Definition, Record, Report, ReportPart, SplitPart, Status
from geo.figures.report.redefining import redefinitions
from geo.figures.report.sentences import sentences
from geo.periods import Period, parse_period
from geo.profile.levels import UPPER
from geo.records.layers.layer import Text
from geo.records.layers.reporting import GOALS
from geo.rhythm import own_rhythm
from geo.store.database import Connection

PERIODS_SHOWN = 6
"""Of the trends."""


def content(
    connection: Connection,
    period: Period,
    recorded_at: datetime | None = None,
    computed: Sequence[Indicator] | None = None,
    extract: Extract = WHOLE,
    like: Report | None = None,
) -> Report:
    """Return the period's report as a draft, of the whole or one part of the city.

    ``recorded_at`` is the instant that the connection shows (None: now). ``computed`` are the computed indicators
    (None: those currently defined). It has the columns and the periods of the trends of the report ``like``, else those
    of the agency's rhythm, which may have changed since. Raises UnknownPart.
    """
    shown = list(like.columns) if like else columns(period)
    trend = _periods_of_trends(like) if like else own_rhythm().until(period, PERIODS_SHOWN)
    requested = {each.name: each for each in (*periods_of(shown), *trend)}
    reforms = evaluation.reforms(connection)
    refuse_empty_level(connection, period, extract, reforms)
    of = part_of(connection, period, extract, reforms)
    by = By(reforms, extract.level or UPPER, of)
    periods = list(requested.values())
    known = (
        table.values_of_part(connection, periods, computed, of)
        if of
        else table.values(connection, periods, computed, reforms)
    )
    lines = table.lines(known, period, shown)
    actual = next(
        place for place, column in enumerate(shown) if (column.period, column.content) == (period.name, "actual")
    )
    own = evaluation.in_force(known.computed, period)
    counted = evaluation.counted(known.computed, period)
    keys = {indicator.key for indicator in own}
    return Report(
        period=period.name,
        columns=tuple(shown),
        lines=tuple(line for line in lines if line.position < FIRST_IN_TEXT),
        key_figures=tuple(line for line in lines if line.position >= FIRST_IN_TEXT),
        sentences=tuple(sentences({line.key: line for line in lines}, actual)),
        trends={line.key: table.trend(known, line, trend) for line in lines},
        splits={indicator.key: _split(connection, indicator, period, by) for indicator in own if by.is_split},
        records={each.key: _records(connection, each, period, by) for each in counted if len(each.sides) == 1},
        definitions={each.key: Definition.of(each, is_line=each.key in keys) for each in counted},
        status=Status("draft", recorded_at or datetime.now(UTC), version("flurwerk")),
        goals=GOALS,
        notes=_notes(by, period, min(periods, key=lambda each: each.first)),
        redefinitions=redefinitions(own, periods),
        part=ReportPart(of.key, of.name) if of else None,
        level=by.shown,
    )


def _periods_of_trends(report: Report) -> list[Period]:
    names = {point.period for points in report.trends.values() for point in points}
    return sorted(map(parse_period, names), key=lambda period: period.first)


@dataclass(frozen=True, slots=True)
class By:
    """By what the figures are split: the parts of a level, or those of a lower one within one part."""

    reforms: Reforms
    level: str
    within: PartOfCity | None

    @property
    def is_split(self) -> bool:
        """Whether there is anything by which figures are split."""
        return self.within is None or self.within.inner is not None

    @property
    def shown(self) -> str:
        """The level of the splits."""
        return self.within.inner.level if self.within and self.within.inner else self.level


def _notes(by: By, period: Period, first: Period) -> tuple[Text, ...]:
    """Return what is to be known of the parts; ``first`` is the earliest period of which figures are shown."""
    found = [note(by.reforms, period, by.shown)]
    if by.within:
        own = note(by.reforms, period) if by.shown != UPPER else None
        found += [own, earlier_note(by.reforms, first, period)]
    return tuple(filter(None, found))


def _split(connection: Connection, indicator: Indicator, period: Period, by: By) -> tuple[SplitPart, ...]:
    parts = evaluation.by_district(connection, indicator, period, level=by.level, known=by.reforms, within=by.within)
    # A figure that is not recorded has no parts. There may be some with nothing to divide by, or that are not known.
    if indicator.is_sum and all(amount is None for _, amount in parts):
        return ()
    return tuple(SplitPart(part, amount, indicator.printed(amount)) for part, amount in parts)


def _records(connection: Connection, indicator: Indicator, period: Period, by: By) -> tuple[Record, ...]:
    found = evaluation.rows(connection, indicator, period, level=by.level, known=by.reforms, within=by.within)
    return tuple(Record(**row._asdict()) for row in found)
