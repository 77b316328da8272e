"""A period's report as it is asked for, read in a thread: what puts it together is synchronous."""

from dataclasses import dataclass
from datetime import datetime

import anyio.to_thread

from api.deps import Service
from geo.access import Caller, Role
from geo.database import as_recorded, connect_to_read
from geo.periods import Period
from geo.pools import borrow
from geo.report.base import Report
from geo.report.content import content
from geo.settings import Settings


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which report of the period: as recorded at an instant, else as it is now."""

    period: Period
    as_of: datetime | None = None


async def read(asked: Service, caller: Caller, wanted: Wanted) -> Report:
    """The report. Raises DatabaseUnavailable at once where the database is gone."""
    async with borrow(asked.pools[caller.role]):
        pass
    async with asked.reports:
        return await anyio.to_thread.run_sync(_read, asked.settings, caller.role, wanted)


def _read(settings: Settings, role: Role, wanted: Wanted) -> Report:
    with connect_to_read(settings, role.login) as connection, as_recorded(connection, wanted.as_of):
        return content(connection, wanted.period, wanted.as_of)
