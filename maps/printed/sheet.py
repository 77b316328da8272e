"""Sheets that pictures are drawn on: a size on paper, our fonts, and output as SVG and PNG."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import as_file
from io import BytesIO
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib import font_manager, patheffects
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from shapely import Polygon
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from maps import fonts, style

MM_PER_INCH = 25.4
POINTS_PER_INCH = 72
PRINT_DPI = 300
UNSMOOTHED = ' style="image-rendering:crisp-edges;image-rendering:pixelated"'
"""What matplotlib says of pictures that it puts into an SVG as they are."""
SETTINGS: Any = {
    "font.family": fonts.families(),
    "svg.fonttype": "none",
    "svg.hashsalt": "flurwerk",
    "hatch.linewidth": 0.5,
    "axes.linewidth": 0,
}


class Size(NamedTuple):
    """The size of a picture on paper, in millimetres."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A map as SVG, its scale (2500 means 1:2,500) and the extent that it shows (in the stored CRS).

    ``png`` is the same map for print, or empty if it was not requested.
    """

    svg: str
    size: Size
    scale: int
    frame: BaseGeometry
    png: bytes = b""


@dataclass(slots=True)
class Sheet:
    """A map in progress."""

    axes: Axes
    size: Size
    scale: float
    figure: Figure = field(repr=False)
    taken: BaseGeometry = field(default_factory=Polygon)
    """The space where no name may be placed: the map's subject, and other names."""
    named: BaseGeometry = field(default_factory=Polygon)
    """The space that names take up."""
    has_ground: bool = False
    """Whether a background has been drawn."""

    def metres(self, millimetres: float) -> float:
        """Return a length on paper (millimetres) as metres on the ground."""
        return millimetres * self.scale / 1000

    @property
    def frame(self) -> BaseGeometry:
        """The extent that is shown, as a box in the map's CRS."""
        (west, east), (south, north) = self.axes.get_xlim(), self.axes.get_ylim()
        return box(west, south, east, north)

    def enlarge(self, millimetres: float) -> None:
        """Add white below the map and what is under it."""
        if not millimetres:
            return
        width, height = self.figure.get_size_inches()
        taller = height + millimetres / MM_PER_INCH
        self.figure.set_size_inches(width, taller)
        share = self.size.height / MM_PER_INCH / taller
        self.axes.set_position((0, 1 - share, 1, share))
        self.figure.set_facecolor(style.PAPER)

    def picture(self, *, is_for_print: bool = False) -> Picture:
        """Return the map as drawn so far, with a PNG if ``is_for_print``."""
        made = png(self.figure) if is_for_print else b""
        return Picture(svg(self.figure), Size(*paper(self.figure)), round(self.scale), self.frame, made)


@contextmanager
def page(size: Size, background: str = style.PAPER) -> Iterator[Figure]:
    """Open an empty figure of the given size, set up with our fonts."""
    register_fonts()
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(size.width / MM_PER_INCH, size.height / MM_PER_INCH), facecolor=background)
        FigureCanvasSVG(figure)
        yield figure


@contextmanager
def sheet(centre: tuple[float, float], denominator: float, size: Size, below: float = 0) -> Iterator[Sheet]:
    """Open a map of the given size and scale around a centre, with ``below`` millimetres of white below it."""
    with page(Size(size.width, size.height + below), style.PAPER if below else style.OUTSIDE) as figure:
        share = size.height / (size.height + below)
        axes = figure.add_axes((0, 1 - share, 1, share))
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_facecolor(style.OUTSIDE)
        width, height = size.width * denominator / 1000, size.height * denominator / 1000
        west, south = centre[0] - width / 2, centre[1] - height / 2
        axes.set(xlim=(west, west + width), ylim=(south, south + height))
        axes.set_autoscale_on(False)
        yield Sheet(axes, size, denominator, figure)


def svg(figure: Figure) -> str:
    """Return the figure as SVG; the output is reproducible."""
    stream = BytesIO()
    figure.savefig(stream, format="svg", metadata={"Date": None})
    # Readers of the file may then smooth what they enlarge.
    return stream.getvalue().decode().replace(UNSMOOTHED, "")


def png(figure: Figure) -> bytes:
    """Return the figure as PNG at 300 dpi."""
    stream = BytesIO()
    figure.savefig(stream, format="png", dpi=PRINT_DPI, pil_kwargs={"compress_level": 3})
    return stream.getvalue()


def paper(figure: Figure) -> Size:
    """Return the size of a figure in millimetres."""
    width, height = figure.get_size_inches()
    return Size(round(float(width) * MM_PER_INCH, 2), round(float(height) * MM_PER_INCH, 2))


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Return the width of a text in millimetres; ``size`` is in points."""
    register_fonts()
    known = FontProperties(family=fonts.families(), weight=weight, size=size)
    # Measured between two letters, since leading and trailing spaces leave no ink.
    between, without = (
        text_to_path.get_text_width_height_descent(letters, known, ismath=False)[0] for letters in (f"n{text}n", "nn")
    )
    return float(between - without) / POINTS_PER_INCH * MM_PER_INCH


def wrapped(text: str, width: float, size: float, *, lines: int, weight: str = "normal") -> list[str]:
    """Return the text in at most ``lines`` lines of ``width`` millimetres, cut off by an ellipsis if too long."""
    found = [""]
    for word in text.split(" "):
        longer = f"{found[-1]} {word}".strip()
        if found[-1] and text_width(longer, size, weight) > width:
            found.append(word)
        else:
            found[-1] = longer
    if len(found) <= lines:
        return found
    return [*found[: lines - 1], _cut(" ".join(found[lines - 1 :]), width, size, weight)]


def _cut(text: str, width: float, size: float, weight: str) -> str:
    while text and text_width(f"{text}…", size, weight) > width:
        text = text[:-1].rstrip()
    return f"{text}…"


def halo_text(
    axes: Axes, x: float, y: float, text: str, *, size: float, color: str = style.INK, weight: str = "normal"
) -> None:
    """Write a text with a light halo. The halo is drawn as outlines; the text itself remains text."""
    # parse_math: a dollar sign would start a formula.
    known: dict[str, Any] = {
        "fontsize": size,
        "fontweight": weight,
        "ha": "center",
        "va": "center",
        "parse_math": False,
    }
    axes.text(x, y, text, color=style.PAPER, path_effects=halo(), zorder=21, **known)
    axes.text(x, y, text, color=color, zorder=22, **known)


def halo() -> list[Any]:
    """Return the light outline of a text on a map."""
    return [patheffects.Stroke(linewidth=1.8, foreground=style.PAPER)]


@cache
def register_fonts() -> None:
    """Register the fonts of documents with matplotlib."""
    with as_file(fonts.FONTS) as folder:
        for path in (*sorted(folder.glob("*.ttf")), *fonts.own_files().values()):
            font_manager.fontManager.addfont(path)
