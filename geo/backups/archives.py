"""What pg_restore makes of a backup's file: a list of its entries, and SQL; no database is involved."""

import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from geo.backups.programs import ProgramFailed, environment, failure, newest, run
from geo.text import Text

COPY = re.compile(rb"COPY (?P<table>[^(]+?) (?:\((?P<columns>.*)\) )?FROM stdin;\n")
END_OF_COPY = b"\\.\n"

MAGIC = b"PGDMP"
FORMATS = {(1, 15): 16, (1, 16): 17}
"""Versions of the archive format, and the first PostgreSQL that reads them; earlier ones are read by 15."""

ANY_NAME = "surrogateescape"
"""How what is no UTF-8 is read and written back: names may be in another encoding."""


def list_entries(file: Path) -> list[str]:
    """Return pg_restore's table of contents, its head (lines with `;`) included. Raises ProgramFailed."""
    try:
        return run(newest("pg_restore"), "--list", str(file)).stdout.splitlines()
    except ProgramFailed as error:
        raise _too_new(file) or error from None


@contextmanager
def script(file: Path, *options: str, entries: Sequence[str] | None = None) -> Iterator[IO[bytes]]:
    """Yield the SQL that restores the backup, or some of its entries (lines of its table of contents), to be read.

    Raises ProgramFailed where pg_restore cannot read the file to the end.
    """
    program = newest("pg_restore")
    # In files, since a pipe that nobody reads might fill up.
    with tempfile.NamedTemporaryFile("w", prefix="flurwerk-restore-", encoding="utf-8", errors=ANY_NAME) as listed:
        called = [program.path, "--no-owner", "--no-privileges", "--file=-", *options]
        if entries is not None:
            listed.write("\n".join([*entries, ""]))
            listed.flush()
            called.append(f"--use-list={listed.name}")
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors=ANY_NAME) as errors:
            pipe = subprocess.PIPE
            with subprocess.Popen([*called, str(file)], stdout=pipe, stderr=errors, env=environment()) as reading:
                assert reading.stdout is not None
                yield reading.stdout
            if reading.returncode != 0:
                errors.seek(0)
                raise failure(program, errors.read(), reading.returncode)


def tables(lines: Iterable[bytes], between: list[bytes] | None = None) -> Iterator[tuple[bytes, Iterator[bytes]]]:
    """Yield the COPY statement of each table of a script with the lines of its data, to be read before the next table.

    The lines outside of tables are appended to ``between``.
    """
    found = iter(lines)
    for line in found:
        if COPY.fullmatch(line):
            yield line, _data(found)
        elif between is not None:
            between.append(line)


def _data(lines: Iterator[bytes]) -> Iterator[bytes]:
    for line in lines:
        if line == END_OF_COPY:
            return
        yield line


def _too_new(file: Path) -> ProgramFailed | None:
    """Return the error for a file whose format is newer than the newest installed pg_restore, None for others."""
    with file.open("rb") as opened:
        head = opened.read(len(MAGIC) + 2)
    program = newest("pg_restore")
    needed = FORMATS.get((head[-2], head[-1]) if head.startswith(MAGIC) and len(head) == len(MAGIC) + 2 else (0, 0))
    if needed is None or program.major >= needed:
        return None
    return ProgramFailed(
        Text(
            f"{file} stammt von pg_dump aus PostgreSQL {needed} oder neuer; das hier installierte "
            f"pg_restore ist {program.version} und kann das nicht lesen.",
            f"{file} was made by pg_dump of PostgreSQL {needed} or newer; the pg_restore installed here is"
            f" {program.version} and cannot read it.",
        ),
        Text(
            f"Installieren Sie ein neueres: apt-get install postgresql-client-{needed}.",
            f"Install a newer one: apt-get install postgresql-client-{needed}.",
        ),
    )
