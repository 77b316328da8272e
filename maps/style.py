"""One palette for every map, and the terms in which signs are described.

Colours are distinguishable with every common form of colour blindness, and never the only difference: fill, hatch, dash
or symbol differ as well, so that greyscale prints remain readable. A hue has one meaning everywhere: magenta marks what
happened in the period.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from geo.text import Text

INK = "#1f2933"
PAPER = "#ffffff"
OUTSIDE = "#e9ecef"
LAND = "#f7f5f0"
BORDER = "#a9a294"
INDUSTRY = "#e7e1d5"
INDUSTRY_EDGE = "#c3b9a5"
STREET = "#c6c2b8"

PERIOD = "#c2185b"
OFFER = "#00806a"
HELD = "#e8a317"
HELD_EDGE = "#8a5c00"
GONE = "#6b7480"
FIBRE = "#1659a5"
OTHER_FIBRE = "#8e7cc3"
MOBILE = "#1f2933"
MINOR = "#a87b1a"
SERIOUS = "#a1260d"
OTHER = "#5b4636"
"""Of layers that have no colours of their own."""

SHADES = ("#f5ead0", "#ecd8a8", "#e2c583", "#d7b160", "#c99a3c")
"""Shades for a figure by district, from few to many."""

Hatch = Literal["diagonal", "opposite", "cross", "dots"]
Symbol = Literal["circle", "ring", "half", "diamond", "square", "cross", "barrier"]


@dataclass(frozen=True, slots=True)
class Style:
    """How a feature is drawn. Lengths are screen pixels at the scale of the whole city.

    ``symbol`` is drawn for points, and for areas too small to see. ``hatch`` is drawn in ``color`` over ``fill``.
    """

    color: str
    weight: float = 1
    opacity: float = 1
    dash: str | None = None
    fill: str | None = None
    fill_opacity: float = 1
    hatch: Hatch | None = None
    symbol: Symbol | None = None
    radius: float = 3.5

    def as_json(self) -> dict[str, Any]:
        """Return the members that are set."""
        return {name: value for name, value in asdict(self).items() if value is not None}


Shape = Literal["area", "line", "point"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A legend entry for the features of class ``key``; ``starts_visible``: shown when the map is opened."""

    key: str
    label: Text
    style: Style
    shape: Shape = "area"
    starts_visible: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one heading."""

    key: str
    title: Text
    entries: tuple[Entry, ...]
