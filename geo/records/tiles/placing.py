"""Where things lie in a tile, as expressions over the alias r: how large, in which cell, at which of its points."""

from psycopg import sql

from geo.records.tiles.tile import CELLS, EXTENT, PIXEL, SRID, Tile

CELL_BITS = CELLS.bit_length() - 1
CELL = EXTENT // CELLS


def units(tile: Tile, number: float) -> float:
    """So many units of the tile's grid, in those of web mercator."""
    return number * tile.side / EXTENT


def is_large(tile: Tile) -> sql.Composed:
    """Whether a record is large enough to be drawn."""
    return sql.SQL(
        "greatest(st_xmax(r.geom_web) - st_xmin(r.geom_web), st_ymax(r.geom_web) - st_ymin(r.geom_web)) >= {}"
    ).format(sql.Literal(units(tile, PIXEL)))


def place_of(tile: Tile) -> sql.Composed:
    """Where a record is counted that is too small to be drawn."""
    return sql.SQL("case when {} then st_pointonsurface(r.geom_web) else {} end").format(is_large(tile), box_centre())


def box_centre() -> sql.Composed:
    """The middle of the box around a record."""
    return sql.SQL(
        "st_setsrid(st_makepoint((st_xmin(r.geom_web) + st_xmax(r.geom_web)) / 2,"
        " (st_ymin(r.geom_web) + st_ymax(r.geom_web)) / 2), {})"
    ).format(sql.Literal(SRID))


def cell_of(place: sql.Composable, tile: Tile) -> dict[str, sql.Composable]:
    """Column and row of the cell of a tile in which a point lies; outside of 0 … 31 it is another tile's."""
    size = sql.Literal(tile.side / CELLS)
    envelope = sql.SQL("st_tileenvelope(%(z)s, %(x)s, %(y)s)")
    return {
        "column": sql.SQL("floor((st_x({}) - st_xmin({})) / {})::integer").format(place, envelope, size),
        "row": sql.SQL("floor((st_ymax({}) - st_y({})) / {})::integer").format(envelope, place, size),
    }


def centre_of(column: str, row: str) -> sql.SQL:
    """The middle of a cell, in units of the tile's grid."""
    text = f"st_makepoint(({column} + 0.5) * {CELL}, ({row} + 0.5) * {CELL})"
    return sql.SQL(text)  # pyright: ignore[reportArgumentType]


def every_other_bit(number: str) -> str:
    """The column or the row of a cell, out of its key, in which the bits of both take turns."""
    return "(" + " | ".join(f"(({number} >> {bit}) & {1 << bit})" for bit in range(CELL_BITS)) + ")"
