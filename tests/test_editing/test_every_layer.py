"""Every layer can be edited according to its schema, and the history records who did what."""

from typing import Any

import pytest

from geo.records.layers import LAYERS
from tests.records import Connection
from tests.test_api.helpers import Api
from tests.test_editing.helpers import CONTENT, SHAPES, create, errors_of, feature, fetch, fill, items, send, versions

every_layer = pytest.mark.parametrize("layer", LAYERS)

BEYOND_SCHEMA: dict[str, dict[str, Any]] = {
    "obstructions": {"cluster": 1},
    "reservations": {"reserved_on": "2023-08-01"},
    "targets": {"kpi": "inquiries", "period": "2023"},
    "remarks": {"kpi": "inquiries", "period": "2023"},
    "manual_indicators": {"key": "fairs", "label": "Messen"},
    "manual_actuals": {"period": "2023", "value": 1.5},
    "memos": {"plot": 1},
    "attachments": {"plot": 1, "sha256": CONTENT},
}
"""Values that rules require beyond the schema."""


def example(described: dict[str, Any]) -> Any:
    """A value that the schema of a member allows."""
    form = described.get("format", "")
    if form.startswith("geometry"):
        return next(shape for name, shape in SHAPES.items() if name.removeprefix("Multi").lower() in form)
    if described.get("x-ogc-role") == "reference":
        return 1
    if "enum" in described:
        return described["enum"][0]
    if form == "date":
        return "2023-08-01"
    return {"string": "Ä", "integer": 3, "number": 0.5, "boolean": True, "array": ["01234567890123456789"]}[
        described["type"]
    ]


def smallest(schema: dict[str, Any], layer: str) -> dict[str, Any]:
    """A feature of the required members only."""
    needed = {name: example(schema["properties"][name]) for name in schema["required"]}
    return feature(needed.pop("geometry", None), **needed | BEYOND_SCHEMA.get(layer, {}))


@every_layer
def test_a_record_of_every_layer_is_created_replaced_changed_and_deleted(
    shared_editor: Api, shared_city: Connection, layer: str
) -> None:
    schema = shared_editor.json(f"/api/collections/{layer}/schema")
    sent = smallest(schema, layer)
    record = create(shared_editor, layer, sent)

    stored, tag = fetch(shared_editor, layer, record)
    assert stored["geometry"] == sent["geometry"]
    assert stored["properties"].items() >= sent["properties"].items()
    assert stored["properties"]["source"] == "manual"

    response = send(shared_editor, "PUT", items(layer, record), stored | {"links": []}, tag)
    assert (response.status_code, response.content) == (204, b""), response.text
    replaced, new_tag = fetch(shared_editor, layer, record)
    assert new_tag != tag
    assert response.headers["etag"].partition(".")[0] == new_tag.partition(".")[0]
    assert {**replaced["properties"], "recorded_from": 0} == {**stored["properties"], "recorded_from": 0}
    assert replaced["geometry"] == stored["geometry"]

    response = send(shared_editor, "PATCH", items(layer, record), {"properties": {"note": "Geprüft"}}, new_tag)
    assert response.status_code == 204, response.text
    changed, tag = fetch(shared_editor, layer, record)
    changed_names = {"note", "recorded_from"}
    assert changed["properties"]["note"] == "Geprüft"
    assert {k: v for k, v in changed["properties"].items() if k not in changed_names} == {
        k: v for k, v in stored["properties"].items() if k not in changed_names
    }

    assert send(shared_editor, "DELETE", items(layer, record), tag=tag).status_code == 204
    assert shared_editor.get(items(layer, record)).status_code == 404
    if LAYERS[layer].keeps_history:
        assert versions(shared_city, layer, record) == [
            ("update", "erika", "erika"),
            ("update", "erika", "erika"),
            ("delete", "erika", "erika"),
        ]


@every_layer
def test_each_member_can_be_set_and_cleared_or_the_faulty_one_is_named(
    shared_editor: Api, shared_city: Connection, layer: str
) -> None:
    schema = shared_editor.json(f"/api/collections/{layer}/schema")
    record = create(shared_editor, layer, smallest(schema, layer))
    before, tag = fetch(shared_editor, layer, record)
    for name, described in schema["properties"].items():
        if name in ("id", "geometry"):
            continue
        for value in (example(described), before["properties"][name]):
            response = send(shared_editor, "PATCH", items(layer, record), {"properties": {name: value}}, tag)
            if response.status_code == 422:
                assert f"/properties/{name}" in errors_of(response)
                assert name not in schema["required"] or layer in BEYOND_SCHEMA
            else:
                assert response.status_code == 204, response.text
                found, tag = fetch(shared_editor, layer, record)
                assert found["properties"][name] == value
    after, tag = fetch(shared_editor, layer, record)
    assert {**after["properties"], "recorded_from": 0} == {**before["properties"], "recorded_from": 0}
    assert send(shared_editor, "DELETE", items(layer, record), tag=tag).status_code == 204


def test_derived_values_cannot_be_set(editor: Api, records: Connection) -> None:
    fill(records)
    _, tag = fetch(editor, "plots", 1)
    changes = {"status": "taken", "area_m2": 1, "recorded_from": "2023-01-01T00:00:00+01:00", "remaining_m2": None}
    errors = errors_of(send(editor, "PATCH", items("plots", 1), {"properties": changes}, tag))
    assert set(errors) == {f"/properties/{name}" for name in changes}
    assert errors["/properties/status"] == "“Status” is derived and cannot be set: please remove it."
    unchanged = {"status": "partly_taken", "area_m2": 10000, "remaining_m2": 6000}
    assert send(editor, "PATCH", items("plots", 1), {"properties": unchanged}, tag).status_code == 204
    new = feature(SHAPES["MultiPolygon"], name="A", ownership="public", status="available")
    assert set(errors_of(send(editor, "POST", items("plots"), new))) == {"/properties/status"}


def test_a_record_replaced_without_its_source_keeps_it(editor: Api, records: Connection) -> None:
    record = create(editor, "operators", feature(name="A", kind="carrier", source="file", source_id="7"))
    _, tag = fetch(editor, "operators", record)
    assert send(editor, "PUT", items("operators", record), feature(name="B", kind="mobile"), tag).status_code == 204
    found, tag = fetch(editor, "operators", record)
    assert found["properties"].items() >= {"name": "B", "source": "file", "source_id": "7", "note": None}.items()
    errors = errors_of(send(editor, "PATCH", items("operators", record), {"properties": {"source": None}}, tag))
    assert errors["/properties/source"].endswith("it is filled automatically and must not be cleared.")


def test_a_member_that_has_a_default_falls_back_to_it(editor: Api, records: Connection) -> None:
    fill(records)
    sent = feature(SHAPES["MultiLineString"], programme=1, origin="co_laid")
    record = create(editor, "trenches", sent)
    _, tag = fetch(editor, "trenches", record)
    assert send(editor, "PATCH", items("trenches", record), {"properties": {"origin": None}}, tag).status_code == 204
    assert fetch(editor, "trenches", record)[0]["properties"]["origin"] == "new"


def test_numbers_are_exact_and_blank_text_is_no_value(editor: Api, records: Connection) -> None:
    sent = b"""{"type": "Feature", "geometry": null, "properties":
        {"kpi": "inquiries", "period": "2023", "value": 12345678901234567890.123456789, "note": " "}}"""
    record = create(editor, "targets", sent)
    (stored,) = records.execute("select value::text, note from targets where id = %s", [record])
    assert stored == ("12345678901234567890.123456789", None)
