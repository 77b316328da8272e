"""Reads a request for changes, and checks it against what the caller may see and the state of the records."""

import json
from collections.abc import Mapping
from datetime import date
from hashlib import blake2b
from typing import NamedTuple

from geo.records.changes import cursors
from geo.records.changes.feed import Cursor, CursorExpired, FeedNotReady, FeedRequest, Position
from geo.records.features import values
from geo.records.features.selection import BadParameter, Crs, RawParameters
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import property_names
from geo.store.database import AsyncConnection

PRINT_BYTES = 6
FROM_NOW_ON = "now"
"""The value of ``since`` for a reader who already has a copy."""


class _State(NamedTuple):
    epoch: str
    horizon: int
    number: int
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
        cursor = _first(state, seen, layers or visible, crs or Crs.CRS84, is_from_now=since is not None)
        return FeedRequest(cursor, seen, state.horizon, state.number, state.today, limit)
    if layers is not None and layers.keys() != kept.layers.keys():
        raise BadParameter("layers", "The cursor is for other layers.", f"Its layers are: {', '.join(kept.layers)}.")
    if crs not in (None, kept.crs):
        raise BadParameter("crs", "The cursor is for another CRS.", f"Its CRS is: {kept.crs.uri}.")
    if kept.epoch != state.epoch:
        raise CursorExpired("The records have been restored or moved since this cursor was issued.")
    if (
        any(visible.get(key) != audience for key, audience in kept.layers.items())
        or _properties(seen, kept.layers) != kept.properties
    ):
        raise CursorExpired("This cursor was issued to a caller who sees other layers or columns.")
    return FeedRequest(kept, seen, state.horizon, state.number, state.today, limit)


def _first(
    state: _State, seen: Mapping[str, Layer], layers: Mapping[str, Audience], crs: Crs, *, is_from_now: bool
) -> Cursor:
    """Return the cursor of a reader who has nothing yet, or has everything up to now.

    Whoever sees public layers only is told nothing of transactions, and whoever sees none of them nothing of numbers.
    """
    horizon = state.horizon if any(audience is not Audience.PUBLIC for audience in layers.values()) else 0
    number = state.number if Audience.PUBLIC in layers.values() else 0
    return Cursor(
        state.epoch,
        dict(layers),
        _properties(seen, layers),
        crs,
        start=horizon,
        position=Position(horizon if is_from_now else 0),
        start_number=number,
        number=number if is_from_now else 0,
        day=state.today,
    )


def _properties(seen: Mapping[str, Layer], layers: Mapping[str, Audience]) -> str:
    """Return a digest of the properties that the caller sees of these layers, and of which have a geometry."""
    shown = [(key, *property_names(seen[key], audience), seen[key].geometry) for key, audience in layers.items()]
    return blake2b(json.dumps(shown).encode(), digest_size=PRINT_BYTES).hexdigest()


def _layers(visible: Mapping[str, Audience], text: str) -> Mapping[str, Audience]:
    named = {name.strip() for name in text.split(",")}
    unknown = sorted(named - visible.keys())
    if unknown:
        raise BadParameter("layers", f"There is no layer “{unknown[0]}”.", f"Known layers: {', '.join(visible)}.")
    return {key: audience for key, audience in visible.items() if key in named}


async def _state(connection: AsyncConnection) -> _State:
    found = await connection.execute(
        """
        select flurwerk.feed_epoch(), pg_snapshot_xmin(pg_current_snapshot())::text, number, flurwerk.today()
        from flurwerk.seen_turn
        """
    )
    row = await found.fetchone()
    assert row is not None
    epoch, horizon, number, today = row
    if epoch is None:
        raise FeedNotReady
    return _State(epoch, int(horizon), number, today)
