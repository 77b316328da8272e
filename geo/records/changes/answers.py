"""Changes as the service answers them: a page, written by PostgreSQL but for what stands between its features."""

import json
from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple

from geo.records.changes import change_sql, cursors
from geo.records.changes.feed import Asked, Cursor, Position
from geo.records.features import answers
from geo.records.layers import LAYERS
from geo.store.database import AsyncConnection


class Page(NamedTuple):
    """The changes as the text of a JSON array, the cursor behind them, and whether there are more at hand."""

    changes: str
    cursor: str
    more: bool


class _Found(NamedTuple):
    layer: int
    id: int
    xid: int
    recorded_at: str
    is_known: bool
    was_seen: bool


async def page(finding: AsyncConnection, showing: AsyncConnection, asked: Asked) -> Page:
    """A page of changes. ``finding`` sees which records changed, ``showing`` what the caller may see of them.

    Where these are two, ``showing`` is asked second, and so sees the same state or a later one.
    """
    query = change_sql.page(asked)
    found = [
        _Found(layer, record, int(xid), *others)
        async for layer, record, xid, *others in await finding.execute(query.statement, query.parameters, prepare=False)
    ]
    is_cut = len(found) > asked.limit
    found = found[: asked.limit]
    cursor = _behind(asked, found[-1] if is_cut else None)
    # All of a page is read in one state: what is in it twice is twice the same.
    once: dict[tuple[int, int], _Found] = {}
    for each in found:
        once.setdefault((each.layer, each.id), each)
    features = await _features(showing, asked.cursor, once)
    changes = [text for key, each in once.items() if (text := _change(asked.cursor, each, features.get(key)))]
    return Page(f"[{','.join(changes)}]", cursors.write(cursor), is_cut or cursor.day < asked.today)


def _behind(asked: Asked, last: _Found | None) -> Cursor:
    """The cursor behind the last record of a page that was cut there, else behind all there is."""
    cursor = asked.cursor
    until = cursor.until or asked.today
    if last is not None and last.xid == 0:
        return replace(cursor, until=until, passed=(last.layer, last.id))
    position = Position(last.xid, last.layer, last.id) if last else max(cursor.position, Position(asked.horizon))
    return replace(cursor, position=position, day=until, until=None, passed=(-1, 0))


async def _features(
    connection: AsyncConnection, cursor: Cursor, records: Collection[tuple[int, int]]
) -> dict[tuple[int, int], str]:
    features: dict[tuple[int, int], str] = {}
    for number, (key, audience) in enumerate(cursor.layers.items()):
        ids = [record for layer, record in records if layer == number]
        if ids:
            shown = await answers.features(connection, LAYERS[key], audience, ids, cursor.crs)
            features |= {(number, record): text for record, text in shown.items()}
    return features


def _change(cursor: Cursor, found: _Found, feature: str | None) -> str | None:
    if feature is None and not found.was_seen:
        return None
    written = "update" if found.is_known else "insert"
    described = {
        "layer": list(cursor.layers)[found.layer],
        "id": found.id,
        "operation": "delete" if feature is None else written,
        "recorded_at": found.recorded_at,
    }
    return f'{json.dumps(described, separators=(",", ":"))[:-1]},"feature":{feature or "null"}}}'
