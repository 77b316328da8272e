"""`flurwerk doctor` finds what is wrong with an installation, says what to do, and changes nothing."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg
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
        "versions", "settings", "disk", "programs", "service", "proxy",
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


class Proxied(BaseHTTPRequestHandler):
    """A service behind a proxy that does not tell it its public address."""

    link = "http://127.0.0.1:8000/api"

    def do_GET(self) -> None:
        """Answer with the link."""
        body = json.dumps({"links": [{"href": self.link}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Print nothing."""


@contextmanager
def proxied() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Proxied) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_proxy_that_hides_the_public_address_is_a_fault(shared_url: str) -> None:
    with proxied() as url:
        status, found = examine(shared_url, "--url", url)
        assert status == 1
        assert "makes addresses such as http://127.0.0.1:8000/api" in found["proxy"][0]["what"]
        assert "FORWARDED_ALLOW_IPS" in found["proxy"][0]["remedy"]


def test_an_address_that_does_not_answer_is_a_fault(shared_url: str) -> None:
    status, found = examine(shared_url, "--url", "https://127.0.0.1:9")
    assert status == 1
    assert "does not answer" in found["proxy"][0]["what"]
