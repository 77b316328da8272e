"""The periods for which there is something to report."""

from datetime import date, datetime

from geo.periods import CITY_TIME, Period, last_half_year, parse_period
from geo.store.database import Connection


def known_periods(connection: Connection) -> list[Period]:
    """Return the half-years and years for which something was set, reported or published, the newest first.

    The last completed half-year is always included, periods that have not begun never are. A year precedes its halves.
    """
    found = connection.execute(
        """
        select period from targets where part is null
        union
        select period from remarks
        union
        select period from manual_actuals
        union
        select period from flurwerk.releases
        union
        select period from flurwerk.report_duties
        """
    )
    return periods_to_report({name for (name,) in found})


def periods_to_report(names: set[str], today: date | None = None) -> list[Period]:
    """Return the years and half-years that contain these periods or lie in them, if they have begun."""
    day = today or datetime.now(CITY_TIME).date()
    found = [last_half_year(day), *map(parse_period, names)]
    halves = {half for period in found for half in _halves(period)}
    chosen = {*halves, *(half[:4] for half in halves)}
    begun = [period for period in map(parse_period, chosen) if period.first <= day]
    return sorted(begun, key=lambda period: (period.end, -len(period.name)), reverse=True)


def _halves(period: Period) -> list[str]:
    months = (period.first.month, period.last.month)
    return [f"{period.year}-H{half}" for half in sorted({(month + 5) // 6 for month in months})]
