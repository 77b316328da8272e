"""Keeps track of the plots that are still whole, so that none is oversold."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon
from shapely.ops import split

from generator.common import Floats, Row, checked, rounded


def area_of(plot: Row) -> int:
    """Return the area that may be sold: the official one, otherwise the drawn one, in whole square metres."""
    return int(plot.get("official_area_m2") or plot["geometry"].area)


class LandBook:
    """The plots by source_id, and those that are still whole."""

    def __init__(self, plots: list[Row]) -> None:
        self.plots = {plot["source_id"]: plot for plot in plots}
        self._whole = [p for p in plots if p.get("offered_on") and not p.get("withdrawn_on") and not p.get("note")]

    def whole(self, low: float, high: float, ownership: str | None = None) -> list[Row]:
        """Return plots on offer within a range of sizes, of which nothing has been taken."""
        return [plot for plot in self._whole if low <= area_of(plot) <= high and ownership in (None, plot["ownership"])]

    def not_offered(self, ownership: str) -> list[Row]:
        """Return plots that are not on offer yet."""
        return [p for p in self.plots.values() if not p.get("offered_on") and p["ownership"] == ownership]

    def take(self, plot: Row) -> Row:
        """Take the plot for a deal and set its official area, since land is surveyed before a deal."""
        self._whole.remove(plot)
        plot["official_area_m2"] = area_of(plot)
        return plot


def part_of(plot: Polygon, area: float) -> Polygon:
    """Return a piece of the plot with the given area, cut off across its longer side."""
    corners = np.array(checked(plot.minimum_rotated_rectangle, Polygon).exterior.coords)[:4]
    if np.linalg.norm(corners[1] - corners[0]) < np.linalg.norm(corners[2] - corners[1]):
        corners = np.roll(corners, -1, axis=0)
    low, high = 0.0, 1.0
    piece = plot
    for _ in range(40):
        middle = (low + high) / 2
        piece = _below(plot, corners, middle)
        low, high = (middle, high) if piece.area < area else (low, middle)
    return rounded(piece)


def _below(plot: Polygon, corners: Floats, share: float) -> Polygon:
    """Return the part of the plot up to the given share of its length."""
    start = corners[0] + share * (corners[1] - corners[0])
    across = corners[3] - corners[0]
    pieces = split(plot, LineString([start - across, start + 2 * across])).geoms
    along = (corners[1] - corners[0]) / np.linalg.norm(corners[1] - corners[0]) ** 2
    first = [
        piece
        for piece in pieces
        if float((np.array(piece.representative_point().coords[0]) - corners[0]) @ along) < share
    ]
    joined = shapely.union_all(first)
    return joined if isinstance(joined, Polygon) else Polygon(plot.exterior)
