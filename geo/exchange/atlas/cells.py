"""Reads the atlas's cells: polygons of the file, or squares of 100 m by their INSPIRE identifier or centre."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer

from geo.exchange.enriching import Field, HowToRead, Sheet, open_areas
from geo.exchange.enriching.proposals import Shapes
from geo.exchange.enriching.reading import BadRow, Bounds, headers_of, read_rows
from geo.exchange.errors import ExchangeRefused
from geo.loading.converting.values import Unreadable, read_coordinate
from geo.loading.reading import Batch, open_source
from geo.records.layers.layer import Text
from geo.store.database import SRID

GRID_SRID = 3035
"""The CRS of the INSPIRE grid: ETRS89 / LAEA Europe."""

SIDE_M = 100
IDENTIFIER = re.compile(r"(?:CRS3035RES)?100mN(\d+)E(\d+)")
"""A cell by its lower left corner, in metres or, with five digits, in hundreds of metres."""

SHORT = 5
FIELDS = (
    Field("cell", ("id", "gitter_id", "gitter_id_100m", "grid_id", "gitter_id_inspire"), required=False),
    Field("fibre", ("down_fn_hh_ftthb_1000",), "numeric"),
    Field("gigabit", ("down_fn_hh_alle_1000",), "numeric"),
)
CENTRE = (Field("x", ("x_mp", "x_mp_100m"), required=False), Field("y", ("y_mp", "y_mp_100m"), required=False))
NO_CELL = Text(
    "Das ist keine Zelle des INSPIRE-Gitters, etwa CRS3035RES100mN3132500E4093100.",
    "This is no cell of the INSPIRE grid, such as CRS3035RES100mN3132500E4093100.",
)


def read_cells(path: Path, bounds: Bounds | None, how: HowToRead) -> Sheet:
    """Return the cells that reach into the bounds. Raises like `open_areas`, and if nothing says where they are."""
    source = open_source(path, how.layer, how.options)
    if source.has_geometry:
        return open_areas(path, FIELDS, bounds, how)
    headers = headers_of(source, path, (*FIELDS, *CENTRE), how.named)
    if {"x", "y"} <= headers.keys():
        fields = (*FIELDS, *CENTRE)
    elif "cell" in headers:
        fields = FIELDS
    else:
        raise ExchangeRefused(
            Text(
                f"{path.name} sagt nicht, wo ihre Zellen liegen; ihre Spalten sind {', '.join(source.names)}.",
                f"{path.name} does not say where its cells are; its columns are {', '.join(source.names)}.",
            ),
            Text(
                "Nennen Sie die INSPIRE-Kennung: --column cell=NAME; oder die Mitte in EPSG:3035: "
                "--column x=… --column y=…",
                "Name the INSPIRE identifier: --column cell=NAME; or the centre in EPSG:3035: --column x=… "
                "--column y=…",
            ),
        )
    place = Transformer.from_crs(GRID_SRID, SRID, always_xy=True)

    def squares(batch: Batch, bad: list[BadRow]) -> Shapes:
        columns = {role: _cells(batch.columns[header]) for role, header in headers.items()}
        corners = np.full((len(batch.rows), 2), np.nan)
        for index in range(len(batch.rows)):
            try:
                corners[index] = _corner({role: cells[index] for role, cells in columns.items()})
            except Unreadable as error:
                shown = str(columns["x" if "x" in headers else "cell"][index])
                bad.append(BadRow(f"row {batch.rows[index]}", "cell", shown, error.reason))
        return _squares(corners, place)

    return read_rows(source, path, fields, bounds, how, squares)


def _cells(column: Any) -> list[Any]:
    return column if isinstance(column, list) else column.to_pylist()


def _corner(cells: dict[str, Any]) -> tuple[float, float]:
    """Return the lower left corner of a cell in EPSG:3035."""
    if "x" in cells:
        x, y = read_coordinate(cells["x"]), read_coordinate(cells["y"])
        if x is None or y is None:
            raise Unreadable(NO_CELL)
        return x - SIDE_M / 2, y - SIDE_M / 2
    found = IDENTIFIER.fullmatch(str(cells["cell"] or "").strip())
    if not found:
        raise Unreadable(NO_CELL)
    north, east = (int(digits) * (SIDE_M if len(digits) == SHORT else 1) for digits in found.groups())
    return east, north


def _squares(corners: np.ndarray[Any, np.dtype[np.float64]], place: Transformer) -> Shapes:
    west, south = corners[:, 0], corners[:, 1]
    squares = shapely.box(west, south, west + SIDE_M, south + SIDE_M)
    squares[np.isnan(west)] = None
    return shapely.transform(squares, lambda xy: np.column_stack(place.transform(xy[:, 0], xy[:, 1])))
