"""The outline that a profile names is the area in which records may lie; mistakes in its file are told."""

import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import psycopg
import pytest
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from geo.loading.outline import OutlineRefused, read_outline
from geo.store.database import SRID, conninfo
from tests.records import Connection, one
from tests.test_profile.conftest import SECOND, City, Run, Write

FIELD = box(390_000, 5_700_000, 410_000, 5_710_000)


def written(folder: Path, *shapes: Any, name: str = "outline.gpkg", crs: int = SRID, to: int = SRID) -> Path:
    """A file with these shapes."""
    frame = gpd.GeoDataFrame(geometry=list(shapes), crs=crs)
    path = folder / name
    frame.to_crs(to).to_file(path)
    return path


@pytest.mark.parametrize(("name", "to"), [("o.gpkg", 4326), ("o.geojson", 4326), ("o.shp", SRID), ("o.fgb", 31466)])
def test_an_outline_may_have_any_format_and_system(tmp_path: Path, name: str, to: int) -> None:
    """Several areas are one; what is read is where it was drawn."""
    path = written(tmp_path, FIELD, box(410_000, 5_700_000, 412_000, 5_710_000), name=name, to=to)
    found = shapely.from_wkb(read_outline(path))
    assert isinstance(found, MultiPolygon)
    assert found.hausdorff_distance(box(390_000, 5_700_000, 412_000, 5_710_000)) < 0.01


def test_what_crosses_itself_is_repaired(tmp_path: Path) -> None:
    crossed = Polygon([(390_000, 5_700_000), (400_000, 5_710_000), (400_000, 5_700_000), (390_000, 5_710_000)])
    found = shapely.from_wkb(read_outline(written(tmp_path, crossed)))
    assert found.is_valid
    assert found.area == pytest.approx(5e7)


def without(tmp_path: Path) -> Path:
    return tmp_path / "nowhere.gpkg"


def text(tmp_path: Path) -> Path:
    path = tmp_path / "outline.gpkg"
    path.write_text("no outline", encoding="utf-8")
    return path


def without_crs(tmp_path: Path) -> Path:
    path = written(tmp_path, FIELD, name="o.shp")
    path.with_suffix(".prj").unlink()
    return path


def two_layers(tmp_path: Path) -> Path:
    path = written(tmp_path, FIELD)
    gpd.GeoDataFrame(geometry=[FIELD], crs=SRID).to_file(path, layer="other")
    return path


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (without, "there is no file"),
        (text, "cannot be read"),
        (two_layers, "has 2 layers"),
        (without_crs, "CRS of its coordinates.*reference system"),
        (lambda folder: written(folder, LineString([(390_000, 5_700_000), (395_000, 5_705_000)])), "LineString; only"),
        (lambda folder: written(folder, FIELD, Point(390_000, 5_700_000)), "Point, Polygon; only areas"),
        (lambda folder: written(folder, Polygon()), "no areas"),
        (lambda folder: written(folder, box(-9e6, 0, -8e6, 1e6), crs=3857, to=3857), "outside the area"),
    ],
)
def test_a_file_that_is_no_outline_is_refused(tmp_path: Path, make: Any, reason: str) -> None:
    with pytest.raises(OutlineRefused, match=reason) as refused:
        read_outline(make(tmp_path))
    assert re.search(r"profile\.toml: place\.outline: ", str(refused.value))


def test_records_may_lie_where_the_outline_is(districts: Connection) -> None:
    """Within its box is not enough, 20 km around the districts do not count, and swapped axes are told as before."""
    problem = "select place_problem(st_point(%s, %s, 25832))"
    assert one(districts, problem, 380_000, 5_700_000) is None
    ell = box(390_000, 5_700_000, 500_000, 5_701_000) | box(390_000, 5_700_000, 391_000, 5_800_000)
    districts.execute("update flurwerk.place set outline = st_multi(st_geomfromtext(%s, 25832))", [ell.wkt])
    assert one(districts, problem, 499_999, 5_700_500) is None, "far from all districts"
    assert one(districts, problem, 400_000, 5_750_000) == "far_away", "in the box, not in the outline"
    assert one(districts, problem, 380_000, 5_700_000) == "far_away"
    assert one(districts, problem, 5_700_500, 499_999) == "swapped"
    touching = "select place_problem(st_makeline(st_point(380000, 5750000, 25832), st_point(390500, 5750000, 25832)))"
    assert one(districts, touching) is None, "a part of it lies inside"
    crossed = "select place_problem(st_geomfromtext('POLYGON((0 0, 9 9, 9 0, 0 9, 0 0))', 25832))"
    assert one(districts, crossed) == "far_away", "shapes that no overlay takes are judged too"


def test_check_looks_at_the_system_and_the_outline(write: Write, run: Run, tmp_path: Path) -> None:
    """Before there is a database."""
    wrong = run("profile", "check", profile=write(("EPSG:25833", "EPSG:3857")))
    assert (wrong.returncode, "place.crs: WGS 84 / Pseudo-Mercator is not true to scale" in wrong.stdout) == (1, True)
    folder = write(("[publisher]", 'outline = "stadt.gpkg"\n[publisher]'))
    wrong = run("profile", "check", profile=folder)
    assert (wrong.returncode, "place.outline: there is no file" in wrong.stdout) == (1, True)
    written(tmp_path, FIELD, name="stadt.gpkg")
    assert "no mistakes" in run("profile", "check", profile=folder).stdout


@pytest.mark.parametrize("city", [25833], indirect=True)
def test_migrate_keeps_the_outline_that_the_profile_names(city: City, tmp_path: Path) -> None:
    """It writes, changes and removes it; files are then loaded and refused by it."""
    (x, y), (far_x, far_y) = city.at(0, 0), city.at(60_000, 3000)
    profile = SECOND.replace("[publisher]", 'outline = "stadt.geojson"\n\n[publisher]')
    (tmp_path / "profile.toml").write_text(profile, encoding="utf-8")
    stored = "select round(st_area(outline)) || ' ' || st_srid(outline) from flurwerk.place"
    points = city.table("far.csv", f"source_id,kind,name,x,y\n1,port,Hafen,{far_x},{far_y}\n")
    load = ("load", "access_points", points, "--crs", "EPSG:25833", "--source", "s", "--dry-run")
    assert city.run(*load).returncode == 1, "further than 20 km from the districts"
    for width in (80_000, 70_000):
        frame = gpd.GeoDataFrame(geometry=[box(x, y, x + width, y + 10_000)], crs=25833)
        frame.to_crs(4326).to_file(tmp_path / "stadt.geojson")
        assert "up to date" in city.run("migrate", profile=tmp_path).stdout
        with psycopg.connect(conninfo(city.url)) as connection:
            area, srid = one(connection, stored).split()
        assert (float(area), srid) == (pytest.approx(width * 10_000, rel=1e-3), "25833")
    loaded = city.run(*load, profile=tmp_path)
    assert loaded.returncode == 0, loaded.stderr
    (tmp_path / "stadt.geojson").unlink()
    refused = city.run("migrate", profile=tmp_path)
    assert refused.returncode == 1
    assert "place.outline: there is no file" in refused.stderr
    city("migrate")
    with psycopg.connect(conninfo(city.url)) as connection:
        assert one(connection, "select outline from flurwerk.place") is None
    assert city.run(*load).returncode == 1
