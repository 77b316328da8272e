"""The statements that read features, each from the audience's view, mostly as GeoJSON text."""

from collections.abc import Container, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from psycopg import sql

from geo.records.features.reading import FeatureQuery
from geo.records.features.selecting import after_cursor, column, conditions, order, sort_values
from geo.records.features.selection import ID, Crs, Paging, Selection, SortKey
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import view_of
from geo.store.database import NOW, SRID, Query

COUNTED = 10_000
"""Matching records are counted up to this number, unless all are to be counted."""
ALL = 2**60

SURELY_MANY = 2 * COUNTED
"""If the table is estimated to have this many records, they are not counted: there are more than COUNTED."""

KEPT = 512
"""The number of statements that are cached as text."""


def page(layer: Layer, audience: Audience, wanted: FeatureQuery) -> Query:
    """Select one row: the FeatureCollection as text; sort values and id for the next page's cursor, or nulls.

    ``many``: whether more records match than are counted; numberMatched is omitted then.
    """
    parameters: dict[str, Any] = {"counted": ALL if wanted.counts_all else COUNTED, "surely_many": SURELY_MANY}
    if not is_plain(wanted):
        return Query(_page(layer, audience, wanted, parameters), parameters)
    # There are few different texts, and one plan is good for every id after which a page begins.
    after = wanted.paging.after
    any_id = replace(wanted, paging=Paging(wanted.paging.limit, after=replace(after, id=0) if after else None))
    parameters |= {"after_id": after.id} if after else {}
    return Query(_kept_page(layer.key, audience, any_id), parameters)


def is_plain(wanted: FeatureQuery) -> bool:
    """Return whether all current records are requested in the order of their ids, so that one plan fits every page."""
    return not (wanted.selection != Selection() or wanted.paging.sort or wanted.as_of or wanted.counts_all)


@lru_cache(maxsize=KEPT)
def _kept_page(key: str, audience: Audience, wanted: FeatureQuery) -> sql.SQL:
    text = _page(LAYERS[key], audience, wanted, {}).as_string()
    return sql.SQL(text)  # pyright: ignore[reportArgumentType]


def _page(layer: Layer, audience: Audience, wanted: FeatureQuery, parameters: dict[str, Any]) -> sql.Composed:
    view = view_of(audience, layer, is_past=wanted.as_of is not None)
    selected = _selected(layer, audience, wanted, parameters)
    after = wanted.paging.after
    remaining = after_cursor(wanted.paging.sort, after, parameters) if after else sql.SQL("true")
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
                    where {selected} and {remaining}
                    order by {order}
                    limit {limit} + 1
                ) as r
            ) as p
        ) as w
        """
    ).format(
        # As a parameter, the planner would assume that the limit is a tenth of all records.
        limit=sql.Literal(wanted.paging.limit),
        matched=_matched(layer, audience, wanted, view, selected),
        feature=_feature(layer, wanted.crs, wanted.properties),
        sort_values=sort_values(wanted.paging.sort),
        columns=_columns(layer, wanted.properties, wanted.paging.sort),
        view=view,
        selected=selected,
        remaining=remaining,
        order=order(wanted.paging.sort),
    )


def one(
    layer: Layer, audience: Audience, record: int, crs: Crs, properties: Sequence[str], *, is_past: bool = False
) -> Query:
    """Select the Feature as text and the version of its record; no row if the audience sees no such record.

    The version is ``recorded_from``, which every write advances. The public does not see it, hence no version.
    """
    version = "null" if audience is Audience.PUBLIC else "to_hex((extract(epoch from r.recorded_from) * 1e6)::bigint)"
    view = view_of(audience, layer, is_past=is_past)
    statement = sql.SQL(
        "select {feature} as feature, {version} as version from {view} as r where r.id = %(id)s"
    ).format(feature=_feature(layer, crs, properties), version=sql.SQL(version), view=view)
    return Query(statement, {"id": record})


def several(layer: Layer, audience: Audience, records: Sequence[int], crs: Crs, properties: Sequence[str]) -> Query:
    """Select id and Feature as text of those of the records that the audience sees, in no particular order."""
    statement = sql.SQL("select r.id, {feature} as feature from {view} as r where r.id = any (%(ids)s)").format(
        feature=_feature(layer, crs, properties), view=view_of(audience, layer)
    )
    return Query(statement, {"ids": list(records)})


def count(layer: Layer, audience: Audience, wanted: FeatureQuery, most: int) -> Query:
    """Select the number of selected records, counted up to ``most``."""
    parameters: dict[str, Any] = {"most": most}
    statement = sql.SQL("select count(*) from (select from {view} as r where {selected} limit %(most)s) as m").format(
        view=view_of(audience, layer, is_past=wanted.as_of is not None),
        selected=_selected(layer, audience, wanted, parameters),
    )
    return Query(statement, parameters)


def copy(
    layer: Layer,
    audience: Audience,
    wanted: FeatureQuery,
    cells: Sequence[tuple[str, sql.Composable]],
    *,
    limit: int | None,
    header: bool,
    delimiter: str = ",",
    natural: Container[str] = (),
) -> Query:
    """Copy the selected records as CSV rows; ``cells`` are the columns' names and expressions over the alias r.

    ``natural`` are the columns that are sorted as people sort (see `selecting.order`).
    """
    parameters: dict[str, Any] = {"limit": limit}
    statement = sql.SQL(
        """
        copy (
            select {cells}
            from {view} as r
            where {selected}
            order by {order}
            limit %(limit)s
        ) to stdout (format csv, header {header}, delimiter {delimiter})
        """
    ).format(
        cells=sql.SQL(", ").join(sql.SQL("{} as {}").format(cell, sql.Identifier(name)) for name, cell in cells),
        view=view_of(audience, layer, is_past=wanted.as_of is not None),
        selected=_selected(layer, audience, wanted, parameters),
        order=order(wanted.paging.sort, natural),
        header=sql.Literal(header),
        delimiter=sql.Literal(delimiter),
    )
    return Query(statement, parameters)


def extent(layer: Layer, audience: Audience) -> Query:
    """Select west, south, east, north in degrees; null if there is no visible geometry.

    If the audience sees every record, the bounds are read from the root of the spatial index, which is fast, but they
    may be too wide. If it sees a part, they are computed from that part, so that they disclose nothing about the rest.
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


def _selected(layer: Layer, audience: Audience, wanted: FeatureQuery, parameters: dict[str, Any]) -> sql.Composable:
    selected = conditions(layer, wanted.selection, parameters)
    if wanted.selected_as in (None, audience):
        return selected
    view = view_of(wanted.selected_as, layer, is_past=wanted.as_of is not None)
    return sql.SQL("r.id in (select r.id from {view} as r where {selected})").format(view=view, selected=selected)


def _columns(layer: Layer, properties: Sequence[str], sort: Sequence[SortKey]) -> sql.Composed:
    geometry = ["geom"] if layer.geometry else []
    names = dict.fromkeys([ID, *properties, *(key.name for key in sort), *geometry])
    return sql.SQL(", ").join(map(column, names))


def _feature(layer: Layer, crs: Crs, properties: Sequence[str]) -> sql.Composed:
    # Concatenating text is several times faster than json_build_object, which parses each geometry again.
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
        # RFC 7946 requires counterclockwise outer rings; these are then counterclockwise on the map in every CRS.
        shown = sql.SQL("st_forcepolygonccw({})").format(shown)
    if crs.srid != SRID:
        shown = sql.SQL("st_transform({}, {})").format(shown, sql.Literal(crs.srid))
    if crs.y_first:
        shown = sql.SQL("st_flipcoordinates({})").format(shown)
    # Option 0 omits the `crs` member, which PostGIS would add for all but EPSG:4326.
    return sql.SQL("coalesce(st_asgeojson({}, {}, 0), 'null')").format(shown, sql.Literal(crs.digits))


def _matched(
    layer: Layer, audience: Audience, wanted: FeatureQuery, view: sql.Identifier, selected: sql.Composable
) -> sql.Composable:
    after = wanted.paging.after
    if after and after.many and not wanted.counts_all:
        return sql.SQL("null::bigint")
    count = sql.SQL(
        "(select count(*) from (select from {view} as r where {selected} limit %(counted)s + 1) as m)"
    ).format(view=view, selected=selected)
    if is_plain(wanted) and layer.shows_all(audience):
        count = sql.SQL(
            "case when (select reltuples from pg_class where oid = {}::regclass) < %(surely_many)s then {} end"
        ).format(sql.Literal(f"{NOW}.{layer.key}"), count)
    if after:
        return count
    # If the first page is the only one, its rows are the count.
    return sql.SQL("case when count(*) > {limit} then {count} else count(*) end").format(
        limit=sql.Literal(wanted.paging.limit), count=count
    )
