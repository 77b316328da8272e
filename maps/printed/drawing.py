"""Draws layers onto a sheet, labels named places, and adds the north arrow and the scale bar."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import patheffects
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from shapely import Point, maximum_inscribed_circle, union_all
from shapely.affinity import scale
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from geo.formatting import number
from maps import style
from maps.printed.along import name_lines
from maps.printed.numbering import Numbered, place_number
from maps.printed.sheet import Sheet, halo_text
from maps.style import Style

POINTS_PER_PIXEL = 0.75
BAR_LENGTHS = tuple(step * 10**power for power in range(6) for step in (1, 2, 5))
HATCHES = {"diagonal": "////", "opposite": "\\\\\\\\", "cross": "xxxx", "dots": "...."}
QUIET = style.GONE
NAME_PT = 6.2
"""The font size of place names."""
FIGURE_PT = 8.5
"""The font size of a figure below a name."""
TOUCHING = 0.03
"""The share of a name that another one may cover: the corners of their boxes are empty."""


Mark = Callable[[Sheet], None]
"""Draws anything that is not a layer onto a sheet, and adds the space it covers to ``sheet.taken``."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Geometries (in the stored CRS; areas or lines) in one style, with the names written on them, if any.

    The second line of a name is a figure, which is emphasised. ``are_keyed``: a name for which there is no room has a
    number instead, that of its place in the list, and is in the map's key. ``are_along``: names of
    lines are written along them. ``over_ground`` is how opaque the areas are
    on a background; None: as always.
    """

    geometries: Sequence[BaseGeometry]
    style: Style
    names: Sequence[str] = ()
    name_color: str = QUIET
    are_keyed: bool = False
    are_along: bool = False
    over_ground: float | None = None


def draw_all(
    sheet: Sheet, drawn: Sequence[Drawn], mark: Mark | None = None, covered: BaseGeometry | None = None
) -> list[Numbered]:
    """Draw the layers and marks, then the names, topmost layer first, so that names below avoid those above.

    Return what the map's key has to explain. Its numbers avoid what will be ``covered`` by later signs.
    """
    numbered: list[Numbered] = []
    for layer in drawn:
        _draw(sheet, layer)
    if mark:
        mark(sheet)
    for layer in reversed(drawn):
        if layer.are_along and not sheet.has_ground:
            name_lines(sheet, layer.geometries, layer.names)
        elif any(layer.names) and not layer.are_along:
            named = list(enumerate(zip(layer.geometries, layer.names, strict=True), 1))
            unwritten = [each for each in named if not _name(sheet, *each[1], layer)]
            if unwritten and layer.are_keyed and covered:
                sheet.taken |= covered
            for number, (shape, name) in unwritten if layer.are_keyed else ():
                if shape.intersects(sheet.frame):
                    place_number(sheet, shape, number)
                    numbered.append(Numbered(number, ": ".join(name.split("\n"))))
            sheet.taken |= union_all([shape.intersection(sheet.frame) for shape in layer.geometries])
    return numbered


def _draw(sheet: Sheet, layer: Drawn) -> None:
    if sheet.has_ground and layer.over_ground == 0:
        return
    drawn = layer.style
    lines = _lines(layer.geometries)
    if lines is not None:
        border = PathPatch(lines, facecolor="none", capstyle="butt" if drawn.dash else "round", **_line(drawn))
        sheet.axes.add_artist(border)
    shapes = _outlines(layer.geometries)
    if shapes is None:
        return
    opacity = drawn.fill_opacity if layer.over_ground is None or not sheet.has_ground else layer.over_ground
    if drawn.fill and opacity:
        # add_patch would compute each path's extent, which a map with fixed limits does not need.
        # Fill and border are separate patches, so that each has its own opacity.
        sheet.axes.add_artist(PathPatch(shapes, facecolor=drawn.fill, alpha=opacity, edgecolor="none"))
    if drawn.hatch:
        hatch = HATCHES[drawn.hatch]
        sheet.axes.add_artist(PathPatch(shapes, facecolor="none", edgecolor=drawn.color, hatch=hatch, linewidth=0))
    if drawn.weight:
        sheet.axes.add_artist(PathPatch(shapes, facecolor="none", **_line(drawn)))


def _line(drawn: Style) -> dict[str, Any]:
    return {
        "edgecolor": drawn.color,
        "linewidth": drawn.weight * POINTS_PER_PIXEL,
        "linestyle": line_pattern(drawn),
        "joinstyle": "round",
    }


def line_pattern(drawn: Style) -> Any:
    """Return a style's dashes in matplotlib's format."""
    return (0, tuple(float(part) for part in drawn.dash.split())) if drawn.dash else "solid"


def _parts(geometries: Sequence[BaseGeometry], kind: str) -> list[Any]:
    parts = [part for shape in geometries for part in getattr(shape, "geoms", [shape])]
    return [part for part in parts if part.geom_type == kind and not part.is_empty]


def _lines(geometries: Sequence[BaseGeometry]) -> Path | None:
    """Return all lines as one path, or None if there are none."""
    lines = _parts(geometries, "LineString")
    return Path.make_compound_path(*(Path(np.asarray(line.coords)[:, :2]) for line in lines)) if lines else None


def _outlines(geometries: Sequence[BaseGeometry]) -> Path | None:
    """Return all rings of all polygons as one path, with holes in the opposite direction, or None."""
    polygons = [orient(part) for part in _parts(geometries, "Polygon")]
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    if not rings:
        return None
    return Path.make_compound_path(*(Path(np.asarray(ring.coords)[:, :2], closed=True) for ring in rings))


def _name(sheet: Sheet, shape: BaseGeometry, name: str, layer: Drawn) -> bool:
    """Write a name onto its shape if there is room. Return whether there was."""
    name, _, figure = name.partition("\n")
    below = FIGURE_PT * 0.4 if figure else 0
    width, height = sheet.metres(len(name) * NAME_PT * 0.165 + 1), sheet.metres(NAME_PT * 0.42 + below)
    free = shape.intersection(sheet.frame.buffer(-sheet.metres(2))).difference(sheet.taken)
    # A name is wide and low: squeezing the free space by its aspect ratio turns the search for a fitting box into the
    # search for a circle.
    squeezed = scale(free, xfact=height / width, origin=(0, 0))
    if squeezed.area < height**2:
        return False
    # The result is a line from the circle's centre to its edge.
    circle: Any = maximum_inscribed_circle(squeezed)  # pyright: ignore[reportCallIssue, reportArgumentType]
    if circle.length < height * (0.35 if figure else 0.5):
        return False
    centre = scale(Point(circle.coords[0]), xfact=width / height, origin=(0, 0))
    half = width / 2, height / 2
    covered = box(centre.x - half[0], centre.y - half[1], centre.x + half[0], centre.y + half[1])
    if layer.are_keyed and covered.intersection(sheet.named).area > TOUCHING * covered.area:
        return False
    up = sheet.metres(below / 2)
    halo_text(sheet.axes, centre.x, centre.y + up, name, size=NAME_PT, color=layer.name_color)
    if figure:
        lowered = centre.y - sheet.metres(NAME_PT * 0.2)
        halo_text(sheet.axes, centre.x, lowered, figure, size=FIGURE_PT, weight="semibold")
    sheet.taken |= covered
    sheet.named |= covered
    return True


def furnish(sheet: Sheet, language: str) -> None:
    """Draw the north arrow and the scale bar."""
    west, south, east, north = sheet.frame.bounds
    margin = sheet.metres(4)
    x, top, height, half = east - margin, north - margin, sheet.metres(6.5), sheet.metres(1.7)
    arrow = [(x, top), (x + half, top - height), (x, top - height * 0.72), (x - half, top - height)]
    sheet.axes.fill(*zip(*arrow, strict=True), facecolor=style.INK, edgecolor=style.PAPER, linewidth=0.6, zorder=20)
    halo_text(sheet.axes, x, top - height - sheet.metres(2), "N", size=7.5, weight="semibold")
    length = next(known for known in reversed(BAR_LENGTHS) if known <= sheet.metres(sheet.size.width * 0.3))
    left, right, y, tick = west + margin, west + margin + length, south + margin, sheet.metres(1.3)
    halo = [patheffects.withStroke(linewidth=2.6, foreground=style.PAPER)]
    bar = ([left, left, right, right], [y + tick, y, y, y + tick])
    sheet.axes.plot(*bar, color=style.INK, linewidth=0.9, path_effects=halo, zorder=20)
    label = f"{number(length / 1000, language)} km" if length >= 1000 else f"{number(length, language)} m"
    shown = label.replace(" ", "\N{NO-BREAK SPACE}")
    halo_text(sheet.axes, (left + right) / 2, y + sheet.metres(2.2), shown, size=7)
    sheet.taken |= box(left, y, right, y + sheet.metres(4)) | box(x - half, top - height * 1.6, x + half, top)
