"""What is new for a reader who shows records: which of them the feed says have changed, and who changed them.

Unlike a page of the feed, news has no features, and is a single message whatever has happened: after many changes, or
where a cursor is not valid any more, it says that anything may have changed.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from psycopg import sql

from geo.records.changes import answers
from geo.records.changes.feed import CursorExpired
from geo.records.changes.reading import FROM_NOW_ON, read
from geo.records.layers.layer import Audience, Layer
from geo.store.database import AsyncConnection

MOST = 200
"""How many changed records are named; if there are more, anything may have changed."""

# Of another layer, too: a plot may be shown differently because of a reservation that the same transaction wrote.
WRITERS = """
    select r.recorded_xid::text, r.recorded_by
    from flurwerk.{table} as r
    where r.recorded_xid = any (%(xids)s::text[]::xid8[])
    union
    select h.ended_xid::text, h.ended_by
    from flurwerk_history.{table} as h
    where h.ended_xid = any (%(xids)s::text[]::xid8[])
"""

STATE = """
    select
        (select sum(version) from flurwerk.layer_versions)::bigint,
        pg_snapshot_xmin(pg_current_snapshot())::text,
        pg_snapshot_xmax(pg_current_snapshot())::text,
        flurwerk.today()::text
"""


class News(NamedTuple):
    """What has changed up to ``cursor``: layer, id, operation, instant and, for insiders, who did it, of each record.

    ``is_reset``: anything may have changed, and nothing is named.
    """

    cursor: str
    changes: list[dict[str, Any]]
    is_reset: bool = False


class State(NamedTuple):
    """What tells, at little cost, whether there may be news.

    ``version`` differs if anything was changed or the day is another. Of what was visible then, the feed tells all once
    its horizon, at least ``ended_below``, has reached ``begun_below``.
    """

    version: str
    ended_below: int
    begun_below: int


async def state(connection: AsyncConnection) -> State:
    """Return whether there may be news, for anybody. Every login may ask."""
    row = await (await connection.execute(STATE)).fetchone()
    assert row is not None
    version, ended_below, begun_below, today = row
    return State(f"{version} {today}", int(ended_below), int(begun_below))


async def news(
    finding: AsyncConnection,
    showing: AsyncConnection,
    seen: Mapping[str, Layer],
    visible: Mapping[str, Audience],
    since: str | None,
) -> News:
    """Return what is new since a cursor of the feed; None: nothing yet, but the cursor from which on to ask.

    The parameters are those of `read` and `answers.page`. Raises BadParameter for what is no cursor, FeedNotReady.
    """
    if since is not None:
        try:
            request = await read(finding, seen, visible, MOST, {"since": since})
        except CursorExpired:
            return (await _from_now_on(finding, showing, seen, visible))._replace(is_reset=True)
        page = await answers.page(finding, showing, request)
        if not page.more:
            changes = json.loads(page.changes)
            writers = await _writers(finding, seen, visible, changes, page.transactions)
            by = [writers.get(transaction) for transaction in page.transactions]
            return News(page.cursor, [_named(change, who) for change, who in zip(changes, by, strict=True)])
    found = await _from_now_on(finding, showing, seen, visible)
    return found._replace(is_reset=since is not None)


async def _from_now_on(
    finding: AsyncConnection, showing: AsyncConnection, seen: Mapping[str, Layer], visible: Mapping[str, Audience]
) -> News:
    request = await read(finding, seen, visible, MOST, {"since": FROM_NOW_ON})
    return News((await answers.page(finding, showing, request)).cursor, [])


async def _writers(
    connection: AsyncConnection,
    seen: Mapping[str, Layer],
    visible: Mapping[str, Audience],
    changes: Iterable[Mapping[str, Any]],
    transactions: Iterable[int],
) -> dict[int, str]:
    """Return the writers of transactions, as the histories of the changed layers tell those who may read them."""
    writers: dict[int, str] = {}
    xids = [str(transaction) for transaction in {*transactions} if transaction]
    for key in {change["layer"] for change in changes}:
        if xids and visible[key] is not Audience.PUBLIC and seen[key].keeps_history:
            statement = sql.SQL(WRITERS).format(table=sql.Identifier(key))
            found = await (await connection.execute(statement, {"xids": xids})).fetchall()
            writers |= {int(transaction): by for transaction, by in found}
    return writers


def _named(change: Mapping[str, Any], by: str | None) -> dict[str, Any]:
    return {**{name: change[name] for name in ("layer", "id", "operation", "recorded_at")}, "by": by}
