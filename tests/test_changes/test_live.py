"""Pages are told what has just changed: by a stream of events or by asking, each as much as its reader sees."""

import asyncio
import json
import os
import signal
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Queue
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql

from api.app import create_app
from api.service import streams
from api.service.callers import Credentials
from geo.access import Caller, Role
from geo.access.tokens import create, revoke
from geo.records.changes import news
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.conftest import create_database, database, drop_database
from tests.records import Connection, delete, insert, plot, update
from tests.test_api.helpers import program, running, wait_until

SOON_S = 30
STREAM = "/api/changes/stream"
LATEST = "/api/changes/latest"


@dataclass
class Site:
    """A service, and a connection to its database in autocommit mode."""

    address: str
    url: str
    city: Connection
    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, name: str, role: Role = Role.READER, layers: list[str] | None = None) -> str:
        """The token of that name."""
        if name not in self.tokens:
            self.tokens[name] = create(self.city, name, role, layers=layers)
        return self.tokens[name]

    def latest(self, token: str | None = None, since: str | None = None) -> dict[str, Any]:
        """What the service answers who asks."""
        answer = httpx.get(f"{self.address}{LATEST}", params={"since": since} if since else {}, headers=bearer(token))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def write_as(self, name: str) -> Connection:
        """The connection, as which somebody writes."""
        self.city.execute("select set_config('flurwerk.actor', %s, false)", [name])
        return self.city


def bearer(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


class Listening:
    """A client that reads a stream in a thread of its own."""

    def __init__(self, address: str, token: str | None = None, last: str | None = None, path: str = STREAM) -> None:
        self.messages: Queue[dict[str, Any] | None] = Queue()
        self.cursor = last
        self.headers: httpx.Headers | None = None
        self.retry = 0
        self._client = httpx.Client(timeout=httpx.Timeout(SOON_S * 4))
        sent = bearer(token) | ({"Last-Event-ID": last} if last else {})
        self._response = self._client.send(
            self._client.build_request("GET", f"{address}{path}", headers=sent | {"Accept-Encoding": "gzip"}),
            stream=True,
        )
        assert self._response.status_code == 200, self._response.read()
        self.headers = self._response.headers
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        self.first = self.next()

    def _read(self) -> None:
        try:
            for line in self._response.iter_lines():
                if line.startswith("retry: "):
                    self.retry = int(line.removeprefix("retry: "))
                if line.startswith("id: "):
                    self.cursor = line.removeprefix("id: ")
                if line.startswith("data: {"):
                    self.messages.put(json.loads(line.removeprefix("data: ")))
        except httpx.HTTPError:
            pass
        self.messages.put(None)

    def next(self) -> dict[str, Any]:
        """The next message."""
        message = self.messages.get(timeout=SOON_S)
        assert message is not None, "the stream has ended"
        return message

    def changes(self) -> list[tuple[str, str, int, str | None]]:
        """What the next message names: operation, layer, id, and by whom."""
        message = self.next()
        assert not message["is_reset"]
        return [(one["operation"], one["layer"], one["id"], one["by"]) for one in message["changes"]]

    def changes_until(self, record: int) -> list[tuple[str, str, int, str | None]]:
        """What is named up to the insert of this plot, in however many messages."""
        named: list[tuple[str, str, int, str | None]] = []
        while not any((operation, layer, of) == ("insert", "plots", record) for operation, layer, of, _ in named):
            named += self.changes()
        return named

    def has_ended(self) -> bool:
        """Wait for the end of the stream."""
        while self.messages.get(timeout=SOON_S) is not None:
            pass
        return True

    def close(self) -> None:
        """Leave: closing alone would wait for the thread that reads."""
        with suppress(OSError):
            self._response.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._client.close()


@contextmanager
def listening(*arguments: Any, **named: Any) -> Iterator[Listening]:
    client = Listening(*arguments, **named)
    try:
        yield client
    finally:
        client.close()


@pytest.fixture(scope="module")
def site(server_url: str, districts_template: str) -> Iterator[Site]:
    """A city of two districts, and the service; every test writes records of its own."""
    create_database(server_url, "live", districts_template)
    url = database(server_url, "live")
    app = create_app(load_settings(database_url=url, pool_size=3))
    with (
        psycopg.connect(conninfo(url), autocommit=True) as city,
        socket.create_server(("127.0.0.1", 0)) as listener,
        running(app, listener),
    ):
        site = Site(f"http://127.0.0.1:{listener.getsockname()[1]}", url, city)
        site.open_streams = lambda: len(app.state.service.streams)  # type: ignore[attr-defined]
        yield site
    drop_database(server_url, "live")


def test_a_change_is_told_within_seconds_and_by_whom(site: Site) -> None:
    """Insert, update and deletion arrive with their writer, also what another layer shows differently then."""
    with listening(site.address, site.token("leser")) as reader:
        assert reader.first["changes"] == []
        harbour = plot(site.write_as("Anna"), name="Hafen 12", offered_on="2023-01-01")
        assert reader.changes() == [("insert", "plots", harbour, "Anna")]
        held = insert(
            site.write_as("Bert"),
            "reservations",
            plot=harbour,
            area_m2=10,
            reserved_on="2026-01-02",
            expires_on="2099-01-01",
        )
        assert sorted(reader.changes()) == [
            ("insert", "reservations", held, "Bert"),
            ("update", "plots", harbour, "Bert"),
        ]
        delete(site.write_as("Anna"), "reservations", held)
        assert ("delete", "reservations", held, "Anna") in reader.changes()


def test_nothing_between_a_client_and_the_service_holds_a_stream_back(site: Site) -> None:
    """It is neither compressed nor stored, proxies are told not to buffer it, and clients when to come back."""
    with listening(site.address) as reader:
        assert reader.headers is not None
        assert reader.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in reader.headers
        assert reader.headers["x-accel-buffering"] == "no"
        assert {"no-store", "no-transform"} <= {*reader.headers["cache-control"].split(", ")}
        assert reader.retry >= 1000
    assert httpx.head(f"{site.address}{STREAM}").status_code == 200


def test_each_reader_is_told_what_the_feed_would_tell(site: Site) -> None:
    """The public: of what it sees, and nobody's name; a token for some layers: of these, and else as the public."""
    limited = site.token("gis", layers=["reservations"])
    with listening(site.address) as public, listening(site.address, limited) as gis:
        hidden = plot(site.write_as("Anna"), name="Intern")
        shown = plot(site.write_as("Anna"), name="Offen", offered_on="2023-01-01")
        update(site.write_as("Anna"), "plots", shown, note="Nur für uns")
        inquiry = insert(site.write_as("Anna"), "inquiries", kind="plot", received_on="2023-08-01")
        held = insert(
            site.write_as("Anna"),
            "reservations",
            plot=shown,
            area_m2=10000,
            reserved_on="2026-01-02",
            expires_on="2099-01-01",
        )
        last = plot(site.write_as("Anna"), name="Zuletzt", offered_on="2023-01-01")
        told = public.changes_until(last)
        # The note is told to nobody outside, nor that a reservation makes the plot look different, but that it does.
        assert set(told) == {("insert", "plots", shown, None), ("insert", "plots", last, None)} | (
            {("update", "plots", shown, None)} & set(told)
        )
        seen = gis.changes_until(last)
        assert ("insert", "reservations", held, "Anna") in seen
        assert {(layer, by) for _, layer, _, by in seen} == {("plots", None), ("reservations", "Anna")}
        assert not {("plots", hidden), ("inquiries", inquiry)} & {
            (layer, record) for _, layer, record, _ in [*told, *seen]
        }


def test_who_comes_back_misses_nothing(site: Site) -> None:
    """By the last event's id, on any worker; asking instead of listening answers the same."""
    token = site.token("leser")
    with listening(site.address, token) as reader:
        first = plot(site.write_as("Anna"), name="Erstes")
        assert reader.changes() == [("insert", "plots", first, "Anna")]
        cursor = reader.cursor
    second = plot(site.write_as("Anna"), name="Zweites")
    asked = site.latest(token, cursor)
    with listening(site.address, token, last=cursor) as again:
        assert again.first["changes"] == asked["changes"]
        assert [(one["id"], one["by"]) for one in asked["changes"]] == [(second, "Anna")]
    assert site.latest(token, asked["cursor"])["changes"] == []


def test_after_very_much_or_with_an_old_cursor_anything_may_have_changed(site: Site) -> None:
    """A load names no records, nor is told what a cursor for other layers has missed; what follows is told again."""
    token = site.token("leser")
    others = site.latest()["cursor"]
    assert site.latest(token, others)["is_reset"]
    with listening(site.address, token, last=others) as reader:
        assert reader.first["is_reset"]
        site.write_as("Anna").execute(
            """
            insert into flurwerk.sensitive_sites (name, kind, geom)
            select 'Schule ' || n, 'school', st_point(395000 + n, 5705000, 25832)
            from generate_series(1, 300) as n
            """
        )
        assert reader.next() == {"cursor": reader.cursor, "is_reset": True, "changes": []}
        after = plot(site.write_as("Anna"), name="Danach")
        assert reader.changes() == [("insert", "plots", after, "Anna")]
    refused = httpx.get(f"{site.address}{STREAM}", params={"since": "kein Zeiger"})
    assert refused.status_code == 400


def test_a_revoked_token_and_an_ended_session_end_their_streams(site: Site) -> None:
    """Before anything else is told; those of others go on."""
    goes = site.token("geht")
    with httpx.Client() as browser:
        browser.post(f"{site.address}/api/session", json={"token": site.token("bleibt")}).raise_for_status()
        session = browser.cookies["flurwerk_session"]
    with (
        listening(site.address, goes) as revoked,
        listening(site.address, site.token("bleibt")) as kept,
        httpx.Client(cookies={"flurwerk_session": session}, timeout=SOON_S) as browser,
        browser.stream("GET", f"{site.address}{STREAM}") as by_session,
    ):
        lines = by_session.iter_lines()
        assert next(lines).startswith("retry")
        with site.city.transaction():
            revoke(site.city, "geht")
        site.city.execute("delete from flurwerk_access.sessions")
        last = plot(site.write_as("Anna"), name="Nach dem Widerruf")
        assert kept.changes() == [("insert", "plots", last, "Anna")]
        assert revoked.has_ended()
        assert not [line for line in lines if "Widerruf" in line or f'"id":{last}' in line]


def test_streams_are_few_and_those_of_clients_that_left_are_forgotten(site: Site) -> None:
    """One too many is refused with the way out; a place is free again once a client has left."""
    token = site.token("viele")
    wait_until(lambda: site.open_streams() == 0)  # type: ignore[attr-defined]
    clients = [Listening(site.address, token) for _ in range(streams.PER_NAME)]
    refused = httpx.get(f"{site.address}{STREAM}", headers=bearer(token))
    assert refused.status_code == 429
    assert refused.headers["retry-after"]
    assert LATEST in refused.json()["detail"]
    with listening(site.address, site.token("leser")) as other:
        assert other.first["changes"] == []
    for client in clients:
        client.close()
    wait_until(lambda: site.open_streams() == 0)  # type: ignore[attr-defined]
    with listening(site.address, token) as again:
        assert again.first["changes"] == []


def test_streams_hold_no_connection_to_the_database(site: Site) -> None:
    """With more streams than the pools have connections, every other request is answered."""
    clients = [Listening(site.address, site.token("leser")) for _ in range(5)]
    clients += [Listening(site.address) for _ in range(8)]
    for _ in range(3):
        assert httpx.get(f"{site.address}/api/collections/plots/items?limit=1", timeout=SOON_S).status_code == 200
    record = plot(site.write_as("Anna"), name="Für alle", offered_on="2023-01-01")
    assert {client.changes()[0][2] for client in clients} == {record}
    for client in clients:
        client.close()


def test_streams_outlast_an_interruption_of_the_database(site: Site) -> None:
    """While the service's logins are locked out, streams stay open; what was recorded meanwhile is told afterwards."""
    with listening(site.address, site.token("leser")) as reader:
        name = sql.Identifier("live")
        site.city.execute(sql.SQL("alter database {} connection limit 0").format(name))
        site.city.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'live' and pid <> pg_backend_pid()"
        )
        record = plot(site.write_as("Anna"), name="Währenddessen")
        wait_until(lambda: httpx.get(f"{site.address}/api/health/ready").status_code == 503)
        assert reader.messages.empty()
        site.city.execute(sql.SQL("alter database {} connection limit -1").format(name))
        assert reader.changes() == [("insert", "plots", record, "Anna")]


def test_several_workers_tell_the_same_and_end_at_once(site: Site) -> None:
    """Each stream is told by its own worker; on a restart streams end well before requests would have to."""
    with program(FLURWERK_DATABASE_URL=site.url, FLURWERK_WORKERS="2", FLURWERK_POOL_SIZE="2") as (process, address):
        clients = [Listening(address, site.token("leser")) for _ in range(6)]
        record = plot(site.write_as("Anna"), name="Zu zweit")
        assert [client.changes() for client in clients] == [[("insert", "plots", record, "Anna")]] * 6
        os.kill(process.pid, signal.SIGTERM)
        assert all(client.has_ended() for client in clients)
        assert process.communicate(timeout=SOON_S)[1].count("Traceback") == 0
        assert process.returncode == 0
    for client in clients:
        client.close()


class _HalfBroken:
    """A source that has news for readers and fails for editors, and lets nobody in any more who has a name."""

    async def state(self) -> news.State:
        return news.State("1", 2, 2)

    async def news(self, view: Caller, since: str | None) -> news.News:
        if view.role is Role.EDITOR and since is not None:
            raise RuntimeError("cannot be told")
        return news.News("1", [{"layer": "plots"}] if since else [])

    async def still_valid(self, streams: Iterable[streams.Stream]) -> list[streams.Stream]:
        return [stream for stream in streams if stream.caller.role is Role.READER]


def test_what_cannot_be_told_to_some_keeps_nothing_from_the_others_nor_lets_anybody_in_for_ever() -> None:
    async def listened() -> tuple[news.News | None, news.News | None]:
        source = streams.Streams(_HalfBroken(), most=5, look_s=0.001)
        broken, reader = (
            streams.Stream(Caller(role, role.value), role.value, Credentials(None, None))
            for role in (Role.EDITOR, Role.READER)
        )
        for stream in (broken, reader):
            await source.join(stream, 1)
        told = await asyncio.wait_for(reader.messages.get(), SOON_S)
        ended = await asyncio.wait_for(broken.messages.get(), SOON_S)
        source.close()
        return told, ended

    told, ended = asyncio.run(listened())
    assert told is not None
    assert told.changes == [{"layer": "plots"}]
    assert ended is None
