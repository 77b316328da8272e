"""Reading of a batch's geometries and their conversion to the layer's type."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from shapely import GeometryType

from geo.loading.converting.cells import Cell
from geo.loading.converting.columns import BadCell, RawColumn
from geo.loading.converting.shown import Unfit, shown
from geo.loading.converting.values import Unreadable, read_coordinate
from geo.loading.curves import NotAGeometry, Unclosed, Wrong, contains_arcs, straight
from geo.loading.encoded import node_from_wkb, node_from_wkt
from geo.loading.projection import Geometries, Projection
from geo.loading.reasons import of_shapes
from geo.records.layers.layer import Text

ACCEPTED = {
    "Point": (GeometryType.POINT, GeometryType.MULTIPOINT),
    "MultiLineString": (GeometryType.LINESTRING, GeometryType.LINEARRING, GeometryType.MULTILINESTRING),
    "MultiPolygon": (GeometryType.POLYGON, GeometryType.MULTIPOLYGON),
}

SMALLEST_RING = 4
"""The number of points in a triangle, whose first point is repeated as the last."""

ARC_TOLERANCE_MM = 0.5
"""How far straight segments may be from the arc that they replace. Half of what is promised: rounding comes on top."""


@dataclass(slots=True)
class Shapes:
    """The geometries of a batch, the cells that are not usable, and the indices of those that were changed."""

    values: Geometries
    bad: list[BadCell] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    """Polygons that were closed."""
    linearised: list[int] = field(default_factory=list)
    """Geometries whose arcs became straight segments."""

    def refuse(self, index: int, value: str, reason: Text) -> None:
        """Replace a geometry by None and note the reason."""
        self.values[index] = None
        self.bad.append(BadCell(index, value, reason))


def from_wkb(column: pa.Array, repair: bool, place: Projection) -> Shapes:
    """Read geometries from WKB. Unreadable ones are refused; unclosed rings too, unless ``repair`` closes them."""
    encoded = column.to_numpy(zero_copy_only=False)
    return _parse(encoded, shapely.from_wkb, repair, place.millimetre)


SRID_PREFIX = re.compile(r"\s*SRID=(\d+)\s*;\s*", re.IGNORECASE)


def without_srids(cells: RawColumn) -> tuple[list[str | None], set[str]]:
    """Return WKT without the CRS that EWKT begins with, and these CRS as ``EPSG:…``."""
    texts = _texts(cells)
    for index in _refused(cells):
        texts[index] = None
    srids: set[str] = set()
    for index, text in enumerate(texts):
        if text and (found := SRID_PREFIX.match(text)):
            srids.add(f"EPSG:{found[1]}")
            texts[index] = text[found.end() :]
    return texts, srids


def from_wkt(cells: RawColumn, texts: list[str | None], repair: bool, place: Projection | None) -> Shapes:
    """Read geometries from the WKT of cells. Without a CRS, which only unreadable texts need not have, no arcs are."""
    shapes = _parse(texts, shapely.from_wkt, repair, place.millimetre if place else 1.0)
    for index, reason in _refused(cells).items():
        shapes.refuse(index, shown(cells[index]), reason)
    return shapes


def _refused(cells: RawColumn) -> dict[int, Text]:
    """Return the indices of cells that cannot be read, with the reason."""
    return {index: reason for index, cell in enumerate(cells) if (reason := _refusal(cell))}


def _refusal(cell: Any) -> Text | None:
    if isinstance(cell, Cell):
        return cell.refused
    return cell.reason if isinstance(cell, Unfit) else None


def from_xy(x_cells: RawColumn, y_cells: RawColumn) -> Shapes:
    """Read points from two columns of coordinates. If both are missing there is no point."""
    shapes = Shapes(np.full(len(x_cells), None, object))
    xs, ys = _texts(x_cells, keep=True), _texts(y_cells, keep=True)
    coordinates = np.full((len(xs), 2), np.nan)
    for index, pair in enumerate(zip(xs, ys, strict=True)):
        try:
            x, y = (_coordinate(cell) for cell in pair)
        except Unreadable as error:
            shapes.refuse(index, f"{shown(pair[0])} {shown(pair[1])}", error.reason)
            continue
        if x is not None and y is not None:
            coordinates[index] = x, y
        elif x is not None or y is not None:
            shapes.refuse(index, f"{shown(pair[0])} {shown(pair[1])}", of_shapes.HALF_A_POINT)
    given = ~np.isnan(coordinates[:, 0])
    shapes.values[given] = shapely.points(coordinates[given])
    return shapes


def prepare(shapes: Shapes, geometry_type: str, place: Projection) -> None:
    """Check the geometries, promote them to the layer's type and transform them, all in place."""
    _refuse_empty_and_wrong(shapes, geometry_type)
    _refuse_broken(shapes, geometry_type)
    _promote(shapes.values, geometry_type)
    shapes.values, elsewhere = place.transform(shapes.values)
    for index, value, reason in elsewhere:
        shapes.refuse(index, value, reason)


def has_heights(geometries: Geometries) -> bool:
    """Return whether a geometry has a height other than 0."""
    with_z = geometries[shapely.has_z(geometries)]
    heights = shapely.get_coordinates(with_z, include_z=True)[:, 2]
    return bool((np.nan_to_num(heights) != 0).any())


def as_hex_wkb(geometries: Geometries) -> pa.Array:
    """Return the geometries as hex WKB without heights. The SRID is set by the staging table's column."""
    return pa.array(shapely.to_wkb(geometries, hex=True, output_dimension=2), pa.string(), from_pandas=True)


def _parse(encoded: Any, read: Callable[..., Any], repair: bool, millimetre: float) -> Shapes:
    shapes = Shapes(_read(encoded, read))
    for index in np.flatnonzero(shapely.is_missing(shapes.values)):
        if encoded[index] is not None and len(encoded[index]):
            _read_again(shapes, int(index), encoded[index], repair, ARC_TOLERANCE_MM * millimetre)
    return shapes


HAS_ARCS = NotImplementedError
"""What shapely raises for arcs, and nothing of ours that is left to write: one geometry with them refuses an array."""


def _read(encoded: Any, read: Callable[..., Any]) -> Geometries:
    """Read what GEOS can; all else is None."""
    try:
        return np.asarray(read(encoded, on_invalid="ignore"), object)
    except HAS_ARCS:
        return np.array([*(_read_one(one, read) for one in encoded), None], object)[:-1]


def _read_one(encoded: str | bytes | None, read: Callable[..., Any]) -> Any:
    """Read one geometry; those with arcs are None, for `_read_again`."""
    try:
        return read(encoded, on_invalid="ignore")
    except HAS_ARCS:
        return None


def _read_again(shapes: Shapes, index: int, encoded: str | bytes, repair: bool, tolerance: float) -> None:
    """Read a geometry that GEOS refuses: with arcs, of an unknown kind, unclosed or damaged."""
    try:
        node = node_from_wkt(encoded) if isinstance(encoded, str) else node_from_wkb(encoded)
        try:
            shape = straight(node, tolerance)
        except Unclosed:
            if not repair:
                shapes.refuse(index, _excerpt(encoded), of_shapes.UNCLOSED)
                return
            shape = straight(node, tolerance, close=True)
            shapes.closed.append(index)
    except NotAGeometry:
        shapes.refuse(
            index, _excerpt(encoded), of_shapes.NOT_WKT if isinstance(encoded, str) else of_shapes.NOT_READABLE
        )
        return
    if isinstance(shape, Wrong):
        shapes.refuse(index, _excerpt(encoded), of_shapes.surface(shape.kind))
        return
    shapes.values[index] = shape
    if contains_arcs(node):
        shapes.linearised.append(index)


def _beginning(shape: Any) -> str:
    return shape.wkt[:80]


def _excerpt(encoded: str | bytes) -> str:
    return encoded[:80] if isinstance(encoded, str) else ""


def _refuse_empty_and_wrong(shapes: Shapes, geometry_type: str) -> None:
    present = ~shapely.is_missing(shapes.values)
    empty = shapely.is_empty(shapes.values) & present
    types = shapely.get_type_id(shapes.values)
    fits = np.isin(types, ACCEPTED[geometry_type])
    # Multipoint layers often contain only single points, which fit; several points do not.
    fits &= ~((types == GeometryType.MULTIPOINT) & (shapely.get_num_geometries(shapes.values) != 1))
    for index in np.flatnonzero(empty | (present & ~fits)):
        shape = shapes.values[index]
        reason = of_shapes.EMPTY if empty[index] else of_shapes.wrong_type(shape.geom_type, geometry_type)
        shapes.refuse(int(index), _beginning(shape), reason)


def _refuse_broken(shapes: Shapes, geometry_type: str) -> None:
    """Refuse geometries that PostGIS cannot store: non-finite coordinates and rings with fewer than three corners."""
    coordinates, owners = shapely.get_coordinates(shapes.values, return_index=True)
    for index in np.unique(owners[~np.isfinite(coordinates).all(axis=1)]):
        shapes.refuse(int(index), _beginning(shapes.values[index]), of_shapes.NO_NUMBERS)
    if geometry_type == "MultiPolygon":
        parts, owners_of_parts = shapely.get_parts(shapes.values, return_index=True)
        rings, owners_of_rings = shapely.get_rings(parts, return_index=True)
        small = owners_of_parts[owners_of_rings[shapely.get_num_points(rings) < SMALLEST_RING]]
        for index in np.unique(small):
            shapes.refuse(int(index), _beginning(shapes.values[index]), of_shapes.TOO_FEW_CORNERS)


def _promote(values: Geometries, geometry_type: str) -> None:
    types = shapely.get_type_id(values)
    if geometry_type == "Point":
        single = np.flatnonzero(types == GeometryType.MULTIPOINT)
        values[single] = shapely.get_geometry(values[single], 0)
        return
    make = shapely.multipolygons if geometry_type == "MultiPolygon" else shapely.multilinestrings
    simple = np.flatnonzero(
        (types == GeometryType.POLYGON) | (types == GeometryType.LINESTRING) | (types == GeometryType.LINEARRING)
    )
    if len(simple):
        values[simple] = make(values[simple], indices=np.arange(len(simple)))


def _coordinate(cell: Any) -> float | None:
    if reason := _refusal(cell):
        raise Unreadable(reason)
    return read_coordinate(cell.value if isinstance(cell, Cell) else cell)


def _texts(cells: RawColumn, keep: bool = False) -> list[Any]:
    values = cells if isinstance(cells, list) else cells.to_pylist()
    return list(values) if keep else [shown(value).strip() or None if value is not None else None for value in values]
