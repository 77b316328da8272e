"""Reads what has been done to the records, one entry for each layer that a transaction changed, newest first.

For insiders only: an entry names who made the change. Of a record it tells what the history of that record tells, so
nothing personal; records that it refers to are named as the audience sees them. Layers without a history (parties) are
left out.

Entries are ordered by their transaction's number, like the feed of changes, and by no clock: what is below the horizon
(`Activity.horizon`) is complete, so whoever has read everything below it will be told everything else later.
"""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from geo.records.activity import activity_sql
from geo.records.activity.activity_sql import Wanted
from geo.records.activity.sentences import Entry, LoadedFile, Operation, RecordChange
from geo.records.activity.values import GEOMETRY, Difference, Referred
from geo.records.history import NAME_COLUMNS, names_of
from geo.records.layers import LAYERS
from geo.records.layers.column_types import column_types
from geo.records.layers.layer import Audience, Column, Layer
from geo.store.database import AsyncConnection, Connection, Query

MOST_RECORDS = 200
"""If a transaction changed more records of a layer, they are counted and not listed."""

MOST_PAGES = 10
"""How many pages on which there is nothing to tell are read over, for one on which there is."""

FOLLOWING = ("_reached_on", "district_key", "district_keys", "district_lengths_m", "city_length_m")
"""Ends of the names of columns that merely follow from others which are told."""

Reading = Generator[Query, list[tuple[Any, ...]], "Activity"]


class Activity(NamedTuple):
    """Entries, newest first; the value of ``before`` for earlier ones, None if there are none; and the horizon."""

    entries: tuple[Entry, ...]
    next_before: int | None
    horizon: int


async def read_activity(
    connection: AsyncConnection, layers: Iterable[Layer], audience_of: Callable[[str], Audience], wanted: Wanted
) -> Activity:
    """Return what was done to these layers, of which the reader must see more than the public does."""
    reading = activity(layers, audience_of, wanted)
    query = next(reading)
    while True:
        found = await (await connection.execute(*query, prepare=False)).fetchall()
        try:
            query = reading.send(found)
        except StopIteration as end:
            return end.value


def read_activity_now(
    connection: Connection, layers: Iterable[Layer], audience_of: Callable[[str], Audience], wanted: Wanted
) -> Activity:
    """Return the same over a connection that is not asynchronous."""
    reading = activity(layers, audience_of, wanted)
    query = next(reading)
    while True:
        try:
            query = reading.send(connection.execute(*query, prepare=False).fetchall())
        except StopIteration as end:
            return end.value


def activity(layers: Iterable[Layer], audience_of: Callable[[str], Audience], wanted: Wanted) -> Reading:
    """Yield the queries whose rows are needed, one after the other, and return what they tell."""
    kept = {
        layer.key: layer for layer in layers if layer.keeps_history and audience_of(layer.key) is not Audience.PUBLIC
    }
    horizon = int((yield activity_sql.horizon())[0][0])
    entries, before = (yield from _page(kept, wanted, audience_of)) if kept else ((), None)
    for _ in range(MOST_PAGES - 1):
        if entries or before is None:
            break
        entries, before = yield from _page(kept, wanted._replace(before=before), audience_of)
    return Activity(entries, before, horizon)


def _page(
    kept: Mapping[str, Layer], wanted: Wanted, audience_of: Callable[[str], Audience]
) -> Generator[Query, list[tuple[Any, ...]], tuple[tuple[Entry, ...], int | None]]:
    """Return entries, and the value of ``before`` for those before them; there may be none, and earlier ones yet."""
    rows = yield activity_sql.transactions(kept.values(), wanted)
    found = [row for row in rows if row[0] is not None]
    looked_down_to = max((int(row[1]) for row in rows if row[0] is None), default=0)
    # A transaction is told wholly, or its other layers would be on no page.
    last = max(int(found[wanted.limit - 1][1]) if len(found) > wanted.limit else 0, looked_down_to)
    shown = [row for row in found if int(row[1]) >= last]
    places: dict[str, list[int]] = {}
    for layer, place, *_ in shown:
        places.setdefault(layer, []).append(int(place))
    loads = yield from _loads([int(place) for _, place, *_ in shown])
    changes: dict[tuple[str, int], _Changes] = {}
    for key, of_layer in places.items():
        unloaded = [place for place in of_layer if (key, place) not in loads]
        if unloaded:
            changes |= yield from _changes(kept[key], unloaded, audience_of)
    entries: list[Entry] = []
    for key, place, by, at in shown:
        where = (key, int(place))
        if where in loads:
            load = loads[where]
            count = load.inserted + load.changed + load.removed
            entries.append(Entry(kept[key], int(place), at, by, count, load=load))
        elif where in changes and changes[where].number:
            number, records = changes[where]
            entries.append(Entry(kept[key], int(place), at, by, number, records))
    return tuple(entries), last if looked_down_to or len(shown) < len(found) else None


class _Changes(NamedTuple):
    number: int
    records: tuple[RecordChange, ...]


def _loads(places: Sequence[int]) -> Generator[Query, list[tuple[Any, ...]], dict[tuple[str, int], LoadedFile]]:
    if not places:
        return {}
    found = yield activity_sql.loads(places)
    return {(layer, int(place)): LoadedFile(*rest) for layer, place, *rest in found}


def _changes(
    layer: Layer, places: Sequence[int], audience_of: Callable[[str], Audience]
) -> Generator[Query, list[tuple[Any, ...]], dict[tuple[str, int], _Changes]]:
    """Return the changes of a layer's records by these transactions."""
    # One more than are listed tells that there are too many.
    rows = yield activity_sql.changes(layer, places, MOST_RECORDS + 1)
    found: dict[int, list[tuple[Any, ...]]] = {}
    for place, *rest in rows:
        found.setdefault(int(place), []).append(tuple(rest))
    many = [place for place, of_place in found.items() if len(of_place) > MOST_RECORDS]
    counts: dict[int, int] = {}
    if many:
        counts = {int(place): count for place, count in (yield activity_sql.counts(layer, many))}
    listed = {place: of_place for place, of_place in found.items() if place not in counts}
    names = yield from _names(layer, [row for of_place in listed.values() for row in of_place], audience_of)
    changes = {(layer.key, place): _Changes(number, ()) for place, number in counts.items()}
    for place, of_place in listed.items():
        records = tuple(change for row in of_place if (change := _record(layer, row, names)) is not None)
        changes[layer.key, place] = _Changes(len(records), records)
    return changes


def _names(
    layer: Layer, rows: Sequence[tuple[Any, ...]], audience_of: Callable[[str], Audience]
) -> Generator[Query, list[tuple[Any, ...]], dict[str, Mapping[int, str]]]:
    """Return the names of the records that the rows refer to, by the column and their ids."""
    names: dict[str, Mapping[int, str]] = {}
    for column, target in _references(layer).items():
        values = {members[column] for _, before, after, _ in rows for members in (before, after) if members}
        query = names_of(LAYERS[target], audience_of(target), [value for value in values if value is not None])
        names[column] = dict((yield query) if query else [])
    return names


def _references(layer: Layer) -> dict[str, str]:
    types = column_types()[layer.key]
    return {
        column.name: target
        for column in layer.columns
        if column.name in types and (target := types[column.name].references) in LAYERS and target is not None
    }


def _record(layer: Layer, row: tuple[Any, ...], names: Mapping[str, Mapping[int, str]]) -> RecordChange | None:
    """Return the change, or None if what the transaction did to the record in several steps changed nothing."""
    record: int = row[0]
    before: Any = row[1]
    after: Any = row[2]
    is_moved: bool = row[3]
    operation: Operation = "insert" if before is None else "delete" if after is None else "update"
    members = _named((before if after is None else after) or {}, names)
    changed: tuple[Difference, ...] = ()
    if before is not None and after is not None:
        changed = tuple(_differences(layer, _named(before, names), members, is_moved))
        if not changed:
            return None
    belongs = (members[column] for column in names if isinstance(members[column], str))
    name = next((str(members[name]) for name in NAME_COLUMNS if members.get(name)), None)
    return RecordChange(record, operation, name, None if name else next(belongs, None), members, changed)


def _named(members: Mapping[str, Any], names: Mapping[str, Mapping[int, str]]) -> dict[str, Any]:
    """Return the values, with references replaced by the names of their records."""
    named = dict(members)
    for column, known in names.items():
        if named[column] is not None:
            named[column] = known.get(named[column], Referred(named[column]))
    return named


def _differences(
    layer: Layer, before: Mapping[str, Any], after: Mapping[str, Any], is_moved: bool
) -> Iterable[Difference]:
    for name, value in after.items():
        if value != before[name] and not name.endswith(FOLLOWING):
            yield Difference(_column(layer, name), before[name], value)
    if is_moved:
        yield Difference(GEOMETRY, None, None)


def _column(layer: Layer, name: str) -> Column:
    return layer.column(name) if layer.has_column(name) else Column(name, layer.label(name))
