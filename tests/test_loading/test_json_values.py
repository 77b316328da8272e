"""GeoJSON and Esri JSON: each value keeps its own type and all its digits; what cannot be one value is refused."""

import json
import math
from datetime import date
from decimal import Decimal

import pytest

from geo.loading.reasons import of_files, of_shapes
from tests.test_loading.gis_files import SQUARE, esri, geojson

POINT = '{"type": "Point", "coordinates": [7.42, 51.49]}'


@pytest.mark.parametrize(
    ("column", "value", "loaded"),
    [
        ("passed_on", '"2022-12-31"', date(2022, 12, 31)),
        ("passed_on", '"2022/12/31"', ["2022/12/31"]),
        ("passed_on", "20221231", ["20221231"]),
        ("passed_on", '"1600-02-30T00:00:00Z"', ["1600-02-30T00:00:00Z"]),
        ("note", "12345678901234567890", "12345678901234567890"),
        ("note", "12.50", "12.5"),
        ("note", "true", "true"),
        ("note", "NaN", None),
        ("note", '{"a": 1.5}', ['{"a": 1.5}']),
        ("note", '["a", "b"]', "a|b"),
        ("note", '["a|b"]', ["['a|b']"]),
        ("note", "[]", None),
        ("note", '"a\\u0000b"', ["a\0b"]),
        ("note", '"a\\ud800b"', ["a\\ud800b"]),
        ("note", '"\\ud83d\\ude00"', "\U0001f600"),
        ("down_mbit", "250.5", Decimal("250.5")),
        ("down_mbit", "1e400", ["1E+400"]),
        ("down_mbit", "1e-400", ["1E-400"]),
        ("down_mbit", "1e99999999999999999999", ["1e99999999999999999999"]),
        ("down_mbit", "Infinity", ["Infinity"]),
        ("down_mbit", '"250,5"', Decimal("250.5")),
        ("down_mbit", "true", ["true"]),
        ("dwellings", "3.0", 3),
        ("dwellings", "3.5", ["3.5"]),
    ],
)
def test_a_property(city, column, value, loaded):
    """The second feature's value is a text, which does not turn those of others into texts."""
    path = geojson(city, f'{{"source_id": "1", "{column}": {value}}}', f'{{"source_id": 9, "{column}": ""}}')
    report = city.load("connections", path)
    if isinstance(loaded, list):
        assert [(problem.row, problem.column, problem.value) for problem in report.problems] == [(1, column, loaded[0])]
    else:
        assert report.problems == []
        assert city.rows("connections", column) == [(loaded,), (None,)]


def test_property_that_is_there_twice(city):
    report = city.load("connections", geojson(city, '{"source_id": "1", "note": "a", "note": "b"}'))
    assert [(problem.row, problem.column, problem.value) for problem in report.problems] == [(1, "note", "a | b")]
    assert city.load("connections", geojson(city, '{"source_id": "1", "note": "a", "note": "a"}')).inserted == 1


def test_properties_that_only_some_features_have_are_told(city):
    path = geojson(city, '{"source_id": "1", "note": "a"}', '{"source_id": "2"}', '{"source_id": "3", "note": null}')
    report = city.load("connections", path)
    assert [note.en for note in report.notes if "transformed" not in note.en] == [
        "1 features lack the property note, which others have. It counts as empty."
    ]


def test_features_that_are_none(city):
    features = f'null, {{"type": "Feature", "geometry": {POINT}, "properties": "a"}}'
    path = city.write("c.geojson", f'{{"type": "FeatureCollection", "features": [{features}]}}')
    problems = city.problems("connections", path, columns={"fid": "source_id"})
    assert [(row, reason[:20]) for row, _, reason in problems if "feature" in reason] == [
        (1, "This is not a featur"),
        (2, "This is not a featur"),
    ]


def test_own_numbers_of_features(city):
    """A feature's id may be mapped by the name fid or id; an id among the properties is another one."""
    feature = f'{{"type": "Feature", "id": %s, "geometry": {POINT}, "properties": {{"note": "a"}}}}'
    ids = ", ".join(feature % text for text in ('"a-2"', "7", '"a-1"'))
    path = city.write("c.geojson", f'{{"type": "FeatureCollection", "features": [{ids}]}}')
    assert city.load("connections", path, columns={"fid": "source_id"}).inserted == 3
    assert city.rows("connections") == [("7",), ("a-1",), ("a-2",)]
    assert city.load("connections", path, columns={"id": "source_id"}).unchanged == 3


def test_running_numbers_are_told(city):
    report = city.load("connections", geojson(city, "{}", "{}"), columns={"fid": "source_id"})
    assert city.rows("connections") == [("0",), ("1",)]
    assert "no numbers of their own" in report.notes[0].en


def test_what_stands_beside_the_properties_is_told(city):
    feature = {"type": "Feature", "properties": {"source_id": "1"}, "geometry": json.loads(POINT), "laid_on": "x"}
    path = city.write("c.geojson", json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert "(laid_on)" in city.load("connections", path).notes[0].en


def test_a_sequence_of_features_and_a_single_one(city):
    lines = [f'{{"type": "Feature", "geometry": {POINT}, "properties": {{"source_id": "{n}"}}}}' for n in (1, 2)]
    assert city.load("connections", city.write("c.json", "\x1e" + "\n\x1e".join(lines))).inserted == 2
    assert city.load("connections", city.write("c.geojson", lines[0])).unchanged == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_encodings_that_are_marked(city, encoding):
    path = geojson(city, '{"source_id": "1", "note": "Straße"}')
    path.write_bytes(path.read_text().encode(encoding))
    assert city.load("connections", path).inserted == 1
    assert city.rows("connections", "note") == [("Straße",)]


def test_names_in_another_encoding(city):
    path = geojson(city, '{"source_id": "1", "Straße": "Weg"}')
    path.write_bytes(path.read_text().encode("cp1252"))
    assert "--encoding cp1252" in city.refusal("connections", path)
    assert city.load("connections", path, encoding="cp1252", columns={"Straße": "address"}).inserted == 1
    assert "no encoding utf-9" in city.refusal("connections", path, encoding="utf-9")


@pytest.mark.parametrize("end", ["", "]", "]} x", "]}}", ", ]}", '], "features": []}'])
def test_files_that_end_otherwise(city, end):
    feature = f'{{"type": "Feature", "geometry": {POINT}, "properties": {{"source_id": "1"}}}}'
    path = city.write("c.geojson", f'{{"type": "FeatureCollection", "features": [{feature}{end}')
    assert "again" in city.refusal("connections", path)


def test_features_larger_than_what_is_read_at_once(city):
    texts = [f'{{"source_id": "{number}", "note": "{" " * 1_100_000}ä"}}' for number in range(4)]
    assert city.load("connections", geojson(city, *texts)).inserted == 4
    assert city.rows("connections", "note") == [("ä",)] * 4


@pytest.mark.parametrize(
    "geometry",
    [
        '{"type": "Point", "coordinates": ["a", 1]}',
        '{"type": "Point", "coordinates": [7.42]}',
        '{"type": "Point", "coordinates": [7.42, null]}',
        '{"type": "Point", "coordinates": [7.42, 1e400]}',
        '{"type": "Point"}',
        '{"type": "Kreis", "coordinates": [7.42, 51.49]}',
        '"POINT (7.42 51.49)"',
        '{"type": "Point", "coordinates": []}',
        '{"type": "MultiPoint", "coordinates": [[7.42, 51.49], [7.43, 51.49]]}',
    ],
)
def test_geometries_that_are_none(city, geometry):
    feature = f'{{"type": "Feature", "geometry": {geometry}, "properties": {{"source_id": "1"}}}}'
    path = city.write("c.geojson", f'{{"type": "FeatureCollection", "features": [{feature}]}}')
    assert [(row, column) for row, column, _ in city.problems("connections", path)] == [(1, "geometry")]


def test_polygons_of_esri_have_holes(city):
    """Outer rings run clockwise, holes the other way; each hole belongs to the ring around it."""
    outer = [[390000, 5710000], [390000, 5710100], [390100, 5710100], [390100, 5710000], [390000, 5710000]]
    hole = [[390010, 5710010], [390020, 5710010], [390020, 5710020], [390010, 5710020], [390010, 5710010]]
    other = [[x + 200, y] for x, y in outer]
    content = {
        "spatialReference": {"wkid": 25832},
        "features": [
            {
                "attributes": {"source_id": "1", "name": "A", "ownership": "public"},
                "geometry": {"rings": [outer, other, hole]},
            }
        ],
    }
    assert city.load("plots", city.write("p.json", json.dumps(content))).inserted == 1
    assert city.rows("plots", "st_area(geom), st_numgeometries(geom)") == [(19900.0, 2)]


def test_esri_attributes(city):
    types = {"OBJECTID": "OID", "note": "String", "passed_on": "Date"}
    path = esri(
        city,
        types,
        {"OBJECTID": 7, "note": "12", "passed_on": None},
        {"OBJECTID": 9, "note": None, "passed_on": 253402300800000},
        exceededTransferLimit=True,
    )
    mapping = {"columns": {"fid": "source_id"}, "ignore": ("OBJECTID",)}
    report = city.load("connections", path, **mapping)
    assert [(problem.row, problem.column, problem.value) for problem in report.problems] == [
        (2, "passed_on", "253402300800000")
    ]
    assert "incomplete" in report.notes[0].en


X, Y = 390000, 5710000


def at(x, y):
    return [X + x, Y + y]


@pytest.mark.parametrize(
    ("path", "length"),
    [
        pytest.param([at(0, 0), {"c": [at(200, 0), at(100, 100)]}], 100 * math.pi, id="by a point on it"),
        pytest.param([at(0, 0), {"a": [at(200, 0), at(100, 0), 0, 1]}], 100 * math.pi, id="half around a centre"),
        pytest.param([at(0, 0), {"a": [at(100, 100), at(100, 0), 1, 1]}], 50 * math.pi, id="the minor arc"),
        pytest.param([at(0, 0), {"a": [at(100, 100), at(100, 0), 0, 0]}], 150 * math.pi, id="the major arc"),
        pytest.param([at(0, 0), {"a": [at(0, 0), at(100, 0), 0, 1, 0, 100, 1]}], 200 * math.pi, id="a whole circle"),
        pytest.param(
            [at(-50, 0), at(0, 0), {"c": [at(200, 0), at(100, 100)]}, at(300, 0)], 150 + 100 * math.pi, id="and lines"
        ),
    ],
)
def test_arcs_of_esri_are_straightened_and_told(city, path, length):
    row = {"attributes": {"source_id": "1", "programme": "funded"}, "geometry": {"curvePaths": [path]}}
    content = {"spatialReference": {"wkid": 25832}, "features": [row]}
    report = city.load("trenches", city.write("t.json", json.dumps(content)))
    assert report.inserted == 1
    assert [problem.reason for problem in report.adjusted] == [of_shapes.LINEARISED]
    [(stored,)] = city.rows("trenches", "st_length(geom)")
    assert stored == pytest.approx(length, rel=1e-4)


def test_holes_of_esri_may_be_circles(city):
    ring = [at(0, 0), {"c": [at(0, 200), at(-100, 100)]}, at(200, 200), at(200, 0), at(0, 0)]
    hole = [at(90, 100), {"a": [at(90, 100), at(100, 100), 0, 0]}]
    row = {
        "attributes": {"source_id": "1", "name": "A", "ownership": "public"},
        "geometry": {"curveRings": [ring, hole]},
    }
    content = {"spatialReference": {"wkid": 25832}, "features": [row]}
    assert city.load("plots", city.write("p.json", json.dumps(content))).inserted == 1
    [(area,)] = city.rows("plots", "st_area(geom)")
    assert area == pytest.approx(40_000 + 5_000 * math.pi - 100 * math.pi, rel=1e-5)


def test_a_circle_in_a_circle_of_esri_is_a_hole_by_its_direction(city):
    outer, inner = ([at(x, 0), {"a": [at(x, 0), at(100, 0), 0, clockwise]}] for x, clockwise in ((0, 1), (50, 0)))
    row = {
        "attributes": {"source_id": "1", "name": "A", "ownership": "public"},
        "geometry": {"curveRings": [inner, outer]},
    }
    content = {"spatialReference": {"wkid": 25832}, "features": [row]}
    assert city.load("plots", city.write("p.json", json.dumps(content))).inserted == 1
    [(area,)] = city.rows("plots", "st_area(geom)")
    assert area == pytest.approx(7_500 * math.pi, rel=1e-4)


@pytest.mark.parametrize("paths", [[[]], [[[390000, 5710000]]]])
def test_paths_of_esri_without_a_segment_are_refused(city, paths):
    row = {"attributes": {"source_id": "1", "programme": "funded"}, "geometry": {"curvePaths": paths}}
    content = {"spatialReference": {"wkid": 25832}, "features": [row]}
    path = city.write("t.json", json.dumps(content))
    assert city.problems("trenches", path) == [(1, "geometry", of_shapes.NOT_READABLE.en)]


def test_a_geometry_that_is_there_twice_is_refused_as_delivered(city):
    geometry = '"geometry": {"type": "Point", "coordinates": [7.4, 51.5]}'
    row = f'{{"type": "Feature", {geometry}, {geometry.replace("7.4", "7.5")}, "properties": {{"source_id": "1"}}}}'
    report = city.load("connections", city.write("p.geojson", f'{{"type": "FeatureCollection", "features": [{row}]}}'))
    [problem] = report.problems
    assert (problem.row, problem.column, problem.reason) == (1, "geometry", of_files.TWICE_IN_JSON)
    assert problem.value.startswith('{"type": "Point", "coordinates": [')


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ({"c": []}, of_shapes.NOT_READABLE),
        ({"a": [at(100, 100), at(100, 0), 1, 0]}, of_shapes.NOT_READABLE),
        # Its end is not as far from the centre as its start.
        ({"a": [at(190, 0), at(100, 0), 1, 1]}, of_shapes.NOT_READABLE),
        ({"b": [at(100, 0), at(0, 100), at(100, 100)]}, of_shapes.CURVED),
        ({"a": [at(200, 0), at(100, 0), 0, 1, 0, 100, 0.5]}, of_shapes.CURVED),
    ],
)
def test_other_curves_of_esri_are_refused(city, step, reason):
    content = {"features": [{"attributes": {"source_id": "1"}, "geometry": {"curvePaths": [[at(0, 0), step]]}}]}
    path = city.write("c.json", json.dumps(content))
    assert city.problems("connections", path, crs="EPSG:25832") == [(1, "geometry", reason.en)]


def test_rings_of_geojson(city):
    shape = {"type": "Polygon", "coordinates": [SQUARE]}
    feature = {"type": "Feature", "properties": {"source_id": "1", "name": "A", "ownership": "public"}}
    path = city.write(
        "p.geojson", json.dumps({"type": "FeatureCollection", "features": [feature | {"geometry": shape}]})
    )
    assert city.load("plots", path).inserted == 1
    shape["coordinates"] = [SQUARE[:-1]]
    path = city.write(
        "p.geojson", json.dumps({"type": "FeatureCollection", "features": [feature | {"geometry": shape}]})
    )
    [(row, column, reason)] = city.problems("plots", path)
    assert (row, column) == (1, "geometry")
    assert "not closed" in reason
