"""Progress in hand-calculated cases, and compared with the indicators, whose rules it shares."""

from decimal import Decimal
from typing import Any

import pytest

from tests.records import square
from tests.test_api.helpers import Api
from tests.test_rollout.conftest import BORDER, City

URL = "/api/rollout/progress"
ZERO = {"planned_km": 0, "laid_km": 0, "overdue_km": 0, "overdue_month_km": 0, "undated_km": 0}


def row(found: dict[str, Any], part: str | None) -> dict[str, Any]:
    """Return the row of a part."""
    (one,) = [row for row in found["rows"] if row["part"] == part]
    return one


def lengths(found: dict[str, Any]) -> tuple[float, ...]:
    return tuple(found[name] for name in ZERO)


def fill(city: City) -> None:
    """Insert trenches. In cluster A count: 1000 m laid, 2000 m across two districts, 400 m co-laid, 500 of 1000 m."""
    first = city.trench(1000, planned_on="2022-01-10", laid_on="2022-06-30")
    city.trench(2000, x=BORDER - 1000, planned_on="2022-02-01", due_on="2022-08-31")
    city.trench(400, origin="co_laid", planned_on="2022-01-01", laid_on="2022-03-01")
    # Half of it is outside the city; its day of laying is the day of acceptance.
    city.trench(1000, x=409_500, planned_on="2022-03-01", accepted_on="2022-07-15")
    city.trench(500, planned_on="2022-01-01", discarded_on="2022-05-01")
    city.trench(300)
    city.trench(1000, planned_on="2022-01-10", laid_on="2022-06-30", duplicate_of=first)
    city.trench(800, origin="existing_duct", planned_on="2022-01-10")
    city.trench(600, x=411_000, planned_on="2022-01-10")
    city.trench(700, cluster="B", programme=city.own, planned_on="2022-01-01", due_on="2021-12-31")
    city.trench(100, cluster=None, planned_on="2022-01-01")


def test_planned_laid_and_overdue_kilometres_by_cluster(city: City) -> None:
    """On 31 August 2022, in A: 1000 + 2000 + 400 + 500 m planned, all but 2000 m laid, 1900 ÷ 3900 = 48.7 %."""
    fill(city)
    found = city.json(URL, on="2022-08-31")
    assert [one["part"] for one in found["rows"]] == ["A", "B", None]
    assert lengths(row(found, "A")) == (3.9, 1.9, 0, 0, 0.3)
    assert row(found, "A")["laid_percent"] == 48.7
    assert row(found, "A")["trenches"] == 4
    assert lengths(row(found, "B")) == (0.7, 0, 0.7, 0.7, 0)
    assert lengths(row(found, None)) == (0.1, 0, 0, 0, 0)
    assert lengths(found["total"]) == (4.7, 1.9, 0.7, 0.7, 0.3)
    assert found["total"]["laid_percent"] == 40.4  # 1900 ÷ 4700


def test_kilometres_by_programme_and_for_one_kind_of_funding(city: City) -> None:
    fill(city)
    found = city.json(URL, on="2022-08-31", by="programme")
    assert {one["label"]: lengths(one)[:2] for one in found["rows"]} == {
        "Förderung": (4, 1.9),
        "Eigenausbau": (0.7, 0),
    }
    own = city.json(URL, on="2022-08-31", by="programme", funding="self_financed")
    assert [one["label"] for one in own["rows"]] == ["Eigenausbau"]
    assert lengths(own["total"]) == (0.7, 0, 0.7, 0.7, 0)


@pytest.mark.parametrize(
    ("on", "planned", "laid"),
    [
        # The trench discarded on 1 May counts until 30 April: 1000 + 2000 + 400 + 500 + 500.
        ("2022-04-30", 4.4, 0.4),
        ("2022-05-01", 3.9, 0.4),
        ("2022-06-29", 3.9, 0.4),
        ("2022-06-30", 3.9, 1.4),
        ("2022-07-14", 3.9, 1.4),
        ("2022-07-15", 3.9, 1.9),
        # On 31 January, 1000 + 400 + 500 m are planned and nothing is laid.
        ("2022-01-31", 1.9, 0),
        ("2021-12-31", 0, 0),
    ],
)
def test_progress_is_as_of_the_end_of_the_day(city: City, on: str, planned: float, laid: float) -> None:
    fill(city)
    assert lengths(row(city.json(URL, on=on), "A"))[:2] == (planned, laid)


@pytest.mark.parametrize(
    ("due", "on", "is_due", "is_late"),
    [
        ("2022-08-31", "2022-08-31", False, False),
        ("2022-08-31", "2022-09-01", True, False),
        # A month after 31 August is 30 September.
        ("2022-08-31", "2022-09-30", True, False),
        ("2022-08-31", "2022-10-01", True, True),
        # A month after 31 January is the last day of February, in leap years the 29th.
        ("2023-01-31", "2023-02-28", True, False),
        ("2023-01-31", "2023-03-01", True, True),
        ("2020-01-31", "2020-02-29", True, False),
        ("2020-01-31", "2020-03-01", True, True),
        ("2020-02-29", "2020-03-29", True, False),
        ("2020-02-29", "2020-03-30", True, True),
    ],
)
def test_overdue_begins_the_day_after_and_overdue_by_a_month_after_a_calendar_month(
    city: City, due: str, on: str, is_due: bool, is_late: bool
) -> None:
    city.trench(100, planned_on="2019-01-01", due_on=due)
    city.connect(due_on=due)
    found = city.json(URL, on=on)["total"]
    assert (found["overdue_km"], found["overdue_month_km"]) == (0.1 * is_due, 0.1 * is_late)
    assert (found["overdue_trenches"], found["overdue_month_trenches"]) == (is_due, is_late)
    assert (found["overdue_connections"], found["overdue_month_connections"]) == (is_due, is_late)


def test_a_trench_laid_late_is_overdue_until_then(city: City) -> None:
    city.trench(100, planned_on="2022-01-01", due_on="2022-03-31", laid_on="2022-05-10")
    city.connect(due_on="2022-03-31", connected_on="2022-05-10")
    for on, is_due in (("2022-05-09", True), ("2022-05-10", False)):
        found = city.json(URL, on=on)["total"]
        assert (found["overdue_trenches"], found["overdue_connections"]) == (is_due, is_due)


def test_connections_count_in_every_step_that_they_have_reached(city: City) -> None:
    """In A: 1 + 1 + 3 dwellings passed, of which 1 + 3 are connected and 3 activated; one connection is dropped."""
    city.connect(passed_on="2022-01-01")
    city.connect(passed_on="2022-01-01", connected_on="2022-02-01")
    city.connect(programme=city.dwellings, dwellings=3, activated_on="2022-03-01")
    city.connect(passed_on="2022-01-01", dropped_on="2022-02-15")
    city.connect(ordered_on="2022-01-01")
    city.connect(x=411_000, connected_on="2022-01-01")
    city.connect(programme=None, cluster=None, prepared_on="2022-01-01")
    found = city.json(URL, on="2022-03-01")
    steps = ("passed", "connected", "activated")
    assert [row(found, "A")[step] for step in steps] == [5, 4, 3]
    assert [row(found, None)[step] for step in steps] == [1, 0, 0]
    assert [found["total"][step] for step in steps] == [6, 4, 3]
    assert city.json(URL, on="2022-02-14")["total"]["passed"] == 4


def test_planned_connections_are_those_of_the_expansion_areas(city: City) -> None:
    """A plans 30 + 10, of which 1 is connected: 2.5 %; B's area has no number, so there is no percentage."""
    for cluster, planned in (("A", 30), ("A", 10), ("B", None)):
        city.add(
            "expansion_areas",
            name="Gebiet",
            cluster=cluster,
            programme=city.funded,
            planned_connections=planned,
            geom=square(391_000, 5_701_000, 100),
        )
    city.connect(connected_on="2022-01-01")
    found = city.json(URL, on="2022-12-31")
    assert (row(found, "A")["planned_connections"], row(found, "A")["connected_percent"]) == (40, 2.5)
    assert (row(found, "B")["planned_connections"], row(found, "B")["connected_percent"]) == (None, None)
    assert found["total"]["planned_connections"] == 40
    west, south, east, north = row(found, "B")["bounds"]
    assert 7.4 < west < east < 7.5
    assert 51.4 < south < north < 51.5


def test_without_records_the_total_is_zero(city: City) -> None:
    found = city.json(URL)
    assert found["rows"] == []
    assert lengths(found["total"]) == (0, 0, 0, 0, 0)
    assert (found["total"]["laid_percent"], found["total"]["bounds"]) == (None, None)


@pytest.mark.parametrize("by", ["cluster", "programme"])
@pytest.mark.parametrize("period", ["2022-02", "2022-H1", "2023-07", "2023", "2024-06"])
def test_the_rows_of_funded_programmes_sum_to_the_indicators(sample_api: Api, by: str, period: str) -> None:
    """The planned kilometres are exactly the sum of both indicators."""
    last = {
        "2022-02": "2022-02-28",
        "2022-H1": "2022-06-30",
        "2023-07": "2023-07-31",
        "2023": "2023-12-31",
        "2024-06": "2024-06-30",
    }[period]
    found = sample_api.json(URL, by=by, on=last, funding="funded")
    planned, laid = (
        Decimal(str(sample_api.json(f"/api/kpis/{key}", period=period)["actual"]))
        for key in ("trench_planned_km", "trench_laid_km")
    )
    assert laid > 0
    assert sum(Decimal(str(one["laid_km"])) for one in found["rows"]) == laid
    assert sum(Decimal(str(one["planned_km"])) for one in found["rows"]) == planned + laid


def test_connected_connections_of_funded_programmes_are_the_indicators_sum_so_far(sample_api: Api) -> None:
    flows = [sample_api.json("/api/kpis/funded_connections", period=str(year))["actual"] for year in range(2015, 2024)]
    found = sample_api.json(URL, on="2023-12-31", funding="funded")
    assert sum(one["connected"] for one in found["rows"]) == sum(flows) > 1000
