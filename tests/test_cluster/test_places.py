"""Where the private server's files are: long paths, closed folders, copied, moved and deleted homes."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from geo.errors import ClusterError
from geo.store import cluster
from geo.store.cluster import places, process
from geo.store.cluster.account import ROOT, Account, account_of, default_account
from tests.test_cluster.helpers import FAST, execute, query, server_pid


@pytest.mark.parametrize("name", ["deep/" * 30, "Grüße, „Stadt“ & 100 % 'so'"], ids=["long", "odd"])
def test_a_path_that_a_socket_cannot_have(folder: Path, name: str) -> None:
    """If the path is over 107 bytes or has a comma, the socket is in a short folder that only our account can enter."""
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


def test_the_longest_possible_path_is_used_as_it_is(folder: Path) -> None:
    """At exactly 107 bytes the socket is beside the data, and PostgreSQL accepts it."""
    room = 107 - len(os.fsencode(folder / "cluster" / "run" / places.SOCKET_NAME)) - 1
    home = folder / ("x" * room)
    assert query(cluster.ensure_running(home, FAST), "SELECT 1") == (1,)
    place = places.locate(home)
    assert place is not None
    assert place.socket_folder.parent == place.folder
    assert len(os.fsencode(place.socket_folder / places.SOCKET_NAME)) == 107


def test_a_socket_folder_of_somebody_else_is_refused(folder: Path) -> None:
    """A link placed where the short folder will be does not divert our connections."""
    home = folder / ("deep/" * 30)
    home.mkdir(parents=True)
    trap = places.create(home).socket_folder
    trap.symlink_to(folder)
    try:
        with pytest.raises(ClusterError, match="is not a folder of user"):
            cluster.ensure_running(home, FAST)
    finally:
        trap.unlink()


def test_a_home_that_the_servers_account_cannot_enter(folder: Path) -> None:
    """Below a folder of mode 0700, root's data are under /var/lib/flurwerk, and the home links there."""
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


def test_a_deleted_home_starts_from_scratch(folder: Path) -> None:
    """After the home is deleted, a new database is created and the old one's server is stopped."""
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
    """A copy taken while the server runs is a second database, not another path to the first."""
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
    """A checkout moved while the server runs still has its database."""
    folder.chmod(mode)
    execute(cluster.ensure_running(folder / "home", FAST), "CREATE TABLE kept AS SELECT 7 AS number")
    (folder / "home").rename(folder / "moved")
    assert query(cluster.ensure_running(folder / "moved", FAST), "SELECT number FROM kept") == (7,)
    assert cluster.status(folder / "home").running is False


def test_a_server_of_root_is_refused(new_home: Path) -> None:
    """The error for a cluster folder that belongs to root gives the command that fixes it."""
    new_home.mkdir()
    (new_home / "cluster").symlink_to("/usr")
    with pytest.raises(ClusterError, match=r"/usr belongs to root.*chown -R postgres: /usr"):
        cluster.ensure_running(new_home)


def test_a_home_that_cannot_be_created_is_named(folder: Path) -> None:
    """The message names the folder and the setting that changes it."""
    (folder / "file").write_text("")
    with pytest.raises(ClusterError, match=r"file/home cannot be used .* Set FLURWERK_HOME"):
        cluster.ensure_running(folder / "file" / "home")


def test_an_account_without_a_name_is_refused() -> None:
    """PostgreSQL needs the account's name, so the error names a user id without one."""
    with pytest.raises(ClusterError, match="User 4000000001 has no name"):
        account_of(4_000_000_001)


def test_root_runs_the_server_as_postgres_and_others_as_themselves() -> None:
    """PostgreSQL refuses to run as root, so only root uses another account."""
    account: Account = default_account()
    assert account.uid != ROOT
    assert account.is_self == (os.geteuid() != ROOT)
    assert account.name == "postgres" or account.is_self
