"""The rollout by month in hand-calculated cases, and compared with the indicators."""

from decimal import Decimal
from typing import Any

from tests.test_api.helpers import Api
from tests.test_rollout.conftest import City

URL = "/api/rollout/timeline"
LENGTHS = ("planned_km", "permitted_km", "cleared_km", "under_construction_km", "laid_km")
NUMBERS = ("passed", "connected", "activated")


def series(found: dict[str, Any], names: tuple[str, ...]) -> dict[str, tuple[float, ...]]:
    """Return the figures by month, without the months in which all are zero."""
    return {one["month"]: figures for one in found["months"] if any(figures := tuple(one[name] for name in names))}


def test_a_trench_counts_in_the_furthest_state_that_it_has_reached(city: City) -> None:
    """100 m take every step; 200 m are laid without intermediate steps; 400 m are cleared before the consent."""
    city.trench(
        100,
        planned_on="2022-01-31",
        applied_on="2022-01-31",
        complete_on="2022-02-01",
        permitted_on="2022-02-28",
        cleared_on="2022-03-01",
        started_on="2022-04-15",
        laid_on="2022-05-31",
    )
    city.trench(200, planned_on="2022-01-01", documented_on="2022-03-31")
    city.trench(400, cleared_on="2022-02-01", permitted_on="2022-04-01")
    assert series(city.json(URL, on="2022-06-15"), LENGTHS) == {
        "2022-01": (0.3, 0, 0, 0, 0),
        "2022-02": (0.2, 0.1, 0.4, 0, 0),
        "2022-03": (0, 0, 0.5, 0, 0.2),
        "2022-04": (0, 0, 0.4, 0.1, 0.2),
        "2022-05": (0, 0, 0.4, 0, 0.3),
        "2022-06": (0, 0, 0.4, 0, 0.3),
    }


def test_discarded_trenches_and_dropped_connections_count_nowhere(city: City) -> None:
    city.trench(100, planned_on="2022-01-10", permitted_on="2022-02-10", discarded_on="2022-03-01")
    city.trench(200, planned_on="2022-01-10", laid_on="2022-02-10", discarded_on="2022-04-01")
    city.connect(passed_on="2022-01-10", dropped_on="2022-03-31")
    found = city.json(URL, on="2022-05-01")
    assert series(found, LENGTHS) == {
        "2022-01": (0.3, 0, 0, 0, 0),
        "2022-02": (0, 0.1, 0, 0, 0.2),
        "2022-03": (0, 0, 0, 0, 0.2),
    }
    assert series(found, NUMBERS) == {"2022-01": (1, 0, 0), "2022-02": (1, 0, 0)}
    assert found["months"][-1]["month"] == "2022-05"


def test_connections_count_in_one_state_by_their_programmes_rule(city: City) -> None:
    city.connect(prepared_on="2022-01-31", connected_on="2022-02-01", activated_on="2022-03-31")
    city.connect(passed_on="2022-01-01", activated_on="2022-02-28")
    city.connect(programme=city.dwellings, dwellings=4, connected_on="2022-03-15")
    city.connect(x=411_000, connected_on="2022-03-15")
    assert series(city.json(URL, on="2022-03-31"), NUMBERS) == {
        "2022-01": (2, 0, 0),
        "2022-02": (0, 1, 1),
        "2022-03": (0, 4, 2),
    }


def test_the_last_month_is_that_of_the_day_and_shows_the_state_on_it(city: City) -> None:
    city.trench(100, planned_on="2022-01-31", laid_on="2022-03-20")
    assert series(city.json(URL, on="2022-03-19"), LENGTHS)["2022-03"] == (0.1, 0, 0, 0, 0)
    assert series(city.json(URL, on="2022-03-20"), LENGTHS)["2022-03"] == (0, 0, 0, 0, 0.1)
    assert city.json(URL, on="2022-01-30")["months"] == []


def test_a_single_cluster_or_programme_can_be_requested(city: City) -> None:
    city.trench(100, planned_on="2022-01-31")
    city.trench(200, cluster="B", programme=city.own, planned_on="2022-01-31")
    city.connect(cluster="B", passed_on="2022-01-31")
    last = {"on": "2022-01-31"}
    for chosen, kilometres, passed in (
        ({}, 0.3, 1),
        ({"cluster": "A"}, 0.1, 0),
        ({"cluster": "B"}, 0.2, 1),
        ({"programme": city.own}, 0.2, 0),
    ):
        (month,) = city.json(URL, **last, **chosen)["months"]
        assert (month["planned_km"], month["passed"]) == (kilometres, passed)
    for unknown, hint in (("C", "See /api/collections/clusters/items."), ("b", "Did you mean “B”?")):
        city.connection.commit()
        problem = city.client.problem(400, URL, cluster=unknown)
        assert (problem["detail"], hint in str(problem)) == (f"There is no cluster “{unknown}”. {hint}", True)


def test_a_date_in_the_distant_past_does_not_lengthen_the_series(city: City) -> None:
    """The series has twenty years of months; earlier records count in all of them."""
    city.trench(100, planned_on="1900-01-01")
    found = city.json(URL, on="2022-12-31")["months"]
    assert [found[0]["month"], found[-1]["month"], len(found)] == ["2003-01", "2022-12", 240]
    assert {one["planned_km"] for one in found} == {0.1}


def test_the_months_match_the_indicators(sample_api: Api) -> None:
    """For all funded programmes together, the laid length is trench_laid_km and the rest trench_planned_km."""
    programmes = sample_api.json("/api/collections/programmes/items")["features"]
    funded = [one["id"] for one in programmes if one["properties"]["funding"] == "funded"]
    found = [sample_api.json(URL, programme=one, on="2024-06-30")["months"] for one in funded]
    for period in ("2022-03", "2023-06", "2023-12", "2024-06"):
        months = [month for series in found for month in series if month["month"] == period]
        laid = sum(Decimal(str(month["laid_km"])) for month in months)
        planned = sum(Decimal(str(month[name])) for month in months for name in LENGTHS[:4])
        for key, figure in (("trench_laid_km", laid), ("trench_planned_km", planned)):
            assert Decimal(str(sample_api.json(f"/api/kpis/{key}", period=period)["actual"])) == figure
