"""Which rings of Esri's polygons are holes, and of which: Shapefiles and Esri JSON only list them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely


def nested(rings: Sequence[Any]) -> list[list[int]]:
    """Return for each area the numbers of its outer ring and of its holes, given the rings' positions.

    Outer ones run clockwise, and a hole belongs to the smallest one around it; a hole that is in none is an area whose
    ring runs the wrong way.
    """
    areas: list[list[int]] = []
    holes: list[int] = []
    for number, points in enumerate(rings):
        x, y = points[:, 0], points[:, 1]
        clockwise = float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) <= 0
        if clockwise or len(rings) == 1:
            areas.append([number])
        else:
            holes.append(number)
    shells = [shapely.Polygon(rings[number]) for number, *_ in areas]
    for hole in holes:
        inside = shapely.Polygon(rings[hole]).representative_point()
        around = [index for index, shell in enumerate(shells) if shell.covers(inside)]
        if around:
            areas[min(around, key=lambda index: shells[index].area)].append(hole)
        else:
            areas.append([hole])
    return areas
