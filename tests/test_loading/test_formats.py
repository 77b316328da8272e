"""Every supported format loads the same records."""

import json
import warnings
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import geopandas as gpd
import openpyxl
import pyarrow.parquet as pq
import pytest
from shapely import LineString, MultiPoint, MultiPolygon, Point, Polygon, box

COLUMNS = "source_id, address, dwellings, down_mbit, passed_on, st_astext(geom, 2)"
EXPECTED = [
    ("1", "Münsterstraße 1", 3, Decimal("250.5"), date(2023, 1, 31), "POINT(390000.5 5710000)"),
    ("2", "Weg 2", None, None, None, "POINT(394000 5710000)"),
]
POINTS = [Point(390000.5, 5710000), Point(394000, 5710000)]
CELLS: dict[str, list[Any]] = {
    "address": ["Münsterstraße 1", "Weg 2"],
    "dwellings": [3, None],
    "down_mbit": [250.5, None],
    "passed_on": [date(2023, 1, 31), None],
}


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "fgb", "parquet", "shp"])
def test_gis_formats(city, suffix):
    path = city.export(f"connections.{suffix}", POINTS, **CELLS)
    report = city.load("connections", path)
    assert report.problems == []
    assert (report.rows, report.inserted) == (2, 2)
    assert city.rows("connections", COLUMNS) == EXPECTED


def test_zipped_shapefile(city, tmp_path):
    city.export("connections.shp", POINTS, **CELLS)
    with ZipFile(tmp_path / "delivery.zip", "w") as archive:
        for part in tmp_path.glob("connections.*"):
            archive.write(part, f"Lieferung/{part.name}")
    assert city.load("connections", tmp_path / "delivery.zip").inserted == 2
    assert city.rows("connections", COLUMNS) == EXPECTED


def test_shapefile_in_windows_encoding(city, tmp_path):
    path = tmp_path / "connections.shp"
    gpd.GeoDataFrame({"source_id": ["1"], "address": ["Münsterstraße"]}, geometry=POINTS[:1], crs=25832).to_file(
        path, encoding="cp1252"
    )
    path.with_suffix(".cpg").unlink(missing_ok=True)
    assert city.load("connections", path, encoding="cp1252").inserted == 1
    assert city.rows("connections", "address") == [("Münsterstraße",)]


def test_shapefile_cuts_names_after_ten_characters(city):
    path = city.export(
        "trenches.shp",
        [LineString([(390000, 5710000), (390100, 5710000)])],
        programme=["funded"],
        constructi=["open"],
        permitted_=["2023-01-01"],
    )
    assert city.load("trenches", path).inserted == 1
    assert city.rows("trenches", "construction, permitted_on") == [("open", date(2023, 1, 1))]


def test_csv_as_excel_writes_it_in_germany(city):
    text = (
        "source_id;address;dwellings;down_mbit;passed_on;x;y\r\n"
        '1;"Münsterstraße 1";3;250,5;31.01.2023;390000,5;5710000\r\n'
        "\r\n"
        "2; Weg 2 ;;;;394000;5710000\r\n"
    )
    path = city.write("connections.csv", text.encode("cp1252"))
    report = city.load("connections", path, crs="EPSG:25832", encoding="cp1252")
    assert (report.rows, report.inserted) == (2, 2)
    assert city.rows("connections", COLUMNS) == EXPECTED


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("utf-8", "|")]
)
def test_csv_encodings_and_delimiters(city, encoding, delimiter):
    rows = [
        ["source_id*", "address", "dwellings", "down_mbit", "passed_on", "geometry*"],
        ["1", "Münsterstraße 1", "3", "250.5", "2023-01-31", "SRID=25832;POINT (390000.5 5710000)"],
        ["2", "Weg 2", "", "", "", "SRID=25832;POINT (394000 5710000)"],
    ]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    assert city.load("connections", city.write("c.csv", text.encode(encoding))).inserted == 2
    assert city.rows("connections", COLUMNS) == EXPECTED


def sheet(path: Path, rows: list[list[Any]], title: str = "Tabelle1", others: tuple[str, ...] = ()) -> Path:
    book = openpyxl.Workbook()
    active = book.active
    assert active is not None
    active.title = title
    for row in rows:
        active.append(row)
    for other in others:
        book.create_sheet(other, 0).append(["Deckblatt"])
    book.save(path)
    book.close()
    return path


SHEET = [
    ["source_id", "address", "dwellings", "down_mbit", "passed_on", "x", "y"],
    [1, "Münsterstraße 1", 3.0, 250.5, datetime.fromisoformat("2023-01-31"), 390000.5, 5710000],
    [None, None, None, None, None, None, None],
    ["2", "Weg 2", None, "", None, "394000", 5710000],
]


def test_xlsx_with_typed_cells(city, tmp_path):
    path = sheet(tmp_path / "connections.xlsx", SHEET)
    assert city.load("connections", path, crs="25832").inserted == 2
    assert city.rows("connections", COLUMNS) == EXPECTED


def test_xlsx_takes_the_sheet_named_like_the_layer(city, tmp_path):
    path = sheet(tmp_path / "delivery.xlsx", SHEET, "connections", others=("Deckblatt",))
    assert city.load("connections", path, crs="25832").inserted == 2


def test_xlsx_row_numbers_are_those_of_excel(city, tmp_path):
    rows = [*SHEET, [None] * 7, [3, None, "drei", None, 45000, 390000, 5710000]]
    problems = city.problems("connections", sheet(tmp_path / "c.xlsx", rows), crs="25832")
    assert [(row, column) for row, column, _ in problems] == [(6, "dwellings"), (6, "passed_on")]
    assert "Format the column as dates" in problems[1][2]


def test_package_with_several_layers(city, tmp_path):
    path = tmp_path / "all.gpkg"
    frame = gpd.GeoDataFrame({"source_id": ["1"]}, geometry=POINTS[:1], crs=25832)
    frame.to_file(path, layer="connections")
    frame.to_file(path, layer="others")
    assert city.load("connections", path).inserted == 1
    refusal = city.refusal("properties", path)
    assert "several layers (connections, others)" in refusal


def test_geometry_is_promoted_flattened_and_transformed(city):
    square = Polygon([(7.4, 51.5, 80), (7.401, 51.5, 80), (7.401, 51.501, 80), (7.4, 51.5, 80)])
    path = city.export("plots.geojson", [square], crs=4326, name=["A"], ownership=["public"])
    assert city.load("plots", path).inserted == 1
    [(kind, dimensions, srid, area)] = city.rows(
        "plots", "geometrytype(geom), st_ndims(geom), st_srid(geom), round(st_area(geom))"
    )
    assert (kind, dimensions, srid) == ("MULTIPOLYGON", 2, 25832)
    assert area == pytest.approx(3861, abs=5)


def test_kinds_of_geometry_that_are_accepted(city):
    path = city.export("connections.gpkg", [MultiPoint([(390000, 5710000)]), Point(390000, 5710000)])
    assert city.load("connections", path).inserted == 2
    path = city.export("trenches.gpkg", [LineString([(390000, 5710000), (390100, 5710000)])], programme=["funded"])
    assert city.load("trenches", path).inserted == 1


def test_crs_may_be_given_for_geojson_without_one(city):
    feature = {
        "type": "Feature",
        "properties": {"source_id": "1"},
        "geometry": {"type": "Point", "coordinates": [390000, 5710000]},
    }
    path = city.write("c.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert city.load("connections", path, crs="EPSG:25832").inserted == 1


def test_geoparquet_in_crs84_is_in_degrees(city, tmp_path):
    path = city.export("c.parquet", [Point(7.43, 51.52)], crs="OGC:CRS84")
    assert city.load("connections", path).inserted == 1


def test_geoparquet_that_does_not_mention_a_crs_is_in_crs84_and_one_of_an_unknown_crs_is_refused(city):
    """As its specification says: a missing member and one that is null differ."""
    path = city.export("c.parquet", [Point(7.43, 51.52)], crs=None)
    table = pq.read_table(path)
    geo = json.loads(table.schema.metadata[b"geo"])
    assert geo["columns"]["geometry"]["crs"] is None
    assert city.refusal("connections", path) == (
        "The file does not name the CRS of its coordinates. Name it: --crs EPSG:25832."
    )
    assert city.load("connections", path, crs="EPSG:4326").inserted == 1
    del geo["columns"]["geometry"]["crs"]
    pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(geo).encode()}), path)
    assert city.load("connections", path).unchanged == 1


def test_layer_without_geometry_takes_attributes_of_any_format(city):
    path = city.export("operators.gpkg", [Point(390000, 5710000)], name=["Netz"], kind=["carrier"])
    report = city.load("operators", path)
    assert report.inserted == 1
    assert "not loaded" in report.notes[0].en


def test_optional_geometry_may_be_missing(city):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = city.export("inquiries.geojson", [Point(7.43, 51.52), None], 4326, kind=["plot", "plot"])
    assert city.load("inquiries", path).inserted == 2
    assert city.rows("inquiries", "geom is null") == [(False,), (True,)]
    assert city.load("inquiries", "source_id;kind;x;y\n3;plot;;\n").inserted == 1


def test_several_values_in_a_cell(city):
    text = "source_id;kind;districts\n1;plot;West | East\n2;plot;\n"
    assert city.load("inquiries", text).inserted == 2
    assert city.rows("inquiries", "districts") == [(["West", "East"],), (None,)]


def test_multipolygon_and_large_wkt_cells(city):
    steps = [(390000 + number, 5710000 + number % 2) for number in range(9000)]
    polygon = MultiPolygon(
        [Polygon([*steps, (399000, 5711000), (390000, 5711000)]), box(388000, 5710000, 388100, 5710100)]
    )
    text = f"source_id;name;ownership;geometry\n1;A;public;{polygon.wkt}\n"
    assert city.load("plots", text, crs="25832").inserted == 1


def test_gdal_feature_number_can_serve_as_source_id(city, tmp_path):
    path = tmp_path / "c.gpkg"
    gpd.GeoDataFrame({"address": ["A", "B"]}, geometry=POINTS, crs=25832).to_file(path)
    mapping = city.write("m.toml", '[columns]\nfid = "source_id"\n')
    assert city.load("connections", path, mapping=mapping).inserted == 2
    assert city.rows("connections", "source_id, address") == [("1", "A"), ("2", "B")]


@pytest.mark.parametrize(
    ("crs", "x", "y"),
    [(31466, 2599000, 5710000), (4647, 32390000, 5710000), (3857, 826000, 6710000), (4258, 7.43, 51.52)],
)
def test_other_crs_of_the_region(city, crs, x, y):
    assert city.load("connections", city.export("c.gpkg", [Point(x, y)], crs)).inserted == 1
    [(district,)] = city.rows("connections", "district_key")
    assert district == "west"
