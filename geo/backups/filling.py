"""Loads a backup into an empty database, in one transaction.

The statements are pg_restore's, sent by our own connection: no program needs the password, and what a newer pg_restore
sets that this server does not know can be left out.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import psycopg

from geo.access.grants import GRANTED_SCHEMAS
from geo.backups.archives import ANY_NAME, script, tables
from geo.backups.contents import EXTENSION, Contents
from geo.errors import FlurwerkError
from geo.own_views import FORMER_SCHEMAS
from geo.store.database import Connection, conninfo, first_line
from geo.store.requirements import MIGRATIONS
from geo.text import Text

SECTIONS = ("pre-data", "data", "post-data")
"""The parts of a backup: definitions, rows, and what is quicker or possible only once there are rows."""

APPLICATION = "flurwerk restore"
"""The name of the session that loads a backup, as the server lists it."""

CHUNK = 1 << 18
"""Bytes of a table's rows that are sent at once."""

SHOWN = 5
"""How many objects an error lists."""

RESTRICT = b"\\restrict "
SETS = re.compile(rb"SET (\w+) = ")
ENTRY = re.compile(r"\d+; \d+ \d+ (?P<kind>[A-Z ]+) (?P<schema>-|\S+) (?P<rest>.*)")
HEADING = re.compile(rb"-- (?:Data for )?Name: (?P<name>.*); Type: (?P<kind>.*); Schema: (?P<schema>.*); Owner: .*\n")
NEVER_LOADED = ("COMMENT - EXTENSION ", "STATISTICS DATA ")
"""Entries that are never loaded: only an extension's owner may comment on it, and statistics are gathered anew."""


class NotLoaded(FlurwerkError):
    """The backup cannot be loaded into this database, which is as empty as it was."""


class LeftOut(NamedTuple):
    """Something of the operator's that could not be loaded (``schema`` is `-` if it is in none), and the reason."""

    kind: str
    schema: str
    name: str
    reason: str

    def __str__(self) -> str:
        """Return kind and name, with the server's reason."""
        of = "" if self.schema == "-" else f"{self.schema}."
        return f"{self.kind.lower()} {of}{self.name} ({self.reason})"


def fill(url: str, file: Path, contents: Contents, *, without_own: bool = False) -> list[LeftOut]:
    """Load the backup into the empty database; return what was left out, which only ``without_own`` permits.

    Raises NotLoaded if the server refuses something, naming what of the operator's it is; then nothing is loaded.
    """
    with psycopg.connect(conninfo(url), application_name=APPLICATION) as connection:
        # Before anything else: a backup may be in an encoding in which names cannot be read.
        settings = {name.encode() for (name,) in connection.execute("select name from pg_settings")}
        entries = _wanted(connection, contents)
        loading = _Loading(connection, file, settings)
        try:
            with connection.transaction():
                for section in SECTIONS:
                    loading.load(section, entries)
        except psycopg.OperationalError:
            # No object is at fault: the disk is full, or the server was stopped.
            raise
        except psycopg.Error as error:
            return loading.load_one_by_one(entries, error, without_own)
    return []


def _wanted(connection: Connection, contents: Contents) -> list[str]:
    # Where a template has an extension, only an administrator may write its tables.
    empty = [f" TABLE DATA {table.replace('.', ' ', 1)} " for table, rows in contents.rows.items() if not rows]
    # An administrator may have made our schemas.
    schemas = [f" SCHEMA - {name} " for (name,) in connection.execute("select nspname::text from pg_namespace")]
    omitted = (*NEVER_LOADED, *empty, *schemas)
    return [entry for entry in contents.entries if not any(each in entry for each in omitted)]


@dataclass(frozen=True)
class _Loading:
    """A transaction that loads a backup; ``settings`` are those that the server knows."""

    connection: Connection
    file: Path
    settings: set[bytes]

    def load(self, section: str, entries: Sequence[str]) -> None:
        """Load the section of these entries. Raises psycopg.Error, or ProgramFailed if the file cannot be read."""
        if not entries:
            return
        with script(self.file, f"--section={section}", entries=entries) as lines:
            statements = _executable(lines, self.settings)
            if section != "data":
                self._execute(statements)
                return
            between: list[bytes] = []
            with self.connection.cursor() as cursor:
                for statement, data in tables(statements, between):
                    self._execute(between)
                    between.clear()
                    with cursor.copy(statement.rstrip()) as copy:
                        for chunk in _chunks(data):
                            copy.write(chunk)
            # Large objects come in transactions of their own, but ours is not over.
            self._execute(line for line in between if line not in (b"BEGIN;\n", b"COMMIT;\n"))

    def load_one_by_one(self, entries: Sequence[str], error: psycopg.Error, without_own: bool) -> list[LeftOut]:
        """Load what is ours as a whole and each object of the operator's alone; return those that the server refuses.

        Raises NotLoaded if there are any and ``without_own`` is not said, or if something of ours is refused.
        """
        schemas = our_schemas()
        ours = [entry for entry in entries if is_ours(entry, schemas)]
        extensions = [entry for entry in entries if EXTENSION.fullmatch(entry)]
        own = [entry for entry in entries if entry not in {*ours, *extensions}]
        refused = [*self._load_each(SECTIONS[0], extensions)]
        for section in SECTIONS:
            try:
                with self.connection.transaction():
                    self.load(section, ours)
            except psycopg.Error as of_ours:
                reasons = [*map(str, refused), _reason(of_ours)]
                raise NotLoaded(
                    Text(
                        f"Die Sicherung lässt sich nicht laden (Meldung: {'; '.join(reasons[-SHOWN:])}).",
                        f"The backup cannot be loaded: {'; '.join(reasons[-SHOWN:])}.",
                    )
                ) from of_ours
            refused += self._load_each(section, own)
        if refused and not without_own:
            more = f" and {len(refused) - SHOWN} more" if len(refused) > SHOWN else ""
            raise NotLoaded(
                Text(
                    "Die Sicherung hat eigene Objekte, die hier nicht geladen werden können: "
                    f"{', '.join(map(str, refused[:SHOWN]))}{more}.",
                    "The backup has objects of your own that cannot be loaded here:"
                    f" {', '.join(map(str, refused[:SHOWN]))}{more}.",
                ),
                Text(
                    "Lassen Sie die Verwaltung der Datenbank anlegen, was sie brauchen, oder stellen Sie "
                    "ohne sie wieder her (sie bleiben in der Sicherung): --without-own",
                    "Have an administrator make what they need, or restore without them (they stay in the backup):"
                    " --without-own",
                ),
            ) from error
        return refused

    def _load_each(self, section: str, entries: Iterable[str]) -> Iterator[LeftOut]:
        for entry in entries:
            try:
                with self.connection.transaction():
                    self.load(section, [entry])
            except psycopg.OperationalError:
                raise
            except psycopg.Error as error:
                yield LeftOut(*self._named(section, entry), _reason(error))

    def _named(self, section: str, entry: str) -> tuple[str, str, str]:
        """Return kind, schema and name of an entry, in which they do not always stand apart."""
        with script(self.file, f"--section={section}", entries=[entry]) as lines:
            headings = [found for line in lines if (found := HEADING.fullmatch(line))]
        if not headings:
            return "entry", "-", entry
        kind, schema, name = (headings[0][each].decode(errors=ANY_NAME) for each in ("kind", "schema", "name"))
        return kind, schema, name

    def _execute(self, lines: Iterable[bytes]) -> None:
        # What is not prepared may be several statements.
        self.connection.execute(b"".join(lines), prepare=False)


def _executable(lines: Iterable[bytes], known: set[bytes]) -> Iterator[bytes]:
    """Yield a script without psql's commands, and without settings in its head that the server does not know.

    pg_restore 17 sets transaction_timeout, which servers before 17 refuse.
    """
    in_head = True
    end_of_restriction = None
    for line in lines:
        in_head = in_head and not line.startswith((b"-- Name: ", b"-- Data for Name: "))
        setting = SETS.match(line) if in_head else None
        if setting and setting[1] not in known:
            continue
        if in_head and line.startswith(RESTRICT):
            # Against scripts that contain psql's commands; the key is made up by pg_restore.
            end_of_restriction = b"\\un" + line[1:]
        elif line != end_of_restriction:
            yield line


def _chunks(lines: Iterable[bytes]) -> Iterator[bytes]:
    chunk = bytearray()
    for line in lines:
        chunk += line
        if len(chunk) >= CHUNK:
            yield bytes(chunk)
            chunk.clear()
    yield bytes(chunk)


def our_schemas() -> set[str]:
    """Return the names of all schemas that this or an earlier version has made."""
    return {*GRANTED_SCHEMAS, *FORMER_SCHEMAS}


def is_ours(entry: str, schemas: set[str]) -> bool:
    """Return whether an entry is Flurwerk's own, in one of these schemas, and not the operator's."""
    found = ENTRY.fullmatch(entry)
    if found is None:
        return False
    kind, schema, rest = found.groups()
    if schema == "-":
        return kind in ("SCHEMA", "COMMENT") and rest.removeprefix("SCHEMA ").split(" ")[0] in schemas
    own_table = MIGRATIONS.split(".")
    return schema in schemas or (schema == own_table[0] and own_table[1] in rest.split(" "))


def _reason(error: psycopg.Error) -> str:
    return (error.diag.message_primary or first_line(error)).removesuffix(".")
