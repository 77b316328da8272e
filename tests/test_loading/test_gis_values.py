"""What GIS files hold is stored as it is, or refused with row, column and the text as delivered."""

import json
import sqlite3
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shapely import Point

from tests.test_loading.deliveries import DELIVERIES, delivered
from tests.test_loading.gis_files import dbf, package, shapefile

UNTOUCHED = "9"
"""A source_id whose row is as it should be."""


def refused(city, path: Path, layer: str = "connections", **options: Any) -> list[tuple[Any, ...]]:
    """Load a file that must be refused; return row, column and value of each problem."""
    before = city.state(layer)
    report = city.load(layer, path, **options)
    assert city.state(layer) == before
    assert report.problems
    assert all(problem.reason.de and problem.reason.en for problem in report.problems)
    return [(problem.row, problem.column, problem.value) for problem in report.problems]


def shapefile_delivered(city, name: str) -> Path:
    for part in DELIVERIES.glob(f"{Path(name).stem}.*"):
        delivered(city, part.name)
    return city.folder / name


# The delivered cases


def test_a_text_that_is_no_day_in_a_package_is_refused_and_an_empty_one_is_no_day(city):
    path = delivered(city, "gpkgdate.gpkg")
    assert city.load("trenches", path).inserted == 1
    assert city.rows("trenches", "source_id, laid_on") == [("T1", None)]
    for stored, shown in (("31.12.2022", "31.12.2022"), (44926, "44926")):
        with closing(sqlite3.connect(path)) as database:
            database.execute("update trenches set laid_on = ?", [stored])
            database.commit()
        assert refused(city, path, "trenches") == [(1, "laid_on", shown)]


@pytest.mark.parametrize("stored", [b"20221345", b"31.12.22", b"99999999", b"20221232", b"1.1.2022", b"2022-1-1"])
def test_a_day_of_a_shapefile_has_eight_digits_and_exists(city, stored):
    path = shapefile_delivered(city, "dbfd.shp")
    part = path.with_suffix(".dbf")
    part.write_bytes(part.read_bytes().replace(b"20221345", stored))
    mapping = {"ignore": ("note",)}
    assert refused(city, path, "trenches", **mapping) == [(1, "laid_on", stored.decode())]


def test_a_day_of_geojson_that_does_not_exist_is_refused(city):
    assert refused(city, delivered(city, "gjd4.geojson"), "trenches") == [(1, "laid_on", "2022-02-30")]


@pytest.mark.parametrize(
    ("stored", "area"),
    [
        ("1234,5", Decimal("1234.50")),
        ("1.234,5", Decimal("1234.50")),
        ("1234.56", Decimal("1234.56")),
        ("", None),
        ("12 m2", "12 m2"),
        ("*******", "*******"),
    ],
)
def test_a_number_of_a_shapefile_is_exact_or_refused(city, stored, area):
    path = shapefile_delivered(city, "dbfn.shp")
    part = path.with_suffix(".dbf")
    part.write_bytes(part.read_bytes().replace(b"12 m2".ljust(12), stored.encode().ljust(12)))
    if isinstance(area, str):
        assert refused(city, path, "plots") == [(1, "official_area_m2", area)]
    else:
        assert city.load("plots", path).inserted == 1
        assert city.rows("plots", "official_area_m2") == [(area,)]


@pytest.mark.parametrize(("stored", "truth"), [("J", True), ("j", True), ("T", True), ("n", False), ("F", False)])
def test_yes_and_no_in_a_shapefile_may_be_german(city, stored, truth):
    path = shapefile_delivered(city, "dbfl.shp")
    part = path.with_suffix(".dbf")
    part.write_bytes(part.read_bytes().replace(b"x\x1a", stored.encode() + b"\x1a"))
    assert city.load("plots", path).inserted == 1
    assert city.rows("plots", "brownfield") == [(truth,)]


def test_another_letter_is_no_answer_and_a_blank_is_none(city):
    path = shapefile_delivered(city, "dbfl.shp")
    assert refused(city, path, "plots") == [(1, "brownfield", "x")]
    part = path.with_suffix(".dbf")
    whole = part.read_bytes()
    for blank in (b" ", b"?", b"\0"):
        part.write_bytes(whole.replace(b"x\x1a", blank + b"\x1a"))
        assert city.load("plots", path, dry_run=True).inserted == 1


def test_esri_json_counts_milliseconds_of_utc(city):
    """1672441200000 is midnight in Dortmund on 31 December, and 23:00 UTC on the 30th."""
    assert city.load("trenches", delivered(city, "esri.json")).inserted == 1
    assert city.rows("trenches", "source_id, laid_on") == [("E1", date(2022, 12, 31))]


@pytest.mark.parametrize("name", ["f.gpkg", "f.geojson"])
def test_the_feature_number_may_be_mapped(city, name):
    report = city.load("trenches", delivered(city, name), mapping=DELIVERIES / "fid.toml")
    assert report.inserted == 1


def test_geojson_in_a_windows_encoding(city):
    path = delivered(city, "gj_cp1252.geojson")
    report = city.load("trenches", path)
    [problem] = report.problems
    assert (problem.row, problem.column, problem.value) == (1, "note", "Sp\\xfclbohrung")
    assert "--encoding cp1252" in problem.reason.en
    assert "Spülbohrung" in problem.reason.de
    assert city.load("trenches", path, encoding="cp1252").inserted == 1
    assert city.rows("trenches", "note") == [("Spülbohrung",)]


def test_shapefile_that_names_no_encoding(city):
    path = shapefile_delivered(city, "e_1252_nocpg_ld0.shp")
    [problem] = city.load("trenches", path).problems
    assert (problem.row, problem.column, problem.value) == (1, "note", "Sp\\xfclbohrung Stra\\xdfe")
    assert "--encoding cp1252" in problem.reason.de
    assert "Spülbohrung Straße" in problem.reason.de
    assert city.load("trenches", path, encoding="cp1252").inserted == 1
    assert city.rows("trenches", "note") == [("Spülbohrung Straße",)]


# GeoPackage: any column may hold any value


@pytest.mark.parametrize(
    ("declared", "column", "stored", "loaded"),
    [
        ("DATE", "passed_on", "2022-12-31", date(2022, 12, 31)),
        ("DATE", "passed_on", "2022-02-30", ["2022-02-30"]),
        ("DATE", "passed_on", "now", ["now"]),
        ("DATE", "passed_on", 2459945.5, ["2459945.5"]),
        ("DATETIME", "passed_on", "2022-12-31 23:30:00", date(2022, 12, 31)),
        ("DATETIME", "passed_on", "2022-12-31T22:30:00.123Z", date(2022, 12, 31)),
        ("DATETIME", "passed_on", "2022-12-31T23:30:00+02:00", date(2022, 12, 31)),
        ("DATETIME", "passed_on", "2022-13-31T23:30:00Z", ["2022-13-31T23:30:00Z"]),
        ("DATETIME", "passed_on", "9999-12-31T23:30:00Z", ["9999-12-31T23:30:00Z"]),
        ("DATETIME", "passed_on", 1672441200, ["1672441200"]),
        ("DATETIME", "passed_on", "", None),
        ("TEXT", "passed_on", "31.12.2022", date(2022, 12, 31)),
        ("BOOLEAN", "note", 1, "true"),
        ("BOOLEAN", "note", "J", "J"),
        ("INTEGER", "dwellings", "12 WE", ["12 WE"]),
        ("INTEGER", "dwellings", 1.5, ["1.5"]),
        ("MEDIUMINT", "dwellings", 99999999999, ["99999999999"]),
        ("SMALLINT", "dwellings", 70000, 70000),
        ("INTEGER", "note", 9007199254740993, "9007199254740993"),
        ("REAL", "down_mbit", "1234,5", Decimal("1234.5")),
        ("REAL", "down_mbit", "schnell", ["schnell"]),
        ("REAL", "note", "20 Mbit", "20 Mbit"),
        ("FLOAT", "down_mbit", 250.3, Decimal("250.3")),
        ("NUMERIC", "note", 9007199254740993, "9007199254740993"),
        ("TEXT(5)", "note", "länger als fünf", "länger als fünf"),
        ("TEXT", "note", b"\xfc\xdf", ["fc df"]),
        ("VARCHAR(20)", "note", "Typ von Fremden", "Typ von Fremden"),
        ("BLOB", "note", b"abc", ["61 62 63"]),
    ],
)
def test_package(city, declared, column, stored, loaded):
    """A value that does not fit its column's type is read as it is stored, or refused (a list).

    So is one of a type that GDAL does not know.
    """
    path = package(city, {column: declared}, [[stored], [None]])
    if isinstance(loaded, list):
        assert refused(city, path) == [(1, column, loaded[0])]
    else:
        assert city.load("connections", path).inserted == 2
        assert city.rows("connections", column) == [(loaded,), (None,)]


def test_texts_of_a_package_end_where_they_end(city):
    """GDAL cuts a text at a NUL, and a text that is not UTF-8 ends its reading."""
    path = package(city, {"note": "TEXT"}, [["a\0b"], ["gut"]])
    assert refused(city, path) == [(1, "note", "a\0b")]
    with closing(sqlite3.connect(path)) as database:
        database.execute("update connections set note = cast(x'53fc64' as text) where fid = 1")
        database.commit()
    assert refused(city, path) == [(1, "note", "S\\xfcd")]


def test_view_of_a_package(city):
    """A view has no row numbers of its own, so that its rows are paired in order."""
    path = package(city, {"passed_on": "DATE"}, [["2022-12-31"], ["gestern"]])
    with closing(sqlite3.connect(path)) as database:
        database.execute("alter table connections rename to stored")
        database.execute("create view connections as select geom, source_id, passed_on from stored")
        database.commit()
    assert refused(city, path) == [(2, "passed_on", "gestern")]


def test_package_as_qgis_leaves_it(city):
    """In WAL mode SQLite makes files beside it: not those of a delivery, whose folder may not be written to."""
    path = package(city, {"passed_on": "DATE"}, [["gestern"]])
    with closing(sqlite3.connect(path)) as database:
        database.execute("pragma journal_mode = wal")
        database.execute("update connections set passed_on = 'heute'")
        database.commit()
    whole = path.read_bytes()
    assert refused(city, path) == [(1, "passed_on", "heute")]
    assert path.read_bytes() == whole
    assert [part.name for part in city.folder.iterdir()] == [path.name]


def test_records_of_a_package_are_counted_by_its_table(city):
    """GDAL keeps a count of its own, which other programs do not maintain."""
    path = package(city, {}, [[], [], []])
    with closing(sqlite3.connect(path)) as database:
        database.execute("update gpkg_ogr_contents set feature_count = 7")
        database.commit()
    assert city.load("connections", path).inserted == 3


# Shapefiles: whatever bytes a field holds


@pytest.mark.parametrize(
    ("field", "stored", "loaded"),
    [
        (("passed_on", "D", 8, 0), b"20221231", date(2022, 12, 31)),
        (("passed_on", "D", 8, 0), b"00000000", None),
        (("passed_on", "D", 8, 0), bytes(8), None),
        (("passed_on", "D", 8, 0), b"202212", ["202212"]),
        (("passed_on", "C", 10, 0), b"31.12.2022", date(2022, 12, 31)),
        (("dwellings", "N", 9, 0), b"        3", 3),
        (("dwellings", "N", 9, 0), b"*********", None),
        (("dwellings", "N", 3, 0), b"***", ["***"]),
        (("dwellings", "N", 12, 3), b"3.000", 3),
        (("dwellings", "N", 12, 3), b"3.500", ["3.5"]),
        (("down_mbit", "N", 12, 3), b"1.234", Decimal("1.2")),
        (("down_mbit", "N", 12, 3), b"1,234", Decimal("1.2")),
        (("down_mbit", "N", 12, 3), b"1.2.3", ["1.2.3"]),
        (("down_mbit", "F", 19, 11), b"2.50300000000e+002", Decimal("250.3")),
        (("down_mbit", "F", 12, 3), b"-.5e99999999", ["-.5e99999999"]),
        (("note", "N", 20, 0), b"12345678901234567890", "12345678901234567890"),
        (("note", "N", 12, 2), b"12.50", "12.5"),
        (("note", "L", 1, 0), b"T", "true"),
        (("note", "C", 12, 0), b"a\0\0\0", "a"),
        (("note", "C", 12, 0), b"a\0Rest", ["a\0Rest"]),
        (("note", "M", 10, 0), b"         7", ["7"]),
        (("note", "M", 10, 0), b"          ", None),
    ],
)
def test_shapefile(city, field, stored, loaded):
    """A field is read exactly, or refused (a list); the second row shows that the first does not change others."""
    key = ("source_id", "C", 4, 0)
    path = shapefile(city, [key, field], [[b"1", stored], [UNTOUCHED.encode(), b" " * field[2]]])
    if isinstance(loaded, list):
        assert refused(city, path) == [(1, field[0], loaded[0])]
    else:
        assert city.load("connections", path).inserted == 2
        assert city.rows("connections", field[0]) == [(loaded,), (None,)]


def test_empty_numbers_of_gdal_are_told(city):
    """GDAL fills empty numbers with asterisks, as others do with numbers that are too wide."""
    path = city.export("connections.shp", [Point(390000, 5710000)] * 2, down_mbit=[250.5, None])
    assert b"*" * 24 in path.with_suffix(".dbf").read_bytes()
    report = city.load("connections", path)
    assert city.rows("connections", "down_mbit") == [(Decimal("250.5"),), (None,)]
    [note] = report.notes
    assert note.en.startswith("The column down_mbit has asterisks instead of a number in 1 rows.")


def test_a_mapping_may_translate_what_the_format_does_not_allow(city):
    fields = [("source_id", "C", 4, 0), ("dwellings", "N", 3, 0), ("passed_on", "D", 8, 0)]
    path = shapefile(city, fields, [[b"1", b"***", b"31.12.22"]])
    codes = {"dwellings": {"***": ""}, "passed_on": {"31.12.22": "2022-12-31"}}
    assert city.load("connections", path, codes=codes).inserted == 1
    assert city.rows("connections", "dwellings, passed_on") == [(None, date(2022, 12, 31))]


def test_deleted_records_of_a_shapefile_are_told(city):
    path = shapefile(city, [("source_id", "C", 4, 0)], [[b"1"], [b"2"], [b"3"]], marks=b" * ")
    report = city.load("connections", path)
    assert (report.rows, report.inserted) == (2, 2)
    assert city.rows("connections") == [("1",), ("3",)]
    assert "marks 1 records as deleted" in report.notes[0].en


def test_parts_of_a_shapefile_that_do_not_belong_together(city):
    path = shapefile(city, [("source_id", "C", 4, 0)], [[b"1"], [b"2"]])
    path.with_suffix(".dbf").write_bytes(dbf([("source_id", "C", 4, 0)], [[b"1"], [b"2"], [b"3"]]))
    assert "2 geometries, but its .dbf has 3 records" in city.refusal("connections", path)
    path.with_suffix(".dbf").write_bytes(dbf([("source_id", "C", 4, 0)], [[b"1"]]))
    assert "2 geometries, but its .dbf has 1 records" in city.refusal("connections", path)


@pytest.mark.parametrize(
    ("said", "encoding"),
    [
        ({"cpg": "UTF-8"}, "utf-8"),
        ({"cpg": "65001"}, "utf-8"),
        ({"cpg": "1252"}, "cp1252"),
        ({"cpg": "ANSI 1252"}, "cp1252"),
        ({"cpg": "ISO-8859-1"}, "cp1252"),
        ({"cpg": "88591\r\n"}, "cp1252"),
        ({"cpg": "ISO 8859-15"}, "iso8859-15"),
        ({"cpg": "LDID/2"}, "cp850"),
        ({"cpg": "", "language": 0x57}, "cp1252"),
        ({"language": 0x02}, "cp850"),
        ({"language": 0}, "utf-8"),
    ],
)
def test_encodings_that_a_shapefile_names(city, said, encoding):
    text = "Straße – 5 €" if encoding in {"utf-8", "cp1252"} else "Straße"
    path = shapefile(city, [("source_id", "C", 4, 0), ("note", "C", 40, 0)], [[b"1", text.encode(encoding)]], **said)
    assert city.load("connections", path).inserted == 1
    assert city.rows("connections", "note") == [(text,)]


def test_a_shapefile_that_names_a_wrong_encoding(city):
    fields = [("source_id", "C", 4, 0), ("note", "C", 40, 0)]
    for said, stored in (("UTF-8", "Straße".encode("cp1252")), ("1252", "Straße".encode()), ("1252", b"Stra\x81e")):
        path = shapefile(city, fields, [[UNTOUCHED.encode(), b"Weg"], [b"2", stored]], cpg=said)
        [problem] = city.load("connections", path).problems
        assert (problem.row, problem.column) == (2, "note")
        assert "--encoding" in problem.reason.de
    path = shapefile(city, fields, [[b"1", b"Weg"]], cpg="Klingonisch")
    assert "--encoding utf-8" in city.refusal("connections", path)
    assert city.load("connections", path, encoding="utf-8").inserted == 1


def test_names_of_columns_have_the_encoding_too(city):
    path = shapefile(city, [("source_id", "C", 4, 0), ("Straße", "C", 9, 0)], [[b"1", b"Weg"]])
    assert "--encoding cp1252" in city.refusal("connections", path)
    assert city.load("connections", path, encoding="cp1252", columns={"Straße": "address"}).inserted == 1


def test_zipped_shapefile_is_read_as_exactly(city, tmp_path):
    shapefile(city, [("source_id", "C", 4, 0), ("dwellings", "N", 3, 0)], [[b"1", b"***"]], cpg="UTF-8")
    with ZipFile(tmp_path / "delivery.zip", "w") as archive:
        for part in tmp_path.glob("connections.*"):
            archive.write(part, f"Lieferung/{part.name}")
    assert refused(city, tmp_path / "delivery.zip") == [(1, "dwellings", "***")]


# FlatGeobuf and GeoParquet


@pytest.mark.parametrize("shapes", ["PNP", "PPN", "NPN", "NN", "NNP"])
def test_missing_geometries_of_flatgeobuf_are_missing(city, shapes):
    """GDAL's stream of them has offsets that lead nowhere."""
    points = [Point(390000 + n, 5710000) if shape == "P" else None for n, shape in enumerate(shapes)]
    path = city.folder / "connections.fgb"
    names = [str(n) for n in range(len(points))]
    frame = gpd.GeoDataFrame({"source_id": names, "note": names}, geometry=points, crs=25832)
    frame.to_file(path, engine="pyogrio", SPATIAL_INDEX="NO")
    missing = [row for row, shape in enumerate(shapes, 1) if shape == "N"]
    assert [row for row, column, _ in city.problems("connections", path) if column == "geometry"] == missing


def test_whole_numbers_of_flatgeobuf_that_a_float_does_not_hold(city):
    """GDAL reads columns of the type ULong as floats, without a word."""
    numbers = np.array([2**53 + 1, 2**53 - 1])
    path = city.export("connections.fgb", [Point(390000, 5710000)] * 2, note=numbers)
    assert city.load("connections", path, dry_run=True).problems == []
    whole = bytearray(path.read_bytes())
    # The type in the column's description: 7 is Long, 8 is ULong. It stands right before the length of its name.
    place = whole.rindex(b"\7", 0, whole.index(b"note"))
    whole[place] = 8
    path.write_bytes(whole)
    assert refused(city, path) == [(1, "note", str(2**53))]


def test_times_of_flatgeobuf_that_do_not_exist(city):
    when = np.array(["2022-12-31T22:30:00"], "datetime64[ms]")
    path = city.export("connections.fgb", [Point(390000, 5710000)], passed_on=list(when))
    whole = path.read_bytes()
    assert whole.count(b"2022-12-31T22:30:00") == 1
    path.write_bytes(whole.replace(b"2022-12-31", b"2022-02-30"))
    assert refused(city, path) == [(1, "passed_on", "2022-02-30T22:30:00")]


@pytest.mark.parametrize(
    ("column", "values", "loaded"),
    [
        ("passed_on", pa.array([19357, None], pa.date32()), date(2022, 12, 31)),
        ("passed_on", pa.array([5_000_000, None], pa.date32()), ["15659-07-15"]),
        ("passed_on", pa.array([1672531199999999999, None], pa.timestamp("ns")), date(2022, 12, 31)),
        ("passed_on", pa.array(["2022-12-31", None]).dictionary_encode(), date(2022, 12, 31)),
        ("passed_on", pa.array([2**62, None], pa.timestamp("ms", "UTC")), ["4611686018427388 s"]),
        ("down_mbit", pa.array([Decimal("250.50"), None]), Decimal("250.50")),
        ("down_mbit", pa.array([250.3, None], pa.float32()), Decimal("250.3")),
        ("dwellings", pa.array([3, None], pa.uint64()), 3),
        ("dwellings", pa.array([2**64 - 1, None], pa.uint64()), ["18446744073709551615"]),
        ("note", pa.array([b"abc", None]), ["61 62 63"]),
        ("note", pa.array([{"a": 1}, None]), ["{'a': 1}"]),
        ("note", pa.array([["a", "b"], None]), "a|b"),
        ("note", pa.array([["a", None], None]), "a|"),
    ],
)
def test_parquet(city, tmp_path, column, values, loaded):
    shapes = gpd.GeoSeries([Point(390000, 5710000)] * 2).to_wkb()
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB", "crs": None}}}
    table = pa.table({"source_id": ["1", UNTOUCHED], column: values, "geometry": list(shapes)})
    path = tmp_path / "connections.parquet"
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    if isinstance(loaded, list):
        assert refused(city, path, crs="EPSG:25832") == [(1, column, loaded[0])]
    else:
        assert city.load("connections", path, crs="EPSG:25832").inserted == 2
        assert city.rows("connections", column) == [(loaded,), (None,)]
