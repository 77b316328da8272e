"""Short ways to states of the records and to what differs between them."""

from datetime import datetime

from geo.database import Connection
from geo.kpis import run
from geo.periods import parse_period
from geo.releases.differing import Difference, State, differences, recorded
from tests.records import one

PERIOD = parse_period("2023-H2")


def settled(connection: Connection) -> datetime:
    """An instant before which everything is committed that was written so far."""
    connection.commit()
    instant = one(connection, "select flurwerk.settled_instant()")
    connection.commit()
    return instant


def state(connection: Connection, instant: datetime | None = None) -> State:
    """The figures of the second half of 2023 as recorded at the instant, or now, as they are defined today."""
    return recorded(connection, PERIOD, run.indicators(connection), instant)


def since(connection: Connection, instant: datetime) -> dict[str, Difference]:
    """What differs between the instant and now, by indicator."""
    found = differences(connection, state(connection, instant), state(connection))
    return {difference.indicator.key: difference for difference in found}


def act_as(connection: Connection, name: str) -> None:
    """Whom history names as the writer from here on."""
    connection.execute("select set_config('flurwerk.actor', %s, false)", [name])
