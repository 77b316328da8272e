"""Starting, stopping and sharing a real private server."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from geo.errors import ClusterError
from geo.store import cluster
from geo.store.cluster.binaries import find_installation
from tests.test_cluster.helpers import FAST, execute, query, server_pid

REPOSITORY = Path(__file__).resolve().parent.parent.parent


def test_a_server_starts_stops_and_keeps_its_data(new_home: Path) -> None:
    """Data outlive a stop and a start, and the status shows whether the server runs."""
    assert cluster.status(new_home) == cluster.ServerStatus(running=False)
    url = cluster.ensure_running(new_home, FAST)
    execute(url, "CREATE TABLE kept AS SELECT 7 AS number")
    running = cluster.status(new_home)
    assert running.running
    assert running.url == url
    assert running.major == str(find_installation(new_home).major)

    assert cluster.stop(new_home) is True
    stopped = cluster.status(new_home)
    assert (stopped.running, stopped.url, stopped.pid) == (False, None, None)
    assert cluster.stop(new_home) is False

    assert query(cluster.ensure_running(new_home, FAST), "SELECT number FROM kept") == (7,)


def test_nothing_to_stop_or_remove_is_no_error(new_home: Path) -> None:
    """Stopping or removing a server that never existed does nothing and leaves no folder."""
    assert cluster.stop(new_home) is False
    cluster.remove(new_home)
    assert not new_home.exists()


def test_the_server_is_set_up_as_promised(new_home: Path) -> None:
    """By default: durable, on the socket only, UTF-8, Berlin time, with PostGIS available."""
    url = cluster.ensure_running(new_home)
    settings = ("fsync", "listen_addresses", "server_encoding", "TimeZone", "data_checksums", "jit")
    shown = [query(url, f"SHOW {name}")[0] for name in settings]
    assert shown == ["on", "", "UTF8", "Europe/Berlin", "on", "off"]
    assert query(url, "SELECT current_user, current_database(), usesuper FROM pg_user") == (
        "flurwerk",
        "flurwerk",
        True,
    )
    assert query(url, "SELECT datcollate FROM pg_database WHERE datname = current_database()") == ("C.UTF-8",)
    execute(url, "CREATE EXTENSION postgis")


def test_additional_settings_replace_the_defaults(home: Path) -> None:
    """A caller's server settings take precedence over the defaults, and may contain quotation marks."""
    url = cluster.ensure_running(home, {**FAST, "work_mem": "5MB", "cluster_name": "it's \\ here"})
    assert query(url, "SHOW work_mem") == ("5MB",)
    assert query(url, "SHOW cluster_name") == ("it's \\ here",)
    assert query(url, "SHOW fsync") == ("off",)


def test_a_running_server_is_found_without_starting_a_program(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command begins with this call, so it must not start a process if the server already runs."""
    url = cluster.ensure_running(home, FAST)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a program was started")

    with monkeypatch.context() as patched:
        patched.setattr(subprocess, "run", refuse)
        patched.setattr(subprocess, "Popen", refuse)
        assert cluster.ensure_running(home) == url


def test_two_commands_at_once_share_one_server(new_home: Path) -> None:
    """Two processes that start at the same time on a new home get the same server, created once."""
    call = f"ensure_running(pathlib.Path({str(new_home)!r}), {FAST})"
    code = f"import pathlib; from geo.store.cluster import ensure_running; print({call})"
    command = [sys.executable, "-c", code]
    both = [subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    urls = [each.communicate(timeout=300)[0].strip() for each in both]
    assert [each.returncode for each in both] == [0, 0]
    assert urls == [cluster.status(new_home).url] * 2
    log = cluster.status(new_home).log
    assert log is not None
    assert log.read_text().count("LOG:  starting PostgreSQL") == 1


def test_a_full_server_is_left_running(home: Path) -> None:
    """If all connections are taken, the server counts as running and is not restarted."""
    url = cluster.ensure_running(home, {**FAST, "max_connections": "4"})
    pid = server_pid(home)
    connections = [psycopg.connect(url) for _ in range(4)]
    try:
        assert cluster.ensure_running(home) == url
        assert server_pid(home) == pid
    finally:
        for connection in connections:
            connection.close()


def test_the_error_of_a_server_that_cannot_start_gives_the_reason_and_the_log(home: Path) -> None:
    """The error is one line with PostgreSQL's own reason and the log's path; the next attempt can succeed."""
    with pytest.raises(ClusterError, match=r"shared_buffers.*server\.log") as failed:
        cluster.ensure_running(home, {**FAST, "shared_buffers": "much"})
    assert "\n" not in str(failed.value)
    assert query(cluster.ensure_running(home, FAST), "SELECT 1") == (1,)
