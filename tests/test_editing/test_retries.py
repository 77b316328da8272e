"""A request to create a record can be sent again without creating a second one."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from geo.records.editing import retry
from tests.records import Connection, one
from tests.test_api.helpers import Api, problem
from tests.test_editing.helpers import items

OPERATOR: dict[str, Any] = {"type": "Feature", "geometry": None, "properties": {"name": "Netz GmbH", "kind": "carrier"}}
COUNT = "select count(*) from flurwerk.operators"


def post(client: Api, key: str | None, document: dict[str, Any] = OPERATOR, **headers: str) -> Any:
    keyed = {"Idempotency-Key": key} if key is not None else {}
    return client.request("POST", items("operators"), json=document, headers=keyed | headers)


def named(name: str) -> dict[str, Any]:
    return OPERATOR | {"properties": {"name": name, "kind": "carrier"}}


def test_a_request_sent_again_creates_nothing_and_gets_the_first_response(editor: Api, records: Connection) -> None:
    first, again = post(editor, "k-1"), post(editor, "k-1", Prefer="return=representation")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.headers["location"] == again.headers["location"]
    assert first.headers["etag"] == again.headers["etag"]
    assert again.json()["properties"]["name"] == "Netz GmbH"
    assert one(records, COUNT) == 1


def test_without_a_key_each_request_creates_a_record(editor: Api, records: Connection) -> None:
    assert [post(editor, None).status_code for _ in range(2)] == [201, 201]
    assert one(records, COUNT) == 2


def test_a_key_belongs_to_one_content_and_to_one_writer(editor: Api, records: Connection) -> None:
    assert post(editor, "k-2", named("A")).status_code == 201
    assert retry("k", "plots", "", {"area": Decimal("1.0")}) != retry("k", "plots", "", {"area": "1.0"})
    for document in (named("B"), named("A") | {"geometry": {"type": "Point", "coordinates": [7, 51]}}):
        found = problem(post(editor, "k-2", document, **{"Accept-Language": "de"}), 422)
        assert found["type"] == "urn:flurwerk:problem:key-reused"
        assert "schon einmal mit anderem Inhalt gespeichert" in found["detail"]
    assert post(editor, "k-2", named("B"), **{"X-Name": "Anna"}).status_code == 201
    assert one(records, COUNT) == 2


def test_a_refused_request_leaves_its_key_free(editor: Api, records: Connection) -> None:
    problem(post(editor, "k-3", OPERATOR | {"properties": {}}), 422)
    assert post(editor, "k-3", named("C")).status_code == 201
    assert one(records, COUNT) == 1


def test_of_requests_sent_at_once_one_creates_the_record(editor: Api, records: Connection) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: post(editor, "k-4"), range(4)))
    assert {response.status_code for response in found} == {201}
    assert len({response.headers["location"] for response in found}) == 1
    assert one(records, COUNT) == 1


def test_the_record_may_have_been_deleted_since(editor: Api, records: Connection) -> None:
    first = post(editor, "k-5")
    records.execute("delete from flurwerk.operators")
    records.commit()
    again = post(editor, "k-5", Prefer="return=representation")
    assert (again.status_code, again.headers["location"]) == (201, first.headers["location"])
    assert again.content == b""
    assert one(records, COUNT) == 0


def test_a_key_is_kept_for_a_day(editor: Api, records: Connection) -> None:
    post(editor, "k-6")
    records.execute("update flurwerk_access.idempotency_keys set created_at = now() - interval '25 hours'")
    records.commit()
    assert post(editor, "k-6", named("another")).status_code == 201
    assert one(records, COUNT) == 2
    assert one(records, "select count(*) from flurwerk_access.idempotency_keys") == 1


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_that_cannot_be_is_refused(editor: Api, records: Connection, key: str) -> None:
    found = problem(post(editor, key), 400)
    assert found["errors"][0]["parameter"] == "Idempotency-Key"
    assert one(records, COUNT) == 0
