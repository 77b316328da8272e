"""Writes rows to files. The same rows always yield the same bytes, so that a diff shows only real changes."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio
import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from generator.columns import Form, form_of
from generator.common import Row, rounded

CRS = "EPSG:25832"
# GeoPackages contain the time of writing; a fixed one makes two runs identical.
TIMESTAMP = "2024-07-01T00:00:00.000Z"
_ARROW_TYPES = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_(), dt.date: pa.date32()}


def write_layer(folder: Path, layer: str, rows: list[Row]) -> Path:
    """Write one layer's file and return its path. Raises ValueError if the registry does not describe the rows."""
    form = form_of(layer, rows)
    path = folder / f"{layer}.{form.suffix}"
    path.unlink(missing_ok=True)
    if form.geometry is None:
        _write_csv(path, form, rows)
    else:
        _write_geopackage(path, layer, form, rows)
    return path


def write_files(folder: Path, files: dict[str, bytes]) -> int:
    """Write the files into the folder, which has no others afterwards, and return their size in bytes."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return sum(map(len, files.values()))


def _write_csv(path: Path, form: Form, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(form.columns)
        writer.writerows([_cell(row.get(column)) for column in form.columns] for row in rows)


def _cell(value: Any) -> str:
    """Return a cell's text: empty for None, ISO for dates, numbers with a decimal point and no trailing zeros."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return value.isoformat()
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)


def _write_geopackage(path: Path, layer: str, form: Form, rows: list[Row]) -> None:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": TIMESTAMP})
    columns = {
        name: pa.array([row.get(name) for row in rows], type=_ARROW_TYPES[kind]) for name, kind in form.columns.items()
    }
    columns["geom"] = pa.array([_wkb(row.get("geometry"), form.geometry) for row in rows], type=pa.binary())
    pyogrio.write_arrow(
        pa.table(columns),
        path,
        layer=layer,
        driver="GPKG",
        geometry_name="geom",
        geometry_type=form.geometry,
        crs=CRS,
    )


def _wkb(geometry: BaseGeometry | None, kind: str | None) -> bytes | None:
    """Return the geometry as well-known binary, rounded to whole centimetres and promoted to the layer's type."""
    if geometry is None:
        return None
    geometry = rounded(geometry)
    if kind == "MultiPolygon" and isinstance(geometry, Polygon):
        geometry = MultiPolygon([geometry])
    if kind == "MultiLineString" and isinstance(geometry, LineString):
        geometry = MultiLineString([geometry])
    if not geometry.is_valid or geometry.is_empty or geometry.geom_type != kind:
        raise ValueError(f"not a valid {kind}: {shapely.is_valid_reason(geometry)}, {geometry.geom_type}")
    return shapely.to_wkb(geometry)
