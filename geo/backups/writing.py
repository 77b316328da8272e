"""Writes a backup: a whole file, or none."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from geo.backups.programs import run
from geo.settings import Settings
from geo.store.database import database_url


def back_up(settings: Settings, file: Path) -> None:
    """Write the whole database, including its history, to the file, in PostgreSQL's custom format.

    An earlier file of that name is replaced once the new one is complete and on disk. Raises ProgramFailed if pg_dump
    fails, and OSError if the file cannot be written.
    """
    with _unfinished(file) as (part, lock):
        arguments = ["--format=custom", "--no-owner", "--no-privileges", f"--file={part}", database_url(settings)]
        run("pg_dump", *arguments, keep_open=[lock])
        _sync(part)
        part.replace(file)
        _sync(file.parent)


@contextmanager
def _unfinished(file: Path) -> Iterator[tuple[Path, int]]:
    """Yield the path of a new file beside it, and a descriptor that keeps it locked. Removes the file in the end.

    pg_dump inherits the descriptor: if this process is killed, the file stays locked until pg_dump has ended, too.
    """
    for left in file.parent.glob(f"{file.name}.*.part"):
        _remove_unless_locked(left)
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    lock = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield part, lock
    finally:
        os.close(lock)
        part.unlink(missing_ok=True)


def _remove_unless_locked(left: Path) -> None:
    """Remove what a killed backup left behind, unless it, or another one, is still at work."""
    with suppress(FileNotFoundError):
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
