"""Public holidays and weekends, on which a time limit under German public law does not end (§ 31 Abs. 3 VwVfG).

The holidays are those of the profile's state, as the package `holidays` knows them from 1990 on. Those that hold in a
part of a state only count where the profile says so (``place.catholic_holidays``).
"""

from datetime import date, timedelta
from functools import lru_cache

from geo.profile import profile
from geo.profile.model import State

SATURDAY = 5

TIME_LIMITS: dict[State, str] = {
    "BB": "§ 31 Abs. 3 VwVfG",
    "BE": "§ 31 Abs. 3 VwVfG",
    "BW": "§ 31 Abs. 3 LVwVfG",
    "BY": "Art. 31 Abs. 3 BayVwVfG",
    "HB": "§ 31 Abs. 3 BremVwVfG",
    "HE": "§ 31 Abs. 3 HVwVfG",
    "HH": "§ 31 Abs. 3 HmbVwVfG",
    "MV": "§ 31 Abs. 3 VwVfG M-V",
    "NI": "§ 31 Abs. 3 VwVfG",
    "NW": "§ 31 Abs. 3 VwVfG NRW",
    "RP": "§ 31 Abs. 3 VwVfG",
    "SL": "§ 31 Abs. 3 SVwVfG",
    "SN": "§ 31 Abs. 3 VwVfG",
    "ST": "§ 31 Abs. 3 VwVfG",
    "TH": "§ 31 Abs. 3 ThürVwVfG",
}
"""Where the state's law says that a time limit does not end on a day off. BB, BE, NI, RP, SN and ST have no text of
their own and refer to the federal act. SH, whose act is built otherwise, is not cited."""


def time_limit_law() -> str | None:
    """Return the paragraph by which a time limit does not end on a day off, None if it is not known."""
    return TIME_LIMITS.get(profile().place.state)


@lru_cache(maxsize=512)
def holidays(year: int, state: State, catholic: bool = False) -> frozenset[date]:
    """Return the public holidays of a state, from 1990 on; ``catholic`` with those of its mostly Catholic parts."""
    # It takes longer to import than most commands.
    from holidays.countries.germany import Germany

    categories = ("public", "catholic") if catholic else ("public",)
    return frozenset(Germany(subdiv=state, years=year, categories=categories))


def is_day_off(day: date) -> bool:
    """Return whether the day is a weekend day or holiday, so that a time limit extends to the next working day."""
    place = profile().place
    return day.weekday() >= SATURDAY or day in holidays(day.year, place.state, place.catholic_holidays)


def next_workday(day: date) -> date:
    """Return the day itself if it is a working day, else the next working day."""
    while is_day_off(day):
        day += timedelta(1)
    return day
