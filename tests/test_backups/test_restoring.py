"""A restore looks into the backup before it touches anything, and replaces the database in one step or not at all."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import LiteralString
from zlib import crc32

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from geo.backups import migrating, restoring
from geo.backups.comparing import NotTheSame
from geo.backups.contents import read_contents
from geo.backups.databases import LOCK
from geo.migrate import is_current, migrate
from geo.records.attachments.content import read_content
from geo.settings import Settings, load_settings
from geo.store.database import Connection, conninfo
from geo.store.scripts import scripts
from tests.records import one, sale
from tests.remains import temporary_folder
from tests.test_attachments.helpers import picture
from tests.test_attachments.object_stores import object_server
from tests.test_backups.conftest import Dump
from tests.test_backups.helpers import beside, name_of
from tests.test_cli import Command
from tests.test_upgrades import RELEASES, expected, unpack

Later = Callable[[], int]
SINCE_MIGRATED = "insert into public.flurwerk_migrations (name, checksum) values ('9999_later', '')"
CHANGED_SINCE = "update public.flurwerk_migrations set checksum = 'other' where name = '0005_plots'"
TAMPER = """
    alter table flurwerk.releases disable trigger refuse_change;
    update flurwerk.releases set document = replace(document, '3200', '3201');
    alter table flurwerk.releases enable always trigger refuse_change;
"""


def test_a_backup_restores_all_records_with_their_history(flurwerk: Command, url: str, backup: Path) -> None:
    """Records, photos, earlier versions, rules, releases, rights are there again; the feed's cursors are invalid."""
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        before = one(connection, "select flurwerk.feed_epoch()")
        connection.execute("delete from transactions")
        connection.execute("delete from attachments")
        connection.execute("select flurwerk.purge_deleted('0 days')")
        assert one(connection, "select count(*) from attachment_renditions") == 0
        connection.execute("revoke all on all tables in schema flurwerk_for_public from flurwerk_public_rights")
    flurwerk("db", "restore", str(backup), "--yes")
    with psycopg.connect(conninfo(url)) as connection:
        assert is_current(connection)
        assert one(connection, "select flurwerk.feed_epoch()") not in (None, before)
        assert one(connection, "select sum(area_m2) from transactions") == 3100
        assert one(connection, "select count(*) from flurwerk_history.transactions") == 1
        (photo,) = connection.execute("select id from flurwerk_for_internal.attachments").fetchall()
        stored = (
            "select rendition, content, digest from flurwerk_for_internal.attachment_renditions where attachment = %s"
        )
        found = connection.execute(stored, photo).fetchall()
        expected = {name: stored.content for name, stored in read_content(picture()).renditions.items()}
        assert {rendition: content for rendition, content, _ in found} == expected
        assert all(sha256(content).hexdigest() == digest for _, content, digest in found)
        assert one(connection, "select has_table_privilege('flurwerk_public', 'flurwerk_for_public.plots', 'select')")
        assert not one(
            connection, "select has_table_privilege('flurwerk_public', 'flurwerk_for_internal.plots', 'select')"
        )
        with pytest.raises(psycopg.errors.CheckViolation, match="more is sold"):
            sale(connection, plot=one(connection, "select plot from transactions"), area_m2=4000)
    assert "release 1" in flurwerk("report", "verify", "2023-H2", "--lang", "en").stdout


def test_a_restore_that_lacks_a_row_of_the_backup_changes_nothing(
    url: str, backup: Path, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = read_contents(backup)
    rows = {**contents.rows, "flurwerk.plots": contents.rows["flurwerk.plots"] + 1}
    monkeypatch.setattr(restoring, "read_contents", lambda _: replace(contents, rows=rows))
    with pytest.raises(NotTheSame, match=r"Not all rows were restored \(flurwerk.plots: 1 of 2\)"):
        restoring.restore(load_settings(database_url=url), backup, migrating.Choices(), lambda _: None)
    assert later() == 1
    assert beside(url) == []


@pytest.mark.parametrize("statement", ["delete from transactions", "delete from flurwerk_history.transactions"])
def test_a_restore_whose_migration_loses_a_record_or_a_version_changes_nothing(
    url: str, backup: Path, later: Later, monkeypatch: pytest.MonkeyPatch, statement: LiteralString
) -> None:
    def losing(connection: Connection, settings: Settings) -> list[str]:
        applied = migrate(connection, settings)
        connection.execute(statement)
        connection.commit()
        return applied

    monkeypatch.setattr(migrating, "migrate", losing)
    with pytest.raises(NotTheSame, match="Migrating has changed the number of records"):
        restoring.restore(load_settings(database_url=url), backup, migrating.Choices(), lambda _: None)
    assert later() == 1
    assert beside(url) == []


@pytest.mark.parametrize("release", RELEASES)
def test_a_backup_of_any_released_version_is_restored_in_place(
    flurwerk: Command, url: str, release: str, tmp_path: Path, later: Later
) -> None:
    """It is migrated before it takes the present database's place."""
    out = flurwerk("db", "restore", str(unpack(release, tmp_path)), "--yes", "--drop-old").stdout
    known = expected(release)["migrations"]
    missing = [each.name for each in scripts("schema") if each.name not in known]
    assert (f"migrated ({', '.join(missing)})" if missing else "already of this version") in out
    assert "1 releases verified" in out
    assert later() == 0
    assert flurwerk.json("kpi", "2023-H2", "--key", "public_land_m2")[0]["actual"] == 3927.25
    assert beside(url) == []


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (SINCE_MIGRATED, "The backup was migrated by a newer version of Flurwerk (9999_later). Update Flurwerk first."),
        (CHANGED_SINCE, "Migration 0005_plots has changed since it was applied to this backup."),
        ("drop table public.flurwerk_migrations", "is not a backup of a Flurwerk database. Nothing was changed."),
    ],
    ids=["newer", "changed", "foreign"],
)
def test_a_backup_that_this_version_cannot_use_is_refused_before_anything_is_touched(
    flurwerk: Command, url: str, changed_backup: Dump, later: Later, statement: str, reason: str
) -> None:
    """What was entered since it was made stays; there is no other database, and nobody was disconnected."""
    file = str(changed_backup(statement))
    with psycopg.connect(conninfo(url)) as connected:
        assert reason in flurwerk("db", "restore", file, "--yes", exit_code=1).stderr
        assert reason in flurwerk("db", "restore", file, "--dry-run", exit_code=1).stderr
        assert one(connected, "select 1") == 1
    assert later() == 1
    assert beside(url) == []


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8, 0.99])
def test_an_incomplete_backup_is_refused(
    flurwerk: Command, url: str, backup: Path, tmp_path: Path, share: float
) -> None:
    """Wherever the file ends too early, in its table of contents or in its rows."""
    whole = backup.read_bytes()
    file = tmp_path / "cut.dump"
    file.write_bytes(whole[: int(len(whole) * share)])
    assert "is not a complete backup" in flurwerk("db", "restore", str(file), "--yes", exit_code=1).stderr
    assert beside(url) == []


def test_a_damaged_backup_is_refused(flurwerk: Command, backup: Path, tmp_path: Path) -> None:
    """A byte of its rows that differs is noticed by the file's own check sums."""
    content = bytearray(backup.read_bytes())
    content[-60] ^= 0xFF
    file = tmp_path / "damaged.dump"
    file.write_bytes(content)
    assert "is not a complete backup" in flurwerk("db", "restore", str(file), "--yes", exit_code=1).stderr


def test_a_dry_run_tells_what_a_backup_holds(flurwerk: Command, url: str, backup: Path, later: Later) -> None:
    """When and by which server it was made, its last migration, and how much it holds."""
    out = flurwerk("db", "restore", str(backup), "--dry-run").stdout
    assert re.search(
        r"complete, made 20\d\d-.* on PostgreSQL \d+\.\d+, up to migration \d{4}_\w+, \d+ rows in \d+ tab", out
    )
    assert later() == 1
    assert beside(url) == []


def test_a_backup_with_a_forged_release_is_refused_unless_accepted(
    flurwerk: Command, url: str, changed_backup: Dump, later: Later
) -> None:
    """A person decides whether figures that are not as published take the present ones' place."""
    file = str(changed_backup(TAMPER))
    refused = flurwerk("db", "restore", file, "--yes", exit_code=1).stderr
    assert "not as they were published (2023-H2, release 1)" in refused
    assert later() == 1
    assert beside(url) == []
    flurwerk("db", "restore", file, "--yes", "--accept-unverified")
    assert later() == 0


def test_a_backup_that_cannot_be_loaded_leaves_everything_as_it_was(
    flurwerk: Command, url: str, changed_backup: Dump, later: Later
) -> None:
    """The error is PostgreSQL's; the database beside is gone."""
    file = changed_backup("create table public.own (id integer)")
    # A type that the server of the backup had, and this one has not.
    file.write_bytes(file.read_bytes().replace(b"own (\n    id integer\n", b"own (\n    id intoger\n"))
    assert 'type "intoger" does not exist' in flurwerk("db", "restore", str(file), "--yes", exit_code=1).stderr
    assert later() == 1
    assert beside(url) == []


def test_settings_privileges_and_comment_of_the_database_are_taken_over(
    flurwerk: Command, url: str, backup: Path
) -> None:
    """No backup holds them, since they belong to the database itself."""
    name = name_of(url)
    flurwerk("migrate")
    facts = """
        select
            shobj_description(d.oid, 'pg_database'), datconnlimit, datcollate, s.setconfig,
            array(select a::text from unnest(datacl) as a order by 1)
        from pg_database as d
        left join pg_db_role_setting as s on s.setdatabase = d.oid and s.setrole = 0
        where datname = current_database()
    """
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        for statement in (
            # Of an operator's own: migrate takes settings from those of the service.
            "create role operators",
            f'alter database "{name}" set search_path = flurwerk, "Eigenes Schema", public',
            f"alter database \"{name}\" set application_name = 'Stadt ''West'''",
            f"alter role operators in database \"{name}\" set work_mem = '8MB'",
            f'alter database "{name}" connection limit 40',
            f'grant create on database "{name}" to operators',
            f"comment on database \"{name}\" is 'Die Stadt'",
        ):
            connection.execute(statement.encode())
        before = connection.execute(facts).fetchone()
    flurwerk("db", "restore", str(backup), "--yes")
    with psycopg.connect(conninfo(url)) as connection:
        assert connection.execute(facts).fetchone() == before
        of_a_role = "select setconfig::text from pg_db_role_setting as s join pg_database as d on d.oid = setdatabase"
        where = "where datname = current_database() and setrole = 'operators'::regrole"
        assert one(connection, f"{of_a_role} {where}") == "{work_mem=8MB}"


def test_what_a_killed_restore_left_is_removed_and_another_database_of_that_name_is_not(
    flurwerk: Command, url: str, backup: Path
) -> None:
    """Only an empty database, or one that a restore has marked, is dropped."""
    name = f"{name_of(url)}_restoring"
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        connection.execute(f'create database "{name}" template template0'.encode())
        with psycopg.connect(conninfo(url), dbname=name) as other:
            other.execute("create table theirs ()")
        refused = flurwerk("db", "restore", str(backup), "--yes", exit_code=1).stderr
        assert f"has a database {name} that no restore has made. Rename or drop it." in refused
        with psycopg.connect(conninfo(url), dbname=name) as other:
            other.execute("drop table theirs")
    flurwerk("db", "restore", str(backup), "--yes", "--drop-old")
    assert beside(url) == []


def test_two_restores_at_once_do_not_get_into_each_others_way(flurwerk: Command, url: str, backup: Path) -> None:
    """The second is refused at once, and the first goes on."""
    with psycopg.connect(conninfo(url), dbname="postgres") as first:
        first.execute("select pg_advisory_lock(%s, %s)", [LOCK, crc32(name_of(url).encode()) - 2**31])
        assert "Another restore is at work." in flurwerk("db", "restore", str(backup), "--yes", exit_code=1).stderr
    flurwerk("db", "restore", str(backup), "--yes", "--drop-old")


def test_a_private_server_restores_into_an_empty_home(backup: Path) -> None:
    """As after the loss of a machine: the first command makes the server, and the backup fills it."""
    with temporary_folder() as folder:
        flurwerk = Command("")
        flurwerk.environment = {"FLURWERK_HOME": str(folder / "home"), "FLURWERK_DATABASE_URL": ""}
        flurwerk("db", "restore", str(backup), "--yes", "--drop-old")
        assert flurwerk.json("kpi", "2023-H2", "--key", "public_land_m2")[0]["actual"] == 3100
        assert flurwerk("db", "old").stdout == ""


def test_a_backup_is_whole_or_not_there(flurwerk: Command, tmp_path: Path) -> None:
    """A failed one leaves the earlier file; what a killed one left is removed by the next."""
    file, left = tmp_path / "city.dump", tmp_path / "city.dump.4711.part"
    file.write_text("earlier")
    left.write_text("half")
    broken = Command(make_conninfo(flurwerk.environment["FLURWERK_DATABASE_URL"], dbname="no_such_database"))
    assert "The database does not answer" in broken("db", "backup", str(file), exit_code=1).stderr
    assert file.read_text() == "earlier"
    flurwerk("db", "backup", str(file))
    assert subprocess.run(["pg_restore", "--list", file], capture_output=True, check=True).stdout
    assert list(tmp_path.iterdir()) == [file]


def test_a_restore_tells_which_files_the_object_store_lacks(
    flurwerk: Command, changed_backup: Dump, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup refers to what is in a store, and does not contain it."""
    moved = changed_backup(
        """
        insert into flurwerk.stored_objects (bucket, object_key)
        select 'flurwerk-files', sha256 || rendition from flurwerk.attachment_renditions;
        update flurwerk.attachment_renditions
        set content = null, bucket = 'flurwerk-files', object_key = sha256 || rendition
        """
    )
    told = flurwerk("db", "restore", str(moved), "--yes").stdout
    assert "The backup refers to 3 files" in told
    assert "could not be looked up: The file is in an object store that is not set any more." in told
    with object_server() as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        told = flurwerk("db", "restore", str(moved), "--yes").stdout
    assert "3 of them are missing." in told
    assert "flurwerk attachments check" in told
