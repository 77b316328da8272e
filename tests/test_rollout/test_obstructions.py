"""Obstructions in hand-calculated cases: days are a union of intervals, kilometres count once."""

from typing import Any

from tests.test_rollout.conftest import City

URL = "/api/rollout/obstructions"


def figures(found: dict[str, Any]) -> tuple[float, ...]:
    return tuple(found[name] for name in ("obstructions", "open", "days", "km", "trenches", "connections"))


def test_overlapping_days_and_shared_kilometres_count_once(city: City) -> None:
    """Ordnance on a trench of 1 km from 1 to 10 March, 6 to 15 March and 1 to 3 May: 15 + 3 = 18 days, 1 km.

    A permit on this trench and one of 2 km from 14 to 20 March: 7 days, 3 km. In total: 1 to 20 March and 1 to 3 May,
    23 days, 3 km.
    """
    first, second = (city.trench(metres, planned_on="2022-01-01") for metres in (1000, 2000))
    city.add(
        "obstructions", trench=first, kind="ordnance", responsible="Amt", from_on="2022-03-01", until_on="2022-03-10"
    )
    city.add(
        "obstructions", trench=first, kind="ordnance", responsible="Amt", from_on="2022-03-06", until_on="2022-03-15"
    )
    city.add("obstructions", trench=first, kind="ordnance", from_on="2022-05-01", until_on="2022-05-03")
    for trench in (first, second):
        city.add(
            "obstructions", trench=trench, kind="permit", responsible="Amt", from_on="2022-03-14", until_on="2022-03-20"
        )
    found = city.json(URL, on="2022-12-31")
    assert {one["kind"]: figures(one) for one in found["by_kind"]} == {
        "ordnance": (3, 0, 18, 1, 1, 0),
        "permit": (2, 0, 7, 3, 2, 0),
    }
    # The office is responsible from 1 to 20 March.
    assert {one["responsible"]: figures(one) for one in found["by_responsible"]} == {
        "Amt": (4, 0, 20, 3, 2, 0),
        None: (1, 0, 3, 1, 1, 0),
    }
    assert figures(found["total"]) == (5, 0, 23, 3, 2, 0)


def test_adjoining_intervals_single_days_and_a_leap_day_are_counted(city: City) -> None:
    """27 to 28 February, 29 February and 1 March 2020 are four days, without a gap or an overlap."""
    trench = city.trench(100, planned_on="2019-01-01")
    for first, last in (("2020-02-27", "2020-02-28"), ("2020-02-29", "2020-02-29"), ("2020-03-01", "2020-03-01")):
        city.add("obstructions", trench=trench, kind="weather", from_on=first, until_on=last)
    found = city.json(URL, on="2020-12-31")
    assert sorted(one["days"] for one in found["rows"]) == [1, 1, 2]
    assert found["total"]["days"] == 4


def test_an_obstruction_includes_its_last_day_and_counts_until_the_requested_day(city: City) -> None:
    trench = city.trench(100, planned_on="2022-01-01")
    city.add("obstructions", trench=trench, kind="owner", from_on="2022-03-01", until_on="2022-03-10")
    city.add("obstructions", trench=trench, kind="utility", from_on="2022-03-08")
    answers = {on: city.json(URL, on=on) for on in ("2022-02-28", "2022-03-05", "2022-03-10", "2022-03-11")}
    assert {on: figures(found["total"])[:3] for on, found in answers.items()} == {
        "2022-02-28": (0, 0, 0),
        "2022-03-05": (1, 1, 5),
        "2022-03-10": (2, 2, 10),
        "2022-03-11": (2, 1, 11),
    }
    assert [(one["kind"], one["is_open"], one["days"]) for one in answers["2022-03-11"]["rows"]] == [
        ("utility", True, 4),
        ("owner", False, 10),
    ]
    assert answers["2022-02-28"]["rows"] == []


def test_an_obstructed_cluster_delays_the_trenches_planned_and_not_laid_meanwhile(city: City) -> None:
    """From 1 to 31 March 2022: in cluster A 100 + 200 + 400 m, each once; a trench laid before is not held up."""
    city.trench(100, planned_on="2022-01-01")
    city.trench(200, planned_on="2022-03-31", laid_on="2022-08-01")
    city.trench(400, planned_on="2022-01-01", laid_on="2022-03-01")
    city.trench(800, planned_on="2022-01-01", laid_on="2022-02-28")
    city.trench(1600, planned_on="2022-04-01")
    city.trench(3200, planned_on="2022-01-01", discarded_on="2022-02-01")
    city.trench(6400)
    named = city.trench(50, cluster="B", planned_on="2022-01-01", laid_on="2022-02-28")
    known = {"kind": "ordnance", "from_on": "2022-03-01", "until_on": "2022-03-31"}
    city.add("obstructions", cluster="A", **known)
    found = city.json(URL, on="2022-12-31")
    assert (found["rows"][0]["km"], found["rows"][0]["trenches"]) == (0.7, 3)
    city.add("obstructions", cluster="A", **known)
    city.add("obstructions", trench=named, **known)
    assert figures(city.json(URL, on="2022-12-31")["total"]) == (3, 0, 31, 0.7, 3, 0)


def test_a_trench_laid_or_discarded_is_held_up_no_longer(city: City) -> None:
    """From 1 March 2022 on, not ended: 100 m laid on 10 March, 200 m discarded on 20 March, 400 m laid before.

    The first counts 10 days and remains among the kilometres held up; the second counts until the day before.
    """
    laid = city.trench(100, planned_on="2022-01-01", laid_on="2022-03-10")
    discarded = city.trench(200, planned_on="2022-01-01", discarded_on="2022-03-20")
    before = city.trench(400, planned_on="2022-01-01", laid_on="2022-02-28")
    for trench in (laid, discarded, before):
        city.add("obstructions", trench=trench, kind="ordnance", from_on="2022-03-01")
    answers = {on: city.json(URL, on=on) for on in ("2022-03-09", "2022-03-10", "2022-03-19", "2022-03-20")}
    assert {on: figures(found["total"]) for on, found in answers.items()} == {
        "2022-03-09": (3, 2, 9, 0.3, 2, 0),
        "2022-03-10": (3, 1, 10, 0.3, 2, 0),
        "2022-03-19": (3, 1, 19, 0.3, 2, 0),
        "2022-03-20": (3, 0, 20, 0.1, 1, 0),
    }
    rows = {one["trench"]: one for one in answers["2022-03-20"]["rows"]}
    assert {trench: (one["over_on"], one["days"], one["km"]) for trench, one in rows.items()} == {
        laid: ("2022-03-10", 10, 0.1),
        discarded: ("2022-03-20", 20, 0),
        before: ("2022-02-28", 0, 0),
    }
    places = city.json(f"{URL}/places", on="2022-03-15")["features"]
    assert {one["properties"]["kind"] for one in places} == {"ordnance"}
    assert len(places) == 2
    assert city.json(f"{URL}/places", on="2022-03-20")["features"] == []


def test_a_clusters_obstruction_is_over_once_all_of_its_trenches_are_laid_or_discarded(city: City) -> None:
    """100 m laid on 10 March and 200 m discarded on 20 March: open until the 19th; then 100 m and 20 days remain."""
    city.trench(100, planned_on="2022-01-01", laid_on="2022-03-10")
    city.trench(200, planned_on="2022-01-01", discarded_on="2022-03-20")
    city.add("obstructions", cluster="A", kind="permit", from_on="2022-03-01")
    assert figures(city.json(URL, on="2022-03-19")["total"]) == (1, 1, 19, 0.3, 2, 0)
    assert figures(city.json(URL, on="2022-12-31")["total"]) == (1, 0, 20, 0.1, 1, 0)
    city.trench(50)
    assert figures(city.json(URL, on="2022-03-31")["total"]) == (1, 1, 31, 0.1, 1, 0)


def test_a_connection_made_or_dropped_is_held_up_no_longer(city: City) -> None:
    """One connected on 10 March, one dropped on 20 March and ordered anew on 1 June, one connected before."""
    homes = (
        city.connect(connected_on="2022-03-10"),
        city.connect(dropped_on="2022-03-20", ordered_on="2022-06-01"),
        city.connect(connected_on="2022-02-28"),
    )
    for home in homes:
        city.add("obstructions", connection=home, kind="owner", from_on="2022-03-01")
    totals = {on: city.json(URL, on=on)["total"] for on in ("2022-03-09", "2022-03-10", "2022-03-20", "2022-06-01")}
    assert {on: figures(found)[1:] for on, found in totals.items()} == {
        "2022-03-09": (2, 9, 0, 0, 2),
        "2022-03-10": (1, 10, 0, 0, 2),
        "2022-03-20": (0, 20, 0, 0, 1),
        "2022-06-01": (1, 93, 0, 0, 2),
    }


def test_duplicates_and_existing_ducts_add_days_but_no_kilometres(city: City) -> None:
    first = city.trench(100, planned_on="2022-01-01")
    for other in (city.trench(100, duplicate_of=first), city.trench(100, origin="existing_duct")):
        city.add("obstructions", trench=other, kind="permit", from_on="2022-03-01", until_on="2022-03-02")
    assert figures(city.json(URL, on="2022-12-31")["total"]) == (2, 0, 2, 0, 0, 0)


def test_an_obstructed_connection_counts_by_its_programmes_rule(city: City) -> None:
    home = city.connect(programme=city.dwellings, dwellings=4, address="Weg 1")
    for first in ("2022-03-01", "2022-04-01"):
        city.add("obstructions", connection=home, kind="owner", from_on=first, until_on=first)
    found = city.json(URL, on="2022-12-31")
    assert figures(found["total"]) == (2, 0, 2, 0, 0, 4)
    assert {(one["address"], one["connections"]) for one in found["rows"]} == {("Weg 1", 4)}
    assert found["rows"][0]["label"] == "Grundstückseigentümer"


def test_without_obstructions_the_total_is_zero(city: City) -> None:
    """The answer then has no rows, but a total."""
    found = city.json(URL)
    assert figures(found["total"]) == (0, 0, 0, 0, 0, 0)
    assert (found["by_kind"], found["by_responsible"], found["rows"]) == ([], [], [])


def test_the_map_shows_the_places_of_open_obstructions(city: City) -> None:
    """A point for the sign and the lines of the delayed trenches; a connection has only its point."""
    trench = city.trench(100, planned_on="2022-01-01", cluster="B")
    city.trench(200, planned_on="2022-01-01", cluster="A")
    city.trench(400, planned_on="2022-01-01", laid_on="2022-02-01", cluster="A")
    home = city.connect()
    on_trench = city.add("obstructions", trench=trench, kind="ordnance", responsible="Amt", from_on="2022-03-01")
    on_cluster = city.add("obstructions", cluster="A", kind="permit", from_on="2022-03-01")
    at_home = city.add("obstructions", connection=home, kind="owner", from_on="2022-03-01")
    city.add("obstructions", trench=trench, kind="weather", from_on="2022-03-01", until_on="2022-03-02")
    city.add("obstructions", cluster="of nobody", kind="permit", from_on="2022-03-01")
    features = city.json(f"{URL}/places", on="2022-03-05", lang="en")["features"]
    assert [(one["id"], one["geometry"]["type"]) for one in features] == [
        (on_trench, "Point"),
        (on_trench, "MultiLineString"),
        (on_cluster, "Point"),
        (on_cluster, "MultiLineString"),
        (at_home, "Point"),
    ]
    assert features[0]["properties"] == {
        "kind": "ordnance",
        "label": "Unexploded ordnance",
        "responsible": "Amt",
        "from_on": "2022-03-01",
    }
    assert len(features[3]["geometry"]["coordinates"]) == 1
    assert city.json(f"{URL}/places", on="2022-02-28") == {"type": "FeatureCollection", "features": []}
