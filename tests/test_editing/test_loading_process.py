"""On bad days of a load by the service nothing is written, and nothing is left: no process, no file, no session."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.records import loading_process
from geo.access import Caller, Role
from geo.loading import load
from geo.settings import load_settings
from tests.records import Connection
from tests.test_api.helpers import answer_as, running, wait_until

ROWS = 3_000
OPERATORS = "source_id;name;kind\n" + "".join(f"{number};Netz {number};carrier\n" for number in range(ROWS))
WANTED = {"layer": "operators", "source": "netz", "dry_run": False}
END_WAITING = """
    select pg_terminate_backend(l.pid)
    from pg_locks as l
    join pg_database as d on d.oid = l.database
    where d.datname = current_database()
      and not l.granted
"""
"""Not by pg_stat_activity, which does not change within a transaction."""


@pytest.fixture
def client(database_url: str, records: Connection, tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of the service, over a real connection, as an editor."""
    app = create_app(load_settings(database_url=database_url, export_folder=tmp_path))
    answer_as(app, lambda _: Caller(Role.EDITOR, "erika"))
    with socket.create_server(("127.0.0.1", 0)) as listener, running(app, listener):
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with httpx.Client(base_url=address, timeout=120, headers={"Accept-Language": "en"}) as client:
            yield client


@pytest.fixture
def delivery(client: httpx.Client) -> str:
    """The id of an uploaded file."""
    response = client.post("/api/deliveries", params={"name": "operators.csv"}, content=OPERATORS)
    assert response.status_code == 201, response.text
    return response.json()["id"]


@contextmanager
def held(records: Connection) -> Iterator[None]:
    """Have loads of operators wait after they have read their file."""
    with records.transaction():
        records.execute("lock table operators in access exclusive mode")
        yield


def processes() -> list[int]:
    """The processes of loads that this process has started."""
    found = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    children = [int(child) for children in found for child in children.read_text().split()]
    return [child for child in children if b"geo.loading" in command_line(child)]


def command_line(process: int) -> bytes:
    """The words of its command; none if it has ended meanwhile."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def result(response: httpx.Response) -> dict[str, Any]:
    """What the last line of an answer tells."""
    assert response.status_code == 200, response.text
    return json.loads(response.text.splitlines()[-1])


def is_over(tmp_path: Path, records: Connection) -> bool:
    """Whether neither process nor temporary file nor session of a load is left."""
    sessions = records.execute(
        """
        select count(*)
        from pg_stat_activity
        where pid <> pg_backend_pid()
          and datname = current_database()
          and state <> 'idle'
          and backend_type = 'client backend'
        """
    ).fetchone()
    return not processes() and not list(tmp_path.iterdir()) and sessions == (0,)


def count(records: Connection) -> int:
    row = records.execute("select count(*) from operators").fetchone()
    assert row
    return row[0]


def test_progress_is_told_while_a_file_is_loaded_to_a_browser_too(
    client: httpx.Client, delivery: str, records: Connection
) -> None:
    with held(records), client.stream("POST", f"/api/deliveries/{delivery}/load", json=WANTED) as response:
        assert json.loads(next(response.iter_lines())) == {"progress": {"done": ROWS, "total": ROWS}}


def test_who_waits_for_another_load_is_told_what_can_be_done_on_a_page(
    client: httpx.Client, delivery: str, records: Connection, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Nobody who reads this has a keyboard that reaches the process, as the command's users have."""
    file = tmp_path_factory.mktemp("other") / "operators.csv"
    file.write_text(OPERATORS)
    with records.transaction(force_rollback=True):
        load(records, "operators", file, source=WANTED["source"])
        with client.stream("POST", f"/api/deliveries/{delivery}/load", json=WANTED) as response:
            told = next(line["waiting"] for line in map(json.loads, response.iter_lines()) if "waiting" in line)
    assert told.startswith("Another load has been writing to operators from the source “netz” since ")
    assert told.endswith("Cancel if you do not want to wait; nothing has been written yet.")
    assert "Ctrl" not in told


def test_a_client_that_leaves_ends_the_load_and_nothing_is_written(
    client: httpx.Client, delivery: str, records: Connection, tmp_path: Path
) -> None:
    with held(records):
        with client.stream("POST", f"/api/deliveries/{delivery}/load", json=WANTED) as response:
            # It closes the connection once it is forgotten.
            lines = response.iter_lines()
            next(lines)
            assert processes()
            assert list(tmp_path.iterdir())
        wait_until(lambda: not processes() and not list(tmp_path.iterdir()))
    wait_until(lambda: is_over(tmp_path, records))
    assert count(records) == 0
    # Nor does it keep its turn: more loads than there are turns can follow.
    for _ in range(3):
        assert result(client.post(f"/api/deliveries/{delivery}/load", json=WANTED))["result"]["ok"]
    assert count(records) == ROWS


def test_a_load_whose_process_is_killed_is_told_and_nothing_is_written(
    client: httpx.Client, delivery: str, records: Connection, tmp_path: Path
) -> None:
    with held(records), client.stream("POST", f"/api/deliveries/{delivery}/load", json=WANTED) as response:
        lines = response.iter_lines()
        next(lines)
        for process in processes():
            os.kill(process, signal.SIGKILL)
        *_, last = lines
    assert "ended the process" in json.loads(last)["refused"]["message"]
    wait_until(lambda: is_over(tmp_path, records))
    assert count(records) == 0


def test_a_load_whose_database_goes_away_is_told_and_nothing_is_written(
    client: httpx.Client, delivery: str, records: Connection, tmp_path: Path
) -> None:
    with held(records), client.stream("POST", f"/api/deliveries/{delivery}/load", json=WANTED) as response:
        lines = response.iter_lines()
        next(lines)
        wait_until(lambda: records.execute(END_WAITING).rowcount == 1)
        *_, last = lines
    assert json.loads(last)["refused"]["message"].startswith("The connection to the database broke")
    wait_until(lambda: is_over(tmp_path, records))
    assert count(records) == 0


def test_without_room_for_files_it_is_told_and_the_turns_are_given_back(
    client: httpx.Client, delivery: str, tmp_path: Path
) -> None:
    tmp_path.rmdir()
    for _ in range(3):
        refused = client.post(f"/api/deliveries/{delivery}/load", json=WANTED)
        assert (refused.status_code, refused.json()["title"]) == (503, "The disk is full")
    assert client.post("/api/deliveries", params={"name": "a.csv"}, content=b"x").status_code == 503
    tmp_path.mkdir()
    assert result(client.post(f"/api/deliveries/{delivery}/load", json=WANTED))["result"]["inserted"] == ROWS


def test_two_loads_of_a_source_at_once_write_each_record_once(
    client: httpx.Client, delivery: str, records: Connection
) -> None:
    def load(_: int) -> dict[str, Any]:
        return result(client.post(f"/api/deliveries/{delivery}/load", json=WANTED))["result"]

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(load, range(2)))
    assert sorted((each["inserted"], each["unchanged"]) for each in done) == [(0, ROWS), (ROWS, 0)]
    assert count(records) == ROWS


READING = """
import sys
from pathlib import Path
import geo.loading.working
from geo.loading.reading import open_source
from geo.loading.reading_options import ReadingOptions
open_source(Path(sys.argv[1]), "operators", ReadingOptions())
print([name for name in ("pandas", "pyogrio", "openpyxl") if name in sys.modules])
"""


def test_what_a_load_unpacks_is_gone_with_its_process(
    client: httpx.Client, delivery: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lies in the folder for files, and is removed by the service, as a process that is killed cannot."""
    unpacking = (
        "import os, signal, tempfile; print(tempfile.mkdtemp(), flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    monkeypatch.setattr(loading_process, "COMMAND", (sys.executable, "-c", unpacking))
    said = client.post(f"/api/deliveries/{delivery}/load", json=WANTED).text
    assert str(tmp_path) in said
    wait_until(lambda: not list(tmp_path.iterdir()))


def test_a_table_of_text_is_read_without_what_other_formats_need(tmp_path: Path) -> None:
    """Importing it would take longer than reading the file."""
    path = tmp_path / "operators.csv"
    path.write_text(OPERATORS)
    found = subprocess.run([sys.executable, "-c", READING, path], capture_output=True, text=True, timeout=300)
    assert (found.stdout.strip(), found.stderr) == ("[]", "")
