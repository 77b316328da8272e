"""Who may read what was done, what is new for them, and what they are shown of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest

from geo.access import Role
from geo.access.tokens import create
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.conftest import create_database, database, drop_database
from tests.records import Connection, insert, plot, update
from tests.test_api.helpers import Api, api, problem

ACTIVITY = "/api/activity"
READ = "/api/activity/read"


@dataclass
class Office:
    """The service, and a connection to its database in autocommit mode."""

    client: Api
    city: Connection

    def ask(self, token: str, **parameters: object) -> dict[str, Any]:
        """What somebody is told."""
        answer = self.client.request("GET", ACTIVITY, params=parameters, headers=signed(token))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def read(self, token: str, up_to: str) -> httpx.Response:
        """Say that all up to there has been read."""
        return self.client.request("PUT", READ, json={"up_to": up_to}, headers=signed(token))

    def as_person(self, name: str) -> Connection:
        """The connection, as which somebody writes."""
        self.city.execute("select set_config('flurwerk.actor', %s, false)", [name])
        return self.city

    def new(self, token: str) -> list[str]:
        """The sentences that are new for somebody."""
        return [entry["sentence"] for entry in self.ask(token)["entries"] if entry["is_new"]]


def signed(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def office(server_url: str, districts_template: str) -> Iterator[Office]:
    create_database(server_url, "activity", districts_template)
    url = database(server_url, "activity")
    with (
        psycopg.connect(conninfo(url), autocommit=True) as city,
        api(load_settings(database_url=url, pool_size=2)) as client,
    ):
        yield Office(client, city)
    drop_database(server_url, "activity")


def test_what_is_new_stays_new_until_it_has_been_read(office: Office) -> None:
    """Looking does not end it, saying so does, for one person alone; never back again, and own changes are not new."""
    anna, bert = create(office.city, "Anna", Role.EDITOR), create(office.city, "Bert", Role.READER)
    assert office.new(anna) == [], "who has never read is not drowned in what was before"
    assert office.ask(anna)["read_at"] is None
    before = office.ask(anna)["up_to"]
    assert office.read(anna, before).status_code == 204
    assert office.read(bert, before).status_code == 204
    plot(office.as_person("Carla"), name="Neu")
    plot(office.as_person("Anna"), name="Eigenes")
    assert office.new(anna) == ["Carla hat das Grundstück „Neu“ angelegt."]
    assert office.new(anna) == ["Carla hat das Grundstück „Neu“ angelegt."]
    own = office.ask(anna, whose="own")["entries"]
    assert [entry["sentence"] for entry in own] == ["Sie haben das Grundstück „Eigenes“ angelegt."]
    assert "Anna" not in {entry["by"] for entry in office.ask(anna, whose="others")["entries"]}
    up_to = office.ask(anna)["up_to"]
    later = plot(office.as_person("Carla"), name="Später")
    assert office.read(anna, up_to).status_code == 204
    assert office.new(anna) == ["Carla hat das Grundstück „Später“ angelegt."], "it came after what was read"
    assert office.read(anna, before).status_code == 204
    assert office.new(anna) == ["Carla hat das Grundstück „Später“ angelegt."]
    assert len(office.new(bert)) == 3
    (entry,) = (one for one in office.ask(bert)["entries"] if "Später" in one["sentence"])
    assert entry["records"] == [{"id": later, "name": "Später", "operation": "insert"}]


def test_nobody_reads_further_than_there_is(office: Office) -> None:
    """A number from the future would hide what is still to come."""
    token = create(office.city, "Eilig", Role.READER)
    assert office.read(token, "9" * 18).status_code == 204
    plot(office.as_person("Carla"), name="Nach der Zukunft")
    assert office.new(token) == ["Carla hat das Grundstück „Nach der Zukunft“ angelegt."]
    problem(office.read(token, "-1"), 400)
    problem(office.client.request("GET", ACTIVITY, params={"before": "x"}, headers=signed(token)), 400)


def test_a_persons_own_login_reads_and_marks_nobodys_place(office: Office) -> None:
    """The functions take the service's word for who asks, and nobody else's."""
    token = create(office.city, "Beobachtet", Role.READER)
    assert office.read(token, office.ask(token)["up_to"]).status_code == 204
    for call in (
        "select * from flurwerk_access.activity_place('Beobachtet')",
        "select flurwerk_access.read_activity('Beobachtet', '1')",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="only the service"):
            office.city.execute(call)


def test_after_a_restore_what_is_new_goes_by_the_time(office: Office) -> None:
    """Numbers of transactions mean something else there; nothing that is new is taken for read."""
    token = create(office.city, "Rückkehr", Role.READER)
    assert office.read(token, office.ask(token)["up_to"]).status_code == 204
    office.city.execute("update flurwerk_access.activity_read set epoch = 'another', place = '9999999999'")
    plot(office.as_person("Carla"), name="Nach der Rückkehr")
    assert office.new(token) == ["Carla hat das Grundstück „Nach der Rückkehr“ angelegt."]
    assert office.read(token, office.ask(token)["up_to"]).status_code == 204
    assert office.new(token) == []


def test_a_token_for_some_layers_is_told_of_these(office: Office) -> None:
    """Also by name: a record of a layer that it sees as the public does is called as the public calls it."""
    hidden = plot(office.as_person("Carla"), name="Geheim 1")
    shown = plot(office.as_person("Carla"), name="Offen 1", offered_on="2023-01-01")
    for where in (hidden, shown):
        insert(
            office.as_person("Carla"),
            "reservations",
            plot=where,
            area_m2=100,
            reserved_on="2026-01-02",
            expires_on="2026-12-31",
        )
    update(office.as_person("Carla"), "plots", shown, note="nicht für alle")
    token = create(office.city, "GIS", Role.READER, layers=["reservations"])
    told = office.ask(token)
    assert {entry["layer"] for entry in told["entries"]} == {"reservations"}
    assert "Geheim 1" not in str(told)
    assert [entry["sentence"] for entry in told["entries"]] == [
        "Carla hat 100\N{NO-BREAK SPACE}m² von „Offen 1“ bis 31.12.2026 reserviert.",
        f"Carla hat 100\N{NO-BREAK SPACE}m² von Nr. {hidden} bis 31.12.2026 reserviert.",
    ]
    problem(office.client.request("GET", ACTIVITY, params={"layer": "plots"}, headers=signed(token)), 403)


def test_the_public_is_told_nothing_and_marks_nothing(office: Office) -> None:
    """Nor is a layer that there is not."""
    problem(office.client.get(ACTIVITY), 403)
    problem(office.client.request("PUT", READ, json={"up_to": "1"}), 401)
    token = create(office.city, "Leser", Role.READER)
    problem(office.client.request("GET", ACTIVITY, params={"layer": "nichts"}, headers=signed(token)), 404)


def test_pages_in_english(office: Office) -> None:
    """Page by page each entry once, in the wanted language."""
    token = create(office.city, "Reader", Role.READER)
    seen: list[str] = []
    page = office.ask(token, limit=2, lang="en")
    seen += [entry["sentence"] for entry in page["entries"]]
    while page["next_before"]:
        page = office.ask(token, limit=2, lang="en", before=page["next_before"])
        seen += [entry["sentence"] for entry in page["entries"]]
    assert seen == [entry["sentence"] for entry in office.ask(token, limit=200, lang="en")["entries"]]
    assert all(" hat " not in one for one in seen)
