"""A killed test run leaves nothing behind, and a run in which no test can work ends with one sentence."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from geo.store import cluster
from tests.conftest import UNSAFE_BUT_FAST
from tests.remains import ENDS_WITH_US, REPOSITORY, temporary_folder
from tests.test_api.helpers import wait_until

WAITS = """
import signal
from pathlib import Path

from tests.browser import launched
from tests.test_api.helpers import program


def test_waiting(server_url):
    with program(FLURWERK_DATABASE_URL=server_url), launched():
        Path({file!r}).write_text(server_url)
        signal.pause()
"""
CANNOT_START = """
import pytest

from geo.store import cluster


def refuse(*_):
    raise OSError("No space left on device")


cluster.ensure_running = refuse


@pytest.mark.parametrize("number", range(50))
def test_anything(template, number):
    pass
"""

Process = tuple[int, str]
"""A process's pid and start time, since pids are reused."""


@contextmanager
def running(folder: Path, test: str, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Run this test with our fixtures, and kill the run at the end."""
    file = folder / "test_it.py"
    file.write_text(test)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", *options]
    with subprocess.Popen(
        [*ENDS_WITH_US, *command, "-c", os.devnull, "--rootdir", folder, file],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as run:
        try:
            yield run
        finally:
            run.kill()


def started(pid: int) -> str | None:
    """Return when a process started, or None if it has ended, even if it is still a zombie."""
    try:
        state, *rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if state == "Z" else rest[18]


def descendants(pid: int) -> Iterator[Process]:
    """Yield all descendants of a process."""
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, file.read_text().split()):
            if since := started(child):
                yield child, since
            yield from descendants(child)


@pytest.mark.long
def test_a_killed_run_leaves_no_process_and_no_folder(tmp_path: Path) -> None:
    file = tmp_path / "server_url"
    with running(tmp_path, WAITS.format(file=str(file))) as run:
        wait_until(lambda: (file.exists() and file.read_text() != "") or run.poll() is not None, seconds=600)
        assert run.poll() is None, run.communicate()[0]
        home = Path(str(conninfo_to_dict(file.read_text())["host"])).parents[1]
        server = int((home / "cluster" / "data" / "postmaster.pid").read_text().split("\n")[0])
        processes = [*descendants(run.pid), (server, str(started(server)))]
        programs = {Path(f"/proc/{pid}/comm").read_text().strip() for pid, _ in processes}
        assert "postgres" in programs
        assert any("chrom" in name or "headless" in name for name in programs), "the browser is among them"
    wait_until(lambda: not any(started(pid) == since for pid, since in processes), seconds=120)
    wait_until(lambda: not home.exists(), seconds=120)


def test_remains_are_removed_without_the_checkout() -> None:
    """The checkout may be deleted before the watcher notices that the run was killed, so it imports nothing more."""
    with temporary_folder() as folder:
        home = folder / "killed" / "home"
        cluster.ensure_running(home, UNSAFE_BUT_FAST)
        server = cluster.status(home).pid
        assert server
        since = started(server)
        program = (
            "import sys, tests.remains, pathlib; sys.meta_path.clear(); tests.remains.remove(pathlib.Path(sys.argv[1]))"
        )
        subprocess.run([sys.executable, "-c", program, home.parent], cwd=REPOSITORY, check=True, timeout=300)
        assert started(server) != since
        assert not home.parent.exists()


@pytest.mark.long
def test_a_failure_of_what_all_tests_need_ends_the_run(tmp_path: Path) -> None:
    with running(tmp_path, CANNOT_START, "--numprocesses=2") as run:
        output = run.communicate()[0]
    assert "The tests' PostgreSQL server could not be made: No space left on device" in output
    assert run.returncode != 0
    counted = re.search(r"(\d+) errors? in", output)
    assert counted, output
    assert int(counted[1]) <= 2, "at most one for each worker"
