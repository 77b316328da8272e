"""What hand-outs tell of plots: the public columns only, whoever asks, and what lies around them.

The public gets the plots on offer. Insiders may want the exposé of a plot that is not on offer yet: they choose among
the plots that they see, and it still shows no more than the public columns. Around them stand the plots on offer only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import sql
from psycopg.rows import dict_row

from geo.errors import FlurwerkError
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.layers.views import view_of
from geo.store.database import AsyncConnection, Query

COLUMNS = tuple(column.name for column in LAYERS["plots"].visible_columns(Audience.PUBLIC))
MOST_PLOTS = 50
SIMPLIFIED_M = 2
"""How far a drawn border may lie from the true one: under a millimetre on every map."""


class UnknownPlots(FlurwerkError):
    """Plots that the caller does not see."""


class HandoutsBusy(FlurwerkError):
    """As many hand-outs are being made as may be at once."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """What a hand-out is made of, ready for JSON: each plot with its facts, geometry, area and restrictions.

    Geometries are GeoJSON in EPSG:25832. ``districts`` and ``areas`` are the whole city's, ``neighbours`` the plots
    on offer near those that it is about.
    """

    plots: list[dict[str, Any]]
    districts: list[dict[str, Any]]
    areas: list[dict[str, Any]]
    neighbours: list[dict[str, Any]]


async def read(connection: AsyncConnection, plots: Sequence[int], audience: Audience) -> Dossier:
    """The dossier of these plots, in their order. Raises UnknownPlots, naming those that the audience does not see."""
    found = await _rows(connection, _plots(plots, audience.impersonal))
    missing = [plot for plot in plots if plot not in {row["facts"]["id"] for row in found}]
    if missing:
        is_one = len(missing) == 1
        named = ", ".join(map(str, missing))
        leave = "" if len(plots) == 1 else " Leave it out." if is_one else " Leave them out."
        raise UnknownPlots(
            f"There is no plot {named} here." if is_one else f"There are no plots {named} here.",
            f"{'It' if is_one else 'They'} may have left the market.{leave}",
        )
    return Dossier(
        found,
        await _rows(connection, _places("districts", "r.kind = 'district'")),
        await _rows(connection, _places("industrial_areas", "true")),
        await _rows(connection, _neighbours(plots, audience.impersonal)),
    )


def _plots(plots: Sequence[int], audience: Audience) -> Query:
    statement = sql.SQL(
        """
        select
            (select row_to_json(f) from (select {columns}) as f) as facts,
            st_asgeojson(r.geom, 2)::json as geometry,
            a.name as area,
            (
                select coalesce(
                    json_agg(
                        json_build_object(
                            'kind', h.kind,
                            'severity', h.severity,
                            'geometry', st_asgeojson(h.geom, 2)::json
                        )
                        order by h.severity = 'serious' desc, h.kind, h.id
                    ),
                    '[]'::json
                )
                from {restrictions} as h
                where h.plot = r.id
            ) as restrictions
        from {plots} as r
        left join {areas} as a on a.id = r.industrial_area
        where r.id = any (%(plots)s)
        order by array_position(%(plots)s::bigint[], r.id)
        """
    ).format(
        columns=sql.SQL(", ").join(sql.Identifier("r", name) for name in ("id", *COLUMNS)),
        plots=view_of(audience, LAYERS["plots"]),
        restrictions=view_of(audience, LAYERS["plot_restrictions"]),
        areas=view_of(Audience.PUBLIC, LAYERS["industrial_areas"]),
    )
    return Query(statement, {"plots": list(plots)})


def _places(layer: str, condition: str) -> Query:
    statement = sql.SQL(
        """
        select r.name, st_asgeojson(st_simplify(r.geom, %(simplified)s, true), 1)::json as geometry
        from {places} as r
        where {condition}
        order by r.id
        """
    ).format(
        places=view_of(Audience.PUBLIC, LAYERS[layer]),
        condition=sql.SQL(condition),  # pyright: ignore[reportArgumentType]
    )
    return Query(statement, {"simplified": SIMPLIFIED_M})


def _neighbours(plots: Sequence[int], audience: Audience) -> Query:
    """The plots on offer that a map of one of these may show: a map is at most five times as wide as its plot."""
    statement = sql.SQL(
        """
        with frames as (
            select
                st_expand(
                    st_envelope(r.geom),
                    500 + 2.5 * greatest(st_xmax(r.geom) - st_xmin(r.geom), st_ymax(r.geom) - st_ymin(r.geom))
                ) as frame
            from {plots} as r
            where r.id = any (%(plots)s)
        )
        select r.id, r.name, r.status, st_asgeojson(r.geom, 1)::json as geometry
        from {offered} as r
        where exists (select from frames as f where f.frame && r.geom)
        order by r.id
        """
    ).format(plots=view_of(audience, LAYERS["plots"]), offered=view_of(Audience.PUBLIC, LAYERS["plots"]))
    return Query(statement, {"plots": list(plots)})


async def _rows(connection: AsyncConnection, query: Query) -> list[dict[str, Any]]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query.statement, query.parameters, prepare=False)
        return await cursor.fetchall()
