"""Clusters are records: found by their keys, renamed in one place, and shown as they were on a past day."""

import pytest

from geo.figures.checks import CHECKS, run
from tests.records import cluster, insert, one, square
from tests.test_rollout.conftest import City

ITEMS = "/api/collections/{}/items"


def keys(city: City, layer: str, **parameters: object) -> list[str | None]:
    """Return the cluster's key of each record that the service finds."""
    found = city.json(ITEMS.format(layer), **parameters)["features"]
    return sorted((feature["properties"]["cluster_key"] for feature in found), key=str)


def test_records_are_filtered_by_the_key_or_the_id_of_their_cluster(city: City) -> None:
    """A key comes before an id, since both may be digits; CQL2 compares texts with keys and numbers with ids."""
    for key in ("HG-01", "HG-02", "4711"):
        city.trench(cluster=key)
    record = cluster(city.connection, "HG-02")
    assert keys(city, "trenches", cluster="HG-01") == ["HG-01"]
    assert keys(city, "trenches", cluster="4711") == ["4711"]
    assert keys(city, "trenches", cluster=record) == ["HG-02"]
    for condition, found in {
        "cluster = 'HG-01'": ["HG-01"],
        "cluster in ('HG-01', '4711')": ["4711", "HG-01"],
        "cluster like 'HG%'": ["HG-01", "HG-02"],
        "casei(cluster) = casei('hg-02')": ["HG-02"],
        f"cluster = {record}": ["HG-02"],
        "not cluster = 'HG-01' and cluster is not null": ["4711", "HG-02"],
    }.items():
        assert keys(city, "trenches", filter=condition) == found, condition


@pytest.mark.parametrize(
    "asked", [{"cluster": "HG-1"}, {"filter": "cluster = 'HG-1'"}, {"filter": "cluster in ('HG-1')"}]
)
def test_an_unknown_cluster_is_refused_with_the_nearest(city: City, asked: dict[str, str]) -> None:
    city.trench(cluster="HG-01")
    city.connection.commit()
    problem = city.client.problem(400, ITEMS.format("trenches"), **asked)
    assert problem["detail"] == "There is no cluster “HG-1”. Did you mean “HG-01”?"


def test_a_cluster_without_trenches_is_known(city: City) -> None:
    cluster(city.connection, "HG-03")
    assert keys(city, "trenches", cluster="HG-03") == []


def test_renaming_a_cluster_renames_it_everywhere_and_writes_one_row(city: City) -> None:
    """The past keeps the earlier name."""
    area = city.add("expansion_areas", name="Nord", cluster="HG-01", geom=square(391_000, 5_701_000, 100))
    city.trench(cluster="HG-01")
    city.add("obstructions", cluster="HG-01", kind="permit", from_on="2022-03-01")
    city.connection.commit()
    before = one(city.connection, "select clock_timestamp()::text")
    written = "select count(*) from flurwerk_history.trenches where id in (select id from flurwerk.trenches)"
    city.change("clusters", cluster(city.connection, "HG-01"), key="HG-01a", name="Hostedde")
    for layer in ("expansion_areas", "trenches", "obstructions"):
        assert keys(city, layer) == ["HG-01a"], layer
        assert keys(city, layer, as_of=before) == ["HG-01"], layer
    assert keys(city, "trenches", as_of=before, cluster="HG-01") == ["HG-01"]
    assert one(city.connection, written) == 0
    (row,) = city.json("/api/rollout/progress", on="2022-01-01")["rows"]
    assert (row["part"], row["label"]) == ("HG-01a", "HG-01a Hostedde")
    (obstruction,) = city.json("/api/rollout/obstructions", on="2022-03-02")["rows"]
    assert obstruction["cluster"] == "HG-01a"
    assert area


def test_clusters_whose_keys_hardly_differ_are_found(city: City) -> None:
    for key in ("HG-01", "hg 01", "HG-010"):
        insert(city.connection, "clusters", key=key)
    city.connection.execute("set local search_path = flurwerk, public")
    check = next(check for check in CHECKS if check.key == "clusters_alike")
    assert [found.detail for found in run(city.connection, check)] == ["HG-01, also hg 01", "hg 01, also HG-01"]
