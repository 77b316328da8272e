"""Writers of GIS files for made-up records: by hand where the usual programs would change what is to be written."""

# ruff: noqa: DTZ001 - times without a zone are the city's own.

import json
import shutil
import sqlite3
import warnings
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely
from pyproj import Transformer

from geo.loading import FileMapping
from tests.test_loading.gis_files import dbf
from tests.test_loading.hostile_records import BERLIN, Case
from tests.test_loading.hostile_tables import CRS, Writer, Written, plain

DEGREES = Transformer.from_crs(25832, "OGC:CRS84", always_xy=True)


def in_degrees(shape: Any) -> Any:
    """Return a geometry in longitude and latitude."""
    return shapely.transform(shape, lambda points: _degrees(points)) if shape is not None else None


def _degrees(points: Any) -> Any:
    moved = points.copy()
    moved[:, 0], moved[:, 1] = DEGREES.transform(points[:, 0], points[:, 1])
    return moved


def with_driver(
    suffix: str, driver: str, encoding: str | None = None, *, single: bool = False, **options: Any
) -> Writer:
    """Return a writer by GDAL, with options for the layer."""

    def write(folder: Path, case: Case) -> Written:
        path = folder / f"{case.layer}.{suffix}"
        columns = {name: _typed(kind, case.column(name)) for name, kind in case.kinds.items()}
        shapes = [shape if single else _multiple(shape, case) for shape in case.column("geometry")]
        frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=25832)
        kind = "Unknown" if single else case.shape_kind + (" Z" if case.heights else "")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame.to_file(path, driver=driver, engine="pyogrio", geometry_type=kind, encoding=encoding, **options)
        return path, FileMapping(encoding=encoding)

    return write


def _multiple(shape: Any, case: Case) -> Any:
    if shape is None or case.shape_kind == "Point":
        return shape.geoms[0] if shape is not None and shape.geom_type == "MultiPoint" else shape
    if shape.is_empty:
        return shapely.from_wkt(f"{case.shape_kind.upper()} {'Z ' if case.heights else ''}EMPTY")
    make = shapely.MultiPolygon if case.shape_kind == "MultiPolygon" else shapely.MultiLineString
    return shape if shape.geom_type.startswith("Multi") else make([shape])


def _typed(kind: str, values: list[Any]) -> Any:
    if kind in {"key", "text"}:
        return pd.Series(values, dtype=object)
    if kind == "whole":
        return pd.array(values, dtype="Int32")
    if kind == "number":
        return pd.Series(values, dtype="float64")
    if kind == "truth":
        return pd.array(values, dtype="boolean")
    moments = [value for value in values if isinstance(value, datetime)]
    if not moments:
        return pd.Series(values, dtype=object)
    zone = "UTC" if moments[0].tzinfo else None
    return pd.Series(values, dtype=f"datetime64[ms{', UTC' if zone else ''}]")


def write_package(folder: Path, case: Case) -> Written:
    """Write a GeoPackage whose columns hold whatever was delivered, as SQLite allows."""
    path = folder / f"{case.layer}.gpkg"
    shapes = [_multiple(shape, case) for shape in case.column("geometry")]
    frame = gpd.GeoDataFrame({"n": range(len(shapes))}, geometry=shapes, crs=25832)
    frame.to_file(path, engine="pyogrio", geometry_type=case.shape_kind + (" Z" if case.heights else ""))
    with closing(sqlite3.connect(path)) as database:
        for (name,) in database.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            database.execute(f'drop trigger "{name}"')
        database.execute(f"alter table {case.layer} drop column n")
        for name, kind in case.kinds.items():
            values = case.column(name)
            timed = any(isinstance(value, datetime) for value in values)
            declared = {
                "whole": "INTEGER",
                "number": "REAL",
                "truth": "BOOLEAN",
                "day": "DATETIME" if timed else "DATE",
            }
            database.execute(f"alter table {case.layer} add {name} {declared.get(kind, 'TEXT')}")
            cells = [(_cell(value), fid) for fid, value in enumerate(values, 1)]
            database.executemany(f"update {case.layer} set {name} = ? where fid = ?", cells)
        database.commit()
    return path, FileMapping()


def _cell(value: Any) -> Any:
    if isinstance(value, int):
        return value if abs(value) < 2**63 else str(value)
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, (float, str)) or value is None else plain(value)


def write_shapefile(folder: Path, case: Case) -> Written:
    """Write a Shapefile with exactly these bytes as attributes."""
    path = folder / f"{case.layer}.shp"
    shapes = [_multiple(shape, case) for shape in case.column("geometry")]
    frame = gpd.GeoDataFrame({"n": range(len(shapes))}, geometry=shapes, crs=25832)
    frame.to_file(path, engine="pyogrio", geometry_type=case.shape_kind + (" Z" if case.heights else ""))
    forms = {"whole": ("N", 24, 0), "number": ("N", 30, 6), "truth": ("L", 1, 0), "day": ("D", 8, 0)}
    fields = [(name[:10], *forms.get(kind, ("C", 254, 0))) for name, kind in case.kinds.items()]
    rows = [[_dbf_cell(row[name]) for name in case.kinds] for row in case.rows]
    path.with_suffix(".dbf").write_bytes(dbf(fields, rows))
    path.with_suffix(".cpg").write_text("UTF-8")
    return path, FileMapping()


def _dbf_cell(value: Any) -> bytes:
    if isinstance(value, bool):
        return b"T" if value else b"F"
    if isinstance(value, date):
        return value.strftime("%Y%m%d").encode()
    return plain(value).encode()


def write_geojson(folder: Path, case: Case) -> Written:
    """Write GeoJSON that names its CRS, with all other characters as escapes."""
    features = [
        {"type": "Feature", "properties": _properties(row), "geometry": _json(row["geometry"])} for row in case.rows
    ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}
    return _written_json(
        folder / f"{case.layer}.geojson", {"type": "FeatureCollection", "crs": crs, "features": features}
    )


def write_json_fg(folder: Path, case: Case) -> Written:
    """Write JSON-FG, with the geometry as place."""
    features = [
        {
            "type": "Feature",
            "properties": _properties(row),
            "geometry": None,
            "place": _json(row["geometry"]),
            "time": None,
        }
        for row in case.rows
    ]
    members = {
        "type": "FeatureCollection",
        "conformsTo": ["http://www.opengis.net/spec/json-fg-1/0.2/conf/core"],
        "coordRefSys": "[EPSG:25832]",
        "features": features,
    }
    return _written_json(folder / f"{case.layer}.json", members)


def write_esri(folder: Path, case: Case) -> Written:
    """Write the feature set of an ArcGIS service, with times in milliseconds."""
    types = {"whole": "Integer", "number": "Double", "day": "Date"}
    fields = [{"name": name, "type": f"esriFieldType{types.get(kind, 'String')}"} for name, kind in case.kinds.items()]
    features = [
        {"attributes": _properties(row, _milliseconds), "geometry": _esri(row["geometry"])} for row in case.rows
    ]
    kind = {"Point": "Point", "MultiLineString": "Polyline", "MultiPolygon": "Polygon"}[case.shape_kind]
    members = {
        "geometryType": f"esriGeometry{kind}", "spatialReference": {"wkid": 25832}, "fields": fields,
        "features": features,
    }  # fmt: skip
    return _written_json(folder / f"{case.layer}.json", members)


def _written_json(path: Path, content: Any) -> Written:
    path.write_text(json.dumps(content))
    return path, FileMapping()


def _properties(row: dict[str, Any], day: Any = plain) -> dict[str, Any]:
    values = {name: value for name, value in row.items() if name != "geometry"}
    return {
        name: day(value) if isinstance(value, date) else float(value) if isinstance(value, Decimal) else value
        for name, value in values.items()
    }


def _milliseconds(value: date) -> int:
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, 12)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=BERLIN)
    return int(aware.timestamp() * 1000)


def _json(shape: Any) -> Any:
    return None if shape is None else json.loads(json.dumps(shapely.geometry.mapping(shape)))


def _esri(shape: Any) -> Any:
    if shape is None:
        return None
    if shape.geom_type in {"Point", "MultiPoint"}:
        if shape.is_empty:
            return {"x": None, "y": None}
        [(x, y)] = shapely.get_coordinates(shape).tolist()
        return {"x": x, "y": y}
    parts = shapely.get_parts(shape)
    if "Polygon" in shape.geom_type:
        # Esri's outer rings are clockwise.
        turned = [shapely.geometry.polygon.orient(part, -1.0) for part in parts]
        return {
            "rings": [shapely.get_coordinates(ring).tolist() for part in turned for ring in shapely.get_rings(part)]
        }
    return {"paths": [shapely.get_coordinates(part).tolist() for part in parts]}


def parquet(geo: bool) -> Writer:
    """Return a writer of Parquet, with GeoParquet's metadata or without."""

    def write(folder: Path, case: Case) -> Written:
        columns = {name: _arrow(kind, case.column(name)) for name, kind in case.kinds.items()}
        columns["geometry"] = pa.array(
            [None if s is None else shapely.to_wkb(s) for s in case.column("geometry")], pa.binary()
        )
        table = pa.table(columns)
        if geo:
            column = {
                "encoding": "WKB",
                "geometry_types": [],
                "crs": pyproj.CRS(25832).to_json_dict(),
            }
            meta = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
            table = table.replace_schema_metadata({"geo": json.dumps(meta)})
        path = folder / f"{case.layer}.parquet"
        pq.write_table(table, path)
        return path, FileMapping(crs=None if geo else CRS)

    return write


def _arrow(kind: str, values: list[Any]) -> Any:
    moments = [value for value in values if isinstance(value, datetime)]
    zone = "UTC" if moments and moments[0].tzinfo else None
    day = pa.timestamp("us", zone) if moments else pa.date32()
    types = {"whole": pa.int64(), "number": pa.float64(), "truth": pa.bool_(), "day": day}
    return pa.array(values, types.get(kind, pa.string()))


def write_gml(folder: Path, case: Case) -> Written:
    """Write GML."""
    members = "".join(
        f'<gml:featureMember><a:{case.layer} gml:id="t{number}">{_elements(row)}{_gml(row["geometry"])}'
        f"</a:{case.layer}></gml:featureMember>"
        for number, row in enumerate(case.rows, 1)
    )
    path = folder / f"{case.layer}.gml"
    path.write_text(
        '<?xml version="1.0"?><gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml/3.2" '
        f'xmlns:a="http://example.org/a">{members}</gml:FeatureCollection>',
        "utf-8",
        newline="",
    )
    return path, FileMapping()


def _elements(row: dict[str, Any]) -> str:
    return "".join(
        f"<a:{name}>{_xml(value)}</a:{name}>" for name, value in row.items() if name != "geometry" and value is not None
    )


def _xml(value: Any) -> str:
    return escape(plain(value), {"\r": "&#13;", "\n": "&#10;", "\t": "&#9;"})


def _gml(shape: Any) -> str:
    if shape is None:
        return ""
    parts = "".join(f"<gml:geometryMember>{_gml_part(part)}</gml:geometryMember>" for part in shapely.get_parts(shape))
    if shape.geom_type.startswith("Multi"):
        inner = f'<gml:MultiGeometry srsName="urn:ogc:def:crs:EPSG::25832">{parts}</gml:MultiGeometry>'
        for kind, member in (("Polygon", "surface"), ("LineString", "curve"), ("Point", "point")):
            if shape.geom_type.endswith(kind):
                name = member.capitalize()
                inner = inner.replace("MultiGeometry", f"Multi{name}").replace("geometryMember", f"{member}Member")
    else:
        inner = _gml_part(shape)
    return f"<a:geom>{inner}</a:geom>"


def _gml_part(part: Any) -> str:
    reference = 'srsName="urn:ogc:def:crs:EPSG::25832"'
    if part.is_empty:
        return f"<gml:{part.geom_type} {reference}/>"
    if part.geom_type == "Point":
        return f"<gml:Point {reference}><gml:pos>{_positions(part)}</gml:pos></gml:Point>"
    if part.geom_type == "LineString":
        return f"<gml:LineString {reference}><gml:posList>{_positions(part)}</gml:posList></gml:LineString>"
    rings = [
        f"<gml:LinearRing><gml:posList>{_positions(ring)}</gml:posList></gml:LinearRing>"
        for ring in shapely.get_rings(part)
    ]
    inner = "".join(f"<gml:interior>{ring}</gml:interior>" for ring in rings[1:])
    return f"<gml:Polygon {reference}><gml:exterior>{rings[0]}</gml:exterior>{inner}</gml:Polygon>"


def _positions(shape: Any) -> str:
    return " ".join(f"{number!r}" for point in shapely.get_coordinates(shape).tolist() for number in point)


def write_kml(folder: Path, case: Case) -> Written:
    """Write KML, with the values as texts."""
    marks = "".join(
        f"<Placemark><ExtendedData>{_data(row)}</ExtendedData>{_kml(in_degrees(row['geometry']))}</Placemark>"
        for row in case.rows
    )
    path = folder / f"{case.layer}.kml"
    path.write_text(
        f'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{marks}</Document></kml>',
        "utf-8",
        newline="",
    )
    return path, FileMapping()


def _data(row: dict[str, Any]) -> str:
    cells = {name: value for name, value in row.items() if name != "geometry" and value is not None}
    return "".join(f'<Data name="{name}"><value>{_xml(value)}</value></Data>' for name, value in cells.items())


def _kml(shape: Any) -> str:
    if shape is None:
        return ""
    if shape.is_empty:
        return f"<{shape.geom_type}/>"
    if shape.geom_type.startswith("Multi"):
        return f"<MultiGeometry>{''.join(map(_kml, shapely.get_parts(shape)))}</MultiGeometry>"
    if shape.geom_type != "Polygon":
        return f"<{shape.geom_type}>{_kml_points(shape)}</{shape.geom_type}>"
    rings = [f"<LinearRing>{_kml_points(ring)}</LinearRing>" for ring in shapely.get_rings(shape)]
    inner = "".join(f"<innerBoundaryIs>{ring}</innerBoundaryIs>" for ring in rings[1:])
    return f"<Polygon><outerBoundaryIs>{rings[0]}</outerBoundaryIs>{inner}</Polygon>"


def _kml_points(shape: Any) -> str:
    points = shapely.get_coordinates(shape).tolist()
    return f"<coordinates>{' '.join(','.join(map(repr, point)) for point in points)}</coordinates>"


def write_dxf(folder: Path, case: Case) -> Written:
    """Write a drawing of texts and lines, whose handles identify them."""
    entities = []
    for number, row in enumerate(case.rows, 256):
        shape = row["geometry"]
        points = shapely.get_coordinates(shape).tolist()
        if shape.geom_type == "LineString":
            body = "".join(f"10\n{x!r}\n20\n{y!r}\n" for x, y in points)
            head = f"0\nLWPOLYLINE\n5\n{number:X}\n100\nAcDbEntity\n8\n0\n100\nAcDbPolyline\n90\n{len(points)}\n70\n0\n"
        else:
            [(x, y)] = points
            text = plain(row.get("address"))
            head = f"0\nTEXT\n5\n{number:X}\n100\nAcDbEntity\n8\n0\n100\nAcDbText\n"
            body = f"10\n{x!r}\n20\n{y!r}\n30\n0.0\n40\n1.0\n1\n{text}\n"
        entities.append(head + body)
    header = "0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1015\n9\n$DWGCODEPAGE\n3\nANSI_1252\n0\nENDSEC\n"
    path = folder / f"{case.layer}.dxf"
    content = f"{header}0\nSECTION\n2\nENTITIES\n{''.join(entities)}0\nENDSEC\n0\nEOF\n"
    path.write_bytes(content.encode("cp1252"))
    columns = {"EntityHandle": "source_id"} | ({"Text": "address"} if case.layer == "connections" else {})
    return path, FileMapping(crs=CRS, columns=columns)


def clear(folder: Path) -> None:
    """Remove what the last example wrote."""
    for part in folder.iterdir():
        shutil.rmtree(part) if part.is_dir() else part.unlink()
