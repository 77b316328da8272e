"""The surroundings of a plot that the caller may see. Each part is one statement over the audience's views."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from psycopg import sql

from geo.land import reservations
from geo.records.layers import LAYERS
from geo.records.layers.kept import are_kept
from geo.records.layers.layer import Audience
from geo.records.layers.views import view_of
from geo.store.database import AsyncConnection, Query

NEIGHBOURS_WITHIN_M = 200
NEAREST = 3
"""The number of access points returned of each kind."""

AudienceOf = Callable[..., Audience]
"""Returns the audience as which the caller sees the given layers together."""

PRICE = """
    select
        r.id,
        r.name,
        r.asking_price_eur_m2,
        r.ground_value_eur_m2,
        r.ground_value_on,
        round(100 * (r.asking_price_eur_m2 / r.ground_value_eur_m2 - 1), 1) as markup_percent
    from {plots} as r
    where r.id = %(plot)s
"""

RESTRICTIONS = """
    select r.id, r.kind, r.severity, {note} as note
    from {plot_restrictions} as r
    where r.plot = %(plot)s
    order by r.severity desc, r.kind, r.id
"""

NEIGHBOURS = """
    select 'plots' as layer, r.id, r.name, r.status, round((r.geom <-> p.geom)::numeric, 1) as distance_m
    from {plots} as p
    join {plots} as r on st_dwithin(r.geom, p.geom, %(within)s) and r.id <> p.id
    where p.id = %(plot)s
    union all
    select 'industrial_areas', r.id, r.name, null, round((r.geom <-> p.geom)::numeric, 1)
    from {plots} as p
    join {industrial_areas} as r on st_dwithin(r.geom, p.geom, %(within)s)
    where p.id = %(plot)s
    order by distance_m, layer desc, name, id
"""

# The closest points are as exact as the stored geometries, which have a precision of a millimetre.
FIBRE = """
    select
        d.layer,
        d.record as id,
        d.distance_m,
        c.address,
        {cluster} as cluster,
        array[st_x(n.point), st_y(n.point)] as point,
        array[st_x(n.border), st_y(n.border)] as border
    from {plots} as p
    join flurwerk.fibre_distances as d on d.plot = p.id
    left join {trenches} as t on d.layer = 'trenches' and t.id = d.record
    left join {connections} as c on d.layer = 'connections' and c.id = d.record
    cross join lateral (
        select
            st_transform(st_closestpoint(coalesce(t.geom, c.geom), p.geom), 4326) as point,
            st_transform(st_closestpoint(p.geom, coalesce(t.geom, c.geom)), 4326) as border
    ) as n
    where p.id = %(plot)s
      and d.record is not null
"""

TRANSACTIONS = """
    select r.id, r.kind, r.area_m2, r.agreed_reached_on as agreed_on, r.status, r.takes_land
    from {transactions} as r
    where r.plot = %(plot)s
    order by r.agreed_reached_on desc nulls last, r.id desc
"""

ACCESS = """
    select
        a.id,
        a.name,
        a.kind,
        round(a.distance::numeric, 1) as distance_m,
        array[st_x(a.point), st_y(a.point)] as point
    from (
        select
            r.id,
            r.name,
            r.kind,
            r.geom <-> p.geom as distance,
            st_transform(r.geom, 4326) as point,
            row_number() over (partition by r.kind order by r.geom <-> p.geom, r.id) as place
        from {plots} as p
        cross join {access_points} as r
        where p.id = %(plot)s
    ) as a
    where a.place <= %(nearest)s
    order by a.kind, a.distance, a.id
"""


class Part(NamedTuple):
    """A part of the surroundings: the layers it shows, whether the public may see it, and whether it is one record.

    Without a statement of its own it is that of the reservations.
    """

    statement: str | None
    layers: tuple[str, ...]
    is_public: bool = False
    is_single: bool = False


ALL_PARTS = {
    "price": Part(PRICE, ("plots",), is_public=True, is_single=True),
    "restrictions": Part(RESTRICTIONS, ("plot_restrictions",), is_public=True),
    "neighbours": Part(NEIGHBOURS, ("plots", "industrial_areas"), is_public=True),
    "fibre": Part(FIBRE, ("plots", "trenches", "connections"), is_single=True),
    "transactions": Part(TRANSACTIONS, ("transactions",)),
    "reservations": Part(None, reservations.NEEDED),
    "access_points": Part(ACCESS, ("access_points",)),
}


PARTS = {name: part for name, part in ALL_PARTS.items() if are_kept(*part.layers)}
"""The parts that the agency's layers allow for."""


class Surroundings(NamedTuple):
    """The parts by name, each a list of rows or a single one, and the names of those withheld from the caller."""

    parts: dict[str, Any]
    withheld: tuple[str, ...]


async def surroundings(connection: AsyncConnection, plot: int, audience_of: AudienceOf) -> Surroundings | None:
    """Return a plot's surroundings, None if the caller sees no such plot. The connection must be in a transaction."""
    shown = {name: part for name, part in PARTS.items() if part.is_public or _is_inside(part, audience_of)}
    parts: dict[str, Any] = {}
    for name, part in shown.items():
        rows = await _rows(connection, _statement(part, plot, audience_of))
        if name == "price" and not rows:
            return None
        parts[name] = (rows[0] if rows else None) if part.is_single else rows
    return Surroundings(parts, tuple(name for name in PARTS if name not in shown))


def _is_inside(part: Part, audience_of: AudienceOf) -> bool:
    return audience_of(*part.layers) is not Audience.PUBLIC


def _statement(part: Part, plot: int, audience_of: AudienceOf) -> Query:
    if part.statement is None:
        return reservations.of_plot(plot, audience_of)
    # Most parts need the plots to measure from. No part shows personal columns.
    keys = dict.fromkeys(("plots", *part.layers))
    views = {key: view_of(audience_of(key).impersonal, LAYERS[key]) for key in keys}
    has_note = audience_of("plot_restrictions") is not Audience.PUBLIC
    note = sql.SQL("r.note" if has_note else "null")
    cluster = sql.SQL("t.cluster_key" if audience_of("clusters") is not Audience.PUBLIC else "null::text")
    parameters: Mapping[str, Any] = {"plot": plot, "within": NEIGHBOURS_WITHIN_M, "nearest": NEAREST}
    statement = sql.SQL(part.statement).format(**views, note=note, cluster=cluster)  # pyright: ignore[reportArgumentType]
    return Query(statement, dict(parameters))


async def _rows(connection: AsyncConnection, query: Query) -> list[dict[str, Any]]:
    cursor = await connection.execute(query.statement, query.parameters, prepare=False)
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in await cursor.fetchall()]
