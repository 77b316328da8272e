"""Selection of features by box, date and property values; CRS and properties of the response."""

import json
import re
from itertools import pairwise
from typing import Any

import pytest
from pyproj import Transformer

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.layers.views import property_names, sees
from tests.test_api.helpers import Api, problem
from tests.test_ogc.conftest import PERSON, PLOTS, SECRET
from tests.test_ogc.helpers import CRS84, EPSG, ITEMS, first_position, items, names


@pytest.mark.parametrize(
    ("crs", "code", "tolerance"),
    [
        (CRS84, "OGC:CRS84", 1e-7),
        (EPSG + "4326", "EPSG:4326", 1e-7),
        (EPSG + "25832", "EPSG:25832", 1e-3),
        (EPSG + "3857", "EPSG:3857", 1e-3),
    ],
)
def test_coordinates_are_in_the_requested_crs_with_its_axis_order(
    public: Api, crs: str, code: str, tolerance: float
) -> None:
    # pyproj keeps the authority's axis order: latitude first in EPSG:4326.
    expected = Transformer.from_crs("EPSG:25832", code).transform(391000, 5705000)
    response = public.get(ITEMS.format("plots"), crs=crs, name="Fläche 00")
    assert response.headers["content-crs"] == f"<{crs}>"
    (feature,) = response.json()["features"]
    positions = feature["geometry"]["coordinates"][0][0]
    assert any(position == pytest.approx(expected, abs=tolerance) for position in positions)
    assert "crs" not in feature["geometry"]
    alone = public.get(f"{ITEMS.format('plots')}/{feature['id']}", crs=crs)
    assert alone.headers["content-crs"] == f"<{crs}>"
    assert alone.json()["geometry"] == feature["geometry"]


def test_the_default_crs_is_longitude_and_latitude(public: Api) -> None:
    assert public.get(ITEMS.format("plots")).headers["content-crs"] == f"<{CRS84}>"
    x, y = first_position(items(public, "plots")["features"][0])
    assert x < y


def test_outer_rings_run_counterclockwise(public: Api) -> None:
    for crs in (CRS84, EPSG + "25832", EPSG + "3857"):
        (feature,) = items(public, "plots", name="Fläche 24", crs=crs)["features"]
        ring = feature["geometry"]["coordinates"][0][0]
        area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))
        assert area > 0


@pytest.mark.parametrize("code", [None, "4326", "25832", "3857"])
def test_a_box_selects_what_it_touches_in_each_crs(public: Api, code: str | None) -> None:
    crs = EPSG + code if code else CRS84
    (feature,) = items(public, "plots", name="Fläche 03", crs=crs)["features"]
    ring = feature["geometry"]["coordinates"][0][0]
    lower = [min(position[axis] for position in ring) for axis in (0, 1)]
    upper = [max(position[axis] for position in ring) for axis in (0, 1)]
    box = ",".join(map(repr, [*lower, *upper]))
    parameters = {"bbox_crs": crs} if code else {}
    assert names(items(public, "plots", bbox=box, **parameters)) == ["Fläche 03"]
    with_heights = ",".join(map(repr, [*lower, -5, *upper, 500]))
    assert names(items(public, "plots", bbox=with_heights, **parameters)) == ["Fläche 03"]
    point = ",".join(map(repr, [*ring[0], *ring[0]])) if code == "25832" else None
    if point:
        assert names(items(public, "plots", bbox=point, **parameters)) == ["Fläche 03"]


def test_the_whole_world_is_a_valid_box(public: Api) -> None:
    assert items(public, "plots", bbox="-180,-90,180,90")["numberMatched"] == PLOTS
    assert items(public, "plots", bbox="-90,-180,90,180", bbox_crs=EPSG + "4326")["numberMatched"] == PLOTS
    web = "-20037508.34,-20048966.1,20037508.34,20048966.1"
    assert items(public, "plots", bbox=web, bbox_crs=EPSG + "3857")["numberMatched"] == PLOTS
    assert items(public, "plots", bbox="-1e40,-1e40,1e40,1e40", bbox_crs=EPSG + "25832")["numberMatched"] == PLOTS
    assert items(public, "plots", bbox="-180,-90,-170,-80")["features"] == []


def test_a_box_whose_west_is_greater_than_its_east_spans_the_180th_meridian(public: Api) -> None:
    whole = items(public, "plots", bbox="-180,-90,180,90")["numberMatched"]
    assert items(public, "plots", bbox="8,50,-170,52")["features"] == []
    assert items(public, "plots", bbox="7,50,-170,52")["numberMatched"] == whole
    assert items(public, "plots", bbox="8,50,7.9,52")["numberMatched"] == whole
    assert items(public, "plots", bbox="50,7,52,-170", bbox_crs=EPSG + "4326")["numberMatched"] == whole


def test_a_box_may_cross_the_antimeridian(public: Api) -> None:
    assert items(public, "plots", bbox="177,65,-177,70")["features"] == []
    (feature,) = items(public, "plots", name="Fläche 03")["features"]
    west = first_position(feature)[0] - 0.001
    eastern = set(names(items(public, "plots", bbox=f"{west},-90,{west - 30},90")))
    western = set(names(items(public, "plots", bbox=f"-180,-90,{west},90")))
    assert "Fläche 03" in eastern
    assert "Fläche 03" not in western
    assert len(eastern) + len(western) == PLOTS
    everywhere = items(public, "plots", bbox=f"{west},-90,{west - 0.000001},90")
    assert everywhere["numberMatched"] == len(names(everywhere)) == PLOTS
    assert items(public, "plots", bbox="-90,177,90,-177", bbox_crs=EPSG + "4326")["features"] == []


def test_a_feature_without_a_visible_geometry_is_in_no_box(public: Api) -> None:
    found = items(public, "transactions", bbox="-180,-90,180,90")["features"]
    assert [one["properties"]["agreed_on"] for one in found] == ["2023-07-01"]


@pytest.mark.parametrize(
    "box",
    [
        *("", "1,2,3", "1,2,3,4,5", "a,b,c,d", "8,52,7,51", "7,52,8,51", "7,51,8,NaN", "7,51,8,inf", "7,51,181,52"),
        *("7,51,8,91", "7,51,9,8,52,1", "7;51;8;52", "7,51,8,52'", "1e999,1,1,1", "7,51,8,52,", "190,51,-170,52"),
    ],
)
def test_an_invalid_box_is_a_bad_request(public: Api, box: str) -> None:
    found = public.problem(400, ITEMS.format("plots"), bbox=box)
    assert found["errors"][0]["parameter"] == "bbox"


@pytest.mark.parametrize("parameter", ["crs", "bbox-crs"])
@pytest.mark.parametrize("uri", ["", "EPSG:25832", EPSG + "31467", "http://www.opengis.net/def/crs/EPSG/0/4326'--"])
def test_a_crs_that_is_not_served_is_a_bad_request_that_names_the_others(public: Api, parameter: str, uri: str) -> None:
    found = public.problem(400, ITEMS.format("plots"), **{parameter: uri, "bbox": "7,51,8,52"})
    assert found["errors"][0]["parameter"] == parameter
    assert EPSG + "25832" in found["detail"]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2023-07-01/2023-12-31", ["2023-07-01", "2023-12-31"]),
        ("2023-07-01/2023-12-31T00:00:00+01:00", ["2023-07-01", "2023-12-31"]),
        ("2023-07-01T23:59:59+02:00/2023-12-31T12:00:00Z", ["2023-07-01", "2023-12-31"]),
        ("2023-07-01/2023-12-31T22:59:59Z", ["2023-07-01", "2023-12-31"]),
        ("2023-07-01/2023-12-31T23:00:00Z", ["2023-07-01", "2023-12-31", "2024-01-01"]),
        ("2023-06-30T22:00:00Z/2023-12-30", ["2023-07-01"]),
        ("2023-06-30T21:59:59.9Z/2023-12-30", ["2023-06-30", "2023-07-01"]),
        ("2023-12-31/..", ["2023-12-31", "2024-01-01"]),
        ("2023-12-31/", ["2023-12-31", "2024-01-01"]),
        ("../2023-06-30", ["2023-06-30"]),
        ("/2023-06-30", ["2023-06-30"]),
        ("2023-12-31", ["2023-12-31"]),
        ("2023-12-31T22:59:59Z", ["2023-12-31"]),
        ("2023-12-31t23:00:00z", ["2024-01-01"]),
        ("2023-07-01/2023-07-01", ["2023-07-01"]),
        ("2025-01-01/..", []),
        ("2023-07-01/P6M", ["2023-07-01", "2023-12-31"]),
        ("2023-06-30/P1D", ["2023-06-30"]),
        ("2023-06-30/P2D", ["2023-06-30", "2023-07-01"]),
        ("2023-06-30/P0D", ["2023-06-30"]),
        ("2023-01-31/P11M", ["2023-06-30", "2023-07-01"]),
        ("2022-12-31/P1Y1W1DT1H1M1S", ["2023-06-30", "2023-07-01", "2023-12-31", "2024-01-01"]),
        ("2023-12-31T00:00:00+01:00/PT24H", ["2023-12-31"]),
        ("2023-12-31T00:00:00+01:00/PT24H1S", ["2023-12-31", "2024-01-01"]),
    ],
)
def test_days_are_whole_days_in_the_city_and_the_last_one_is_included(
    public: Api, when: str, expected: list[str]
) -> None:
    found = items(public, "transactions", datetime=when, sortby="agreed_on")["features"]
    assert [one["properties"]["agreed_on"] for one in found] == expected


@pytest.mark.parametrize(
    "when",
    [
        *("", "..", "../..", "/", "2023", "2023-07", "2023-13-01", "2023-02-30", "2023-07-01/2023-06-30", "20230701"),
        *("2023-07-01T12:00:00", "2023-07-01 12:00:00Z", "now", "infinity", "a/b", "2023-07-01/2023-07-02/2023-07-03"),
        *("2023-07-01/P", "2023-07-01/PT", "2023-07-01/P1DT", "2023-07-01/P-1D", "2023-07-01/P1.5M", "2023-07-01/1D"),
        *("P1D", "P1D/P1D", "../P1D", "P1D/2023-07-01", "2023-07-01/P9999Y", "9999-12-31/P2D", "2023-07-01/p1d"),
        *("9999-12-31T23:59:59Z", "0000-01-01", "2023-07-01'; drop table plots;--", "٢٠٢٣-07-01"),
    ],
)
def test_an_invalid_datetime_is_a_bad_request(public: Api, when: str) -> None:
    found = public.problem(400, ITEMS.format("transactions"), datetime=when)
    assert found["errors"][0]["parameter"] == "datetime"


@pytest.mark.parametrize(
    ("filters", "matched"),
    [
        ({"name": "Fläche 07"}, 1),
        ({"status": "available"}, PLOTS),
        ({"status": "reserved"}, 0),
        ({"zoning": "GE", "brownfield": "false"}, 12),
        ({"official_area_m2": "10100"}, 5),
        ({"official_area_m2": "1.01e4"}, 5),
        ({"offered_on": "2022-03-01"}, 1),
        ({"parcels": f"{502:020}"}, 1),
        ({"industrial_area": "4"}, 0),
        ({"name": "x' or 'a'='a"}, 0),
    ],
)
def test_properties_are_filters(public: Api, filters: dict[str, Any], matched: int) -> None:
    assert items(public, "plots", **filters)["numberMatched"] == matched


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "sold"),
        ("brownfield", "yes"),
        ("official_area_m2", "ten"),
        ("official_area_m2", "NaN"),
        ("official_area_m2", "1e99999"),
        ("offered_on", "today"),
        ("offered_on", "2023-02-30"),
        ("industrial_area", "1.5"),
        ("industrial_area", "9" * 30),
        ("name", "a\0b"),
    ],
)
def test_a_value_of_another_type_is_a_bad_request(public: Api, name: str, value: str) -> None:
    found = problem(public.get(ITEMS.format("plots"), **{name: value}), 400)
    assert [error["parameter"] for error in found["errors"]] == [name]


def test_every_visible_property_can_be_a_filter(internal: Api) -> None:
    for layer in LAYERS.values():
        for name in property_names(layer, Audience.INTERNAL):
            response = internal.get(ITEMS.format(layer.key), **{name: "2023-01-01T00:00:00Z"})
            assert response.status_code in (200, 400), (layer.key, name, response.text)


def test_no_property_has_the_name_of_a_parameter(public: Api) -> None:
    operation = public.json("/api/openapi.json")["paths"]["/collections/{collectionId}/items"]["get"]
    parameters = {one["name"] for one in operation["parameters"]}
    for layer in LAYERS.values():
        assert not parameters & set(property_names(layer, Audience.INTERNAL))


def test_only_the_requested_properties_are_shown(public: Api) -> None:
    page = items(public, "plots", properties="status,name", limit=1)
    assert page["features"][0]["properties"] == {"name": "Fläche 00", "status": "available"}
    for bad in ("", "name,", "contact", "name,note", "geom", 'name"'):
        found = public.problem(400, ITEMS.format("plots"), properties=bad)
        assert found["errors"][0]["parameter"] == "properties"
        assert "contact" not in re.split(r"[ ,.:]+", found["detail"].split("Known properties")[1])


def test_the_public_sees_only_public_columns_rows_and_geometries(public: Api, internal: Api) -> None:
    for layer in LAYERS.values():
        if not sees(Audience.PUBLIC, layer):
            continue
        page = items(public, layer.key)
        expected = {column.name for column in layer.visible_columns(Audience.PUBLIC)}
        assert all(set(one["properties"]) == expected for one in page["features"])
        text = json.dumps(page, ensure_ascii=False)
        assert all(secret not in text for secret in (PERSON, SECRET, "987654", "Noch nicht", "erika@"))
    deals = items(public, "transactions", sortby="id")["features"]
    assert [one["geometry"] is not None for one in deals] == [False, True, False, False]
    assert len(items(internal, "transactions")["features"]) == 5
    assert items(internal, "plots")["numberMatched"] == PLOTS + 1


def test_insiders_see_nothing_personal(internal: Api) -> None:
    for layer in LAYERS:
        text = internal.get(ITEMS.format(layer)).text
        assert PERSON not in text
        assert "erika@" not in text
    internal.problem(400, ITEMS.format("parties"), email="erika@example.org")
    internal.problem(400, ITEMS.format("parties"), sortby="email")


INJECTIONS = ["'", '"', "';select pg_sleep(9)--", "1) or true--", "%(limit)s", "%s", "{}", "\\", "$1", "\0", "é'"]


@pytest.mark.parametrize("attempt", INJECTIONS)
def test_no_parameter_reaches_the_statement_as_text(public: Api, attempt: str) -> None:
    parameters = ["limit", "bbox", "bbox-crs", "datetime", "properties", "sortby", "crs", "cursor", "name", "zoning"]
    for parameter in (*parameters, "parcels", "offered_on", attempt):
        response = public.get(ITEMS.format("plots"), **{parameter: attempt})
        expected = {200, 400} if parameter in ("name", "parcels") else {400}
        assert response.status_code in expected, (parameter, response.text)
        if response.status_code == 200:
            assert response.json()["features"] == []
    assert items(public, "plots")["numberMatched"] == PLOTS
