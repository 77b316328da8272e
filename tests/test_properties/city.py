"""Plays a history into a database with two writers and a reader, and reads the figures now and as recorded."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import NamedTuple

import psycopg
from psycopg import sql

from geo.figures.kpis import evaluation
from geo.figures.releases.publishing import publish
from geo.figures.report.table import Values, values
from geo.periods import parse_period
from geo.records.layers import LAYERS
from geo.store.database import as_recorded, conninfo
from tests.records import Connection, delete, insert, one
from tests.test_properties.histories import (
    REFERENCES,
    WRITERS,
    Begin,
    Columns,
    Correct,
    Delete,
    End,
    Insert,
    Look,
    Publish,
    Step,
    found_city,
)

HALVES = (parse_period("2023-H1"), parse_period("2023-H2"))
YEAR = parse_period("2023")

Proof = list[tuple[str, evaluation.Row]]


class Seen(NamedTuple):
    """Figures read without a write in progress, and the instants that show them: of the reading and the last write."""

    at: tuple[datetime, datetime]
    values: Values
    proof: Proof


class City:
    """A city into which one history is played."""

    def __init__(self, reader: Connection, publisher: Connection, writers: list[Connection]) -> None:
        self.reader = reader
        self.publisher = publisher
        self.writers = writers
        self.seen: list[Seen] = []
        self.writing: set[int] = set()
        for connection in writers:
            connection.rollback()
        with reader.transaction():
            self.records = found_city(reader)

    def play(self, history: Iterable[Step]) -> None:
        """Take every step, commit open transactions, and read the figures a last time."""
        for step in history:
            self._take(step)
        self._take(Look())

    def _take(self, step: Step) -> None:
        match step:
            case Look():
                self._commit_writers()
                at = one(self.reader, "select clock_timestamp()"), latest_recording(self.reader)
                self.seen.append(Seen(at, *read(self.reader)))
            case Publish(period):
                self._commit_writers()
                publish(self.publisher, parse_period(period), reason="noch einmal", accept="so gewollt", unchanged=True)
            case Begin(writer):
                self.writers[writer].execute("select")
            case End(writer, commits):
                self._end(writer, commits=commits)
            case _:
                self._write(step)

    def _commit_writers(self) -> None:
        for writer in tuple(self.writing):
            self._end(writer, commits=True)

    def _end(self, writer: int, *, commits: bool) -> None:
        connection = self.writers[writer]
        connection.commit() if commits else connection.rollback()
        self.writing.discard(writer)

    def _write(self, step: Insert | Correct | Delete) -> None:
        connection = self.writers[step.writer]
        own = self.records.setdefault((step.writer, step.table), [])
        if not isinstance(step, Insert) and not own:
            return
        self.writing.add(step.writer)
        try:
            with connection.transaction():
                match step:
                    case Insert(writer, table, values):
                        own.append(insert(connection, table, **self._resolved(writer, table, values)))
                    case Correct(writer, table, number, values):
                        correct(connection, table, pick(own, number), self._resolved(writer, table, values))
                    case Delete(_, table, number):
                        delete(connection, table, pick(own, number))
        except psycopg.errors.IntegrityError:
            pass  # The step violates a rule; a refused write must leave no trace.

    def _resolved(self, writer: int, table: str, values: Columns) -> Columns:
        resolved: Columns = {}
        for name, value in values.items():
            if name not in REFERENCES:
                resolved[name] = value
                continue
            own = self.records.get((writer, REFERENCES[name] or table))
            resolved[name.removesuffix("_no")] = pick(own, value) if own and value is not None else None
        return resolved


class Site:
    """A database in which a new city can replace the last one. The history of all of them remains."""

    def __init__(self, connections: Iterable[Connection]) -> None:
        self.reader, self.publisher, *self.writers = connections
        self.reader.autocommit = True
        for connection in self.writers:
            # If one writer waits for the other after all, it must fail instead of waiting forever.
            connection.execute("set lock_timeout = '5s'")
            connection.commit()

    def city(self) -> City:
        """Return a new city in place of the last one."""
        return City(self.reader, self.publisher, self.writers)


@contextmanager
def site_of(url: str) -> Iterator[Site]:
    """Yield a site in this database."""
    with ExitStack() as stack:
        yield Site(stack.enter_context(psycopg.connect(conninfo(url))) for _ in range(2 + len(WRITERS)))


def read(connection: Connection) -> tuple[Values, Proof]:
    """Return all figures, targets and reported actuals of both half-years, and the records behind the year's."""
    known = values(connection, HALVES)
    proof = [
        (indicator.key, row) for indicator in known.computed for row in evaluation.rows(connection, indicator, YEAR)
    ]
    return known, proof


def read_as_recorded(connection: Connection, at: datetime) -> tuple[Values, Proof]:
    """Return the same as `read`, as recorded at that instant."""
    with as_recorded(connection, at):
        return read(connection)


def latest_recording(connection: Connection) -> datetime:
    """Return the instant at which the latest version of any record began or ended."""
    instants = sql.SQL(" union all ").join(
        sql.SQL(
            "select max(recorded_from) as at from flurwerk.{layer} "
            "union all select max(recorded_until) from flurwerk_history.{layer}"
        ).format(layer=sql.Identifier(layer.key))
        for layer in LAYERS.values()
        if layer.keeps_history
    )
    row = connection.execute(sql.SQL("select max(at) from ({}) as t").format(instants)).fetchone()
    assert row is not None
    return row[0]


def pick(own: list[int], number: int) -> int:
    """Return one of the records."""
    return own[number % len(own)]


def correct(connection: Connection, table: str, record: int, values: Columns) -> None:
    """Change columns of one record; ``geom`` is WKT in EPSG:25832."""
    assignments = sql.SQL(", ").join(
        sql.SQL("{} = st_geomfromtext({}, 25832)" if name == "geom" else "{} = {}").format(
            sql.Identifier(name), sql.Placeholder(name)
        )
        for name in values
    )
    connection.execute(
        sql.SQL("update {} set {} where id = %(record)s").format(sql.Identifier("flurwerk", table), assignments),
        {**values, "record": record},
    )
