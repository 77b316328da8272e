"""Maps: an extract around a place, places in the city, and the whole city with a legend below it."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from shapely import Point, total_bounds, union_all
from shapely.geometry.base import BaseGeometry

from maps import style
from maps.printed.drawing import Drawn, Mark, draw_all, furnish
from maps.printed.ground import Ground
from maps.printed.legends import Key, add_legend, legend_height
from maps.printed.numbering import add_key, key_height
from maps.printed.sheet import MM_PER_INCH, POINTS_PER_INCH, Picture, Sheet, Size, sheet

SCALES = tuple(step * 10**power for power in range(2, 7) for step in (1, 1.5, 2, 2.5, 3, 4, 5, 7.5))
MARKER_MM = 5.2
"""The diameter of a numbered marker."""
MARGIN = 1.04
"""The factor by which a map of the city is larger than the extent of its content."""
LOWEST, TALLEST = 0.55, 0.95
"""The minimum and maximum height of a map of the city, relative to its width."""
FAINT = 0.5
"""How opaque a background is on a map of the city, whose own content it must not outshine."""
NOWHERE = (0, 0, 1000, 1000)


def site(
    about: BaseGeometry,
    drawn: Sequence[Drawn],
    size: Size,
    language: str,
    share: float = 0.42,
    *,
    ground: Ground | None = None,
    is_for_print: bool = False,
) -> Picture:
    """Draw a place with its surroundings; it takes up at most ``share`` of the map. Later layers are on top.

    ``ground`` is the background beneath them; ``is_for_print``: with a PNG.
    """
    west, south, east, north = about.bounds
    wanted = max((east - west) / size.width, (north - south) / size.height) * 1000 / share
    rounded = next((known for known in SCALES if known >= max(wanted, 1000)), SCALES[-1])
    with sheet(((west + east) / 2, (south + north) / 2), rounded, size) as drawing:
        drawing.taken = about.buffer(drawing.metres(1))
        if ground:
            ground.draw(drawing)
        furnish(drawing, language)
        draw_all(drawing, drawn)
        return drawing.picture(is_for_print=is_for_print)


def overview(
    drawn: Sequence[Drawn], places: Sequence[Point], size: Size, language: str, ground: Ground | None = None
) -> Picture:
    """Draw places on the full extent of the first layer: one as a pin, several as markers numbered from 1."""
    west, south, east, north = total_bounds(list(drawn[0].geometries) or list(places))
    needed = max((east - west) / size.width, (north - south) / size.height, 1) * 1000 * MARGIN
    with sheet(((west + east) / 2, (south + north) / 2), needed, size) as drawing:
        if ground:
            ground.draw(drawing, FAINT)
        furnish(drawing, language)
        numbered = draw_all(drawing, drawn, covered=_covered(drawing, places))
        if len(places) == 1:
            _pin(drawing, places[0])
        else:
            _numbers(drawing, places)
        drawing.enlarge(key_height(numbered, size.width))
        add_key(drawing.figure, numbered)
        return drawing.picture()


def city(
    drawn: Sequence[Drawn],
    keys: Sequence[Key],
    width: float,
    language: str,
    mark: Mark | None = None,
    ground: Ground | None = None,
) -> Picture:
    """Draw the full extent of the first layer with a legend below it, as SVG and PNG; ``mark`` adds non-layer signs."""
    west, south, east, north = total_bounds(list(drawn[0].geometries)) if drawn[0].geometries else NOWHERE
    tallness = (north - south) / (east - west)
    size = Size(width, round(width * min(max(tallness, LOWEST), TALLEST) * MARGIN, 1))
    needed = max((east - west) / size.width, (north - south) / size.height) * 1000 * MARGIN
    with sheet(((west + east) / 2, (south + north) / 2), needed, size, legend_height(keys, width)) as drawing:
        if ground:
            ground.draw(drawing, FAINT)
        furnish(drawing, language)
        numbered = draw_all(drawing, drawn, mark)
        below = key_height(numbered, width)
        drawing.enlarge(below)
        add_legend(drawing.figure, keys, below)
        add_key(drawing.figure, numbered)
        return drawing.picture(is_for_print=True)


def _covered(sheet: Sheet, places: Sequence[Point]) -> BaseGeometry:
    """Return what the pin or the markers will cover."""
    if len(places) == 1:
        place = places[0]
        return Point(place.x, place.y + sheet.metres(3.5)).buffer(sheet.metres(4.5))
    shown = _shown(sheet, places)
    return union_all([Point(at).buffer(sheet.metres(MARKER_MM / 2)) for at in shown])


def _shown(sheet: Sheet, places: Sequence[Point]) -> "np.ndarray[Any, Any]":
    """Return where the numbered markers of these places are drawn."""
    true = np.array([(place.x, place.y) for place in places]).reshape(-1, 2)
    return spread(true, sheet.metres(MARKER_MM * 1.06), sheet.frame.buffer(-sheet.metres(MARKER_MM / 2)).bounds)


def _pin(sheet: Sheet, place: Point) -> None:
    radius, height = sheet.metres(2.4), sheet.metres(5.4)
    angles = np.linspace(-0.17 * math.pi, 1.17 * math.pi, 40)
    head = [(place.x + radius * math.cos(a), place.y + height + radius * math.sin(a)) for a in angles]
    outline = [*head, (place.x, place.y)]
    sheet.axes.fill(
        *zip(*outline, strict=True), facecolor=style.PERIOD, edgecolor=style.PAPER, linewidth=0.8, zorder=30
    )
    sheet.axes.plot(place.x, place.y + height, "o", color=style.PAPER, markersize=4, zorder=31)


def _numbers(sheet: Sheet, places: Sequence[Point]) -> None:
    """Draw numbered markers that do not overlap; a line connects a moved marker to its place."""
    true = np.array([(place.x, place.y) for place in places])
    shown = _shown(sheet, places)
    for order, ((x, y), (at_x, at_y)) in enumerate(zip(true, shown, strict=True), 1):
        above = 30 + 3 * order
        sheet.axes.plot([x, at_x], [y, at_y], color=style.PERIOD, linewidth=0.7, zorder=29)
        sheet.axes.plot(x, y, "o", color=style.PERIOD, markersize=2.2, zorder=29)
        disc = {"color": style.PERIOD, "markeredgecolor": style.PAPER, "markeredgewidth": 0.7}
        sheet.axes.plot(at_x, at_y, "o", markersize=MARKER_MM / MM_PER_INCH * POINTS_PER_INCH, zorder=above, **disc)
        known = {"color": style.PAPER, "fontsize": 7.6, "fontweight": "semibold", "zorder": above + 1}
        sheet.axes.text(at_x, at_y, str(order), ha="center", va="center_baseline", **known)


def spread(places: "np.ndarray[Any, Any]", apart: float, bounds: Sequence[float]) -> "np.ndarray[Any, Any]":
    """Return the places (n × 2), moved within the bounds until they are ``apart`` from each other, if there is room."""
    west, south, east, north = bounds
    # Coinciding places need a direction in which to move apart.
    turns = np.arange(len(places)) * 2.4
    moved = places + apart * 0.01 * np.column_stack([np.cos(turns), np.sin(turns)])
    for _ in range(400):
        gaps = moved[:, None, :] - moved[None, :, :]
        distances = np.hypot(gaps[..., 0], gaps[..., 1])
        np.fill_diagonal(distances, np.inf)
        overlap = np.clip(apart - distances, 0, None)
        if not overlap.any():
            break
        moved += ((overlap / distances / 2)[..., None] * gaps).sum(axis=1)
        moved = np.clip(moved, (west, south), (east, north))
    return moved
