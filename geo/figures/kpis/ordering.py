"""The order of the report's lines: by area, then by product, then by position."""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from geo.figures.kpis.indicator import FIRST_IN_TEXT
from geo.profile import profile
from geo.profile.indicators import in_order as places
from geo.records.layers.layer import Text

AREAS = places(profile().areas)
PRODUCTS = places(profile().products)
"""The places of the areas and products that the profile lists."""


class Placed(Protocol):
    """A line or an indicator."""

    @property
    def key(self) -> str: ...
    @property
    def position(self) -> int: ...
    @property
    def area(self) -> Text: ...
    @property
    def product(self) -> Text: ...


Line = TypeVar("Line", bound=Placed)


def in_order(lines: Sequence[Line]) -> list[Line]:
    """Return the lines in the report's order, those of an area and of a product together.

    Areas and products come in the profile's order, then the others by their first line; lines by position and key. The
    figures of the text follow by position.
    """
    table = [line for line in lines if line.position < FIRST_IN_TEXT]
    text = [line for line in lines if line.position >= FIRST_IN_TEXT]
    return [*_grouped(table), *sorted(text, key=lambda line: (line.position, line.key))]


def _grouped(lines: Sequence[Line]) -> list[Line]:
    areas: dict[str, int] = {}
    products: dict[tuple[str, str], int] = {}
    for line in lines:
        area, product = line.area.de, (line.area.de, line.product.de)
        areas[area] = min(areas.get(area, line.position), line.position)
        products[product] = min(products.get(product, line.position), line.position)

    def place(line: Line) -> tuple[tuple[bool, int], tuple[bool, int], int, str]:
        return (
            _place(AREAS, line.area.de, areas[line.area.de]),
            _place(PRODUCTS, line.product.de, products[line.area.de, line.product.de]),
            line.position,
            line.key,
        )

    return sorted(lines, key=place)


def _place(listed: Mapping[str, int], name: str, first: int) -> tuple[bool, int]:
    return (name not in listed, listed.get(name, first))
