"""What is said of a split when the parts of the city were others before or have become others since."""

from geo.figures.kpis.parts import DAY, Reforms
from geo.formatting import day
from geo.periods import Period
from geo.profile import profile
from geo.profile.levels import UPPER
from geo.text import Text


def plural(level: str = UPPER) -> Text:
    """Return what the parts of a level are called. Raises KeyError if the profile has no such level."""
    if level == UPPER:
        return profile().place.parts.plural
    return {known.key: known.plural for known in profile().levels}[level]


def note(reforms: Reforms, period: Period, level: str = UPPER) -> Text | None:
    """Return the sentence on the parts by which a period is split; None if they were the same in it and since."""
    days = [*reforms.within(period, level), *reforms.after(period, level)]
    if not days:
        return None
    last = period.end - DAY
    return Text(
        f"{plural(level).de}: Stand {day(last)}; neu gegliedert am {' und '.join(day(one) for one in days)}.",
        f"{plural(level).en} as of {day(last, 'en')}; reorganised on {' and '.join(day(one, 'en') for one in days)}.",
    )
