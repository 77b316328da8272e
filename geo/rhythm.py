"""The rhythm in which the agency reports: the periods that have a report of their own, by the agency's profile."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from geo.periods import CITY_TIME, Period, parse_period
from geo.profile import profile
from geo.text import Text

MONTHS = {"quarter": 3, "half-year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Reports every ``months`` months, which are 3, 6 or 12, the first one from January on."""

    months: int

    @property
    def names(self) -> tuple[str, str]:
        """What one and several of its periods are called in English: quarter and quarters."""
        (name,) = (name for name, months in MONTHS.items() if months == self.months)
        return name, f"{name}s"

    def containing(self, day: date) -> Period:
        """Return the reported period in which a day lies."""
        number = (day.month - 1) // self.months + 1
        return parse_period(f"{day.year:04}{self._suffix(number)}")

    def last_over(self, today: date | None = None) -> Period:
        """Return the last reported period that is over, in the city's time."""
        day = today or datetime.now(CITY_TIME).date()
        return self.before(self.containing(day))

    def before(self, period: Period) -> Period:
        """Return the reported period before one of them."""
        year, number = divmod(self._number(period.first) - 1, 12 // self.months)
        return parse_period(f"{year:04}{self._suffix(number + 1)}")

    def until(self, period: Period, count: int) -> list[Period]:
        """Return the reported period in which a period ends and those before it, earliest first; none before year 1."""
        last = self._number(period.last)
        numbers = range(max(last - count + 1, 12 // self.months), last + 1)
        named = (divmod(number, 12 // self.months) for number in numbers)
        return [parse_period(f"{year:04}{self._suffix(number + 1)}") for year, number in named]

    def around(self, period: Period) -> list[Period]:
        """Return the reported periods that contain a period or lie in it."""
        months = parse_period(period.name).months()
        days = [date.fromisoformat(f"{month}-01") for month in months]
        return list({found.name: found for found in map(self.containing, days)}.values())

    def is_own(self, period: Period) -> bool:
        """Whether the period has a report of this rhythm. A year also has one in other rhythms, beside them."""
        return len(period.months()) == self.months

    def is_published(self, period: Period) -> bool:
        """Whether its total is one of the report, or the sum of some: a reported period, or a longer one."""
        return len(period.months()) >= self.months

    def ends_one(self, period: Period) -> bool:
        """Whether the last day of a period is that of a report."""
        return self.containing(period.last).end == period.end

    def number_in_year(self, period: Period) -> int:
        """Return which of the year's reported periods it is, from 1 on."""
        return (period.first.month - 1) // self.months + 1

    def siblings(self, period: Period) -> list[Period]:
        """Return the year's reported periods up to this one."""
        numbers = range(1, self.number_in_year(period) + 1)
        return [parse_period(f"{period.year}{self._suffix(number)}") for number in numbers]

    def _number(self, day: date) -> int:
        return (day.year * 12 + day.month - 1) // self.months

    def _suffix(self, number: int) -> str:
        return {3: f"-Q{number}", 6: f"-H{number}", 12: ""}[self.months]


def own_rhythm() -> Rhythm:
    """Return the rhythm of the agency's profile."""
    return Rhythm(MONTHS[profile().report.rhythm])


def short_name(period: Period) -> Text:
    """Return the name of a half-year or quarter without its year, of another period its name."""
    kind, number = period.name[5:6], period.name[-1]
    if kind == "H":
        return Text(f"{number}. Halbjahr", f"H{number}")
    if kind == "Q":
        return Text(f"{number}. Quartal", f"Q{number}")
    return Text(period.name, period.name)


def longer_periods(year: str) -> Collection[Period]:
    """Return a year's quarters, its halves, and the year itself."""
    names = [*(f"{year}-Q{number}" for number in range(1, 5)), f"{year}-H1", f"{year}-H2", year]
    return [parse_period(name) for name in names]
