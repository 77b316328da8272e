"""Reads which plots and properties are on offer, and why the others are not."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import sql
from psycopg.rows import dict_row

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.layers.views import view_of
from geo.store.database import Connection

PROPERTIES = """
    select
        p.id, p.name, p.address, p.use, p.area_m2, p.height_m, d.district,
        st_x(st_transform(p.geom, 4326)) as longitude,
        st_y(st_transform(p.geom, 4326)) as latitude,
        case
            when p.withdrawn_on is not null then 'withdrawn'
            when p.vacant_since is null then 'not_vacant'
            when exists (
                select from flurwerk.brokerages as b
                where b.property = p.id
                  and b.cancelled_on is null
                  and b.agreed_on >= p.vacant_since
            ) then 'brokered'
        end as kept_back
    from flurwerk.properties as p
    left join flurwerk.district_names as d on d.district_key = p.district_key
    order by p.id
"""

STATUSES = """
    select s.status, count(*)
    from flurwerk.plot_supply as s
    where not s.on_offer
    group by s.status
    order by s.status
"""


class Place(NamedTuple):
    """Where something lies, in degrees (WGS 84)."""

    longitude: float
    latitude: float


@dataclass(frozen=True, slots=True)
class Offered:
    """What is on offer: the places of plots by id, properties with their facts; and how many are not, by reason."""

    plots: Mapping[int, Place]
    properties: list[dict[str, Any]]
    plots_kept_back: Mapping[str, int]
    properties_kept_back: Mapping[str, int]
    installed_at: datetime


def read_offered(connection: Connection) -> Offered:
    """Return what is on offer now. A plot is on offer if the public sees it.

    A property is if it is vacant, not withdrawn, and has not been brokered since it became vacant.
    """
    found = _properties(connection)
    row = connection.execute("select min(applied_at) from public.flurwerk_migrations").fetchone()
    assert row is not None
    return Offered(
        plots=_places(connection),
        properties=[each for each in found if each["kept_back"] is None],
        plots_kept_back=dict(connection.execute(STATUSES).fetchall()),
        properties_kept_back=Counter(each["kept_back"] for each in found if each["kept_back"]),
        installed_at=row[0],
    )


def _places(connection: Connection) -> dict[int, Place]:
    statement = sql.SQL(
        """
        select id, st_x(place), st_y(place)
        from (select id, st_transform(st_pointonsurface(geom), 4326) as place from {plots}) as p
        order by id
        """
    ).format(plots=view_of(Audience.PUBLIC, LAYERS["plots"]))
    return {record: Place(longitude, latitude) for record, longitude, latitude in connection.execute(statement)}


def _properties(connection: Connection) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(PROPERTIES).fetchall()
