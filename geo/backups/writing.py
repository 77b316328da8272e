"""Writes a backup: a whole file that nobody else may read, or none."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from geo.backups.programs import ProgramFailed, connecting, for_server, run
from geo.backups.unreadable import Excluded, excluded
from geo.errors import DatabaseUnavailable, DiskFull
from geo.settings import Settings
from geo.store.database import conninfo, database_url, first_line
from geo.store.sessions import open_session
from geo.text import Text

MODE = 0o600
"""A backup has personal data: only the user that makes it may read it, whatever the umask and the earlier file."""

# They are there for a day only, may hold anything, and would otherwise outlive the day in every backup.
WITHOUT_UPLOADS = [f"--exclude-table-data=flurwerk.{table}" for table in ("deliveries", "delivery_parts")]


def back_up(settings: Settings, file: Path) -> list[str]:
    """Write the database, including its history, to the file, in PostgreSQL's custom format.

    Uploaded files that wait to be loaded are left out. Returns what else the file lacks, in sentences: what the role
    may not read, and pg_dump's own warnings. An earlier file of that name is replaced once the new one is complete and
    on disk. Raises BackupRefused if something of Flurwerk's own is unreadable, ProgramFailed if pg_dump fails,
    DiskFull, and OSError if the file cannot be written.
    """
    url = database_url(settings)
    major, lacking = _look(url)
    # With our options: a database may have a timeout that pg_dump does not set aside. It is listed under its own name.
    address = make_conninfo(conninfo(url), application_name="pg_dump")
    with _unfinished(file) as (part, lock), connecting(address) as (connection, variables, descriptors):
        options = [*WITHOUT_UPLOADS, *lacking.options]
        called = ["--format=custom", "--no-owner", "--no-privileges", f"--file={part}", f"--dbname={connection}"]
        program = for_server("pg_dump", major)
        output = run(program, *options, *called, also=variables, keep_open=[lock, *descriptors])
        _sync(part)
        part.replace(file)
        _sync(file.parent)
    warnings = [line.removeprefix("pg_dump: ") for line in output.stderr.splitlines()]
    return [*lacking.told, *warnings]


def _look(url: str) -> tuple[int, Excluded]:
    """Return the server's major version, and what a backup has to leave out."""
    try:
        with open_session(conninfo(url)) as connection:
            return connection.info.server_version // 10_000, excluded(connection)
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(
            Text(
                f"Die Datenbank antwortet nicht (Meldung: {first_line(error)}).",
                f"The database does not answer ({first_line(error)}).",
            ),
            Text("Prüfen Sie FLURWERK_DATABASE_URL.", "Check FLURWERK_DATABASE_URL."),
        ) from error


@contextmanager
def _unfinished(file: Path) -> Iterator[tuple[Path, int]]:
    """Yield the path of a new file beside it, and a descriptor that keeps it locked. Removes the file in the end.

    pg_dump inherits the descriptor: if this process is killed, the file stays locked until pg_dump has ended, too.
    """
    for left in file.parent.glob(f"{file.name}.*.part"):
        _remove_unless_locked(left)
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    lock = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    try:
        # A umask may have taken our own right to write.
        os.fchmod(lock, MODE)
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _raising_disk_full(file):
            yield part, lock
    finally:
        os.close(lock)
        part.unlink(missing_ok=True)


@contextmanager
def _raising_disk_full(file: Path) -> Iterator[None]:
    """Convert what says that there is no room for the file into DiskFull."""
    try:
        yield
    except (ProgramFailed, OSError) as error:
        is_full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
        if not is_full and not any(os.strerror(each) in str(error) for each in (errno.ENOSPC, errno.EDQUOT)):
            raise
        raise DiskFull(
            Text(f"Für {file} ist nicht genug Platz.", f"There is not enough room for {file}."),
            Text(
                "Schaffen Sie Platz, oder schreiben Sie anderswohin; eine frühere Datei ist, wie sie war.",
                "Free space, or write elsewhere; an earlier file is as it was.",
            ),
        ) from error


def _remove_unless_locked(left: Path) -> None:
    """Remove what a killed backup left behind, unless it, or another one, is still at work, or it is another user's."""
    with suppress(FileNotFoundError, PermissionError):
        handle = os.open(left, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink(missing_ok=True)
        except BlockingIOError:
            pass
        finally:
            os.close(handle)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
