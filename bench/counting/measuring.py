"""How long a statement takes, and how many pages it reads."""

import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from geo.store.database import Connection, Query, as_recorded, conninfo


class Measured(NamedTuple):
    """Milliseconds of the first run in a new session and of a later one (median), pages of 8 kB, and what came out."""

    first_ms: float
    median_ms: float
    pages: int
    found: list[tuple[Any, ...]]


class Session:
    """Statements against one database, for now or as recorded at an instant; each begins in a session of its own."""

    def __init__(self, url: str, runs: int, instant: datetime | None = None) -> None:
        self._url = url
        self._runs = runs
        self._instant = instant

    def measure(self, query: Query) -> Measured:
        """One of the application's own statements."""
        return self._measured(
            lambda connection: as_recorded(connection, self._instant), query.statement, query.parameters
        )

    def measure_plain(self, statement: str, parameters: Mapping[str, Any]) -> Measured:
        """One written by hand, which names the past itself."""
        return self._measured(lambda connection: as_recorded(connection, None), statement.encode(), parameters)

    def _measured(
        self, at: Callable[[Connection], AbstractContextManager[None]], statement: Any, parameters: Mapping[str, Any]
    ) -> Measured:
        with psycopg.connect(conninfo(self._url)) as connection, at(connection):
            connection.execute("set local statement_timeout = '10min'")
            taken: list[float] = []
            found: list[tuple[Any, ...]] = []
            for _ in range(1 + self._runs):
                start = time.perf_counter()
                # As a request sends it: bound once, planned anew.
                found = connection.execute(statement, parameters, prepare=False).fetchall()
                taken.append((time.perf_counter() - start) * 1000)
            return Measured(taken[0], statistics.median(taken[1:]), _pages(connection, statement, parameters), found)


def _pages(connection: Connection, statement: Any, parameters: Mapping[str, Any]) -> int:
    """Pages that a warm run reads, from the server's memory or the system's."""
    text = statement if isinstance(statement, bytes) else statement.as_string(connection).encode()
    explained = connection.execute(
        b"explain (analyze, buffers, timing off, format json) " + text, parameters
    ).fetchone()
    assert explained
    plan = explained[0][0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
