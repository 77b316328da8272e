"""Any invalid input is refused with a reason, and never causes an internal error."""

import json
from typing import Any

import pytest

from geo.records.editing import geometry
from tests.test_api.helpers import Api, problem
from tests.test_editing.helpers import EPSG, GEOJSON, PATCH, errors_of, feature, items, send

CRS84 = {"Content_Crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}
SITE = {"name": "A", "kind": "port"}
HUGE = 10**400


def ring(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(point) for point in points]]}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"\x00",
        b'{"type": "Feature",}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1, "a": 1}',
        b'{"\\u0000": 1, "\\u0000": 2}',
        b'{"a": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": 1e99999999999999999999}',
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    ],
)
def test_invalid_json_is_a_bad_request(city_editor: Api, body: bytes) -> None:
    for method, url in (("POST", items("operators")), ("PUT", items("operators", 1)), ("PATCH", items("operators", 1))):
        problem(send(city_editor, method, url, body, "*"), 400)


@pytest.mark.parametrize(
    "document",
    [
        None,
        1,
        "Feature",
        [],
        {},
        {"type": "feature"},
        {"type": ["Feature"], "properties": {}, "geometry": None},
        {"type": "FeatureCollection", "features": []},
        {"type": "Point", "coordinates": [395000, 5705000]},
    ],
)
def test_a_document_that_is_no_feature_is_refused_as_a_whole(city_editor: Api, document: object) -> None:
    content = json.dumps(document).encode()
    assert list(errors_of(send(city_editor, "POST", items("operators"), content))) == [""]
    assert list(errors_of(send(city_editor, "PUT", items("operators", 1), content, "*"))) == [""]


@pytest.mark.parametrize(
    ("document", "pointers"),
    [
        ({"type": "Feature"}, {"", "/properties/name", "/properties/kind"}),
        ({"type": "Feature", "properties": []}, {"/properties", "/properties/name", "/properties/kind"}),
        ({**feature(None, name="A", kind="tower"), "id": 7}, {"/id"}),
        ({**feature(None, name="A", kind="tower"), "place": None}, {"/place"}),
        (feature({"type": "Point", "coordinates": [1, 2]}, name="A", kind="tower"), {"/geometry"}),
    ],
)
def test_errors_in_a_feature_have_pointers_to_its_members(
    city_editor: Api, document: object, pointers: set[str]
) -> None:
    assert set(errors_of(send(city_editor, "POST", items("operators"), document))) == pointers


@pytest.mark.parametrize(
    ("layer", "name", "value"),
    [
        *(("operators", "name", value) for value in (1, True, [], {}, "a\0b", ["A"])),
        *(("operators", "kind", value) for value in ("Carrier", "", "\0", 1, {"carrier": 1})),
        *(("transactions", "area_m2", value) for value in ("1", True, [1], HUGE, -HUGE, 10**10, -1, "1,5", {})),
        *(("transactions", "plot", value) for value in ("1", 1.5, True, 2**63, -(2**63) - 1, HUGE, 10**9, [])),
        *(("transactions", "agreed_on", value) for value in ("2023-02-30", "20230101", "2023-1-1", "٢٠٢٣-٠١-٠١", 1)),
        *(
            ("transactions", "agreed_on", value)
            for value in ("0000-01-01", "9999-12-31", "infinity", "2023-01-01T00:00")
        ),
        *(("settlements", "jobs", value) for value in (2**31, -1, 1.5, "3")),
        *(("plots", "divisible", value) for value in ("true", 0, 1, "ja", [])),
        *(("plots", "parcels", value) for value in ("x", [1], [None], [""], [["x"]], ["x"], {})),
        *(("targets", "value", value) for value in (HUGE, 10**30, -1, "NaN")),
        *((layer, "id", 1) for layer in ("operators", "plots")),
        *(("operators", "recorded_by", value) for value in ("anna", None)),
    ],
)
def test_a_value_of_the_wrong_type_or_size_is_reported_for_its_member(
    city_editor: Api, layer: str, name: str, value: object
) -> None:
    response = send(city_editor, "PATCH", items(layer, 1), {"properties": {name: value}}, "*")
    if response.status_code == 404:
        response = send(city_editor, "POST", items(layer), feature(None, **{name: value}))
    assert f"/properties/{name}" in errors_of(response)


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e999999", "1e-999999999", "0." + "1" * 100_000, "1" * 4000])
@pytest.mark.parametrize(("layer", "name"), [("plots", "official_area_m2"), ("transactions", "plot")])
def test_extreme_numbers_are_refused(city_editor: Api, layer: str, name: str, number: str) -> None:
    body = f'{{"properties": {{"{name}": {number}}}}}'.encode()
    assert f"/properties/{name}" in errors_of(send(city_editor, "PATCH", items(layer, 1), body, "*"))


@pytest.mark.parametrize(
    "shape",
    [
        1,
        "POINT(395000 5705000)",
        [],
        {},
        {"type": "Point"},
        {"type": None, "coordinates": [395000, 5705000]},
        {"type": "Circle", "coordinates": [395000, 5705000]},
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": [395000]},
        {"type": "Point", "coordinates": ["395000", "5705000"]},
        {"type": "Point", "coordinates": [True, False]},
        {"type": "Point", "coordinates": [395000, None]},
        {"type": "Point", "coordinates": [[395000, 5705000]]},
        {"type": "Point", "coordinates": [HUGE, 5705000]},
        {"type": "Point", "coordinates": [1e307, 5705000]},
        {"type": "Point", "coordinates": {"0": 1}},
        {"type": "MultiPoint", "coordinates": [[395000, 5705000]]},
        {"type": "GeometryCollection", "geometries": []},
        ring((395000, 5705000), (395100, 5705000), (395100, 5705100), (395000, 5705000)),
    ],
)
def test_a_geometry_that_does_not_fit_the_layer_is_refused(city_editor: Api, shape: object) -> None:
    assert set(errors_of(send(city_editor, "POST", items("access_points"), feature(shape, **SITE)))) == {"/geometry"}


@pytest.mark.parametrize(
    ("coordinates", "message"),
    [
        ([], "The geometry in “Industrial areas” is empty"),
        ([[]], "cannot be read"),
        ([[[395000, 5705000]]], "cannot be read"),
        ([[[395000, 5705000], [395100, 5705000], [395000, 5705000]]], "cannot be read"),
        ([[[395000, 5705000], [395100, 5705000], [395100, 5705100], [395000, 5705100]]], "rings are closed"),
        ([[[395000, 5705000]] * 4], "is invalid"),
        ([[[395000, 5705000], [395100, 5705000], [395200, 5705000], [395000, 5705000]]], "is invalid"),
        ([[[0, 0], [1, 0], [1, 1], [0, 0]]], "is far outside the city"),
        ([[[9e7, 9e7], [9.1e7, 9e7], [9e7, 9.1e7], [9e7, 9e7]]], "is far outside the city"),
        ([[[1e9, 1e9], [2e9, 1e9], [1e9, 2e9], [1e9, 1e9]]], "is far outside the city"),
    ],
)
def test_an_invalid_polygon_is_refused(city_editor: Api, coordinates: list[Any], message: str) -> None:
    shape = {"type": "Polygon", "coordinates": coordinates}
    assert (
        message
        in errors_of(send(city_editor, "POST", items("industrial_areas"), feature(shape, name="A")))["/geometry"]
    )


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ([51.49, 7.48], "The coordinates are swapped"),
        ([7.48, 91], "beyond ±180°"),
        ([181, 51], "beyond ±180°"),
        ([395000, 5705000], "beyond ±180°"),
        ([-74.0, 40.7], "is far outside the city"),
        ([0, 0], "is far outside the city"),
        ([42.9, 0.1], "is far outside the city"),
    ],
)
def test_an_impossible_place_in_degrees_is_refused(city_editor: Api, place: list[float], message: str) -> None:
    shape = {"type": "Point", "coordinates": place}
    assert (
        message
        in errors_of(send(city_editor, "POST", items("access_points"), feature(shape, **SITE), **CRS84))["/geometry"]
    )
    other = {"Content_Crs": f"<{EPSG}4326>"}
    swapped = {"type": "Point", "coordinates": place[::-1]}
    assert (
        message
        in errors_of(send(city_editor, "POST", items("access_points"), feature(swapped, **SITE), **other))["/geometry"]
    )


def test_a_geometry_with_too_many_vertices_is_refused(city_editor: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geometry, "MOST_VERTICES", 4)
    shape = ring((395000, 5705000), (395100, 5705000), (395100, 5705100), (395000, 5705100), (395000, 5705000))
    found = problem(send(city_editor, "POST", items("industrial_areas"), feature(shape, name="A")), 400)
    assert found["detail"] == "The geometry has more than 4 vertices: please simplify it."


@pytest.mark.parametrize("crs", ["", "EPSG:25832", f"{EPSG}31466", "<>", "http://example.org"])
def test_a_crs_that_is_not_served_is_a_bad_request(city_editor: Api, crs: str) -> None:
    found = problem(send(city_editor, "POST", items("access_points"), feature(None, **SITE), Content_Crs=crs), 400)
    assert f"{EPSG}25832" in found["detail"]


@pytest.mark.parametrize("document", [None, [], "x", 1, {"properties": []}, {"type": "Point"}, {"crs": {}}])
def test_an_invalid_patch_is_refused(city_editor: Api, document: object) -> None:
    errors_of(send(city_editor, "PATCH", items("operators", 1), json.dumps(document).encode(), "*"))


def test_an_id_cannot_be_changed(city_editor: Api) -> None:
    for method in ("PUT", "PATCH"):
        document = {**feature(None, name="A", kind="tower"), "id": 2}
        assert set(errors_of(send(city_editor, method, items("operators", 1), document, "*"))) == {"/id"}


def test_the_media_type_of_a_body_must_be_given_and_known(city_editor: Api) -> None:
    for method, url, known, header in (
        ("POST", items("operators"), GEOJSON, "accept-post"),
        ("PUT", items("operators", 1), GEOJSON, "accept-post"),
        ("PATCH", items("operators", 1), PATCH, "accept-patch"),
    ):
        for wrong in ("text/plain", "application/xml", "multipart/form-data; boundary=x", "x", "/"):
            response = send(city_editor, method, url, b"{}", "*", Content_Type=wrong)
            assert known in problem(response, 415)["detail"]
            assert known in response.headers[header]
        response = city_editor.request(method, url, content=b"{}")
        assert known in problem(response, 400)["detail"]
    assert (
        send(city_editor, "POST", items("operators"), {}, Content_Type="Application/JSON; charset=utf-8").status_code
        == 422
    )


def test_unknown_parameters_are_refused(city_editor: Api) -> None:
    for method, url in (
        ("POST", items("operators")),
        ("PATCH", items("operators", 1)),
        ("DELETE", items("operators", 1)),
    ):
        assert problem(send(city_editor, method, f"{url}?crs=x", {}), 400)["errors"][0]["parameter"] == "crs"
