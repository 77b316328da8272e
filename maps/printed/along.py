"""Names along lines: each once, on its straightest stretch that is long enough and free."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from shapely import LineString, get_parts, line_merge, union_all
from shapely.geometry.base import BaseGeometry

from maps import style
from maps.printed.sheet import Sheet, halo, text_width

NAME_PT = 5.8
STEP_MM = 4
STRAIGHT = 0.985
"""How long the straight line between a stretch's ends is at least, relative to the stretch."""
APART_MM = 0.6


def name_lines(sheet: Sheet, lines: Sequence[BaseGeometry], names: Sequence[str]) -> None:
    """Write the names of lines along them, the longest line first; several lines of one name have it once."""
    by_name: dict[str, list[BaseGeometry]] = {}
    for line, name in zip(lines, names, strict=True):
        if name:
            by_name.setdefault(name, []).append(line)
    inside = sheet.frame.buffer(-sheet.metres(2))
    shown = {name: union_all(parts).intersection(inside) for name, parts in by_name.items()}
    for name, line in sorted(shown.items(), key=lambda one: (-one[1].length, one[0])):
        _write(sheet, line, name)


def _write(sheet: Sheet, line: BaseGeometry, name: str) -> None:
    width = text_width(name, NAME_PT) + 2
    for stretch in _stretches(sheet, line, sheet.metres(width)):
        covered = stretch.buffer(sheet.metres(NAME_PT * 0.2 + APART_MM))
        if covered.intersects(sheet.taken):
            continue
        (x0, y0), (x1, y1) = stretch.coords[0][:2], stretch.coords[-1][:2]
        angle = math.degrees(math.atan2(y1 - y0, x1 - x0))
        upright = angle - 180 if angle > 90 else angle + 180 if angle <= -90 else angle
        known: Any = {
            "fontsize": NAME_PT,
            "ha": "center",
            "va": "center",
            "rotation": upright,
            "rotation_mode": "anchor",
            "parse_math": False,
        }
        at = (x0 + x1) / 2, (y0 + y1) / 2
        sheet.axes.text(*at, name, color=style.PAPER, path_effects=halo(), zorder=18, **known)
        sheet.axes.text(*at, name, color=style.GONE, zorder=19, **known)
        sheet.taken |= covered
        return


def _stretches(sheet: Sheet, line: BaseGeometry, length: float) -> Iterator[LineString]:
    """Yield the ends' connections of stretches of a line that have this length and are straight, from the middle on."""
    merged = line_merge(line) if line.geom_type == "MultiLineString" else line
    for part in sorted(get_parts(merged), key=lambda one: -one.length):
        if part.geom_type != "LineString" or part.length < length:
            continue
        middle, free = part.length / 2, part.length - length
        steps = int(free / 2 / sheet.metres(STEP_MM)) + 1
        for step in range(steps):
            for side in (1, -1) if step else (1,):
                start = middle - length / 2 + side * step * sheet.metres(STEP_MM)
                first, last = part.interpolate(start), part.interpolate(start + length)
                if first.distance(last) >= STRAIGHT * length:
                    yield LineString([first, last])
