"""Short ways to states of the records and to what differs between them."""

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
    """An instant before which everything is committed that was written so far."""
    connection.commit()
    instant = one(connection, "select flurwerk.settled_instant()")
    connection.commit()
    return instant


def state(connection: Connection, instant: datetime | None = None) -> State:
    """The figures of the second half of 2023 as recorded at the instant, or now, as they are defined today."""
    return recorded(connection, PERIOD, evaluation.indicators(connection), instant)


def since(connection: Connection, instant: datetime) -> dict[str, Difference]:
    """What differs between the instant and now, by indicator."""
    found = differences(connection, state(connection, instant), state(connection))
    return {difference.indicator.key: difference for difference in found}


def publish(connection: Connection, period: Period = PERIOD, *, reason: str | None = None) -> Release:
    """Publish the period, whatever the quality gate finds in a test's few records."""
    return publishing.publish(connection, period, reason=reason, accept="zur Probe")


def act_as(connection: Connection, name: str) -> None:
    """Whom history names as the writer from here on."""
    connection.execute("select set_config('flurwerk.actor', %s, false)", [name])


def reported(connection: Connection, period: str, value: float | None = None, **values: object) -> int:
    """An actual that another team reports for an indicator of its own."""
    row = connection.execute("select id from flurwerk.manual_indicators where key = 'events'").fetchone()
    described = {"key": "events", "position": 9, "area": "A", "product": "P", "label": "Veranstaltungen"}
    indicator = row[0] if row else insert(connection, "manual_indicators", **described)
    return insert(connection, "manual_actuals", indicator=indicator, period=period, value=value, **values)


def tamper(connection: Connection, table: str, statement: str) -> None:
    """What only the owner can do, who disables the triggers, and leaves no trace in any history."""
    connection.execute(f"alter table {table} disable trigger user".encode())
    connection.execute(statement.encode())
    connection.execute(f"alter table {table} enable trigger user".encode())
    connection.commit()
