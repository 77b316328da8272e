"""Planned connections in hand-calculated cases: of one unit with those made, due with their area, once each."""

from typing import Any

import pytest

from tests.records import square
from tests.test_api.helpers import Api
from tests.test_rollout.conftest import City

URL = "/api/rollout/progress"
SHARE = ("planned_counts", "counts", "connected", "connected_of_plan", "connected_percent", "no_share")
OVERDUE = ("overdue_connections", "overdue_month_connections", "overdue_unrecorded", "overdue_unrecorded_apart")


def area(city: City, planned: int | None, **values: object) -> None:
    """Insert an area of 1 km², by default around all connections, of cluster A and the funded programme."""
    known: dict[str, object] = {
        "name": "Gebiet",
        "cluster": "A",
        "programme": city.funded,
        "planned_connections": planned,
        "geom": square(390_500, 5_701_500, 1000),
    }
    city.add("expansion_areas", **(known | values))


def figures(found: dict[str, Any], names: tuple[str, ...] = OVERDUE) -> tuple[Any, ...]:
    return tuple(found[name] for name in names)


def total(city: City, on: str, **parameters: object) -> dict[str, Any]:
    return city.json(URL, on=on, **parameters)["total"]


def test_a_share_is_of_one_unit(city: City) -> None:
    """Two addresses with 3 + 5 dwellings, of which the one with 3 is connected: 1 of 4 addresses, or 3 of 12 dwellings.

    What the programme counts is what its area plans, unless the area says otherwise.
    """
    for dwellings, connected_on in ((3, "2022-02-01"), (5, None)):
        city.connect(programme=city.dwellings, dwellings=dwellings, connected_on=connected_on, passed_on="2022-01-01")
    area(city, 12, programme=city.dwellings, planned_counts=None)
    assert figures(total(city, "2022-12-31"), SHARE) == ("dwelling", "dwelling", 3, 3, 25, None)
    city.connection.execute("update flurwerk.expansion_areas set planned_counts = 'address', planned_connections = 4")
    found = total(city, "2022-12-31")
    assert figures(found, SHARE) == ("address", "dwelling", 3, 1, 25, None)
    assert (found["connected_addresses"], found["connected_dwellings"], found["recorded"]) == (1, 3, 8)


def test_without_one_known_unit_there_is_no_share_but_the_reason(city: City) -> None:
    """In A nobody says what is planned, in B both are added up, in C dwellings are missing; D plans nothing."""
    area(city, 10, cluster="A", programme=None)
    area(city, 10, cluster="B")
    area(city, 10, cluster="B", programme=city.dwellings)
    area(city, 10, cluster="C", planned_counts="dwelling")
    city.connect(cluster="C", connected_on="2022-02-01")
    city.connect(cluster="D", connected_on="2022-02-01")
    found = {row["part"]: figures(row, SHARE) for row in city.json(URL, on="2022-12-31")["rows"]}
    assert found == {
        "A": ("unknown", "address", 0, None, None, "unit_unknown"),
        "B": ("mixed", "mixed", 0, None, None, "units_mixed"),
        "C": ("dwelling", "address", 1, None, None, "dwellings_unknown"),
        "D": (None, "address", 1, None, None, "not_planned"),
    }
    assert figures(total(city, "2022-12-31"), SHARE) == ("unknown", "mixed", 2, None, None, "unit_unknown")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2022-06-30", (0, 0, 0, 0)),
        ("2022-07-01", (7, 0, 6, 0)),
        ("2022-07-30", (7, 0, 6, 0)),
        ("2022-07-31", (8, 7, 6, 0)),
        ("2022-08-31", (8, 8, 6, 0)),
    ],
)
def test_what_an_area_plans_is_due_with_it(city: City, on: str, expected: tuple[int, ...]) -> None:
    """10 are planned until 30 June 2022, of which 4 are records: 6 that nobody has recorded are overdue from 1 July on.

    So is the record without a date of its own. One is made in time, one on 1 July, one is due on 30 July.
    """
    area(city, 10, due_on="2022-06-30")
    city.connect(connected_on="2022-01-01")
    city.connect(due_on="2022-06-30", connected_on="2022-07-01")
    city.connect(due_on="2022-07-30")
    city.connect()
    assert figures(total(city, on)) == expected


def test_a_connection_belongs_to_one_area(city: City) -> None:
    """Two areas over the same place plan 5 each: each connection counts once. Dropped and other programmes' do not."""
    area(city, 5, due_on="2022-06-30")
    area(city, 5, due_on="2022-03-31", cluster="B")
    city.connect()
    city.connect(cluster="B")
    city.connect(cluster=None)
    city.connect(dropped_on="2022-01-01")
    city.connect(programme=city.own)
    # Of its cluster, though outside the area's outline.
    city.connect(x=395_000)
    found = {row["part"]: row["overdue_unrecorded"] for row in city.json(URL, on="2022-12-31")["rows"]}
    assert found == {"A": 3, "B": 3, None: 0}
    ahead = city.json("/api/rollout/ahead", on="2022-01-31", months=2)
    assert [(one["part"], one["connections"], one["first_due_on"]) for one in ahead["rows"]] == [
        ("B", 4, "2022-03-31"),
        (None, 1, "2022-03-31"),
    ]


def test_what_counts_something_else_is_told_apart(city: City) -> None:
    """4 addresses planned where the programme counts dwellings: 2 without a record, beside 3 + 5 overdue dwellings."""
    area(city, 4, programme=city.dwellings, planned_counts="address", due_on="2022-06-30")
    for dwellings in (3, 5):
        city.connect(programme=city.dwellings, dwellings=dwellings)
    assert figures(total(city, "2022-12-31")) == (8, 8, 0, 2)
    assert figures(total(city, "2022-12-31", funding="self_financed")) == (0, 0, 0, 0)


def test_a_connection_ordered_after_it_was_dropped_counts_anew(city: City) -> None:
    """Passed in January, dropped in March, ordered in May, connected in July: gone in between, on every day."""
    dates: dict[str, Any] = {
        "passed_on": "2022-01-10",
        "dropped_on": "2022-03-01",
        "ordered_on": "2022-05-01",
        "due_on": "2022-01-31",
    }
    home = city.connect(**dates)
    days = ("2022-02-28", "2022-03-01", "2022-04-30", "2022-05-01")
    answers = [total(city, on) for on in days]
    assert [(found["passed"], found["overdue_connections"]) for found in answers] == [(1, 1), (0, 0), (0, 0), (1, 1)]
    city.change("connections", home, connected_on="2022-07-01")
    assert (total(city, "2022-07-01")["connected"], total(city, "2022-03-15")["recorded"]) == (1, 0)
    months = city.json("/api/rollout/timeline", on="2022-08-31")["months"]
    assert [(one["passed"], one["connected"]) for one in months] == [
        (1, 0),
        (1, 0),
        (0, 0),
        (0, 0),
        (1, 0),
        (1, 0),
        (0, 1),
        (0, 1),
    ]
    ahead = city.json("/api/rollout/ahead", on="2022-06-01")
    assert [one["overdue_connections"] for one in ahead["rows"]] == [1]
    status = city.connection.execute("select status from flurwerk.connections").fetchone()
    assert status == ("connected",)


def test_in_the_sample_plan_and_share_are_of_addresses(sample_api: Api) -> None:
    """HG-01: 85 of 320 addresses, not 244 dwellings of 320; WF-01: 114 of 530 planned are overdue without a record."""
    found = {row["part"]: row for row in sample_api.json(URL, on="2024-06-30")["rows"]}
    assert figures(found["HG-01"], SHARE) == ("address", "dwelling", 244, 85, 26.6, None)
    assert figures(found["HG-01"])[2:] == (0, 101)
    assert figures(found["WF-01"], SHARE) == ("address", "address", 416, 416, 78.5, None)
    assert figures(found["WF-01"]) == (114, 114, 114, 0)
