"""Reporting periods (half-open date intervals), days and instants in the city's time zone (Europe/Berlin)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from geo.errors import FlurwerkError
from geo.text import Text

# Without other scripts' digits: a period has one name, by which figures are found and hidden.
PERIOD = re.compile(r"(?P<year>[0-9]{4})(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


CITY_TIME = ZoneInfo("Europe/Berlin")
FIRST_YEAR = 1900
"""The earliest year of a record's dates."""


class UnknownPeriod(FlurwerkError):
    """The text is not a period."""


class UnknownInstant(FlurwerkError):
    """The text is not a day or timestamp up to now."""


class UnknownDay(FlurwerkError):
    """The text is not a day up to today."""


@dataclass(frozen=True, slots=True)
class Period:
    """From ``first`` to ``end``, excluding ``end``; ``name`` is ``2023``, ``2023-H2``, ``2023-Q3`` or ``2023-07``."""

    name: str
    first: date
    end: date

    @property
    def last(self) -> date:
        """The period's last day."""
        return self.end - timedelta(days=1)

    @property
    def year(self) -> str:
        """The name of the year that contains the period."""
        return f"{self.first.year:04}"

    def months(self) -> list[str]:
        """Return the names of the months in the period, such as ``2023-07``."""
        count = (self.end.year - self.first.year) * 12 + self.end.month - self.first.month
        return [_month_start(self.first, offset).strftime("%Y-%m") for offset in range(count)]


def parse_period(text: str) -> Period:
    """Return the period of that name. Raises UnknownPeriod, listing the known forms."""
    match = PERIOD.fullmatch(text.strip().upper())
    if match is None or not 1 <= int(match["year"]) <= 9998:
        raise UnknownPeriod(
            Text(f"„{text}“ ist kein Zeitraum.", f"“{text}” is not a period."),
            Text(
                "Schreiben Sie ein Jahr, Halbjahr, Quartal oder einen Monat: 2023, 2023-H2, 2023-Q3 oder 2023-07.",
                "Write a year, half, quarter or month: 2023, 2023-H2, 2023-Q3 or 2023-07.",
            ),
        )
    january = date(int(match["year"]), 1, 1)
    if match["half"]:
        offset, length = (int(match["half"]) - 1) * 6, 6
    elif match["quarter"]:
        offset, length = (int(match["quarter"]) - 1) * 3, 3
    elif match["month"]:
        offset, length = int(match["month"]) - 1, 1
    else:
        offset, length = 0, 12
    return Period(match[0], _month_start(january, offset), _month_start(january, offset + length))


def parse_instant(text: str) -> datetime:
    """Return the instant in UTC of a timestamp, or the last instant of a day; never later than now.

    A timestamp without a time zone is in the city's time. Raises UnknownInstant, also for days after today, and for
    local times that do not exist or occur twice because the clocks are changed.
    """
    try:
        if "\0" in text:
            raise ValueError(text)  # datetime.fromisoformat accepts it
        if len(text) == len("2023-12-31"):
            instant = datetime.combine(date.fromisoformat(text), time.max, CITY_TIME)
        else:
            instant = datetime.fromisoformat(text)
        instant = (instant if instant.tzinfo else _in_city_time(instant)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UnknownInstant(
            Text(f"„{text}“ ist kein Zeitpunkt.", f"“{text}” is not an instant."),
            Text(
                "Schreiben Sie einen Tag oder Zeitpunkt: 2024-01-15 oder 2024-01-15T12:00.",
                "Write a day or a timestamp: 2024-01-15 or 2024-01-15T12:00.",
            ),
        ) from None
    now = datetime.now(UTC)
    if instant.astimezone(CITY_TIME).date() > now.astimezone(CITY_TIME).date():
        raise UnknownInstant(
            Text(f"„{text}“ liegt in der Zukunft.", f"“{text}” is in the future."),
            Text("Schreiben Sie einen Tag oder Zeitpunkt bis jetzt.", "Write a day or a timestamp up to now."),
        )
    return min(instant, now)


def _in_city_time(local: datetime) -> datetime:
    """Return the instant of a local time. Raises UnknownInstant unless there is exactly one."""
    # PEP 495: the fold chooses between the offsets before and after a change of the clocks.
    first, second = (local.replace(tzinfo=CITY_TIME, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first > second:
        raise UnknownInstant(
            Text(
                f"„{local.isoformat()}“ gibt es nicht: Zu dieser Zeit werden die Uhren vorgestellt.",
                f"“{local.isoformat()}” does not exist: the clocks are put forward at that time.",
            ),
            Text(
                "Schreiben Sie eine frühere oder spätere Zeit dieses Tages.",
                "Write an earlier or a later time of that day.",
            ),
        )
    if first < second:
        raise UnknownInstant(
            Text(
                f"„{local.isoformat()}“ gibt es zweimal: Zu dieser Zeit werden die Uhren zurückgestellt.",
                f"“{local.isoformat()}” occurs twice: the clocks are put back at that time.",
            ),
            Text(
                f"Schreiben Sie, welche gemeint ist, in UTC: {first:%Y-%m-%dT%H:%M:%SZ} oder "
                f"{second:%Y-%m-%dT%H:%M:%SZ}.",
                f"Write which is meant, in UTC: {first:%Y-%m-%dT%H:%M:%SZ} or {second:%Y-%m-%dT%H:%M:%SZ}.",
            ),
        )
    return first


def parse_day(text: str) -> date:
    """Return the day written as ``2024-06-30``. Raises UnknownDay, also for days after today in the city's time."""
    try:
        if len(text) != len("2023-12-31"):
            raise ValueError(text)
        day = date.fromisoformat(text)
        if day.year < FIRST_YEAR:
            raise ValueError(text)
    except ValueError:
        raise UnknownDay(
            Text(f"„{text}“ ist kein Tag.", f"“{text}” is not a day."),
            Text(
                f"Schreiben Sie ihn als 2024-06-30, ab {FIRST_YEAR}.", f"Write it as 2024-06-30, from {FIRST_YEAR} on."
            ),
        ) from None
    if day > datetime.now(CITY_TIME).date():
        raise UnknownDay(
            Text(f"„{text}“ liegt in der Zukunft.", f"“{text}” is in the future."),
            Text("Schreiben Sie einen Tag bis heute.", "Write a day up to today."),
        )
    return day


def _month_start(start: date, offset: int) -> date:
    months = start.year * 12 + start.month - 1 + offset
    return date(months // 12, months % 12 + 1, 1)


def month_end(day: date, months: int = 0) -> date:
    """Return the last day of the month that is this many months after the day's."""
    return _month_start(day.replace(day=1), months + 1) - timedelta(days=1)
