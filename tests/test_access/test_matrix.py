"""Every route as every caller: each sees exactly what the registry allows."""

import csv
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import property_names
from tests.test_access.helpers import BELOW_EDITORS, CALLERS, PERSONAL, PLANTED, SOME_LAYERS, RequestAs
from tests.test_access.walking import Walk, everything_in, paths, routes
from tests.test_api.helpers import Api

WalkAs = Callable[[str], Walk]

every_caller = pytest.mark.parametrize("name", CALLERS)
below_editors = pytest.mark.parametrize("name", BELOW_EDITORS)
CHANGING = ("POST", "PUT", "PATCH", "DELETE")
FOR_EVERYBODY = {"/api/session", "/api/matches", "/api/looks", "/api/activity/read"}
"""Routes that change no record: signing in and out, see test_sessions.py, a query too long for a GET, reading a file,
noting what one has read, see test_activity/test_routes.py.
"""
OF_PEOPLE = ("/api/saved-searches", "/api/shortlists", "/api/watches")
"""How the addresses begin of what people keep for themselves, whatever their role: see tests/test_watching."""
ABOUT_LAYERS = {
    *("/api/plots/{plotId}/cut", "/api/changes/own/undo"),
    *("/api/changes/batch", "/api/changes/batch/undo"),
    *("/api/rollout/handovers", "/api/rollout/handovers/{number}/undo"),
    *("/api/deliveries", "/api/deliveries/{delivery}", "/api/deliveries/{delivery}/inspection"),
    *("/api/deliveries/{delivery}/load", "/api/loads/{load}/undo", "/api/attachments"),
}
"""Routes about a layer that is not in their path, or about one's own uploaded file.

See test_cut.py, test_undo.py, test_batches.py, test_handovers.py, test_deliveries.py and test_attachments for who may
call them."""


def changing(service: Api) -> list[APIRoute]:
    return [
        route
        for route in routes(service.app, *CHANGING)
        if route.path not in FOR_EVERYBODY and not route.path.startswith(OF_PEOPLE)
    ]


FOR_EDITORS = {"/api/changes/own", "/api/loads"}
"""Routes for those who may change records."""
OF_OVERLAYS = {"/api/overlays/{overlay}/info"}
"""Routes about map services, of which the sample city's profile names none: see test_web/test_ground.py."""
INSIDE = ("/api/collections/{collectionId}/items/{featureId}/history",)
"""Routes about public layers that only insiders may call."""


@every_caller
def test_the_listed_collections_are_those_that_the_caller_sees(request_as: RequestAs, name: str) -> None:
    listed = [one["id"] for one in request_as(name, "/api/collections").json()["collections"]]
    assert listed == [layer.key for layer in CALLERS[name].visible_layers()]


@every_caller
def test_no_route_shows_a_layer_that_the_caller_does_not_see(walk_as: WalkAs, name: str) -> None:
    """A hidden layer is answered like one that does not exist; a visible one is never refused."""
    caller = CALLERS[name]
    for answer in walk_as(name).answers:
        if "collectionId" not in answer.values:
            continue
        key = answer.values["collectionId"]
        if answer.route in INSIDE and caller.sees(LAYERS[key]) and caller.audience_of(key) is Audience.PUBLIC:
            assert answer.status == 403, answer
        elif caller.sees(LAYERS[key]):
            assert answer.status not in (401, 403), answer
        else:
            assert answer.status == 404, answer


@every_caller
@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS.keys())
def test_properties_are_exactly_those_of_the_callers_audience(request_as: RequestAs, name: str, layer: Layer) -> None:
    caller = CALLERS[name]
    seen = {one.key: one for one in caller.visible_layers()}
    if layer.key not in seen:
        return
    expected = property_names(seen[layer.key], caller.audience_of(layer.key))
    url = f"/api/collections/{layer.key}"
    for feature in request_as(name, f"{url}/items").json()["features"]:
        assert tuple(feature["properties"]) == expected
    known = set(request_as(name, f"{url}/queryables").json()["properties"])
    assert known - {"geometry", "id"} <= set(expected)


@every_caller
@pytest.mark.parametrize("f", ["csv-excel", "xlsx-labelled"])
def test_a_list_for_people_has_what_the_caller_may_pass_on(request_as: RequestAs, name: str, f: str) -> None:
    """Its columns are those of the caller's audience without personal ones; it says that it is internal if it is."""
    caller = CALLERS[name]
    seen = {one.key: one for one in caller.visible_layers()}
    for key in ("plots", "parties", "transactions"):
        response = request_as(name, f"/api/collections/{key}/items?f={f}&lang=de")
        if key not in seen:
            assert response.status_code == 404
            continue
        audience = caller.audience_of(key).impersonal
        is_internal = audience is not Audience.PUBLIC
        assert ("-intern-" in response.headers["content-disposition"]) == is_internal
        assert PLANTED.encode() not in everything_in(response)
        if f == "csv-excel":
            lines = response.content.decode("utf-8-sig").splitlines()
            assert (lines[0] == "intern – nicht zur Weitergabe") == is_internal
            head = next(csv.reader([lines[int(is_internal)]], delimiter=";"))
            assert len(head) == len(property_names(seen[key], audience))


@every_caller
def test_records_behind_a_figure_are_for_insiders_of_all_its_layers(request_as: RequestAs, name: str) -> None:
    caller = CALLERS[name]
    layers = {
        "inquiries": ["inquiries"],
        "public_land_m2": ["transactions", "plots"],
        "properties_brokered": ["brokerages", "properties"],
    }
    for key, read in layers.items():
        response = request_as(name, f"/api/kpis/{key}/contributions?period=2023")
        if caller.audience_of(*read) is not Audience.PUBLIC:
            (feature,) = response.json()["features"]
            assert "source_id" in feature["properties"]
        else:
            assert response.status_code == 403


@every_caller
def test_the_supply_is_internal_to_insiders_for_all_its_layers(request_as: RequestAs, name: str) -> None:
    is_internal = name in ("reader", "editor", "admin")
    assert (request_as(name, "/api/land-supply").json()["measures"] is not None) == is_internal


@every_caller
def test_only_responses_for_the_public_may_be_cached_by_others(walk_as: WalkAs, name: str) -> None:
    for answer in walk_as(name).answers:
        if not answer.path.startswith("/api"):
            continue
        assert {"Authorization", "Cookie"} <= {*answer.headers["vary"].split(", ")}, answer
        if name != "public":
            assert "public" not in answer.headers["cache-control"], answer


@below_editors
def test_no_response_to_callers_below_editors_contains_a_personal_value(
    service: Api, walk_as: WalkAs, name: str
) -> None:
    """Neither in any response of any route and format, nor in a header, an error, the log or the OpenAPI document."""
    found = walk_as(name)
    for answer in found.answers:
        assert answer.status < 500, answer
        assert not answer.is_personal, answer
    # Proves that every route was called correctly; some have nothing for callers who are not insiders.
    every_route = {route.path for route in routes(service.app, "GET")}
    answered = {answer.route for answer in found.answers if answer.status < 400}
    assert name != "reader" or answered == every_route - FOR_EDITORS - OF_OVERLAYS
    assert found.log
    assert PLANTED not in "\n".join(found.log)


@below_editors
@pytest.mark.parametrize(("table", "column"), PERSONAL)
def test_a_personal_column_cannot_be_requested_in_any_way(
    request_as: RequestAs, name: str, table: str, column: str
) -> None:
    """Neither as a property, nor for sorting, nor as a filter, nor in an expression: it is unknown."""
    url = f"/api/collections/{table}/items"
    tried = (
        f"properties={column}",
        f"sortby={column}",
        f"{column}=x",
        f"filter={column}%20like%20'P%25'",
        f"filter={quote(f'{column} is null')}",
    )
    for query in tried:
        response = request_as(name, f"{url}?{query}")
        assert response.status_code in (400, 404), query
        assert PLANTED not in response.text


def test_an_editor_sees_the_planted_values(request_as: RequestAs) -> None:
    """Proves that the values that the tests above search for exist."""
    for name in ("editor", "admin"):
        text = request_as(name, "/api/collections/parties/items").text
        assert all(f"{PLANTED} {column}" in text for _, column in PERSONAL)


@pytest.mark.parametrize("name", ["public", "reader", "reader of some"])
def test_read_only_callers_change_nothing_by_any_route(service: Api, request_as: RequestAs, name: str) -> None:
    refusal = 401 if name == "public" else 403
    for route in changing(service):
        for path, values in paths(route):
            hidden = "collectionId" in values and not CALLERS[name].sees(LAYERS[values["collectionId"]])
            for method in (route.methods or set()) & {*CHANGING}:
                body: dict[str, Any] = {"type": "Feature", "properties": {}, "geometry": None}
                status = request_as(name, path, method, json=body).status_code
                assert status == refusal or (hidden and status == 404), f"{method} {path}"


def test_an_editor_of_some_layers_changes_no_others(service: Api, request_as: RequestAs) -> None:
    for route in changing(service):
        for path, values in paths(route):
            if values.get("collectionId") in SOME_LAYERS or route.path in ABOUT_LAYERS:
                continue
            for method in (route.methods or set()) & {*CHANGING}:
                body: dict[str, Any] = {"type": "Feature", "properties": {}, "geometry": None}
                assert request_as("editor of some", path, method, json=body).status_code in (403, 404), (
                    f"{method} {path}"
                )
