"""Every route as every caller: what is shown is what the registry lets that caller see."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute

from geo.records.features.selection import property_names
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Layer
from tests.test_access.helpers import BELOW_EDITORS, CALLERS, PERSONAL, PLANTED, SOME, Ask
from tests.test_access.walking import Walk, paths, routes
from tests.test_api.helpers import Api

Walked = Callable[[str], Walk]

every_caller = pytest.mark.parametrize("name", CALLERS)
below_editors = pytest.mark.parametrize("name", BELOW_EDITORS)
CHANGING = ("POST", "PUT", "PATCH", "DELETE")
FOR_EVERYBODY = {"/api/session", "/api/matches"}
"""What changes no record: signing in and out, which test_sessions.py looks at, and a question too long for a GET."""
ABOUT_LAYERS = {"/api/plots/{plotId}/cut", "/api/changes/own/undo"}
"""What is about a layer that is not in its path; whose it is, test_cut.py and test_undo.py look at."""


def changing(service: Api) -> list[APIRoute]:
    return [route for route in routes(service.app, *CHANGING) if route.path not in FOR_EVERYBODY]


FOR_EDITORS = {"/api/changes/own"}
"""What is of no use to those who change nothing."""
INSIDE = ("/api/collections/{collectionId}/items/{featureId}/history",)
"""The routes that only insiders may ask about a layer that everybody sees."""


@every_caller
def test_the_collections_listed_are_those_that_the_caller_sees(ask: Ask, name: str) -> None:
    listed = [one["id"] for one in ask(name, "/api/collections").json()["collections"]]
    assert listed == [layer.key for layer in CALLERS[name].visible_layers()]


@every_caller
def test_no_route_shows_a_layer_that_the_caller_does_not_see(walked: Walked, name: str) -> None:
    """It answers like one that does not exist; where the caller does see the layer, nobody is refused."""
    caller = CALLERS[name]
    for answer in walked(name).answers:
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
def test_properties_are_exactly_those_of_the_callers_audience(ask: Ask, name: str, layer: Layer) -> None:
    caller = CALLERS[name]
    if not caller.sees(layer):
        return
    expected = property_names(layer, caller.audience_of(layer.key))
    url = f"/api/collections/{layer.key}"
    for feature in ask(name, f"{url}/items").json()["features"]:
        assert tuple(feature["properties"]) == expected
    known = set(ask(name, f"{url}/queryables").json()["properties"])
    assert known - {"geometry", "id"} <= set(expected)


@every_caller
def test_records_behind_a_figure_are_shown_as_their_layers_are(ask: Ask, name: str) -> None:
    """A figure's records are internal as soon as one of the layers that it reads is, to this caller."""
    caller = CALLERS[name]
    layers = {
        "inquiries": ["inquiries"],
        "public_land_m2": ["transactions", "plots"],
        "properties_brokered": ["brokerages", "properties"],
    }
    for key, read in layers.items():
        response = ask(name, f"/api/kpis/{key}/contributions?period=2023")
        if caller.audience_of(*read) is not Audience.PUBLIC:
            (feature,) = response.json()["features"]
            assert "source_id" in feature["properties"]
        elif LAYERS[read[0]].audience is Audience.PUBLIC:
            (feature,) = response.json()["features"]
            assert "source_id" not in feature["properties"]
        else:
            assert response.status_code == 403


@every_caller
def test_the_supply_is_internal_where_all_its_layers_are(ask: Ask, name: str) -> None:
    is_internal = name in ("reader", "editor", "admin")
    assert (ask(name, "/api/land-supply").json()["measures"] is not None) == is_internal


@every_caller
def test_only_the_public_view_may_be_kept_by_others(walked: Walked, name: str) -> None:
    for answer in walked(name).answers:
        if not answer.path.startswith("/api"):
            continue
        assert {"Authorization", "Cookie"} <= {*answer.headers["vary"].split(", ")}, answer
        if name != "public":
            assert "public" not in answer.headers["cache-control"], answer


@below_editors
def test_a_personal_value_is_in_no_byte_below_editors(service: Api, walked: Walked, name: str) -> None:
    """In no answer of any route in any format, no header, error, line of the log, nor the OpenAPI document."""
    found = walked(name)
    for answer in found.answers:
        assert answer.status < 500, answer
        assert not answer.is_personal, answer
    # So every route was called as it is meant to be; some have nothing for those who are no insiders.
    asked = {route.path for route in routes(service.app, "GET")}
    answered = {answer.route for answer in found.answers if answer.status < 400}
    assert name != "reader" or answered == asked - FOR_EDITORS
    assert found.log
    assert PLANTED not in "\n".join(found.log)


@below_editors
@pytest.mark.parametrize(("table", "column"), PERSONAL)
def test_a_personal_column_can_be_asked_for_in_no_way(ask: Ask, name: str, table: str, column: str) -> None:
    """Neither as a property, to sort by, to filter by, nor in an expression: it is unknown."""
    url = f"/api/collections/{table}/items"
    tried = (
        f"properties={column}",
        f"sortby={column}",
        f"{column}=x",
        f"filter={column}%20like%20'P%25'",
        f"filter={quote(f'{column} is null')}",
    )
    for query in tried:
        response = ask(name, f"{url}?{query}")
        assert response.status_code in (400, 404), query
        assert PLANTED not in response.text


def test_an_editor_does_meet_the_planted_values(ask: Ask) -> None:
    """So the tests above look for something that is there."""
    for name in ("editor", "admin"):
        text = ask(name, "/api/collections/parties/items").text
        assert all(f"{PLANTED} {column}" in text for _, column in PERSONAL)


@pytest.mark.parametrize("name", ["public", "reader", "reader of some"])
def test_who_only_reads_changes_nothing_by_any_route(service: Api, ask: Ask, name: str) -> None:
    refusal = 401 if name == "public" else 403
    for route in changing(service):
        for path, values in paths(route):
            hidden = "collectionId" in values and not CALLERS[name].sees(LAYERS[values["collectionId"]])
            for method in (route.methods or set()) & {*CHANGING}:
                body: dict[str, Any] = {"type": "Feature", "properties": {}, "geometry": None}
                status = ask(name, path, method, json=body).status_code
                assert status == refusal or (hidden and status == 404), f"{method} {path}"


def test_an_editor_of_some_layers_changes_no_others(service: Api, ask: Ask) -> None:
    for route in changing(service):
        for path, values in paths(route):
            if values.get("collectionId") in SOME or route.path in ABOUT_LAYERS:
                continue
            for method in (route.methods or set()) & {*CHANGING}:
                body: dict[str, Any] = {"type": "Feature", "properties": {}, "geometry": None}
                assert ask("editor of some", path, method, json=body).status_code in (403, 404), f"{method} {path}"
