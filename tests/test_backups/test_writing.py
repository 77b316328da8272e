"""A backup is for its maker's eyes alone, whole or not there, and names what it cannot hold.

What an owner who is no superuser cannot read or load is tried on a server of its own (`make test-hosted`).
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from geo.access.grants import GRANTED_SCHEMAS
from geo.backups.unreadable import BackupRefused, excluded
from geo.store.database import conninfo
from tests.records import Connection, one
from tests.remains import REPOSITORY
from tests.test_api.helpers import wait_until
from tests.test_backups.conftest import Dump
from tests.test_backups.hosted import OWNER, Hosted, hosted_server
from tests.test_cli import Command

FOREIGN = f"""
    create schema audit;
    create table audit.log (line text);
    insert into audit.log values ('secret');
    create view public.lines as select line from audit.log;
    grant select on public.lines to "{OWNER}";
    create schema shared;
    grant usage on schema shared to "{OWNER}";
    create table shared."Alle ""neuen"" Notizen" (id int generated always as identity, note text);
    insert into shared."Alle ""neuen"" Notizen" (note) values ('kept');
    grant select on all tables in schema shared to "{OWNER}";
    create table shared.readable (note text);
    insert into shared.readable values ('kept');
    grant select on shared.readable to "{OWNER}";
    create table shared.filtered (note text);
    alter table shared.filtered enable row level security;
    grant select on shared.filtered to "{OWNER}";
    select lo_from_bytea(4711, 'secret');
"""
SUBSCRIBE = b"create subscription copying connection 'dbname=other' publication changes with (connect = false)"


@pytest.fixture(scope="module")
def server() -> Iterator[Hosted]:
    """A server whose administrator keeps things of their own in the city's database."""
    with hosted_server() as server:
        yield server


ROW_SECURITY = """
    select oid::regclass::text
    from pg_class
    where relrowsecurity
      and relnamespace::regnamespace::text = any (%s)
"""


def test_what_the_role_may_not_read_is_named_with_the_reason(connection: Connection) -> None:
    """With what needs it: a view, and a table whose sequence is unreadable. Flurwerk's own must all be readable."""
    connection.execute(f'create role "{OWNER}"'.encode())
    connection.execute(FOREIGN.encode())
    for schema in (*GRANTED_SCHEMAS, "public"):
        connection.execute(f'grant usage on schema {schema} to "{OWNER}"'.encode())
        for kind in ("tables", "sequences"):
            connection.execute(f'grant select on all {kind} in schema {schema} to "{OWNER}"'.encode())
    # Of tables that show each person only their own rows, their owner reads all.
    for (table,) in connection.execute(ROW_SECURITY, [list(GRANTED_SCHEMAS)]).fetchall():
        connection.execute(f'alter table {table} owner to "{OWNER}"'.encode())
    connection.execute(f'set local role "{OWNER}"'.encode())
    found = excluded(connection)
    assert "".join(f"{line}\n" for line in found.told) == told_by("flurwerk")
    assert len(found.options) == 6
    connection.execute("reset role")
    connection.execute(f'revoke select on sequence flurwerk.plots_id_seq from "{OWNER}"'.encode())
    connection.execute(f'set local role "{OWNER}"'.encode())
    with pytest.raises(
        BackupRefused, match=r"cannot read all that a backup must hold: sequence flurwerk\.plots_id_seq"
    ):
        excluded(connection)


def told_by(owner: str) -> str:
    """What a backup says of what it lacks."""
    return (
        f"Not in the backup, since the role {OWNER} may not read it: "
        f"table audit.log of {owner} (no right to use its schema), "
        f"view public.lines of {owner} (it needs one of these), "
        f'table shared."Alle ""neuen"" Notizen" of {owner} (it needs one of these), '
        f'sequence shared."Alle ""neuen"" Notizen_id_seq" of {owner} (no right to read it), '
        f"table shared.filtered of {owner} (only some of its rows are shown).\n"
        f"Not in the backup: large objects, since the role {OWNER} may not read 1 of them.\n"
    )


@pytest.mark.long
def test_what_the_role_may_not_read_is_left_out_and_named(server: Hosted, backup: Path, tmp_path: Path) -> None:
    """Also what needs it: a view, and a table whose sequence is unreadable. pg_dump's own warnings are passed on."""
    settings = server.prepare("city", may_restore=False)
    flurwerk = Command(settings.database_url or "")
    flurwerk.environment["FLURWERK_SECRET"] = settings.secret or ""
    flurwerk("db", "restore", str(backup), "--yes")
    with server.administrator("city") as administrator:
        administrator.execute(FOREIGN.encode())
        administrator.execute(SUBSCRIBE)
    file = tmp_path / "city.dump"
    told = flurwerk("db", "backup", str(file)).stderr
    warned = "warning: subscriptions not dumped because current user is not a superuser\n"
    assert told == told_by("flurwerk") + warned
    moved = server.prepare("second", may_restore=False)
    second = Command(moved.database_url or "")
    second.environment["FLURWERK_SECRET"] = settings.secret or ""
    second("db", "restore", str(file), "--yes")
    with psycopg.connect(conninfo(moved.database_url or "")) as connection:
        assert one(connection, "select note from shared.readable") == "kept"
        assert one(connection, "select to_regclass('audit.log') is null and to_regclass('shared.filtered') is null")
    with server.administrator("city") as administrator:
        administrator.execute("alter table flurwerk.plots owner to flurwerk")
    refused = flurwerk("db", "backup", str(file), exit_code=1).stderr
    assert (
        f"The database role {OWNER} cannot read all that a backup must hold: sequence flurwerk.plots_id_seq" in refused
    )


def test_uploaded_files_are_not_in_a_backup(flurwerk: Command, url: str, tmp_path: Path) -> None:
    """Each is there for a day, and a backup for years."""
    with psycopg.connect(conninfo(url)) as connection:
        connection.execute(
            """
            with kept as (
                insert into flurwerk.deliveries (file_name)
                values ('netz.csv')
                returning id
            )
            insert into flurwerk.delivery_parts (delivery, number, content)
            select id, 1, 'x'
            from kept
            """
        )
    file = tmp_path / "city.dump"
    flurwerk("db", "backup", str(file))
    listed = subprocess.run(["pg_restore", "--list", file], capture_output=True, text=True, check=True).stdout
    assert "TABLE flurwerk deliveries" in listed
    assert "TABLE DATA flurwerk plots" in listed
    assert "TABLE DATA flurwerk deliver" not in listed


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o277])
def test_a_backup_can_be_read_by_nobody_else(flurwerk: Command, tmp_path: Path, umask: int) -> None:
    """From its first byte on, whatever the umask, and whatever an earlier file of that name allowed."""
    file = tmp_path / "city.dump"
    file.write_text("earlier")
    file.chmod(0o666)
    modes: set[int] = set()
    watched = os.scandir

    def note() -> bool:
        modes.update(each.stat().st_mode & 0o777 for each in watched(tmp_path) if each.name.endswith(".part"))
        return process.poll() is not None

    with subprocess.Popen(
        [sys.executable, "-m", "api.cli", "db", "backup", str(file)],
        cwd=REPOSITORY,
        env={**os.environ, **flurwerk.environment},
        umask=umask,
    ) as process:
        wait_until(note)
    assert process.returncode == 0
    assert modes == {0o600}
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("could not write to output file: No space left on device", "There is not enough room for {file}. Free space"),
        (
            "could not open output file: Permission denied",
            "pg_dump 99.0 failed: could not open output file: Permission",
        ),
    ],
)
def test_a_backup_for_which_there_is_no_room_leaves_the_earlier_file(
    flurwerk: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: str, told: str
) -> None:
    """pg_dump's own words for a full disk become ours; nothing half is left."""
    programs, file = tmp_path / "bin", tmp_path / "backups" / "city.dump"
    programs.mkdir()
    file.parent.mkdir()
    file.write_text("earlier")
    fake = programs / "pg_dump"
    fake.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && echo 99.0 && exit\necho "pg_dump: error: {reason}" >&2\nexit 1\n'
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr("geo.backups.programs.program_folders", list)
    assert told.format(file=file) in flurwerk("db", "backup", str(file), exit_code=1).stderr
    assert [each.read_text() for each in file.parent.iterdir()] == ["earlier"]


def test_a_backup_whose_pg_dump_is_killed_leaves_the_earlier_file(flurwerk: Command, tmp_path: Path) -> None:
    """Here because the file may not grow beyond 20 kB; the signal is named."""
    file = tmp_path / "city.dump"
    file.write_text("earlier")
    done = subprocess.run(
        ["prlimit", "--fsize=20000", sys.executable, "-m", "api.cli", "db", "backup", str(file)],
        cwd=REPOSITORY,
        env={**os.environ, **flurwerk.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "failed: it was ended by SIGXFSZ." in done.stderr
    assert [each.read_text() for each in tmp_path.iterdir()] == ["earlier"]


OWN = """
    create schema reporting;
    create table reporting.notes (note text);
    insert into reporting.notes values ('kept');
    create function reporting.watch() returns event_trigger language plpgsql as $$ begin end $$;
    create event trigger watching on ddl_command_end execute function reporting.watch();
    create function reporting.native() returns int language c as '$libdir/postgis-3', 'postgis_lib_version';
    select lo_from_bytea(4711, 'kept');
"""


@pytest.mark.long
def test_what_an_owner_may_not_load_is_named_and_left_out_only_if_told(server: Hosted, changed_backup: Dump) -> None:
    """An event trigger, a function in C and a large object, which take a superuser; tables are there."""
    settings = server.prepare("loaded", may_restore=False)
    flurwerk = Command(settings.database_url or "")
    flurwerk.environment["FLURWERK_SECRET"] = settings.secret or ""
    file = str(changed_backup(OWN))
    refused = flurwerk("db", "restore", file, "--yes", exit_code=1).stderr
    names = (
        "function reporting.native() (permission denied for language c)",
        "event trigger watching (permission denied",
        "blob 4711 (permission denied for function lo_create)",
    )
    assert all(name in refused for name in names)
    assert "--without-own" in refused
    out = flurwerk("db", "restore", file, "--yes", "--without-own").stdout
    assert all(name in out for name in names)
    with psycopg.connect(conninfo(settings.database_url or "")) as connection:
        assert one(connection, "select note from reporting.notes") == "kept"
        assert one(connection, "select count(*) from flurwerk_history.transactions") == 1
