"""Shortlists: ordered lists of plots to hand out. Whoever adds to one at the same time as others loses nothing."""

from collections.abc import Sequence
from typing import NamedTuple

from psycopg import sql

from geo.errors import BilingualError
from geo.land.saved import keeping
from geo.land.saved.keeping import Kept, TooMany
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.layers.views import view_of
from geo.store.database import AsyncConnection
from geo.text import Text

TABLE: keeping.Table = "shortlists"
MOST_PLOTS = 50
"""How many plots a shortlist has at most: as many as a hand-out."""


class OtherPlots(BilingualError):
    """An order names other plots than the list has."""

    def __init__(self) -> None:
        super().__init__(
            Text("Die Liste enthält inzwischen andere Grundstücke.", "The list has other plots by now."),
            Text("Sehen Sie sich den neuen Stand an.", "Look at the new version."),
        )


class Shortlist(NamedTuple):
    """A shortlist and its plots in order, without those that its reader does not see."""

    kept: Kept
    plots: tuple[int, ...]


async def shortlists(connection: AsyncConnection, audience: Audience) -> list[Shortlist]:
    """Return the shortlists that the person sees; ``audience`` is the one as which they see plots."""
    kept = await keeping.listed(connection, TABLE)
    plots = await _plots(connection, audience, [one.id for one in kept])
    return [Shortlist(one, tuple(plots.get(one.id, ()))) for one in kept]


async def shortlist(connection: AsyncConnection, kept: int, audience: Audience) -> Shortlist:
    """Return one shortlist. Raises NotKept."""
    one = await keeping.found(connection, TABLE, kept)
    return Shortlist(one, tuple((await _plots(connection, audience, [kept])).get(kept, ())))


async def save(connection: AsyncConnection, name: str, plots: Sequence[int], *, is_shared: bool) -> int:
    """Make a shortlist of these plots and return its id. Raises UnusableName, NameTaken, TooMany."""
    kept = await keeping.save(connection, TABLE, name, is_shared=is_shared)
    if plots:
        await add(connection, kept, plots)
    return kept


async def add(connection: AsyncConnection, kept: int, plots: Sequence[int]) -> None:
    """Add plots at the end, whatever others have added meanwhile. Raises NotKept, NotYours, TooMany."""
    await keeping.found(connection, TABLE, kept, to_change=True)
    added = await connection.execute(
        """
        insert into flurwerk_access.shortlist_plots (shortlist, plot, position)
        select %(list)s, u.plot, e.position + u.at
        from unnest(%(plots)s::bigint[]) with ordinality as u (plot, at)
        cross join (
            select coalesce(max(position), 0) as position
            from flurwerk_access.shortlist_plots
            where shortlist = %(list)s
        ) as e
        on conflict do nothing
        """,
        {"list": kept, "plots": list(dict.fromkeys(plots))},
    )
    count = await (
        await connection.execute("select count(*) from flurwerk_access.shortlist_plots where shortlist = %s", [kept])
    ).fetchone()
    if count and count[0] > MOST_PLOTS:
        raise TooMany(MOST_PLOTS)
    if added.rowcount:
        await _touch(connection, kept)


async def take_off(connection: AsyncConnection, kept: int, plots: Sequence[int]) -> None:
    """Take plots off; those that are not on it are no mistake. Raises NotKept, NotYours."""
    await keeping.found(connection, TABLE, kept, to_change=True)
    done = await connection.execute(
        "delete from flurwerk_access.shortlist_plots where shortlist = %s and plot = any (%s)", [kept, list(plots)]
    )
    if done.rowcount:
        await _touch(connection, kept)


async def order(connection: AsyncConnection, kept: int, plots: Sequence[int], audience: Audience) -> None:
    """Put the plots in this order. Those that the person does not see keep their places.

    Raises NotKept, NotYours, and OtherPlots unless they are exactly those that the person sees of the list.
    """
    await keeping.found(connection, TABLE, kept, to_change=True)
    shown = (await _plots(connection, audience, [kept])).get(kept, [])
    if sorted(shown) != sorted(plots):
        raise OtherPlots
    if list(shown) == list(plots):
        return
    places = await (
        await connection.execute(
            """
            select position
            from flurwerk_access.shortlist_plots
            where shortlist = %s
              and plot = any (%s)
            order by position
            """,
            [kept, list(plots)],
        )
    ).fetchall()
    await connection.execute(
        """
        update flurwerk_access.shortlist_plots as p
        set position = u.position
        from unnest(%(plots)s::bigint[], %(positions)s::integer[]) as u (plot, position)
        where p.shortlist = %(list)s
          and p.plot = u.plot
        """,
        {"list": kept, "plots": list(plots), "positions": [position for (position,) in places]},
    )
    await _touch(connection, kept)


async def _touch(connection: AsyncConnection, kept: int) -> None:
    # Its trigger counts the version.
    await connection.execute("update flurwerk_access.shortlists set name = name where id = %s", [kept])


async def _plots(connection: AsyncConnection, audience: Audience, kept: Sequence[int]) -> dict[int, list[int]]:
    """Return the plots of lists in order. Whoever sees all plots also sees which are deleted."""
    layer = LAYERS["plots"]
    condition = sql.SQL("true")
    if not layer.shows_all(audience):
        condition = sql.SQL("exists (select from {} as r where r.id = p.plot)").format(view_of(audience, layer))
    rows = await connection.execute(
        sql.SQL(
            """
            select p.shortlist, array_agg(p.plot order by p.position, p.plot)
            from flurwerk_access.shortlist_plots as p
            where p.shortlist = any (%s)
              and {condition}
            group by p.shortlist
            """
        ).format(condition=condition),
        [list(kept)],
    )
    return dict(await rows.fetchall())
