"""Editors change several records at once, all or none, and take all of it back at once."""

from decimal import Decimal
from typing import Any

import httpx

from geo.access import Caller, Role
from geo.settings import load_settings
from tests.records import Connection, one, plot
from tests.test_api.helpers import Api, problem
from tests.test_editing.helpers import api_as, create, feature, fetch, send

BATCH = "/api/changes/batch"


def post(client: Api, changes: list[dict[str, Any]], url: str = BATCH, **headers: str) -> httpx.Response:
    return send(client, "POST", url, {"changes": changes}, Content_Type="application/json", **headers)


def written(response: httpx.Response) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    return response.json()["changes"]


def refusals(response: httpx.Response) -> dict[str, str]:
    return {error["pointer"]: error["detail"] for error in problem(response, 422)["errors"]}


def setting(client: Api, plots: list[int], **properties: Any) -> list[dict[str, Any]]:
    """Changes of these properties of plots, in the versions that they have now."""
    versions = [fetch(client, "plots", one)[1].strip('"').partition(".")[0] for one in plots]
    return [
        {"layer": "plots", "id": land, "version": version, "properties": properties}
        for land, version in zip(plots, versions, strict=True)
    ]


def test_a_field_of_many_is_set_all_or_none_and_one_undo_takes_all_back(editor: Api, records: Connection) -> None:
    """Each refusal points to its change; what somebody else has changed keeps all from being set or undone."""
    plots = [plot(records, x=395000 + 200 * at, name=f"Fläche {at}", note="alt") for at in range(3)]
    notes = "select string_agg(note, ',' order by id) from plots"
    before = setting(editor, plots, note="neu")
    assert send(editor, "PATCH", f"/api/collections/plots/items/{plots[1]}", {"properties": {"note": "ihre"}}, "*",
                X_Name="anna").status_code == 204  # fmt: skip
    found = refusals(post(editor, before))
    assert list(found) == ["/changes/1/version"]
    assert "anna changed it" in found["/changes/1/version"]
    assert one(records, notes) == "alt,ihre,alt"
    bad = setting(editor, plots, asking_price_eur_m2=-1)
    bad[0]["properties"] = {"note": "neu"}
    bad[2]["id"] = 4711
    response = post(editor, bad, Accept_Language="de")
    assert [*refusals(response)] == ["/changes/1/properties/asking_price_eur_m2", "/changes/2"]
    assert problem(response, 422)["detail"] == "Nichts ist geändert: 2 von 3 Änderungen werden abgelehnt."
    assert one(records, notes) == "alt,ihre,alt"
    done = written(post(editor, setting(editor, plots[::-1], note="neu", asking_price_eur_m2=99.5)))
    assert [change["id"] for change in done] == plots[::-1]
    assert one(records, notes) == "neu,neu,neu"
    assert one(records, "select sum(asking_price_eur_m2) from plots") == Decimal("298.50")
    written(post(editor, done, f"{BATCH}/undo"))
    assert one(records, notes) == "alt,ihre,alt"
    again = written(post(editor, setting(editor, plots, note="neu")))
    send(editor, "PATCH", f"/api/collections/plots/items/{plots[0]}", {"properties": {"note": "x"}}, "*", X_Name="anna")
    assert [*refusals(post(editor, again, f"{BATCH}/undo"))] == ["/changes/0/version"]
    assert one(records, notes) == "x,neu,neu"


def test_several_plots_are_reserved_for_one_inquiry_once_all_or_none(editor: Api, records: Connection) -> None:
    """A request that is sent again reserves nothing twice; a plot without room keeps the others from being reserved."""
    plots = [plot(records, x=395000 + 200 * at, official_area_m2=10_000) for at in range(2)]
    inquiry = create(editor, "inquiries", feature(None, kind="plot", use="logistics"))
    wanted = [
        {
            "layer": "reservations",
            "properties": {
                "plot": land,
                "inquiry": inquiry,
                "area_m2": area,
                "reserved_on": "2024-01-01",
                "expires_on": "2099-01-01",
            },
        }
        for land, area in zip(plots, (10_000, 10_001), strict=True)
    ]
    assert [pointer.split("/")[2] for pointer in refusals(post(editor, wanted))] == ["1"]
    assert one(records, "select count(*) from reservations") == 0
    wanted[1]["properties"]["area_m2"] = 10_000
    done = written(post(editor, wanted, Idempotency_Key="a" * 255))
    assert written(post(editor, wanted, Idempotency_Key="a" * 255)) == done
    assert one(records, "select count(*) from reservations") == 2
    problem(post(editor, wanted[::-1], Idempotency_Key="a" * 255), 422)
    undone = written(post(editor, done, f"{BATCH}/undo"))
    assert [change["version"] for change in undone] == [None, None]
    assert one(records, "select count(*) from reservations") == 0


def test_a_batch_is_for_editors_of_all_its_layers_and_has_a_version_for_each_record(
    editor: Api, records: Connection, database_url: str
) -> None:
    land = plot(records)
    change = {"layer": "plots", "id": land, "version": "1", "properties": {"note": "x"}}
    other = {"layer": "operators", "properties": {"name": "x"}}
    named = {"layer": "plots", "id": land, "version": "1"}
    # Neither is a record named by true or a text, nor is a change that has lost its id a new record.
    unnamed = [change | {"id": named} for named in (-1, True, str(land), 1.5, 2**63, None)]
    for bad in ([], *([bad] for bad in unnamed), [change | {"more": 1}], [{"layer": "plots"}], [change] * 501):
        problem(post(editor, bad), 400)
    twice = b'{"changes": [{"layer": "plots", "properties": {"note": "x", "note": "y"}}]}'
    problem(send(editor, "POST", BATCH, twice, Content_Type="application/json"), 400)
    problem(post(editor, [change | {"layer": "nowhere"}]), 404)
    assert [*refusals(post(editor, [{**change, "version": None}]))] == ["/changes/0/version"]
    settings = load_settings(database_url=database_url)
    for who, status in ((Caller(Role.PUBLIC), 401), (Caller(Role.READER, "erika"), 403)):
        with api_as(who, settings) as client:
            problem(post(client, [change]), status)
            problem(post(client, [named], f"{BATCH}/undo"), status)
    with api_as(Caller(Role.EDITOR, "erika", frozenset({"plots"})), settings) as client:
        problem(post(client, [change, other]), 404)


def test_changes_are_made_in_their_order_and_undone_the_same_way_back(editor: Api, records: Connection) -> None:
    """What one gives free the next one gets, whichever record is older; in the other order both are refused."""
    land = plot(records, official_area_m2=10_000, offered_on="2023-01-01")
    new = {"layer": "reservations", "properties": {"plot": land, "area_m2": 5000, "reserved_on": "2023-05-02"}}
    first, second = written(post(editor, [new, new]))
    smaller, larger = second | {"properties": {"area_m2": 1000}}, first | {"properties": {"area_m2": 9000}}
    assert [*refusals(post(editor, [larger, smaller]))] == ["/changes/0/properties/area_m2"]
    moved = written(post(editor, [smaller, larger]))
    areas = "select string_agg(round(area_m2)::text, ',' order by id) from reservations where released_on is null"
    assert one(records, areas) == "9000,1000"
    released = moved[1] | {"properties": {"released_on": "2023-06-01"}}
    whole = {"layer": "reservations", "properties": {"plot": land, "area_m2": 9000, "reserved_on": "2023-06-02"}}
    done = written(post(editor, [released, whole]))
    assert one(records, areas) == "1000,9000"
    written(post(editor, done, f"{BATCH}/undo"))
    assert one(records, areas) == "9000,1000"


def test_a_request_whose_answer_was_lost_is_answered_as_before_and_changes_nothing_twice(
    editor: Api, records: Connection
) -> None:
    """Also changes of records, which have another version by then; with one change fewer it is another request."""
    land = plot(records, official_area_m2=10_000, offered_on="2023-01-01", note="alt")
    new = {"layer": "reservations", "properties": {"plot": land, "area_m2": 100, "reserved_on": "2023-05-02"}}
    changes = [*setting(editor, [land], note="neu"), new, new]
    key = {"Idempotency_Key": "k" * 255}
    done = written(post(editor, changes, **key))
    assert written(post(editor, changes, **key)) == done
    for other in (changes[:1], changes[:2], [*changes, new], [changes[0], new, new | {"layer": "transactions"}]):
        assert problem(post(editor, other, **key), 422)["type"] == "urn:flurwerk:problem:key-reused"
    assert one(records, "select count(*) from reservations") == 2
    written(post(editor, done, f"{BATCH}/undo"))
    assert one(records, "select note from plots") == "alt"
