"""Static maps for print, in the palette of all maps: an extract around a place, and places in the city.

A map has a size on paper and a scale, and is true to both: 25 mm at 1:2,000 are 50 m. It comes as SVG, whose text stays
text. Numbers, north arrow and scale bar belong to the map; titles and legends to the document around it.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from io import BytesIO
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager, patheffects
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from shapely import Point, Polygon, maximum_inscribed_circle, total_bounds, union_all
from shapely.affinity import scale
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from geo.formatting import number
from maps import style
from maps.style import Style

FONT = "Source Sans 3"
FONTS = files("maps").joinpath("vendor/source-sans")
MM_PER_INCH = 25.4
POINTS_PER_PIXEL = 0.75
SCALES = tuple(step * 10**power for power in range(2, 7) for step in (1, 1.5, 2, 2.5, 3, 4, 5, 7.5))
BAR_LENGTHS = tuple(step * 10**power for power in range(6) for step in (1, 2, 5))
HATCHES = {"diagonal": "////", "opposite": "\\\\\\\\", "cross": "xxxx", "dots": "...."}
SETTINGS: Any = {
    "font.family": FONT,
    "svg.fonttype": "none",
    "svg.hashsalt": "flurwerk",
    "hatch.linewidth": 0.5,
    "axes.linewidth": 0,
}
NAME_PT = 6.2
"""The size of the names of places."""
MARKER_MM = 5.2
"""The diameter of a numbered marker."""


class Size(NamedTuple):
    """Of a picture on paper, in millimetres."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """Geometries (EPSG:25832) that are drawn alike, with the names that stand on them, where there are any."""

    geometries: Sequence[BaseGeometry]
    style: Style
    names: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A map as SVG, its scale (2500 stands for 1:2,500) and the part of the world that it shows."""

    svg: str
    size: Size
    scale: int
    frame: BaseGeometry


@dataclass(slots=True)
class Sheet:
    """A map that is being drawn."""

    axes: Axes
    size: Size
    scale: float
    figure: Figure = field(repr=False)
    taken: BaseGeometry = field(default_factory=Polygon)
    """Where no name may stand: on what the map is about, and on other names."""

    def metres(self, millimetres: float) -> float:
        """How far a length on paper is in the world."""
        return millimetres * self.scale / 1000

    @property
    def frame(self) -> BaseGeometry:
        """The part of the world that is shown."""
        (west, east), (south, north) = self.axes.get_xlim(), self.axes.get_ylim()
        return box(west, south, east, north)


def site(about: BaseGeometry, drawn: Sequence[Drawn], size: Size, language: str, share: float = 0.42) -> Picture:
    """The surroundings of a place, which takes up that share of the map at most; later layers lie on top."""
    west, south, east, north = about.bounds
    wanted = max((east - west) / size.width, (north - south) / size.height) * 1000 / share
    rounded = next((known for known in SCALES if known >= max(wanted, 1000)), SCALES[-1])
    with _sheet(((west + east) / 2, (south + north) / 2), rounded, size) as sheet:
        sheet.taken = about.buffer(sheet.metres(1))
        _furnish(sheet, language)
        _draw_all(sheet, drawn)
        return _picture(sheet)


def overview(drawn: Sequence[Drawn], places: Sequence[Point], size: Size, language: str) -> Picture:
    """Places within the whole of the first layer: one as a pin, several with their numbers, beginning with 1."""
    west, south, east, north = total_bounds(list(drawn[0].geometries) or list(places))
    needed = max((east - west) / size.width, (north - south) / size.height, 1) * 1000 * 1.04
    with _sheet(((west + east) / 2, (south + north) / 2), needed, size) as sheet:
        _furnish(sheet, language)
        _draw_all(sheet, drawn)
        if len(places) == 1:
            _pin(sheet, places[0])
        else:
            _numbers(sheet, places)
        return _picture(sheet)


def _draw_all(sheet: Sheet, drawn: Sequence[Drawn]) -> None:
    """Draw the layers, and then name what has names, the uppermost first: names below keep clear of it."""
    for layer in drawn:
        _draw(sheet, layer)
    for layer in reversed(drawn):
        if layer.names:
            for shape, name in zip(layer.geometries, layer.names, strict=True):
                _name(sheet, shape, name)
            sheet.taken |= union_all([shape.intersection(sheet.frame) for shape in layer.geometries])


def _draw(sheet: Sheet, layer: Drawn) -> None:
    shapes = _outlines(layer.geometries)
    if shapes is None:
        return
    drawn = layer.style
    pattern: Any = (0, tuple(float(part) for part in drawn.dash.split())) if drawn.dash else "solid"
    if drawn.fill:
        # Fill and border apart, so that each has an opacity of its own.
        sheet.axes.add_patch(PathPatch(shapes, facecolor=drawn.fill, alpha=drawn.fill_opacity, edgecolor="none"))
    if drawn.hatch:
        hatch = HATCHES[drawn.hatch]
        sheet.axes.add_patch(PathPatch(shapes, facecolor="none", edgecolor=drawn.color, hatch=hatch, linewidth=0))
    weight = drawn.weight * POINTS_PER_PIXEL
    border = PathPatch(shapes, facecolor="none", edgecolor=drawn.color, linewidth=weight, linestyle=pattern)
    sheet.axes.add_patch(border)


def _outlines(geometries: Sequence[BaseGeometry]) -> Path | None:
    """All rings of all polygons as one path; holes turn the other way."""
    polygons = [orient(part) for shape in geometries for part in getattr(shape, "geoms", [shape]) if not part.is_empty]
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    if not rings:
        return None
    return Path.make_compound_path(*(Path(np.asarray(ring.coords)[:, :2], closed=True) for ring in rings))


def _name(sheet: Sheet, shape: BaseGeometry, name: str) -> None:
    """Write a name onto its shape, where there is room for it."""
    width, height = sheet.metres(len(name) * NAME_PT * 0.165 + 1), sheet.metres(NAME_PT * 0.42)
    free = shape.intersection(sheet.frame.buffer(-sheet.metres(2))).difference(sheet.taken)
    # A name is wide and low: drawn together by that measure, where it fits is a circle.
    squeezed = scale(free, xfact=height / width, origin=(0, 0))
    if squeezed.area < height**2:
        return
    # Drawn from the centre to the edge.
    circle: Any = maximum_inscribed_circle(squeezed)  # pyright: ignore[reportCallIssue, reportArgumentType]
    if circle.length < height * 0.5:
        return
    centre = scale(Point(circle.coords[0]), xfact=width / height, origin=(0, 0))
    _text(sheet, centre.x, centre.y, name, size=NAME_PT, color=style.GONE)
    half = width / 2, height / 2
    sheet.taken |= box(centre.x - half[0], centre.y - half[1], centre.x + half[0], centre.y + half[1])


def _furnish(sheet: Sheet, language: str) -> None:
    """The north arrow and the scale bar."""
    west, south, east, north = sheet.frame.bounds
    margin = sheet.metres(4)
    x, top, height, half = east - margin, north - margin, sheet.metres(6.5), sheet.metres(1.7)
    arrow = [(x, top), (x + half, top - height), (x, top - height * 0.72), (x - half, top - height)]
    sheet.axes.fill(*zip(*arrow, strict=True), facecolor=style.INK, edgecolor=style.PAPER, linewidth=0.6, zorder=20)
    _text(sheet, x, top - height - sheet.metres(2), "N", size=7.5, weight="semibold")
    length = next(known for known in reversed(BAR_LENGTHS) if known <= sheet.metres(sheet.size.width * 0.3))
    left, right, y, tick = west + margin, west + margin + length, south + margin, sheet.metres(1.3)
    halo = [patheffects.withStroke(linewidth=2.6, foreground=style.PAPER)]
    bar = ([left, left, right, right], [y + tick, y, y, y + tick])
    sheet.axes.plot(*bar, color=style.INK, linewidth=0.9, path_effects=halo, zorder=20)
    said = f"{number(length / 1000, language)} km" if length >= 1000 else f"{number(length, language)} m"
    _text(sheet, (left + right) / 2, y + sheet.metres(2.2), said.replace(" ", "\N{NO-BREAK SPACE}"), size=7)
    sheet.taken |= box(left, y, right, y + sheet.metres(4)) | box(x - half, top - height * 1.6, x + half, top)


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
    """Numbered markers that do not cover each other; one that had to move is tied to its place by a line."""
    true = np.array([(place.x, place.y) for place in places])
    shown = spread(true, sheet.metres(MARKER_MM * 1.06), sheet.frame.buffer(-sheet.metres(MARKER_MM / 2)).bounds)
    for order, ((x, y), (at_x, at_y)) in enumerate(zip(true, shown, strict=True), 1):
        above = 30 + 3 * order
        sheet.axes.plot([x, at_x], [y, at_y], color=style.PERIOD, linewidth=0.7, zorder=29)
        sheet.axes.plot(x, y, "o", color=style.PERIOD, markersize=2.2, zorder=29)
        disc = {"color": style.PERIOD, "markeredgecolor": style.PAPER, "markeredgewidth": 0.7}
        sheet.axes.plot(at_x, at_y, "o", markersize=MARKER_MM / MM_PER_INCH * 72, zorder=above, **disc)
        known = {"color": style.PAPER, "fontsize": 7.6, "fontweight": "semibold", "zorder": above + 1}
        sheet.axes.text(at_x, at_y, str(order), ha="center", va="center_baseline", **known)


def spread(places: "np.ndarray[Any, Any]", apart: float, bounds: Sequence[float]) -> "np.ndarray[Any, Any]":
    """The same places, moved until they lie that far apart (as far as there is room) and within the bounds."""
    west, south, east, north = bounds
    # Places that coincide need a direction in which to part.
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


def _text(
    sheet: Sheet, x: float, y: float, text: str, *, size: float, color: str = style.INK, weight: str = "normal"
) -> None:
    """A text with a light halo. The halo is outlines; the text itself stays text."""
    # A dollar sign would begin a formula.
    known: dict[str, Any] = {
        "fontsize": size,
        "fontweight": weight,
        "ha": "center",
        "va": "center",
        "parse_math": False,
    }
    halo = [patheffects.Stroke(linewidth=1.8, foreground=style.PAPER)]
    sheet.axes.text(x, y, text, color=style.PAPER, path_effects=halo, zorder=21, **known)
    sheet.axes.text(x, y, text, color=color, zorder=22, **known)


@contextmanager
def _sheet(centre: tuple[float, float], denominator: float, size: Size) -> Iterator[Sheet]:
    _register_fonts()
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(size.width / MM_PER_INCH, size.height / MM_PER_INCH), facecolor=style.OUTSIDE)
        FigureCanvasSVG(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        width, height = size.width * denominator / 1000, size.height * denominator / 1000
        axes.set(
            xlim=(centre[0] - width / 2, centre[0] + width / 2), ylim=(centre[1] - height / 2, centre[1] + height / 2)
        )
        axes.set_autoscale_on(False)
        yield Sheet(axes, size, denominator, figure)


def _picture(sheet: Sheet) -> Picture:
    stream = BytesIO()
    sheet.figure.savefig(stream, format="svg", metadata={"Date": None})
    return Picture(stream.getvalue().decode(), sheet.size, round(sheet.scale), sheet.frame)


def _register_fonts() -> None:
    if FONT in font_manager.fontManager.get_font_names():
        return
    with as_file(FONTS) as folder:
        for path in sorted(folder.glob("*.ttf")):
            font_manager.fontManager.addfont(path)
