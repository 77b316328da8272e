"""Insiders, and nobody else, can see who changed what and when, for every record except people's."""

from typing import Any

import pytest

from geo.records.layers import LAYERS
from tests.records import Connection, delete, insert, one, plot, sale, square, update
from tests.test_api.helpers import Api

HISTORY = "/api/collections/{}/items/{}/history"


def act_as(city: Connection, name: str) -> None:
    city.execute("select set_config('flurwerk.actor', %s, false)", [name])


def versions(client: Api, layer: str, record: int, **parameters: object) -> list[dict[str, Any]]:
    return client.json(HISTORY.format(layer, record), **parameters)["versions"]


def test_versions_come_newest_first_with_their_writers_and_changed_values(internal: Api, city: Connection) -> None:
    land = plot(city, zoning="GE")
    act_as(city, "bert")
    update(city, "plots", land, zoning="GI", official_area_m2=12000)
    delete(city, "plots", land)
    deleted, updated, inserted = versions(internal, "plots", land, lang="de")
    assert [(each["operation"], each["by"]) for each in (inserted, updated, deleted)] == [
        ("insert", "anna"),
        ("update", "bert"),
        ("delete", "bert"),
    ]
    assert inserted["at"] < updated["at"] < deleted["at"]
    assert inserted["changes"] == deleted["changes"] == []
    changes = {change["name"]: change for change in updated["changes"]}
    assert changes.keys() == {"zoning", "official_area_m2", "area_m2"}
    assert changes["zoning"] == {
        "name": "zoning",
        "label": "Art der baulichen Nutzung",
        "unit": None,
        "before": "GE",
        "after": "GI",
        "before_label": LAYERS["plots"].column("zoning").codes["GE"].de,  # pyright: ignore[reportOptionalSubscript]
        "after_label": LAYERS["plots"].column("zoning").codes["GI"].de,  # pyright: ignore[reportOptionalSubscript]
    }
    area = changes["area_m2"]
    assert (area["before"], area["after"], area["unit"]) == (10000, 12000, "m²")


def test_a_moved_geometry_and_a_changed_reference_have_labels(internal: Api, city: Connection) -> None:
    first, second = plot(city, name="Hafen 1"), plot(city, x=396000, name="Hafen 2")
    deal = sale(city, plot=first)
    update(city, "transactions", deal, plot=second)
    (change,) = versions(internal, "transactions", deal)[0]["changes"]
    assert (change["before"], change["after"]) == (first, second)
    assert (change["before_label"], change["after_label"]) == ("Hafen 1", "Hafen 2")
    update(city, "plots", first, geom=square(397000, 5705000, 100))
    (change,) = versions(internal, "plots", first, lang="en")[0]["changes"]
    assert (change["name"], change["label"], change["after"]) == ("geometry", "Location", None)


def test_inserting_a_deleted_record_again_is_an_insert(internal: Api, city: Connection) -> None:
    record = insert(city, "operators", name="Netz", kind="carrier")
    delete(city, "operators", record)
    city.execute(
        "insert into operators (id, name, kind) overriding system value values (%s, 'Netz', 'carrier')", [record]
    )
    assert [each["operation"] for each in versions(internal, "operators", record)] == ["insert", "delete", "insert"]


def test_pages_of_versions_follow_each_other_without_gaps(internal: Api, city: Connection) -> None:
    record = insert(city, "operators", name="Netz 0", kind="carrier")
    for number in range(1, 8):
        update(city, "operators", record, name=f"Netz {number}")
    delete(city, "operators", record)
    whole = versions(internal, "operators", record)
    assert len(whole) == 9
    found: list[dict[str, Any]] = []
    url: str | None = f"{HISTORY.format('operators', record)}?limit=2"
    while url:
        page = internal.json(url)
        assert len(page["versions"]) <= 2
        found += page["versions"]
        url = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert found == whole


def test_a_feature_links_to_its_history_for_insiders_only(internal: Api, public: Api, city: Connection) -> None:
    land = plot(city, offered_on="2023-01-01")
    url = f"/api/collections/plots/items/{land}"
    (link,) = [link for link in internal.json(url)["links"] if link["rel"] == "version-history"]
    assert internal.json(link["href"])["id"] == land
    assert "history" not in public.get(url).text
    found = public.problem(403, HISTORY.format("plots", land))
    assert found["type"] == "urn:flurwerk:problem:records-not-public"
    assert "token" in found["detail"]


def test_people_have_no_history(internal: Api, city: Connection) -> None:
    person = insert(city, "parties", kind="person", name="Erika Mustermann")
    update(city, "parties", person, phone="0231 1")
    internal.problem(404, HISTORY.format("parties", person))
    deal = sale(city, party=None)
    update(city, "transactions", deal, party=person)
    answer = internal.get(HISTORY.format("transactions", deal))
    assert answer.json()["versions"][0]["changes"][0]["after"] == person
    assert "Erika" not in answer.text


@pytest.mark.parametrize("feature", ["0", "x", "99999999999999999999", "7"])
def test_a_record_that_never_existed_has_no_history(internal: Api, city: Connection, feature: str) -> None:
    assert one(city, "select count(*) from plots") == 0
    internal.problem(404, f"/api/collections/plots/items/{feature}/history")


@pytest.mark.parametrize(("name", "value"), [("before", "gestern"), ("limit", "0"), ("limit", "1001"), ("after", "1")])
def test_an_invalid_parameter_is_refused_by_its_name(internal: Api, city: Connection, name: str, value: str) -> None:
    record = insert(city, "operators", name="Netz", kind="carrier")
    found = internal.problem(400, HISTORY.format("operators", record), **{name: value})
    assert name in found["detail"] or found["type"] == "urn:flurwerk:problem:unknown-instant"


def test_the_history_of_every_layer_can_be_queried(internal: Api, city: Connection) -> None:
    assert one(city, "select count(*) from operators") == 0
    for key in LAYERS:
        if key != "districts":
            internal.problem(404, HISTORY.format(key, 1))
    assert [each["operation"] for each in versions(internal, "districts", 1)] == ["insert"]
