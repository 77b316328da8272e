"""Backup, restore and move by an owner who is no superuser, on servers that somebody else administers.

`make test` moves a city from one server to another; the rest is left to `make test-hosted`.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from urllib.parse import quote

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from geo.backups.programs import Program, connecting, run
from geo.settings import Settings
from geo.store.database import conninfo, login_conninfo
from scripts.upgrade_dump import facts
from tests.conftest import numbers
from tests.records import one
from tests.test_backups.conftest import Dump
from tests.test_backups.helpers import beside
from tests.test_backups.hosted import OWNER, PASSWORD, SECRET, Hosted, hosted_server
from tests.test_backups.test_killed import killed
from tests.test_backups.test_restoring import TAMPER
from tests.test_cli import Command
from tests.test_upgrades import RELEASES, unpack

EXTENSIONS = "select string_agg(extname, ',' order by extname) from pg_extension"
RELATIONS = "select count(*) from pg_class where relnamespace::regnamespace::text !~ '^(pg_.*|information_schema)$'"
FACTS = "select rolsuper or rolcreaterole or rolcreatedb from pg_roles where rolname = current_user"


@pytest.fixture(scope="module")
def server() -> Iterator[Hosted]:
    """The server that the city has."""
    with hosted_server() as server:
        yield server


def command(settings: Settings) -> Command:
    """Return the command with an owner's settings."""
    flurwerk = Command(settings.database_url or "")
    flurwerk.environment["FLURWERK_SECRET"] = settings.secret or ""
    return flurwerk


def as_owner(settings: Settings) -> "psycopg.Connection[tuple[object, ...]]":
    """Return a connection of the owner."""
    return psycopg.connect(conninfo(settings.database_url or ""))


@pytest.fixture
def given(server: Hosted) -> Settings:
    """One empty database, prepared by the administrator, and no right to create another."""
    settings = server.prepare(f"city_{next(numbers)}", may_restore=False)
    with server.administrator() as administrator:
        administrator.execute(f'alter role "{OWNER}" nocreatedb'.encode())
    return settings


def test_a_city_moves_to_another_server_with_its_history_and_figures(
    given: Settings, backup: Path, tmp_path: Path
) -> None:
    """By owners without any attribute: records, versions, releases and figures are the same on both."""
    flurwerk = command(given)
    with as_owner(given) as connection:
        assert one(connection, FACTS) is False
    out = flurwerk("db", "restore", str(backup), "--yes").stdout
    name = str(conninfo_to_dict(given.database_url or "")["dbname"])
    assert f"into {name}, which was empty." in out
    assert "1 releases verified" in out
    with as_owner(given) as connection:
        connection.execute("update plots set name = 'Hafen Süd'")
    file = tmp_path / "moving.dump"
    assert flurwerk("db", "backup", str(file)).stderr == ""
    with hosted_server() as second:
        moved = second.prepare("city", may_restore=False)
        command(moved)("db", "restore", str(file), "--yes")
        for figures in (["kpi", "2023-H2"], ["kpi", "2023-H2", "--by", "district"]):
            assert command(moved)(*figures).stdout == flurwerk(*figures).stdout
        with as_owner(given) as there, as_owner(moved) as here:
            assert one(here, FACTS) is False
            assert facts(here) == facts(there)
            assert one(here, "select count(*) from flurwerk_history.plots") == 1
        with psycopg.connect(login_conninfo(moved, "flurwerk_public")) as public:
            assert one(public, "select count(*) from flurwerk_for_public.districts") == 2


@pytest.mark.long
def test_a_backup_of_the_oldest_release_is_restored_and_migrated_by_an_owner(given: Settings, tmp_path: Path) -> None:
    """Into the empty database, with the rights that the administrator's plan gives."""
    out = command(given)("db", "restore", str(unpack(RELEASES[0], tmp_path)), "--yes").stdout
    assert "migrated (" in out
    assert "1 releases verified" in out


@pytest.mark.long
def test_without_the_right_to_create_databases_both_ways_are_named(given: Settings, backup: Path) -> None:
    """The database is not empty, so nothing is done; a second, empty one is the other way."""
    flurwerk = command(given)
    flurwerk("migrate")
    name = conninfo_to_dict(given.database_url or "")["dbname"]
    refused = flurwerk("db", "restore", str(backup), "--yes", exit_code=1).stderr
    assert f'alter role "{OWNER}" createdb' in refused
    assert f'create database "{name}_new" owner "{OWNER}"' in refused


@pytest.mark.long
def test_a_restore_into_an_empty_database_that_fails_leaves_it_empty(
    given: Settings, server: Hosted, backup: Path, changed_backup: Dump
) -> None:
    """Whatever fails, after all has been loaded and migrated; the extensions and the comment stay."""
    flurwerk = command(given)
    name = conninfo_to_dict(given.database_url or "")["dbname"]
    with server.administrator() as administrator:
        administrator.execute(f"comment on database \"{name}\" is 'Die Stadt'".encode())
    with as_owner(given) as connection:
        before = (one(connection, RELATIONS), one(connection, EXTENSIONS))
    forged = changed_backup(TAMPER)
    refused = flurwerk("db", "restore", str(forged), "--yes", exit_code=1).stderr
    assert "not as they were published" in refused
    with as_owner(given) as connection:
        assert (one(connection, RELATIONS), one(connection, EXTENSIONS)) == before
    flurwerk("db", "restore", str(backup), "--yes")
    comment = "select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()"
    with as_owner(given) as connection:
        assert one(connection, comment) == "Die Stadt"


@pytest.mark.long
def test_what_a_killed_restore_loaded_into_an_empty_database_is_dropped_only_if_told(
    given: Settings, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody may have worked with it since."""
    monkeypatch.setenv("FLURWERK_SECRET", SECRET)
    restore = ("db", "restore", str(backup), "--yes")
    killed("refuse_difference", given.database_url or "", *restore)
    flurwerk = command(given)
    refused = flurwerk(*restore, exit_code=1).stderr
    assert "holds what a restore that was broken off has loaded into it" in refused
    assert "--discard-unfinished" in refused
    assert "1 releases verified" in flurwerk(*restore, "--discard-unfinished").stdout
    assert "is not empty" in flurwerk(*restore, "--discard-unfinished", exit_code=1).stderr


def test_an_empty_database_is_not_filled_while_the_service_is_connected(given: Settings, backup: Path) -> None:
    """What is written meanwhile would be gone if the restore fails."""
    with psycopg.connect(login_conninfo(given, "flurwerk_editor")):
        refused = command(given)("db", "restore", str(backup), "--yes", exit_code=1).stderr
    assert "flurwerk_editor is connected" in refused
    assert "Stop the service" in refused


def test_a_lacking_extension_is_named_with_the_statement_for_the_administrator(
    given: Settings, server: Hosted, backup: Path
) -> None:
    """Also where it is in another schema than the backup's geometries need."""
    name = str(conninfo_to_dict(given.database_url or "")["dbname"])
    with server.administrator(name) as administrator:
        administrator.execute("drop extension postgis; create schema gis; create extension postgis schema gis")
    refused = command(given)("db", "restore", str(backup), "--yes", exit_code=1).stderr
    assert f"{name} lacks the extension postgis in the schema public" in refused
    assert "Have an administrator run in it: create extension postgis schema public" in refused


@pytest.fixture(scope="module")
def creating(server: Hosted) -> Settings:
    """A database whose owner may create others, from a template that has the extensions."""
    return server.prepare("Flächen", may_restore=True)


@pytest.mark.long
def test_an_owner_restores_beside_from_the_databases_own_template_while_the_service_is_connected(
    creating: Settings, server: Hosted, backup: Path
) -> None:
    """Without pg_signal_backend, and without anything in template1."""
    flurwerk = command(creating)
    with server.administrator() as administrator:
        administrator.execute(f'alter role "{OWNER}" createdb'.encode())
    flurwerk("migrate")
    with psycopg.connect(login_conninfo(creating, "flurwerk_reader")) as reader:
        reader.execute("select")
        out = flurwerk("db", "restore", str(backup), "--yes").stdout
        with pytest.raises(psycopg.OperationalError):
            reader.execute("select")
    assert "Sessions ended: 1." in out
    assert flurwerk.json("kpi", "2023-H2", "--key", "public_land_m2")[0]["actual"] == 3100
    with server.administrator("template1") as administrator:
        assert one(administrator, EXTENSIONS) == "plpgsql"
    (old,) = beside_hosted(server, creating)
    assert flurwerk("db", "old", "--drop", old).stdout == f"Dropped {old}.\n"


@pytest.mark.long
def test_without_a_template_both_ways_are_named(creating: Settings, server: Hosted, backup: Path) -> None:
    """The one for this database, and template1."""
    flurwerk = command(creating)
    flurwerk("migrate")
    with server.administrator() as administrator:
        administrator.execute(f'alter role "{OWNER}" createdb'.encode())
        administrator.execute('alter database "Flächen_template" rename to hidden')
        refused = flurwerk("db", "restore", str(backup), "--yes", exit_code=1).stderr
        administrator.execute('alter database hidden rename to "Flächen_template"')
    assert "Flächen_template, by what flurwerk db plan prints" in refused
    assert "or run in template1, from which all databases are made: create extension postgis" in refused


@pytest.mark.long
def test_a_right_that_is_missing_is_named_with_its_statement(creating: Settings, server: Hosted, backup: Path) -> None:
    """Before anything is done: to own the database, to end others' sessions, to manage databases from another."""
    flurwerk = command(creating)
    flurwerk("migrate")

    def refused() -> str:
        assert beside_hosted(server, creating) == []
        return flurwerk("db", "restore", str(backup), "--yes", exit_code=1).stderr

    with server.administrator() as administrator:
        administrator.execute(f'alter role "{OWNER}" createdb'.encode())
        administrator.execute('alter database "Flächen" owner to flurwerk')
        assert f'run: alter database "Flächen" owner to "{OWNER}"' in refused()
        administrator.execute(f'alter database "Flächen" owner to "{OWNER}"'.encode())
        administrator.execute("create role guest login password 'x'")
        with psycopg.connect(conninfo(creating.database_url or ""), user="guest", password="x"):
            assert f"guest is connected to Flächen, and the role {OWNER} may not end that. Stop the" in refused()
        administrator.execute("revoke connect on database postgres, template1 from public")
        assert "A restore connects to postgres or template1" in refused()
        administrator.execute("grant connect on database postgres, template1 to public")


def beside_hosted(server: Hosted, settings: Settings) -> list[str]:
    """Return the names of the databases that restores have made."""
    name = str(conninfo_to_dict(settings.database_url or "")["dbname"])
    found = beside(make_conninfo(server.admin, dbname=name))
    return [each for each in found if not each.endswith("_template")]


SEEN = ("pg_dump", "pg_restore")


@pytest.mark.long
def test_no_command_line_and_no_variable_of_flurwerk_tells_a_password(
    creating: Settings, backup: Path, tmp_path: Path
) -> None:
    """All that is started is watched during a backup and a restore; pg_dump and pg_restore are among the seen ones."""
    flurwerk = command(creating)
    seen: dict[str, set[bytes]] = {}
    with watched(seen):
        flurwerk("db", "restore", str(backup), "--yes", "--drop-old")
        for _ in range(20):
            if "pg_dump" not in seen:
                flurwerk("db", "backup", str(tmp_path / "city.dump"))
    lines = b"".join(line for lines in seen.values() for line in lines)
    assert set(SEEN) <= set(seen)
    assert b"Fl\xc3\xa4chen" in lines, "the database's name may be seen"
    for secret in (PASSWORD, quote(PASSWORD, safe=""), "secret", SECRET, "FLURWERK_"):
        assert secret.encode() not in lines


@contextmanager
def watched(seen: dict[str, set[bytes]]) -> Iterator[None]:
    """Note the command lines of PostgreSQL's programs that we start, and settings of ours in their environment."""
    done = Event()

    def watch() -> None:
        while not done.is_set():
            for process in Path("/proc").glob("[0-9]*"):
                with suppress(OSError):
                    if f"\nPPid:\t{os.getpid()}\n" not in (process / "status").read_text():
                        continue
                    line = (process / "cmdline").read_bytes()
                    name = Path(os.fsdecode(line.split(b"\0")[0])).name
                    if name in SEEN:
                        ours = re.findall(rb"FLURWERK_\w+", (process / "environ").read_bytes())
                        seen.setdefault(name, set()).update([line, *ours])

    thread = Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.mark.long
def test_the_passphrase_of_a_clients_key_is_passed_on_unseen(
    creating: Settings, server: Hosted, tmp_path: Path
) -> None:
    """libpq has no variable for it: it reaches pg_dump by a service file without a name."""
    certificate, key = server.sign_client(tmp_path, "the passphrase")
    url = make_conninfo(creating.database_url or "", sslcert=str(certificate), sslkey=str(key))
    file = tmp_path / "city.dump"
    with connecting(make_conninfo(url, sslpassword="the passphrase")) as (shown, variables, descriptors):
        assert not any(word in shown for word in ("the passphrase", PASSWORD))
        assert "the passphrase" not in str(variables)
        reading = run(Program("/bin/cat", "0"), variables["PGSERVICEFILE"], keep_open=descriptors)
        assert reading.stdout == "[flurwerk]\nsslpassword=the passphrase\n"
    wrong = Command(make_conninfo(url, sslpassword="another"))
    assert "does not answer" in wrong("db", "backup", str(file), exit_code=1).stderr
    Command(make_conninfo(url, sslpassword="the passphrase"))("db", "backup", str(file))
    assert file.exists()
