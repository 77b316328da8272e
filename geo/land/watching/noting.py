"""Notes what has happened to what a person watches, each event once, whoever asks how often."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb

from geo.access import Caller
from geo.land.watching.members import Broken, Sight, members, sight_of
from geo.land.watching.watches import Watch, rights_of, watches
from geo.records import changes
from geo.records.changes import CursorExpired
from geo.records.changes.answers import page as page_of_changes
from geo.records.features import Crs, answers
from geo.records.layers.views import COMMON
from geo.store.database import AsyncConnection
from geo.text import Text

PAGE = 1_000
GEOMETRY = "geometry"
"""Under this name a digest of the geometry is compared like a property."""
UNTOLD = frozenset(COMMON) - {"note"}
"""Properties whose changes mean nothing to people."""

Properties = Mapping[str, Any]


class Noted(NamedTuple):
    """What the person watches, why some of it cannot be evaluated, and whether noting had to begin anew."""

    watches: list[Watch]
    broken: Mapping[int, Text]
    began_anew: bool


class _Happened(NamedTuple):
    plot: int | None
    kind: str
    at: datetime
    name: str | None = None
    changes: Mapping[str, Any] = {}


class _Feed(NamedTuple):
    """What the changes feed says since the time before: when plots changed (None: all may have), and which are new."""

    cursor: str
    at: Mapping[int, datetime] | None
    inserted: Collection[int]


async def note(connection: AsyncConnection, caller: Caller) -> Noted:
    """Note what happened since the time before. Requests of the same person wait for one another."""
    await connection.execute(
        "insert into flurwerk_access.watchers (rights) values (%s) on conflict do nothing", [rights_of(caller)]
    )
    row = await (
        await connection.execute(
            "select rights, cursor, clock_timestamp() from flurwerk_access.watchers where person = person() for update"
        )
    ).fetchone()
    assert row is not None
    rights, cursor, now = row
    began_anew = rights != rights_of(caller)
    if began_anew:
        await connection.execute("delete from flurwerk_access.watch_events")
        await connection.execute("delete from flurwerk_access.watched_plots")
    await _forget_old(connection)
    own, sight = await watches(connection), sight_of(caller)
    broken: dict[int, Text] = {}
    if sight is None:
        return Noted(own, broken, began_anew)
    feed = await _read_feed(connection, caller, None if began_anew else cursor)
    known = await _known(connection)
    for watch in own:
        # Of one that could not be evaluated, the feed has gone on meanwhile.
        since = feed._replace(at=None) if watch.is_behind else feed
        try:
            await _note(connection, watch, caller, sight, since, None if began_anew else known.get(watch.id, {}), now)
        except Broken as error:
            broken[watch.id] = error.reason
        if watch.is_behind != (watch.id in broken):
            await connection.execute(
                "update flurwerk_access.watches set is_behind = not is_behind where id = %s", [watch.id]
            )
    await connection.execute(
        "update flurwerk_access.watchers set rights = %s, cursor = %s where person = person()",
        [rights_of(caller), feed.cursor],
    )
    return Noted(await watches(connection), broken, began_anew)


async def begin(connection: AsyncConnection, watch: Watch, caller: Caller) -> set[int]:
    """Keep the plots that a new watch begins with, and return them. Raises Broken. Call `note` before."""
    sight = sight_of(caller)
    if sight is None:
        raise Broken(Text("Sie sehen keine Grundstücke.", "You see no plots."))
    found = await members(connection, watch, caller, sight)
    await _keep(connection, watch, await _properties(connection, sight, found), ())
    await _keep_version(connection, watch)
    return found


async def _note(
    connection: AsyncConnection,
    watch: Watch,
    caller: Caller,
    sight: Sight,
    feed: _Feed,
    before: Mapping[int, Properties] | None,
    now: datetime,
) -> None:
    """Note what happened to one watch; ``before`` is None if noting begins anew. Raises Broken."""
    found = await members(connection, watch, caller, sight)
    is_redefined = watch.search is not None and await _keep_version(connection, watch)
    if before is None:
        await _keep(connection, watch, await _properties(connection, sight, found), ())
        return
    stayed = found & before.keys()
    # Who watches an inquiry wants to know which plots suit it, and not what else is said of them.
    candidates = set[int]() if watch.kind == "inquiry" else stayed if feed.at is None else stayed & feed.at.keys()
    gone = before.keys() - found
    shown = await _properties(connection, sight, (found - before.keys()) | candidates | gone)

    def when(plot: int) -> datetime:
        return (feed.at or {}).get(plot, now)

    happened = [_Happened(None, "redefined", now)] if is_redefined else []
    # With other filters, others belong to it, whatever happened to them.
    happened += [
        _Happened(plot, "created" if plot in feed.inserted else "entered", when(plot), _name(shown.get(plot)))
        for plot in found - before.keys()
        if not is_redefined
    ]
    happened += [
        _Happened(plot, "left" if plot in shown else "deleted", when(plot), _name(shown.get(plot, before[plot])))
        for plot in gone
        if not is_redefined
    ]
    for plot in candidates & shown.keys():
        if differing := _differing(before[plot], shown[plot]):
            happened.append(_Happened(plot, "changed", when(plot), _name(shown[plot]), differing))
    await _store(connection, watch, sorted(happened, key=lambda one: (one.at, one.plot or 0)))
    await _keep(connection, watch, {plot: values for plot, values in shown.items() if plot in found}, gone)


async def _read_feed(connection: AsyncConnection, caller: Caller, cursor: str | None) -> _Feed:
    """Read the feed to its end. Without a cursor, or with one that is no longer valid, any plot may have changed."""
    seen = {layer.key: layer for layer in caller.visible_layers()}
    visible = {key: caller.audience_of(key).impersonal for key in seen}
    at: dict[int, datetime] = {}
    inserted: set[int] = set()
    since, is_known = cursor or "now", cursor is not None
    while True:
        try:
            wanted = await changes.read(connection, seen, visible, PAGE, {"since": since, "layers": "plots"})
        except CursorExpired:
            since, is_known = "now", False
            continue
        page = await page_of_changes(connection, connection, wanted)
        for change in json.loads(page.changes):
            at[change["id"]] = datetime.fromisoformat(change["recorded_at"])
            if change["operation"] == "insert":
                inserted.add(change["id"])
        since = page.cursor
        if not page.more:
            return _Feed(since, at if is_known else None, inserted)


async def _known(connection: AsyncConnection) -> dict[int, dict[int, Properties]]:
    rows = await connection.execute("select watch, plot, properties from flurwerk_access.watched_plots")
    found: dict[int, dict[int, Properties]] = {}
    for watch, plot, properties in await rows.fetchall():
        found.setdefault(watch, {})[plot] = properties
    return found


async def _properties(connection: AsyncConnection, sight: Sight, plots: Collection[int]) -> dict[int, Properties]:
    """Return what the person sees of plots, by id, without those that they do not see."""
    features = await answers.features(connection, sight.layer, sight.audience, list(plots), Crs.CRS84)
    found: dict[int, Properties] = {}
    for plot, text in features.items():
        feature = json.loads(text)
        digest = hashlib.sha256(json.dumps(feature["geometry"]).encode()).hexdigest()
        found[plot] = {**feature["properties"], GEOMETRY: digest}
    return found


def _differing(before: Properties, after: Properties) -> dict[str, Any]:
    """Return earlier and later value of each property that both have and that differs."""
    names = (before.keys() & after.keys()) - UNTOLD
    return {name: [before[name], after[name]] for name in sorted(names) if before[name] != after[name]}


def _name(properties: Properties | None) -> str | None:
    return properties.get("name") if properties else None


async def _keep_version(connection: AsyncConnection, watch: Watch) -> bool:
    """Keep which version of a search is watched; return whether it was another one before."""
    row = await (
        await connection.execute(
            "select filters_version from flurwerk_access.saved_searches where id = %s", [watch.search]
        )
    ).fetchone()
    version = row and row[0]
    if version == watch.search_version:
        return False
    await connection.execute(
        "update flurwerk_access.watches set search_version = %s where id = %s", [version, watch.id]
    )
    return watch.search_version is not None


async def _forget_old(connection: AsyncConnection) -> None:
    """Delete events that have been looked at and mailed for a while, and all that are old."""
    await connection.execute(
        """
        delete from flurwerk_access.watch_events as e
        using flurwerk_access.watches as w, flurwerk_access.watchers as p
        where w.id = e.watch
          and p.person = w.owner
          and (
              e.at < now() - interval '1 year'
              or (
                  e.at < now() - interval '30 days'
                  and e.id <= w.looked_event
                  and (p.email is null or e.id <= p.mailed_event)
              )
          )
        """
    )


async def _store(connection: AsyncConnection, watch: Watch, happened: Iterable[_Happened]) -> None:
    async with connection.cursor() as cursor:
        await cursor.executemany(
            """
            insert into flurwerk_access.watch_events (watch, plot, kind, name, changes, at)
            values (%s, %s, %s, %s, %s, %s)
            """,
            [(watch.id, one.plot, one.kind, one.name, Jsonb(one.changes), one.at) for one in happened],
        )


async def _keep(
    connection: AsyncConnection, watch: Watch, shown: Mapping[int, Properties], gone: Collection[int]
) -> None:
    await connection.execute(
        "delete from flurwerk_access.watched_plots where watch = %s and plot = any (%s)", [watch.id, [*gone, *shown]]
    )
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "insert into flurwerk_access.watched_plots (watch, plot, properties) values (%s, %s, %s)",
            [(watch.id, plot, Jsonb(values)) for plot, values in shown.items()],
        )
