"""Builds a page of changes as JSON text. PostgreSQL writes the features, this module the text around them."""

import json
from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

from geo.records.changes import change_sql, cursors
from geo.records.changes.feed import Cursor, FeedRequest, Position
from geo.records.features import answers
from geo.records.layers.layer import Audience
from geo.store.database import AsyncConnection


class Page(NamedTuple):
    """The changes as the text of a JSON array, the cursor after them, and whether more are available.

    ``transactions`` are those of the changes, each by its number; 0 of what the public sees and of changes by the day.
    """

    changes: str
    cursor: str
    more: bool
    transactions: tuple[int, ...] = ()


class _Row(NamedTuple):
    stage: int
    layer: int
    id: int
    xid: int
    number: int
    recorded_at: str
    is_known: bool
    was_seen: bool


async def page(finding: AsyncConnection, showing: AsyncConnection, request: FeedRequest) -> Page:
    """Return a page of changes. ``finding`` sees which records changed, ``showing`` what the caller may see of them.

    If these are two connections, ``showing`` is used second, so it sees the same state or a later one.
    """
    query = change_sql.page(request)
    found = await finding.execute(query.statement, query.parameters, prepare=False)
    rows = [_Row(stage, layer, record, int(xid), *rest) async for stage, layer, record, xid, *rest in found]
    is_cut = len(rows) > request.limit
    rows = rows[: request.limit]
    cursor = _next_cursor(request, rows[-1] if is_cut else None)
    # All features of a page are read in one state, so a record that is found twice looks the same both times.
    unique: dict[tuple[int, int], _Row] = {}
    for row in rows:
        unique.setdefault((row.layer, row.id), row)
    features = await _features(showing, request, unique)
    changes = [
        (row.xid, text) for key, row in unique.items() if (text := _change(request.cursor, row, features.get(key)))
    ]
    return Page(
        f"[{','.join(text for _, text in changes)}]",
        cursors.write(cursor),
        is_cut or cursor.day < request.today,
        tuple(xid for xid, _ in changes),
    )


def _next_cursor(request: FeedRequest, last: _Row | None) -> Cursor:
    """Return the cursor after the last row of a page that was cut off, or after everything if ``last`` is None."""
    cursor = request.cursor
    until = cursor.until or request.today
    if last is not None and last.stage == change_sql.BY_DAY:
        return replace(cursor, until=until, passed=(last.layer, last.id))
    position, number = max(cursor.position, Position(request.horizon)), max(cursor.number, request.number)
    if last is not None and last.stage == change_sql.BY_TRANSACTION:
        position, number = Position(last.xid, last.layer, last.id), cursor.number
    elif last is not None:
        number = last.number
    # What the reader does not see at all stays out of the cursor.
    shown = set(cursor.layers.values())
    return replace(
        cursor,
        position=cursor.position if shown == {Audience.PUBLIC} else position,
        number=number if Audience.PUBLIC in shown else cursor.number,
        day=until,
        until=None,
        passed=(-1, 0),
    )


async def _features(
    connection: AsyncConnection, request: FeedRequest, records: Collection[tuple[int, int]]
) -> dict[tuple[int, int], str]:
    features: dict[tuple[int, int], str] = {}
    cursor = request.cursor
    for number, (key, audience) in enumerate(cursor.layers.items()):
        ids = [record for layer, record in records if layer == number]
        if ids:
            shown = await answers.features(connection, request.layers[key], audience, ids, cursor.crs)
            features |= {(number, record): text for record, text in shown.items()}
    return features


def _change(cursor: Cursor, row: _Row, feature: str | None) -> str | None:
    if feature is None and not row.was_seen:
        return None
    written = "update" if row.is_known else "insert"
    members = {
        "layer": list(cursor.layers)[row.layer],
        "id": row.id,
        "operation": "delete" if feature is None else written,
        "recorded_at": row.recorded_at,
    }
    return f'{json.dumps(members, separators=(",", ":"))[:-1]},"feature":{feature or "null"}}}'
