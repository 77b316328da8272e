"""What happened to what a person watches, as they may see it now, in sentences."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg import sql
from psycopg.rows import class_row

from geo.access import Caller
from geo.land.watching.members import AREAS, Sight, sight_of
from geo.land.watching.watches import Kind, Watch
from geo.records.activity.sentences import GEOMETRY, Difference, RecordChange, differences
from geo.records.layers import LAYERS
from geo.records.layers.layer import COMMON_COLUMNS, Layer
from geo.records.layers.views import view_of
from geo.store.database import AsyncConnection
from geo.text import Text

Happening = Literal["created", "changed", "deleted", "entered", "left", "redefined"]

MOST = 500
"""How many events of a watch are shown, the latest."""

HAPPENED: Mapping[Happening, Text] = {
    "created": Text("neu", "new"),
    "changed": Text("geändert", "changed"),
    "deleted": Text("nicht mehr vorhanden", "no longer there"),
    "redefined": Text("Die Suche selbst wurde geändert", "The search itself was changed"),
}
ENTERED: Mapping[Kind, Text] = {
    "plot": Text("wieder vorhanden", "there again"),
    "area": Text("liegt jetzt im Gebiet", "now within the area"),
    "search": Text("passt jetzt zur Suche", "now fits the search"),
    "inquiry": Text("passt jetzt zur Anfrage", "now suits the inquiry"),
}
LEFT: Mapping[Kind, Text] = {
    "plot": Text("nicht mehr vorhanden", "no longer there"),
    "area": Text("liegt nicht mehr im Gebiet", "no longer within the area"),
    "search": Text("passt nicht mehr zur Suche", "no longer fits the search"),
    "inquiry": Text("passt nicht mehr zur Anfrage", "no longer suits the inquiry"),
}

FIND = """
    select e.id, e.plot, e.kind, e.name, e.changes, e.at
    from flurwerk_access.watch_events as e
    where e.watch = %(watch)s
      and e.id > %(after)s
      and e.id <= %(until)s
    order by e.id desc
    limit %(most)s
"""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: to which plot, what, and the sentence that tells it without the plot's name."""

    id: int
    plot: int | None
    name: str | None
    kind: Happening
    at: datetime
    is_shown: bool
    """Whether the reader sees the plot now, so that it can be opened."""
    sentence: Text


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    plot: int | None
    kind: Happening
    name: str | None
    changes: Mapping[str, Any]
    at: datetime


async def events(
    connection: AsyncConnection,
    watch: Watch,
    caller: Caller,
    *,
    after: int,
    until: int | None = None,
    most: int | None = MOST,
) -> list[Event]:
    """Return the events of a watch after one of them, the latest first, as the caller may see them now.

    At most ``most`` are read, None: all.
    """
    sight = sight_of(caller)
    if sight is None:
        return []
    async with connection.cursor(row_factory=class_row(_Row)) as cursor:
        given = {"watch": watch.id, "after": after, "until": 2**63 - 1 if until is None else until, "most": most}
        rows = await (await cursor.execute(FIND, given)).fetchall()
    shown = await _shown(connection, sight, {row.plot for row in rows if row.plot is not None})
    told = (_event(watch, row, sight, shown) for row in rows)
    return [event for event in told if event is not None]


async def last_event(connection: AsyncConnection) -> int:
    """Return the id of the person's last event, 0 if there is none."""
    row = await (await connection.execute("select coalesce(max(id), 0) from flurwerk_access.watch_events")).fetchone()
    return row[0] if row else 0


async def names(connection: AsyncConnection, watched: Iterable[Watch], caller: Caller) -> dict[int, Text]:
    """Return what each watch is called for its reader; what they do not see is called by its kind alone."""
    own = list(watched)
    plots = await _names(connection, caller, "plots", {one.plot for one in own})
    areas = await _names(connection, caller, AREAS, {one.industrial_area for one in own})
    inquiries = await _names(connection, caller, "inquiries", {one.inquiry for one in own})
    searches = dict(await (await connection.execute("select id, name from flurwerk_access.saved_searches")).fetchall())
    found: dict[int, Text] = {}
    for one in own:
        by_kind: dict[Kind, tuple[Any, Text]] = {
            "plot": (plots.get(one.plot), Text("Grundstück", "Plot")),
            "area": (one.name or areas.get(one.industrial_area), Text("Gebiet", "Area")),
            "search": (searches.get(one.search), Text("Gespeicherte Suche", "Saved search")),
            "inquiry": (inquiries.get(one.inquiry), Text("Anfrage", "Inquiry")),
        }
        name, kind = by_kind[one.kind]
        if one.kind == "plot" and not name:
            name = await _last_name(connection, one)
        found[one.id] = Text(f"{kind.de}: {name}", f"{kind.en}: {name}") if name else kind
    return found


def _event(watch: Watch, row: _Row, sight: Sight, shown: Collection[int]) -> Event | None:
    is_shown = row.plot in shown
    # What they no longer see, for whatever reason, is not told of any more; that it is gone, they were told.
    if row.plot is not None and not is_shown and row.kind not in ("deleted", "left"):
        return None
    sentence = _sentence(watch, row, sight)
    if sentence is None:
        return None
    return Event(row.id, row.plot, row.name, row.kind, row.at, is_shown, sentence)


def _sentence(watch: Watch, row: _Row, sight: Sight) -> Text | None:
    if row.kind == "entered":
        return ENTERED[watch.kind]
    if row.kind == "left":
        return LEFT[watch.kind]
    if row.kind != "changed":
        return HAPPENED[row.kind]
    phrases = differences(RecordChange(row.plot or 0, "update", row.name, differences=_differences(sight, row.changes)))
    if not phrases:
        return None
    return Text("; ".join(each.de for each in phrases), "; ".join(each.en for each in phrases))


def _differences(sight: Sight, changes: Mapping[str, Any]) -> tuple[Difference, ...]:
    visible = set(sight.properties)
    found: list[Difference] = []
    for name, (before, after) in changes.items():
        if name == GEOMETRY.name:
            found.append(Difference(GEOMETRY, before, after))
        elif name in visible:
            column = sight.layer.column(name) if sight.layer.has_column(name) else COMMON_COLUMNS[name]
            found.append(Difference(column, before, after))
    return tuple(found)


async def _shown(connection: AsyncConnection, sight: Sight, plots: Collection[int]) -> set[int]:
    statement = sql.SQL("select r.id from {} as r where r.id = any (%s)").format(view_of(sight.audience, sight.layer))
    return {plot for (plot,) in await (await connection.execute(statement, [list(plots)])).fetchall()}


async def _names(
    connection: AsyncConnection, caller: Caller, key: str, records: Collection[int | None]
) -> dict[int | None, str]:
    wanted = [record for record in records if record is not None]
    sight = sight_of(caller, key) if key in LAYERS else None
    if not wanted or sight is None:
        return {}
    column = _name_column(sight.layer, sight.properties)
    statement = sql.SQL("select r.id, r.{} from {} as r where r.id = any (%s)").format(
        sql.Identifier(column), view_of(sight.audience, sight.layer)
    )
    return {
        record: str(name)
        for record, name in await (await connection.execute(statement, [wanted])).fetchall()
        if name is not None
    }


async def _last_name(connection: AsyncConnection, watch: Watch) -> str | None:
    """Return what a plot that is gone was called when it was last seen."""
    row = await (
        await connection.execute(
            """
            select name
            from flurwerk_access.watch_events
            where watch = %s
              and name is not null
            order by id desc
            limit 1
            """,
            [watch.id],
        )
    ).fetchone()
    return row and row[0]


def _name_column(layer: Layer, properties: Collection[str]) -> str:
    return next((name for name in ("name", "number", "source_id") if name in properties), "id")
