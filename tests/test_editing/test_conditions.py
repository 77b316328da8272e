"""Optimistic locking: nobody overwrites a change of another editor unseen."""

import re
import threading

import httpx
import psycopg
import pytest
from psycopg import sql

from geo.access import Caller, Role
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.records import Connection, one, update
from tests.test_api.helpers import Api, problem, wait_until
from tests.test_editing.helpers import api_as, create, feature, fetch, items, send, versions

OPERATOR = feature(None, name="A", kind="carrier")


def renamed(name: str) -> dict[str, object]:
    return {"properties": {"name": name}}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_write_that_does_not_state_a_version_is_refused(shared_editor: Api, method: str) -> None:
    record = create(shared_editor, "operators", OPERATOR)
    _, tag = fetch(shared_editor, "operators", record)
    document = None if method == "DELETE" else OPERATOR
    for headers in ({}, {"If_Match": "unquoted"}):
        found = problem(send(shared_editor, method, items("operators", record), document, **headers), 428)
        assert "If-Match" in found["detail"]
    for other in ('"0"', f"W/{tag}", '"-.0"', ""):
        assert send(shared_editor, method, items("operators", record), document, other).status_code in (412, 428)
    assert fetch(shared_editor, "operators", record)[1] == tag
    assert send(shared_editor, method, items("operators", record), document, f'"0", {tag}').status_code == 204


def test_a_star_matches_any_version(shared_editor: Api) -> None:
    record = create(shared_editor, "operators", OPERATOR)
    assert send(shared_editor, "PATCH", items("operators", record), renamed("B"), "*").status_code == 204


def test_a_missing_record_is_not_found_whatever_the_condition(shared_editor: Api) -> None:
    for record in (10**9, 10**30, "x", "-1", "1.0"):
        for tag in (None, '"xyz"', "*"):
            problem(send(shared_editor, "PUT", items("operators", record), OPERATOR, tag), 404)
            problem(send(shared_editor, "PATCH", items("operators", record), {}, tag), 404)
            problem(send(shared_editor, "DELETE", items("operators", record), tag=tag), 404)


def test_the_second_editor_sees_who_changed_what(editor: Api, database_url: str, records: Connection) -> None:
    record = create(editor, "operators", OPERATOR)
    _, tag = fetch(editor, "operators", record)
    with api_as(Caller(Role.ADMIN, "anna"), load_settings(database_url=database_url)) as second:
        changed = send(second, "PATCH", items("operators", record), renamed("B"), tag)
    assert changed.status_code == 204
    response = send(editor, "PUT", items("operators", record), OPERATOR, tag)
    found = problem(response, 412)
    assert found["type"] == "urn:flurwerk:problem:changed-meanwhile"
    assert (found["changed_by"], found["changed"]) == ("anna", ["name"])
    assert re.search(r"anna changed it on \d{4}-\d\d-\d\d at [\d:]{8} \(Name\)\.", found["detail"])
    assert response.headers["etag"].partition(".")[0] == changed.headers["etag"].partition(".")[0]
    german = send(editor, "DELETE", items("operators", record), None, tag, Accept_Language="de")
    assert re.search(r"anna hat ihn am \d\d\.\d\d\.\d{4} um .* geändert \(Bezeichnung\)", german.json()["detail"])
    assert versions(records, "operators", record) == [("update", "erika", "anna")]
    assert one(records, "select recorded_by from operators") == "anna"


def test_a_conflict_over_a_person_does_not_reveal_the_change(editor: Api, records: Connection) -> None:
    record = create(editor, "parties", feature(None, kind="person", name="Erika Mustermann"))
    _, tag = fetch(editor, "parties", record)
    update(records, "parties", record, phone="0231")
    response = send(editor, "PUT", items("parties", record), feature(None, kind="person"), tag)
    found = problem(response, 412)
    assert "changed" not in found
    assert "0231" not in response.text


def test_a_change_of_derived_values_makes_no_new_version(shared_editor: Api, shared_city: Connection) -> None:
    before, tag = fetch(shared_editor, "plots", 1)
    sale = feature(None, plot=1, kind="sale", sector="public", role="seller", area_m2=1)
    create(shared_editor, "transactions", sale)
    after, new_tag = fetch(shared_editor, "plots", 1)
    assert after["properties"]["remaining_m2"] == before["properties"]["remaining_m2"] - 1
    # A cached copy is stale, but nobody has edited the plot.
    assert new_tag != tag
    assert send(shared_editor, "PATCH", items("plots", 1), {"properties": {"note": "A"}}, tag).status_code == 204


def test_of_concurrent_editors_exactly_one_wins(shared_editor: Api, shared_city: Connection) -> None:
    record = create(shared_editor, "operators", OPERATOR)
    _, tag = fetch(shared_editor, "operators", record)
    names = [f"Editor {number}" for number in range(6)]
    responses: dict[str, httpx.Response] = {}
    start = threading.Barrier(len(names))

    def edit(name: str) -> None:
        start.wait()
        responses[name] = send(shared_editor, "PATCH", items("operators", record), renamed(name), tag, X_Name=name)

    threads = [threading.Thread(target=edit, args=[name]) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(response.status_code for response in responses.values()) == [204, *[412] * (len(names) - 1)]
    (winner,) = (name for name, response in responses.items() if response.status_code == 204)
    assert fetch(shared_editor, "operators", record)[0]["properties"]["name"] == winner
    assert {response.json().get("changed_by", winner) for response in responses.values() if response.content} == {
        winner
    }
    assert len(versions(shared_city, "operators", record)) == 1


def test_an_editor_waits_for_a_concurrent_write_and_is_then_refused(
    editor: Api, database_url: str, records: Connection
) -> None:
    record = create(editor, "operators", OPERATOR)
    _, tag = fetch(editor, "operators", record)
    responses: list[httpx.Response] = []
    with psycopg.connect(conninfo(database_url)) as other:
        other.execute("set local flurwerk.actor = 'anna'")
        update(other, "operators", record, name="B")
        waiting = threading.Thread(
            target=lambda: responses.append(send(editor, "DELETE", items("operators", record), tag=tag))
        )
        waiting.start()
        wait_until(lambda: one(records, "select count(*) from pg_locks where not granted") > 0)
    waiting.join()
    assert problem(responses[0], 412)["changed_by"] == "anna"


def test_a_deadlock_is_answered_with_a_request_to_try_again(
    editor: Api, database_url: str, records: Connection
) -> None:
    with psycopg.connect(conninfo(database_url)) as owner:
        owner.execute(
            sql.SQL(
                """
                create function fail() returns trigger language plpgsql as $$
                begin
                    raise exception using errcode = 'deadlock_detected';
                end $$;
                create trigger fail before insert on operators for each row execute function fail();
                """
            )
        )
    response = send(editor, "POST", items("operators"), OPERATOR)
    assert problem(response, 503)["type"] == "urn:flurwerk:problem:busy"
    assert int(response.headers["retry-after"]) > 0
