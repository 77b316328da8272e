"""Which CRS a file is in, by which operation and how exactly its coordinates are transformed, and what is refused."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer, datadir
from shapely import LineString, Point

from geo.loading import grids
from geo.loading.crs import ADV_PLANE, read_crs
from geo.loading.projection import Projection
from geo.loading.report import LoadRefused
from tests.test_loading.deliveries import delivered

TRUTH = "LINESTRING(390500 5706000,390600 5706000)"
POINTS = "source_id;x;y\n"


@pytest.fixture
def without_grids() -> Iterator[None]:
    """PROJ as it is in pyproj's wheel, on a machine without Debian's proj-data."""
    before = datadir.get_data_dir()
    datadir.set_data_dir(before.split(":")[0])
    yield
    datadir.set_data_dir(before)


def notes(report: Any) -> list[str]:
    return [note.en for note in report.notes]


def test_gauss_krueger_is_transformed_by_beta2007_to_a_millimetre_of_the_surveyed_place(city):
    report = city.load("trenches", delivered(city, "crs31467.gpkg"))
    assert city.rows("trenches", "st_astext(st_linemerge(geom), 3)") == [(TRUTH,)]
    assert notes(report) == [
        "Coordinates transformed from EPSG:31467 to EPSG:25832 by BeTA2007, accurate to 0.9 m (says EPSG)."
    ]
    assert "auf 0,9 m genau" in report.notes[0].de


@pytest.mark.usefixtures("without_grids")
def test_gauss_krueger_without_the_grid_is_refused_unless_its_metres_are_allowed(city):
    path = delivered(city, "crs31467.gpkg")
    refusal = city.refusal("trenches", path)
    assert "can be transformed here to 1 m only, since the grid de_adv_BETA2007.tif (0.9 m) is missing" in refusal
    assert "proj-data" in refusal
    assert "--accuracy 1 " in refusal
    assert "to 1 m only" in city.refusal("trenches", path, accuracy=0.95)
    report = city.load("trenches", path, accuracy=1)
    assert "accurate to 1 m (says EPSG)" in notes(report)[0]
    [(off,)] = city.rows("trenches", f"st_hausdorffdistance(geom, st_geomfromtext('{TRUTH}', 25832))")
    assert 0.1 < off < 1


@pytest.mark.parametrize("code", [31466, 31467, 31468, 31469, 5676, 5677, 5678, 5679, 4314, 3068])
def test_every_system_of_the_old_german_datum_uses_the_grid(city, code):
    there = shapely.points(*transform(25832, code, 390500, 5706000))
    report = city.load("connections", city.export("c.gpkg", [there], code))
    assert "BeTA2007" in notes(report)[0]
    assert city.rows("connections", "st_astext(geom, 2)") == [("POINT(390500 5706000)",)]


def transform(source: int, target: int, x: float, y: float) -> tuple[float, float]:
    return Transformer.from_crs(source, target, always_xy=True, only_best=True).transform(x, y)


@pytest.mark.parametrize(
    ("crs", "x", "y", "told"),
    [
        ("4326", 7.43, 51.52, "by ETRS89 to WGS 84 (1), accurate to 1 m"),
        ("OGC:CRS84", 7.43, 51.52, "accurate to 1 m"),
        ("3857", 827104, 6715100, "accurate to 1 m"),
        ("32632", 390500, 5706000, "accurate to 1 m"),
        ("4258", 7.43, 51.52, "without loss of accuracy"),
        ("4647", 32390500, 5706000, "without loss of accuracy"),
        ("25833", -27000, 5734000, "without loss of accuracy"),
        ("3035", 4142640, 3162410, "without loss of accuracy"),
        ("5555", 390500, 5706000, "without loss of accuracy"),
    ],
)
def test_every_transformation_tells_its_accuracy(city, crs, x, y, told):
    """Degrees of WGS 84 load without an option: EPSG states 1 m, which is how exactly that ensemble is defined."""
    report = city.load("connections", f"{POINTS}1;{x};{y}\n", crs=crs)
    assert report.problems == []
    assert told in notes(report)[0]
    assert len(report.notes) == 1


def test_coordinates_in_the_citys_own_system_are_stored_as_they_are_without_a_note(city):
    report = city.load("connections", f"{POINTS}1;390500.123456789;5706000.987654321\n", crs="EPSG:25832")
    assert report.notes == []
    assert city.rows("connections", "st_x(geom), st_y(geom)") == [(390500.123456789, 5706000.987654321)]


def test_a_wanted_accuracy_refuses_what_is_less_exact(city):
    text = f"{POINTS}1;7.43;51.52\n"
    assert "to 1 m only. If this suffices, --accuracy 1 allows that" in city.refusal(
        "connections", text, crs="4326", accuracy=0.5
    )
    mapping = city.write("m.toml", "accuracy = 0.5\n")
    assert "to 1 m only" in city.refusal("connections", text, crs="4326", mapping=mapping)
    assert city.load("connections", text, crs="4326", mapping=mapping, accuracy=1).inserted == 1


@pytest.mark.parametrize("value", ['"1"', "0", "-1", "true"])
def test_an_accuracy_that_is_no_length_is_refused(city, value):
    mapping = city.write("m.toml", f"accuracy = {value}\n")
    assert "wrong type" in city.refusal("connections", f"{POINTS}1;7.43;51.52\n", crs="4326", mapping=mapping)


def test_ed50_is_refused_by_its_two_metres(city):
    """No grid is missing; the operations that EPSG knows are not exact enough."""
    text = f"{POINTS}1;390600;5706200\n"
    assert "can be transformed here to 2 m only. If this suffices, --accuracy 2" in city.refusal(
        "connections", text, crs="23032"
    )
    assert "accurate to 2 m" in notes(city.load("connections", text, crs="23032", accuracy=2))[0]


@pytest.mark.parametrize("crs", ["28402", "+proj=tmerc +lon_0=9 +x_0=3500000 +ellps=bessel +type=crs"])
def test_a_system_without_an_operation_of_known_accuracy_is_refused_whatever_is_allowed(city, crs):
    text = f"{POINTS}1;3390500;5706000\n"
    assert "cannot be transformed exactly" in city.refusal("connections", text, crs=crs, accuracy=1000)


def test_the_shift_that_an_old_prj_file_names_gives_way_to_the_grid():
    """Its three parameters are off by metres; the system that it names has BeTA2007."""
    wkt = (
        CRS(31467)
        .to_wkt("WKT1_GDAL")
        .replace(
            'AUTHORITY["EPSG","6314"]', 'TOWGS84[598.1,73.7,418.2,0.202,0.045,-2.455,6.7],AUTHORITY["EPSG","6314"]'
        )
    )
    assert CRS(wkt).is_bound
    # The same system; EPSG gives the order of its axes as written here another code.
    assert Projection(wkt).name == "EPSG:5677"


def test_a_few_wild_coordinates_do_not_change_the_operation(city):
    rows = [(Point(3390530.4851 + number, 5707841.8721)) for number in range(30)] + [Point(9e9, -9e9), Point(1, 2)]
    report = city.load("connections", city.export("c.gpkg", rows, 31467))
    assert [problem.row for problem in report.problems] == [31, 32]
    assert "BeTA2007" in notes(report)[0]


@pytest.mark.parametrize(("name", "code"), sorted(ADV_PLANE.items()))
def test_names_of_the_adv(name, code):
    """Alone, as URN, with each height that is appended to them, and in any case of letters."""
    for given in (name, f"urn:adv:crs:{name}", f"URN:ADV:CRS:{name.lower()}", f"urn:adv:crs:{name}*DE_DHHN2016_NH"):
        assert read_crs(given).to_epsg() == code
    assert read_crs(f" urn:adv:crs:{name}*DE_DHHN92_NH ").to_epsg() == code


@pytest.mark.parametrize(
    "name", ["urn:adv:crs:DE_DHDN_3GK3_HE100", "urn:adv:crs:DE_DHDN_3GK2_NW177", "DE_DHDN_3GK2_NW101*DE_DHHN12_NOH"]
)
def test_a_states_realisation_of_gauss_krueger(name):
    assert read_crs(name).to_epsg() in {31466, 31467}


@pytest.mark.parametrize(
    "name",
    ["urn:adv:crs:ETRS89_UTM34", "urn:adv:crs:ETRS89_UTM32*MOND", "urn:adv:crs:DE_DHDN_3GK3_BW100", "urn:adv:crs:"],
)
def test_unknown_names_of_the_adv_are_refused(name):
    """Baden-Württemberg's systems leave the zone out of their eastings, so that they are no EPSG's."""
    with pytest.raises(LoadRefused, match="is unknown"):
        read_crs(name)


def test_delivered_geojson_without_a_crs_names_the_one_that_fits(city):
    """It is degrees by definition (RFC 7946), which these are not; --crs takes the AdV's name."""
    path = delivered(city, "gj_adv2.geojson")
    [(row, column, reason)] = city.problems("trenches", path)
    assert (row, column) == (1, "geometry")
    assert "They fit EPSG:25832. Name the right CRS: --crs EPSG:25832." in reason
    assert city.load("trenches", path, crs="urn:adv:crs:ETRS89_UTM32").inserted == 1
    assert city.rows("trenches", "st_astext(st_linemerge(geom), 3)") == [(TRUTH,)]


def test_delivered_lines_with_the_zone_in_their_eastings(city):
    path = delivered(city, "lbl_zoneprefix_as_25832.gpkg")
    problems = city.load("trenches", path).problems
    assert [(problem.row, problem.column, problem.value) for problem in problems] == [
        (1, "geometry", "x 32390500, y 5706000")
    ]
    assert "begin with the zone 32. Name the right CRS: --crs EPSG:4647." in problems[0].reason.en
    assert "--crs EPSG:4647" in problems[0].reason.de
    assert city.load("trenches", path, crs="EPSG:4647").inserted == 1
    assert city.rows("trenches", "st_astext(st_linemerge(geom), 3)") == [(TRUTH,)]


@pytest.mark.parametrize(
    ("crs", "x", "y", "hint"),
    [
        ("25832", 5706000, 390500, "Probably x and y are swapped"),
        ("4326", 51.5, 7.43, "Probably x and y are swapped"),
        ("31467", 5707841, 3390530, "Probably x and y are swapped"),
        ("25832", 7.43, 51.5, "probably degrees. Name the right CRS: --crs EPSG:4326"),
        ("31467", 7.43, 51.5, "probably degrees"),
        ("4326", 390500, 5706000, "They fit EPSG:25832"),
        ("4326", 32390500, 5706000, "begin with the zone 32. Name the right CRS: --crs EPSG:4647"),
        ("25832", 33390500, 5806000, "begin with the zone 33. Name the right CRS: --crs EPSG:5650"),
        ("25832", 3390530, 5707841, "They fit EPSG:31467"),
        ("25832", 2601000, 5707841, "They fit EPSG:31466"),
        ("4326", 827104, 6715100, "They fit EPSG:3857"),
        ("25832", 1e300, 1e300, "Name the right CRS with --crs"),
        ("4647", 390500, 5706000, "They fit EPSG:25832"),
    ],
)
def test_coordinates_that_cannot_be_meant_are_refused_with_their_row_and_the_likely_reason(city, crs, x, y, hint):
    report = city.load("connections", f"{POINTS}1;{x};{y}\n", crs=crs)
    [problem] = report.problems
    assert (problem.row, problem.column) == (2, "geometry")
    assert problem.value == f"x {x:.12g}, y {y:.12g}"
    assert "lie far outside the area of" in problem.reason.en
    assert hint in problem.reason.en


def test_one_wild_vertex_is_shown_as_delivered(city):
    line = LineString([(390500, 5706000), (390600, 5706000), (39060000, 5706000)])
    [problem] = city.load("trenches", city.export("t.gpkg", [line], programme=["funded"])).problems
    assert problem.value == "x 39060000, y 5706000"


def test_grids_of_the_system_are_found_after_the_wheels_own_data(tmp_path, monkeypatch):
    (tmp_path / "grids").mkdir()
    before = datadir.get_data_dir()
    monkeypatch.setenv("PROJ_DATA", str(tmp_path / "grids"))
    try:
        grids.use_installed_grids()
        grids.use_installed_grids()
        folders = datadir.get_data_dir().split(":")
        assert folders == [*before.split(":"), str(tmp_path / "grids")]
    finally:
        datadir.set_data_dir(before)


def test_millimetres_in_the_units_of_a_crs():
    assert Projection("25832").millimetre == pytest.approx(0.001)
    assert Projection("4326").millimetre == pytest.approx(0.001 / 111319.49, rel=1e-4)


def test_geometries_without_a_place_need_no_operation():
    projection = Projection("31467")
    values, refused = projection.transform(np.array([None, None], object))
    assert (list(values), refused, projection.note) == ([None, None], [], None)
