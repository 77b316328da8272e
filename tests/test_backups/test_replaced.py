"""What becomes of the database that a restore has replaced, and of what an operator has built on one of the two."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from geo.migrate import is_current
from geo.periods import CITY_TIME
from geo.store.database import conninfo
from tests.records import insert, one
from tests.test_backups.conftest import Dump
from tests.test_backups.helpers import beside, name_of
from tests.test_cli import Command

Later = Callable[[], int]
OWN_VIEWS = """
    create schema reporting;
    create view reporting.ids as select id from flurwerk_for_internal.plots;
    create view reporting.numbers as select count(*) from reporting.ids;
    create table reporting.notes (note text);
    insert into reporting.notes values ('kept');
"""
OUTDATED = "comment on schema flurwerk_as_of is 'made by an earlier version'"


def test_the_replaced_database_is_kept_until_it_is_dropped(
    flurwerk: Command, url: str, backup: Path, later: Later
) -> None:
    """What was entered since the backup is in it. Its name and day are listed, and only such a database is dropped."""
    tomorrow = datetime.now(CITY_TIME).date() + timedelta(days=1)
    flurwerk("db", "restore", str(backup), "--yes", "--keep-until", str(tomorrow))
    assert later() == 0
    (old,) = beside(url)
    assert re.fullmatch(rf"{name_of(url)}_before_\d{{8}}_\d{{6}}", old)
    with psycopg.connect(conninfo(url), dbname=old) as connection:
        assert one(connection, "select count(*) from plots where source_id = 'entered-later'") == 1
    assert re.fullmatch(rf"{old}: \d+ MB, kept until {tomorrow}\n", flurwerk("db", "old", "--drop-due").stdout)
    refused = flurwerk("db", "old", "--drop", name_of(url), exit_code=1)
    assert f"No restore has replaced a database {name_of(url)}." in refused.stderr
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        connection.execute(
            f"comment on database \"{old}\" is 'Put aside by flurwerk db restore, until 2024-01-31'".encode()
        )
    assert flurwerk("db", "old", "--drop-due").stdout == f"Dropped {old}.\n"
    assert beside(url) == []


def test_a_kept_database_is_dropped_by_its_name(flurwerk: Command, url: str, backup: Path) -> None:
    """It has no day unless one was named."""
    out = flurwerk("db", "restore", str(backup), "--yes").stdout
    (old,) = beside(url)
    assert f"is kept as {old}; to drop it: flurwerk db old --drop {old}" in out
    assert flurwerk("db", "old", "--drop", old).stdout == f"Dropped {old}.\n"
    assert beside(url) == []


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--drop-old", "--keep-until", "2999-01-01"), "exclude each other"),
        (("--keep-until", "2024-01-31"), "has passed"),
    ],
)
def test_options_that_contradict_each_other_are_refused(
    flurwerk: Command, backup: Path, options: tuple[str, ...], reason: str
) -> None:
    """The message says what to write instead."""
    assert reason in flurwerk("db", "restore", str(backup), "--yes", *options, exit_code=2).stderr


def test_an_operators_views_are_restored_and_those_of_later_named(
    flurwerk: Command, url: str, changed_backup: Dump
) -> None:
    """What the backup has is there again; what only the replaced database has is told, and still there."""
    file = changed_backup(f"{OWN_VIEWS}; select lo_from_bytea(4711, 'kept')")
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        connection.execute("create view public.own_plots as select id from flurwerk_for_internal.plots")
        connection.execute("create function public.own() returns int language sql return 1")
    out = flurwerk("db", "restore", str(file), "--yes").stdout
    (old,) = beside(url)
    assert f"Not in the backup, and still in {old}: function public.own(), view public.own_plots.\n" in out
    with psycopg.connect(conninfo(url)) as connection:
        assert one(connection, "select * from reporting.numbers") == 1
        assert one(connection, "select convert_from(lo_get(4711), 'UTF8')") == "kept"


def test_a_replaced_database_that_has_what_the_backup_lacks_is_not_dropped_at_once(
    flurwerk: Command, url: str, backup: Path
) -> None:
    """An operator's table may hold what is nowhere else: dropping it takes its name."""
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        connection.execute("create table public.own_notes as select 'kept' as note")
    out = flurwerk("db", "restore", str(backup), "--yes", "--drop-old").stdout
    (old,) = beside(url)
    assert f"still in {old}: table public.own_notes." in out
    assert f"is kept as {old}" in out


def test_what_was_erased_or_revoked_since_the_backup_is_named(flurwerk: Command, url: str, tmp_path: Path) -> None:
    """The backup brings back people who had to be forgotten, and tokens: somebody has to end them again."""
    file = tmp_path / "before.dump"
    flurwerk("token", "create", "Partner", "--role", "reader")
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        party = insert(connection, "parties", kind="person", name="Max Mustermann")
        flurwerk("db", "backup", str(file))
        connection.execute("delete from parties")
        flurwerk("token", "revoke", "Partner")
    out = flurwerk("db", "restore", str(file), "--yes").stdout
    assert f"back now; end them again: party {party}, token Partner." in out
    assert "Mustermann" not in out


def test_an_operators_views_that_a_migration_cannot_keep_are_left_out_only_if_told(
    flurwerk: Command, url: str, changed_backup: Dump, later: Later
) -> None:
    """They are named, with the option; an operator's table stays."""
    file = str(changed_backup(OWN_VIEWS + OUTDATED))
    refused = flurwerk("db", "restore", file, "--yes", exit_code=1).stderr
    assert "view reporting.ids, view reporting.numbers, and cannot be migrated with it" in refused
    assert "--without-own" in refused
    assert later() == 1
    assert beside(url) == []
    out = flurwerk("db", "restore", file, "--yes", "--without-own").stdout
    assert "Left out, and still in the backup: view reporting.ids, view reporting.numbers." in out
    with psycopg.connect(conninfo(url)) as connection:
        assert one(connection, "select note from reporting.notes") == "kept"
        assert is_current(connection)
