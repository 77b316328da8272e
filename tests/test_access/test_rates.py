"""Rate limits: per client and kind of request, across all processes."""

import asyncio
import base64
import re
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest

from api.app import create_app
from geo.access import Role, tokens
from geo.access.rates import Client, LimitedKind, client_key
from geo.settings import Settings, load_settings
from geo.store.database import Connection, conninfo
from tests.conftest import filled_database
from tests.records import one, plot, two_districts
from tests.test_api.helpers import Api, api, problem, running

BURST = 3
NOON = "timestamptz '2023-06-01 12:00+00'"
WRONG = {"Authorization": "Bearer flw_wrong"}
EXPORTS = (
    "/api/collections/plots/items?f=csv",
    "/api/collections/plots/items?f=gpkg",
    "/api/plots/1/expose",
    "/api/shortlist?plots=1",
    "/api/reports/2023-H2/file?f=csv",
)
UNLIMITED = (
    "/",
    "/api",
    "/api/collections/plots/items",
    "/api/collections/plots/items/1",
    "/api/kpis?period=2023-H2",
    "/api/session",
    "/api/collections/plots/tiles/WebMercatorQuad/9/171/266",
)


def limited(url: str, **changed: Any) -> Settings:
    few = {"failed_sign_ins_per_minute": BURST, "exports_per_minute": BURST, "computations_per_minute": BURST}
    return load_settings(database_url=url, **(few | changed))


@pytest.fixture(scope="module")
def city_url(server_url: str, template: str) -> Iterator[str]:
    """A database with one plot on offer, in which the clock of the rate limits stands still."""

    def fill(city: Connection) -> None:
        two_districts(city)
        plot(city, offered_on="2023-01-01")
        defined = one(city, "select pg_get_functiondef('flurwerk_access.count_request'::regproc)")
        assert defined.count("now()") + defined.count("clock_timestamp()") == 5
        city.execute(re.sub(r"\b(now|clock_timestamp)\(\)", NOON, defined).encode())

    with filled_database(server_url, template, "limited", fill) as url:
        yield url


@pytest.fixture
def limits(city_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection to that database, in which nothing has been counted yet."""
    with psycopg.connect(conninfo(city_url), autocommit=True) as connection:
        connection.execute("truncate flurwerk_access.rate_limits")
        yield connection


@pytest.fixture(scope="module")
def service(city_url: str) -> Iterator[Api]:
    """A process of the service."""
    with api(limited(city_url)) as service:
        yield service


@pytest.fixture(scope="module")
def second(city_url: str) -> Iterator[Api]:
    """Another process, over the same database."""
    with api(limited(city_url)) as service:
        yield service


def send(service: Api, method: str, url: str, address: str = "192.0.2.1", **options: Any) -> httpx.Response:
    """Send a request from this address."""
    transport = httpx.ASGITransport(service.app, client=(address, 4711))
    client = httpx.AsyncClient(transport=transport, base_url="http://test")
    return service._portal.call(lambda: client.request(method, url, **options))


def exhaust(service: Api, method: str, url: str, status: int, **options: Any) -> dict[str, Any]:
    """Reach the limit; return the problem document of the first request above it."""
    for _ in range(BURST):
        response = send(service, method, url, **options)
        assert response.status_code == status, response.text
    response = send(service, method, url, **options)
    assert response.headers["cache-control"] == "no-store"
    assert int(response.headers["retry-after"]) == 60 / BURST
    found = problem(response, 429)
    assert found["type"] == "urn:flurwerk:problem:too-many-requests"
    assert f"{response.headers['retry-after']} s" in found["detail"]
    return found


def pass_time(connection: psycopg.Connection[Any], seconds: int) -> None:
    connection.execute(
        "update flurwerk_access.rate_limits set free_at = free_at - make_interval(secs => %s)", [seconds]
    )


@pytest.mark.usefixtures("limits")
@pytest.mark.parametrize(
    "header",
    ["Bearer flw_wrong", "Basic " + base64.b64encode(b"user:flw_wrong").decode(), "Bearer", "Digest x"],
)
def test_wrong_tokens_are_refused_above_the_limit(service: Api, header: str) -> None:
    exhaust(service, "GET", "/api/collections", 401, headers={"Authorization": header})


@pytest.mark.usefixtures("limits")
def test_wrong_tokens_in_sign_ins_and_in_headers_count_together(service: Api) -> None:
    exhaust(service, "POST", "/api/session", 401, json={"token": "flw_wrong"})
    problem(send(service, "GET", "/api/collections", headers=WRONG), 429)


@pytest.mark.usefixtures("limits")
@pytest.mark.parametrize("url", EXPORTS[:4])
def test_files_are_refused_above_the_limit(service: Api, url: str) -> None:
    exhaust(service, "GET", url, 200)


@pytest.mark.usefixtures("limits")
def test_all_kinds_of_files_count_together_and_other_requests_separately(service: Api) -> None:
    exhaust(service, "GET", EXPORTS[0], 200)
    for url in EXPORTS:
        problem(send(service, "GET", url), 429)
    assert send(service, "POST", "/api/matches", json={}).status_code == 200
    problem(send(service, "GET", "/api/collections", headers=WRONG), 401)


@pytest.mark.usefixtures("limits")
def test_matches_are_refused_above_the_limit_in_the_callers_language(service: Api) -> None:
    found = exhaust(service, "POST", "/api/matches", 200, json={}, headers={"Accept-Language": "en"})
    assert found["detail"].startswith("Too many requests")
    german = problem(send(service, "POST", "/api/matches?lang=de", json={}, headers={"Accept-Language": "en"}), 429)
    assert german["detail"].startswith("Zu viele Anfragen")


@pytest.mark.usefixtures("limits")
def test_two_processes_share_the_count(service: Api, second: Api) -> None:
    for process in (service, second, service):
        assert send(process, "GET", EXPORTS[0]).status_code == 200
    for process in (service, second):
        problem(send(process, "GET", EXPORTS[0]), 429)


def test_requests_succeed_again_after_the_stated_time(service: Api, limits: psycopg.Connection[Any]) -> None:
    exhaust(service, "GET", EXPORTS[0], 200)
    refused = send(service, "GET", EXPORTS[0])
    pass_time(limits, int(refused.headers["retry-after"]))
    assert send(service, "GET", EXPORTS[0]).status_code == 200
    problem(send(service, "GET", EXPORTS[0]), 429)
    pass_time(limits, 60)
    exhaust(service, "GET", EXPORTS[0], 200)


@pytest.mark.usefixtures("limits")
def test_another_client_is_not_affected(service: Api) -> None:
    exhaust(service, "GET", EXPORTS[0], 200)
    assert send(service, "GET", EXPORTS[0], address="192.0.2.2").status_code == 200


@pytest.mark.usefixtures("limits")
def test_ipv6_clients_are_counted_by_network(service: Api) -> None:
    exhaust(service, "GET", EXPORTS[0], 200, address="2001:db8::1")
    problem(send(service, "GET", EXPORTS[0], address="2001:db8::ffff:1"), 429)
    assert send(service, "GET", EXPORTS[0], address="2001:db8:0:1::1").status_code == 200


def test_signed_in_clients_are_counted_by_token(service: Api, limits: psycopg.Connection[Any]) -> None:
    headers = [{"Authorization": f"Bearer {tokens.create(limits, name, Role.READER)}"} for name in ("one", "two")]
    exhaust(service, "GET", EXPORTS[0], 200, headers=headers[0])
    problem(send(service, "GET", EXPORTS[0], address="192.0.2.2", headers=headers[0]), 429)
    assert send(service, "GET", EXPORTS[0], headers=headers[1]).status_code == 200
    assert send(service, "GET", EXPORTS[0]).status_code == 200


def test_a_valid_token_is_neither_counted_nor_refused(service: Api, limits: psycopg.Connection[Any]) -> None:
    token = tokens.create(limits, "good", Role.READER)
    for _ in range(BURST + 1):
        assert send(service, "POST", "/api/session", json={"token": token}).status_code == 200
    assert one(limits, "select count(*) from flurwerk_access.rate_limits") == 0
    exhaust(service, "GET", "/api/collections", 401, headers=WRONG)
    assert send(service, "POST", "/api/session", json={"token": token}).status_code == 200
    assert send(service, "GET", "/api", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_pages_tiles_and_items_are_not_counted(service: Api, limits: psycopg.Connection[Any]) -> None:
    exhaust(service, "GET", EXPORTS[0], 200)
    limits.execute("truncate flurwerk_access.rate_limits")
    for url in UNLIMITED:
        for _ in range(BURST + 1):
            assert send(service, "GET", url).status_code in (200, 204, 307), url
    assert one(limits, "select count(*) from flurwerk_access.rate_limits") == 0


@pytest.mark.usefixtures("limits")
def test_a_limit_of_zero_means_no_limit(city_url: str) -> None:
    with api(limited(city_url, computations_per_minute=0)) as service:
        for _ in range(BURST + 1):
            assert send(service, "POST", "/api/matches", json={}).status_code == 200


def test_no_address_is_stored_and_expired_counts_are_removed(
    service: Api, limits: psycopg.Connection[Any], city_url: str
) -> None:
    for number in range(10):
        send(service, "GET", "/api/collections", address=f"192.0.2.{number}", headers=WRONG)
    assert one(limits, "select count(*) from flurwerk_access.rate_limits") == 10
    assert b"192.0.2" not in b"".join(key for (key,) in limits.execute("select key from flurwerk_access.rate_limits"))
    keys = {
        client_key(limited(city_url, secret=secret), LimitedKind.EXPORT, Client(None, "192.0.2.1")) for secret in "ab"
    }
    assert len(keys) == 2
    pass_time(limits, 61)
    send(service, "GET", "/api/collections", headers=WRONG)
    assert one(limits, "select count(*) from flurwerk_access.rate_limits") == 1


def test_concurrent_requests_are_all_counted(service: Api, limits: psycopg.Connection[Any]) -> None:
    transport = httpx.ASGITransport(service.app, client=("192.0.2.1", 4711))

    async def at_once() -> list[int]:
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            sent = [client.get("/api/collections", headers=WRONG) for _ in range(BURST * 3)]
            return [response.status_code for response in await asyncio.gather(*sent)]

    assert sorted(service._portal.call(at_once)) == [401] * BURST + [429] * BURST * 2
    assert one(limits, "select count(*) from flurwerk_access.rate_limits") == 1


def test_without_a_database_it_is_503(tmp_path: Any) -> None:
    with api(limited(f"postgresql://nobody@/none?host={tmp_path}")) as service:
        problem(send(service, "GET", "/api/collections", headers=WRONG), 503)
        problem(send(service, "POST", "/api/matches", json={}), 503)


def test_a_database_that_is_not_migrated_is_503(service: Api, limits: psycopg.Connection[Any]) -> None:
    limits.execute("alter function flurwerk_access.count_request rename to not_yet")
    try:
        problem(send(service, "POST", "/api/matches", json={}), 503)
    finally:
        limits.execute("alter function flurwerk_access.not_yet rename to count_request")


@pytest.mark.usefixtures("limits")
def test_behind_a_proxy_on_this_machine_the_client_is_the_one_that_it_names(city_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/api/collections"
        with running(create_app(limited(city_url, failed_sign_ins_per_minute=1)), listener):
            sent = [httpx.get(url, headers={**WRONG, "X-Forwarded-For": f"192.0.2.{last}"}) for last in (7, 7, 8)]
    assert [response.status_code for response in sent] == [401, 429, 401]


def test_the_database_counts_by_its_own_clock(connection: Connection) -> None:
    query = "select flurwerk_access.count_request(sha256('somebody'), 1)"
    assert one(connection, query) == 0
    assert 0 < one(connection, query) <= 60


def test_every_operation_documents_the_refusal(service: Api) -> None:
    operations = [operation for path in service.app.openapi()["paths"].values() for operation in path.values()]
    assert operations
    for operation in operations:
        assert "Retry-After" in operation["responses"]["429"]["headers"]


@pytest.mark.parametrize("login", ["flurwerk_public", "flurwerk_reader", "flurwerk_admin"])
def test_no_login_reads_the_counts(limits: psycopg.Connection[Any], login: str) -> None:
    assert not one(limits, f"select has_table_privilege('{login}', 'flurwerk_access.rate_limits', 'select')")
