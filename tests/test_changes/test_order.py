"""Changes are reported once they are final, in the order of transactions, page by page."""

import psycopg
import pytest

from geo.store.database import conninfo
from tests.records import Connection, delete, insert, one, plot, sale, update
from tests.test_api.helpers import Api
from tests.test_changes.helpers import FEED, Partner


def operator(connection: Connection, name: str = "Netz") -> int:
    return insert(connection, "operators", name=name, kind="carrier")


def test_without_a_cursor_the_feed_begins_with_the_existing_records(internal: Api, city: Connection) -> None:
    first, second = operator(city), operator(city, "Anderes Netz")
    update(city, "operators", first, name="Netz GmbH")
    partner = Partner(internal, layers="operators")
    assert partner.read() == [("insert", "operators", second), ("insert", "operators", first)]
    assert partner.copy["operators", first]["properties"]["name"] == "Netz GmbH"
    assert partner.read() == []


def test_changes_since_the_cursor_are_reported_as_insert_update_and_delete(internal: Api, city: Connection) -> None:
    changed, removed = operator(city), operator(city)
    partner = Partner(internal)
    partner.read()
    update(city, "operators", changed, name="Anders")
    delete(city, "operators", removed)
    added = operator(city)
    assert partner.read() == [
        ("update", "operators", changed),
        ("delete", "operators", removed),
        ("insert", "operators", added),
    ]
    assert set(partner.copy) >= {("operators", changed), ("operators", added)}
    assert ("operators", removed) not in partner.copy


def test_a_record_that_changed_several_times_is_reported_once_in_its_latest_state(
    internal: Api, city: Connection
) -> None:
    partner = Partner(internal)
    partner.read()
    record = operator(city)
    for name in "ABC":
        update(city, "operators", record, name=name)
    assert partner.read() == [("insert", "operators", record)]
    assert partner.copy["operators", record]["properties"]["name"] == "C"


def test_a_transaction_that_commits_late_is_not_skipped(internal: Api, city: Connection, database_url: str) -> None:
    partner = Partner(internal, layers="operators")
    partner.read()
    with psycopg.connect(conninfo(database_url)) as slow:
        late = operator(slow, "spät")
        early = operator(city, "früh")
        # Changes of the later transaction are withheld until the earlier one ends, so that no reader skips it.
        assert [partner.read() for _ in range(3)] == [[], [], []]
        slow.commit()
    assert partner.read() == [("insert", "operators", late), ("insert", "operators", early)]


def test_what_is_rolled_back_is_never_reported(internal: Api, city: Connection, database_url: str) -> None:
    partner = Partner(internal, layers="operators")
    partner.read()
    with psycopg.connect(conninfo(database_url)) as slow:
        operator(slow)
        slow.rollback()
    committed = operator(city)
    assert partner.read() == [("insert", "operators", committed)]


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_one_large_transaction_is_read_in_pages(internal: Api, city: Connection, database_url: str, limit: int) -> None:
    partner = Partner(internal, layers="operators,programmes")
    partner.read()
    with psycopg.connect(conninfo(database_url)) as writer:
        writer.execute(
            "insert into programmes (name, funding) select 'P' || n, 'funded' from generate_series(1, 30) as n"
        )
        writer.execute("insert into operators (name, kind) select 'N' || n, 'carrier' from generate_series(1, 30) as n")
    changes = partner.read(limit)
    assert len(changes) == len(set(changes)) == len(partner.copy) == 60


def test_a_record_that_changes_between_two_pages_is_reported_once(internal: Api, city: Connection) -> None:
    records = [operator(city) for _ in range(5)]
    partner = Partner(internal, layers="operators")
    assert partner.page(limit=2)
    update(city, "operators", records[3], name="danach")
    delete(city, "operators", records[4])
    partner.read(limit=2)
    assert set(partner.copy) == {("operators", record) for record in records[:4]}
    assert partner.copy["operators", records[3]]["properties"]["name"] == "danach"


def test_a_reader_from_now_on_gets_no_existing_records(internal: Api, city: Connection) -> None:
    record = operator(city)
    page = internal.json(FEED, since="now")
    assert page["changes"] == []
    update(city, "operators", record, name="Anders")
    changes = internal.json(FEED, since=page["cursor"])["changes"]
    assert [(change["operation"], change["id"]) for change in changes] == [("update", record)]


def test_an_erased_party_is_deleted_and_its_personal_data_are_never_reported(internal: Api, city: Connection) -> None:
    party = insert(city, "parties", kind="person", name="Erika Mustermann", email="erika@example.org", note="geheim")
    company = insert(city, "parties", kind="company", name="Muster GmbH", contact_name="Erika Mustermann")
    inquiry = insert(city, "inquiries", kind="plot", received_on="2023-08-01", party=party)
    partner = Partner(internal)
    partner.read()
    text = str(partner.copy)
    assert "Muster GmbH" in text
    assert "Erika" not in text
    assert "erika" not in text
    assert "geheim" not in text
    delete(city, "parties", party)
    assert set(partner.read()) == {("delete", "parties", party), ("update", "inquiries", inquiry)}
    assert ("parties", company) in partner.copy
    erasure = "select to_jsonb(e) - 'recorded_until' - 'ended_xid' from flurwerk_history.erasures as e"
    assert one(city, erasure) == {"layer": "parties", "id": party}


def test_coordinates_are_in_the_requested_crs_and_the_cursor_keeps_it(internal: Api, city: Connection) -> None:
    plot(city, x=395000, y=5705000)
    stored = "http://www.opengis.net/def/crs/EPSG/0/25832"
    page = internal.json(FEED, layers="plots", crs=stored, limit=1)
    plot(city, x=396000, y=5705000)
    again = internal.json(FEED, since=page["cursor"])
    corners = [p["changes"][0]["feature"]["geometry"]["coordinates"][0][0][0][0] for p in (page, again)]
    assert corners == [395000, 396000]


def test_every_record_of_the_city_is_reported(internal: Api, city: Connection, database_url: str) -> None:
    two = [sale(city, plot=plot(city)), sale(city)]
    partner = Partner(internal)
    partner.read(limit=3)
    assert {("transactions", record) for record in two} < set(partner.copy)
    assert {layer for layer, _ in partner.copy} == {"districts", "plots", "transactions"}
