"""Reads what a backup holds from its file alone, without a database."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from geo.backups.archives import COPY, list_entries, script, tables
from geo.backups.programs import ProgramFailed
from geo.errors import FlurwerkError
from geo.store.kept_system import TABLE, WRITTEN
from geo.store.requirements import MIGRATIONS
from geo.text import Text

EXTENSION = re.compile(r"\d+; \d+ \d+ EXTENSION - (\S+) .*")


class UnusableBackup(FlurwerkError):
    """The file is no complete backup of a Flurwerk database."""


@dataclass(frozen=True)
class Contents:
    """What a complete backup holds.

    ``entries`` is pg_restore's table of contents, ``migrations`` the applied ones with their checksums, ``rows`` the
    number of rows by table, whose name is qualified and quoted as in SQL, ``system`` the EPSG code of the geometries.
    """

    made_at: str
    server_version: str
    entries: tuple[str, ...]
    migrations: Mapping[str, str]
    rows: Mapping[str, int]
    system: int

    @property
    def extensions(self) -> list[str]:
        """The names of the extensions that a restore creates."""
        return [match[1] for entry in self.entries if (match := EXTENSION.fullmatch(entry))]


def read_contents(file: Path) -> Contents:
    """Read the whole file and return what it holds.

    Raises UnusableBackup if it is not a backup in pg_dump's custom format, is incomplete or damaged, or is not from
    Flurwerk, and ProgramFailed if no pg_restore is installed that can read it.
    """
    try:
        listed = list_entries(file)
        rows, kept = _read_data(file)
    except ProgramFailed as error:
        if error.hint:
            raise
        raise UnusableBackup(
            Text(
                f"{file} ist keine vollständige Sicherung (Meldung: {error.message.removesuffix('.')}).",
                f"{file} is not a complete backup ({error.message.removesuffix('.')}).",
            ),
            Text("Es wurde nichts geändert.", "Nothing was changed."),
        ) from error
    migrations = {row["name"]: row["checksum"] for row in kept[MIGRATIONS]}
    if not migrations:
        raise UnusableBackup(
            Text(
                f"{file} ist keine Sicherung einer Flurwerk-Datenbank.",
                f"{file} is not a backup of a Flurwerk database.",
            ),
            Text("Es wurde nichts geändert.", "Nothing was changed."),
        )
    head = [line.removeprefix(";").strip() for line in listed if line.startswith(";")]
    return Contents(
        made_at=_named(head, "Archive created at "),
        server_version=_named(head, "Dumped from database version: "),
        entries=tuple(line for line in listed if not line.startswith(";")),
        migrations=migrations,
        rows=rows,
        system=next((int(row["srid"]) for row in kept[TABLE]), WRITTEN),
    )


def _named(head: Iterable[str], name: str) -> str:
    return next((line.removeprefix(name) for line in head if line.startswith(name)), "?")


def _read_data(file: Path) -> tuple[dict[str, int], dict[str, list[dict[str, str]]]]:
    """Return the number of rows by table, and those of the tables that are looked into.

    Raises ProgramFailed where pg_restore cannot read to the end.
    """
    rows: dict[str, int] = {}
    kept: dict[str, list[dict[str, str]]] = {MIGRATIONS: [], TABLE: []}
    with script(file, "--data-only") as lines:
        for statement, data in tables(lines):
            found = COPY.fullmatch(statement)
            assert found is not None
            table = found["table"].decode()
            columns = (found["columns"] or b"").decode().split(", ")
            rows[table] = _count(data, table, columns, kept.get(table))
    return rows, kept


def _count(data: Iterator[bytes], table: str, columns: list[str], kept: list[dict[str, str]] | None) -> int:
    """Return the number of rows; append their values by column to ``kept``, unless it is None."""
    count = 0
    for line in data:
        count += 1
        if kept is not None:
            try:
                kept.append(dict(zip(columns, line.decode().rstrip("\n").split("\t"), strict=True)))
            except ValueError as error:
                raise ProgramFailed(f"a row of {table} is damaged") from error
    return count
