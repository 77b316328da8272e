"""The expansion clusters: the quarter in which each programme builds, and its streets."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from generator.city import City
from generator.common import Row, rng_for, rounded
from generator.industrial import Works
from generator.streets import blob, side_streets


@dataclass
class Cluster:
    """A cluster's plan: `stage` is its place in the order of building (0 first; 9 not begun), `due_on` its due date.

    One with `sections` is built from the hub outwards, and these are the days on which its sections are due.
    """

    key: str
    programme: str
    operator: str
    place: str
    km: float
    stage: float
    due_on: dt.date
    sections: tuple[dt.date, ...] = ()
    plan: BaseGeometry = field(default_factory=Polygon)
    streets: list[LineString] = field(default_factory=list)

    @property
    def business(self) -> bool:
        """Business clusters follow the streets of industrial areas."""
        return self.programme == "gewerbe-schulen"

    def due_at(self, share: float) -> dt.date:
        """Return the due date of what lies at this share (0 to 1) of the way outwards."""
        if not self.sections:
            return self.due_on
        return self.sections[min(int(share * len(self.sections)), len(self.sections) - 1)]


def _clusters() -> list[Cluster]:
    d = dt.date
    half_years = (d(2026, 12, 31), *(day for year in range(2027, 2031) for day in (d(year, 6, 30), d(year, 12, 31))))
    white, works, grey = "weisse-flecken", "gewerbe-schulen", "hellgraue-flecken"
    dark, own, open_ = "dunkelgraue-flecken", "eigenausbau-ruhrnetz", "eigenausbau-revierfaser"
    return [
        Cluster("WF-01", white, "westfalen-glasfaser", "Brechten", 17.0, 0.0, d(2022, 6, 30)),
        Cluster("WF-02", white, "westfalen-glasfaser", "Lanstrop", 16.0, 0.9, d(2022, 12, 31)),
        Cluster("WF-03", white, "westfalen-glasfaser", "Syburg", 16.5, 2.5, d(2023, 6, 30)),
        Cluster("WF-04", white, "westfalen-glasfaser", "Bövinghausen", 17.0, 1.3, d(2023, 12, 31)),
        Cluster("WF-05", white, "westfalen-glasfaser", "Sölderholz", 17.0, 9, d(2023, 12, 31)),
        Cluster("WF-06", white, "westfalen-glasfaser", "Persebeck-Kruckel-Schnee", 18.5, 9, d(2024, 3, 31)),
        Cluster("WF-07", white, "westfalen-glasfaser", "Schwieringhausen", 18.0, 9, d(2024, 6, 30)),
        Cluster("GS-01", works, "hansenetz", "Innenstadt-Nord", 15.0, 0.3, d(2022, 9, 30)),
        Cluster("GS-02", works, "hansenetz", "Brackel", 16.0, 1.2, d(2023, 3, 31)),
        Cluster("GS-03", works, "hansenetz", "Hörde", 16.5, 2.0, d(2023, 9, 30)),
        Cluster("GS-04", works, "hansenetz", "Lütgendortmund", 17.0, 9, d(2023, 12, 31)),
        Cluster("GS-05", works, "hansenetz", "Mengede", 16.0, 9, d(2024, 6, 30)),
        Cluster("GS-06", works, "hansenetz", "Scharnhorst", 16.5, 9, d(2024, 9, 30)),
        Cluster("HG-01", grey, "ruhrnetz", "Hostedde", 17.0, 0.45, d(2023, 6, 30)),
        Cluster("HG-02", grey, "ruhrnetz", "Asseln", 17.5, 1.5, d(2023, 12, 31)),
        Cluster("HG-03", grey, "ruhrnetz", "Kirchlinde", 17.0, 9, d(2023, 12, 31)),
        Cluster("HG-04", grey, "ruhrnetz", "Holzen", 18.0, 9, d(2024, 6, 30)),
        Cluster("HG-05", grey, "ruhrnetz", "Oestrich", 17.5, 9, d(2024, 12, 31)),
        Cluster("HG-06", grey, "ruhrnetz", "Menglinghausen", 18.0, 9, d(2024, 12, 31)),
        Cluster("DG-01", dark, "westfalen-glasfaser", "Benninghofen", 12.0, 9.5, d(2029, 12, 31), half_years[:7]),
        Cluster("DG-02", dark, "westfalen-glasfaser", "Marten", 12.0, 9.5, d(2030, 12, 31), half_years[1:]),
        Cluster("EA-01", own, "ruhrnetz", "Kaiserbrunnen", 14.5, 0.4, d(2022, 12, 31)),
        Cluster("EA-02", own, "ruhrnetz", "Dorstfeld", 14.0, 1.8, d(2023, 12, 31)),
        Cluster("EA-03", own, "ruhrnetz", "Alt-Hombruch", 14.5, 2.8, d(2024, 12, 31)),
        Cluster("EB-01", open_, "revierfaser", "Kemminghausen", 13.0, 2.0, d(2024, 6, 30)),
    ]


# Clusters that extend beyond the city's border.
_AT_THE_BORDER = {"WF-04": (-1, 0.05), "WF-07": (0.3, 1)}


def make_clusters(city: City, works: list[Works], roads: list[LineString]) -> list[Cluster]:
    """Return all clusters with their land and streets; no two share land."""
    rng = rng_for("clusters")
    clusters = _clusters()
    taken: list[BaseGeometry] = [w.plan.buffer(12) for w in works]
    for cluster in clusters:
        if cluster.business:
            _on_industrial_land(cluster, works)
        else:
            _on_built_up_land(cluster, city, roads, taken, rng)
            taken.append(cluster.plan.buffer(60))
    return clusters


def cluster_rows(clusters: list[Cluster]) -> list[Row]:
    """Return the records of the clusters, each with the land in which it is built."""
    return [
        {
            "source_id": f"cl-{cluster.key.lower()}",
            "key": cluster.key,
            "name": cluster.place,
            "programme": cluster.programme,
            "operator": cluster.operator,
            "due_on": cluster.due_on,
            "geometry": rounded(cluster.plan.simplify(12)),
        }
        for cluster in clusters
    ]


def _on_industrial_land(cluster: Cluster, works: list[Works]) -> None:
    """Use the district's largest industrial areas, as many as the cluster's length needs."""
    own = sorted((w for w in works if w.district == cluster.place and w.listed), key=lambda w: -w.plan.area)
    total, chosen = 0.0, []
    for area in own:
        if total < cluster.km * 1_150:
            chosen.append(area)
            total += sum(street.length for street in area.streets)
    cluster.plan = shapely.union_all([area.plan.buffer(30) for area in chosen])
    cluster.streets = []


def _on_built_up_land(
    cluster: Cluster,
    city: City,
    roads: list[LineString],
    taken: list[BaseGeometry],
    rng: np.random.Generator,
) -> None:
    """Use a patch around the quarter's centre, without industrial land, divided by side streets."""
    middle = np.array(city.statistical[cluster.place].centroid.coords[0])
    if cluster.key in _AT_THE_BORDER:
        step = np.array(_AT_THE_BORDER[cluster.key], dtype=float) * 120
        for _ in range(60):
            if city.outline.boundary.distance(shapely.Point(middle)) < 420:
                break
            middle = middle + step
    road = shapely.union_all(roads)
    foot = np.array(shapely.shortest_line(shapely.Point(middle), road).coords[-1])
    centre = middle + (foot - middle) * 0.6
    patch = blob(centre, cluster.km * 98_000, rng)
    patch = patch.difference(shapely.union_all(taken))
    plan: Polygon = max(shapely.get_parts(patch), key=lambda part: part.area)
    cluster.plan = plan
    cluster.streets = side_streets(plan, roads, 14_500, rng)
