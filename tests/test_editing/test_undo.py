"""Editors undo their own latest changes, and nobody else's."""

from typing import Any

import httpx
import pytest

from geo.access import Caller, Role
from geo.records.layers import LAYERS
from geo.settings import load_settings
from tests.records import Connection, delete, insert, one, plot, sale
from tests.test_api.helpers import Api, problem
from tests.test_editing.helpers import SHAPES, api_as, create, feature, fetch, items, send
from tests.test_editing.test_every_layer import smallest

OWN = "/api/changes/own"
OPERATOR = feature(None, name="A", kind="carrier")


def own_changes(client: Api, **headers: str) -> list[dict[str, Any]]:
    response = client.request("GET", OWN, headers={name.replace("_", "-"): text for name, text in headers.items()})
    assert response.status_code == 200, response.text
    return response.json()["changes"]


def post_undo(client: Api, change: dict[str, Any], **headers: str) -> httpx.Response:
    named = {name: change[name] for name in ("layer", "id", "version")}
    return send(client, "POST", f"{OWN}/undo", named, Content_Type="application/json", **headers)


def undo(client: Api, change: dict[str, Any]) -> str:
    response = post_undo(client, change)
    assert response.status_code == 200, response.text
    return response.json()["operation"]


def undo_problem(client: Api, change: dict[str, Any], status: int = 409, **headers: str) -> dict[str, Any]:
    return problem(post_undo(client, change, **headers), status)


def patch(client: Api, layer: str, record: int, properties: dict[str, Any], **headers: str) -> None:
    response = send(client, "PATCH", items(layer, record), {"properties": properties}, "*", **headers)
    assert response.status_code == 204, response.text


def test_the_latest_own_changes_are_listed_with_the_changed_columns(editor: Api, records: Connection) -> None:
    land = create(editor, "plots", feature(SHAPES["MultiPolygon"], name="Nord", ownership="public"))
    tag = fetch(editor, "plots", land)[1]
    operator = create(editor, "operators", OPERATOR)
    patch(editor, "operators", operator, {"name": "B", "note": "neu"})
    gone = create(editor, "operators", OPERATOR)
    assert send(editor, "DELETE", items("operators", gone), None, "*").status_code == 204
    plot(records, name="Eines anderen")
    found = own_changes(editor)
    assert [(one["layer"], one["id"], one["operation"], one["label"], one["changed"]) for one in found] == [
        ("operators", gone, "delete", "A", []),
        ("operators", operator, "update", "B", ["name", "note"]),
        ("plots", land, "insert", "Nord", []),
    ]
    assert found[2]["version"] == tag.strip('"').partition(".")[0]
    assert [one["id"] for one in editor.json(OWN, limit=2)["changes"]] == [gone, operator]
    assert own_changes(editor, X_Name="anna") == []


def test_an_update_is_undone_completely(editor: Api) -> None:
    land = create(editor, "plots", feature(SHAPES["MultiPolygon"], name="Nord", ownership="public", parcels=["x" * 20]))
    before, _ = fetch(editor, "plots", land)
    moved = {**SHAPES["MultiPolygon"], "coordinates": [[[[395000, 5705000], [395050, 5705000], [395050, 5705050],
                                                         [395000, 5705000]]]]}  # fmt: skip
    document = {"geometry": moved, "properties": {"name": "Süd", "parcels": None, "note": "x"}}
    assert send(editor, "PATCH", items("plots", land), document, "*").status_code == 204
    (change,) = own_changes(editor)
    assert set(change["changed"]) >= {"name", "geometry"}
    assert undo(editor, change) == "update"
    after, _ = fetch(editor, "plots", land)
    ignored = ("recorded_from",)
    assert {name: value for name, value in after["properties"].items() if name not in ignored} == {
        name: value for name, value in before["properties"].items() if name not in ignored
    }
    assert after["geometry"] == before["geometry"]


def test_an_inserted_record_is_deleted_and_a_deleted_one_is_restored_with_its_id(
    editor: Api, records: Connection
) -> None:
    """Each undo is a change that can be undone."""
    operator = create(editor, "operators", OPERATOR)
    source_id = fetch(editor, "operators", operator)[0]["properties"]["source_id"]
    for expected in ("delete", "insert", "delete", "insert"):
        (change,) = own_changes(editor)
        assert undo(editor, change) == expected
    properties = fetch(editor, "operators", operator)[0]["properties"]
    assert (properties["name"], properties["source_id"]) == ("A", source_id)
    assert one(records, "select recorded_by from operators") == "erika"
    # The next record gets an id of its own.
    assert create(editor, "operators", OPERATOR) > operator


def test_undoing_twice_restores_the_change(editor: Api) -> None:
    operator = create(editor, "operators", OPERATOR)
    for name in ("B", "C"):
        patch(editor, "operators", operator, {"name": name})
    names = []
    for _ in range(3):
        undo(editor, own_changes(editor)[0])
        names.append(fetch(editor, "operators", operator)[0]["properties"]["name"])
    assert names == ["B", "C", "B"]


def test_a_record_that_somebody_has_changed_since_is_not_undone(editor: Api) -> None:
    operator = create(editor, "operators", OPERATOR)
    (change,) = own_changes(editor)
    patch(editor, "operators", operator, {"name": "B"}, X_Name="anna")
    found = undo_problem(editor, change)
    assert found["type"] == "urn:flurwerk:problem:not-undone"
    assert (found["changed_by"], found["changed"]) == ("anna", ["name"])
    assert "anna changed the record" in found["detail"]
    assert "anna hat den Datensatz" in undo_problem(editor, change, Accept_Language="de")["detail"]
    assert own_changes(editor) == []
    (others,) = own_changes(editor, X_Name="anna")
    assert "made by anna" in undo_problem(editor, others)["detail"]
    assert send(editor, "DELETE", items("operators", operator), None, "*", X_Name="anna").status_code == 204
    assert "anna changed" in undo_problem(editor, change)["detail"]
    (others,) = own_changes(editor, X_Name="anna")
    assert "made by anna" in undo_problem(editor, others)["detail"]


def test_an_undo_follows_the_same_rules_as_any_change(editor: Api, records: Connection) -> None:
    """A plot sold since then is not deleted, and does not shrink below the area sold; the response says why."""
    land = create(
        editor, "plots", feature(SHAPES["MultiPolygon"], name="Nord", ownership="public", official_area_m2=2000)
    )
    (inserted,) = own_changes(editor)
    sale(records, plot=land, area_m2=2000)
    assert "still needed" in undo_problem(editor, inserted)["detail"]
    patch(editor, "plots", land, {"official_area_m2": 5000})
    (grown,) = own_changes(editor)
    sale(records, plot=land, area_m2=2000)
    found = undo_problem(editor, grown, 422)
    assert found["type"] == "urn:flurwerk:problem:invalid-record"
    assert "4,000 m² of 2,000 m²" in found["detail"]
    assert one(records, "select official_area_m2 from plots") == 5000


def test_a_deleted_record_whose_identifier_is_taken_is_not_restored(editor: Api, records: Connection) -> None:
    operator = create(editor, "operators", feature(None, name="A", kind="carrier", source="file", source_id="1"))
    send(editor, "DELETE", items("operators", operator), None, "*")
    insert(records, "operators", name="B", kind="carrier", source="file", source_id="1")
    (change,) = own_changes(editor)
    undo_problem(editor, change, 422)
    delete(records, "operators", one(records, "select id from operators"))
    assert undo(editor, change) == "insert"


def test_changes_of_people_are_not_kept_and_not_undone(editor: Api) -> None:
    person = create(editor, "parties", feature(None, kind="person", name="Erika Mustermann"))
    assert own_changes(editor) == []
    version = fetch(editor, "parties", person)[1].strip('"').partition(".")[0]
    found = undo_problem(editor, {"layer": "parties", "id": person, "version": version})
    assert "Earlier versions of personal records are not kept" in found["detail"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"layer": "nowhere", "id": 1, "version": "a"}, 404),
        ({"layer": "operators", "id": 999, "version": "a"}, 404),
        ({"layer": "operators", "id": -1, "version": "a"}, 400),
        ({"layer": "operators", "id": 2**63, "version": "a"}, 400),
        ({"layer": "operators", "id": 1, "version": "x"}, 400),
        ({"layer": "operators", "id": 1, "version": ""}, 400),
        ({"layer": "operators", "id": "one", "version": "a"}, 400),
    ],
)
def test_an_invalid_change_is_refused(editor: Api, change: dict[str, Any], status: int) -> None:
    undo_problem(editor, change, status)


def test_only_editors_of_the_layer_undo_its_changes(editor: Api, database_url: str) -> None:
    operator = create(editor, "operators", OPERATOR)
    land = create(editor, "plots", feature(SHAPES["MultiPolygon"], name="Nord", ownership="public"))
    changes = own_changes(editor)
    settings = load_settings(database_url=database_url)
    for who, status in ((Caller(Role.PUBLIC), 401), (Caller(Role.READER, "erika"), 403)):
        with api_as(who, settings) as client:
            problem(client.request("GET", OWN), status)
            undo_problem(client, changes[0], status)
    with api_as(Caller(Role.EDITOR, "erika", frozenset({"plots"})), settings) as client:
        assert [change["id"] for change in own_changes(client)] == [land]
        assert (changes[1]["layer"], changes[1]["id"]) == ("operators", operator)
        undo_problem(client, changes[1], 404)
        assert undo(client, own_changes(client)[0]) == "delete"


@pytest.mark.parametrize("layer", [key for key, layer in LAYERS.items() if layer.keeps_history])
def test_changes_of_every_layer_are_undone(shared_editor: Api, layer: str) -> None:
    """After an update or a deletion is undone, everything but the time of recording is as before."""
    record = create(shared_editor, layer, smallest(shared_editor.json(f"/api/collections/{layer}/schema"), layer))
    before, _ = fetch(shared_editor, layer, record)
    patch(shared_editor, layer, record, {"note": "neu"})
    assert undo(shared_editor, own_changes(shared_editor)[0]) == "update"
    assert send(shared_editor, "DELETE", items(layer, record), None, "*").status_code == 204
    assert undo(shared_editor, own_changes(shared_editor)[0]) == "insert"
    after, _ = fetch(shared_editor, layer, record)
    for found in (before, after):
        del found["properties"]["recorded_from"]
    assert after == before
    assert send(shared_editor, "DELETE", items(layer, record), None, "*").status_code == 204
