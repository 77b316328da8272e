"""One function for each kind of edit. Each either checks every rule or writes nothing."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from psycopg import errors

from geo.records.editing import edit_sql, sentences
from geo.records.editing.edit_sql import DEFAULT
from geo.records.editing.faults import (
    ANY_VERSION,
    GEOM,
    Busy,
    Fault,
    InvalidRecord,
    StillReferenced,
    VersionConflict,
    VersionRequired,
    pointer,
)
from geo.records.editing.geometry import BadShape, read_shape
from geo.records.editing.members import KEPT, Members
from geo.records.editing.reading import ParsedRecord
from geo.records.editing.refusals import DATA_ERRORS, faults_of
from geo.records.features import answers
from geo.records.layers.layer import Audience, Layer
from geo.records.messages import explain
from geo.store.database import AsyncConnection

Versions = frozenset[str] | None
"""The versions in which a record may be edited; None if the editor has not specified any."""


class LockedRecord(NamedTuple):
    """A record that is locked until the transaction ends: its version, writer and time."""

    version: str
    by: str
    at: datetime


async def create(connection: AsyncConnection, members: Members, given: ParsedRecord) -> int:
    """Create a record and return its id. Raises InvalidRecord."""
    faults = given.faults + _derived(members, given, {})
    if given.id is not None:
        faults.append(Fault("/id", sentences.ASSIGNED))
    if faults:
        raise InvalidRecord(faults)
    # Every layer has required columns, so there is something to insert.
    values = {name: value for name, value in given.values.items() if value is not None}
    async with writing(connection, members.layer, dict.fromkeys(members.editable) | given.values):
        cursor = await connection.execute(*edit_sql.insert(members.layer, values))
        row = await cursor.fetchone()
    assert row is not None
    return row[0]


async def replace(
    connection: AsyncConnection, members: Members, record: int, given: ParsedRecord, versions: Versions
) -> bool:
    """Replace the content of a record; members that are not given lose their value. Return False if there is none.

    The identifier in its source is kept unless given. Raises InvalidRecord, VersionRequired, VersionConflict.
    """
    values = {name: None for name in members.editable if name not in KEPT} | given.values
    return await _edit(connection, members, record, given, versions, values)


async def revise(
    connection: AsyncConnection, members: Members, record: int, given: ParsedRecord, versions: Versions
) -> bool:
    """Change only the given members of a record. Returns and raises like `replace`."""
    return await _edit(connection, members, record, given, versions, given.values)


async def remove(connection: AsyncConnection, members: Members, record: int, versions: Versions) -> bool:
    """Delete a record. Return False if there is none. Raises StillReferenced, VersionRequired, VersionConflict."""
    if await lock_record(connection, members, record, versions) is None:
        return False
    async with writing(connection, members.layer, {}, deleting=True):
        await connection.execute(*edit_sql.delete(members.layer, record))
    return True


async def _edit(
    connection: AsyncConnection,
    members: Members,
    record: int,
    given: ParsedRecord,
    versions: Versions,
    values: dict[str, Any],
) -> bool:
    if await lock_record(connection, members, record, versions) is None:
        return False
    feature = await answers.feature(connection, members.layer, Audience.PERSONAL, record, given.crs)
    assert feature is not None
    current = json.loads(feature.text, parse_float=Decimal)
    faults = given.faults + _derived(members, given, current["properties"])
    if given.id not in (None, record, str(record)):
        faults.append(Fault("/id", sentences.OTHER_ID))
    if faults:
        raise InvalidRecord(faults)
    written = {name: _or_default(members, name, value) for name, value in values.items()}
    if given.shape and given.shape == _shape(members, current["geometry"], given):
        # Unchanged, but rounded for delivery: writing it back would move it slightly.
        del written[GEOM]
    if written:
        async with writing(connection, members.layer, current["properties"] | values):
            await connection.execute(*edit_sql.update(members.layer, record, written))
    return True


def _or_default(members: Members, name: str, value: Any) -> Any:
    column = members.table.by_name[name]
    return DEFAULT if value is None and column.has_default and name not in KEPT else value


def _shape(members: Members, node: Any, given: ParsedRecord) -> Any:
    if node is None or members.layer.geometry is None:
        return None
    try:
        return read_shape(node, members.layer.geometry, members.layer.key, given.crs)
    except BadShape:
        return None


def _derived(members: Members, given: ParsedRecord, current: Mapping[str, Any]) -> list[Fault]:
    """Return faults for changed read-only members. Unchanged ones are allowed, as clients send back whole Features."""
    table = members.layer.key
    return [
        Fault(pointer(name), sentences.derived(table, name))
        for name, value in given.read_only.items()
        if value != current.get(name)
    ]


async def lock_record(
    connection: AsyncConnection, members: Members, record: int, versions: Versions
) -> LockedRecord | None:
    """Lock the record and return it; None if there is none. Raises VersionRequired, VersionConflict."""
    async with _raising_busy():
        row = await (await connection.execute(*edit_sql.lock(members.layer, record))).fetchone()
    if row is None:
        return None
    if versions is None:
        raise VersionRequired
    locked = LockedRecord(*row)
    if not versions & {locked.version, ANY_VERSION}:
        names = [name for version in versions for name in await _changes(connection, members, record, version)]
        raise VersionConflict(locked.by, locked.at, names)
    return locked


async def lock_records(connection: AsyncConnection, members: Members, records: Sequence[int]) -> None:
    """Lock those records of a layer that exist, in the order of their ids."""
    async with _raising_busy():
        await connection.execute(*edit_sql.lock_several(members.layer, records))


async def _changes(connection: AsyncConnection, members: Members, record: int, version: str) -> list[str]:
    try:
        async with connection.transaction():
            cursor = await connection.execute(*edit_sql.changes(members.layer, record, version))
            found = {name for (name,) in await cursor.fetchall()}
    except errors.UndefinedTable:
        return []  # No history is kept of people.
    return [*(name for name in members.editable if name in found), *(["geometry"] if GEOM in found else [])]


@asynccontextmanager
async def writing(
    connection: AsyncConnection, layer: Layer, values: Mapping[str, Any], *, deleting: bool = False
) -> AsyncIterator[None]:
    """Write a record within the context; at its end, deferred constraints are checked.

    Raises InvalidRecord, or StillReferenced if others refer to a record that is deleted.
    """
    try:
        async with _raising_busy(), connection.transaction():
            yield
            await connection.execute("set constraints all immediate")
    except DATA_ERRORS as error:
        if deleting and isinstance(error, errors.ForeignKeyViolation | errors.RestrictViolation):
            raise StillReferenced(explain(error) or sentences.NOT_STORABLE) from error
        raise InvalidRecord(await faults_of(connection, layer, error, values)) from error


@asynccontextmanager
async def _raising_busy() -> AsyncIterator[None]:
    try:
        yield
    except (errors.DeadlockDetected, errors.SerializationFailure) as error:
        raise Busy("The same records are being changed by others.", "Try again in a moment.") from error
