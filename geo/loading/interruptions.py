"""What is said when a load ends because the connection breaks or the database's disk is full."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from geo.errors import DatabaseUnavailable, DiskFull
from geo.store.database import Connection, first_line
from geo.text import Text


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
            Text(
                f"Die Datenbank hat keinen Platz mehr (Meldung: {first_line(error)}).",
                f"The database has no room left ({first_line(error)}).",
            ),
            Text(
                "Es wurde nichts geschrieben. Wer sie betreibt, muss Platz schaffen; laden Sie die Datei dann noch "
                "einmal.",
                "Nothing was written. Its operator has to free space; then load the file again.",
            ),
        ) from error
    except psycopg.OperationalError as error:
        if not connection.closed:
            raise
        raise DatabaseUnavailable(
            Text(
                f"Die Verbindung zur Datenbank ist abgerissen (Meldung: {first_line(error)}).",
                f"The connection to the database broke ({first_line(error)}).",
            ),
            _remedy(interruption),
        ) from error


def _remedy(interruption: Interruption) -> Text:
    if interruption.is_committing:
        return Text(
            "Ob die Datei geschrieben wurde, ist nicht bekannt: Laden Sie sie noch einmal; was schon da ist, bleibt, "
            "wie es ist.",
            "It is not known whether the file was written: load it again; what is there already stays as it is.",
        )
    return Text(
        "Es wurde nichts geschrieben. Laden Sie die Datei noch einmal, sobald die Datenbank antwortet.",
        "Nothing was written. Load the file again once the database answers.",
    )
