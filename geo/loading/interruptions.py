"""What is said when a load ends because the connection breaks or the database's disk is full."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from geo.errors import DatabaseUnavailable, DiskFull
from geo.store.database import Connection, first_line


@dataclass
class Interruption:
    """Whether the load had come to its commit: only then may it have been written without our knowing."""

    is_committing: bool = False


@contextmanager
def telling_interruptions(connection: Connection) -> Iterator[Interruption]:
    """Convert errors that are not the file's into DatabaseUnavailable and DiskFull, which say what was written."""
    interruption = Interruption()
    try:
        yield interruption
    except (psycopg.errors.DiskFull, psycopg.errors.IoError) as error:
        raise DiskFull(
            f"The database has no room left ({first_line(error)}).",
            "Nothing was written. Its operator has to free space; then load the file again.",
        ) from error
    except psycopg.OperationalError as error:
        if not connection.closed:
            raise
        raise DatabaseUnavailable(
            f"The connection to the database broke ({first_line(error)}).", _remedy(interruption)
        ) from error


def _remedy(interruption: Interruption) -> str:
    if interruption.is_committing:
        return "It is not known whether the file was written: load it again; what is there already stays as it is."
    return "Nothing was written. Load the file again once the database answers."
