"""GDAL, which QGIS and geopandas use for reading, against a running server."""

from collections.abc import Iterator

import psycopg
import pyogrio
import pytest

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.store.database import conninfo
from tests.records import insert, two_districts
from tests.test_api.helpers import Api, program
from tests.test_ogc.conftest import PLOTS

POINTS = 2_345


@pytest.fixture(scope="module")
def server(city_url: str) -> Iterator[str]:
    """GDAL's name for the public service, in a process of its own: GDAL lets no other thread of this one run."""
    with program(FLURWERK_DATABASE_URL=city_url, FLURWERK_PORT="18200") as (_, url):
        yield f"OAPIF:{url}/api"


def test_gdal_lists_the_layers(server: str) -> None:
    layers = {name for name, _ in pyogrio.list_layers(server)}
    assert layers == {key for key, layer in LAYERS.items() if layer.audience is Audience.PUBLIC}


def test_gdal_reads_every_feature_with_its_values(server: str, public: Api) -> None:
    frame = pyogrio.read_dataframe(server, layer="plots")
    assert frame["name"].tolist() == [f"Fläche {number:02}" for number in range(PLOTS)]
    expected = public.json("/api/collections/plots/items")["features"]
    assert frame["area_m2"].tolist() == [one["properties"]["area_m2"] for one in expected]
    assert set(frame.columns) - {"id"} == {*expected[0]["properties"], "geometry"}
    # By default, it requests the storage CRS.
    assert frame.crs == "EPSG:25832"
    assert frame.geometry.iloc[0].bounds == pytest.approx((391000, 5705000, 391100, 5705100), abs=1e-3)


def test_gdal_pages_through_everything(server: str) -> None:
    for size in (1, 7, 25, 1000):
        frame = pyogrio.read_dataframe(server, layer="plots", PAGE_SIZE=size)
        assert len(set(frame["name"])) == len(frame) == PLOTS


def test_gdal_selects_by_a_box(server: str) -> None:
    frame = pyogrio.read_dataframe(server, layer="plots", bbox=(393110, 5705010, 393120, 5705020))
    assert frame["name"].tolist() == ["Fläche 03"]


@pytest.mark.parametrize("crs", ["EPSG:25832", "OGC:CRS84", "EPSG:4326", "EPSG:3857"])
def test_gdal_selects_by_a_box_in_the_crs_that_it_reads(server: str, crs: str) -> None:
    place = pyogrio.read_dataframe(server, layer="plots", CRS=crs, where="name = 'Fläche 03'").geometry.iloc[0].centroid
    side = 1 if crs in ("EPSG:25832", "EPSG:3857") else 1e-5
    box = (place.x - side, place.y - side, place.x + side, place.y + side)
    frame = pyogrio.read_dataframe(server, layer="plots", CRS=crs, bbox=box)
    assert frame["name"].tolist() == ["Fläche 03"]


def test_gdal_pages_through_a_box_and_a_filter(server: str) -> None:
    box = (390000, 5704000, 400000, 5706000)
    everything = pyogrio.read_dataframe(server, layer="plots", bbox=box, where="zoning = 'GE'")
    assert 2 < len(everything) < PLOTS
    paged = pyogrio.read_dataframe(server, layer="plots", bbox=box, where="zoning = 'GE'", PAGE_SIZE=2)
    assert paged["name"].tolist() == everything["name"].tolist()


def test_gdal_describes_a_layer_without_reading_it(server: str) -> None:
    found = pyogrio.read_info(server, layer="plots", force_feature_count=True, force_total_bounds=True)
    assert found["features"] == PLOTS
    assert found["crs"] == "EPSG:25832"
    assert found["geometry_type"] in ("MultiPolygon", "Unknown")
    types = dict(zip(found["fields"], found["dtypes"], strict=True))
    assert types["name"] == "object"
    assert types["area_m2"].startswith(("float", "int"))
    assert types["brownfield"] == "bool"
    assert "contact" not in types


@pytest.mark.parametrize(
    ("where", "matched"),
    [
        ("area_m2 > 10350", 4),
        ("area_m2 >= 10100 AND area_m2 <= 10200", 10),
        ("name LIKE 'Fläche 1%'", 10),
        ("name IN ('Fläche 01', 'Fläche 02')", 2),
        ("zoning <> 'GE'", 12),
        ("asking_price_eur_m2 IS NULL", 9),
        ("NOT (zoning = 'GE' OR brownfield = 1)", 0),
        ("name = 'O''Neill'", 0),
    ],
)
def test_gdal_gets_what_its_filter_selects(server: str, where: str, matched: int) -> None:
    everything = pyogrio.read_dataframe(server, layer="plots")
    assert len(everything) == PLOTS
    assert len(pyogrio.read_dataframe(server, layer="plots", where=where)) == matched


def test_gdal_filters_by_values(server: str) -> None:
    frame = pyogrio.read_dataframe(server, layer="plots", where="zoning = 'GE' AND brownfield = 0")
    assert len(frame) == 12
    assert pyogrio.read_dataframe(server, layer="plots", where="name = 'Fläche 07'")["name"].tolist() == ["Fläche 07"]


@pytest.mark.parametrize(
    ("requested", "received", "west", "south"),
    [
        ("EPSG:25832", "EPSG:25832", 391000, 5705000),
        ("EPSG:4326", "OGC:CRS84", 7.4301, 51.4856),
        ("OGC:CRS84", "OGC:CRS84", 7.4301, 51.4856),
        ("EPSG:3857", "EPSG:3857", 827118, 6707650),
    ],
)
def test_gdal_gets_the_requested_crs(server: str, requested: str, received: str, west: float, south: float) -> None:
    frame = pyogrio.read_dataframe(server, layer="plots", CRS=requested)
    assert frame.crs is not None
    assert frame.crs.to_string() == received
    # In shapely's order, x before y, whatever the axis order of the response.
    assert frame.geometry.iloc[0].bounds[:2] == pytest.approx((west, south), rel=1e-4)


def test_gdal_reads_thousands_of_features_and_layers_without_geometry(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as city:
        two_districts(city)
        insert(city, "operators", name="Netz GmbH", kind="carrier")
        city.execute(
            """
            insert into flurwerk.access_points (name, kind, geom)
            select 'P' || n, 'port', st_point(391000 + n, 5701000 + n %% 100, 25832) from generate_series(1, %s) as n
            """,
            [POINTS],
        )
    environment = {"FLURWERK_DATABASE_URL": database_url, "FLURWERK_ANONYMOUS_AUDIENCE": "internal"}
    with program(**environment, FLURWERK_PORT="18300") as (_, url):
        points = pyogrio.read_dataframe(f"OAPIF:{url}/api", layer="access_points")
        assert len(set(points["name"])) == len(points) == POINTS
        operators = pyogrio.read_dataframe(f"OAPIF:{url}/api", layer="operators")
        assert operators["name"].tolist() == ["Netz GmbH"]
