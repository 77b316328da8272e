"""Handing all records of an operator or a cluster to its successor from a day on, and taking that back as a whole.

The database does both (0061_validity.sql): one transaction writes everything, and its number undoes everything.
"""

from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import LiteralString, NamedTuple

from psycopg.rows import class_row

from geo.errors import BilingualError
from geo.formatting import day
from geo.profile.modules import GROUPS
from geo.records.layers.kept import are_kept
from geo.store.database import AsyncConnection, Connection
from geo.text import Text, key_text


class Kind(StrEnum):
    """What hands its records over."""

    OPERATOR = "operator"
    CLUSTER = "cluster"


class Written(NamedTuple):
    """How many records of a layer were written."""

    layer: str
    records: int


class NoHandover(BilingualError):
    """Nothing can be handed over as asked."""


LAYERS = tuple(
    layer for layer in dict.fromkeys((*GROUPS["broadband"], *GROUPS["network"], "mobile_requests")) if are_kept(layer)
)
"""The layers that a handover may write."""

HAND_OVER: LiteralString = "select * from flurwerk.hand_over(%s, %s, %s, %s)"
UNDO: LiteralString = "select * from flurwerk.undo_handover(%s::text::xid8)"
NUMBER: LiteralString = "select pg_current_xact_id()::text"
NAMES: dict[Kind, LiteralString] = {
    Kind.OPERATOR: "select id, array[name, source_id] from flurwerk.operators order by id",
    Kind.CLUSTER: "select id, array_remove(array[key, name, source_id], null) from flurwerk.clusters order by id",
}


def refuse_future(since: date, today: date) -> None:
    """Raise NoHandover for a day that is yet to come."""
    if since > today:
        raise NoHandover(
            Text(f"Der {day(since, 'de')} liegt in der Zukunft.", f"{day(since, 'en')} is in the future."),
            Text("Übergeben Sie an diesem Tag oder danach.", "Hand over on that day or later."),
        )


def named(connection: Connection, kind: Kind, name: str) -> int:
    """Return the id of the operator or cluster with this key, name or source_id; the first of these that fits one.

    Raises NoHandover with the nearest name if there is none, or if several have it.
    """
    known = connection.execute(NAMES[kind]).fetchall()
    written = key_text(name)
    for place in range(max((len(names) for _, names in known), default=0)):
        found = [record for record, names in known if names[place : place + 1] == [written]]
        if len(found) == 1:
            return found[0]
        if found:
            raise NoHandover(
                Text(f"Mehrere heißen „{name}“.", f"Several are called “{name}”."),
                Text("Nennen Sie die source_id.", "Give its source_id."),
            )
    near = get_close_matches(written, [each for _, names in known for each in names], 1)
    raise NoHandover(
        Text(f"„{name}“ gibt es nicht ({kind}).", f"There is no {kind} “{name}”."),
        Text(f"Meinten Sie „{near[0]}“?", f"Did you mean “{near[0]}”?")
        if near
        else Text("Erfassen Sie den Nachfolger zuerst.", "Record the successor first."),
    )


def hand_over(connection: Connection, kind: Kind, giving: int, taking: int, since: date) -> tuple[str, list[Written]]:
    """Hand over, and return the number by which it is undone and what was written; the caller commits.

    Raises IntegrityError if a record has been handed over on that day or later.
    """
    with connection.cursor(row_factory=class_row(Written)) as cursor:
        written = cursor.execute(HAND_OVER, [kind, giving, taking, since]).fetchall()
    row = connection.execute(NUMBER).fetchone()
    assert row
    return row[0], written


def undo_handover(connection: Connection, number: str) -> list[Written]:
    """Take a handover back, and return what was written; the caller commits.

    Raises IntegrityError if there was none of this number, or if a record has been changed since.
    """
    with connection.cursor(row_factory=class_row(Written)) as cursor:
        return cursor.execute(UNDO, [number]).fetchall()


async def hand_over_async(
    connection: AsyncConnection, kind: Kind, giving: int, taking: int, since: date
) -> tuple[str, list[Written]]:
    """Like `hand_over`, on a connection of the web service."""
    async with connection.cursor(row_factory=class_row(Written)) as cursor:
        written = await (await cursor.execute(HAND_OVER, [kind, giving, taking, since])).fetchall()
    row = await (await connection.execute(NUMBER)).fetchone()
    assert row
    return row[0], written


async def undo_handover_async(connection: AsyncConnection, number: str) -> list[Written]:
    """Like `undo_handover`, on a connection of the web service."""
    async with connection.cursor(row_factory=class_row(Written)) as cursor:
        return await (await cursor.execute(UNDO, [number])).fetchall()
