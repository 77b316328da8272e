"""A legend below a picture: samples with their labels, in lines as wide as the picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Patch, Polygon, Rectangle

from maps import style
from maps.printed.drawing import HATCHES, POINTS_PER_PIXEL, line_pattern
from maps.printed.sheet import paper, text_width
from maps.style import Style

LABEL_PT = 7.5
LINE_MM = 5.2
SAMPLE_MM = (6.5, 3.2)
GAP_MM = 1.6
BETWEEN_MM = 5
ABOVE_MM = 2.4
SIGN_MM = 3.2


@dataclass(frozen=True, slots=True)
class Key:
    """A style sample and its label. The shape "point" uses the style's symbol: circle, square or diamond.

    The shape "note" is a label without a sample.
    """

    label: str
    style: Style
    shape: Literal["area", "line", "point", "tick", "note"] = "area"


def legend_height(keys: Sequence[Key], width: float) -> float:
    """Return the height of the legend below a picture of the given width, both in millimetres."""
    return ABOVE_MM + LINE_MM * len(_rows(keys, width)) if keys else 0


def add_legend(figure: Figure, keys: Sequence[Key], below: float = 0) -> None:
    """Draw the legend at the lower edge of the picture, or ``below`` millimetres above it."""
    if not keys:
        return
    size = paper(figure)
    height = legend_height(keys, size.width)
    axes = figure.add_axes((0, below / size.height, 1, height / size.height))
    axes.set_axis_off()
    axes.set(xlim=(0, size.width), ylim=(0, height))
    for number, row in enumerate(_rows(keys, size.width)):
        x, y = 1.0, height - ABOVE_MM - LINE_MM * (number + 0.5)
        for key in row:
            _sample(axes, x, y, key)
            known: dict[str, Any] = {"fontsize": LABEL_PT, "color": style.INK, "va": "center_baseline"}
            axes.text(x + _indent(key), y, key.label, parse_math=False, **known)
            x += _width(key)


def _rows(keys: Sequence[Key], width: float) -> list[list[Key]]:
    """Return the keys in rows that are no wider than the picture."""
    rows: list[list[Key]] = [[]]
    left = width - 1
    for key in keys:
        if _width(key) - BETWEEN_MM > left and rows[-1]:
            rows.append([])
            left = width - 1
        rows[-1].append(key)
        left -= _width(key)
    return rows


def _width(key: Key) -> float:
    return _indent(key) + text_width(key.label, LABEL_PT) + BETWEEN_MM


def _indent(key: Key) -> float:
    return 0 if key.shape == "note" else SAMPLE_MM[0] + GAP_MM


def _sample(axes: Axes, x: float, y: float, key: Key) -> None:
    width, height = SAMPLE_MM
    drawn = key.style
    weight = drawn.weight * POINTS_PER_PIXEL
    if key.shape == "line":
        line = Line2D((x, x + width), (y, y), color=drawn.color, linewidth=weight, linestyle=line_pattern(drawn))
        line.set_dash_capstyle("butt")
        axes.add_line(line)
    elif key.shape == "tick":
        middle = x + width / 2
        axes.plot((middle, middle), (y - height / 2, y + height / 2), color=drawn.color, linewidth=weight)
    elif key.shape != "note":
        for patch in _patches(x, y, key):
            axes.add_patch(patch)


def _patches(x: float, y: float, key: Key) -> Iterator[Patch]:
    """Yield the fill, hatch and border of a sample for an area or a point."""
    drawn = key.style
    if drawn.fill:
        yield _outline(x, y, key, facecolor=drawn.fill, alpha=drawn.fill_opacity, edgecolor="none")
    if drawn.hatch:
        yield _outline(x, y, key, fill=False, edgecolor=drawn.color, hatch=HATCHES[drawn.hatch], linewidth=0)
    weight = drawn.weight * POINTS_PER_PIXEL
    yield _outline(x, y, key, fill=False, edgecolor=drawn.color, linewidth=weight, linestyle=line_pattern(drawn))


def _outline(x: float, y: float, key: Key, **known: Any) -> Patch:
    width, height = SAMPLE_MM
    if key.shape == "area":
        return Rectangle((x, y - height / 2), width, height, **known)
    middle, half = x + width / 2, SIGN_MM / 2
    if key.style.symbol == "square":
        return Rectangle((middle - half, y - half), SIGN_MM, SIGN_MM, **known)
    if key.style.symbol == "diamond":
        half *= sqrt(2)
        return Polygon([(middle - half, y), (middle, y - half), (middle + half, y), (middle, y + half)], **known)
    return Circle((middle, y), half, **known)
