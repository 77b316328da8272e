"""Several changes at once, all or none. Every change is tried, so that all refusals are told together."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any, NamedTuple, Protocol

from psycopg import sql

from geo.records.editing import undo
from geo.records.editing.edits import create, lock_records, revise
from geo.records.editing.faults import InvalidRecord, StillReferenced, VersionConflict
from geo.records.editing.members import Members
from geo.records.editing.reading import read_feature, read_patch
from geo.records.editing.retries import Retry, created_before, remember, retry
from geo.records.features import Crs
from geo.records.layers.layer import Layer
from geo.store.database import NOW, AsyncConnection

Refused = InvalidRecord | StillReferenced | VersionConflict | undo.ChangedSince | undo.OthersChange | undo.NoHistory


class Wanted(NamedTuple):
    """A change: properties of the record ``id`` in this version, or, without an id, a new record."""

    members: Members
    properties: dict[str, Any]
    id: int | None = None
    version: str | None = None


class Undoing(NamedTuple):
    """A change to be undone, identified by the version that it created."""

    members: Members
    id: int
    version: str


class Done(NamedTuple):
    """A record that was written, and its version; None if it no longer exists."""

    layer: str
    id: int
    version: str | None


class BatchRefused(Exception):
    """Some of the changes were refused, so none was made: by position, with the reason; None: no such record."""

    def __init__(self, refused: dict[int, Refused | None]) -> None:
        super().__init__(f"{len(refused)} changes refused")
        self.refused = refused


async def apply(connection: AsyncConnection, changes: Sequence[Wanted], key: str | None) -> list[Done]:
    """Make all changes in the given order and return them. With a key, they are made once.

    The caller's transaction has to end with the exception: BatchRefused. Raises KeyReused, too.
    """
    attempt = _attempt(key, changes) if key else None
    await _lock_all(connection, [change for change in changes if change.id is not None])
    ids: dict[int, int] = {}
    refused: dict[int, Refused | None] = {}
    for at, change in enumerate(changes):
        try:
            async with _one_of_several(connection):
                found = await _apply(connection, change, attempt and attempt._replace(key=f"{attempt.key}:{at}"))
        except (InvalidRecord, VersionConflict) as error:
            refused[at] = error
            continue
        if found is None:
            refused[at] = None
        else:
            ids[at] = found
    if refused:
        raise BatchRefused(refused)
    return [await _done(connection, change.members.layer, ids[at]) for at, change in enumerate(changes)]


async def undo_all(connection: AsyncConnection, changes: Sequence[Undoing], name: str) -> list[Done]:
    """Undo all changes by the writer of that name, the last one first; return the records in the given order.

    Raises BatchRefused, with which the caller's transaction has to end.
    """
    await _lock_all(connection, changes)
    refused: dict[int, Refused | None] = {}
    for at in reversed(range(len(changes))):
        members, record, version = changes[at]
        try:
            async with _one_of_several(connection):
                if await undo.undo(connection, members, record, version, name) is None:
                    refused[at] = None
        except (InvalidRecord, StillReferenced, undo.ChangedSince, undo.OthersChange, undo.NoHistory) as error:
            refused[at] = error
    if refused:
        raise BatchRefused(dict(sorted(refused.items())))
    return [await _done(connection, change.members.layer, change.id) for change in changes]


class _Existing(Protocol):
    @property
    def members(self) -> Members: ...
    @property
    def id(self) -> int | None: ...


async def _lock_all(connection: AsyncConnection, changes: Sequence[_Existing]) -> None:
    # In one order, so that two batches do not wait for each other. They are made in the order of the request: what one
    # change gives free another may take, and an undo goes the same way back.
    layers = {change.members.layer.key: change.members for change in changes}
    for key in sorted(layers):
        ids = [change.id for change in changes if change.id is not None and change.members.layer.key == key]
        await lock_records(connection, layers[key], ids)


@asynccontextmanager
async def _one_of_several(connection: AsyncConnection) -> AsyncIterator[None]:
    # The edit before has had its rules checked at once. Left so, the instant of this one would be forgotten between
    # the triggers that write the record and its history, and the undo would take it for an insert.
    async with connection.transaction():
        await connection.execute("set constraints all deferred")
        yield


def _attempt(key: str, changes: Sequence[Wanted]) -> Retry:
    # Everything in it counts: with one change more or fewer it is another request.
    content = [[change.members.layer.key, change.id, change.version, change.properties] for change in changes]
    # The key is hashed, so that it is no longer than a key may be with the place of a change.
    return retry(sha256(key.encode()).hexdigest(), "", Crs.STORED.uri, content)


async def _apply(connection: AsyncConnection, change: Wanted, attempt: Retry | None) -> int | None:
    record = await created_before(connection, attempt) if attempt else None
    if record is not None:
        return record
    members = change.members
    if change.id is None:
        document = {"type": "Feature", "geometry": None, "properties": change.properties}
        record = await create(connection, members, read_feature(members, document, Crs.STORED))
    else:
        given = read_patch(members, {"properties": change.properties}, Crs.STORED)
        is_found = await revise(connection, members, change.id, given, frozenset((change.version or "",)))
        record = change.id if is_found else None
    if attempt and record is not None:
        await remember(connection, attempt, members.layer.key, record)
    return record


async def _done(connection: AsyncConnection, layer: Layer, record: int) -> Done:
    statement = sql.SQL(
        "select to_hex((extract(epoch from recorded_from) * 1e6)::bigint) from {} where id = %(record)s"
    ).format(sql.Identifier(NOW, layer.key))
    row = await (await connection.execute(statement, {"record": record})).fetchone()
    return Done(layer.key, record, row[0] if row else None)
