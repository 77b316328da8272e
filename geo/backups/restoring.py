"""Puts a backup in the place of the present database, which stays as it is until the last step and is kept afterwards.

The backup is looked into before anything is touched, restored into a new database beside the present one, migrated and
compared. Then the two exchange names in one transaction. A restore that is killed before leaves the present database as
it was, and a database beside it that the next restore removes.

The empty database of an owner who is no superuser has nothing to lose: the backup is restored right into it, which
takes no right to create one. If that fails, it is empty again.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import psycopg

from geo.backups import comparing, properties
from geo.backups.contents import Contents, read_contents
from geo.backups.databases import Databases, managing
from geo.backups.filling import fill
from geo.backups.migrating import Choices, Tell, bring_up_to_date
from geo.backups.unfilled import filling_empty, is_to_be_filled
from geo.errors import FlurwerkError
from geo.migrate import refuse_unknown
from geo.records.attachments.objects import elsewhere, faulty
from geo.settings import Settings
from geo.store.database import Connection, conninfo, database_url
from geo.store.kept_system import refuse_other_system
from geo.store.objects import object_store


def look(file: Path) -> Contents:
    """Return what the file holds.

    Raises UnusableBackup, MigrationError if this version cannot migrate it, or OtherReferenceSystem if the profile
    names another one.
    """
    contents = read_contents(file)
    refuse_unknown(contents.migrations, "backup")
    refuse_other_system(contents.system, "backup")
    return contents


def restore(settings: Settings, file: Path, choices: Choices, tell: Tell) -> None:
    """Replace the database with the backup in the file; the replaced one, unless it was empty, keeps a dated name.

    Raises FlurwerkError (of which UnusableBackup, MigrationError, OtherReferenceSystem, RestoreRefused,
    ExtensionMissing, NotLoaded, NotTheSame, Unverified and ProgramFailed tell what is wrong) or psycopg.Error. Then the
    database is as it was.
    """
    contents = look(file)
    tell(described(file, contents))
    url = database_url(settings)
    if is_to_be_filled(url, contents.extensions, discards=choices.discards):
        with filling_empty(url, discards=choices.discards) as name:
            _fill_and_compare(url, settings, file, contents, choices, tell)
        tell(f"Restored {file} into {name}, which was empty.")
    else:
        _restore_beside(settings, file, contents, choices, tell)
    with psycopg.connect(conninfo(url)) as connection:
        for line in _files_elsewhere(settings, connection):
            tell(line)


def _fill_and_compare(
    url: str, settings: Settings, file: Path, contents: Contents, choices: Choices, tell: Tell
) -> None:
    left_out = fill(url, file, contents, without_own=choices.without_own)
    with psycopg.connect(conninfo(url)) as connection:
        bring_up_to_date(connection, settings, contents, left_out, choices, tell)


def _restore_beside(settings: Settings, file: Path, contents: Contents, choices: Choices, tell: Tell) -> None:
    with managing(settings) as databases:
        databases.refuse_without_rights()
        with _beside(databases, contents) as name:
            # Before migrating, which takes rights from the public.
            refused = properties.copy(databases.connection, databases.present, name)
            url = databases.url_of(name)
            _fill_and_compare(url, settings, file, contents, choices, tell)
            with psycopg.connect(conninfo(url)) as connection:
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


def _compared(url: str, restored: Connection) -> tuple[list[str], list[str]]:
    """Return what the present database has and the restored one lacks, and what the restored one brings back."""
    with psycopg.connect(conninfo(url)) as present:
        return comparing.only_in(present, restored), comparing.revived(present, restored)


def _files_elsewhere(settings: Settings, restored: Connection) -> Iterator[str]:
    """Yield what is to be said of the photos and documents that are in an object store, and so not in the backup."""
    found = elsewhere(restored)
    if not found.files:
        return
    where = f"{found.files} files of {found.size / 1e6:.1f} MB in the object store ({', '.join(found.buckets)})"
    try:
        missing = asyncio.run(_count_missing(settings, restored))
    except FlurwerkError as error:
        yield f"The backup refers to {where}. Whether they are there could not be looked up: {error.message}"
        yield "Look again later: flurwerk attachments check"
        return
    yield f"The backup refers to {where}; {missing or 'none'} of them are missing."
    if missing:
        yield "Bring them back from a backup of the bucket. Which ones: flurwerk attachments check"


async def _count_missing(settings: Settings, restored: Connection) -> int:
    return len([kept async for kept, _ in faulty(restored, object_store(settings))])


def _keep_or_drop(databases: Databases, old: str, choices: Choices, tell: Tell) -> None:
    if choices.drops_old:
        databases.drop(old)
        tell(f"Dropped the replaced database ({old}).")
        return
    until = f" until {choices.until}" if choices.until else ""
    tell(f"The replaced database is kept{until} as {old}; to drop it: flurwerk db old --drop {old}")
