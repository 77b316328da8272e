"""The passive network along the trenches of one programme: nodes, ducts and cables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from shapely.geometry import Point

from generator.common import Row
from generator.connections import laid
from generator.trenches import Trench

PROGRAMME = "weisse-flecken"
# Loops in chambers and distributors make a cable longer than its route.
LOOPS = 1.04
CHAMBER_EVERY = 3


def make_passive_network(trenches: list[Trench], connections: list[Row]) -> dict[str, list[Row]]:
    """Return the rows of nodes, ducts and cables, and let the programme's connections name their distributor."""
    by_cluster: dict[str, list[Trench]] = {}
    for trench in trenches:
        if trench.row["programme"] == PROGRAMME and not trench.row.get("discarded_on"):
            by_cluster.setdefault(trench.segment.cluster.key, []).append(trench)
    nodes = _nodes(by_cluster, connections)
    distributors = {row["cluster"]: row["source_id"] for row in nodes if row["kind"] == "distributor"}
    for row in connections:
        row["served_by"] = distributors.get(row["cluster"])
    dug = [trench for built in by_cluster.values() for trench in built]
    return {"network_nodes": nodes, "ducts": _ducts(dug), "cables": _cables(dug)}


def _nodes(by_cluster: dict[str, list[Trench]], connections: list[Row]) -> list[Row]:
    """Return one point of presence, a distributor for each cluster and chambers on the way to it."""
    rows: list[Row] = []
    for number, (cluster, built) in enumerate(sorted(by_cluster.items())):
        nearest = min(built, key=lambda trench: trench.segment.order)
        if number == 0:
            pop = _node("pop-01", "pop", "PoP Brechten", nearest, capacity=4_000)
            rows.append(_in_service(pop, connections))
        inside = [trench for trench in built if not trench.segment.feeder]
        first = min(inside, key=lambda trench: trench.segment.order)
        distributor = _node(f"gfv-{cluster.lower()}", "distributor", f"GF-Vt {cluster}", first, capacity=288)
        rows.append(_in_service(distributor | {"served_by": "pop-01"}, connections))
        feeders = [trench for trench in built if trench.segment.feeder and trench is not nearest]
        for place, trench in enumerate(feeders[::CHAMBER_EVERY], start=1):
            rows.append(_node(f"ks-{cluster.lower()}-{place:02d}", "chamber", None, trench, end=-1))
    return rows


def _node(
    source_id: str, kind: str, name: str | None, trench: Trench, *, end: int = 0, capacity: int | None = None
) -> Row:
    return {
        "source_id": source_id,
        "name": name,
        "kind": kind,
        "collocation": "none",
        "capacity": capacity,
        **_of_trench(trench),
        "geometry": Point(trench.segment.shape.coords[end]),
    }


def _in_service(node: Row, connections: Iterable[Row]) -> Row:
    """Return the node with the day on which the first connection of its cluster was activated, once it was built."""
    cluster, built = node["cluster"], node["built_on"]
    days: list[dt.date] = [
        row["activated_on"] for row in connections if row["cluster"] == cluster and row.get("activated_on")
    ]
    return node | {"in_service_on": max(min(days), built) if days and built else None}


def _of_trench(trench: Trench) -> Row:
    return {name: trench.row[name] for name in ("programme", "cluster", "operator")} | {"built_on": laid(trench.row)}


def _ducts(dug: list[Trench]) -> list[Row]:
    """Return a duct for each trench: bundles of thin microducts to the houses, thicker ones on the way there."""
    rows = []
    for trench in dug:
        kind, tubes, spare = ("bundle_14_10", 7, 1) if trench.segment.feeder else ("bundle_7_4", 12, 2)
        rows.append(
            {
                "source_id": f"lr-{trench.row['source_id']}",
                "kind": kind,
                "origin": "existing" if trench.row["origin"] == "existing_duct" else "new",
                "bundles": 1,
                "tubes": tubes,
                "spare_tubes": spare,
                "duct_length_m": round(trench.segment.shape.length, 1),
                **_of_trench(trench),
                "geometry": trench.segment.shape,
            }
        )
    return rows


def _cables(dug: list[Trench]) -> list[Row]:
    """Return a cable for each trench on the way to a cluster."""
    return [
        {
            "source_id": f"kb-{trench.row['source_id']}",
            "kind": "fibre_96",
            "fibres": 96,
            "spare_fibres": 14,
            "cable_length_m": round(trench.segment.shape.length * LOOPS, 1),
            **_of_trench(trench),
            "geometry": trench.segment.shape,
        }
        for trench in dug
        if trench.segment.feeder
    ]
