"""Two sessions that write at the same time."""

import threading
from pathlib import Path

import psycopg
import pytest

from geo.loading import LoadReport, load

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
    assert "12000 m² of 10000 m²" in problem.reason.en
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
