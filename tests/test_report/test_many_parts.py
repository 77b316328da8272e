"""Maps of a city with 62 parts: each has its name on the map, or a number there and its name in the key."""

import random
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
import shapely
from shapely.geometry import mapping

from geo.figures.kpis import INDICATORS
from geo.periods import parse_period
from maps.figures.report.pictures.city import maps
from maps.figures.report.pictures.illustration import Illustration
from maps.figures.report.pictures.places import Counted, Place, Places, Spot
from maps.land.handouts.pictures import city_picture
from maps.printed import Size
from tests.test_report.test_pictures import texts

MANY, FEW = 62, 12
H2 = parse_period("2023-H2")
INDICATOR = {indicator.key: indicator for indicator in INDICATORS}


@cache
def parts(count: int) -> list[Place]:
    """An invented round city in so many parts, small ones in the middle, with names of up to 26 letters."""
    chance = random.Random(count)
    centres = [
        (400000 + 12000 * share**1.6 * across, 5700000 + 12000 * share**1.6 * up)
        for share in ((number + 1) / count for number in range(count))
        for across, up in [_direction(chance)]
    ]
    city = shapely.Point(400000, 5700000).buffer(13000)
    cells = shapely.voronoi_polygons(shapely.MultiPoint(centres), extend_to=city)
    shapes = [cell.intersection(city) for cell in cells.geoms]
    return [
        Place(f"{'Unter' * (number % 3)}{'berg' * (number % 4 + 1)}-{number}".capitalize(), shape)
        for number, shape in enumerate(shapes, 1)
    ]


def _direction(chance: random.Random) -> tuple[float, float]:
    point = shapely.affinity.rotate(shapely.Point(1, 0), chance.uniform(0, 360), origin=(0, 0))
    return point.x, point.y


@cache
def drawn(count: int) -> dict[str, Illustration]:
    """The report's maps of such a city, with trenches and search rings all over it."""
    chance = random.Random(1)
    places = parts(count)
    ends = [(400000 + chance.uniform(-9e3, 9e3), 5700000 + chance.uniform(-9e3, 9e3)) for _ in range(120)]
    lines = [Spot(Decimal(1), shapely.LineString([(x, y), (x + 700, y + 500)])) for x, y in ends]
    rings = [Spot(Decimal(1), shapely.Point(end), 400) for end in ends[:30]]
    amounts = {place.name: Decimal(number) for number, place in enumerate(places)}
    spots: Mapping[str, list[Spot]] = {
        "trench_laid_km": lines[:60],
        "trench_planned_km": lines[60:],
        "mobile_requests": rings,
        "funded_connections": [],
        "public_land_m2": [],
        "private_land_m2": [],
    }
    counted = {key: Counted(INDICATOR[key], Decimal(9), amounts, found, 9) for key, found in spots.items()}
    return {one.key: one for one in maps(Places(H2, places, [], counted), "de")}


def shown(svg: str, places: list[Place]) -> tuple[set[int], set[int]]:
    """The numbers of the parts whose names are on the map, and of those that are in the key with their number."""
    found = texts(svg)
    named = {number for number, place in enumerate(places, 1) if place.name in found}
    entries = {number for number, place in enumerate(places, 1) if any(is_entry(text, place) for text in found)}
    # The number stands on the map and in the key.
    keyed = {number for number in entries if found.count(str(number)) >= 2}
    return named, keyed


def is_entry(text: str, place: Place) -> bool:
    """Whether a text of the picture is the part's name, or its name with its figure as in the key."""
    return text == place.name or text.startswith(f"{place.name}: ")


@pytest.mark.parametrize("key", ["land", "trenches", "connections", "mobile"])
def test_every_part_is_named_on_the_map_or_in_its_key(key: str) -> None:
    places = parts(MANY)
    named, keyed = shown(drawn(MANY)[key].svg, places)
    assert named | keyed == set(range(1, MANY + 1))
    assert len(keyed) >= 5


@pytest.mark.parametrize("key", ["connections", "mobile"])
def test_the_key_gives_the_figure_of_a_part(key: str) -> None:
    found = texts(drawn(MANY)[key].svg)
    for number, place in enumerate(parts(MANY), 1):
        assert (place.name in found) != (f"{place.name}: {number - 1}" in found)


@pytest.mark.parametrize("key", ["land"])
def test_a_city_of_few_parts_has_no_key(key: str) -> None:
    named, _ = shown(drawn(FEW)[key].svg, parts(FEW))
    assert named == set(range(1, FEW + 1))
    assert drawn(FEW)[key].height < drawn(MANY)[key].height


def test_a_hand_outs_overview_names_every_part() -> None:
    places = parts(MANY)
    dossier = {
        "districts": [{"name": place.name, "geometry": mapping(place.geometry)} for place in places],
        "areas": [],
    }
    plots: list[dict[str, Any]] = [
        {"geometry": mapping(shapely.box(x, 5700000, x + 50, 5700050))} for x in range(398000, 402000, 500)
    ]
    picture = city_picture(dossier, plots, Size(170, 118), "de")
    named, keyed = shown(picture.svg, places)
    assert named | keyed == set(range(1, MANY + 1))
    assert picture.size.height > 118
