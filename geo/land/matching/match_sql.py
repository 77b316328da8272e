"""The queries for the facts about plots and the wishes of inquiries."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import LiteralString

from psycopg import sql

from geo.land.matching import distances
from geo.records.layers.kept import are_kept
from geo.store.database import SRID, Query


@dataclass(frozen=True, slots=True)
class Wanted:
    """The facts to query. Expensive ones are looked up only if they are needed and the caller may see them."""

    fibre: bool = False
    access: Collection[str] = ()
    """The kinds of access whose nearest point is named. The distances are public and always included."""
    reservations: bool = False
    place: tuple[float, float] | None = None
    plot: int | None = None


# The public view contains the plots on offer, with the columns that everyone may see.
PLOTS: LiteralString = """
    with place as (
        select st_transform(st_setsrid(st_makepoint(%(longitude)s::float8, %(latitude)s::float8), 4326), {srid}) as geom
    ),
    restricted as (
        select plot, array_agg(array[kind, severity] order by kind, id) as restrictions
        from flurwerk_for_public.plot_restrictions
        group by plot
    ),
    admitting as (
        select zoning, array_agg(wanted) as admits
        from admitted_zonings
        group by zoning
    )
    {reserved}
    select
        p.id,
        p.name,
        flurwerk.day_shown() as day,
        p.address,
        p.district,
        p.status,
        p.remaining_m2::float8,
        p.zoning,
        coalesce(admitting.admits, '{{}}') as admits,
        p.ownership,
        p.divisible,
        p.min_lot_m2::float8,
        p.asking_price_eur_m2::float8,
        p.ground_value_eur_m2::float8,
        p.horizon,
        p.available_from,
        restricted.restrictions,
        fibre.layer as fibre_layer,
        fibre.distance_m::float8 as fibre_m,
        {access_m},
        access.names as access_names,
        case when %(longitude)s::float8 is not null then st_distance(p.geom, place.geom) end as place_m,
        {reserved_for} as reserved_for,
        st_x(middle.geom) as longitude,
        st_y(middle.geom) as latitude
    from flurwerk_for_public.plots as p
    cross join place
    cross join lateral (select st_transform(st_centroid(st_envelope(p.geom)), 4326) as geom) as middle
    left join restricted on restricted.plot = p.id
    left join admitting on admitting.zoning = p.zoning
    {reservations}
    {fibre}
    {access}
    where %(plot)s::bigint is null
       or p.id = %(plot)s
"""

RESERVED: LiteralString = """
    , reserved as (
        select plot, array_agg(coalesce(inquiry, 0)) as inquiries
        from holding_reservations
        group by plot
    )
"""


def facts(wanted: Wanted) -> Query:
    """Return the query for the facts: one row per plot on offer, for geo.land.matching.reading.facts."""
    statement = sql.SQL(PLOTS).format(
        srid=sql.Literal(SRID),
        access_m=sql.SQL(distances.ACCESS_M if are_kept("access_points") else distances.NO_ACCESS_M),
        reserved=sql.SQL(RESERVED if wanted.reservations else ""),
        reserved_for=sql.SQL("reserved.inquiries" if wanted.reservations else "null::bigint[]"),
        reservations=sql.SQL("left join reserved on reserved.plot = p.id" if wanted.reservations else ""),
        fibre=sql.SQL(distances.FIBRE if wanted.fibre else distances.NO_FIBRE),
        access=sql.SQL(distances.ACCESS_NAMES if wanted.access else distances.NO_ACCESS_NAMES),
    )
    longitude, latitude = wanted.place or (None, None)
    values = {
        "longitude": longitude,
        "latitude": latitude,
        "plot": wanted.plot,
        "access": [distances.ACCESS_KINDS[code] for code in wanted.access],
    }
    return Query(statement, values)


WISHES: LiteralString = """
    select
        i.id as inquiry,
        i.number,
        i.tenure,
        i.use,
        i.min_m2::float8,
        i.max_m2::float8,
        i.zoning,
        i.districts,
        st_x(st_transform(i.geom, 4326)) as longitude,
        st_y(st_transform(i.geom, 4326)) as latitude,
        i.near_m::float8,
        i.divisible,
        i.fibre_required,
        i.access,
        i.budget_eur_m2::float8,
        i.needed_by,
        {place_m} as place_m
    from flurwerk_for_internal.inquiries as i
"""
BY_ID: LiteralString = "where i.id = %(inquiry)s"
BY_NUMBER: LiteralString = "where i.number = %(number)s order by i.status desc, i.id desc limit 1"
WAITING: LiteralString = """
    join wanted_land as w on w.inquiry = i.id
    join flurwerk_for_public.plots as p on p.id = %(plot)s
    order by i.id
"""


def wish(*, inquiry: int | None = None, number: str | None = None) -> Query:
    """Return the query for one inquiry by id or number. If several have the number, the latest open one is returned."""
    statement = sql.SQL(WISHES).format(place_m=sql.SQL("null::float8"))
    condition = sql.SQL(BY_ID if number is None else BY_NUMBER)
    return Query(statement + condition, {"inquiry": inquiry, "number": number})


def waiting(plot: int) -> Query:
    """Return the query for all inquiries that wait for land, with the distance of each one's place to the plot."""
    statement = sql.SQL(WISHES).format(place_m=sql.SQL("st_distance(i.geom, p.geom)"))
    return Query(statement + sql.SQL(WAITING), {"plot": plot})
