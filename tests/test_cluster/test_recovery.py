"""The private server after kill -9, with stale files, half-created or unreachable."""

import errno
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from geo.errors import ClusterError
from geo.store import cluster
from geo.store.cluster import places, process
from geo.store.cluster.configuration import people_in
from tests.test_api.helpers import wait_until
from tests.test_cluster.helpers import FAST, execute, kill_server, query, server_pid


def test_the_server_survives_kill_9(home: Path) -> None:
    """After a kill -9 the next command starts it again, with all committed data."""
    url = cluster.ensure_running(home)
    execute(url, "CREATE TABLE kept AS SELECT 7 AS number")
    data = kill_server(home)
    assert (data / "postmaster.pid").exists()
    assert cluster.status(home).running is False
    assert cluster.stop(home) is False
    assert query(cluster.ensure_running(home), "SELECT number FROM kept") == (7,)


def test_a_session_that_outlived_its_server_is_ended(home: Path) -> None:
    """A session still computing after kill -9 keeps PostgreSQL from starting again, so it is ended first."""
    url = cluster.ensure_running(home, FAST)
    with closing(psycopg.connect(url, autocommit=True)) as busy:
        busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1e15::bigint)")
        backend = busy.info.backend_pid
        state = f"SELECT state FROM pg_stat_activity WHERE pid = {backend}"
        wait_until(lambda: query(url, state) == ("active",))
        data = kill_server(home)
        assert process.works_in(backend, data)
        assert query(cluster.ensure_running(home, FAST), "SELECT 1") == (1,)
        assert not process.works_in(backend, data)


def test_an_interrupted_write_of_the_logins_keeps_those_there_are(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may log in stands in one file only; half of it would lock people out without a word."""
    url = cluster.ensure_running(home, FAST)
    cluster.update_access(home, add="carla")
    data = cluster.status(home).data
    assert data is not None

    def half(path: Path, text: str, **_: object) -> int:
        with path.open("w") as file:
            file.write(text[: len(text) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", half)
        with pytest.raises(ClusterError, match="No space left"):
            cluster.update_access(home, add="dora")
    assert people_in((data / "pg_ident.conf").read_text()) == ["carla"]
    cluster.update_access(home, add="dora")
    assert people_in((data / "pg_ident.conf").read_text()) == ["carla", "dora"]
    assert query(url, "SELECT count(*) FROM pg_ident_file_mappings WHERE error IS NOT NULL") == (0,)
    for person in ("carla", "dora"):
        cluster.update_access(home, drop=person)


def test_stale_lock_files_whose_pid_another_program_has_now_are_ignored(
    home: Path, foreign_process: subprocess.Popen[bytes]
) -> None:
    """Another process's pid in postmaster.pid and the socket's lock file does not keep the server from starting."""
    url = cluster.ensure_running(home, FAST)
    data = kill_server(home)
    for file in (data / "postmaster.pid", data.parent / "run" / ".s.PGSQL.5432.lock"):
        lines = file.read_text().splitlines(keepends=True)
        lines[0] = f"{foreign_process.pid}\n"
        file.write_text("".join(lines))
    assert cluster.status(home).running is False
    assert cluster.stop(home) is False
    assert cluster.ensure_running(home, FAST) == url
    assert server_pid(home) != foreign_process.pid


def test_a_damaged_pid_file_does_not_matter(home: Path) -> None:
    """An empty postmaster.pid, left by a full disk or a power cut, is removed."""
    cluster.ensure_running(home, FAST)
    data = kill_server(home)
    (data / "postmaster.pid").write_text("")
    assert query(cluster.ensure_running(home, FAST), "SELECT 1") == (1,)


def test_a_server_whose_socket_was_deleted_is_restarted(home: Path) -> None:
    """If a clean-up of temporary files deletes the socket, the next command restarts the unreachable server."""
    cluster.ensure_running(home, FAST)
    pid = server_pid(home)
    place = places.locate(home)
    assert place is not None
    shutil.rmtree(place.socket_folder)
    assert query(cluster.ensure_running(home, FAST), "SELECT 1") == (1,)
    assert server_pid(home) != pid


def test_an_interrupted_creation_starts_over(new_home: Path) -> None:
    """The remains of a killed initdb are removed, not taken for a database."""
    new_home.mkdir()
    half = places.create(new_home).folder / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("15\n")
    assert query(cluster.ensure_running(new_home, FAST), "SELECT 1") == (1,)
    assert not half.exists()
