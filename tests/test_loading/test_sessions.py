"""Two sessions that write at the same time, and sessions that end while they write."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from geo.loading import LoadReport, load
from geo.store.database import conninfo
from tests.test_api.helpers import wait_until

SALE = "source_id;plot;kind;sector;role;area_m2;agreed_on\n{};plot-1;sale;public;seller;6000;2023-01-01\n"


def wait_until_blocked(observer: psycopg.Connection, process: int) -> None:
    """Wait until the session of this process waits for another one."""
    while True:
        row = observer.execute("select cardinality(pg_blocking_pids(%s)) > 0", [process]).fetchone()
        observer.rollback()
        if row == (True,):
            return


def run_both(open_session, first: tuple, second: tuple) -> tuple[LoadReport, LoadReport]:
    """Run two loads, of which the second begins before the first is committed."""
    one, two, observer = open_session(), open_session(), open_session()
    reports: list[LoadReport] = []

    def load_second() -> None:
        with two:
            reports.append(load(two, *second[:2], source=second[2]))

    with one.transaction():
        report = load(one, *first[:2], source=first[2])
        thread = threading.Thread(target=load_second)
        thread.start()
        wait_until_blocked(observer, two.info.backend_pid)
    thread.join(timeout=300)
    return report, reports[0]


@pytest.fixture
def sale_files(tmp_path: Path) -> tuple[Path, Path]:
    paths = tmp_path / "a.csv", tmp_path / "b.csv"
    for path in paths:
        path.write_text(SALE.format(path.stem))
    return paths


def test_two_sessions_sell_the_same_plot_at_once(open_session, sale_files):
    first, second = run_both(open_session, ("transactions", sale_files[0], "a"), ("transactions", sale_files[1], "b"))
    assert first.inserted == 1
    [problem] = second.problems
    assert (problem.row, problem.column) == (2, "area_m2")
    assert "12,000 m² of 10,000 m²" in problem.reason.en
    with open_session() as session:
        assert session.execute("select source from flurwerk.transactions").fetchall() == [("a",)]


def test_two_loads_of_the_same_file_at_once(open_session, sale_files):
    first, second = run_both(open_session, ("transactions", sale_files[0], "a"), ("transactions", sale_files[0], "a"))
    assert (first.inserted, second.inserted, second.unchanged) == (1, 0, 1)


def test_load_commits_by_itself_on_an_idle_connection(open_session, sale_files):
    session = open_session()
    assert load(session, "transactions", sale_files[0], source="file").inserted == 1
    with open_session() as other:
        assert other.execute("select count(*) from flurwerk.transactions").fetchone() == (1,)


OPERATORS = "source_id,name,kind\n1,A,carrier\n"
SLOW = """
    create function flurwerk.be_slow() returns trigger language plpgsql as
        $$begin perform pg_sleep(300); return new; end$$;
    create trigger be_slow before insert on flurwerk.operators for each row execute function flurwerk.be_slow();
"""
BROKEN = """
    create function flurwerk.break() returns trigger language plpgsql as $$begin {}; return null; end$$;
    create trigger zz_break after insert on flurwerk.operators for each statement execute function flurwerk.break();
"""
DEFERRED = """
    create function flurwerk.break() returns trigger language plpgsql as $$begin {}; return null; end$$;
    create constraint trigger zz_break after insert on flurwerk.operators
        deferrable initially deferred for each row execute function flurwerk.break();
"""
SECONDS = 20
"""Far less than the statements last that the tests interrupt, and more than a busy machine needs."""

RUNNING = """
    select pid
    from pg_stat_activity
    where datname = current_database()
      and state = 'active'
      and pid <> pg_backend_pid()
"""


class Running:
    """A load in a process of its own, as a user starts it."""

    def __init__(self, database_url: str, file: Path, *options: str) -> None:
        command = [sys.executable, "-m", "api.cli", "load", "operators", str(file), "--source", "city", *options]
        environment = os.environ | {"FLURWERK_DATABASE_URL": database_url, "FLURWERK_LANGUAGE": "en"}
        # A run of the tests in the background ignores Ctrl+C, and what it starts would, too.
        heeding = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.process = subprocess.Popen(
            [*command, "--lang", "en"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True
        )
        signal.signal(signal.SIGINT, heeding)

    def ended(self) -> tuple[int, str]:
        """Wait for its end, and return the exit status and what it said on stderr."""
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


@pytest.fixture
def observer(database_url: str) -> Iterator[psycopg.Connection]:
    """A session that looks at the others."""
    with psycopg.connect(conninfo(database_url), autocommit=True) as session:
        yield session


@pytest.fixture
def operators(tmp_path: Path) -> Path:
    path = tmp_path / "operators.csv"
    path.write_text(OPERATORS)
    return path


def backend(observer: psycopg.Connection, *, blocked: bool) -> int:
    """Wait until a load's statement runs, or waits for a lock, and return its server process."""
    condition = "cardinality(pg_blocking_pids(pid)) > 0" if blocked else "wait_event = 'PgSleep'"
    found: list[tuple[int]] = []

    def runs() -> bool:
        found.extend(observer.execute(f"{RUNNING} and {condition}".encode()).fetchall())
        return bool(found)

    wait_until(runs)
    return found[0][0]


def is_gone(observer: psycopg.Connection, process: int) -> bool:
    """Whether the server process has ended, and with it its locks."""
    query = "select 1 from pg_stat_activity where pid = %s union all select 1 from pg_locks where pid = %s"
    return observer.execute(query, [process, process]).fetchone() is None


def holding(session: psycopg.Connection, file: Path) -> int:
    """Load in a transaction that stays open; return its server process."""
    session.execute("select set_config('application_name', 'the other load', false)")
    load(session, "operators", file, source="city")
    return session.info.backend_pid


def test_a_load_that_is_killed_leaves_no_session_and_no_lock(database_url, observer, operators):
    """While the server computes, it does not hear of the client's end; it looks every two seconds."""
    observer.execute(SLOW)
    running = Running(database_url, operators)
    process = backend(observer, blocked=False)
    running.process.send_signal(signal.SIGKILL)
    assert running.ended()[0] == -signal.SIGKILL
    wait_until(lambda: is_gone(observer, process), SECONDS)
    assert observer.execute("select count(*) from flurwerk.operators").fetchone() == (0,)


def test_a_waiting_load_that_is_killed_leaves_the_queue(database_url, open_session, observer, operators):
    one = open_session()
    with one.transaction():
        holding(one, operators)
        running = Running(database_url, operators)
        process = backend(observer, blocked=True)
        running.process.send_signal(signal.SIGKILL)
        running.ended()
        wait_until(lambda: is_gone(observer, process), SECONDS)


def test_the_second_load_of_a_source_says_for_whom_it_waits(database_url, open_session, observer, operators):
    one = open_session()
    with one.transaction():
        holder = holding(one, operators)
        running = Running(database_url, operators)
        backend(observer, blocked=True)
    status, said = running.ended()
    assert status == 0, said
    assert "Another load has been writing to operators from the source “city” since " in said
    assert f"(the other load, process {holder}, " in said
    assert "This one waits until it has ended. Ctrl+C gives up.\n" in said
    assert observer.execute("select name from flurwerk.operators").fetchall() == [("A",)]


def test_a_load_waits_no_longer_than_it_was_told(database_url, open_session, operators):
    one = open_session()
    with one.transaction():
        holder = holding(one, operators)
        status, said = Running(database_url, operators, "--wait", "0.1").ended()
    assert status == 1
    refusal = said.splitlines()[-1]
    assert "Another load of operators from the source city is still running (the other load" in refusal
    assert f"process {holder}" in refusal
    assert "--wait" in refusal


def test_loads_of_other_sources_do_not_wait(open_session, operators):
    one, two = open_session(), open_session()
    with one.transaction():
        holding(one, operators)
        assert load(two, "operators", operators, source="other", longest_wait_s=0).inserted == 1


def test_ctrl_c_ends_a_waiting_load_at_once(database_url, open_session, observer, operators):
    one = open_session()
    with one.transaction():
        holding(one, operators)
        running = Running(database_url, operators)
        process = backend(observer, blocked=True)
        running.process.send_signal(signal.SIGINT)
        status, said = running.ended()
        assert status == 1
        assert "Aborted" in said
        assert "Traceback" not in said
        wait_until(lambda: is_gone(observer, process), SECONDS)


def test_a_connection_that_breaks_is_told_and_nothing_is_written(database_url, observer, operators):
    observer.execute(SLOW)
    running = Running(database_url, operators)
    process = backend(observer, blocked=False)
    observer.execute("select pg_terminate_backend(%s)", [process])
    status, said = running.ended()
    assert status == 1
    assert said.splitlines()[-1].startswith("flurwerk: The connection to the database broke (")
    assert said.endswith("Nothing was written. Load the file again once the database answers.\n")
    assert observer.execute("select count(*) from flurwerk.operators").fetchone() == (0,)


def test_a_connection_that_breaks_in_the_commit_promises_nothing(database_url, observer, operators):
    """The answer may have been lost on its way."""
    observer.execute(DEFERRED.format("perform pg_terminate_backend(pg_backend_pid())"))
    status, said = Running(database_url, operators).ended()
    assert status == 1
    assert "It is not known whether the file was written" in said


@pytest.mark.parametrize("trigger", [BROKEN, DEFERRED], ids=["merging", "committing"])
def test_a_full_disk_is_told_and_nothing_is_written(database_url, observer, operators, trigger):
    observer.execute(trigger.format("raise disk_full using message = 'could not extend file: No space left on device'"))
    status, said = Running(database_url, operators).ended()
    assert status == 1
    assert (
        said.splitlines()[-1]
        == "flurwerk: The database has no room left (could not extend file: No space left on device). Nothing was "
        "written. Its operator has to free space; then load the file again."
    )
    assert observer.execute("select count(*) from flurwerk.operators").fetchone() == (0,)
