"""Working days, and with them time limits and what falls due, follow the holidays of the profile's state."""

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from geo.profile import ProfileError, read_profile
from geo.profile.model import State
from geo.workdays import TIME_LIMITS, holidays, is_day_off, next_workday, time_limit_law
from tests.remains import REPOSITORY
from tests.test_profile.conftest import Write

STATES: tuple[State, ...] = get_args(State)
EVERYWHERE = ("01-01", "03-29", "04-01", "05-01", "05-09", "05-20", "10-03", "12-25", "12-26")
"""The holidays of 2024 in all states: Good Friday, Easter Monday, Ascension, Whit Monday, five of a fixed date."""

OTHERS: dict[str, str] = {
    "BB": "03-31 05-19 10-31",
    "BE": "03-08",
    "BW": "01-06 05-30 11-01",
    "BY": "01-06 05-30 11-01",
    "HB": "10-31",
    "HE": "05-30",
    "HH": "10-31",
    "MV": "03-08 10-31",
    "NI": "10-31",
    "NW": "05-30 11-01",
    "RP": "05-30 11-01",
    "SH": "10-31",
    "SL": "05-30 08-15 11-01",
    "SN": "10-31 11-20",
    "ST": "01-06 10-31",
    "TH": "09-20 10-31",
}
"""The other holidays of 2024, by the states' laws on holidays. Brandenburg's names Easter Sunday and Whit Sunday."""


@pytest.mark.parametrize("state", STATES)
def test_the_holidays_of_each_state(state: State) -> None:
    """All of 2024, and the Reformation's 500th anniversary, in 2017 a holiday everywhere."""
    expected = {date.fromisoformat(f"2024-{day}") for day in (*EVERYWHERE, *OTHERS[state].split())}
    assert holidays(2024, state) == expected
    assert date(2017, 10, 31) in holidays(2017, state)


@pytest.mark.parametrize(
    ("state", "day", "first"),
    [("BE", "03-08", 2019), ("MV", "03-08", 2023), ("TH", "09-20", 2019), ("HH", "10-31", 2018), ("SH", "10-31", 2018)],
)
def test_a_holiday_counts_from_the_year_in_which_the_law_made_it_one(state: State, day: str, first: int) -> None:
    """The anniversary of 2017 aside, which is one of that year alone."""
    years = [year for year in range(2010, 2028) if date.fromisoformat(f"{year}-{day}") in holidays(year, state)]
    assert [year for year in years if year != 2017] == list(range(first, 2028))


def test_days_of_single_years_count_where_they_hold() -> None:
    """The end of the war, 75 and 80 years on, was a holiday in Berlin alone."""
    days = [date(2020, 5, 8), date(2025, 5, 8)]
    found = {state: [day for day in days if day in holidays(day.year, state)] for state in STATES}
    assert found.pop("BE") == days
    assert not any(found.values())


@pytest.mark.parametrize(("state", "day"), [("BY", "2024-08-15"), ("SN", "2024-05-30"), ("TH", "2024-05-30")])
def test_a_holiday_of_a_part_of_the_state_counts_if_the_profile_says_so(state: State, day: str) -> None:
    """Augsburg's own holiday is one of a city, in no state's list."""
    assert date.fromisoformat(day) not in holidays(2024, state)
    assert holidays(2024, state, True) - holidays(2024, state) == {date.fromisoformat(day)}
    assert date(2024, 8, 8) not in holidays(2024, "BY", True)


def test_the_profile_names_them_only_where_there_are_any(write: Write) -> None:
    of_bavaria = ('ags = "12063999"\nstate = "BB"', 'ags = "09162000"\nstate = "BY"\ncatholic_holidays = true')
    assert read_profile(write(of_bavaria)).place.catholic_holidays
    with pytest.raises(ProfileError, match=r"catholic_holidays: there are none in BB, only in BY, SN, TH"):
        read_profile(write(('state = "BB"', 'state = "BB"\ncatholic_holidays = true')))


def test_the_sample_city_keeps_the_days_of_north_rhine_westphalia() -> None:
    assert is_day_off(date(2024, 5, 30))
    assert next_workday(date(2024, 5, 30)) == date(2024, 5, 31)
    assert next_workday(date(2024, 3, 29)) == date(2024, 4, 2)
    assert not is_day_off(date(2024, 10, 31))
    assert time_limit_law() == "§ 31 Abs. 3 VwVfG NRW"


def test_due_days_and_the_consent_clock_follow_the_profile(write: Write) -> None:
    """No time limit ends on Reformation Day in Brandenburg, but on Corpus Christi; the report is due on 2 January."""
    code = """
from datetime import date
from geo.figures.report.schedule import due_on
from geo.periods import parse_period
from geo.workdays import next_workday, time_limit_law
print(due_on(parse_period('2023-H2')), next_workday(date(2024, 10, 31)), next_workday(date(2024, 5, 30)))
print(time_limit_law())
"""
    assert told(code, write()) == "2024-01-02 2024-11-01 2024-05-30\n§ 31 Abs. 3 VwVfG"


def test_the_calendar_is_not_loaded_before_it_is_needed(write: Write) -> None:
    """It takes longer than most commands do."""
    code = "import sys, geo.rollout.consents, geo.figures.report.schedule; print('holidays' in sys.modules)"
    assert told(code, write()) == "False"


def told(code: str, folder: Path) -> str:
    """What a program prints with a profile."""
    called = [sys.executable, "-c", code]
    environment = {"FLURWERK_PROFILE": str(folder), "PATH": ""}
    done = subprocess.run(called, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_every_law_named_is_that_of_a_state() -> None:
    """What is not known is not named."""
    assert set(STATES) - set(TIME_LIMITS) == {"SH"}
