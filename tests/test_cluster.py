"""The private server, run for real: each test has a home of its own and removes it with everything in it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from geo import cluster
from geo.cluster import places, process
from geo.cluster.account import ROOT, Account, account_of, default_account
from geo.cluster.binaries import find_installation, program_folders
from geo.errors import ClusterError

REPOSITORY = Path(__file__).resolve().parent.parent
FAST = {"fsync": "off"}


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that the server's account may enter; every home in it is removed afterwards."""
    made = Path(tempfile.mkdtemp(prefix="flurwerk-test-", dir="/tmp"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        for link in made.rglob("cluster"):
            if link.resolve() != Path("/usr"):
                cluster.remove(link.parent)
        shutil.rmtree(made)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for the homes of one test."""
    with temporary_folder() as made:
        yield made


@pytest.fixture
def new_home(folder: Path) -> Path:
    """A home in which no server has run yet."""
    return folder / "home"


@pytest.fixture(scope="module")
def used_home() -> Iterator[Path]:
    """A home whose server was started and stopped."""
    with temporary_folder() as made:
        cluster.ensure_running(made / "home", FAST)
        cluster.stop(made / "home")
        yield made / "home"


@pytest.fixture
def home(folder: Path, used_home: Path) -> Path:
    """A home with an empty database, stopped: copied, since that is quicker than making it."""
    subprocess.run(["cp", "-a", used_home, folder / "home"], check=True)
    return folder / "home"


def query(url: str, statement: str) -> Sequence[object]:
    """Return the first row that the statement gives."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return row


def execute(url: str, statement: str) -> None:
    """Carry out a statement that gives no rows."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def server_pid(home: Path) -> int:
    """Return the running server's pid."""
    pid = cluster.status(home).pid
    assert pid is not None
    return pid


def wait_until(condition: Callable[[], bool]) -> None:
    """Return as soon as the condition holds; fail if it does not within 20 seconds."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def kill_server(home: Path) -> Path:
    """Kill the home's server the hard way and return its data directory."""
    data, pid = cluster.status(home).data, server_pid(home)
    assert data is not None
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not process.works_in(pid, data))
    return data


@pytest.fixture
def foreign_process() -> Iterator[subprocess.Popen[bytes]]:
    """A process of the server's account that is no server: PostgreSQL itself would take it for one."""
    account = default_account()
    user = None if account.is_self else account.uid
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, cwd="/", user=user) as running:
        yield running
        assert running.stdin is not None
        running.stdin.close()
        assert running.wait() == 0, "the foreign process was killed"


def test_a_server_starts_stops_and_keeps_its_data(new_home: Path) -> None:
    """What was written is there after a stop and a start, and the status tells which of both it is."""
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
    """Stopping or removing a server that never was does nothing, and leaves no folder behind."""
    assert cluster.stop(new_home) is False
    cluster.remove(new_home)
    assert not new_home.exists()


def test_the_server_is_set_up_as_promised(new_home: Path) -> None:
    """Without further settings: durable, on the socket only, UTF-8, Berlin time, PostGIS at hand."""
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


def test_more_settings_replace_the_usual_ones(home: Path) -> None:
    """A caller's server settings win over the usual ones, quotation marks and all."""
    url = cluster.ensure_running(home, {**FAST, "work_mem": "5MB", "cluster_name": "it's \\ here"})
    assert query(url, "SHOW work_mem") == ("5MB",)
    assert query(url, "SHOW cluster_name") == ("it's \\ here",)
    assert query(url, "SHOW fsync") == ("off",)


def test_a_running_server_is_found_without_starting_a_program(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command begins with this call, so it may not cost a process when the server runs already."""
    url = cluster.ensure_running(home, FAST)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a program was started")

    with monkeypatch.context() as patched:
        patched.setattr(subprocess, "run", refuse)
        patched.setattr(subprocess, "Popen", refuse)
        assert cluster.ensure_running(home) == url


def test_two_commands_at_once_share_one_server(new_home: Path) -> None:
    """Two processes that start at the same moment on a new home get the same server, created once."""
    call = f"ensure_running(pathlib.Path({str(new_home)!r}), {FAST})"
    code = f"import pathlib; from geo.cluster import ensure_running; print({call})"
    command = [sys.executable, "-c", code]
    both = [subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    urls = [each.communicate(timeout=60)[0].strip() for each in both]
    assert [each.returncode for each in both] == [0, 0]
    assert urls == [cluster.status(new_home).url] * 2
    log = cluster.status(new_home).log
    assert log is not None
    assert log.read_text().count("LOG:  starting PostgreSQL") == 1


def test_the_server_survives_kill_9(home: Path) -> None:
    """After a kill -9 the next command starts it again, with all that was committed."""
    url = cluster.ensure_running(home)
    execute(url, "CREATE TABLE kept AS SELECT 7 AS number")
    data = kill_server(home)
    assert (data / "postmaster.pid").exists()
    assert cluster.status(home).running is False
    assert cluster.stop(home) is False
    assert query(cluster.ensure_running(home), "SELECT number FROM kept") == (7,)


def test_a_session_that_outlived_its_server_is_ended(home: Path) -> None:
    """A session still computing after kill -9 keeps PostgreSQL from starting anew, so it is ended first."""
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


def test_stale_lock_files_whose_pid_another_program_has_by_now(
    home: Path, foreign_process: subprocess.Popen[bytes]
) -> None:
    """A foreign living pid in postmaster.pid and in the socket's lock file does not keep it from starting."""
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
    """An empty postmaster.pid, as a full disk or a power cut leaves it, is cleared away."""
    cluster.ensure_running(home, FAST)
    data = kill_server(home)
    (data / "postmaster.pid").write_text("")
    assert query(cluster.ensure_running(home, FAST), "SELECT 1") == (1,)


def test_a_full_server_is_left_running(home: Path) -> None:
    """When all connections are taken, the server counts as running and is not restarted under its users."""
    url = cluster.ensure_running(home, {**FAST, "max_connections": "4"})
    pid = server_pid(home)
    connections = [psycopg.connect(url) for _ in range(4)]
    try:
        assert cluster.ensure_running(home) == url
        assert server_pid(home) == pid
    finally:
        for connection in connections:
            connection.close()


def test_a_server_whose_socket_was_cleared_away_is_restarted(home: Path) -> None:
    """If a cleaner of old files removes the socket, the next command restarts the unreachable server."""
    cluster.ensure_running(home, FAST)
    pid = server_pid(home)
    place = places.locate(home)
    assert place is not None
    shutil.rmtree(place.socket_folder)
    assert query(cluster.ensure_running(home, FAST), "SELECT 1") == (1,)
    assert server_pid(home) != pid


def test_an_interrupted_creation_is_begun_anew(new_home: Path) -> None:
    """What a killed initdb leaves behind is cleared away, not taken for a database."""
    new_home.mkdir()
    half = places.create(new_home).folder / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("15\n")
    assert query(cluster.ensure_running(new_home, FAST), "SELECT 1") == (1,)
    assert not half.exists()


@pytest.mark.parametrize("version", ["9", "9.6"])
def test_data_of_another_major_version_are_refused(home: Path, version: str) -> None:
    """The message names their version, the package that reads it and the folder; nothing is touched."""
    cluster.ensure_running(home, FAST)
    cluster.stop(home)
    data = cluster.status(home).data
    assert data is not None
    (data / "PG_VERSION").write_text(f"{version}\n")
    before = sorted(data.iterdir())
    with pytest.raises(ClusterError, match=r"made by PostgreSQL 9; .* postgresql-9-postgis-3") as refused:
        cluster.ensure_running(home, FAST)
    assert str(data.parent) in str(refused.value)
    assert sorted(data.iterdir()) == before


def test_a_server_that_cannot_start_says_why_and_where_to_look(home: Path) -> None:
    """The error is one line with PostgreSQL's own reason and the log's place; the next try can succeed."""
    with pytest.raises(ClusterError, match=r"shared_buffers.*server\.log") as failed:
        cluster.ensure_running(home, {**FAST, "shared_buffers": "much"})
    assert "\n" not in str(failed.value)
    assert query(cluster.ensure_running(home, FAST), "SELECT 1") == (1,)


@pytest.mark.parametrize("name", ["deep/" * 30, "Grüße, „Stadt“ & 100 % 'so'"], ids=["long", "odd"])
def test_a_path_that_no_socket_may_have(folder: Path, name: str) -> None:
    """If the path is over 107 bytes or has a comma, the socket lies in a short folder that only we enter."""
    home = folder / name
    url = cluster.ensure_running(home, FAST)
    assert query(url, "SELECT 1") == (1,)
    assert cluster.ensure_running(home) == url
    place = places.locate(home)
    assert place is not None
    assert place.socket_folder.parent == Path("/tmp")
    found = place.socket_folder.stat()
    assert (found.st_uid, found.st_mode & 0o777) == (place.account.uid, 0o700)
    cluster.remove(home)
    assert not place.socket_folder.exists()


def test_a_longest_possible_path_is_used_as_it_is(folder: Path) -> None:
    """At exactly 107 bytes the socket lies beside the data, and PostgreSQL accepts it."""
    room = 107 - len(os.fsencode(folder / "cluster" / "run" / places.SOCKET_NAME)) - 1
    home = folder / ("x" * room)
    assert query(cluster.ensure_running(home, FAST), "SELECT 1") == (1,)
    place = places.locate(home)
    assert place is not None
    assert place.socket_folder.parent == place.folder
    assert len(os.fsencode(place.socket_folder / places.SOCKET_NAME)) == 107


def test_a_socket_folder_of_somebody_else_is_refused(folder: Path) -> None:
    """Whoever lays a link where the short folder will be does not get our sessions."""
    home = folder / ("deep/" * 30)
    home.mkdir(parents=True)
    trap = places.create(home).socket_folder
    trap.symlink_to(folder)
    try:
        with pytest.raises(ClusterError, match="is not a folder of user"):
            cluster.ensure_running(home, FAST)
    finally:
        trap.unlink()


def test_a_home_that_the_servers_account_may_not_enter(folder: Path) -> None:
    """Below a folder of mode 0700, root's data lie under /var/lib/flurwerk, and the home points there."""
    folder.chmod(0o700)
    home = folder / "checkout" / ".flurwerk"
    url = cluster.ensure_running(home, FAST)
    assert query(url, "SELECT 1") == (1,)
    place = places.locate(home)
    assert place is not None
    if os.geteuid() == ROOT:
        assert (home / "cluster").readlink() == place.folder
        assert place.folder.parent == places.STATE_FOLDER
    else:
        assert place.folder == home / "cluster"
    assert cluster.ensure_running(home) == url
    cluster.remove(home)
    assert not place.folder.exists()


def test_a_deleted_home_begins_anew(folder: Path) -> None:
    """Who deletes the home gets a new database, and the server of the old one does not run on."""
    folder.chmod(0o700)
    home = folder / "home"
    execute(cluster.ensure_running(home, FAST), "CREATE TABLE kept ()")
    old = places.locate(home)
    assert old is not None
    pid = server_pid(home)
    if os.geteuid() != ROOT:
        cluster.stop(home)
    shutil.rmtree(home)
    try:
        assert query(cluster.ensure_running(home, FAST), "SELECT to_regclass('kept')") == (None,)
        assert not process.works_in(pid, old.data)
    finally:
        if os.geteuid() == ROOT:
            shutil.rmtree(old.folder)


@pytest.mark.parametrize("mode", [0o755, 0o700], ids=["open", "closed"])
def test_a_copied_home_has_a_server_of_its_own(folder: Path, mode: int) -> None:
    """A copy taken while the server runs is a second database, not a second way to the first."""
    folder.chmod(mode)
    home, copy = folder / "home", folder / "copy"
    url = cluster.ensure_running(home, FAST)
    execute(url, "CHECKPOINT")
    subprocess.run(["cp", "-a", home, copy], check=True)
    copied = cluster.ensure_running(copy, FAST)
    assert copied != url
    execute(copied, "CREATE TABLE only_in_the_copy ()")
    assert query(url, "SELECT to_regclass('only_in_the_copy')") == (None,)
    assert server_pid(copy) != server_pid(home)


@pytest.mark.parametrize("mode", [0o755, 0o700], ids=["open", "closed"])
def test_a_moved_home_keeps_its_data(folder: Path, mode: int) -> None:
    """A checkout that was moved while the server ran still has its database."""
    folder.chmod(mode)
    execute(cluster.ensure_running(folder / "home", FAST), "CREATE TABLE kept AS SELECT 7 AS number")
    (folder / "home").rename(folder / "moved")
    assert query(cluster.ensure_running(folder / "moved", FAST), "SELECT number FROM kept") == (7,)
    assert cluster.status(folder / "home").running is False


def test_a_server_of_root_is_refused(new_home: Path) -> None:
    """A cluster folder that belongs to root is named with the command that mends it."""
    new_home.mkdir()
    (new_home / "cluster").symlink_to("/usr")
    with pytest.raises(ClusterError, match=r"/usr belongs to root.*chown -R postgres: /usr"):
        cluster.ensure_running(new_home)


def test_a_home_that_cannot_be_made_is_named(folder: Path) -> None:
    """The message names the folder and the setting that moves it."""
    (folder / "file").write_text("")
    with pytest.raises(ClusterError, match=r"file/home cannot be used .* Set FLURWERK_HOME"):
        cluster.ensure_running(folder / "file" / "home")


def test_an_account_without_a_name_is_refused() -> None:
    """PostgreSQL needs the account's name, so a number that has none is named."""
    with pytest.raises(ClusterError, match="User 4000000001 has no name"):
        account_of(4_000_000_001)


def test_root_runs_the_server_as_postgres_and_others_as_themselves() -> None:
    """Only root, as whom PostgreSQL refuses to run, uses another account."""
    account: Account = default_account()
    assert account.uid != ROOT
    assert account.is_self == (os.geteuid() != ROOT)
    assert account.name == "postgres" or account.is_self


def install(folder: Path, major: int, postgis: bool) -> Path:
    """Lay out the programs of a PostgreSQL as far as they are looked at, and return their folder."""
    programs, share = folder / str(major) / "bin", folder / str(major) / "share"
    (share / "extension").mkdir(parents=True)
    programs.mkdir()
    if postgis:
        (share / "extension" / "postgis.control").touch()
    says = {"postgres": f"postgres (PostgreSQL) {major}.2", "pg_config": share, "initdb": "", "pg_ctl": ""}
    for name, answer in says.items():
        (programs / name).write_text(f"#!/bin/sh\necho '{answer}'\n")
        (programs / name).chmod(0o755)
    return programs


def test_without_postgresql_the_message_names_the_ways_out(folder: Path) -> None:
    """It names the package, the setting for an existing database, and Docker."""
    with pytest.raises(ClusterError, match="PostgreSQL with PostGIS is not installed") as missing:
        find_installation(folder, folders=[folder])
    message = str(missing.value)
    for way_out in ("make setup", "postgresql-postgis", "FLURWERK_DATABASE_URL", "docker compose up"):
        assert way_out in message
    assert "\n" not in message


def test_without_postgis_the_message_names_its_package(folder: Path) -> None:
    """PostgreSQL alone is not enough, and the package that is missing fits the installed version."""
    with pytest.raises(ClusterError, match=r"PostGIS is not.*postgresql-16-postgis-3.*docker compose up"):
        find_installation(folder, folders=[install(folder, 16, postgis=False)])


def test_the_newest_version_with_postgis_is_used(folder: Path) -> None:
    """A newer PostgreSQL without PostGIS does not stand in the way of an older one that has it."""
    folders = [install(folder, 15, True), install(folder, 17, False), install(folder, 16, True)]
    assert find_installation(folder, folders).major == 16


def test_existing_data_are_opened_by_their_own_version(folder: Path) -> None:
    """After an upgrade that installs a newer version beside the old, the old one still serves its data."""
    folders = [install(folder, 15, True), install(folder, 16, True)]
    (folder / "PG_VERSION").write_text("15\n")
    assert find_installation(folder, folders).major == 15


def test_programs_named_by_pg_config_are_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation outside the packages' folders is found through the pg_config on the PATH."""
    programs = install(folder, 99, postgis=True)
    (programs / "pg_config").write_text(f"#!/bin/sh\necho '{programs}'\n")
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    assert program_folders()[0] == programs
