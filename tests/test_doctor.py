"""`flurwerk doctor` finds what is wrong with an installation, says what to do, and changes nothing."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from api.cli import main
from geo.store.database import conninfo
from tests.conftest import create_database, database, drop_database
from tests.records import one

FAR = {"FLURWERK_PORT": "9", "FLURWERK_CONTACT_EMAIL": "flaechen@stadt.example"}
"""No service answers at this port of the host."""


def examine(url: str, *options: str, **environment: str) -> tuple[int, dict[str, list[dict[str, str]]]]:
    """Return the exit status, and the findings by subject."""
    asked = CliRunner(env={"FLURWERK_DATABASE_URL": url, **FAR, **environment}).invoke(
        main, ["doctor", "--format", "json", *options]
    )
    found: dict[str, list[dict[str, str]]] = {}
    for each in json.loads(asked.stdout):
        found.setdefault(each["subject"], []).append(each)
    return asked.exit_code, found


def states(found: dict[str, list[dict[str, str]]]) -> dict[str, set[str]]:
    return {subject: {each["state"] for each in of_subject} for subject, of_subject in found.items()}


def test_a_sound_installation_has_no_fault_and_nothing_is_changed(shared_url: str) -> None:
    state = "select array[pg_stat_get_db_tuples_inserted(oid), pg_stat_get_db_tuples_updated(oid)] from pg_database"
    with psycopg.connect(conninfo(shared_url), autocommit=True) as connection:
        before = one(connection, f"{state} where datname = current_database()")
        status, found = examine(shared_url)
        assert one(connection, f"{state} where datname = current_database()") == before
    assert status == 0
    assert set(found) == {
        "versions", "settings", "disk", "programs", "service", "proxy", "mail", "files",
        "server", "rights", "schema", "roles", "logins", "connections", "clock", "time zone", "restoring",
    }  # fmt: skip
    assert all(state <= {"ok", "advice"} for state in states(found).values())
    assert "33 (1 × 33, pools of 8)" in found["connections"][0]["what"]


def test_what_to_do_comes_last_with_the_faults_first(server_url: str) -> None:
    """The database is empty: that is a fault; that no contact is set is advice."""
    create_database(server_url, "unmigrated")
    asked = CliRunner(env={"FLURWERK_DATABASE_URL": database(server_url, "unmigrated"), "FLURWERK_PORT": "9"}).invoke(
        main, ["doctor"]
    )
    drop_database(server_url, "unmigrated")
    assert asked.exit_code == 1
    to_do = asked.stdout.partition("What to do:\n")[2].splitlines()
    assert to_do[0] == "  1. schema (fault): Run: flurwerk migrate"
    assert any("FLURWERK_CONTACT_EMAIL" in line and "(advice)" in line for line in to_do[1:])


def test_a_database_that_is_away_is_the_fault_and_the_host_is_examined_all_the_same() -> None:
    status, found = examine("postgresql://flurwerk@127.0.0.1:9/flurwerk")
    assert status == 1
    assert "The database does not answer" in found["database"][0]["what"]
    assert states(found)["disk"] == {"ok"}


def test_roles_that_are_not_as_they_should_be_are_named(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        connection.execute("alter role flurwerk_tiles createdb")
        try:
            status, found = examine(database_url)
        finally:
            connection.execute("alter role flurwerk_tiles nocreatedb")
    assert status == 1
    (role,) = found["roles"]
    assert role["what"] == "flurwerk_tiles: It has the attributes: createdb."
    assert 'alter role "flurwerk_tiles" nocreatedb' in role["remedy"]


def test_too_many_connections_are_advice_as_long_as_smaller_pools_fit(shared_url: str) -> None:
    status, found = examine(shared_url, FLURWERK_WORKERS="2")
    assert status == 0
    (connections,) = found["connections"]
    assert connections["state"] == "advice"
    assert "2 × 33, pools of 8" in connections["what"]
    assert "reduces FLURWERK_POOL_SIZE to 5" in connections["remedy"]


def test_more_workers_than_connections_are_a_fault(shared_url: str) -> None:
    status, found = examine(shared_url, FLURWERK_WORKERS="20")
    assert status == 1
    assert "lower FLURWERK_WORKERS" in found["connections"][0]["remedy"]


def test_a_folder_that_is_missing_is_a_fault(shared_url: str, tmp_path: Path) -> None:
    status, found = examine(shared_url, FLURWERK_EXPORT_FOLDER=str(tmp_path / "away"))
    assert status == 1
    assert "is no folder that this user may write to" in found["disk"][0]["what"]


def test_a_lock_on_what_is_looked_at_ends_the_examination_with_a_word(database_url: str) -> None:
    """As while somebody migrates."""
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute("lock table public.flurwerk_migrations")
        status, found = examine(database_url)
    assert status == 1
    assert "If a migration or a restore is at work" in found["database"][0]["remedy"]


def test_no_private_server_is_made_or_started(tmp_path: Path) -> None:
    environment = {"FLURWERK_HOME": str(tmp_path / "home"), **FAR}
    asked = CliRunner(env={"FLURWERK_DATABASE_URL": None, **environment}).invoke(main, ["doctor", "--format", "json"])
    assert asked.exit_code == 0
    (found,) = (each for each in json.loads(asked.stdout) if each["subject"] == "database")
    assert found["what"] == "FLURWERK_DATABASE_URL is not set, and the private server is not running."
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "flurwerk.stadt.example",
        "ftp://stadt.example",
        "file:///etc/passwd",
        "http://[::1",
        "http://a:b/",
        "https://a:b@c",
    ],
)
def test_an_address_that_is_none_of_the_web_is_refused(shared_url: str, url: str) -> None:
    asked = CliRunner(env={"FLURWERK_DATABASE_URL": shared_url, **FAR}).invoke(main, ["doctor", "--url", url])
    assert asked.exit_code == 2
    assert "--url is no address of the web" in asked.stderr
    assert "a:b@c" not in asked.stderr


class Answering(BaseHTTPRequestHandler):
    """A server that answers with the bytes of the test, whatever they are."""

    answer = b""

    def do_GET(self) -> None:
        """Send them as they are, and close the connection."""
        self.wfile.write(self.answer)
        self.close_connection = True

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Print nothing."""


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """The address of a server that answers so."""
    handler = type("Answer", (Answering,), {"answer": answer})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def ok(body: bytes) -> bytes:
    """An answer with this body."""
    return b"HTTP/1.0 200 OK\r\n\r\n" + body


def test_a_proxy_that_hides_the_public_address_is_a_fault(shared_url: str) -> None:
    """The service behind it makes links to itself."""
    link = json.dumps({"links": [{"href": "http://127.0.0.1:8000/api"}]}).encode()
    with answering(ok(link)) as url:
        status, found = examine(shared_url, "--url", url)
        assert status == 1
        assert "makes addresses such as http://127.0.0.1:8000/api" in found["proxy"][0]["what"]
        assert "FORWARDED_ALLOW_IPS" in found["proxy"][0]["remedy"]


@pytest.mark.parametrize(
    "answer",
    [
        ok(b"<html>"), ok(b""), ok(b"[1, 2]"), ok(b'{"links": null}'), ok(b"\xe4\xf6"), ok(b"x" * 3_000_000),
        b"SSH-2.0-OpenSSH\r\n", b"", b"HTTP/1.0 302 Found\r\nLocation: http://127.0.0.1:9/\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort",
    ],
    ids=["page", "empty", "list", "null", "Latin-1", "large", "SSH", "nothing", "redirection", "cut short"],
)  # fmt: skip
def test_whatever_answers_is_a_finding(shared_url: str, answer: bytes) -> None:
    with answering(answer) as url:
        status, found = examine(shared_url, "--url", url)
        assert status == 1
        assert found["proxy"][0]["state"] == "fault"


def test_another_program_at_the_services_port_is_no_service(shared_url: str) -> None:
    with answering(b"SSH-2.0-OpenSSH\r\n") as url:
        _, found = examine(shared_url, FLURWERK_PORT=url.rpartition(":")[2], http_proxy="http://127.0.0.1:9")
    assert found["service"][0]["state"] != "ok"
    assert "127.0.0.1:9" not in found["service"][0]["what"], "the service is asked directly"


def test_an_address_that_does_not_answer_is_a_fault(shared_url: str) -> None:
    status, found = examine(shared_url, "--url", "https://127.0.0.1:9")
    assert status == 1
    assert "does not answer" in found["proxy"][0]["what"]
