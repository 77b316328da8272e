"""The period of consent under § 127 Abs. 3 TKG in hand-calculated cases."""

from datetime import date
from typing import Any

import pytest

from tests.test_rollout.conftest import City

URL = "/api/rollout/consents"


def clock(city: City, on: str, **dates: Any) -> dict[str, Any]:
    """Insert one application and return its state on a day."""
    city.trench(100, **dates)
    (found,) = city.json(URL, on=on)["rows"]
    return found


@pytest.mark.parametrize(
    ("complete", "three_months", "ends"),
    [
        # Wednesday 12 January to Tuesday 12 April.
        ("2022-01-12", "2022-04-12", "2022-04-12"),
        # There is no 31 April or 31 November, so the period ends on the month's last day.
        ("2023-01-31", "2023-04-30", "2023-05-02"),  # a Sunday before a holiday
        ("2022-08-31", "2022-11-30", "2022-11-30"),
        # The last day of February is the 28th (a Tuesday) or, in leap years, the 29th (a Thursday).
        ("2022-11-30", "2023-02-28", "2023-02-28"),
        ("2023-11-30", "2024-02-29", "2024-02-29"),
        ("2023-11-29", "2024-02-29", "2024-02-29"),
        # From the last day of a short month, the same day of the month counts, not the last day of the third month.
        ("2023-02-28", "2023-05-28", "2023-05-30"),  # Whit Sunday, then Whit Monday
        ("2020-02-29", "2020-05-29", "2020-05-29"),
        # Saturday 8 October moves to Monday; Good Friday 2023 moves past Easter Monday to Tuesday 11 April.
        ("2022-07-08", "2022-10-08", "2022-10-10"),
        ("2023-01-07", "2023-04-07", "2023-04-11"),
        # The Christmas holidays of 2022 are a Sunday and a Monday.
        ("2022-09-25", "2022-12-25", "2022-12-27"),
        # Across the turn of the year; New Year's Day 2024 is a Monday.
        ("2023-10-01", "2024-01-01", "2024-01-02"),
    ],
)
def test_the_period_is_three_calendar_months_and_never_ends_on_a_day_off(
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
        ("2022-01-12", "running", 90),  # 19 days left in January, then 28, 31 and 12
        ("2022-04-11", "running", 1),
        ("2022-04-12", "running", 0),
        ("2022-04-13", "deemed", -1),
        ("2022-05-12", "deemed", -30),
    ],
)
def test_the_consent_is_deemed_from_the_day_after_the_last_one(
    city: City, on: str, state: str, days_left: int | None
) -> None:
    """The application is complete on 12 January; the last day is 12 April."""
    found = clock(city, on, applied_on="2022-01-03", complete_on="2022-01-12")
    assert (found["state"], found["days_left"]) == (state, days_left)


def test_an_extension_may_end_on_any_day_and_never_shortens_the_period(city: City) -> None:
    """An extension until Sunday, 15 May 2022, ends on that day; one until 1 March, within the period, has no effect."""
    longer = clock(city, "2022-05-15", complete_on="2022-01-12", extended_until="2022-05-15")
    assert (longer["ends_on"], longer["state"], longer["days_left"]) == ("2022-05-15", "running", 0)
    city.trench(100, complete_on="2022-01-12", extended_until="2022-03-01")
    found = city.json(URL, on="2022-05-16")["rows"]
    assert [(one["ends_on"], one["state"]) for one in found] == [("2022-04-12", "deemed"), ("2022-05-15", "deemed")]


def test_decided_applications_are_counted_but_not_listed(city: City) -> None:
    """A refusal counts until the last day, 12 April; a later one does not revoke the deemed consent."""
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
    """Deemed consents, longest first; then running periods, soonest to end first; then incomplete applications."""
    incomplete = city.trench(100, applied_on="2021-01-04")
    late = city.trench(100, complete_on="2022-03-01")
    soon = city.trench(100, complete_on="2022-02-01")
    deemed = city.trench(100, complete_on="2021-12-01")
    long_deemed = city.trench(100, complete_on="2021-06-01", started_on="2021-07-01")
    found = city.json(URL, on="2022-04-01")["rows"]
    assert [one["trench"] for one in found] == [long_deemed, deemed, soon, late, incomplete]
    assert [one["works_began"] for one in found] == [True, False, False, False, False]


def test_trenches_without_an_application_discarded_ones_and_duplicates_are_not_listed(city: City) -> None:
    city.trench(100, planned_on="2022-01-01")
    first = city.trench(100, complete_on="2022-01-12", discarded_on="2022-02-01")
    city.trench(100, complete_on="2022-01-12", duplicate_of=first)
    assert city.json(URL, on="2022-02-01")["rows"] == []
    assert [one["trench"] for one in city.json(URL, on="2022-01-31")["rows"]] == [first]
