"""Helpers to publish, to read states of the records, and to compare them."""

from datetime import datetime

from geo.figures.kpis import evaluation
from geo.figures.releases import publishing
from geo.figures.releases.differing import Difference, State, differences, recorded
from geo.figures.releases.release import Release
from geo.periods import Period, parse_period
from geo.store.database import Connection
from tests.records import insert, one

PERIOD = parse_period("2023-H2")


def settled(connection: Connection) -> datetime:
    """Commit, and return an instant at which everything written so far is committed."""
    connection.commit()
    instant = one(connection, "select flurwerk.settled_instant()")
    connection.commit()
    return instant


def state(connection: Connection, instant: datetime | None = None) -> State:
    """Return the figures of the second half of 2023 as recorded at the instant, or now, by today's definitions."""
    return recorded(connection, PERIOD, evaluation.indicators(connection), instant)


def since(connection: Connection, instant: datetime) -> dict[str, Difference]:
    """Return the differences between the instant and now, by indicator."""
    found = differences(connection, state(connection, instant), state(connection))
    return {difference.indicator.key: difference for difference in found}


def publish(connection: Connection, period: Period = PERIOD, *, reason: str | None = None) -> Release:
    """Publish the period, whatever the checks find in a test's few records."""
    return publishing.publish(connection, period, reason=reason, accept="zur Probe")


def act_as(connection: Connection, name: str) -> None:
    """Set the writer that history names from here on."""
    connection.execute("select set_config('flurwerk.actor', %s, false)", [name])


def reported(connection: Connection, period: str, value: float | None = None, **values: object) -> int:
    """Insert an actual that another team reports for its own indicator, and return its id."""
    row = connection.execute("select id from flurwerk.manual_indicators where key = 'events'").fetchone()
    described = {"key": "events", "position": 9, "area": "A", "product": "P", "label": "Veranstaltungen"}
    indicator = row[0] if row else insert(connection, "manual_indicators", **described)
    return insert(connection, "manual_actuals", indicator=indicator, period=period, value=value, **values)


def tamper(connection: Connection, table: str, statement: str) -> None:
    """Execute a statement with triggers disabled, as only the owner can, so that it leaves no trace in any history."""
    connection.execute(f"alter table {table} disable trigger user".encode())
    connection.execute(statement.encode())
    connection.execute(f"alter table {table} enable trigger user".encode())
    connection.commit()
