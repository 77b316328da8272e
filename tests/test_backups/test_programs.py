"""Which of the installed client programs is used, and what is said if none can be."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from geo.backups.programs import ProgramFailed, connecting, for_server, installed, newest
from geo.errors import ConfigurationError
from geo.store.database import conninfo
from tests.records import one
from tests.test_cli import Command

Install = Callable[..., Path]
REAL = {name: newest(name) for name in ("pg_dump", "pg_restore")}


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts programs of some versions into PATH, in this order, each in a folder of its own; there are no others."""
    monkeypatch.setattr("geo.backups.programs.program_folders", list)

    def install(name: str, *versions: str, does: str = "exit 1") -> Path:
        folders = []
        for version in versions:
            folder = tmp_path / f"programs {version}"
            folder.mkdir(exist_ok=True)
            program = folder / name
            program.write_text(
                f'#!/bin/sh\n[ "$1" = --version ] && echo "{name} (PostgreSQL) {version}" && exit\n{does}\n'
            )
            program.chmod(0o755)
            folders.append(str(folder))
        monkeypatch.setenv("PATH", ":".join([*folders, "/usr/bin", "/bin"]))
        return tmp_path / f"programs {versions[-1]}" if versions else tmp_path

    return install


def test_the_servers_own_version_comes_before_newer_ones_and_older_ones_never(install: Install) -> None:
    install("pg_dump", "18.1", "15.9", "17.2", "16.0")
    assert [for_server("pg_dump", major).version for major in (14, 15, 16, 17, 18)] == [
        "15.9",
        "15.9",
        "16.0",
        "17.2",
        "18.1",
    ]
    assert newest("pg_dump").version == "18.1"


def test_of_two_of_the_same_version_the_first_in_the_path_is_used(install: Install, tmp_path: Path) -> None:
    """Packages come after it, and Debian's wrapper, which chooses by itself, is passed over."""
    install("pg_dump", "15.9", "15.10")
    assert for_server("pg_dump", 15).path == str(tmp_path / "programs 15.9" / "pg_dump")
    wrapped = tmp_path / "wrapped"
    wrapped.mkdir()
    (tmp_path / "pg_wrapper").write_text("#!/bin/sh\necho 15.0\n")
    (tmp_path / "pg_wrapper").chmod(0o755)
    (wrapped / "pg_dump").symlink_to(tmp_path / "pg_wrapper")
    assert not any("wrapped" in each.path for each in installed("pg_dump"))


def test_a_pg_dump_older_than_the_server_is_refused_with_the_package_to_install(
    install: Install, flurwerk: Command, url: str, tmp_path: Path
) -> None:
    install("pg_dump", "14.9", "13.1")
    with psycopg.connect(conninfo(url)) as connection:
        major = connection.info.server_version // 10_000
    refused = flurwerk("db", "backup", str(tmp_path / "city.dump"), exit_code=1).stderr
    assert f"is PostgreSQL {major}, and pg_dump is installed of 14.9 and 13.1 only" in refused
    assert f"apt-get install postgresql-client-{major}" in refused
    assert not list(tmp_path.glob("city.dump*"))


@pytest.mark.parametrize("name", ["pg_dump", "pg_restore"])
def test_a_program_that_is_not_installed_is_named_with_its_package(install: Install, name: str) -> None:
    install("other", "15.1")
    # Debian's wrapper alone is no program.
    for choose in (newest, lambda name: for_server(name, 15)):
        with pytest.raises(ProgramFailed, match=rf"{name} is not installed\. Install it: apt-get install postgresql-c"):
            choose(name)


def test_what_a_newer_pg_restore_sets_and_the_server_does_not_know_is_left_out(
    install: Install, flurwerk: Command, url: str, backup: Path
) -> None:
    """pg_restore 17 begins with `SET transaction_timeout = 0`, which servers before 17 refuse."""
    newer = f"""
        case "$*" in *--list*) ;; *) echo "SET a_setting_of_tomorrow = 0;" ;; esac
        exec {REAL["pg_restore"].path} "$@"
    """
    install("pg_restore", "99.1", does=newer)
    flurwerk("db", "restore", str(backup), "--yes", "--drop-old")
    with psycopg.connect(conninfo(url)) as connection:
        assert one(connection, "select sum(area_m2) from transactions") == 3100


@pytest.mark.parametrize(("version", "needed"), [(b"\x01\x0f", 16), (b"\x01\x10", 17)])
def test_a_backup_by_a_newer_pg_dump_than_pg_restore_can_read_is_refused_with_the_package(
    install: Install, flurwerk: Command, backup: Path, tmp_path: Path, version: bytes, needed: int
) -> None:
    """What the file's head says, and not that the file were damaged."""
    install("pg_restore", "15.18", does='echo "pg_restore: error: unsupported version in file header" >&2; exit 1')
    content = backup.read_bytes()
    file = tmp_path / "newer.dump"
    file.write_bytes(content[:5] + version + content[7:])
    refused = flurwerk("db", "restore", str(file), "--yes", exit_code=1).stderr
    assert f"was made by pg_dump of PostgreSQL {needed} or newer; the pg_restore installed here is 15.18" in refused
    assert f"apt-get install postgresql-client-{needed}" in refused
    assert "complete" not in refused


def test_secrets_of_a_connection_are_no_part_of_what_is_shown() -> None:
    """Whatever they are called, and however the URL writes them; all else is passed on as it is."""
    url = "postgresql://owner:p%40ss@host:5433/name?sslmode=require&keepalives=1&connect_timeout=7"
    with connecting(url) as (shown, variables, descriptors):
        assert set(shown.split()) == {
            "user=owner",
            "host=host",
            "port=5433",
            "dbname=name",
            "sslmode=require",
            "keepalives=1",
            "connect_timeout=7",
        }
        assert variables == {"PGPASSWORD": "p@ss"}
        assert descriptors == []


def test_a_passphrase_that_cannot_be_passed_on_unseen_is_refused() -> None:
    """A service file has no quotes, and only one can be in use."""
    for url in ("sslpassword='ends with a space '", "service=city sslpassword=x"):
        with pytest.raises(ConfigurationError, match="sslpassword cannot be passed on"), connecting(url):
            pass
