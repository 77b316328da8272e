"""Puts a backup in the place of the present database, which stays as it is until the last step and is kept afterwards.

The backup is looked into before anything is touched, restored into a new database beside the present one, migrated and
compared. Then the two exchange names in one transaction. A restore that is killed before leaves the present database as
it was, and a database beside it that the next restore removes.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import psycopg
from psycopg import sql

from geo.backups import comparing, properties
from geo.backups.contents import Contents, read_contents
from geo.backups.databases import Databases, managing
from geo.backups.programs import run
from geo.errors import FlurwerkError
from geo.figures.releases.verifying import Verdict
from geo.migrate import Blocked, MigrationError, migrate, refuse_unknown
from geo.settings import Settings
from geo.store.database import Connection, conninfo, make_read_only

Tell = Callable[[str], object]
"""Is told, in sentences, what has been done."""


class Unverified(FlurwerkError):
    """Releases in the backup are not as they were published."""


@dataclass(frozen=True)
class Choices:
    """What a person has decided about a restore.

    ``until`` is the last day on which the replaced database is kept; ``drops_old``: it is not kept, unless it has views
    or tables of the operator that the backup lacks.
    ``accepts_unverified``: also if releases are not as published. ``without_own``: without the operator's views and
    functions that are in the way of a migration.
    """

    until: date | None = None
    drops_old: bool = False
    accepts_unverified: bool = False
    without_own: bool = False


def look(file: Path) -> Contents:
    """Return what the file holds. Raises UnusableBackup, or MigrationError if this version cannot migrate it."""
    contents = read_contents(file)
    refuse_unknown(contents.migrations, "backup")
    return contents


def restore(settings: Settings, file: Path, choices: Choices, tell: Tell) -> None:
    """Replace the database with the backup in the file; the replaced one keeps a dated name.

    Raises FlurwerkError (of which UnusableBackup, MigrationError, RestoreRefused, NotTheSame, Unverified and
    ProgramFailed tell what is wrong) or psycopg.Error. Then the present database is as it was.
    """
    contents = look(file)
    tell(described(file, contents))
    with managing(settings) as databases:
        databases.refuse_without_rights()
        with _beside(databases, contents) as name:
            # Before migrating, which takes rights from the public.
            refused = properties.copy(databases.connection, databases.present, name)
            _fill(databases.url_of(name), file, contents)
            with psycopg.connect(conninfo(databases.url_of(name))) as connection:
                _bring_up_to_date(connection, settings, contents, choices, tell)
                lost, revived = _compared(databases.url, connection)
            old, ended = databases.exchange(choices.until)
        tell(f"Restored {file}. Sessions ended: {ended}.")
        if revived:
            tell(f"Ended since the backup was made, and back now; end them again: {', '.join(revived)}.")
        if lost:
            tell(f"Not in the backup, and still in {old}: {', '.join(lost)}.")
        if refused:
            tell(f"Not taken over from {old}; have an administrator run: {'; '.join(refused)}")
        _keep_or_drop(databases, old, replace(choices, drops_old=choices.drops_old and not lost), tell)


def described(file: Path, contents: Contents) -> str:
    """Return one line about what a backup holds."""
    return (
        f"{file}: complete, made {contents.made_at} on PostgreSQL {contents.server_version.split(' ')[0]}, up to "
        f"migration {max(contents.migrations)}, {sum(contents.rows.values())} rows in {len(contents.rows)} tables."
    )


@contextmanager
def _beside(databases: Databases, contents: Contents) -> Iterator[str]:
    """Yield the name of an empty database beside the present one, and drop it if the context is left by an error."""
    name = databases.create_beside(contents.extensions)
    try:
        yield name
    except BaseException:
        # Without the server it stays, and the next restore drops it.
        with suppress(psycopg.Error):
            databases.drop(name)
        raise


def _fill(url: str, file: Path, contents: Contents) -> None:
    # Where a template has an extension, only an administrator may comment on it and write its tables.
    empty = [f" TABLE DATA {table.replace('.', ' ', 1)} " for table, rows in contents.rows.items() if not rows]
    omitted = (" COMMENT - EXTENSION ", *empty)
    entries = [entry for entry in contents.entries if not any(each in entry for each in omitted)]
    with tempfile.NamedTemporaryFile("w", prefix="flurwerk-restore-", encoding="utf-8") as listed:
        listed.write("\n".join(entries) + "\n")
        listed.flush()
        # Migrating grants this version's privileges, to logins that this server may not have yet.
        # In one transaction, a table's rows need not be written to the log (wal_level minimal).
        options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
        run("pg_restore", *options, f"--use-list={listed.name}", f"--dbname={url}", str(file))


def _bring_up_to_date(
    connection: Connection, settings: Settings, contents: Contents, choices: Choices, tell: Tell
) -> None:
    """Migrate the restored database; raises unless all rows and releases are as they were."""
    before = comparing.counts(connection)
    comparing.refuse_difference(connection, before, contents.rows)
    connection.commit()
    applied = _migrate(connection, settings, choices, tell)
    # What partners have read from the change feed since the backup was made no longer holds.
    connection.execute("call flurwerk.renew_epoch()")
    connection.commit()
    comparing.refuse_loss(connection, before)
    connection.commit()
    make_read_only(connection)
    verdicts = comparing.verdicts(connection)
    _refuse_unverified(verdicts, choices)
    connection.commit()
    values = sum(verdict.values for verdict in verdicts)
    migrated = f"migrated ({', '.join(applied)})" if applied else "already of this version"
    verified = f"{len(verdicts)} releases verified, {values} values computed again"
    tell(f"Restored beside the present database: all rows are there, {migrated}; {verified}.")


def _migrate(connection: Connection, settings: Settings, choices: Choices, tell: Tell) -> list[str]:
    try:
        return migrate(connection, settings)
    except Blocked as blocked:
        if not choices.without_own:
            raise MigrationError(
                blocked.message.removesuffix(".") + ", and cannot be migrated with it.",
                "To restore without them (they stay in the backup): --without-own-views",
            ) from blocked
        _drop_own(connection, blocked)
        tell(f"Left out, and still in the backup: {', '.join(blocked.names)}.")
        return migrate(connection, settings)


def _drop_own(connection: Connection, blocked: Blocked) -> None:
    """Drop these objects of the operator, and nothing that depends on them. Raises Blocked if a table is among them."""
    left = blocked.names
    while left:
        kept = [name for name in left if not _dropped(connection, name)]
        if len(kept) == len(left):
            raise Blocked(kept) from blocked
        left = kept
    connection.commit()


def _dropped(connection: Connection, name: str) -> bool:
    """Drop one object, given as kind and name, unless others depend on it or it holds data."""
    if name.startswith(("table ", "foreign table ")):
        return False
    try:
        with connection.transaction():
            # The server has named it, quoted as in SQL.
            connection.execute(sql.SQL("drop {}").format(sql.SQL(name)))  # pyright: ignore[reportArgumentType]
    except psycopg.errors.DependentObjectsStillExist:
        return False
    return True


def _refuse_unverified(verdicts: list[Verdict], choices: Choices) -> None:
    wrong = [f"{each.release.period}, release {each.release.number}" for each in verdicts if not each.holds]
    if wrong and not choices.accepts_unverified:
        raise Unverified(
            f"Published figures in the backup are not as they were published ({'; '.join(wrong)}).",
            "Nothing was changed. To restore it all the same (flurwerk report verify shows more): --accept-unverified",
        )


def _compared(url: str, restored: Connection) -> tuple[list[str], list[str]]:
    """Return what the present database has and the restored one lacks, and what the restored one brings back."""
    with psycopg.connect(conninfo(url)) as present:
        return comparing.only_in(present, restored), comparing.revived(present, restored)


def _keep_or_drop(databases: Databases, old: str, choices: Choices, tell: Tell) -> None:
    if choices.drops_old:
        databases.drop(old)
        tell(f"Dropped the replaced database ({old}).")
        return
    until = f" until {choices.until}" if choices.until else ""
    tell(f"The replaced database is kept{until} as {old}; to drop it: flurwerk db old --drop {old}")
