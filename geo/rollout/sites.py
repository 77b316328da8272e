"""Sites for the mobile network: operators' requests with their search rings, the candidates, and what is near them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import LiteralString, NamedTuple

from psycopg import sql

from geo.records.layers.kept import are_kept
from geo.rollout.measures import fetch
from geo.store.database import AsyncConnection

FORECAST_WITHIN_M = 100
"""A rule of the city: a sensitive site within this distance of a candidate requires a forecast of its emissions."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request. It has been in its state ``since`` that day; ``lon`` and ``lat`` are the ring's centre.

    ``ring`` is a GeoJSON polygon, None without a radius; ``candidates`` is the number of sites proposed for it.
    """

    id: int
    source_id: str
    operator: str | None
    technology: str | None
    status: str
    since: date | None
    days: int | None
    received_on: date | None
    deadline_on: date | None
    radius_m: Decimal | None
    min_height_m: Decimal | None
    candidates: int
    lon: float
    lat: float
    ring: str | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate site. ``distance_m`` is measured from the ring's centre and may exceed its radius."""

    id: int
    kind: str
    ownership: str | None
    property: int | None
    property_name: str | None
    height_m: Decimal | None
    reaches_height: bool | None
    result: str
    reason: str | None
    assessed_on: date | None
    distance_m: Decimal
    in_ring: bool | None
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Property:
    """A public property inside the ring. ``distance_m`` is measured from the ring's centre."""

    id: int
    name: str
    address: str | None
    use: str | None
    height_m: Decimal | None
    reaches_height: bool | None
    distance_m: Decimal
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Sensitive:
    """A sensitive site so near to a candidate that a forecast of its emissions is required."""

    candidate: int
    id: int
    name: str
    kind: str
    distance_m: Decimal
    lon: float
    lat: float


class Site(NamedTuple):
    """A request with its candidates, nearby properties and sensitive sites, as far as their layers are kept."""

    request: Request
    candidates: list[Candidate]
    properties: list[Property]
    sensitive: list[Sensitive]


# Each state began on its own date, except the first, whose date may be derived from a later one.
REQUESTS: LiteralString = """
    select
        m.id,
        m.source_id,
        o.name as operator,
        m.technology,
        m.status,
        s.since,
        flurwerk.today() - s.since as days,
        m.received_reached_on as received_on,
        m.deadline_on,
        m.radius_m,
        m.min_height_m,
        (select count(*) from mobile_candidates as c where c.request = m.id) as candidates,
        st_x(w.geom) as lon,
        st_y(w.geom) as lat,
        st_asgeojson(
            st_transform(st_buffer(m.geom, m.radius_m::float8, 24), 4326), 6
        ) as ring
    from mobile_requests as m
    left join operators as o on o.id = m.operator
    cross join lateral (select st_transform(m.geom, 4326) as geom) as w
    cross join lateral (
        select case m.status
            when 'withdrawn' then m.withdrawn_on
            when 'on_air' then m.on_air_on
            when 'built' then m.built_on
            when 'permitted' then m.permitted_on
            when 'applied' then m.applied_on
            when 'leased' then m.leased_on
            when 'accepted' then m.accepted_on
            when 'proposed' then m.proposed_on
            else m.received_reached_on
        end as since
    ) as s
    where %(request)s::bigint is null or m.id = %(request)s
    order by m.status in ('on_air', 'withdrawn'), s.since, m.id
"""
CANDIDATES: LiteralString = """
    select
        c.id,
        c.kind,
        c.ownership,
        {property} as property,
        {property_name} as property_name,
        c.height_m,
        c.height_m >= m.min_height_m as reaches_height,
        c.result,
        c.reason,
        c.assessed_on,
        round(st_distance(c.geom, m.geom)::numeric, 1) as distance_m,
        st_dwithin(c.geom, m.geom, m.radius_m) as in_ring,
        st_x(w.geom) as lon,
        st_y(w.geom) as lat
    from mobile_candidates as c
    join mobile_requests as m on m.id = c.request
    {properties}
    cross join lateral (select st_transform(c.geom, 4326) as geom) as w
    where m.id = %(request)s
    order by array_position(array['suitable', 'open', 'rejected'], c.result), distance_m, c.id
"""
PROPERTIES: LiteralString = """
    select
        p.id,
        p.name,
        p.address,
        p.use,
        p.height_m,
        p.height_m >= m.min_height_m as reaches_height,
        round(st_distance(p.geom, m.geom)::numeric, 1) as distance_m,
        st_x(w.geom) as lon,
        st_y(w.geom) as lat
    from mobile_requests as m
    join properties as p on st_dwithin(p.geom, m.geom, m.radius_m)
    cross join lateral (select st_transform(p.geom, 4326) as geom) as w
    where m.id = %(request)s
      and p.ownership = 'public'
      and (p.withdrawn_on is null or p.withdrawn_on > flurwerk.today())
    order by distance_m, p.id
"""
SENSITIVE: LiteralString = """
    select
        c.id as candidate,
        s.id,
        s.name,
        s.kind,
        round(st_distance(c.geom, s.geom)::numeric, 1) as distance_m,
        st_x(w.geom) as lon,
        st_y(w.geom) as lat
    from mobile_candidates as c
    join sensitive_sites as s on st_dwithin(s.geom, c.geom, %(within_m)s)
    cross join lateral (select st_transform(s.geom, 4326) as geom) as w
    where c.request = %(request)s
    order by distance_m, c.id, s.id
"""


async def requests(connection: AsyncConnection) -> list[Request]:
    """Return all requests: open ones first, then those longest in their state."""
    return await fetch(connection, Request, sql.SQL(REQUESTS), {"request": None})


async def site(connection: AsyncConnection, request: int) -> Site | None:
    """Return a request and everything around it, or None if there is no request of that id."""
    bound = {"request": request, "within_m": FORECAST_WITHIN_M}
    found = await fetch(connection, Request, sql.SQL(REQUESTS), bound)
    if not found:
        return None
    has_properties = are_kept("properties")
    candidates = sql.SQL(CANDIDATES).format(
        property=sql.SQL("c.property" if has_properties else "null::bigint"),
        property_name=sql.SQL("p.name" if has_properties else "null::text"),
        properties=sql.SQL("left join properties as p on p.id = c.property" if has_properties else ""),
    )
    return Site(
        found[0],
        await fetch(connection, Candidate, candidates, bound),
        await fetch(connection, Property, sql.SQL(PROPERTIES), bound) if has_properties else [],
        await fetch(connection, Sensitive, sql.SQL(SENSITIVE), bound) if are_kept("sensitive_sites") else [],
    )
