"""The terms in which a check is described, and how it is run."""

from dataclasses import dataclass
from typing import LiteralString, NamedTuple

from psycopg import sql
from psycopg.rows import class_row

from geo.records.layers.layer import Text
from geo.store.database import Connection


class Finding(NamedTuple):
    """One record that a check found, with what is odd about it in a few machine-readable words."""

    check: str
    layer: str
    id: int
    source: str
    source_id: str
    detail: str


@dataclass(frozen=True, slots=True)
class Check:
    """A question to the records of one layer. ``query`` returns rows of id and detail.

    ``date`` is the date that counts, where that is what is odd: it matters to a period only when it lies in it.
    Where ``finds_pairs``, the query has a column ``other``, too: the id of a second record of the layer, as odd as
    the first. ``as_if`` tells what the record would hold were nothing odd, so that one can ask what would count then:
    a jsonb object of columns, an expression over ``r``.
    """

    key: str
    layer: str
    label: Text
    advice: Text
    query: LiteralString
    date: str | None = None
    finds_pairs: bool = False
    as_if: LiteralString | None = None


def run(connection: Connection, check: Check) -> list[Finding]:
    """The findings of one check, in order of the records' ids."""
    statement = sql.SQL(
        """
        select %(check)s as check, %(layer)s as layer, f.id, r.source, r.source_id, f.detail
        from ({query}) as f
        join {layer} as r using (id)
        order by f.id, f.detail
        """
    ).format(query=escaped(check), layer=sql.Identifier(check.layer))
    with connection.cursor(row_factory=class_row(Finding)) as cursor:
        return cursor.execute(statement, {"check": check.key, "layer": check.layer}).fetchall()


def escaped(check: Check) -> sql.SQL:
    """The check's query, to stand in a statement with parameters."""
    return sql.SQL(check.query.replace("%", "%%"))
