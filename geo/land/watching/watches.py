"""Watches: adding, listing and removing them. Connections as in `geo.land.saved`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from geo.access import Caller
from geo.errors import BilingualError
from geo.land.saved.keeping import TooMany, name_of
from geo.store.database import AsyncConnection
from geo.text import Text

Kind = Literal["plot", "area", "search", "inquiry"]

MOST = 100
"""How much one person may watch."""

FIND = """
    select
        w.id, w.kind, w.plot, w.area, w.industrial_area, w.search, w.search_version, w.inquiry, w.name, w.began_at,
        w.is_behind, w.looked_event
    from flurwerk_access.watches as w
    where w.owner = person()
    order by w.began_at, w.id
"""


class NothingToWatch(BilingualError):
    """What somebody wants to watch does not exist, or they do not see it."""

    def __init__(self) -> None:
        super().__init__(
            Text("Das gibt es nicht, oder Sie sehen es nicht.", "This does not exist, or you do not see it."),
            Text("Laden Sie die Seite neu.", "Reload the page."),
        )


class UnusableArea(BilingualError):
    """An area that somebody wants to watch is no polygon that can be used."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            Text(f"Diese Fläche geht nicht (Meldung: {reason})", f"This area cannot be used: {reason}"),
            Text("Zeichnen Sie sie neu.", "Draw it again."),
        )


@dataclass(frozen=True, slots=True)
class Watch:
    """A watch. One of ``plot``, ``area`` (GeoJSON, CRS84), ``industrial_area``, ``search`` and ``inquiry`` is set.

    None of them is for a saved search that was deleted. ``name`` is that of an area that was drawn.
    """

    id: int
    kind: Kind
    plot: int | None
    area: Mapping[str, Any] | None
    industrial_area: int | None
    search: int | None
    search_version: int | None
    inquiry: int | None
    name: str | None
    began_at: datetime
    is_behind: bool
    """Whether it could not be evaluated when events were last noted."""
    looked_event: int


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be watched: as in `Watch`."""

    kind: Kind
    plot: int | None = None
    area: Mapping[str, Any] | None = None
    industrial_area: int | None = None
    search: int | None = None
    inquiry: int | None = None
    name: str | None = None


async def watches(connection: AsyncConnection) -> list[Watch]:
    """Return what the person watches, the oldest first."""
    async with connection.cursor(row_factory=class_row(Watch)) as cursor:
        return await (await cursor.execute(FIND)).fetchall()


async def insert(connection: AsyncConnection, target: Target) -> Watch:
    """Begin a watch, or return the one that there is of the same. Raises TooMany, UnusableName."""
    before = await watches(connection)
    same = next((one for one in before if _is_same(one, target)), None)
    if same:
        return same
    if len(before) >= MOST:
        raise TooMany(MOST)
    row = await (
        await connection.execute(
            """
            insert into flurwerk_access.watches (kind, plot, area, industrial_area, search, inquiry, name)
            values (%s, %s, %s, %s, %s, %s, %s)
            returning id
            """,
            [
                target.kind,
                target.plot,
                None if target.area is None else Jsonb(target.area),
                target.industrial_area,
                target.search,
                target.inquiry,
                None if target.name is None else name_of(target.name),
            ],
        )
    ).fetchone()
    assert row is not None
    return next(one for one in await watches(connection) if one.id == row[0])


async def remove(connection: AsyncConnection, watch: int) -> bool:
    """End a watch and forget its events; return whether there was one."""
    await wait_for_noting(connection)
    done = await connection.execute("delete from flurwerk_access.watches where id = %s and owner = person()", [watch])
    return bool(done.rowcount)


async def wait_for_noting(connection: AsyncConnection) -> None:
    """Wait until no other request of the person notes what has happened, and keep others from it."""
    await connection.execute("select from flurwerk_access.watchers where person = person() for update")


async def look(connection: AsyncConnection, event: int) -> None:
    """Note that the person has looked at everything up to this event."""
    await wait_for_noting(connection)
    await connection.execute(
        """
        update flurwerk_access.watches
        set looked_event = least(%(event)s, (select coalesce(max(e.id), 0) from flurwerk_access.watch_events as e))
        where owner = person()
          and looked_event < %(event)s
        """,
        {"event": event},
    )


def rights_of(caller: Caller) -> str:
    """Return what decides what a caller sees, as text: the role and its layers."""
    return json.dumps([caller.role.value, None if caller.layers is None else sorted(caller.layers)])


def _is_same(one: Watch, target: Target) -> bool:
    things = (target.plot, target.area, target.industrial_area, target.search, target.inquiry)
    return (one.kind, one.plot, one.area, one.industrial_area, one.search, one.inquiry) == (target.kind, *things)
