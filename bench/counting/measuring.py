"""Measures how long a statement takes and how many pages it reads."""

import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from geo.store.database import Connection, Query, as_recorded, conninfo


class Measured(NamedTuple):
    """Milliseconds of the first run in a new session and median of the later runs, pages of 8 kB, and the result."""

    first_ms: float
    median_ms: float
    pages: int
    found: list[tuple[Any, ...]]


class Session:
    """Runs statements on one database, now or as recorded at an instant, each in a new session."""

    def __init__(self, url: str, runs: int, instant: datetime | None = None) -> None:
        self._url = url
        self._runs = runs
        self._instant = instant

    def measure(self, query: Query) -> Measured:
        """Measure one of the application's statements."""
        return self._measured(
            lambda connection: as_recorded(connection, self._instant), query.statement, query.parameters
        )

    def measure_plain(self, statement: str, parameters: Mapping[str, Any]) -> Measured:
        """Measure a hand-written statement, which selects the past itself."""
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
                # Like a request: not prepared, so planned each time.
                found = connection.execute(statement, parameters, prepare=False).fetchall()
                taken.append((time.perf_counter() - start) * 1000)
            return Measured(taken[0], statistics.median(taken[1:]), _pages(connection, statement, parameters), found)


def _pages(connection: Connection, statement: Any, parameters: Mapping[str, Any]) -> int:
    """Return the number of pages that a warm run reads, from shared buffers or through the operating system."""
    text = statement if isinstance(statement, bytes) else statement.as_string(connection).encode()
    explained = connection.execute(
        b"explain (analyze, buffers, timing off, format json) " + text, parameters
    ).fetchone()
    assert explained
    plan = explained[0][0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
