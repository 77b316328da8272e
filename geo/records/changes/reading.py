"""Reads a request for changes, and checks it against what the caller may see and the state of the records."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from geo.records.changes import cursors
from geo.records.changes.feed import Cursor, CursorExpired, FeedNotReady, FeedRequest, Position
from geo.records.features import values
from geo.records.features.selection import BadParameter, Crs, RawParameters
from geo.records.layers.layer import Audience, Layer
from geo.store.database import AsyncConnection

FROM_NOW_ON = "now"
"""The value of ``since`` for a reader who already has a copy."""


class _State(NamedTuple):
    epoch: str
    horizon: int
    today: date


async def read(
    connection: AsyncConnection,
    seen: Mapping[str, Layer],
    visible: Mapping[str, Audience],
    limit: int,
    given: RawParameters,
) -> FeedRequest:
    """Return the request; ``seen`` are the layers as the caller sees them, ``visible`` the audience for each.

    Raises BadParameter; CursorExpired if the cursor is no longer valid; FeedNotReady if no cursor could be valid.
    """
    layers = _layers(visible, given["layers"]) if "layers" in given else None
    crs = values.crs("crs", given["crs"]) if "crs" in given else None
    since = given.get("since")
    kept = cursors.read(since) if since not in (None, FROM_NOW_ON) else None
    state = await _state(connection)
    if kept is None:
        position = Position(state.horizon if since else 0)
        cursor = Cursor(state.epoch, layers or dict(visible), crs or Crs.CRS84, state.horizon, position, state.today)
        return FeedRequest(cursor, seen, state.horizon, state.today, limit)
    if layers is not None and layers.keys() != kept.layers.keys():
        raise BadParameter("layers", "The cursor is for other layers.", f"Its layers are: {', '.join(kept.layers)}.")
    if crs not in (None, kept.crs):
        raise BadParameter("crs", "The cursor is for another CRS.", f"Its CRS is: {kept.crs.uri}.")
    if kept.epoch != state.epoch:
        raise CursorExpired("The records have been restored or moved since this cursor was issued.")
    if any(visible.get(key) != audience for key, audience in kept.layers.items()):
        raise CursorExpired("This cursor was issued to a caller who sees other layers or columns.")
    return FeedRequest(kept, seen, state.horizon, state.today, limit)


def _layers(visible: Mapping[str, Audience], text: str) -> Mapping[str, Audience]:
    named = {name.strip() for name in text.split(",")}
    unknown = sorted(named - visible.keys())
    if unknown:
        raise BadParameter("layers", f"There is no layer “{unknown[0]}”.", f"Known layers: {', '.join(visible)}.")
    return {key: audience for key, audience in visible.items() if key in named}


async def _state(connection: AsyncConnection) -> _State:
    found = await connection.execute(
        "select flurwerk.feed_epoch(), pg_snapshot_xmin(pg_current_snapshot())::text, flurwerk.today()"
    )
    row = await found.fetchone()
    assert row is not None
    epoch, horizon, today = row
    if epoch is None:
        raise FeedNotReady
    return _State(epoch, int(horizon), today)
