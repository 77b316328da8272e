"""Differences of a period's figures between two states: records that appeared, disappeared or changed, and why."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from geo.figures.kpis import Indicator, evaluation
from geo.figures.kpis.area_of_city import CITY, FORMER
from geo.figures.kpis.evaluation import Row
from geo.figures.releases import labels
from geo.figures.releases.wording import cause_text
from geo.figures.releases.writes import Interval, Write, columns_read, referred, writes
from geo.figures.report.model import Report
from geo.periods import Period
from geo.records.layers.layer import Text
from geo.store.database import Connection, as_recorded

PARTS = (CITY, FORMER)
"""The layers of the city's parts, on which it depends where records lie."""
Effect = Literal["appeared", "disappeared", "changed"]
Key = tuple[str, int]
"""A record: its layer and id."""


@dataclass(frozen=True, slots=True)
class State:
    """The records behind a period's figures, as recorded at ``instant`` (None: now), by the indicators' keys.

    ``not_recorded`` are the keys of figures that are not recorded (geo.figures.kpis.recorded), which is not zero.
    """

    instant: datetime | None
    indicators: Mapping[str, Indicator]
    rows: Mapping[str, Mapping[Key, Row]]
    not_recorded: frozenset[str] = frozenset()

    def total(self, key: str) -> Decimal | None:
        """Return the exact figure; None if the indicator was not defined, or the figure is not recorded or none."""
        indicator = self.indicators.get(key)
        if indicator is None or key in self.not_recorded:
            return None
        if len(indicator.sides) > 1:
            return indicator.divided(*(self.total(side.key) for side in indicator.sides))
        return indicator.total(row.amount for row in self.rows[key].values())

    def totals(self) -> dict[str, Decimal | None]:
        """Return all exact figures, by key."""
        return {key: self.total(key) for key in self.indicators}

    def only(self, indicators: Iterable[Indicator]) -> "State":
        """Return the state limited to these indicators, and to the sides of ratios among them."""
        keys = dict.fromkeys(key for each in indicators for key in (each.key, *(side.key for side in each.sides)))
        return State(
            self.instant,
            {key: self.indicators[key] for key in keys if key in self.indicators},
            {key: self.rows[key] for key in keys if key in self.rows},
            self.not_recorded.intersection(keys),
        )


@dataclass(frozen=True, slots=True)
class RecordDifference:
    """A record that counts differently than before, with the writes to it and to the records it refers to.

    ``by_definition``: there were no such writes, but the indicator's definition differs.
    """

    effect: Effect
    layer: str
    id: int
    source: str
    source_id: str
    label: Text
    before: Row | None
    after: Row | None
    writes: tuple[Write, ...]
    by_definition: bool

    @property
    def difference(self) -> Decimal:
        """The amount by which the record changes the figure."""
        return _amount(self.after) - _amount(self.before)

    @property
    def cause(self) -> Text:
        """The reason as text that names no people."""
        return cause_text(self.layer, self.writes, by_definition=self.by_definition)


@dataclass(frozen=True, slots=True)
class Difference:
    """An indicator's exact figure in both states, and the records that make the difference (of a ratio: its sides).

    A figure is None if the indicator was not defined, or if it was not recorded, as ``not_recorded`` says of both: a
    layer's first record makes it 0 although it does not count. Or of a ratio, if there was nothing to divide by.
    """

    indicator: Indicator
    before: Decimal | None
    after: Decimal | None
    records: tuple[RecordDifference, ...]
    not_recorded: tuple[bool, bool] = (False, False)

    @property
    def difference(self) -> Decimal:
        """The difference of the figures, which for a sum is the sum of the records' differences."""
        return (self.after or Decimal()) - (self.before or Decimal())


def recorded(
    connection: Connection, period: Period, indicators: Iterable[Indicator], instant: datetime | None
) -> State:
    """Return the state as recorded at an instant (None: now), by these definitions that are in force in the period."""
    known = {indicator.key: indicator for indicator in evaluation.counted(list(indicators), period)}
    with as_recorded(connection, instant):
        rows = {
            key: by_record(evaluation.rows(connection, indicator, period))
            for key, indicator in known.items()
            if len(indicator.sides) == 1
        }
        totals = evaluation.totals(connection, [(each, period) for each in known.values() if each.is_sum])
    return State(instant, known, rows, frozenset(key for (key, _), total in totals.items() if total is None))


def state_of(report: Report) -> State:
    """Return the state that the report shows for its own period."""
    return State(
        instant=report.status.recorded_at,
        indicators={key: definition.indicator() for key, definition in report.definitions.items()},
        rows={
            key: by_record(evaluation.Row(*(getattr(row, name) for name in evaluation.Row._fields)) for row in rows)
            for key, rows in report.records.items()
        },
        not_recorded=frozenset(
            line.key
            for line in (*report.lines, *report.key_figures)
            for column, cell in zip(report.columns, line.cells, strict=True)
            if cell.not_recorded and column.period == report.period
        ),
    )


def by_record(rows: Iterable[Row]) -> dict[Key, Row]:
    """Return the rows by their record's layer and id."""
    return {(row.layer, row.id): row for row in rows}


def differences(connection: Connection, before: State, after: State) -> list[Difference]:
    """Return the differences in the report's order, without indicators whose records all count as before.

    With those that are recorded in only one of the two states.
    """
    known = {**before.indicators, **after.indicators}
    within = _between(before, after)
    found: list[Difference] = []
    for key, indicator in sorted(known.items(), key=lambda item: (item[1].position, item[0])):
        earlier, later = before.rows.get(key, {}), after.rows.get(key, {})
        changed = _changed(earlier, later)
        not_recorded = key in before.not_recorded, key in after.not_recorded
        if changed:
            definitions = [state.indicators[key] for state in (before, after) if key in state.indicators]
            explained = _explained(connection, definitions, changed, within)
            records = tuple(
                _difference(record, earlier.get(record), later.get(record), *explained[record]) for record in changed
            )
            found.append(Difference(indicator, before.total(key), after.total(key), _in_order(records), not_recorded))
        elif not_recorded[0] != not_recorded[1] and key in before.indicators and key in after.indicators:
            found.append(Difference(indicator, before.total(key), after.total(key), (), not_recorded))
        elif len(indicator.sides) > 1 and before.total(key) != after.total(key):
            # Its sides have the records that explain it.
            found.append(Difference(indicator, before.total(key), after.total(key), (), not_recorded))
    return found


def _changed(earlier: Mapping[Key, Row], later: Mapping[Key, Row]) -> list[Key]:
    """Return the records that count differently; not parts that a reform made former ones, which count as before."""
    changed = [record for record in {**earlier, **later} if not _same(earlier.get(record), later.get(record))]
    before, after = (
        {record: (row.district, row.date, row.amount) for record in changed if (row := rows.get(record))}
        for rows in (earlier, later)
    )
    moved = {*before.values()} & {*after.values()}
    return [
        record
        for record in changed
        if record[0] not in PARTS or moved.isdisjoint({before.get(record), after.get(record)})
    ]


def _same(before: Row | None, after: Row | None) -> bool:
    if before is None or after is None:
        return False
    return (before.amount, before.date, before.district) == (after.amount, after.date, after.district)


def _between(before: State, after: State) -> Interval:
    """Return the interval between the two instants, in whichever order; now is the latest."""
    instants = [state.instant for state in (before, after) if state.instant is not None]
    assert instants, "two states of now do not differ"
    return Interval(min(instants), max(instants) if len(instants) == 2 else None)


def _explained(
    connection: Connection, definitions: Sequence[Indicator], changed: Sequence[Key], within: Interval
) -> dict[Key, tuple[Text, list[Write], bool]]:
    """Return for each record its label, the relevant writes, and whether only the definition differs."""
    redefined = len({_meaning(indicator) for indicator in definitions}) > 1 or len(definitions) == 1
    found: dict[Key, tuple[Text, list[Write], bool]] = {}
    for layer in dict.fromkeys(layer for layer, _ in changed):
        ids = [record for of, record in changed if of == layer]
        written = _writes(connection, definitions, layer, ids, within)
        named = labels.labels_of(connection, layer, ids)
        for record in ids:
            found[layer, record] = (named[record], written[record], redefined and not written[record])
    return found


def _meaning(indicator: Indicator) -> tuple[object, ...]:
    return indicator.contributions, indicator.kind, indicator.layer, tuple(sorted(indicator.parameters.items()))


def _writes(
    connection: Connection, definitions: Sequence[Indicator], layer: str, ids: Sequence[int], within: Interval
) -> dict[int, list[Write]]:
    """Return by record the writes to it and to the records it refers to, of columns that the indicator reads."""
    read: dict[str, set[str]] = defaultdict(set)
    for indicator in definitions:
        for table, names in columns_read(indicator).items():
            read[table] |= set(names)
    others = referred(connection, layer, ids, within.after)
    wanted: dict[str, set[int]] = defaultdict(set, {layer: set(ids)})
    for targets in others.values():
        for table, record in targets:
            if table in read:
                wanted[table].add(record)
    by_record: dict[Key, list[Write]] = defaultdict(list)
    for table, records in wanted.items():
        for write in writes(connection, table, records, sorted(read[table]), within):
            by_record[table, write.id].append(write)
    return {
        record: [write for key in ((layer, record), *sorted(others.get(record, ()))) for write in by_record[key]]
        for record in ids
    }


def _difference(
    record: Key, before: Row | None, after: Row | None, label: Text, written: Sequence[Write], by_definition: bool
) -> RecordDifference:
    row = after or before
    assert row is not None
    return RecordDifference(
        effect="appeared" if before is None else "disappeared" if after is None else "changed",
        layer=record[0],
        id=record[1],
        source=row.source,
        source_id=row.source_id,
        label=label,
        before=before,
        after=after,
        writes=tuple(written),
        by_definition=by_definition,
    )


def _in_order(records: Iterable[RecordDifference]) -> tuple[RecordDifference, ...]:
    """Return the records with the largest differences first."""
    return tuple(sorted(records, key=lambda record: (-abs(record.difference), record.layer, record.id)))


def _amount(row: Row | None) -> Decimal:
    return row.amount if row else Decimal()
