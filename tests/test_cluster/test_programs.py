"""Which PostgreSQL is used, and the error if none fits."""

import os
from pathlib import Path

import pytest

from geo.errors import ClusterError
from geo.store import cluster
from geo.store.cluster import places
from geo.store.cluster.binaries import find_installation, program_folders
from tests.test_cluster.helpers import FAST


@pytest.mark.parametrize("version", ["9", "9.6"])
def test_data_of_another_major_version_are_refused(new_home: Path, version: str) -> None:
    """The message names their version, the package that reads it and the folder; nothing is touched."""
    new_home.mkdir()
    data = places.create(new_home).data
    data.mkdir()
    (data / "PG_VERSION").write_text(f"{version}\n")
    with pytest.raises(ClusterError, match=r"made by PostgreSQL 9; .* postgresql-9-postgis-3") as refused:
        cluster.ensure_running(new_home, FAST)
    assert str(data.parent) in str(refused.value)
    assert list(data.iterdir()) == [data / "PG_VERSION"]
    assert list(data.parent.iterdir()) == [data]


def install(folder: Path, major: int, postgis: bool) -> Path:
    """Create stubs of the PostgreSQL programs that the code runs, and return their folder."""
    programs, libraries = folder / str(major) / "bin", folder / str(major) / "lib"
    programs.mkdir(parents=True)
    libraries.mkdir()
    if postgis:
        (libraries / "postgis-3.so").touch()
    outputs = {"postgres": f"postgres (PostgreSQL) {major}.2", "pg_config": libraries, "initdb": "", "pg_ctl": ""}
    for name, output in outputs.items():
        (programs / name).write_text(f"#!/bin/sh\necho '{output}'\n")
        (programs / name).chmod(0o755)
    return programs


def test_without_postgresql_the_message_names_the_solutions(folder: Path) -> None:
    """It names the package, the setting for an existing database, and Docker."""
    with pytest.raises(ClusterError, match="PostgreSQL with PostGIS is not installed") as missing:
        find_installation(folder, folders=[folder])
    message = str(missing.value)
    for solution in ("make setup", "postgresql-postgis", "FLURWERK_DATABASE_URL", "docker compose up"):
        assert solution in message
    assert "\n" not in message


def test_without_postgis_the_message_names_its_package(folder: Path) -> None:
    """PostgreSQL alone is not enough; the message names the package for the installed version."""
    with pytest.raises(ClusterError, match=r"PostGIS is not.*postgresql-16-postgis-3.*docker compose up"):
        find_installation(folder, folders=[install(folder, 16, postgis=False)])


def test_the_newest_version_with_postgis_is_used(folder: Path) -> None:
    """An older PostgreSQL with PostGIS is preferred to a newer one without it."""
    folders = [install(folder, 15, True), install(folder, 17, False), install(folder, 16, True)]
    assert find_installation(folder, folders).major == 16


def test_existing_data_are_opened_by_their_own_version(folder: Path) -> None:
    """After an upgrade that installs a newer version beside the old, the old version still serves its data."""
    folders = [install(folder, 15, True), install(folder, 16, True)]
    (folder / "PG_VERSION").write_text("15\n")
    assert find_installation(folder, folders).major == 15


def test_programs_named_by_pg_config_are_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation outside the packages' folders is found through the pg_config on the PATH."""
    programs = install(folder, 99, postgis=True)
    (programs / "pg_config").write_text(f"#!/bin/sh\necho '{programs}'\n")
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    assert program_folders()[0] == programs
