"""The statements that draw tiles: one for each kind of geometry and range of scales.

Each gives one row: a layer of a vector tile (MVT) and how many features are in it. Nothing is left out: what is too
small to be drawn, or too much, stands in a feature with a `count`, one for each cell of the tile and each status.
"""

from typing import Any

from psycopg import sql

from geo.records.tiles import fields, placing
from geo.records.tiles.tile import (
    BUFFER,
    CELLS,
    EXTENT,
    FINEST_COUNTS,
    LABELS_FROM,
    MERGED_LINES,
    PIXEL,
    Asked,
    Tile,
    View,
)
from geo.store.database import Query

LEVELS = (13, 15, 17)
"""The levels of the cells of which flurwerk.tile_counts keeps the counts."""


def ways(view: View, asked: Asked) -> list[Query]:
    """The statements that draw a layer, to be tried in turn while one's features are too many; the last one will do."""
    tile = asked.tile
    parameters: dict[str, Any] = {"z": tile.z, "x": tile.x, "y": tile.y}
    among = _among(view, asked, parameters)
    match view.layer.geometry:
        case "Point":
            counts = Query(_counted(view, among, tile), parameters)
            if tile.z > FINEST_COUNTS:
                return [Query(_points(view, among), parameters), counts]
            if asked.days is None and view.layer.keeps_counts_for(view.audience):
                return [_kept_counts(view, tile)]
            return [counts]
        case "MultiLineString":
            merged = Query(_merged(view, among, tile), parameters)
            return [merged] if tile.z <= MERGED_LINES else [Query(_shapes(view, among, tile), parameters), merged]
        case _:
            return [Query(_shapes(view, among, tile), parameters)]


def _points(view: View, among: sql.Composable) -> sql.Composed:
    """Every point for itself."""
    return sql.SQL(
        """
        select st_asmvt(p, {layer}, {extent}, 'geom', 'id'), count(*)
        from (
            select r.id, {attributes}st_asmvtgeom(r.geom_web, st_tileenvelope(%(z)s, %(x)s, %(y)s), {extent}, 0) as geom
            from {view} as r
            where r.geom_web && st_tileenvelope(%(z)s, %(x)s, %(y)s)
              and {among}
        ) as p
        """
    ).format(**_names(view), among=among, attributes=_attributes(view, with_label=True))


def _counted(view: View, among: sql.Composable, tile: Tile) -> sql.Composed:
    """Points as counts by cell and status, counted now."""
    return sql.SQL(
        """
        select st_asmvt(p, {layer}, {extent}, 'geom'), count(*)
        from (
            select c.status as {status}, count(*) as count, {place} as geom
            from (
                select {value} as status, {column} as x, {row} as y
                from {view} as r
                where r.geom_web && st_tileenvelope(%(z)s, %(x)s, %(y)s)
                  and {among}
            ) as c
            where c.x between 0 and {last} and c.y between 0 and {last}
            group by c.status, c.x, c.y
        ) as p
        """
    ).format(
        **_names(view),
        **placing.cell_of(sql.SQL("r.geom_web"), tile),
        among=among,
        place=placing.centre_of("c.x", "c.y"),
    )


def _kept_counts(view: View, tile: Tile) -> Query:
    """Points as counts by cell and status, as kept by the table's triggers."""
    level = next(level for level in LEVELS if level >= tile.z + placing.CELL_BITS)
    shift = 2 * (level - tile.z)
    statement = sql.SQL(
        """
        select st_asmvt(p, {layer}, {extent}, 'geom'), count(*)
        from (
            select nullif(c.status, '') as {status}, sum(c.count)::bigint as count, {place} as geom
            from (
                select status, count, (cell - %(first)s) >> {shift} as k
                from {counts}
                where layer = {layer}
                  and level = {level}
                  and cell >= %(first)s
                  and cell < %(end)s
            ) as c
            group by c.status, c.k
        ) as p
        """
    ).format(
        **_names(view),
        counts=sql.Identifier("flurwerk", "tile_counts"),
        level=sql.Literal(level),
        shift=sql.Literal(shift - 2 * placing.CELL_BITS),
        place=placing.centre_of(placing.every_other_bit("c.k"), placing.every_other_bit("(c.k >> 1)")),
    )
    return Query(statement, {"first": tile.cell << shift, "end": (tile.cell + 1) << shift})


def _shapes(view: View, among: sql.Composable, tile: Tile) -> sql.Composed:
    """Every line or area for itself, and a count for those smaller than a pixel."""
    chosen = fields.selected(view, with_label=tile.z >= LABELS_FROM)
    by = fields.counted_by(view)
    apart = [*([by.name] if by else []), *(name for name, _ in fields.steps(view))]
    nulls = [sql.Identifier(name) if name in apart else sql.SQL("null") for name, _ in chosen]
    return sql.SQL(
        """
        with found as materialized (
            select r.id, {attributes}{place} as place, {shape} as geom
            from {view} as r
            where r.geom_web && st_tileenvelope(%(z)s, %(x)s, %(y)s, margin => {margin})
              and {among}
        ),
        vanished as (
            select *, {column} as cell_x, {row} as cell_y
            from found
            where geom is null
        )
        select st_asmvt(p, {layer}, {extent}, 'geom', 'id'), count(*)
        from (
            select id, {names}null::bigint as count, geom
            from found
            where geom is not null
            union all
            select null, {nulls}count(*), {centre}
            from vanished
            where cell_x between 0 and {last} and cell_y between 0 and {last}
            group by {grouped}cell_x, cell_y
        ) as p
        """
    ).format(
        **_names(view),
        **placing.cell_of(sql.SQL("place"), tile),
        among=among,
        attributes=_attributes(view, with_label=tile.z >= LABELS_FROM),
        place=placing.place_of(tile),
        shape=sql.SQL("case when {is_large} then {drawn} end").format(
            is_large=placing.is_large(tile), drawn=_drawn(sql.SQL("r.geom_web"))
        ),
        margin=_margin(),
        names=_listed([sql.Identifier(name) for name, _ in chosen]),
        nulls=_listed(nulls),
        grouped=_listed([*map(sql.Identifier, apart)]),
        centre=placing.centre_of("cell_x", "cell_y"),
    )


def _merged(view: View, among: sql.Composable, tile: Tile) -> sql.Composed:
    """The lines of each status as one, simplified to half a pixel, and a count for those smaller than a pixel.

    Where steps are asked for, it is the lines of the same months, from which the status follows.
    """
    names = _names(view)
    steps = fields.steps(view)
    months = [sql.SQL("{} as {}").format(fields.month(name, column), sql.Identifier(name)) for name, column in steps]
    apart: list[sql.Composable] = [sql.Identifier(name) for name, _ in steps] or [names["status"]]
    return sql.SQL(
        """
        with found as materialized (
            select {told}r.geom_web, {is_large} as is_large
            from {view} as r
            where r.geom_web && st_tileenvelope(%(z)s, %(x)s, %(y)s, margin => {margin})
              and {among}
        ),
        small as (
            select {apart}{column} as cell_x, {row} as cell_y
            from found as r
            where not is_large
        )
        select st_asmvt(p, {layer}, {extent}, 'geom'), count(*)
        from (
            select {apart}count(*) as count, {drawn} as geom
            from found as r
            where is_large
            group by {first}
            union all
            select {apart}count(*), {centre}
            from small
            where cell_x between 0 and {last} and cell_y between 0 and {last}
            group by {apart}cell_x, cell_y
        ) as p
        """
    ).format(
        **names,
        **placing.cell_of(placing.box_centre(), tile),
        told=_listed(months or [sql.SQL("{value} as {status}").format(**names)]),
        apart=_listed(apart),
        first=sql.SQL(", ").join(apart),
        among=among,
        is_large=placing.is_large(tile),
        margin=_margin(),
        drawn=_drawn(
            sql.SQL("st_collectionextract(st_collect(st_simplify(r.geom_web, {}, true)), 2)").format(
                sql.Literal(placing.units(tile, PIXEL / 2))
            )
        ),
        centre=placing.centre_of("cell_x", "cell_y"),
    )


def _names(view: View) -> dict[str, sql.Composable]:
    by = fields.counted_by(view)
    return {
        "layer": sql.Literal(view.layer.key),
        "view": sql.Identifier(view.schema, view.layer.key),
        "extent": sql.Literal(EXTENT),
        "last": sql.Literal(CELLS - 1),
        "status": sql.Identifier(by.name if by else "status"),
    } | ({"value": fields.value(by) if by else sql.SQL("null::text")})


def _attributes(view: View, *, with_label: bool) -> sql.Composable:
    chosen = fields.selected(view, with_label=with_label)
    return _listed([sql.SQL("{} as {}").format(value, sql.Identifier(name)) for name, value in chosen])


def _listed(parts: list[Any]) -> sql.Composable:
    """The parts, each with a comma behind it."""
    return sql.Composed([sql.SQL("{}, ").format(part) for part in parts])


def _among(view: View, asked: Asked, parameters: dict[str, Any]) -> sql.Composable:
    """The condition of the days asked for; a layer without a date has nothing on any day."""
    if asked.days is None:
        return sql.SQL("true")
    date = sql.Identifier("r", view.layer.date) if view.layer.date else sql.SQL("null::date")
    parts: list[sql.Composable] = []
    if asked.days.first:
        parameters["first_day"] = asked.days.first
        parts.append(sql.SQL("{} >= %(first_day)s").format(date))
    if asked.days.last:
        parameters["last_day"] = asked.days.last
        parts.append(sql.SQL("{} <= %(last_day)s").format(date))
    return sql.SQL(" and ").join(parts)


def _drawn(geometry: sql.Composable) -> sql.Composed:
    return sql.SQL("st_asmvtgeom({}, st_tileenvelope(%(z)s, %(x)s, %(y)s), {}, {})").format(
        geometry, sql.Literal(EXTENT), sql.Literal(BUFFER)
    )


def _margin() -> sql.Literal:
    return sql.Literal(BUFFER / EXTENT)
