"""Public holidays and weekends, on which a time limit under German public law does not end (§ 31 Abs. 3 VwVfG NRW)."""

from datetime import date, timedelta

FIXED = ((1, 1), (5, 1), (10, 3), (11, 1), (12, 25), (12, 26))
"""Month and day of the holidays with a fixed date."""

AFTER_EASTER = (-2, 1, 39, 50, 60)
"""Good Friday, Easter Monday, Ascension, Whit Monday, Corpus Christi: days after Easter Sunday."""

SATURDAY = 5


def easter(year: int) -> date:
    """Return Easter Sunday in the Gregorian calendar (algorithm of Meeus, Jones and Butcher)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    leaps, rest = divmod(century, 4)
    moved = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - moved + 15) % 30
    weekday = (32 + 2 * rest + 2 * (of_century // 4) - epact - of_century % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def holidays(year: int) -> frozenset[date]:
    """Return the public holidays of North Rhine-Westphalia (§ 2 Feiertagsgesetz NW)."""
    sunday = easter(year)
    moving = {sunday + timedelta(days) for days in AFTER_EASTER}
    return frozenset(moving | {date(year, month, day) for month, day in FIXED})


def is_day_off(day: date) -> bool:
    """Return whether the day is a weekend day or holiday, so that a time limit extends to the next working day."""
    return day.weekday() >= SATURDAY or day in holidays(day.year)


def next_workday(day: date) -> date:
    """Return the day itself if it is a working day, else the next working day."""
    while is_day_off(day):
        day += timedelta(1)
    return day
