"""The description of a check, and how it is run."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import LiteralString, NamedTuple

from psycopg import sql
from psycopg.rows import class_row

from geo.periods import CITY_TIME
from geo.profile import profile
from geo.records.layers.layer import Text
from geo.store.database import Connection
from geo.workdays import holidays

DAYS_OFF: LiteralString = "{days_off}"
"""Stands in a check's query for the array of the state's public holidays, of any year in which a period may end.

They are only looked up when the check is run, since that takes longer than most commands."""


class Finding(NamedTuple):
    """A record that a check found. ``detail`` says in a few machine-readable words what is odd about it."""

    check: str
    layer: str
    id: int
    source: str
    source_id: str
    detail: str


@dataclass(frozen=True, slots=True)
class Check:
    """A check of the records of one layer. ``query`` returns rows of id and detail.

    ``date`` is the column checked, if that is a date by which records count: a finding then matters only to periods in
    which that date lies. ``amount`` is the column checked, if that is a value that figures add up: a finding matters
    only to those that add it up and in which the record counts 0. With ``finds_pairs`` the query also has a column
    ``other``: the id of a second record of the layer, as odd as the first. ``as_if`` is an SQL expression over ``r``
    that returns a jsonb object with the columns of a corrected record, to compute how much the record would count then.
    ``affects_figures``: whether a figure of the record may be wrong because of it.
    """

    key: str
    layer: str
    label: Text
    advice: Text
    query: LiteralString
    date: str | None = None
    amount: str | None = None
    finds_pairs: bool = False
    as_if: LiteralString | None = None
    affects_figures: bool = True


def run(connection: Connection, check: Check) -> list[Finding]:
    """Return the findings of one check, in order of the records' ids."""
    statement = sql.SQL(
        """
        select %(check)s as check, %(layer)s as layer, f.id, r.source, r.source_id, f.detail
        from ({query}) as f
        join {layer} as r using (id)
        order by f.id, f.detail
        """
    ).format(query=escaped_query(check), layer=sql.Identifier(check.layer))
    with connection.cursor(row_factory=class_row(Finding)) as cursor:
        return cursor.execute(statement, {"check": check.key, "layer": check.layer}).fetchall()


def escaped_query(check: Check) -> sql.SQL:
    """Return the check's query for use in a statement with parameters, with the public holidays that it asks for."""
    query = check.query.replace("%", "%%")
    if DAYS_OFF in query:
        query = query.replace(DAYS_OFF, sql.Literal(_days_off()).as_string())
    return sql.SQL(query)  # pyright: ignore[reportArgumentType]


def _days_off() -> list[date]:
    place = profile().place
    years = range(1990, datetime.now(CITY_TIME).year + 3)
    return sorted(day for year in years for day in holidays(year, place.state, place.catholic_holidays))
