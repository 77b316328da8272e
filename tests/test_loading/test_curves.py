"""Circular arcs are replaced by segments within a millimetre, and every changed row is told."""

import math
import struct
from typing import Any

import numpy as np
import pytest
import shapely
from shapely import LineString

from geo.loading.curves import NotAGeometry, straight
from geo.loading.encoded import node_from_wkb, node_from_wkt
from geo.loading.reasons import of_shapes
from tests.test_loading.deliveries import delivered

HALF_CIRCLE = "CIRCULARSTRING (390500 5706000, 390550 5706050, 390600 5706000)"
CIRCLE = "CIRCULARSTRING (390500 5706000, 390600 5706000, 390500 5706000)"
PLOTS = "source_id;name;ownership;geometry\n"
TRENCHES = "source_id;programme;geometry\n"


def deviation(line: Any, centre: tuple[float, float], radius: float) -> float:
    """The largest distance between a line and a circle: at its vertices, or in the middles between them."""
    vertices = shapely.get_coordinates(line)
    places = np.concatenate([vertices, (vertices[1:] + vertices[:-1]) / 2])
    return float(np.abs(np.hypot(*(places - centre).T) - radius).max())


def drawn(text: str) -> Any:
    """The geometry with straight segments."""
    shape = straight(node_from_wkt(text), 0.0005)
    assert isinstance(shape, shapely.Geometry)
    return shape


@pytest.mark.parametrize("radius", [0.05, 1, 27.5, 400, 12_000, 3_000_000])
@pytest.mark.parametrize("turn", [-6.1, -3.5, -0.8, 1e-3, 0.02, 1.57, 3.2, 6.2])
def test_segments_stay_within_a_millimetre_of_the_arc_and_keep_its_points(radius, turn):
    """For arcs of every size, either way round, with the middle point anywhere between."""
    for share in (0.1, 0.5, 0.85):
        angles = np.array([2.0, 2.0 + turn * share, 2.0 + turn])
        given = np.column_stack([390000 + radius * np.cos(angles), 5710000 + radius * np.sin(angles)])
        text = f"CIRCULARSTRING ({', '.join(f'{x!r} {y!r}' for x, y in given.tolist())})"
        line = straight(node_from_wkt(text), 0.0005)
        assert deviation(line, (390000, 5710000), radius) < 0.001
        assert isinstance(line, LineString)
        assert line.length == pytest.approx(radius * abs(turn), abs=0.01, rel=1e-4)
        assert {tuple(point) for point in given.tolist()} <= set(line.coords)


def test_an_arc_as_postgis_draws_it_is_as_long(city):
    """PostGIS's ST_CurveToLine, which is another program, comes to the same line within both tolerances."""
    [(length, area)] = city.connection.execute(
        b"""
        select
            st_length(st_curvetoline(st_geomfromtext(%s, 25832), 0.0001, 1, 1)),
            st_area(st_curvetoline(st_geomfromtext(%s, 25832), 0.0001, 1, 1))
        """,
        [HALF_CIRCLE, f"CURVEPOLYGON ({CIRCLE})"],
    ).fetchall()
    assert drawn(HALF_CIRCLE).length == pytest.approx(length, abs=0.005)
    assert drawn(f"CURVEPOLYGON ({CIRCLE})").area == pytest.approx(area, abs=0.001 * 100 * math.pi)


@pytest.mark.parametrize(("name", "length"), [("curve0.gpkg", 157.0796), ("curve2.gpkg", 100.0)])
def test_delivered_lines_with_arcs(city, name, length):
    """A GeoPackage with a CircularString; one with a MultiCurve, which contains none, so that nothing is changed."""
    report = city.load("trenches", delivered(city, name))
    assert report.ok
    assert city.rows("trenches", "st_length(geom)") == [(pytest.approx(length, abs=0.001),)]
    told = [(problem.row, problem.column, problem.reason) for problem in report.adjusted]
    assert told == ([(1, "geometry", of_shapes.LINEARISED)] if name == "curve0.gpkg" else [])


def test_delivered_table_with_a_round_plot(city):
    report = city.load("plots", delivered(city, "curve.csv"), crs="EPSG:25832")
    assert [(problem.row, problem.source_id) for problem in report.adjusted] == [(2, "T1")]
    [(area, vertices)] = city.rows("plots", "st_area(geom), st_npoints(geom)")
    assert area == pytest.approx(math.pi * 2500, abs=0.001 * 100 * math.pi)
    assert vertices > 300


@pytest.mark.parametrize(
    ("layer", "text", "size"),
    [
        ("trenches", f"COMPOUNDCURVE ((390400 5706000, 390500 5706000), {HALF_CIRCLE})", 100 + 50 * math.pi),
        ("trenches", f"MULTICURVE ((390400 5705000, 390500 5705000), {HALF_CIRCLE})", 100 + 50 * math.pi),
        ("trenches", "CIRCULARSTRING Z (390500 5706000 7, 390550 5706050 8, 390600 5706000 9)", 50 * math.pi),
        ("trenches", "CIRCULARSTRINGZM(390500 5706000 7 1,390550 5706050 8 2,390600 5706000 9 3)", 50 * math.pi),
        ("trenches", f"SRID=25832;{HALF_CIRCLE}", 50 * math.pi),
        ("plots", f"CURVEPOLYGON ({CIRCLE})", 2500 * math.pi),
        (
            "plots",
            f"CURVEPOLYGON ({CIRCLE}, (390540 5706010, 390560 5706010, 390560 5706020, 390540 5706010))",
            2500 * math.pi - 100,
        ),
        ("plots", f"MULTISURFACE (CURVEPOLYGON ({CIRCLE}), ((0 0, 0 0, 0 0, 0 0)))", None),
        (
            "plots",
            f"MULTISURFACE (CURVEPOLYGON (COMPOUNDCURVE ({HALF_CIRCLE}, (390600 5706000, 390500 5706000))))",
            1250 * math.pi,
        ),
    ],
)
def test_every_kind_of_curve_in_a_cell(city, layer, text, size):
    head, rest = (TRENCHES, "funded") if layer == "trenches" else (PLOTS, "A;public")
    report = city.load(layer, f'{head}1;{rest};"{text}"\n', crs="25832")
    if size is None:
        assert not report.ok
        return
    assert report.problems == []
    assert [problem.reason for problem in report.adjusted] == [of_shapes.LINEARISED]
    measure = "st_length(geom)" if layer == "trenches" else "st_area(geom)"
    assert city.rows(layer, measure) == [(pytest.approx(size, abs=0.2),)]


def test_arcs_in_degrees_are_within_a_millimetre_on_the_ground(city):
    """The tolerance is that of the ground, not of the file's units: a millionth of a degree would be 10 cm."""
    ring = "CIRCULARSTRING (7.430 51.49, 7.431 51.491, 7.432 51.49)"
    assert city.load("trenches", f"{TRENCHES}1;funded;{ring}\n", crs="OGC:CRS84").ok
    [(steps, longest)] = city.rows("trenches", "st_npoints(geom), st_length(geom) / (st_npoints(geom) - 1)")
    assert steps > 300
    # Of a chord c and a radius of about 100 m, the segment is c² / 8r from the arc.
    assert longest**2 / 800 < 0.001


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CIRCULARSTRING (390500 5706000, 390550 5706050)", of_shapes.NOT_WKT),
        ("CIRCULARSTRING (390500 5706000, 390550 5706050, 390600)", of_shapes.NOT_WKT),
        ("COMPOUNDCURVE ((390400 5706000, 390500 5706000), (390700 5706000, 390800 5706000))", of_shapes.NOT_WKT),
        ("COMPOUNDCURVE ((390400 5706000, 390500 5706000)", of_shapes.NOT_WKT),
        ("CIRCULARSTRING (nix)", of_shapes.NOT_WKT),
        ("CIRCULARSTRING", of_shapes.NOT_WKT),
        ("CIRCULARSTRING EMPTY", of_shapes.EMPTY),
        ("COMPOUNDCURVE EMPTY", of_shapes.EMPTY),
        ("CIRCULARSTRING (390500 5706000, 390500 5706000, 390500 5706000)", None),
    ],
)
def test_damaged_and_empty_curves_are_refused_with_their_row(city, text, expected):
    problems = city.load("trenches", f"{TRENCHES}1;funded;{text}\n", crs="25832").problems
    assert [(problem.row, problem.column) for problem in problems] == [(2, "geometry")]
    assert expected is None or problems[0].reason == expected


def test_curves_that_are_not_closed_are_refused_and_closed_on_demand(city):
    text = f"{PLOTS}1;A;public;CURVEPOLYGON ({HALF_CIRCLE})\n"
    assert city.problems("plots", text, crs="25832") == [(2, "geometry", of_shapes.UNCLOSED.en)]
    report = city.load("plots", text, crs="25832", repair=True)
    assert {problem.reason for problem in report.adjusted} == {of_shapes.CLOSED, of_shapes.LINEARISED}
    assert city.rows("plots", "st_area(geom)") == [(pytest.approx(1250 * math.pi, abs=0.2),)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("TIN (((390500 5706000, 390600 5706000, 390500 5706100, 390500 5706000)))", "TIN"),
        (
            "POLYHEDRALSURFACE Z (((390500 5706000 0, 390600 5706000 0, 390500 5706100 9, 390500 5706000 0)))",
            "PolyhedralSurface",
        ),
        (f"GEOMETRYCOLLECTION ({HALF_CIRCLE}, POINT (390500 5706000))", "GeometryCollection"),
        (HALF_CIRCLE, "LineString"),
    ],
)
def test_surfaces_in_space_and_other_wrong_kinds_are_refused(city, text, found):
    [(row, column, reason)] = city.problems("plots", f"{PLOTS}1;A;public;{text}\n", crs="25832")
    assert (row, column) == (2, "geometry")
    assert f"Wrong geometry type: {found}" in reason


def test_a_triangle_is_a_polygon(city):
    triangle = "TRIANGLE ((390500 5706000, 390600 5706000, 390500 5706100, 390500 5706000))"
    assert city.load("plots", f"{PLOTS}1;A;public;{triangle}\n", crs="25832").ok
    assert city.rows("plots", "st_area(geom)") == [(5000.0,)]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("flags", "extra"), [(0, 0), (1000, 1), (2000, 1), (3000, 2), (0x80000000, 1), (0xC0000000, 2)]
)
def test_binary_curves_in_both_byte_orders_with_heights_and_measures(order, flags, extra):
    """ISO's codes and PostGIS's flags for a third and fourth number of each point, which are dropped."""
    code = 8 + flags if flags < 0x40000000 else 8 | flags
    points = [(390500.0, 5706000.0), (390550.0, 5706050.0), (390600.0, 5706000.0)]
    data = struct.pack(f"{order}BII", order == "<", code, 3)
    for point in points:
        data += struct.pack(f"{order}{2 + extra}d", *point, *[7.0] * extra)
    line = straight(node_from_wkb(data), 0.0005)
    assert deviation(line, (390550, 5706000), 50) < 0.001
    for length in range(len(data)):
        with pytest.raises(NotAGeometry):
            node_from_wkb(data[:length])
    with pytest.raises(NotAGeometry):
        node_from_wkb(data + b"\0")


def test_empty_parts_among_arcs_are_left_out(city):
    """They hold nothing; several programs write them."""
    content = f"{TRENCHES}1;funded;MULTICURVE (LINESTRING EMPTY, {HALF_CIRCLE})\n"
    assert city.load("trenches", city.write("t.csv", content), crs="EPSG:25832").inserted == 1
    assert city.rows("trenches", "st_numgeometries(geom)") == [(1,)]
