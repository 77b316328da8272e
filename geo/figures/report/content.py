"""Compiles a period's report from the records; within geo.store.database.as_recorded, as recorded at that time."""

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from geo.figures.kpis import Indicator, evaluation
from geo.figures.kpis.indicator import FIRST_IN_TEXT
from geo.figures.kpis.parts import Reforms
from geo.figures.kpis.reform_notes import note
from geo.figures.report import table
from geo.figures.report.columns import columns, periods_of
from geo.figures.report.model import Definition, Record, Report, SplitPart, Status
from geo.figures.report.redefining import redefinitions
from geo.figures.report.sentences import sentences
from geo.periods import Period
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
) -> Report:
    """Return the period's report as a draft.

    ``recorded_at`` is the instant that the connection shows (None: now). ``computed`` are the computed indicators
    (None: those currently defined).
    """
    shown = columns(period)
    trend = own_rhythm().until(period, PERIODS_SHOWN)
    requested = {each.name: each for each in (*periods_of(shown), *trend)}
    known = table.values(connection, list(requested.values()), computed)
    lines = table.lines(known, period, shown)
    reforms = evaluation.reforms(connection)
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
        splits={indicator.key: _split(connection, indicator, period, reforms) for indicator in own},
        records={each.key: _records(connection, each, period, reforms) for each in counted if len(each.sides) == 1},
        definitions={each.key: Definition.of(each, is_line=each.key in keys) for each in counted},
        status=Status("draft", recorded_at or datetime.now(UTC), version("flurwerk")),
        goals=GOALS,
        notes=tuple(filter(None, [note(reforms, period)])),
        redefinitions=redefinitions(own, list(requested.values())),
    )


def _split(connection: Connection, indicator: Indicator, period: Period, reforms: Reforms) -> tuple[SplitPart, ...]:
    parts = evaluation.by_district(connection, indicator, period, known=reforms)
    # A figure that is not recorded has no parts; a ratio may have some with nothing to divide by.
    told = [(part, amount) for part, amount in parts if amount is not None or not indicator.is_sum]
    return tuple(SplitPart(part, amount, indicator.printed(amount)) for part, amount in told)


def _records(connection: Connection, indicator: Indicator, period: Period, reforms: Reforms) -> tuple[Record, ...]:
    found = evaluation.rows(connection, indicator, period, known=reforms)
    return tuple(Record(**row._asdict()) for row in found)
