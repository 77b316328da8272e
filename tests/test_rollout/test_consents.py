"""The consent clock of § 127 Abs. 3 TKG by hand-worked cases."""

from datetime import date
from typing import Any

import pytest

from geo.workdays import easter, holidays, is_day_off, next_workday
from tests.test_rollout.conftest import City

URL = "/api/rollout/consents"


def clock(city: City, on: str, **dates: Any) -> dict[str, Any]:
    """The one application, as it stands on a day."""
    city.trench(100, **dates)
    (found,) = city.json(URL, on=on)["rows"]
    return found


@pytest.mark.parametrize(
    ("complete", "three_months", "ends"),
    [
        # Wednesday 12 January to Tuesday 12 April.
        ("2022-01-12", "2022-04-12", "2022-04-12"),
        # No 31 April, no 31 November: the month's last day.
        ("2023-01-31", "2023-04-30", "2023-05-02"),  # a Sunday before a holiday
        ("2022-08-31", "2022-11-30", "2022-11-30"),
        # The last of February: the 28th (a Tuesday), in leap years the 29th (a Thursday).
        ("2022-11-30", "2023-02-28", "2023-02-28"),
        ("2023-11-30", "2024-02-29", "2024-02-29"),
        ("2023-11-29", "2024-02-29", "2024-02-29"),
        # From the last of a short month: its number, not the last of the other.
        ("2023-02-28", "2023-05-28", "2023-05-30"),  # Whit Sunday, then Whit Monday
        ("2020-02-29", "2020-05-29", "2020-05-29"),
        # Saturday 8 October: Monday. Good Friday 2023: over Easter Monday to Tuesday 11 April.
        ("2022-07-08", "2022-10-08", "2022-10-10"),
        ("2023-01-07", "2023-04-07", "2023-04-11"),
        # Christmas 2022 on a Sunday and a Monday.
        ("2022-09-25", "2022-12-25", "2022-12-27"),
        # Across a year; New Year's Day 2024 is a Monday.
        ("2023-10-01", "2024-01-01", "2024-01-02"),
    ],
)
def test_three_months_by_the_calendar_and_over_days_of_rest(
    city: City, complete: str, three_months: str, ends: str
) -> None:
    found = clock(city, complete, complete_on=complete)
    assert (found["complete_on"], found["three_months_on"], found["ends_on"]) == (complete, three_months, ends)
    assert date.fromisoformat(found["deemed_from"]).toordinal() == date.fromisoformat(ends).toordinal() + 1
    assert found["state"] == "running"


@pytest.mark.parametrize(
    ("on", "state", "days_left"),
    [
        ("2022-01-11", "incomplete", None),
        ("2022-01-12", "running", 90),  # 19 of January, 28, 31, 12
        ("2022-04-11", "running", 1),
        ("2022-04-12", "running", 0),
        ("2022-04-13", "deemed", -1),
        ("2022-05-12", "deemed", -30),
    ],
)
def test_the_consent_is_deemed_from_the_day_after_the_last_one(
    city: City, on: str, state: str, days_left: int | None
) -> None:
    """Not yet complete on 11 January, it is a day later; the last day is 12 April."""
    found = clock(city, on, applied_on="2022-01-03", complete_on="2022-01-12")
    assert (found["state"], found["days_left"]) == (state, days_left)


def test_an_extension_ends_on_its_own_day_whichever_that_is_and_never_shortens(city: City) -> None:
    """Until Sunday, 15 May 2022, it runs on that day; until 1 March, before the three months are over, it is none."""
    longer = clock(city, "2022-05-15", complete_on="2022-01-12", extended_until="2022-05-15")
    assert (longer["ends_on"], longer["state"], longer["days_left"]) == ("2022-05-15", "running", 0)
    city.trench(100, complete_on="2022-01-12", extended_until="2022-03-01")
    found = city.json(URL, on="2022-05-16")["rows"]
    assert [(one["ends_on"], one["state"]) for one in found] == [("2022-04-12", "deemed"), ("2022-05-15", "deemed")]


def test_what_was_decided_is_counted_and_not_listed(city: City) -> None:
    """A refusal counts up to the last day, 12 April; a later one does not undo the consent that is deemed by then."""
    in_time: dict[str, Any] = {"complete_on": "2022-01-12"}
    city.trench(100, **in_time, permitted_on="2022-03-01")
    city.trench(100, **in_time, permitted_on="2022-06-01")
    city.trench(100, **in_time, refused_on="2022-04-12")
    too_late = city.trench(100, **in_time, refused_on="2022-04-13")
    city.trench(100, applied_on="2022-01-03", refused_on="2022-02-01")
    city.trench(100, permitted_on="2022-02-01")
    found = city.json(URL, on="2022-12-31")
    assert found["counts"] == {"incomplete": 0, "running": 0, "deemed": 1, "refused": 2, "permitted": 3}
    assert [(one["trench"], one["state"]) for one in found["rows"]] == [(too_late, "deemed")]
    earlier = city.json(URL, on="2022-04-13")
    assert earlier["counts"] == {"incomplete": 0, "running": 0, "deemed": 2, "refused": 2, "permitted": 2}


def test_the_most_urgent_come_first(city: City) -> None:
    """What is deemed, the longest first; what runs, what ends soonest first; what is not complete."""
    incomplete = city.trench(100, applied_on="2021-01-04")
    late = city.trench(100, complete_on="2022-03-01")
    soon = city.trench(100, complete_on="2022-02-01")
    deemed = city.trench(100, complete_on="2021-12-01")
    long_deemed = city.trench(100, complete_on="2021-06-01", started_on="2021-07-01")
    found = city.json(URL, on="2022-04-01")["rows"]
    assert [one["trench"] for one in found] == [long_deemed, deemed, soon, late, incomplete]
    assert [one["works_began"] for one in found] == [True, False, False, False, False]


def test_trenches_without_an_application_discarded_ones_and_duplicates_are_no_cases(city: City) -> None:
    city.trench(100, planned_on="2022-01-01")
    first = city.trench(100, complete_on="2022-01-12", discarded_on="2022-02-01")
    city.trench(100, complete_on="2022-01-12", duplicate_of=first)
    assert city.json(URL, on="2022-02-01")["rows"] == []
    assert [one["trench"] for one in city.json(URL, on="2022-01-31")["rows"]] == [first]


def test_easter_and_what_follows_from_it() -> None:
    """By the calendars of these years, the earliest and the latest possible Easter among them."""
    days = {1818: (3, 22), 1943: (4, 25), 2000: (4, 23), 2008: (3, 23), 2024: (3, 31), 2025: (4, 20), 2038: (4, 25)}
    assert {year: (easter(year).month, easter(year).day) for year in days} == days
    assert sorted(day.isoformat() for day in holidays(2024)) == [
        "2024-01-01",
        "2024-03-29",
        "2024-04-01",
        "2024-05-01",
        "2024-05-09",
        "2024-05-20",
        "2024-05-30",
        "2024-10-03",
        "2024-11-01",
        "2024-12-25",
        "2024-12-26",
    ]
    assert is_day_off(date(2024, 5, 30))
    assert next_workday(date(2024, 5, 30)) == date(2024, 5, 31)
    assert next_workday(date(2024, 3, 29)) == date(2024, 4, 2)
