"""GIS files with hostile contents, written past the checks of the programs that usually write them."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from shapely import Point

Field = tuple[str, str, int, int]
"""A field of a .dbf: name, type, width, decimals."""

SQUARE = [[7.42, 51.49], [7.421, 51.49], [7.421, 51.491], [7.42, 51.49]]


def shapefile(city: Any, fields: Sequence[Field], rows: Sequence[Sequence[bytes]], **header: Any) -> Path:
    """Write connections.shp, a point for each row, with exactly these bytes as attributes."""
    path = city.export("connections.shp", [Point(390000 + number, 5710000) for number in range(len(rows))])
    path.with_suffix(".cpg").unlink()
    if "cpg" in header:
        path.with_suffix(".cpg").write_text(header["cpg"])
    path.with_suffix(".dbf").write_bytes(dbf(fields, rows, header.get("language", 0), header.get("marks", b"")))
    return path


def dbf(fields: Sequence[Field], rows: Sequence[Sequence[bytes]], language: int = 0, marks: bytes = b"") -> bytes:
    """Return a .dbf. ``marks`` has for each row a blank, or the asterisk that marks it as deleted."""
    start, size = 32 + 32 * len(fields) + 1, 1 + sum(width for _, _, width, _ in fields)
    head = b"\x03\x7b\x01\x01" + len(rows).to_bytes(4, "little") + start.to_bytes(2, "little")
    head += size.to_bytes(2, "little") + bytes(17) + bytes([language]) + bytes(2)
    for name, kind, width, decimals in fields:
        head += name.encode("latin-1").ljust(11, b"\0") + kind.encode() + bytes(4)
        head += bytes([width, decimals]) + bytes(14)
    body = b""
    for number, row in enumerate(rows):
        body += marks[number : number + 1] or b" "
        body += b"".join(cell.ljust(width)[:width] for cell, (_, _, width, _) in zip(row, fields, strict=True))
    return head + b"\r" + body + b"\x1a"


def package(city: Any, declared: dict[str, str], rows: Sequence[Sequence[Any]]) -> Path:
    """Write connections.gpkg, a point for each row, with columns of these declared types that hold any values."""
    path = city.export("connections.gpkg", [Point(390000 + number, 5710000) for number in range(len(rows))])
    with closing(sqlite3.connect(path)) as database:
        # They call functions that only GDAL has.
        triggers = database.execute("select name from sqlite_master where type = 'trigger'").fetchall()
        for (name,) in triggers:
            database.execute(f'drop trigger "{name}"')
        for name, kind in declared.items():
            database.execute(f'alter table connections add "{name}" {kind}')
        for fid, row in enumerate(rows, 1):
            for name, value in zip(declared, row, strict=True):
                database.execute(f'update connections set "{name}" = ? where fid = ?', [value, fid])
        database.commit()
    return path


def geojson(city: Any, *properties: str, name: str = "connections.geojson", **members: Any) -> Path:
    """Write a GeoJSON of points; the properties are JSON texts, so that they may be any."""
    point = '{"type": "Point", "coordinates": [7.42, 51.49]}'
    features = ",\n".join(f'{{"type": "Feature", "geometry": {point}, "properties": {text}}}' for text in properties)
    others = "".join(f', "{key}": {json.dumps(value)}' for key, value in members.items())
    return city.write(name, f'{{"type": "FeatureCollection", "features": [{features}]{others}}}')


def esri(city: Any, fields: dict[str, str], *attributes: dict[str, Any], **members: Any) -> Path:
    """Write the feature set of an ArcGIS service: points with attributes of declared types."""
    content = {
        "geometryType": "esriGeometryPoint",
        "spatialReference": {"wkid": 25832},
        "fields": [{"name": name, "type": f"esriFieldType{kind}"} for name, kind in fields.items()],
        "features": [{"attributes": row, "geometry": {"x": 390000.5, "y": 5710000}} for row in attributes],
    }
    return city.write("connections.json", json.dumps(content | members))
