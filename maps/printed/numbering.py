"""Numbers for parts of the city whose names do not fit on the map, and the key that gives the names."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import shapely
from matplotlib.figure import Figure
from shapely import Point, maximum_inscribed_circle
from shapely.geometry.base import BaseGeometry

from maps import style
from maps.printed.sheet import MM_PER_INCH, POINTS_PER_INCH, Sheet, paper, text_width

RADIUS_MM = 1.55
NUMBER_PT = 5.6
KEY_PT = 6.6
KEY_LINE_MM = 3.3
KEY_INDENT_MM = 5
KEY_GAP_MM = 3
ABOVE_MM = 2
BELOW_MM = 1
EDGE_MM = 1.5


class Numbered(NamedTuple):
    """A part whose name is in the key: its number and the key's text."""

    number: int
    text: str


def place_number(sheet: Sheet, shape: BaseGeometry, number: int) -> None:
    """Draw a part's number: on it, if there is room, else beside it with a line to it."""
    radius = sheet.metres(RADIUS_MM)
    inside = _inside(sheet, shape, radius)
    anchor = inside or shapely.point_on_surface(shape.intersection(sheet.frame))
    centre = inside or _beside(sheet, anchor, radius)
    if centre is not inside:
        line = [anchor.x, centre.x], [anchor.y, centre.y]
        sheet.axes.plot(*line, color=style.INK, linewidth=0.5, zorder=20)
        sheet.axes.plot(anchor.x, anchor.y, "o", color=style.INK, markersize=1.2, zorder=20)
    disc: dict[str, Any] = {"color": style.PAPER, "markeredgecolor": style.GONE, "markeredgewidth": 0.5}
    size = 2 * RADIUS_MM / MM_PER_INCH * POINTS_PER_INCH
    sheet.axes.plot(centre.x, centre.y, "o", markersize=size, zorder=21, **disc)
    known: dict[str, Any] = {"fontsize": NUMBER_PT, "color": style.INK, "ha": "center", "va": "center_baseline"}
    sheet.axes.text(centre.x, centre.y, str(number), zorder=22, **known)
    sheet.taken |= centre.buffer(radius * 1.1)


def _inside(sheet: Sheet, shape: BaseGeometry, radius: float) -> Point | None:
    free = shape.intersection(sheet.frame.buffer(-sheet.metres(EDGE_MM))).difference(sheet.taken)
    if free.area < 3 * radius**2:
        return None
    # The result is a line from the circle's centre to its edge.
    circle: Any = maximum_inscribed_circle(free)  # pyright: ignore[reportCallIssue, reportArgumentType]
    return Point(circle.coords[0]) if circle.length >= radius else None


def _beside(sheet: Sheet, anchor: Point, radius: float) -> Point:
    """Return the nearest free place; where there is none, the part's own, which then covers what is there."""
    room = sheet.frame.buffer(-radius - sheet.metres(EDGE_MM))
    shapely.prepare(sheet.taken)
    for place in _around(anchor, radius):
        if room.contains(place) and not sheet.taken.intersects(place.buffer(radius * 1.1)):
            return place
    return anchor


def _around(anchor: Point, radius: float) -> Iterator[Point]:
    for ring in range(3, 60):
        for turn in range(2 * ring + 10):
            angle = 2 * math.pi * turn / (2 * ring + 10)
            distance = ring * radius / 2
            yield Point(anchor.x + distance * math.cos(angle), anchor.y + distance * math.sin(angle))


def key_height(numbered: Sequence[Numbered], width: float) -> float:
    """Return the height of the key below a picture of the given width, both in millimetres."""
    if not numbered:
        return 0
    return ABOVE_MM + KEY_LINE_MM * math.ceil(len(numbered) / _columns(numbered, width)) + BELOW_MM


def add_key(figure: Figure, numbered: Sequence[Numbered]) -> None:
    """Write the key at the lower edge of the picture, in columns that are read downwards."""
    if not numbered:
        return
    size = paper(figure)
    height = key_height(numbered, size.width)
    columns = _columns(numbered, size.width)
    lines = math.ceil(len(numbered) / columns)
    axes = figure.add_axes((0, 0, 1, height / size.height))
    axes.set_axis_off()
    axes.set(xlim=(0, size.width), ylim=(0, height))
    for at, (number, text) in enumerate(numbered):
        x = 1 + (at // lines) * (size.width - 1) / columns
        y = height - ABOVE_MM - KEY_LINE_MM * (at % lines + 0.5)
        known: dict[str, Any] = {"fontsize": KEY_PT, "color": style.INK, "va": "center_baseline", "parse_math": False}
        axes.text(x + KEY_INDENT_MM - 1.2, y, str(number), ha="right", fontweight="semibold", **known)
        axes.text(x + KEY_INDENT_MM, y, text, **known)


def _columns(numbered: Sequence[Numbered], width: float) -> int:
    widest = max(text_width(each.text, KEY_PT) for each in numbered)
    return max(1, int((width - 1) / (KEY_INDENT_MM + widest + KEY_GAP_MM)))
