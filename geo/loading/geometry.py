"""Reading of a batch's geometries, their conversion to the layer's type, and transformation to EPSG:25832."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from shapely import GeometryType

from geo.loading import reasons
from geo.loading.converting.cells import Cell
from geo.loading.converting.columns import BadCell, RawColumn
from geo.loading.converting.shown import shown
from geo.loading.converting.values import Unreadable, read_coordinate
from geo.loading.report import LoadRefused
from geo.records.layers.layer import Text
from geo.store.database import SRID

Geometries = np.ndarray[Any, np.dtype[np.object_]]

ACCEPTED = {
    "Point": (GeometryType.POINT, GeometryType.MULTIPOINT),
    "MultiLineString": (GeometryType.LINESTRING, GeometryType.LINEARRING, GeometryType.MULTILINESTRING),
    "MultiPolygon": (GeometryType.POLYGON, GeometryType.MULTIPOLYGON),
}

SMALLEST_RING = 4
"""The number of points in a triangle, whose first point is repeated as the last."""


@dataclass(slots=True)
class Shapes:
    """The geometries of a batch, the cells that are not usable, and the indices of polygons that were closed."""

    values: Geometries
    bad: list[BadCell] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)

    def refuse(self, index: int, value: str, reason: Text) -> None:
        """Replace a geometry by None and note the reason."""
        self.values[index] = None
        self.bad.append(BadCell(index, value, reason))


@dataclass(frozen=True, slots=True)
class Projection:
    """The transformation from the file's CRS to the database's; ``transformer`` is None if they are the same."""

    name: str
    transformer: Transformer | None


def projection(crs: str | None) -> Projection:
    """Return the transformation from a CRS. Raises LoadRefused if it is missing, unknown or has no exact one."""
    if crs is None:
        raise LoadRefused("The file does not name the CRS of its coordinates.", "Name it: --crs EPSG:25832.")
    try:
        known = CRS.from_user_input(int(crs) if crs.isdecimal() else crs)
    except CRSError as error:
        raise LoadRefused(f"The CRS {crs[:60]} is unknown.", "Name one by its EPSG code: --crs EPSG:25832.") from error
    if known.is_engineering or not (known.is_geographic or known.is_projected or known.is_compound):
        raise LoadRefused(f"The CRS {known.name} is not tied to the earth.", "Name the right one: --crs EPSG:25832.")
    authority = known.to_authority()
    name = ":".join(authority) if authority else known.name
    if known.to_epsg() == SRID:
        return Projection(name, None)
    try:
        return Projection(name, Transformer.from_crs(known, SRID, always_xy=True, allow_ballpark=False))
    except ProjError as error:
        raise LoadRefused(
            f"Coordinates in {name} cannot be transformed exactly.",
            "Transform the file to EPSG:25832 with a program that has the grid shift files.",
        ) from error


def from_wkb(column: pa.Array, repair: bool) -> Shapes:
    """Read geometries from WKB. Unreadable ones are refused; unclosed rings too, unless ``repair`` closes them."""
    encoded = column.to_numpy(zero_copy_only=False)
    return _parse(encoded, shapely.from_wkb, repair)


SRID_PREFIX = re.compile(r"\s*SRID=(\d+)\s*;\s*", re.IGNORECASE)


def from_wkt(cells: RawColumn, repair: bool) -> tuple[Shapes, set[str]]:
    """Read geometries from WKT or EWKT; also return the CRS that they name, as ``EPSG:…``."""
    texts = _texts(cells)
    refused = {index: cell for index, cell in enumerate(cells) if isinstance(cell, Cell) and cell.refused}
    for index in refused:
        texts[index] = None
    srids: set[str] = set()
    for index, text in enumerate(texts):
        if text and (found := SRID_PREFIX.match(text)):
            srids.add(f"EPSG:{found[1]}")
            texts[index] = text[found.end() :]
    shapes = _parse(texts, shapely.from_wkt, repair)
    for index, cell in refused.items():
        shapes.refuse(index, cell.shown, cell.refused or reasons.NOT_WKT)
    return shapes, srids


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
            shapes.refuse(index, f"{shown(pair[0])} {shown(pair[1])}", reasons.HALF_A_POINT)
    given = ~np.isnan(coordinates[:, 0])
    shapes.values[given] = shapely.points(coordinates[given])
    return shapes


def prepare(shapes: Shapes, geometry_type: str, place: Projection) -> None:
    """Check the geometries, promote them to the layer's type and transform them, all in place."""
    _refuse_empty_and_wrong(shapes, geometry_type)
    _refuse_broken(shapes, geometry_type)
    _promote(shapes.values, geometry_type)
    if place.transformer:
        _transform(shapes, place)


def as_hex_wkb(geometries: Geometries) -> pa.Array:
    """Return the geometries as hex WKB without heights. The SRID is set by the staging table's column."""
    return pa.array(shapely.to_wkb(geometries, hex=True, output_dimension=2), pa.string(), from_pandas=True)


def _parse(encoded: Any, read: Callable[..., Any], repair: bool) -> Shapes:
    shapes = Shapes(np.asarray(read(encoded, on_invalid="ignore"), object))
    failed = [
        int(index)
        for index in np.flatnonzero(shapely.is_missing(shapes.values))
        if encoded[index] is not None and len(encoded[index])
    ]
    closed = dict(zip(failed, read([encoded[index] for index in failed], on_invalid="fix"), strict=True))
    for index in failed:
        if closed[index] is None:
            reason = reasons.NOT_WKT if isinstance(encoded[index], str) else _damage_reason(encoded[index])
            shapes.refuse(index, _excerpt(encoded[index]), reason)
        elif repair:
            shapes.values[index] = closed[index]
            shapes.closed.append(index)
        else:
            shapes.refuse(index, _excerpt(encoded[index]), reasons.UNCLOSED)
    return shapes


def _damage_reason(wkb: bytes) -> Text:
    try:
        shapely.from_wkb(wkb)
    except shapely.errors.GEOSException as error:
        if "Nonlinear" in str(error):
            return reasons.CURVED
    return reasons.NOT_READABLE


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
        reason = reasons.EMPTY if empty[index] else reasons.wrong_type(shape.geom_type, geometry_type)
        shapes.refuse(int(index), _beginning(shape), reason)


def _refuse_broken(shapes: Shapes, geometry_type: str) -> None:
    """Refuse geometries that PostGIS cannot store: non-finite coordinates and rings with fewer than three corners."""
    coordinates, owners = shapely.get_coordinates(shapes.values, return_index=True)
    for index in np.unique(owners[~np.isfinite(coordinates).all(axis=1)]):
        shapes.refuse(int(index), _beginning(shapes.values[index]), reasons.NO_NUMBERS)
    if geometry_type == "MultiPolygon":
        parts, owners_of_parts = shapely.get_parts(shapes.values, return_index=True)
        rings, owners_of_rings = shapely.get_rings(parts, return_index=True)
        small = owners_of_parts[owners_of_rings[shapely.get_num_points(rings) < SMALLEST_RING]]
        for index in np.unique(small):
            shapes.refuse(int(index), _beginning(shapes.values[index]), reasons.TOO_FEW_CORNERS)


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


def _transform(shapes: Shapes, place: Projection) -> None:
    assert place.transformer
    before = shapes.values
    transformer = place.transformer

    def project(coordinates: Any) -> Any:
        return np.column_stack(transformer.transform(coordinates[:, 0], coordinates[:, 1]))

    shapes.values = np.asarray(shapely.transform(before, project), object)
    # pyproj returns infinity for coordinates outside the CRS.
    bounds = shapely.bounds(shapes.values)
    lost = ~np.isfinite(bounds).all(axis=1) & ~shapely.is_missing(before)
    for index in np.flatnonzero(lost):
        x, y = shapely.get_coordinates(before[index])[0]
        swapped = bool(np.isfinite(transformer.transform(y, x)).all())
        shapes.refuse(int(index), f"{x:.9g} {y:.9g}", reasons.not_in_crs(place.name, swapped))


def _coordinate(cell: Any) -> float | None:
    if isinstance(cell, Cell):
        if cell.refused:
            raise Unreadable(cell.refused)
        cell = cell.value
    return read_coordinate(cell)


def _texts(cells: RawColumn, keep: bool = False) -> list[Any]:
    values = cells if isinstance(cells, list) else cells.to_pylist()
    return list(values) if keep else [shown(value).strip() or None if value is not None else None for value in values]
