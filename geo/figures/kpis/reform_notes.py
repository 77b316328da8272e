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


def singular(level: str = UPPER) -> Text:
    """Return what one part of a level is called. Raises KeyError if the profile has no such level."""
    if level == UPPER:
        return profile().place.parts.singular
    return {known.key: known.singular for known in profile().levels}[level]


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


def earlier_note(reforms: Reforms, first: Period, period: Period) -> Text | None:
    """Return the sentence on one part's figures since an earlier period; None if the parts were the same since then."""
    days = [one for one in reforms.days.get(UPPER, ()) if first.end <= one <= period.first]
    if not days:
        return None
    told, told_en = " und ".join(day(one) for one in days), " and ".join(day(one, "en") for one in days)
    return Text(
        f"{plural().de} neu gegliedert am {told}: frühere Zeiträume zeigen den Teil in seinen damaligen Grenzen; wo es "
        "ihn nicht gab, steht kein Wert.",
        f"{plural().en} reorganised on {told_en}: earlier periods show the part with its borders of then, and no "
        "figure where there was no such part.",
    )
