"""JSON-FG: places in any CRS and order of axes, times, types of features, arcs; values as exact as those of GeoJSON."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import LineString

from geo.loading.reasons import of_files

CORE = "http://www.opengis.net/spec/json-fg-1/0.3/conf/core"
LINE = {"type": "LineString", "coordinates": [[390500, 5706000], [390600, 5706000]]}
IN_DEGREES = {"type": "LineString", "coordinates": [[7.43, 51.49], [7.431, 51.49]]}
STORED = "LINESTRING(390500 5706000,390600 5706000)"


def feature(number: int = 1, place: Any = LINE, **members: Any) -> dict[str, Any]:
    properties = {"source_id": str(number), "programme": "funded", **members.pop("properties", {})}
    return {
        "type": "Feature", "geometry": None, "place": place, "time": None, "properties": properties, **members
    }  # fmt: skip


def collection(city: Any, *features: dict[str, Any], name: str = "t.jsonfg", **members: Any) -> Path:
    members = {"conformsTo": [CORE], "coordRefSys": "[EPSG:25832]", **members}
    return city.write(name, json.dumps({"type": "FeatureCollection", **members, "features": features}))


def lines(city: Any) -> list[str]:
    return [text for (text,) in city.rows("trenches", "st_astext(st_linemerge(geom), 3)")]


def test_values_keep_their_own_type_and_all_digits(city):
    point = {"type": "Point", "coordinates": [390500, 5706000]}
    values = [("560,9", 12.5), (560.9, "a"), (None, 12345678901234567890)]
    features = [
        feature(number, point, properties={"down_mbit": down, "address": address})
        for number, (down, address) in enumerate(values, 1)
    ]
    report = city.load("connections", collection(city, *features))
    assert report.problems == []
    assert city.rows("connections", "down_mbit, address") == [
        (Decimal("560.9"), "12.5"), (Decimal("560.9"), "a"), (None, "12345678901234567890")
    ]  # fmt: skip


@pytest.mark.parametrize("code", [25832, 4647, 4258, 3035, 31466])
def test_coordinates_in_the_order_of_their_crs(city, code):
    """GDAL writes them as the standard demands: latitude or northing first, where the CRS has it so."""
    line = gpd.GeoSeries([LineString([(390500, 5706000), (390600, 5706000)])], crs=25832).to_crs(code)
    path = city.folder / "t.jsonfg"
    frame = gpd.GeoDataFrame({"source_id": ["1"], "programme": ["funded"]}, geometry=line, crs=code)
    frame.to_file(path, driver="JSONFG", engine="pyogrio")
    assert '"coordRefSys"' in path.read_text()
    assert city.load("trenches", path, accuracy=3.0).ok
    [(x, y)] = city.rows("trenches", "st_x(st_startpoint(st_linemerge(geom))), st_y(st_startpoint(st_linemerge(geom)))")
    assert (x, y) == pytest.approx((390500, 5706000), abs=5)


@pytest.mark.parametrize(
    "reference",
    [
        "http://www.opengis.net/def/crs/EPSG/0/25832",
        ["[EPSG:25832]", "[EPSG:7837]"],
        {"type": "Reference", "href": "http://www.opengis.net/def/crs/EPSG/0/25832"},
    ],
)
@pytest.mark.parametrize("holder", ["file", "feature", "place"])
def test_the_crs_may_be_named_in_several_ways_and_places(city, reference, holder):
    named = {"coordRefSys": reference}
    if holder == "file":
        path = collection(city, feature(), **named)
    else:
        inner = feature(place={**LINE, **named}) if holder == "place" else feature(**named)
        path = collection(city, inner, coordRefSys=None)
    assert city.load("trenches", path).ok
    assert lines(city) == [STORED]


def test_a_file_is_read_in_one_crs(city):
    other = feature(2, {**LINE, "coordRefSys": "[EPSG:25833]"})
    reason = city.refusal("trenches", collection(city, feature(), other))
    assert "names several CRS ([EPSG:25832], [EPSG:25833])" in reason
    old = {"type": "name", "properties": {"name": "EPSG:25833"}}
    assert "names several CRS" in city.refusal("trenches", collection(city, feature(), crs=old))
    assert "MOND] is unknown" in city.refusal("trenches", collection(city, feature(), coordRefSys="[ADV:MOND]"))


def test_geometries_in_degrees_count_where_no_feature_has_a_place(city):
    path = collection(city, feature(1, None, geometry=IN_DEGREES))
    assert city.load("trenches", path).ok
    [start] = city.rows("trenches", "round(st_x(st_startpoint(st_linemerge(geom))))")
    assert start == (391001,)


def test_a_feature_without_a_place_among_others_is_refused_with_its_row(city):
    path = collection(city, feature(), feature(2, None, geometry=IN_DEGREES))
    [(row, column, reason)] = city.problems("trenches", path)
    assert (row, column) == (2, "geometry")
    assert "in degrees only, while others have a place in [EPSG:25832]" in reason


@pytest.mark.parametrize(
    ("time", "name", "day"),
    [
        ({"date": "2022-12-31"}, "time", date(2022, 12, 31)),
        ({"timestamp": "2022-12-31T23:30:00Z"}, "time", date(2023, 1, 1)),
        ({"interval": ["2022-12-31", ".."]}, "time_start", date(2022, 12, 31)),
        ({"interval": ["2022-12-31", ".."]}, "time_end", None),
        (None, "time", None),
    ],
)
def test_times_are_read_if_they_are_mapped(city, time, name, day):
    path = collection(city, feature(time=time))
    assert city.load("trenches", path, columns={name: "laid_on"}).ok
    assert city.rows("trenches", "laid_on") == [(day,)]


def test_times_that_are_not_mapped_are_told(city):
    unread = of_files.unread_columns(["time"])
    assert unread in city.load("trenches", collection(city, feature(time={"date": "2022-12-31"}))).notes
    assert unread not in city.load("trenches", collection(city, feature())).notes
    [problem] = city.load(
        "trenches", collection(city, feature(time={"date": "bald"})), columns={"time": "laid_on"}
    ).problems
    assert (problem.row, problem.column, problem.value) == (1, "laid_on", "bald")


def test_features_of_several_types_are_chosen_by_the_layer(city):
    path = collection(
        city, feature(1, featureType="a"), feature(2, featureType="b", properties={"x": 1}), featureType="c"
    )
    assert "several layers (a, b)" in city.refusal("trenches", path)
    report = city.load("trenches", path, layer="a")
    assert (report.rows, report.inserted) == (1, 1)
    assert "no column x" in city.refusal("trenches", path, layer="b")


def test_arcs_become_segments_and_bodies_are_refused(city):
    arc = {"type": "CircularString", "coordinates": [[390500, 5706000], [390550, 5706050], [390600, 5706000]]}
    curve = {
        "type": "CompoundCurve",
        "geometries": [arc, {"type": "LineString", "coordinates": [[390600, 5706000], [390700, 5706000]]}],
    }
    path = collection(city, feature(1, arc), feature(2, {"type": "MultiCurve", "geometries": [curve]}))
    report = city.load("trenches", path)
    assert [change.row for change in report.adjusted] == [1, 2]
    assert [round(length) for (length,) in city.rows("trenches", "st_length(geom)")] == [157, 257]
    [(row, column, reason)] = city.problems("trenches", collection(city, feature(9, {"type": "Prism", "base": LINE})))
    assert (row, column, reason) == (1, "geometry", "Wrong geometry type: Prism. Export polygons instead.")
