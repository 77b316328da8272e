"""Reads what a backup holds from its file alone, without a database."""

import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from geo.backups.programs import ProgramFailed, failure, path_of, run
from geo.errors import FlurwerkError
from geo.store.requirements import MIGRATIONS

COPY = re.compile(rb"COPY (?P<table>[^(]+?) (?:\((?P<columns>.*)\) )?FROM stdin;\n")
END_OF_COPY = b"\\.\n"


class UnusableBackup(FlurwerkError):
    """The file is no complete backup of a Flurwerk database."""


@dataclass(frozen=True)
class Contents:
    """What a complete backup holds.

    ``entries`` is pg_restore's table of contents, ``migrations`` the applied ones with their checksums, ``rows`` the
    number of rows by table, whose name is qualified and quoted as in SQL.
    """

    made_at: str
    server_version: str
    entries: tuple[str, ...]
    migrations: Mapping[str, str]
    rows: Mapping[str, int]

    @property
    def extensions(self) -> list[str]:
        """The names of the extensions that a restore creates."""
        return [
            match[1] for entry in self.entries if (match := re.fullmatch(r"\d+; \d+ \d+ EXTENSION - (\S+) .*", entry))
        ]


def read_contents(file: Path) -> Contents:
    """Read the whole file and return what it holds.

    Raises UnusableBackup if it is not a backup in pg_dump's custom format, is incomplete or damaged, or is not from
    Flurwerk.
    """
    try:
        listed = run("pg_restore", "--list", str(file)).splitlines()
        rows, migrations = _read_data(file)
    except ProgramFailed as error:
        if error.hint:
            raise
        raise UnusableBackup(
            f"{file} is not a complete backup ({error.message.removesuffix('.')}).", "Nothing was changed."
        ) from error
    if not migrations:
        raise UnusableBackup(f"{file} is not a backup of a Flurwerk database.", "Nothing was changed.")
    head = [line.removeprefix(";").strip() for line in listed if line.startswith(";")]
    return Contents(
        made_at=_named(head, "Archive created at "),
        server_version=_named(head, "Dumped from database version: "),
        entries=tuple(line for line in listed if not line.startswith(";")),
        migrations=migrations,
        rows=rows,
    )


def _named(head: Iterable[str], name: str) -> str:
    return next((line.removeprefix(name) for line in head if line.startswith(name)), "?")


def _read_data(file: Path) -> tuple[dict[str, int], dict[str, str]]:
    """Return the rows by table, and the migrations. Raises ProgramFailed where pg_restore cannot read to the end."""
    rows: dict[str, int] = {}
    migrations: dict[str, str] = {}
    called = [path_of("pg_restore"), "--data-only", "--file=-", str(file)]
    # In a file, since a pipe that nobody reads might fill up.
    with tempfile.TemporaryFile("w+") as errors:
        with subprocess.Popen(called, stdout=subprocess.PIPE, stderr=errors) as reading:
            assert reading.stdout is not None
            for table, columns, data in _tables(reading.stdout):
                kept = migrations if table == MIGRATIONS else None
                rows[table] = _count(data, columns, kept)
        if reading.returncode != 0:
            errors.seek(0)
            raise failure("pg_restore", errors.read())
    return rows, migrations


def _tables(script: IO[bytes]) -> Iterator[tuple[str, list[str], Iterator[bytes]]]:
    """Yield each table of the script with its columns and the lines of its data, to be read before the next table."""
    for line in script:
        if found := COPY.fullmatch(line):
            columns = (found["columns"] or b"").decode().split(", ")
            yield found["table"].decode(), columns, iter(script.readline, END_OF_COPY)


def _count(data: Iterator[bytes], columns: list[str], migrations: dict[str, str] | None) -> int:
    """Return the number of rows; if it is the table of migrations, fill ``migrations`` with names and checksums."""
    count = 0
    for line in data:
        if not line:
            # pg_restore ended in the middle; its exit status says so, too.
            break
        count += 1
        if migrations is not None:
            row = dict(zip(columns, line.decode().rstrip("\n").split("\t"), strict=True))
            migrations[row["name"]] = row["checksum"]
    return count
