"""The statements that draw tiles: one for each type of geometry and range of scales.

Each returns one row: a layer of a vector tile (MVT) and the number of its features. Nothing is omitted: records that
are too small to be drawn, or too many, are represented by features with a `count`, one per cell of the tile and status.
"""

from typing import Any

from psycopg import sql

from geo.records.tiles import fields, placing
from geo.records.tiles.tile import (
    BUFFER,
    CELLS,
    DEEPEST_COUNTED,
    EXTENT,
    LABELS_FROM,
    MERGED_LINES,
    PIXEL,
    Tile,
    TileRequest,
    View,
)
from geo.store.database import Query

LEVELS = (13, 15, 17)
"""The levels of the cells for which flurwerk.tile_counts contains counts."""


def ways(view: View, wanted: TileRequest) -> list[Query]:
    """Return the statements that can draw a layer. Try them in turn until the features are not too many."""
    tile = wanted.tile
    parameters: dict[str, Any] = {"z": tile.z, "x": tile.x, "y": tile.y}
    condition = _on_days(view, wanted, parameters)
    match view.layer.geometry:
        case "Point":
            counts = Query(_counted(view, condition, tile), parameters)
            if tile.z > DEEPEST_COUNTED:
                return [Query(_points(view, condition), parameters), counts]
            if wanted.days is None and view.layer.uses_tile_counts_for(view.audience):
                return [_kept_counts(view, tile)]
            return [counts]
        case "MultiLineString":
            merged = Query(_merged(view, condition, tile), parameters)
            return [merged] if tile.z <= MERGED_LINES else [Query(_shapes(view, condition, tile), parameters), merged]
        case _:
            return [Query(_shapes(view, condition, tile), parameters)]


def _points(view: View, condition: sql.Composable) -> sql.Composed:
    """Select every point as a feature."""
    return sql.SQL(
        """
        select st_asmvt(p, {layer}, {extent}, 'geom', 'id'), count(*)
        from (
            select r.id, {attributes}st_asmvtgeom(r.geom_web, st_tileenvelope(%(z)s, %(x)s, %(y)s), {extent}, 0) as geom
            from {view} as r
            where r.geom_web && st_tileenvelope(%(z)s, %(x)s, %(y)s)
              and {condition}
        ) as p
        """
    ).format(**_names(view), condition=condition, attributes=_attributes(view, with_label=True))


def _counted(view: View, condition: sql.Composable, tile: Tile) -> sql.Composed:
    """Select counts of points by cell and status, counted from the records."""
    return sql.SQL(
        """
        select st_asmvt(p, {layer}, {extent}, 'geom'), count(*)
        from (
            select c.status as {status}, count(*) as count, {place} as geom
            from (
                select {value} as status, {column} as x, {row} as y
                from {view} as r
                where r.geom_web && st_tileenvelope(%(z)s, %(x)s, %(y)s)
                  and {condition}
            ) as c
            where c.x between 0 and {last} and c.y between 0 and {last}
            group by c.status, c.x, c.y
        ) as p
        """
    ).format(
        **_names(view),
        **placing.cell_of(sql.SQL("r.geom_web"), tile),
        condition=condition,
        place=placing.centre_of("c.x", "c.y"),
    )


def _kept_counts(view: View, tile: Tile) -> Query:
    """Select counts of points by cell and status from the counts that the table's triggers maintain."""
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
        place=placing.centre_of(placing.deinterleave("c.k"), placing.deinterleave("(c.k >> 1)")),
    )
    return Query(statement, {"first": tile.cell << shift, "end": (tile.cell + 1) << shift})


def _shapes(view: View, condition: sql.Composable, tile: Tile) -> sql.Composed:
    """Select every line or area as a feature, and counts of those smaller than a pixel."""
    chosen = fields.selected(view, with_label=tile.z >= LABELS_FROM)
    by = fields.counted_by(view)
    grouping = [*([by.name] if by else []), *(name for name, _ in fields.steps(view))]
    nulls = [sql.Identifier(name) if name in grouping else sql.SQL("null") for name, _ in chosen]
    return sql.SQL(
        """
        with found as materialized (
            select r.id, {attributes}{place} as place, {shape} as geom
            from {view} as r
            where r.geom_web && st_tileenvelope(%(z)s, %(x)s, %(y)s, margin => {margin})
              and {condition}
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
        condition=condition,
        attributes=_attributes(view, with_label=tile.z >= LABELS_FROM),
        place=placing.place_of(tile),
        shape=sql.SQL("case when {is_large} then {drawn} end").format(
            is_large=placing.is_large(tile), drawn=_drawn(sql.SQL("r.geom_web"))
        ),
        margin=_margin(),
        names=_listed([sql.Identifier(name) for name, _ in chosen]),
        nulls=_listed(nulls),
        grouped=_listed([*map(sql.Identifier, grouping)]),
        centre=placing.centre_of("cell_x", "cell_y"),
    )


def _merged(view: View, condition: sql.Composable, tile: Tile) -> sql.Composed:
    """Select the merged lines of each status, simplified to half a pixel, and counts of those smaller than a pixel.

    If steps are requested, lines with the same months are merged, which implies the same status.
    """
    names = _names(view)
    steps = fields.steps(view)
    months = [sql.SQL("{} as {}").format(fields.month(name, column), sql.Identifier(name)) for name, column in steps]
    grouping: list[sql.Composable] = [sql.Identifier(name) for name, _ in steps] or [names["status"]]
    return sql.SQL(
        """
        with found as materialized (
            select {values}r.geom_web, {is_large} as is_large
            from {view} as r
            where r.geom_web && st_tileenvelope(%(z)s, %(x)s, %(y)s, margin => {margin})
              and {condition}
        ),
        small as (
            select {grouping}{column} as cell_x, {row} as cell_y
            from found as r
            where not is_large
        )
        select st_asmvt(p, {layer}, {extent}, 'geom'), count(*)
        from (
            select {grouping}count(*) as count, {drawn} as geom
            from found as r
            where is_large
            group by {first}
            union all
            select {grouping}count(*), {centre}
            from small
            where cell_x between 0 and {last} and cell_y between 0 and {last}
            group by {grouping}cell_x, cell_y
        ) as p
        """
    ).format(
        **names,
        **placing.cell_of(placing.box_centre(), tile),
        values=_listed(months or [sql.SQL("{value} as {status}").format(**names)]),
        grouping=_listed(grouping),
        first=sql.SQL(", ").join(grouping),
        condition=condition,
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
    """Return the parts, each followed by a comma."""
    return sql.Composed([sql.SQL("{}, ").format(part) for part in parts])


def _on_days(view: View, wanted: TileRequest, parameters: dict[str, Any]) -> sql.Composable:
    """Return the condition for the requested days. A layer without a date has no records on any day."""
    if wanted.days is None:
        return sql.SQL("true")
    date = sql.Identifier("r", view.layer.date) if view.layer.date else sql.SQL("null::date")
    parts: list[sql.Composable] = []
    if wanted.days.first:
        parameters["first_day"] = wanted.days.first
        parts.append(sql.SQL("{} >= %(first_day)s").format(date))
    if wanted.days.last:
        parameters["last_day"] = wanted.days.last
        parts.append(sql.SQL("{} <= %(last_day)s").format(date))
    return sql.SQL(" and ").join(parts)


def _drawn(geometry: sql.Composable) -> sql.Composed:
    return sql.SQL("st_asmvtgeom({}, st_tileenvelope(%(z)s, %(x)s, %(y)s), {}, {})").format(
        geometry, sql.Literal(EXTENT), sql.Literal(BUFFER)
    )


def _margin() -> sql.Literal:
    return sql.Literal(BUFFER / EXTENT)
