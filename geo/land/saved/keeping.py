"""What saved searches and shortlists have in common: a name, an owner, whether all share it, and a version."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from geo.errors import BilingualError
from geo.store.database import AsyncConnection
from geo.text import Text, key_text

Table = Literal["saved_searches", "shortlists"]

SCHEMA = "flurwerk_access"

MOST = 200
"""How many saved searches, and how many shortlists, one person may have."""
LONGEST_NAME = 100


class NameTaken(BilingualError):
    """The person has something of that name already; ``kept`` is its id."""

    def __init__(self, name: str, kept: int) -> None:
        super().__init__(
            Text(f"„{name}“ gibt es schon.", f"There is already “{name}”."),
            Text(
                "Wählen Sie einen anderen Namen, oder überschreiben Sie es ausdrücklich.",
                "Choose another name, or overwrite it on purpose.",
            ),
        )
        self.kept = kept


class NotKept(BilingualError):
    """There is nothing with that id that the person may see."""

    def __init__(self) -> None:
        super().__init__(
            Text("Das gibt es nicht oder nicht mehr.", "This does not exist, or no longer."),
            Text("Laden Sie die Liste neu.", "Reload the list."),
        )


class NotYours(BilingualError):
    """Others have shared it, and the person may not edit; or only its owner may do that."""

    def __init__(self) -> None:
        super().__init__(
            Text("Das hat jemand anderes gespeichert.", "Somebody else has saved this."),
            Text("Speichern Sie eine eigene Fassung.", "Save one of your own."),
        )


class Outdated(BilingualError):
    """Somebody has changed it since the person read it."""

    def __init__(self, by: str | None) -> None:
        super().__init__(
            Text(
                f"{by or 'Jemand'} hat das inzwischen geändert.",
                f"{by or 'Somebody'} has changed this meanwhile.",
            ),
            Text("Sehen Sie sich den neuen Stand an.", "Look at the new version."),
        )
        self.by = by


class TooMany(BilingualError):
    """There are as many as there may be."""

    def __init__(self, most: int) -> None:
        super().__init__(
            Text(f"Mehr als {most} gehen nicht.", f"There may be at most {most}."),
            Text("Löschen Sie, was Sie nicht mehr brauchen.", "Delete what you no longer need."),
        )


class UnusableName(BilingualError):
    """What was written cannot be a name."""

    def __init__(self) -> None:
        super().__init__(
            Text("Der Name ist leer oder zu lang.", "The name is empty or too long."),
            Text(f"Erlaubt sind 1 bis {LONGEST_NAME} Zeichen.", f"Use 1 to {LONGEST_NAME} characters."),
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved search or a shortlist without its content. ``owner`` is None if whoever saved it is no longer here."""

    id: int
    name: str
    owner: str | None
    is_shared: bool
    version: int
    changed_at: datetime
    changed_by: str | None
    is_own: bool
    may_change: bool


class Change(NamedTuple):
    """What is to change; None stays."""

    name: str | None = None
    is_shared: bool | None = None
    content: Any = None


COLUMNS = sql.SQL(
    """
    k.id, k.name, k.owner, k.is_shared, k.version, k.changed_at, k.changed_by,
    k.owner is not distinct from person() as is_own,
    may_change(k.owner, k.is_shared) as may_change
    """
)


def name_of(written: str) -> str:
    """Return a name as it is stored. Raises UnusableName."""
    name = key_text(written.replace("\0", ""))
    if not 1 <= len(name) <= LONGEST_NAME:
        raise UnusableName
    return name


async def listed(connection: AsyncConnection, table: Table) -> list[Kept]:
    """Return what the person sees, their own first, by name."""
    statement = sql.SQL("select {columns} from {table} as k order by is_own desc, k.name, k.id").format(
        columns=COLUMNS, table=sql.Identifier(SCHEMA, table)
    )
    async with connection.cursor(row_factory=class_row(Kept)) as cursor:
        return await (await cursor.execute(statement)).fetchall()


async def found(connection: AsyncConnection, table: Table, kept: int, *, to_change: bool = False) -> Kept:
    """Return one of them; ``to_change`` locks it until the transaction ends. Raises NotKept, NotYours."""
    statement = sql.SQL("select {columns} from {table} as k where k.id = %s").format(
        columns=COLUMNS, table=sql.Identifier(SCHEMA, table)
    )
    async with connection.cursor(row_factory=class_row(Kept)) as cursor:
        one = await (await cursor.execute(statement, [kept])).fetchone()
        if one is None:
            raise NotKept
        if to_change:
            if not one.may_change:
                raise NotYours
            locked = await (await cursor.execute(statement + sql.SQL(" for update"), [kept])).fetchone()
            if locked is None:
                raise NotKept
            return locked
        return one


async def save(connection: AsyncConnection, table: Table, name: str, *, is_shared: bool, content: Any = None) -> int:
    """Save under a name of the person's own and return the id. Raises UnusableName, NameTaken, TooMany."""
    stored = name_of(name)
    count = await _value(connection, sql.SQL("select count(*) from {} where owner = person()"), table)
    if count >= MOST:
        raise TooMany(MOST)
    columns, values = ["name", "is_shared"], [stored, is_shared]
    if content is not None:
        columns, values = [*columns, "filters"], [*values, content]
    statement = sql.SQL("insert into {} ({}) values ({}) on conflict (owner, name) do nothing returning id").format(
        sql.Identifier(SCHEMA, table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join([sql.Placeholder()] * len(values)),
    )
    row = await (await connection.execute(statement, values)).fetchone()
    if row is None:
        raise await _taken(connection, table, stored)
    return row[0]


async def change(
    connection: AsyncConnection, table: Table, kept: int, versions: frozenset[str], wanted: Change
) -> None:
    """Change what the person has read as one of these versions (`*`: any).

    Raises NotKept, NotYours, Outdated, UnusableName, NameTaken.
    """
    one = await found(connection, table, kept, to_change=True)
    _refuse_outdated(one, versions)
    values = {
        "name": None if wanted.name is None else name_of(wanted.name),
        "is_shared": wanted.is_shared,
        "filters": wanted.content,
    }
    given = {column: value for column, value in values.items() if value is not None}
    if not given:
        return
    if not one.is_own and given.get("is_shared") is False:
        raise NotYours
    statement = sql.SQL("update {} set {} where id = %(id)s").format(
        sql.Identifier(SCHEMA, table),
        sql.SQL(", ").join(sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in given),
    )
    try:
        async with connection.transaction():
            await connection.execute(statement, {**given, "id": kept})
    except psycopg.errors.UniqueViolation:
        raise await _taken(connection, table, given["name"], one.owner) from None


async def delete(connection: AsyncConnection, table: Table, kept: int, versions: frozenset[str]) -> None:
    """Delete what the person has read as one of these versions. Raises NotKept, NotYours, Outdated."""
    _refuse_outdated(await found(connection, table, kept, to_change=True), versions)
    await connection.execute(sql.SQL("delete from {} where id = %s").format(sql.Identifier(SCHEMA, table)), [kept])


def _refuse_outdated(one: Kept, versions: frozenset[str]) -> None:
    if "*" not in versions and str(one.version) not in versions:
        raise Outdated(one.changed_by)


async def _taken(connection: AsyncConnection, table: Table, name: str, owner: str | None = None) -> NameTaken:
    statement = sql.SQL("select id from {} where owner = coalesce(%s, person()) and name = %s").format(
        sql.Identifier(SCHEMA, table)
    )
    row = await (await connection.execute(statement, [owner, name])).fetchone()
    return NameTaken(name, row[0] if row else 0)


async def _value(connection: AsyncConnection, statement: sql.SQL, table: Table) -> Any:
    row = await (await connection.execute(statement.format(sql.Identifier(SCHEMA, table)))).fetchone()
    return row[0] if row else None
