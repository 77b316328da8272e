"""A city in any reference system counts what was worked out by hand; unsuitable ones, and others later, are refused."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import httpx
import mapbox_vector_tile
import psycopg
import pytest
from pyproj import Transformer

from geo.loading.grids import use_installed_grids
from geo.profile.reference_system import definition_of, label_of, name_of, problem_of
from geo.store.database import conninfo
from geo.store.kept_system import in_system, kept_system
from tests.conftest import create_database, database, drop_database
from tests.records import one
from tests.test_profile.conftest import SECOND, City, Run

use_installed_grids()

GAUSS_KRUEGER = {25831: 31466, 25832: 31466, 25833: 31469}


def test_lengths_and_areas_are_those_worked_out_by_hand(city: City) -> None:
    """To the millimetre, in total, by district, and as recorded now; the rule names the system."""
    laid = ("kpi", "2023", "--key", "trench_laid_km")
    (total,) = city.csv(*laid)
    assert float(total["actual"]) == 10
    parts = {row["district"]: float(row["actual"]) for row in city.csv(*laid, "--by", "district")}
    assert parts == {"West": 5, "Ost": 5}
    with psycopg.connect(conninfo(city.url)) as connection:
        now = one(connection, "select now()::text")
        assert one(connection, "select length_m::text from flurwerk.trenches") == "10000.000"
        assert one(connection, "select area_m2::text from flurwerk.plots") == "100000.00"
        columns = """
            select array_agg(distinct postgis_typmod_srid(atttypmod))
            from pg_attribute
            join pg_class on pg_class.oid = attrelid
            where attname in ('geom', 'outline', 'country')
              and relkind = 'r'
              and starts_with(relnamespace::regnamespace::text, 'flurwerk')
        """
        assert one(connection, columns) == [city.srid]
    (then,) = city.csv(*laid, "--as-of", now.replace(" ", "T"))
    assert then == total


def test_the_service_tells_places_in_the_city_s_system(city: City, service: httpx.Client) -> None:
    """The list of systems, items with and without a system, a box in it, files, figures, rules, tiles and readiness."""
    uri = f"http://www.opengis.net/def/crs/EPSG/0/{city.srid}"
    assert service.get("/api/health/ready").status_code == 200
    trenches = service.get("/api/collections/trenches").json()
    assert uri in trenches["crs"]
    assert trenches["storageCrs"] == uri
    items = "/api/collections/trenches/items"
    (item,) = service.get(items, params={"crs": uri}).json()["features"]
    assert item["properties"]["length_m"] == 10_000
    assert item["geometry"]["coordinates"] == [[list(place) for place in city.trench.coords]]
    (x, y), margin = city.trench.coords[0], 0.001
    boxes = {(x - 1, y - 1, x + margin, y + 1): 1, (x - 1, y - 1, x - margin, y + 1): 0}
    for bounds, found in boxes.items():
        asked = {"bbox": ",".join(map(str, bounds)), "bbox-crs": uri}
        assert service.get(items, params=asked).json()["numberMatched"] == found
    west, south = Transformer.from_crs(city.srid, 4326, always_xy=True).transform(x, y)
    (degrees,) = service.get(items).json()["features"]
    assert degrees["geometry"]["coordinates"][0][0] == pytest.approx([west, south], abs=1e-7)
    file = city.profile / "out.gpkg"
    file.write_bytes(service.get(items, params={"f": "gpkg"}).content)
    exported = gpd.read_file(file)
    assert exported.crs == f"EPSG:{city.srid}"
    assert exported.geometry.length.item() == 10_000
    figures = {each["key"]: each for each in service.get("/api/kpis", params={"period": "2023"}).json()}
    assert figures["trench_laid_km"]["actual"] == 10
    assert "Luchwalde" in figures["funded_connections"]["label"]
    definition = service.get("/api/kpis/trench_laid_km", params={"period": "2023"}).text
    assert f"EPSG:{city.srid}" in definition
    column, row = tile_of(west, south, 14)
    tile = service.get(f"/api/collections/trenches/tiles/WebMercatorQuad/14/{row}/{column}")
    assert tile.status_code == 200
    assert len(mapbox_vector_tile.decode(tile.content)["trenches"]["features"]) == 1


def tile_of(longitude: float, latitude: float, zoom: int) -> tuple[int, int]:
    x, y = Transformer.from_crs(4326, 3857, always_xy=True).transform(longitude, latitude)
    half = 20_037_508.342789244
    return int((x + half) / (2 * half) * 2**zoom), int((half - y) / (2 * half) * 2**zoom)


@pytest.mark.parametrize("city", [25833], indirect=True)
@pytest.mark.parametrize("system", ["degrees", "Gauss-Krüger", "UTM 32N", "UTM 33N"])
def test_files_in_other_systems_lie_where_they_belong(city: City, system: str) -> None:
    """A line that a contractor delivers in another system is stored to the millimetre where the survey has it."""
    codes = {"degrees": 4326, "Gauss-Krüger": GAUSS_KRUEGER[city.srid], "UTM 32N": 25832, "UTM 33N": 25833}
    path = city.file(f"{codes[system]}.gpkg", {"other": city.trench}, codes[system], programme="p")
    city.load("trenches", path, source=system)
    with psycopg.connect(conninfo(city.url)) as connection:
        stored = "select st_astext(geom, 3) from flurwerk.trenches where source = %s"
        assert one(connection, stored, system) == one(connection, stored, "survey")
        connection.execute("delete from flurwerk.trenches where source = %s", [system])


@pytest.mark.parametrize("city", [25833], indirect=True)
def test_what_lies_far_outside_is_refused_in_that_system(city: City) -> None:
    """20 km around the districts are near; the next region, and swapped axes, are told with what to do."""
    near, far = city.at(-19_000, 3000), city.at(-21_000, 3000)
    for (x, y), told in ((near, None), (far, "weit außerhalb"), (near[::-1], "vertauscht")):
        points = city.table("points.csv", f"source_id,kind,name,x,y\n1,port,Hafen,{x},{y}\n")
        arguments = (
            "load",
            "access_points",
            points,
            "--crs",
            f"EPSG:{city.srid}",
            "--dry-run",
            "--lang",
            "de",
            "--source",
            "s",
        )
        result = city.run(*arguments)
        assert (result.returncode == 0) == (told is None), result.stderr
        assert (told or "") in result.stdout + result.stderr


@pytest.mark.parametrize("city", [25833], indirect=True)
def test_another_system_later_is_refused_with_what_to_do(city: City, tmp_path: Path) -> None:
    """Every command, the service and the doctor say the same sentence; so does restoring a backup."""
    other = 25832 if city.srid != 25832 else 25833
    (tmp_path / "profile.toml").write_text(SECOND.replace("EPSG:25833", f"EPSG:{other}"), encoding="utf-8")
    backup = tmp_path / "city.dump"
    city("db", "backup", str(backup))
    trenches = str(city.profile / "trenches.gpkg")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        free_port = str(listener.getsockname()[1])
    for arguments in (
        ("migrate",),
        ("load", "trenches", trenches, "--source", "s"),
        ("kpi", "2023"),
        ("serve", "--port", free_port),
        ("doctor",),
        ("db", "restore", str(backup), "--yes"),
    ):
        result = city.run(*arguments, profile=tmp_path)
        assert result.returncode == 1, arguments
        told = " ".join((result.stdout + result.stderr).split())
        assert re.search(rf'is in EPSG:{city.srid}, but \S+profile\.toml says place\.crs = "EPSG:{other}"', told), (
            arguments
        )
        assert f'set place.crs = "EPSG:{city.srid}" again' in told
        assert "flurwerk db backup" in told
        assert "Traceback" not in told
    assert "complete" in city("db", "restore", str(backup), "--dry-run")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (4326, "is in degrees"),
        (3857, "not true to scale: 1 km on the ground is up to 1.75 km"),
        (2264, "unit US survey foot"),
        (31467, "northing first.* name EPSG:5677"),
        (5555, "not a projected system of two axes"),
        (25830, "not meant for Germany"),
        (99999, "PROJ knows no system"),
    ],
)
def test_an_unsuitable_system_is_refused_before_anything_is_made(
    code: int, reason: str, write: Any, run: Run, empty_url: str
) -> None:
    folder = write(("EPSG:25833", f"EPSG:{code}"))
    result = run("migrate", profile=folder, FLURWERK_DATABASE_URL=empty_url)
    assert result.returncode == 1
    assert re.search(rf"profile\.toml: place\.crs: .*{reason}", result.stderr)
    assert len(result.stderr.splitlines()) == 1
    with psycopg.connect(conninfo(empty_url)) as connection:
        assert kept_system(connection) is None
        assert one(connection, "select count(*) from pg_namespace where nspname like 'flurwerk%%'") == 0


@pytest.fixture
def empty_url(server_url: str) -> Iterator[str]:
    """An empty database."""
    create_database(server_url, "unmade")
    yield database(server_url, "unmade")
    drop_database(server_url, "unmade")


@pytest.mark.parametrize("code", [25831, 25832, 25833, 4647, 5677, 5243])
def test_systems_of_german_surveyors_suit(code: int) -> None:
    assert problem_of(code) is None
    assert definition_of(code).startswith("+proj=")


def test_systems_are_called_by_code_and_name() -> None:
    """As the sample city's texts have always called its own."""
    assert label_of(25832) == "EPSG:25832 (ETRS89 / UTM 32N)"
    assert name_of(5243) == "ETRS89 / LCC Germany (E-N)"


def test_a_migration_is_written_with_one_number_that_stands_for_all() -> None:
    """Only the number itself: not what contains it."""
    assert (
        in_system("geometry(Point, 25832) -- EPSG:25832, 125832", 25833)
        == "geometry(Point, 25833) -- EPSG:25833, 125832"
    )


def test_the_kept_system_cannot_be_changed(connection: psycopg.Connection[Any]) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="place_srid_is_the_schemas"):
        connection.execute("update flurwerk.place set srid = 25833")


def test_a_database_from_before_keeps_its_system(database_url: str, write: Any, run: Run) -> None:
    """One that migrations before 0041 made is in EPSG:25832, whatever the profile says."""
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute("drop table flurwerk.place cascade")
        connection.execute("delete from public.flurwerk_migrations where name >= '0041'")
    with psycopg.connect(conninfo(database_url)) as connection:
        assert kept_system(connection) == 25832
    result = run("migrate", profile=write(), FLURWERK_DATABASE_URL=database_url)
    assert result.returncode == 1
    assert "The database is in EPSG:25832" in result.stderr
