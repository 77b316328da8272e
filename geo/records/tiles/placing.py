"""Expressions over the alias r for the size and the position of records in a tile."""

from psycopg import sql

from geo.records.tiles.tile import CELLS, EXTENT, PIXEL, SRID, Tile

CELL_BITS = CELLS.bit_length() - 1
CELL = EXTENT // CELLS


def units(tile: Tile, number: float) -> float:
    """Return a length in units of the tile's grid, converted to units of web mercator."""
    return number * tile.side / EXTENT


def is_large(tile: Tile) -> sql.Composed:
    """Return the condition that a record is large enough to be drawn."""
    return sql.SQL(
        "greatest(st_xmax(r.geom_web) - st_xmin(r.geom_web), st_ymax(r.geom_web) - st_ymin(r.geom_web)) >= {}"
    ).format(sql.Literal(units(tile, PIXEL)))


def place_of(tile: Tile) -> sql.Composed:
    """Return the point at which a record that is not drawn is counted."""
    return sql.SQL("case when {} then st_pointonsurface(r.geom_web) else {} end").format(is_large(tile), box_centre())


def box_centre() -> sql.Composed:
    """Return the centre of a record's bounding box."""
    return sql.SQL(
        "st_setsrid(st_makepoint((st_xmin(r.geom_web) + st_xmax(r.geom_web)) / 2,"
        " (st_ymin(r.geom_web) + st_ymax(r.geom_web)) / 2), {})"
    ).format(sql.Literal(SRID))


def cell_of(place: sql.Composable, tile: Tile) -> dict[str, sql.Composable]:
    """Return column and row of the tile's cell that contains a point; outside 0 … 31 it belongs to another tile."""
    size = sql.Literal(tile.side / CELLS)
    envelope = sql.SQL("st_tileenvelope(%(z)s, %(x)s, %(y)s)")
    return {
        "column": sql.SQL("floor((st_x({}) - st_xmin({})) / {})::integer").format(place, envelope, size),
        "row": sql.SQL("floor((st_ymax({}) - st_y({})) / {})::integer").format(envelope, place, size),
    }


def centre_of(column: str, row: str) -> sql.SQL:
    """Return the centre of a cell, in units of the tile's grid."""
    text = f"st_makepoint(({column} + 0.5) * {CELL}, ({row} + 0.5) * {CELL})"
    return sql.SQL(text)  # pyright: ignore[reportArgumentType]


def deinterleave(number: str) -> str:
    """Return the column from a cell's key, where the bits of column and row alternate (row: of the shifted key)."""
    return "(" + " | ".join(f"(({number} >> {bit}) & {1 << bit})" for bit in range(CELL_BITS)) + ")"
