"""The plots' surroundings: access points and sensitive sites. Places are schematic."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from generator.city import City
from generator.common import Row, one_of, pick, rng_for
from generator.district_names import HINTS
from generator.industrial import Works

# Name, kind, district and the direction from its centre.
_ACCESS = (
    ("Anschlussstelle Mengede", "motorway_junction", "Mengede", "w"),
    ("Anschlussstelle Schwieringhausen", "motorway_junction", "Mengede", "ne"),
    ("Anschlussstelle Derne", "motorway_junction", "Scharnhorst", "n"),
    ("Anschlussstelle Marten", "motorway_junction", "Lütgendortmund", "ne"),
    ("Anschlussstelle Kley", "motorway_junction", "Lütgendortmund", "se"),
    ("Anschlussstelle Eichlinghofen", "motorway_junction", "Hombruch", "nw"),
    ("Anschlussstelle Lücklemberg", "motorway_junction", "Hombruch", "e"),
    ("Anschlussstelle Schüren", "motorway_junction", "Aplerbeck", "nw"),
    ("Anschlussstelle Wickede", "motorway_junction", "Brackel", "e"),
    ("Containerterminal Hafen", "rail_terminal", "Innenstadt-Nord", "w"),
    ("Umschlagbahnhof Ellinghausen", "rail_terminal", "Mengede", "se"),
    ("Hafen, Kanalumschlag", "port", "Innenstadt-Nord", "nw"),
)
_SITES = {"school": 52, "day_care": 63, "elderly_home": 27, "hospital": 8}
_NAMES = {
    "school": ("Grundschule", "Realschule", "Gesamtschule", "Gymnasium", "Förderschule", "Berufskolleg"),
    "day_care": ("Kita Regenbogen", "Kita Pusteblume", "Kita Zwergenland", "Kita Sonnenschein", "Kita Kunterbunt"),
    "elderly_home": ("Seniorenhaus", "Pflegezentrum", "Seniorenresidenz"),
    "hospital": ("Krankenhaus", "Klinik"),
}


def access_rows(city: City) -> list[Row]:
    """Return the access points."""
    rows = []
    for number, (name, kind, district, hint) in enumerate(_ACCESS, start=1):
        shape = city.districts[district]
        reach = 0.36 * np.sqrt(shape.area)
        step = np.array(HINTS[hint]) * reach
        point = Point(round(shape.centroid.x + step[0], 1), round(shape.centroid.y + step[1], 1))
        rows.append({"source_id": f"zp-{number:02d}", "name": name, "kind": kind, "geometry": point})
    return rows


def sensitive_rows(city: City, all_works: list[Works]) -> list[Row]:
    """Return 150 sensitive sites near the quarters' centres, never on industrial land."""
    rng = rng_for("sensitive")
    land = shapely.union_all([works.shape for works in all_works])
    rows: list[Row] = []
    seen: set[str] = set()
    kinds = [kind for kind, count in _SITES.items() for _ in range(count)]
    quarters = list(city.statistical)
    for number, kind in enumerate(kinds, start=1):
        quarter = quarters[(number * 7 + int(rng.integers(3))) % len(quarters)]
        place = quarter.removeprefix("Alt-").split("-")[0]
        name = f"{one_of(rng, _NAMES[kind])} {place}"
        if name in seen:
            name += pick(rng, {"-Nord": 1, "-Süd": 1, "-Ost": 1, "-West": 1, "-Mitte": 1})
        seen.add(name)
        point = _built_up(city, quarter, land, rng)
        rows.append({"source_id": f"se-{number:03d}", "name": name, "kind": kind, "geometry": point})
    return rows


def _built_up(city: City, quarter: str, land: BaseGeometry, rng: np.random.Generator) -> Point:
    shape = city.statistical[quarter]
    spread = 0.22 * np.sqrt(shape.area)
    while True:
        point = Point(
            round(shape.centroid.x + rng.normal(0, spread), 1), round(shape.centroid.y + rng.normal(0, spread), 1)
        )
        if shape.covers(point) and land.distance(point) > 40:
            return point
