"""Real client programs of PostgreSQL 16, 17 and 18 beside the server's own, which `make test-clients` installs."""

import os
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from geo.backups.programs import newest
from geo.store.cluster.account import default_account, run_as
from geo.store.database import conninfo
from scripts.upgrade_dump import facts
from tests.conftest import create_database, database, drop_database
from tests.remains import temporary_folder
from tests.test_cli import Command

CLIENTS = Path(os.environ.get("FLURWERK_TEST_CLIENTS", ".tools/postgresql-clients")).absolute()
NEWER = (16, 17, 18)
OWN = newest("pg_dump").major
VERSIONS = (OWN, *(major for major in NEWER if major > OWN))
SAME_FORMAT = {17: 18, 18: 18}
"""The newest version that writes what this one reads, where that is not itself."""

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def folders() -> dict[int, Path]:
    """The folder of the programs of each version."""
    found = {OWN: Path(newest("pg_dump").path).parent}
    for program in CLIENTS.rglob("bin/pg_dump"):
        version = run_as(default_account(), [program, "--version"]).stdout
        found[int(version.split()[-1].split(".")[0])] = program.parent
    assert set(VERSIONS) <= set(found), "run make test-clients, which installs them"
    return found


def only(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let the programs in this folder be the only ones."""
    monkeypatch.setattr("geo.backups.programs.program_folders", list)
    monkeypatch.setenv("PATH", str(folder))


@pytest.fixture(scope="module")
def dumps(
    folders: dict[int, Path], server_url: str, city: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[int, Path]:
    """A backup of the city by each version."""
    made = {major: tmp_path_factory.mktemp("versions") / f"{major}.dump" for major in VERSIONS}
    for major, file in made.items():
        with pytest.MonkeyPatch.context() as monkeypatch:
            only(monkeypatch, folders[major])
            Command(database(server_url, city))("db", "backup", str(file))
    return made


@pytest.mark.parametrize(("written", "read"), list(product(VERSIONS, VERSIONS)))
def test_what_one_version_has_written_another_restores_or_names_what_to_install(
    folders: dict[int, Path],
    dumps: dict[int, Path],
    server_url: str,
    city: str,
    monkeypatch: pytest.MonkeyPatch,
    written: int,
    read: int,
) -> None:
    """Onto this machine's server, the oldest of them: all records, versions and releases are the same afterwards."""
    only(monkeypatch, folders[read])
    name = f"restored_by_{read}"
    create_database(server_url, name)
    url = database(server_url, name)
    try:
        if written > SAME_FORMAT.get(read, read):
            refused = Command(url)("db", "restore", str(dumps[written]), "--yes", exit_code=1).stderr
            assert f"made by pg_dump of PostgreSQL {min(written, 17)} or newer" in refused
            assert f"apt-get install postgresql-client-{min(written, 17)}" in refused
            return
        Command(url)("db", "restore", str(dumps[written]), "--yes")
        with psycopg.connect(conninfo(url)) as here, psycopg.connect(conninfo(database(server_url, city))) as there:
            assert facts(here) == facts(there)
    finally:
        drop_database(server_url, name)


@pytest.fixture(scope="module", params=[major for major in VERSIONS if major > OWN])
def newer_server(folders: dict[int, Path], request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a server of a newer version; without PostGIS, which its package lacks."""
    bindir, account = folders[request.param], default_account()
    with temporary_folder() as folder:
        data = folder / "data"
        if not account.is_self:
            os.chown(folder, account.uid, account.gid)
        initialised = run_as(account, [bindir / "initdb", "-D", data, "--auth=trust", "--username=owner", "--no-sync"])
        assert initialised.returncode == 0, initialised.stderr
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        started = run_as(account, [bindir / "pg_ctl", "start", "-w", "-D", data, "-l", folder / "log", "-o", options])
        assert started.returncode == 0, started.stderr
        try:
            yield make_conninfo(host=str(folder), user="owner", dbname="postgres")
        finally:
            run_as(account, [bindir / "pg_ctl", "stop", "-m", "immediate", "-D", data])


def test_a_newer_server_is_dumped_by_its_own_client_or_names_it(
    folders: dict[int, Path], newer_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An older pg_dump refuses newer servers; of several installed ones the server's own is chosen."""
    with psycopg.connect(newer_server) as connection:
        major = connection.info.server_version // 10_000
    file = tmp_path / "city.dump"
    flurwerk = Command(newer_server)
    only(monkeypatch, folders[OWN])
    refused = flurwerk("db", "backup", str(file), exit_code=1).stderr
    assert f"apt-get install postgresql-client-{major}" in refused
    monkeypatch.setenv("PATH", os.pathsep.join(str(folders[each]) for each in (18, *VERSIONS)))
    flurwerk("db", "backup", str(file))
    refused = flurwerk("db", "restore", str(file), "--dry-run", exit_code=1).stderr
    assert "is not a backup of a Flurwerk database" in refused
