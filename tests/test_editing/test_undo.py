"""Editors take back their own last changes, and nobody else's."""

from typing import Any

import httpx
import pytest

from geo.access import Caller, Role
from geo.records.layers import LAYERS
from geo.settings import load_settings
from tests.records import Connection, delete, insert, one, plot, sale
from tests.test_api.helpers import Api, problem
from tests.test_editing.helpers import SHAPES, asked_by, created, feature, got, items, send
from tests.test_editing.test_every_layer import smallest

OWN = "/api/changes/own"
OPERATOR = feature(None, name="A", kind="carrier")


def own(asked: Api, **headers: str) -> list[dict[str, Any]]:
    response = asked.request("GET", OWN, headers={name.replace("_", "-"): text for name, text in headers.items()})
    assert response.status_code == 200, response.text
    return response.json()["changes"]


def undo(asked: Api, change: dict[str, Any], **headers: str) -> httpx.Response:
    named = {name: change[name] for name in ("layer", "id", "version")}
    return send(asked, "POST", f"{OWN}/undo", named, Content_Type="application/json", **headers)


def undone(asked: Api, change: dict[str, Any]) -> str:
    response = undo(asked, change)
    assert response.status_code == 200, response.text
    return response.json()["operation"]


def refused(asked: Api, change: dict[str, Any], status: int = 409, **headers: str) -> dict[str, Any]:
    return problem(undo(asked, change, **headers), status)


def patch(asked: Api, layer: str, record: int, properties: dict[str, Any], **headers: str) -> None:
    response = send(asked, "PATCH", items(layer, record), {"properties": properties}, "*", **headers)
    assert response.status_code == 204, response.text


def test_the_last_own_changes_are_listed_with_what_they_changed(editor: Api, records: Connection) -> None:
    land = created(editor, "plots", feature(SHAPES["MultiPolygon"], name="Nord", ownership="public"))
    tag = got(editor, "plots", land)[1]
    operator = created(editor, "operators", OPERATOR)
    patch(editor, "operators", operator, {"name": "B", "note": "neu"})
    gone = created(editor, "operators", OPERATOR)
    assert send(editor, "DELETE", items("operators", gone), None, "*").status_code == 204
    plot(records, name="Eines anderen")
    found = own(editor)
    assert [(one["layer"], one["id"], one["operation"], one["label"], one["changed"]) for one in found] == [
        ("operators", gone, "delete", "A", []),
        ("operators", operator, "update", "B", ["name", "note"]),
        ("plots", land, "insert", "Nord", []),
    ]
    assert found[2]["version"] == tag.strip('"').partition(".")[0]
    assert [one["id"] for one in editor.json(OWN, limit=2)["changes"]] == [gone, operator]
    assert own(editor, X_Name="anna") == []


def test_an_update_is_taken_back_with_all_that_it_changed(editor: Api) -> None:
    land = created(
        editor, "plots", feature(SHAPES["MultiPolygon"], name="Nord", ownership="public", parcels=["x" * 20])
    )
    before, _ = got(editor, "plots", land)
    moved = {**SHAPES["MultiPolygon"], "coordinates": [[[[395000, 5705000], [395050, 5705000], [395050, 5705050],
                                                         [395000, 5705000]]]]}  # fmt: skip
    document = {"geometry": moved, "properties": {"name": "Süd", "parcels": None, "note": "x"}}
    assert send(editor, "PATCH", items("plots", land), document, "*").status_code == 204
    (change,) = own(editor)
    assert set(change["changed"]) >= {"name", "geometry"}
    assert undone(editor, change) == "update"
    after, _ = got(editor, "plots", land)
    without = ("recorded_from",)
    assert {name: value for name, value in after["properties"].items() if name not in without} == {
        name: value for name, value in before["properties"].items() if name not in without
    }
    assert after["geometry"] == before["geometry"]


def test_what_was_inserted_is_deleted_and_what_was_deleted_comes_back_under_its_id(
    editor: Api, records: Connection
) -> None:
    """Each taking back is a change that can be taken back."""
    operator = created(editor, "operators", OPERATOR)
    source_id = got(editor, "operators", operator)[0]["properties"]["source_id"]
    for expected in ("delete", "insert", "delete", "insert"):
        (change,) = own(editor)
        assert undone(editor, change) == expected
    properties = got(editor, "operators", operator)[0]["properties"]
    assert (properties["name"], properties["source_id"]) == ("A", source_id)
    assert one(records, "select recorded_by from operators") == "erika"
    # The next record gets an id of its own.
    assert created(editor, "operators", OPERATOR) > operator


def test_taking_back_twice_restores_the_change(editor: Api) -> None:
    operator = created(editor, "operators", OPERATOR)
    for name in ("B", "C"):
        patch(editor, "operators", operator, {"name": name})
    names = []
    for _ in range(3):
        undone(editor, own(editor)[0])
        names.append(got(editor, "operators", operator)[0]["properties"]["name"])
    assert names == ["B", "C", "B"]


def test_what_somebody_has_changed_since_stays(editor: Api) -> None:
    operator = created(editor, "operators", OPERATOR)
    (change,) = own(editor)
    patch(editor, "operators", operator, {"name": "B"}, X_Name="anna")
    found = refused(editor, change)
    assert found["type"] == "urn:flurwerk:problem:not-undone"
    assert (found["changed_by"], found["changed"]) == ("anna", ["name"])
    assert "anna changed the record" in found["detail"]
    assert "anna hat den Datensatz" in refused(editor, change, Accept_Language="de")["detail"]
    assert own(editor) == []
    (others,) = own(editor, X_Name="anna")
    assert "made by anna" in refused(editor, others)["detail"]
    assert send(editor, "DELETE", items("operators", operator), None, "*", X_Name="anna").status_code == 204
    assert "anna changed" in refused(editor, change)["detail"]
    (others,) = own(editor, X_Name="anna")
    assert "made by anna" in refused(editor, others)["detail"]


def test_the_rules_hold_for_taking_back_as_for_all_else(editor: Api, records: Connection) -> None:
    """A plot that was sold since is not deleted, and does not shrink below what was sold; the reason is told."""
    land = created(
        editor, "plots", feature(SHAPES["MultiPolygon"], name="Nord", ownership="public", official_area_m2=2000)
    )
    (inserted,) = own(editor)
    sale(records, plot=land, area_m2=2000)
    assert "still needed" in refused(editor, inserted)["detail"]
    patch(editor, "plots", land, {"official_area_m2": 5000})
    (grown,) = own(editor)
    sale(records, plot=land, area_m2=2000)
    found = refused(editor, grown, 422)
    assert found["type"] == "urn:flurwerk:problem:invalid-record"
    assert "4000 m² of 2000 m²" in found["detail"]
    assert one(records, "select official_area_m2 from plots") == 5000


def test_a_deleted_record_whose_identifier_is_taken_stays_away(editor: Api, records: Connection) -> None:
    operator = created(editor, "operators", feature(None, name="A", kind="carrier", source="file", source_id="1"))
    send(editor, "DELETE", items("operators", operator), None, "*")
    insert(records, "operators", name="B", kind="carrier", source="file", source_id="1")
    (change,) = own(editor)
    refused(editor, change, 422)
    delete(records, "operators", one(records, "select id from operators"))
    assert undone(editor, change) == "insert"


def test_of_people_nothing_is_kept_and_nothing_taken_back(editor: Api) -> None:
    person = created(editor, "parties", feature(None, kind="person", name="Erika Mustermann"))
    assert own(editor) == []
    version = got(editor, "parties", person)[1].strip('"').partition(".")[0]
    found = refused(editor, {"layer": "parties", "id": person, "version": version})
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
def test_what_is_no_change_is_told(editor: Api, change: dict[str, Any], status: int) -> None:
    refused(editor, change, status)


def test_only_editors_of_the_layer_take_back(editor: Api, database_url: str) -> None:
    operator = created(editor, "operators", OPERATOR)
    land = created(editor, "plots", feature(SHAPES["MultiPolygon"], name="Nord", ownership="public"))
    changes = own(editor)
    settings = load_settings(database_url=database_url)
    for who, status in ((Caller(Role.PUBLIC), 401), (Caller(Role.READER, "erika"), 403)):
        with asked_by(who, settings) as asked:
            problem(asked.request("GET", OWN), status)
            refused(asked, changes[0], status)
    with asked_by(Caller(Role.EDITOR, "erika", frozenset({"plots"})), settings) as asked:
        assert [change["id"] for change in own(asked)] == [land]
        assert (changes[1]["layer"], changes[1]["id"]) == ("operators", operator)
        refused(asked, changes[1], 404)
        assert undone(asked, own(asked)[0]) == "delete"


@pytest.mark.parametrize("layer", [key for key, layer in LAYERS.items() if layer.keeps_history])
def test_changes_of_every_layer_are_taken_back(written: Api, layer: str) -> None:
    """Updates and deletions leave everything as it was, but for since when it is recorded."""
    record = created(written, layer, smallest(written.json(f"/api/collections/{layer}/schema"), layer))
    before, _ = got(written, layer, record)
    patch(written, layer, record, {"note": "neu"})
    assert undone(written, own(written)[0]) == "update"
    assert send(written, "DELETE", items(layer, record), None, "*").status_code == 204
    assert undone(written, own(written)[0]) == "insert"
    after, _ = got(written, layer, record)
    for found in (before, after):
        del found["properties"]["recorded_from"]
    assert after == before
    assert send(written, "DELETE", items(layer, record), None, "*").status_code == 204
