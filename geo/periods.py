"""Periods of the report: half-open date intervals in the city's time (Europe/Berlin)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from geo.errors import FlurwerkError

FORM = re.compile(r"(?P<year>\d{4})(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


CITY_TIME = ZoneInfo("Europe/Berlin")
FIRST_YEAR = 1900
"""No record is dated earlier."""


class UnknownPeriod(FlurwerkError):
    """A text that names no period."""


class UnknownInstant(FlurwerkError):
    """A text that names no day or instant up to now."""


class UnknownDay(FlurwerkError):
    """A text that names no day up to today."""


@dataclass(frozen=True, slots=True)
class Period:
    """From ``first`` up to, and without, ``end``; ``name`` is ``2023``, ``2023-H2``, ``2023-Q3`` or ``2023-07``."""

    name: str
    first: date
    end: date

    @property
    def last(self) -> date:
        """The period's last day."""
        return self.end - timedelta(days=1)

    @property
    def year(self) -> str:
        """The name of the year in which the period lies."""
        return f"{self.first.year:04}"

    @property
    def half(self) -> int | None:
        """1 or 2 where the period is a half-year, else None."""
        return int(self.name[-1]) if "-H" in self.name else None

    def months(self) -> list[str]:
        """The names of the months that the period spans, such as ``2023-07``."""
        count = (self.end.year - self.first.year) * 12 + self.end.month - self.first.month
        return [_month_start(self.first, offset).strftime("%Y-%m") for offset in range(count)]


def parse_period(text: str) -> Period:
    """The period of that name. Raises UnknownPeriod with the known forms."""
    match = FORM.fullmatch(text.strip().upper())
    if match is None or not 1 <= int(match["year"]) <= 9998:
        raise UnknownPeriod(
            f"“{text}” is not a period.", "Write a year, half, quarter or month: 2023, 2023-H2, 2023-Q3 or 2023-07."
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


def last_half_year(today: date | None = None) -> Period:
    """The last half-year that is over, in the city's time."""
    day = today or datetime.now(CITY_TIME).date()
    return parse_period(f"{day.year}-H1" if day.month > 6 else f"{day.year - 1}-H2")


def half_years_until(period: Period, count: int) -> list[Period]:
    """The half-year in which the period ends and those before it, the earliest first; none before the year 1."""
    last = (period.last.year * 12 + period.last.month - 1) // 6
    halves = [divmod(number, 2) for number in range(max(last - count + 1, 2), last + 1)]
    return [parse_period(f"{year:04}-H{half + 1}") for year, half in halves]


def parse_instant(text: str) -> datetime:
    """The instant of a timestamp, or of a day's end (which still belongs to that day), now at the latest.

    Without a time zone it is the city's time. Raises UnknownInstant, for a day that has not come yet too.
    """
    try:
        if "\0" in text:
            raise ValueError(text)  # datetime.fromisoformat overlooks it
        if len(text) == len("2023-12-31"):
            instant = datetime.combine(date.fromisoformat(text), time.max, CITY_TIME)
        else:
            instant = datetime.fromisoformat(text)
        instant = (instant if instant.tzinfo else instant.replace(tzinfo=CITY_TIME)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UnknownInstant(
            f"“{text}” is not an instant.", "Write a day or a timestamp: 2024-01-15 or 2024-01-15T12:00."
        ) from None
    now = datetime.now(UTC)
    if instant.astimezone(CITY_TIME).date() > now.astimezone(CITY_TIME).date():
        raise UnknownInstant(f"“{text}” has not come yet.", "Write a day or a timestamp up to now.")
    return min(instant, now)


def parse_day(text: str) -> date:
    """The day of ``2024-06-30``, today in the city at the latest. Raises UnknownDay."""
    try:
        if len(text) != len("2023-12-31"):
            raise ValueError(text)
        day = date.fromisoformat(text)
        if day.year < FIRST_YEAR:
            raise ValueError(text)
    except ValueError:
        raise UnknownDay(f"“{text}” is not a day.", f"Write it as 2024-06-30, from {FIRST_YEAR} on.") from None
    if day > datetime.now(CITY_TIME).date():
        raise UnknownDay(f"“{text}” has not come yet.", "Write a day up to today.")
    return day


def _month_start(start: date, offset: int) -> date:
    months = start.year * 12 + start.month - 1 + offset
    return date(months // 12, months % 12 + 1, 1)
