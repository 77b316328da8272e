"""Exported files contain what GeoJSON shows; they are read back with the programs that people open them with."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import psycopg
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from openpyxl.utils import get_column_letter
from shapely.geometry import shape

from geo.loading import load
from geo.loading.mapping import FileMapping
from geo.periods import CITY_TIME
from geo.records.exports import FILES
from geo.settings import Settings, load_settings
from geo.store.database import conninfo
from tests.conftest import create_database, database, drop_database
from tests.records import insert, plot, two_districts
from tests.test_api.helpers import Api, api
from tests.test_ogc.helpers import CRS84, EPSG, ITEMS, items

STORED = EPSG + "25832"
MIDNIGHT = time()
GIS = ("gpkg", "fgb", "parquet")
LAYERS = ("plots", "trenches", "inquiries", "industrial_areas", "operators")
FORMULA = '=HYPERLINK("http://example.org")'


@pytest.fixture(scope="module")
def sample_api(sample_url: str) -> Iterator[Api]:
    """The service with the sample data, as insiders see it."""
    with api(load_settings(database_url=sample_url, anonymous_audience="internal")) as client:
        yield client


def fetch(client: Api, folder: Path, layer: str, f: str, **parameters: object) -> Path:
    """Download a file into the folder."""
    response = client.get(ITEMS.format(layer), f=f, **parameters)
    assert response.status_code == 200, response.text
    path = folder / f"{layer}{FILES[f].suffix}"
    path.write_bytes(response.content)
    return path


def read_table(path: Path) -> list[dict[str, Any]]:
    """The rows of a CSV or XLSX file; an empty cell is None."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return [{name: text or None for name, text in row.items()} for row in csv.DictReader(file)]
    head, *rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def plain(value: Any) -> Any:
    """Normalise a value of any format for comparison."""
    if value is None or value != value or value is getattr(value, "NaT", object()):
        return None
    if str(value).lower() in ("true", "false"):
        # pandas reads booleans as numbers if some are missing.
        return str(int(str(value).lower() == "true"))
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return [plain(part) for part in value]
    if isinstance(value, datetime) and value.time() == MIDNIGHT:
        # FlatGeobuf and Excel turn a date into a timestamp at midnight.
        return value.date().isoformat()
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or CITY_TIME).astimezone(UTC).isoformat(timespec="seconds")[:19]
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    try:
        return f"{float(text):.6g}" if not text.startswith("0") or "." in text or text == "0" else text
    except ValueError:
        pass
    try:
        return plain(datetime.fromisoformat(text)) if "T" in text else text
    except ValueError:
        return text


def assert_same_values(row: dict[str, Any], feature: dict[str, Any]) -> None:
    assert int(row["id"]) == feature["id"]
    for name, value in feature["properties"].items():
        if name == "recorded_from":
            continue
        actual = row[name].split("|") if isinstance(value, list) and isinstance(row[name], str) else row[name]
        if isinstance(value, str) and value.startswith("+") and actual == f"'{value}":
            # Spreadsheets would calculate with the number of a telephone.
            continue
        # An empty list is an empty cell.
        assert (plain(actual) or [""]) == (plain(value) or [""]), name


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("f", ["csv", "xlsx"])
def test_tables_contain_every_record_with_its_values(sample_api: Api, tmp_path: Path, f: str, layer: str) -> None:
    expected = items(sample_api, layer, limit=10_000, crs=STORED)["features"]
    rows = read_table(fetch(sample_api, tmp_path, layer, f))
    assert len(rows) == len(expected) > 0
    for row, feature in zip(rows, expected, strict=True):
        assert_same_values(row, feature)
        if not feature["geometry"]:
            assert not any(row.get(name) for name in ("x", "y", "geometry"))
        elif feature["geometry"]["type"] == "Point":
            assert [float(row["x"]), float(row["y"])] == pytest.approx(feature["geometry"]["coordinates"], abs=1e-3)
        else:
            assert_same_place(shapely.from_wkt(row["geometry"]), feature)


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("f", GIS)
def test_gis_files_contain_every_record_with_its_values_and_geometry(
    sample_api: Api, tmp_path: Path, f: str, layer: str
) -> None:
    expected = items(sample_api, layer, limit=10_000, crs=STORED, sortby="id")["features"]
    path = fetch(sample_api, tmp_path, layer, f)
    has_place = layer != "operators"
    if f == "parquet":
        table = pq.read_table(path)
        rows = table.to_pylist()
        places = [shapely.from_wkb(row["geometry"]) if has_place else None for row in rows]
        if has_place:
            assert gpd.read_parquet(path).crs == "EPSG:25832"
    else:
        # Not as Arrow: GDAL would misread missing geometries in a FlatGeobuf file without an index.
        frame = pyogrio.read_dataframe(path, use_arrow=False)
        rows = frame.to_dict("records")
        places = [row.get("geometry") for row in rows]
        if has_place:
            assert isinstance(frame, gpd.GeoDataFrame)
            assert frame.crs == "EPSG:25832"
    found = sorted(zip(rows, places, strict=True), key=lambda pair: pair[0]["id"])
    assert len(found) == len(expected) > 0
    for (row, place), feature in zip(found, expected, strict=True):
        assert_same_values(row, feature)
        if feature["geometry"]:
            assert_same_place(place, feature)
        else:
            assert place is None or place.is_empty


def assert_same_place(place: Any, feature: dict[str, Any]) -> None:
    expected = shape(feature["geometry"])
    assert place.geom_type == expected.geom_type
    assert shapely.hausdorff_distance(place, expected) < 1e-3


@pytest.mark.parametrize("f", FILES)
def test_filter_box_order_and_properties_are_honoured(public: Api, tmp_path: Path, f: str) -> None:
    parameters = {
        "filter": "zoning = 'GE'",
        "bbox": "7.43,51.4,7.5,51.6",
        "brownfield": "false",
        "properties": "name,zoning",
    }
    expected = items(public, "plots", sortby="-name", **parameters)["features"]
    path = fetch(public, tmp_path, "plots", f, sortby="-name", **parameters)
    names = names_of(path)
    assert 0 < len(expected) < 12
    assert (sorted(names, reverse=True) if f == "fgb" else names) == [one["properties"]["name"] for one in expected]
    assert columns_of(path) - {"geometry"} == {"id", "name", "zoning"}


def names_of(path: Path) -> list[str]:
    if path.suffix in (".csv", ".xlsx"):
        return [row["name"] for row in read_table(path)]
    if path.suffix == ".parquet":
        return pq.read_table(path).column("name").to_pylist()
    return pyogrio.read_dataframe(path)["name"].tolist()


def columns_of(path: Path) -> set[str]:
    if path.suffix in (".csv", ".xlsx"):
        return set(read_table(path)[0])
    return set(pq.read_schema(path).names if path.suffix == ".parquet" else pyogrio.read_dataframe(path).columns)


@pytest.mark.parametrize("f", FILES)
def test_an_empty_selection_gives_a_valid_file_without_records(public: Api, tmp_path: Path, f: str) -> None:
    path = fetch(public, tmp_path, "plots", f, name="gibt es nicht")
    if f in ("csv", "xlsx"):
        assert read_table(path) == []
        assert "geometry" in path.read_text("utf-8") if f == "csv" else True
        return
    frame = gpd.read_parquet(path) if f == "parquet" else pyogrio.read_dataframe(path)
    assert len(frame) == 0
    assert frame.crs == "EPSG:25832"
    assert {"id", "name", "area_m2"} <= set(frame.columns)


@pytest.mark.parametrize("f", ["csv", "gpkg"])
def test_a_file_has_all_records_unless_limited_and_the_limit_is_not_clamped(
    settings: Settings, tmp_path: Path, f: str
) -> None:
    assert settings.database_url
    with psycopg.connect(conninfo(settings.database_url)) as city:
        two_districts(city)
        city.execute(
            """
            insert into flurwerk.industrial_areas (name, geom)
            select 'G' || n, st_multi(st_makeenvelope(391000 + n, 5701000, 391001 + n, 5701001, 25832))
            from generate_series(1, 10050) as n
            """
        )
    with api(settings) as client:
        for limit, expected in ((None, 10_050), (10_010, 10_010)) if f == "gpkg" else ((3, 3), (10**30, 10_050)):
            given = {} if limit is None else {"limit": limit}
            assert len(names_of(fetch(client, tmp_path, "industrial_areas", f, **given))) == expected


@pytest.mark.parametrize("f", FILES)
def test_coordinates_are_in_the_requested_crs_with_x_first(public: Api, tmp_path: Path, f: str) -> None:
    for uri, corner, names in (
        (EPSG + "3857", (827118, 6707650), {"EPSG:3857"}),
        (EPSG + "4326", (7.4301, 51.4856), {"EPSG:4326", "OGC:CRS84"}),
    ):
        path = fetch(public, tmp_path, "plots", f, name="Fläche 00", crs=uri)
        if f in ("csv", "xlsx"):
            bounds = shapely.from_wkt(read_table(path)[0]["geometry"]).bounds
        else:
            frame = gpd.read_parquet(path) if f == "parquet" else pyogrio.read_dataframe(path)
            assert isinstance(frame, gpd.GeoDataFrame)
            assert frame.crs is not None
            assert frame.crs.to_string() in names
            bounds = frame.total_bounds
        assert tuple(bounds[:2]) == pytest.approx(corner, rel=1e-4)


@pytest.mark.parametrize("f", FILES)
def test_the_file_name_has_the_date_and_a_header_names_the_crs(public: Api, f: str) -> None:
    response = public.request("HEAD", ITEMS.format("plots"), params={"f": f})
    today = datetime.now(CITY_TIME).date().isoformat()
    assert response.headers["content-disposition"] == f'attachment; filename="plots-{today}{FILES[f].suffix}"'
    assert response.headers["content-type"].startswith(FILES[f].media_type)
    assert response.headers["content-crs"] == f"<{STORED}>"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "public, max-age=60"
    other = public.request("HEAD", ITEMS.format("plots"), params={"f": f, "crs": CRS84})
    assert other.headers["content-crs"] == f"<{CRS84}>"


@pytest.mark.parametrize("f", FILES)
@pytest.mark.parametrize(
    ("parameter", "value"),
    [("filter", "nonsense = 1"), ("bbox", "1"), ("contact", "x"), ("cursor", "W10"), ("limit", "0"), ("crs", "x")],
)
def test_errors_are_reported_before_anything_is_sent(public: Api, f: str, parameter: str, value: str) -> None:
    found = public.problem(400, ITEMS.format("plots"), f=f, **{parameter: value})
    assert [error["parameter"] for error in found["errors"]] == [parameter]


def test_no_filter_reaches_the_statement_as_text(public: Api) -> None:
    for attempt in ("'", "\\", "';select 1--", "%s", "%(limit)s", "{}", "$1", "é'", "\\'; select 1 --", "E'\\\\'"):
        response = public.get(ITEMS.format("plots"), f="csv", name=attempt)
        assert response.status_code == 200
        assert response.text.count("\n") == 1
        response = public.get(
            ITEMS.format("plots"), f="csv", filter=f"name = '{attempt.replace(chr(39), chr(39) * 2)}'"
        )
        assert (response.status_code, response.text.count("\n")) == (200, 1)


@pytest.mark.parametrize("f", FILES)
def test_a_file_loads_back_into_the_same_records(
    sample_api: Api, tmp_path: Path, sample: psycopg.Connection[Any], f: str
) -> None:
    for layer in ("sensitive_sites", "industrial_areas") if f == "csv" else ("industrial_areas",):
        path = fetch(sample_api, tmp_path, layer, f)
        report = load(
            sample,
            layer,
            path,
            source="sample",
            mapping=FileMapping(ignore=("*",), crs=None if f in GIS else "EPSG:25832"),
            dry_run=True,
        )
        assert report.ok, report.problems
        assert (report.inserted, report.changed, report.unchanged) == (0, 0, report.rows)
        assert report.rows > 10


@pytest.fixture(scope="module")
def hostile(server_url: str, template: str) -> Iterator[Api]:
    """A service whose records contain formulas, characters that CSV must quote, and a value too long for a cell."""
    create_database(server_url, "hostile", template)
    with psycopg.connect(conninfo(database(server_url, "hostile"))) as city:
        two_districts(city)
        for number, name in enumerate((FORMULA, "+49 231", "-1", "@SUM(A1)", 'a,"b"\nc;d', "Weiß", " x ")):
            plot(city, name=name, offered_on="2023-01-01", x=391000 + 200 * number)
        ring = ", ".join(f"{395000 + 0.001 * n} 5705000" for n in range(3000))
        long = f"MULTIPOLYGON((({ring}, 395003 5705100, 395000 5705000)))"
        insert(city, "industrial_areas", source_id="-1", name="Lang", geom=long)
    with api(load_settings(database_url=database(server_url, "hostile"), anonymous_audience="internal")) as client:
        yield client
    drop_database(server_url, "hostile")


def test_a_csv_file_has_an_apostrophe_before_formulas_and_quotes_the_rest(hostile: Api, tmp_path: Path) -> None:
    path = fetch(hostile, tmp_path, "plots", "csv")
    expected = ["'" + FORMULA, "'+49 231", "'-1", "'@SUM(A1)", 'a,"b"\nc;d', "Weiß", " x "]
    assert names_of(path) == expected
    # No byte order mark: CSV is for programs; people use XLSX.
    assert path.read_bytes().startswith(b"id,")
    assert float(read_table(path)[0]["area_m2"]) > 0


def test_the_apostrophe_is_removed_when_the_file_is_loaded(hostile: Api, tmp_path: Path, connection: Any) -> None:
    two_districts(connection)
    path = fetch(hostile, tmp_path, "industrial_areas", "csv")
    assert "'-1" in path.read_text()
    mapping = FileMapping(crs="EPSG:25832", ignore=("*",))
    assert load(connection, "industrial_areas", path, source="file", mapping=mapping).ok
    assert connection.execute("select source_id from industrial_areas").fetchall() == [("-1",)]


def test_a_workbook_keeps_texts_as_texts(hostile: Api, tmp_path: Path) -> None:
    path = fetch(hostile, tmp_path, "plots", "xlsx")
    sheet = openpyxl.load_workbook(path)["plots"]
    column = next(at for at, cell in enumerate(sheet[1]) if cell.value == "name")
    cells = [row[column] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in cells][:4] == [FORMULA, "+49 231", "-1", "@SUM(A1)"]
    assert {cell.data_type for cell in cells} == {"s"}


def test_a_workbook_marks_values_that_are_too_long_for_a_cell(hostile: Api, tmp_path: Path) -> None:
    (row,) = read_table(fetch(hostile, tmp_path, "industrial_areas", "xlsx"))
    assert row["geometry"] == "(zu lang für eine Zelle)"


def test_a_workbook_has_numbers_dates_a_frozen_header_and_a_sheet_that_explains(
    sample_api: Api, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(fetch(sample_api, tmp_path, "plots", "xlsx"))
    sheet = book["plots"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == f"A1:{get_column_letter(sheet.max_column)}{sheet.max_row}"
    cells = dict(zip([cell.value for cell in sheet[1]], sheet[2], strict=True))
    assert isinstance(cells["area_m2"].value, float | int)
    assert isinstance(cells["checked_on"].value, datetime)
    assert cells["checked_on"].number_format == "dd\\.mm\\.yyyy"
    assert isinstance(cells["divisible"].value, bool)
    explained = {row[0]: row[1:] for row in book["Spalten"].iter_rows(values_only=True)}
    assert explained["area_m2"][:2] == ("Fläche", "m²")
    assert "available: verfügbar" in str(explained["status"][2])
    english = openpyxl.load_workbook(fetch(sample_api, tmp_path, "plots", "xlsx", lang="en", limit=1))
    assert english["Columns"]["B2"].value == "Number"


def test_lists_stay_lists_in_parquet(public: Api, tmp_path: Path) -> None:
    rows = pq.read_table(fetch(public, tmp_path, "plots", "parquet")).to_pylist()
    assert rows[3]["parcels"] == [f"{3:020}", f"{503:020}"]
    assert rows[24]["parcels"] is None
    assert rows[3]["offered_on"] == date(2022, 4, 1)


def test_a_flatgeobuf_file_has_an_index(public: Api, tmp_path: Path) -> None:
    path = fetch(public, tmp_path, "plots", "fgb")
    assert pyogrio.read_info(path)["capabilities"]["fast_spatial_filter"]
