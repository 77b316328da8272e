"""What is still to be built, in hand-calculated cases: where, how much, and in which month it is due."""

from typing import Any

from tests.test_rollout.conftest import City

URL = "/api/rollout/ahead"
ON = "2026-06-15"


def rows(found: dict[str, Any]) -> dict[str | None, tuple[float, ...]]:
    """Return the lengths by the part's label: due, under construction, overdue; then the connections."""
    names = ("due_km", "building_km", "overdue_km", "connections", "overdue_connections")
    return {row["label"]: tuple(row[name] for name in names) for row in found["rows"]}


def test_what_is_due_by_the_end_of_the_last_month_counts_where_it_is_not_built(city: City) -> None:
    """On the day itself it is not overdue yet; after the last month it is out of sight, unless building has begun."""
    city.trench(100, planned_on="2025-01-01", due_on="2026-06-14")
    city.trench(200, planned_on="2025-01-01", due_on="2026-06-15")
    city.trench(400, due_on="2026-12-31")
    city.trench(800, planned_on="2025-01-01", due_on="2027-01-01")
    city.trench(1600, planned_on="2025-01-01", started_on="2026-06-15", due_on="2027-01-01", cluster="B")
    city.trench(3200, planned_on="2025-01-01", started_on="2026-06-01", cluster="C")
    city.trench(50, planned_on="2025-01-01", due_on="2026-07-01", cluster=None)
    found = city.json(URL, on=ON)
    assert (found["on"], found["until"]) == (ON, "2026-12-31")
    assert rows(found) == {
        "A": (0.6, 0, 0.1, 0, 0),
        None: (0.05, 0, 0, 0, 0),
        "B": (0, 1.6, 0, 0, 0),
        "C": (0, 3.2, 0, 0, 0),
    }
    first, *_ = found["rows"]
    assert (first["label"], first["first_due_on"], first["last_due_on"]) == ("A", ON, "2026-12-31")
    assert rows(city.json(URL, on=ON, months=0)) == {
        "A": (0.2, 0, 0.1, 0, 0),
        "B": (0, 1.6, 0, 0, 0),
        "C": (0, 3.2, 0, 0, 0),
    }


def test_what_is_built_given_up_or_planned_later_is_not_to_come(city: City) -> None:
    due: dict[str, Any] = {"planned_on": "2025-01-01", "due_on": "2026-09-01"}
    city.trench(100, **due, laid_on="2026-06-15")
    city.trench(200, **due, discarded_on="2026-06-15")
    city.trench(400, **due, origin="existing_duct")
    city.trench(800, due_on="2026-09-01", planned_on="2026-06-16")
    city.connect(due_on="2026-09-01", connected_on="2026-06-15")
    city.connect(due_on="2026-09-01", dropped_on="2026-06-15")
    city.connect(due_on="2026-09-01", x=411_000)
    found = city.json(URL, on=ON)
    assert (found["rows"], found["months"]) == ([], [])
    assert city.json(URL, on="2026-06-14")["rows"] != []


def test_connections_count_by_their_programmes_rule_and_each_month_has_what_is_due_in_it(city: City) -> None:
    city.connect(due_on="2026-06-30", passed_on="2026-01-01")
    city.connect(due_on="2026-07-01", programme=city.dwellings, dwellings=12)
    city.connect(due_on="2026-06-01")
    city.trench(100, planned_on="2025-01-01", due_on="2026-07-31")
    city.trench(200, planned_on="2025-01-01", due_on="2031-02-28")
    found = city.json(URL, on=ON, by="programme")
    assert {label: of[3:] for label, of in rows(found).items()} == {"Förderung": (1, 1), "Wohnungen": (12, 0)}
    assert found["months"] == [
        {"month": "2026-06", "due_km": 0, "connections": 1},
        {"month": "2026-07", "due_km": 0.1, "connections": 12},
        {"month": "2031-02", "due_km": 0.2, "connections": 0},
    ]


def test_months_are_refused_where_they_cannot_be_looked_at(city: City) -> None:
    for months in ("-1", "241", "x", "1.5"):
        assert city.client.problem(400, f"{URL}?months={months}")["errors"][0]["parameter"] == "months"
