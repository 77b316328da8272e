"""Overbuild in hand-calculated cases: where two operators build at the same place."""

from typing import Any

from tests.records import line
from tests.test_rollout.conftest import City

URL = "/api/rollout/progress"


def test_stretches_beside_another_operators_trench_are_overbuilt(city: City) -> None:
    """Of 100 m, 60 m lie 4 m from the other's 80 m, of which 60 m lie beside it; crossing it does not count."""
    other = city.add("operators", name="Anderes Netz", kind="carrier")
    x, y = 391_000, 5_705_000
    planned: dict[str, Any] = {"planned_on": "2022-01-01", "cluster": "A"}
    city.trench(geom=line((x, y), (x + 100, y)), operator=city.operator, **planned)
    second = city.trench(
        geom=line((x + 40, y + 4), (x + 120, y + 4)), operator=other, cluster="B", planned_on="2022-02-01"
    )
    city.trench(geom=line((x + 10, y - 50), (x + 10, y + 50)), operator=other, cluster="C", planned_on="2022-01-01")
    # Neither of its own operator, nor of nobody, nor 6 m away.
    city.trench(geom=line((x, y + 1), (x + 100, y + 1)), operator=city.operator, cluster="D", planned_on="2023-01-01")
    city.trench(geom=line((x, y - 1), (x + 100, y - 1)), operator=None, cluster="D", planned_on="2022-01-01")
    city.trench(geom=line((x, y - 6), (x + 100, y - 6)), operator=other, cluster="D", planned_on="2022-01-01")
    for on, first in (("2022-01-31", 0), ("2022-02-01", 0.06)):
        found = {row["part"]: row["overbuilt_km"] for row in city.json(URL, on=on)["rows"]}
        assert (found["A"], found["C"], found["D"]) == (first, 0, 0)
        assert found.get("B", 0) == first
    assert city.json(URL, on="2022-12-31")["total"]["overbuilt_km"] == 0.12
    city.change("trenches", second, discarded_on="2022-12-01")
    assert city.json(URL, on="2022-12-31")["total"]["overbuilt_km"] == 0


def test_connections_of_two_operators_at_one_address_are_overbuilt(city: City) -> None:
    """The same address however it is spelt, or the same place where one has none; each by its programme's rule."""
    other = city.add("operators", name="Anderes Netz", kind="carrier")
    own = {"operator": city.operator, "cluster": "A"}
    city.connect(address="Hauptstraße 1 a", **own)
    city.connect(address="HAUPTSTR. 1A", x=391_020, operator=other, cluster="B", programme=city.dwellings, dwellings=4)
    city.connect(x=392_000, **own)
    dropped = city.connect(x=392_000.5, operator=other, cluster="B")
    # The same operator, another address, and a street of the same name in another place.
    city.connect(address="Hauptstr. 1a", **own)
    city.connect(address="Hauptstr. 2", operator=other, cluster="C")
    city.connect(address="Hauptstr. 1a", x=405_000, operator=other, cluster="C")
    found = {row["part"]: row["overbuilt_connections"] for row in city.json(URL, on="2022-12-31")["rows"]}
    assert found == {"A": 3, "B": 5, "C": 0}
    city.change("connections", dropped, dropped_on="2022-06-01")
    found = {row["part"]: row["overbuilt_connections"] for row in city.json(URL, on="2022-12-31")["rows"]}
    assert found == {"A": 2, "B": 4, "C": 0}
