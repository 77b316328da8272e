"""The periods for which there is something to report."""

from datetime import date, datetime

from geo.periods import CITY_TIME, Period, parse_period
from geo.rhythm import Rhythm, own_rhythm
from geo.store.database import Connection


def known_periods(connection: Connection) -> list[Period]:
    """Return the reported periods and years for which something was set, reported or published, the newest first.

    The last reported period that is over is always included, periods that have not begun never are. A year precedes its
    parts.
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


def periods_to_report(names: set[str], today: date | None = None, rhythm: Rhythm | None = None) -> list[Period]:
    """Return the years and reported periods that contain these periods or lie in them, if they have begun."""
    day, rhythm = today or datetime.now(CITY_TIME).date(), rhythm or own_rhythm()
    found = [rhythm.last_over(day), *map(parse_period, names)]
    chosen = {name for period in found for each in rhythm.around(period) for name in (each.name, each.year)}
    begun = [period for period in map(parse_period, chosen) if period.first <= day]
    return sorted(begun, key=lambda period: (period.end, -len(period.name)), reverse=True)
