"""The overview's queries, one per layer: PostgreSQL builds the embedded GeoJSON from the audience's views only."""

from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import sql

from geo.figures.kpis import evaluation
from geo.figures.kpis import kpi_sql as kpis
from geo.figures.kpis.broadband import FUNDED_CONNECTIONS
from geo.figures.kpis.land import PRIVATE_LAND_M2, PUBLIC_LAND_M2
from geo.figures.kpis.mobile import MOBILE_REQUESTS
from geo.figures.kpis.parts import IN_FORCE
from geo.periods import Period
from geo.records.layers import LAYERS
from geo.records.layers.kept import are_kept
from geo.records.layers.layer import Audience
from geo.records.layers.views import SCHEMAS
from geo.store.catalogue import describe
from geo.store.database import Connection, Query
from maps.folium_map.facts import references, title_column, visible
from maps.folium_map.legend import others
from maps.signs import Signs


@dataclass(frozen=True, slots=True)
class Drawing:
    """A layer's features: ``style`` is the SQL of the legend entry, null for what is not drawn, or the layer's signs.

    Over the alias ``r`` (the audience's view); ``{schema}`` and the CTE names of ``counted`` stand for themselves.
    ``title`` is the column by which a record is called, ``extra`` are columns beside the layer's facts.
    """

    layer: str
    style: LiteralString | Signs
    geometry: LiteralString = "r.geom"
    joined: LiteralString = ""
    condition: LiteralString = "true"
    title: str | None = None
    extra: LiteralString = ""


LABEL_POINT: LiteralString = """
    st_x(st_transform(st_pointonsurface(r.geom), 4326))::numeric(9, 6) as label_x,
    st_y(st_transform(st_pointonsurface(r.geom), 4326))::numeric(9, 6) as label_y,
"""

DISTRICTS = Drawing(
    "districts", "'districts'", condition="r.kind = 'district'", title="name", extra=LABEL_POINT + "r.key,"
)
INDUSTRIAL_AREAS = Drawing("industrial_areas", "'industrial_areas'", title="name", extra=LABEL_POINT)
OFFERED_PLOTS = Drawing("plots", "'plots-' || r.status", title="name")
PLOTS = Drawing(
    "plots",
    "'plots-' || r.status",
    title="name",
    extra="""
        (
            select json_agg(json_build_array(restriction.kind, restriction.severity) order by restriction.id)
            from {schema}.plot_restrictions as restriction
            where restriction.plot = r.id
        ) as restrictions,
    """,
)
PLOT_RESTRICTIONS = Drawing(
    "plot_restrictions",
    "'restrictions-' || r.severity",
    geometry="coalesce(r.geom, p.geom)",
    joined="join {schema}.plots as p on p.id = r.plot",
)
COUNTED_DEAL: LiteralString = """
    case
        when public_land.id is not null then 'deals-public'
        when private_land.id is not null then 'deals-private'
"""
COUNTED_DEALS: LiteralString = """
    left join public_land on public_land.id = r.id
    left join private_land on private_land.id = r.id
"""
DEALS = Drawing(
    "transactions",
    COUNTED_DEAL + "end",
    geometry="coalesce(r.geom, p.geom)",
    joined="left join {schema}.plots as p on p.id = r.plot" + COUNTED_DEALS,
)
NOTARISED_DEALS = Drawing(
    "transactions",
    COUNTED_DEAL + "when r.agreed_on >= %(end)s then null else 'deals-other' end",
    joined=COUNTED_DEALS,
)
TRENCHES = Drawing(
    "trenches",
    """
    case
        when r.discarded_on < %(end)s then null
        when r.planned_reached_on >= %(end)s then null
        when r.origin = 'existing_duct' or r.duplicate_of is not null then 'trenches-existing'
        when r.laid_reached_on < %(end)s then 'trenches-laid' || own.suffix
        when r.planned_reached_on < %(end)s then 'trenches-planned' || own.suffix
    end
    """,
    joined="""
        join {schema}.programmes as p on p.id = r.programme
        cross join lateral (select case p.funding when 'funded' then '' else '_other' end as suffix) as own
    """,
)
CONNECTIONS = Drawing(
    "connections",
    """
    case
        when funded.id is not null then 'connections-period'
        when r.connected_reached_on < %(first)s then 'connections-before'
        when r.connected_reached_on < %(end)s then 'connections-period_other'
        when r.dropped_on < %(end)s
            and coalesce(r.ordered_on <= r.dropped_on or r.ordered_on >= %(end)s, true) then null
        else 'connections-open'
    end
    """,
    joined="left join funded on funded.id = r.id",
    title="address",
)
MOBILE_RINGS = Drawing(
    "mobile_requests",
    """
    case
        when requested.id is not null then 'mobile-period'
        when r.received_reached_on >= %(end)s then null
        when least(r.on_air_on, r.withdrawn_on) < %(end)s then 'mobile-closed'
        else 'mobile-before'
    end
    """,
    joined="left join requested on requested.id = r.id",
)

BY_PERIOD: dict[Audience, tuple[Drawing, ...]] = {
    Audience.PUBLIC: (DISTRICTS, INDUSTRIAL_AREAS, OFFERED_PLOTS, NOTARISED_DEALS),
    Audience.INTERNAL: (
        DISTRICTS,
        INDUSTRIAL_AREAS,
        TRENCHES,
        PLOTS,
        PLOT_RESTRICTIONS,
        CONNECTIONS,
        MOBILE_RINGS,
        DEALS,
    ),
}
"""What has a sign by what happened in the period; all else is drawn as it is today (``maps.folium_map.legend``)."""

COUNTED = {
    "public_land": PUBLIC_LAND_M2,
    "private_land": PRIVATE_LAND_M2,
    "funded": FUNDED_CONNECTIONS,
    "requested": MOBILE_REQUESTS,
}
"""The indicators by CTE name: the map highlights exactly the records that they count."""


def drawings(audience: Audience) -> list[Drawing]:
    """Return what an audience's map draws, one entry per layer."""
    return [
        *(drawing for drawing in BY_PERIOD[audience] if are_kept(drawing.layer)),
        *(Drawing(one.layer, one, title=title_column(LAYERS[one.layer], audience)) for one in others(audience)),
    ]


def collection(connection: Connection, drawing: Drawing, audience: Audience, period: Period) -> Query:
    """Return the statement for one row: the layer's features as GeoJSON FeatureCollection text in WGS 84."""
    parameters: dict[str, Any] = {"first": period.first, "end": period.end}
    schema = sql.Identifier(SCHEMAS[audience])
    named = references(describe(connection, drawing.layer), audience)
    facts = [_fact(name, schema, named.get(name)) for name in visible(drawing.layer, audience)]
    statement = sql.SQL(
        """
        {counted}
        select
            json_strip_nulls(
                json_build_object(
                    'type', 'FeatureCollection',
                    'features', coalesce(json_agg(st_asgeojson(f.*, 'geom', 6)::json order by f.id), '[]'::json)
                )
            )::text as collection
        from (
            select
                r.id,
                {style} as class,
                {title}
                {extra}
                {facts}
                st_transform({geometry}, 4326) as geom
            from {records} as r
            {joined}
            where {condition}
        ) as f
        where f.class is not null
          and f.geom is not null
        """
    ).format(
        counted=_counted(drawing, period, parameters),
        style=_class(drawing.style),
        title=sql.SQL("r.{} as title,").format(sql.Identifier(drawing.title)) if drawing.title else sql.SQL(""),
        extra=sql.SQL(drawing.extra).format(schema=schema),
        facts=sql.SQL("").join(sql.SQL("{}, ").format(fact) for fact in facts),
        geometry=sql.SQL(drawing.geometry),
        records=_records(connection, drawing, period, schema, parameters),
        joined=sql.SQL(drawing.joined).format(schema=schema),
        condition=sql.SQL(drawing.condition),
    )
    return Query(statement, parameters)


def _records(
    connection: Connection, drawing: Drawing, period: Period, schema: sql.Identifier, parameters: dict[str, Any]
) -> sql.Composable:
    """Return the drawing's records: for a period before a reform the districts that it is split by, not today's."""
    parts = evaluation.reforms(connection).parts(period) if drawing is DISTRICTS else IN_FORCE
    if parts.day is None:
        return sql.SQL("{}.{}").format(schema, sql.Identifier(drawing.layer))
    return sql.SQL("(select row_number() over (order by key) as id, p.*, 'district' as kind from ({}) as p)").format(
        parts.relation(parameters)
    )


def _class(style: LiteralString | Signs) -> sql.Composable:
    if isinstance(style, str):
        return sql.SQL(style)
    if style.column is None:
        return sql.Literal(style.entries[0].key)
    start = style.entries[0].key.rpartition("-")[0]
    return sql.SQL("{} || '-' || r.{}").format(sql.Literal(start), sql.Identifier(style.column))


def _counted(drawing: Drawing, period: Period, parameters: dict[str, Any]) -> sql.Composable:
    """Return the ``with`` clause that selects the ids counted by the drawing's indicators; add their parameters."""
    names = [name for name in COUNTED if f"{name}.id" in drawing.joined]
    if not names:
        return sql.SQL("")
    parts: list[sql.Composable] = []
    for name in names:
        # All indicators of one statement count the same layer in the same period, so their parameters agree.
        query = kpis.rows(COUNTED[name], period)
        parameters |= query.parameters
        parts.append(
            sql.SQL("{} as materialized (select id from ({}) as c)").format(sql.Identifier(name), query.statement)
        )
    return sql.SQL("with ") + sql.SQL(", ").join(parts)


def _fact(name: str, schema: sql.Identifier, named: tuple[str, str] | None) -> sql.Composable:
    column = sql.Identifier("r", name)
    if named:
        layer, title = named
        return sql.SQL("(select named.{} from {}.{} as named where named.id = {}) as {}").format(
            sql.Identifier(title), schema, sql.Identifier(layer), column, sql.Identifier(name)
        )
    if name == "district_key":
        return sql.SQL(
            "(select d.name from {}.districts as d where d.kind = 'district' and d.key = {}) as district_key"
        ).format(schema, column)
    return column
