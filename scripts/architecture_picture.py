"""Draws docs/pictures/architecture.svg from the imports of geo, maps and api: ``make pictures``.

Each package or module directly below geo, maps and api is a box. It is above everything that it imports in the same
part, so imports point downwards. An arrow that is implied by others is omitted.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import grimp
import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from maps.printed.sheet import Size, page, svg, wrapped
from maps.style import INK, PAPER

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "pictures" / "architecture.svg"
COMMON = "modules shared by all"

# In millimetres; font sizes in points.
WIDTH = 260.0
TITLE_WIDTH = 42.0
PADDING = 3.0
GAP = 6.0
BAND_GAP = 8.0
NAME_HEIGHT = 7.0
LINE = 4.2
NORMAL = 11.0
SMALL = 9.5
MIN_TEXT = 10
LINE_COLOR = "#8a8f98"


class Part(NamedTuple):
    """One of the three packages, with its purpose and colour."""

    name: str
    purpose: str
    color: str


PARTS = (
    Part("api", "the command and the web service", "#dbe7f3"),
    Part("maps", "what people look at: pages, maps, documents", "#e3efdc"),
    Part("geo", "the records and the figures", "#f6ead2"),
)

Edges = dict[str, set[str]]
"""The boxes that each box imports."""


class Box(NamedTuple):
    """A box of the picture: its corner in millimetres from the upper left, its size and its texts."""

    x: float
    y: float
    width: float
    height: float
    name: str
    lines: Sequence[str]


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(picture(), "utf-8")


def picture() -> str:
    """Return the picture as SVG."""
    graph = grimp.build_graph(*(part.name for part in PARTS), cache_dir=None)
    bands = [(part, *boxes_of(graph, part.name)) for part in PARTS]
    placed: list[tuple[Part, Edges, dict[str, Box], float, float]] = []
    y = 0.0
    for part, edges, contents in bands:
        boxes, height = layout(rows(edges), contents, y)
        placed.append((part, edges, boxes, y, height))
        y += height + BAND_GAP
    total = y - BAND_GAP
    with page(Size(WIDTH, total), PAPER) as figure, mpl.rc_context({"svg.fonttype": "path"}):
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(total, 0))
        axes.set_axis_off()
        for part, edges, boxes, top, height in placed:
            draw_part(axes, part, top, height)
            for name, targets in sorted(reduced(edges).items()):
                for target in sorted(targets):
                    draw_import(axes, boxes[name], boxes[target])
            for box in boxes.values():
                draw_box(axes, box)
            if part is not PARTS[-1]:
                below = top + height
                draw_arrow(axes, (WIDTH / 2, below), (WIDTH / 2, below + BAND_GAP), thick=True)
        return svg(figure)


def layout(
    order: Sequence[Sequence[str]], contents: Mapping[str, Sequence[str]], top: float
) -> tuple[dict[str, Box], float]:
    """Return the boxes of a part that begins at `top`, and its height.

    The boxes of a row share the width according to the lengths of their texts.
    """
    boxes: dict[str, Box] = {}
    y = top + PADDING
    for names in order:
        wanted = [max(MIN_TEXT, len(", ".join(contents[name]))) ** 0.5 for name in names]
        space = WIDTH - TITLE_WIDTH - PADDING - GAP * (len(names) - 1)
        widths = [space * share / sum(wanted) for share in wanted]
        lines = [
            wrapped(", ".join(contents[name]), width - 2 * PADDING, SMALL, lines=9) if contents[name] else []
            for name, width in zip(names, widths, strict=True)
        ]
        height = NAME_HEIGHT + LINE * max(map(len, lines)) + (1.5 if any(lines) else 0)
        x = TITLE_WIDTH
        for name, width, text in zip(names, widths, lines, strict=True):
            boxes[name] = Box(x, y, width, height, name, text)
            x += width + GAP
        y += height + GAP
    return boxes, y - GAP + PADDING - top


def draw_part(axes: Axes, part: Part, top: float, height: float) -> None:
    """Draw the coloured background of a part with its name and purpose."""
    axes.add_patch(Rectangle((0, top), WIDTH, height, facecolor=part.color, edgecolor="none"))
    axes.text(PADDING, top + 9, part.name, fontsize=22, fontweight="semibold", color=INK, va="center")
    for number, line in enumerate(wrapped(part.purpose, TITLE_WIDTH - 2 * PADDING, NORMAL, lines=4)):
        axes.text(PADDING, top + 18 + number * 5, line, fontsize=NORMAL, color=INK, va="center")


def draw_box(axes: Axes, box: Box) -> None:
    """Draw a box with its name above its contents."""
    shape = FancyBboxPatch(
        (box.x, box.y), box.width, box.height, "round,pad=0,rounding_size=1.5", facecolor=PAPER, edgecolor=LINE_COLOR
    )
    axes.add_patch(shape).set_zorder(3)
    x = box.x + PADDING
    axes.text(
        x, box.y + NAME_HEIGHT / 2, box.name, fontsize=12, fontweight="semibold", color=INK, va="center", zorder=4
    )
    for number, line in enumerate(box.lines):
        y = box.y + NAME_HEIGHT + LINE * (number + 0.35)
        axes.text(x, y, line, fontsize=SMALL, color=INK, va="center", zorder=4)


def draw_import(axes: Axes, importer: Box, target: Box) -> None:
    """Draw an arrow from the lower edge of a box to the upper edge of another, as upright as possible."""
    left, right = max(importer.x, target.x), min(importer.x + importer.width, target.x + target.width)
    if right - left > 2 * PADDING:
        start = end = (left + right) / 2
    else:
        start, end = importer.x + importer.width - PADDING, target.x + PADDING
        if importer.x > target.x:
            start, end = importer.x + PADDING, target.x + target.width - PADDING
    draw_arrow(axes, (start, importer.y + importer.height), (end, target.y))


def draw_arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], *, thick: bool = False) -> None:
    """Draw an arrow behind the boxes."""
    style = "simple,head_length=9,head_width=14,tail_width=5" if thick else "-|>,head_length=3,head_width=1.6"
    drawn = FancyArrowPatch(
        start, end, arrowstyle=style, shrinkA=0, shrinkB=0, color=INK if thick else LINE_COLOR, lw=0.9
    )
    axes.add_patch(drawn).set_zorder(2)


def boxes_of(graph: grimp.ImportGraph, part: str) -> tuple[Edges, dict[str, list[str]]]:
    """Return the imports between the boxes of a part, and the names to write into each box.

    Single modules that import no package of their part share one box.
    """
    children = sorted(graph.find_children(part))
    packages = {child for child in children if graph.find_children(child)}
    imports = {child: imported(graph, child, children) for child in children}
    common = {child for child in children if child not in packages}
    while rest := {child for child in common if imports[child] - common}:
        common -= rest
    edges: Edges = {}
    contents: dict[str, list[str]] = {}
    for child in children:
        name = COMMON if child in common else last(child)
        targets = {COMMON if target in common else last(target) for target in imports[child]}
        edges.setdefault(name, set()).update(targets - {name})
        names = (
            [last(child)] if child in common else sorted({*map(last, graph.find_children(child)), *sql_folders(child)})
        )
        contents.setdefault(name, []).extend(each for each in names if not each.startswith("_"))
    return edges, contents


def imported(graph: grimp.ImportGraph, child: str, children: Iterable[str]) -> set[str]:
    """Return which others of the children a child imports, by any of its modules."""
    return {
        other
        for other in children
        if other != child and graph.direct_import_exists(importer=child, imported=other, as_packages=True)
    }


def sql_folders(package: str) -> set[str]:
    """Return the folders of a package that contain SQL and no module."""
    folder = ROOT.joinpath(*package.split("."))
    return {path.parent.name for path in folder.glob("*/*.sql") if not (path.parent / "__init__.py").exists()}


def last(module: str) -> str:
    """Return the last part of a module's name."""
    return module.rpartition(".")[2]


def rows(edges: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the boxes row by row, each below all that import it. Raises ValueError if imports form a cycle."""
    placed: list[list[str]] = []
    left = set(edges)
    while left:
        row = sorted(name for name in left if not any(name in edges[other] for other in left))
        if not row:
            raise ValueError(f"{', '.join(sorted(left))} import each other in a cycle.")
        placed.append(row)
        left -= set(row)
    # From the bottom up, so that boxes are near those that they import.
    place: dict[str, float] = {}
    for row in reversed(placed):
        row.sort(key=lambda name: nearness([place[target] for target in reduced(edges)[name]]))
        place |= {name: (number + 0.5) / len(row) for number, name in enumerate(row)}
    return placed


def nearness(places: Sequence[float]) -> tuple[float, int]:
    """Return the sort key of a box whose imports are at these places, from 0 (left) to 1."""
    return (sum(places) / len(places) if places else 0.5, len(places))


def reduced(edges: Mapping[str, set[str]]) -> Edges:
    """Return the imports without those that are implied by others."""

    def below(name: str) -> set[str]:
        return edges[name].union(*(below(other) for other in edges[name]))

    return {
        name: targets - set().union(*(below(target) for target in targets)) if targets else set()
        for name, targets in edges.items()
    }


if __name__ == "__main__":
    main()
