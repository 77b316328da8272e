"""Reads releases and reports in a thread, as the code that assembles them is synchronous."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import anyio.to_thread

from api.service.dependencies import Service
from geo.access import Caller, Role
from geo.figures.releases import assembling, chain
from geo.figures.report.extract import WHOLE, Extract
from geo.figures.report.model import Report
from geo.periods import Period
from geo.settings import Settings
from geo.store.database import Connection, connect_to_read
from geo.store.pools import borrow

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """A requested report: a release by its number, a draft, or the current one (the latest release, else a draft).

    ``as_of`` is the instant whose records a draft shows; None means now. ``extract`` is what it shows of the city.
    """

    period: Period
    number: int | None = None
    is_draft: bool = False
    as_of: datetime | None = None
    extract: Extract = WHOLE

    def __call__(self, connection: Connection) -> Report:
        """Return the report. Raises NotPublished if the release does not exist, and UnknownPart."""
        if self.number is not None:
            release = chain.find(connection, self.period.name, self.number)
            return assembling.extracted(connection, release, self.extract)
        if self.is_draft or self.as_of:
            return assembling.draft(connection, self.period, self.as_of, self.extract)
        return assembling.current(connection, self.period, self.extract)

    def recorded_at(self, connection: Connection) -> datetime | None:
        """Return the instant whose records the report shows; None means now. Raises NotPublished."""
        if self.number is not None:
            return chain.find(connection, self.period.name, self.number).recorded_at
        release = None if self.is_draft or self.as_of else chain.latest(connection, self.period.name)
        return release.recorded_at if release else self.as_of


async def read(service: Service, caller: Caller, reading: Callable[[Connection], Found]) -> Found:
    """Return what ``reading`` returns, run in a thread with a connection of the caller's role.

    Raises DatabaseUnavailable immediately if the database is not available.
    """
    async with borrow(service.pools[caller.role]):
        pass
    async with service.reports:
        return await anyio.to_thread.run_sync(_read, service.settings, caller.role, reading)


def _read(settings: Settings, role: Role, reading: Callable[[Connection], Found]) -> Found:
    with connect_to_read(settings, role.login) as connection:
        return reading(connection)
