"""The statements that write features. Each is one, over the view of the audience, and ends in GeoJSON text."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from psycopg import sql

from geo.records.features.reading import Asked
from geo.records.features.selecting import behind, column, conditions, order, sort_values
from geo.records.features.selection import ID, Crs, Paging, Selection, SortKey
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import view_of
from geo.store.database import NOW, SRID, Query

COUNTED = 10_000
"""Up to how many matching records are counted, unless all are to be."""
ALL = 2**60

SURELY_MANY = 2 * COUNTED
"""Where the table is estimated at so many records, nobody counts to see that there are more than are counted."""

KEPT = 512
"""How many statements are kept as text, once they have been put together."""


def page(layer: Layer, audience: Audience, asked: Asked) -> Query:
    """One row: the FeatureCollection as text, and for the next page's cursor its values and id, or nulls.

    ``many`` tells whether more records match than are counted; numberMatched is then left out.
    """
    parameters: dict[str, Any] = {"counted": ALL if asked.counts_all else COUNTED, "surely_many": SURELY_MANY}
    if not is_plain(asked):
        return Query(_page(layer, audience, asked, parameters), parameters)
    # Of these there are few texts, and one plan is right for all ids to begin behind.
    after = asked.paging.after
    alike = replace(asked, paging=Paging(asked.paging.limit, after=replace(after, id=0) if after else None))
    parameters |= {"after_id": after.id} if after else {}
    return Query(_kept_page(layer.key, audience, alike), parameters)


def is_plain(asked: Asked) -> bool:
    """Whether all records are asked for, as they are now and in the order of their ids: one plan is right for all."""
    return not (asked.selection != Selection() or asked.paging.sort or asked.as_of or asked.counts_all)


@lru_cache(maxsize=KEPT)
def _kept_page(key: str, audience: Audience, asked: Asked) -> sql.SQL:
    text = _page(LAYERS[key], audience, asked, {}).as_string()
    return sql.SQL(text)  # pyright: ignore[reportArgumentType]


def _page(layer: Layer, audience: Audience, asked: Asked, parameters: dict[str, Any]) -> sql.Composed:
    view = view_of(audience, layer, is_past=asked.as_of is not None)
    selected = _selected(layer, audience, asked, parameters)
    after = asked.paging.after
    remaining = behind(asked.paging.sort, after, parameters) if after else sql.SQL("true")
    return sql.SQL(
        """
        select
            '{{"type":"FeatureCollection","timeStamp":"'
                || to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                || '","numberReturned":' || w.returned
                || case when w.matched <= %(counted)s then ',"numberMatched":' || w.matched else '' end
                || ',"features":[' || coalesce(w.features, '') || ']}}' as collection,
            w.next_values,
            w.next_id,
            w.matched is null or w.matched > %(counted)s as many
        from (
            select
                string_agg(p.feature, ',') filter (where p.position <= {limit}) as features,
                count(*) filter (where p.position <= {limit}) as returned,
                case when count(*) > {limit} then max(p.id) filter (where p.position = {limit}) end as next_id,
                max(p.sort_values) filter (where p.position = {limit}) as next_values,
                {matched} as matched
            from (
                select r.id, row_number() over () as position, {feature} as feature, {sort_values} as sort_values
                from (
                    select {columns}
                    from {view} as r
                    where {selected} and {behind}
                    order by {order}
                    limit {limit} + 1
                ) as r
            ) as p
        ) as w
        """
    ).format(
        # A plan for any limit would be one for a tenth of all records.
        limit=sql.Literal(asked.paging.limit),
        matched=_matched(layer, audience, asked, view, selected),
        feature=_feature(layer, asked.crs, asked.properties),
        sort_values=sort_values(asked.paging.sort),
        columns=_columns(layer, asked.properties, asked.paging.sort),
        view=view,
        selected=selected,
        behind=remaining,
        order=order(asked.paging.sort),
    )


def one(
    layer: Layer, audience: Audience, record: int, crs: Crs, properties: Sequence[str], *, is_past: bool = False
) -> Query:
    """A row with the Feature as text and the version of its record; none where the audience sees no such record.

    Every write moves ``recorded_from`` on. The public, which does not see that, sees no version either.
    """
    version = "null" if audience is Audience.PUBLIC else "to_hex((extract(epoch from r.recorded_from) * 1e6)::bigint)"
    view = view_of(audience, layer, is_past=is_past)
    statement = sql.SQL(
        "select {feature} as feature, {version} as version from {view} as r where r.id = %(id)s"
    ).format(feature=_feature(layer, crs, properties), version=sql.SQL(version), view=view)
    return Query(statement, {"id": record})


def several(layer: Layer, audience: Audience, records: Sequence[int], crs: Crs, properties: Sequence[str]) -> Query:
    """Rows of id and Feature as text, for those of the records that the audience sees, in no order."""
    statement = sql.SQL("select r.id, {feature} as feature from {view} as r where r.id = any (%(ids)s)").format(
        feature=_feature(layer, crs, properties), view=view_of(audience, layer)
    )
    return Query(statement, {"ids": list(records)})


def count(layer: Layer, audience: Audience, asked: Asked, most: int) -> Query:
    """A row with the number of selected records; counting ends at ``most``."""
    parameters: dict[str, Any] = {"most": most}
    statement = sql.SQL("select count(*) from (select from {view} as r where {selected} limit %(most)s) as m").format(
        view=view_of(audience, layer, is_past=asked.as_of is not None),
        selected=_selected(layer, audience, asked, parameters),
    )
    return Query(statement, parameters)


def copy(
    layer: Layer,
    audience: Audience,
    asked: Asked,
    cells: Sequence[tuple[str, sql.Composable]],
    *,
    limit: int | None,
    header: bool,
) -> Query:
    """COPY of the selected records as CSV rows; ``cells`` are the columns' names and expressions, over the alias r."""
    parameters: dict[str, Any] = {"limit": limit}
    statement = sql.SQL(
        """
        copy (
            select {cells}
            from {view} as r
            where {selected}
            order by {order}
            limit %(limit)s
        ) to stdout (format csv, header {header})
        """
    ).format(
        cells=sql.SQL(", ").join(sql.SQL("{} as {}").format(cell, sql.Identifier(name)) for name, cell in cells),
        view=view_of(audience, layer, is_past=asked.as_of is not None),
        selected=_selected(layer, audience, asked, parameters),
        order=order(asked.paging.sort),
        header=sql.Literal(header),
    )
    return Query(statement, parameters)


def extent(layer: Layer, audience: Audience) -> Query:
    """A row with west, south, east, north in degrees, null where there is no geometry to be seen.

    Where the audience sees every record, the bounds are read from the head of the spatial index, which costs nothing
    and is at most too wide; where it sees a part, they are those of that part, so that they tell nothing of the rest.
    """
    exact = sql.SQL("(select st_extent(geom) from {view})").format(view=view_of(audience, layer))
    if layer.shows_all(audience):
        exact = sql.SQL("coalesce(st_estimatedextent('flurwerk', {table}, 'geom'), {exact})").format(
            table=sql.Literal(layer.key), exact=exact
        )
    statement = sql.SQL(
        """
        select st_xmin(e.box), st_ymin(e.box), st_xmax(e.box), st_ymax(e.box)
        from (
            select box2d(st_transform(st_segmentize(st_setsrid({exact}::geometry, {srid}), 1000), 4326)) as box
        ) as e
        """
    ).format(exact=exact, srid=sql.Literal(SRID))
    return Query(statement, {})


def _selected(layer: Layer, audience: Audience, asked: Asked, parameters: dict[str, Any]) -> sql.Composable:
    selected = conditions(layer, asked.selection, parameters)
    if asked.chosen_as in (None, audience):
        return selected
    view = view_of(asked.chosen_as, layer, is_past=asked.as_of is not None)
    return sql.SQL("r.id in (select r.id from {view} as r where {selected})").format(view=view, selected=selected)


def _columns(layer: Layer, properties: Sequence[str], sort: Sequence[SortKey]) -> sql.Composed:
    geometry = ["geom"] if layer.geometry else []
    names = dict.fromkeys([ID, *properties, *(key.name for key in sort), *geometry])
    return sql.SQL(", ").join(map(column, names))


def _feature(layer: Layer, crs: Crs, properties: Sequence[str]) -> sql.Composed:
    # Text put together is several times faster than json_build_object, which parses each geometry again.
    row = sql.SQL("(select row_to_json(p)::text from (select {}) as p)").format(
        sql.SQL(", ").join(map(column, properties))
    )
    return sql.SQL(
        """'{{"type":"Feature","id":' || r.id || ',"geometry":' || {geometry} || ',"properties":' || {row} || '}}'"""
    ).format(geometry=_geometry(layer, crs), row=row if properties else sql.SQL("'{{}}'").format())


def _geometry(layer: Layer, crs: Crs) -> sql.Composable:
    if not layer.geometry:
        return sql.SQL("'null'")
    shown: sql.Composable = column("geom")
    if layer.geometry == "MultiPolygon":
        # RFC 7946 wants outer rings counterclockwise; on the map they then are so in every CRS.
        shown = sql.SQL("st_forcepolygonccw({})").format(shown)
    if crs.srid != SRID:
        shown = sql.SQL("st_transform({}, {})").format(shown, sql.Literal(crs.srid))
    if crs.y_first:
        shown = sql.SQL("st_flipcoordinates({})").format(shown)
    # Option 0: no `crs` member, which PostGIS would add for all but EPSG:4326.
    return sql.SQL("coalesce(st_asgeojson({}, {}, 0), 'null')").format(shown, sql.Literal(crs.digits))


def _matched(
    layer: Layer, audience: Audience, asked: Asked, view: sql.Identifier, selected: sql.Composable
) -> sql.Composable:
    after = asked.paging.after
    if after and after.many and not asked.counts_all:
        return sql.SQL("null::bigint")
    count = sql.SQL(
        "(select count(*) from (select from {view} as r where {selected} limit %(counted)s + 1) as m)"
    ).format(view=view, selected=selected)
    if is_plain(asked) and layer.shows_all(audience):
        count = sql.SQL(
            "case when (select reltuples from pg_class where oid = {}::regclass) < %(surely_many)s then {} end"
        ).format(sql.Literal(f"{NOW}.{layer.key}"), count)
    if after:
        return count
    # A first page that is the only one has counted already.
    return sql.SQL("case when count(*) > {limit} then {count} else count(*) end").format(
        limit=sql.Literal(asked.paging.limit), count=count
    )
