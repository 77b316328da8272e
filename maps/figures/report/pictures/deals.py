"""Signs for deals, whose size on paper is proportional to the agreed area."""

from collections.abc import Sequence
from decimal import Decimal
from math import sqrt
from typing import Any

import numpy as np
from shapely import Point
from shapely.geometry import box

from geo.formatting import with_unit
from geo.units import Unit
from maps import style
from maps.figures.report.pictures.places import Spot
from maps.printed import Sheet, spread
from maps.printed.drawing import HATCHES, Mark
from maps.printed.sheet import halo_text, text_width
from maps.style import Style

PUBLIC = Style(style.PERIOD, 1.4, fill=style.PERIOD, fill_opacity=0.75, symbol="square", radius=4.2)
PRIVATE = Style(style.PERIOD, 1.8, fill=style.PAPER, fill_opacity=0.9, hatch="diagonal", symbol="diamond", radius=4.2)
LARGEST_MM, SMALLEST_MM = 9.0, 2.4
"""The width of the largest deal's sign, and the minimum width of any sign."""
LABEL_PT = 7
MOST_LABELS = 24
"""With more deals, the labels would cover each other and the map."""


def mark_deals(public: Sequence[Spot], private: Sequence[Spot], language: str) -> Mark:
    """Return a function that draws the deals' signs (public: squares, private: diamonds) with their areas as labels."""
    deals = [*((spot, PUBLIC) for spot in public), *((spot, PRIVATE) for spot in private)]
    deals.sort(key=lambda deal: -deal[0].amount)

    def mark(sheet: Sheet) -> None:
        if not deals:
            return
        largest = max(deals[0][0].amount, Decimal(1))
        widths = [max(LARGEST_MM * sqrt(spot.amount / largest), SMALLEST_MM) for spot, _ in deals]
        true = np.array([spot.geometry.representative_point().coords[0][:2] for spot, _ in deals])
        frame = sheet.frame.buffer(-sheet.metres(LARGEST_MM))
        shown = spread(true, sheet.metres(sum(widths) / len(widths)), frame.bounds)
        for (_, drawn), width, place, at in zip(deals, widths, true, shown, strict=True):
            sheet.axes.plot(*zip(place, at, strict=True), color=style.PERIOD, linewidth=0.6, zorder=5)
            _sign(sheet, at, width, drawn)
        if len(deals) <= MOST_LABELS:
            for (spot, _), width, at in zip(deals, widths, shown, strict=True):
                text = with_unit(spot.amount, Unit.SQUARE_METRES, language, decimals=0)
                _label(sheet, at, width, text)

    return mark


def _sign(sheet: Sheet, at: "np.ndarray[Any, Any]", width: float, drawn: Style) -> None:
    x, y = at
    half = sheet.metres(width / 2)
    if drawn.symbol == "diamond":
        half *= sqrt(2)
        corners = [(x - half, y), (x, y - half), (x + half, y), (x, y + half)]
    else:
        corners = [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]
    across = list(zip(*corners, strict=True))
    sheet.axes.fill(*across, facecolor=drawn.fill, alpha=drawn.fill_opacity, edgecolor="none", zorder=6)
    hatch = HATCHES[drawn.hatch] if drawn.hatch else None
    sheet.axes.fill(*across, fill=False, edgecolor=drawn.color, linewidth=drawn.weight * 0.75, hatch=hatch, zorder=7)
    sheet.taken |= Point(x, y).buffer(half)


def _label(sheet: Sheet, at: "np.ndarray[Any, Any]", width: float, text: str) -> None:
    """Write the text beside the sign, on the first side that is free."""
    x, y = at
    along = sheet.metres(width / 2 + 1.2 + text_width(text, LABEL_PT, "semibold") / 2)
    beyond = sheet.metres(width / 2 + 2.2)
    wide, high = sheet.metres(text_width(text, LABEL_PT, "semibold") / 2 + 0.4), sheet.metres(1.4)
    sides = ((along, 0), (-along, 0), (0, -beyond), (0, beyond))
    places = [(x + right, y + up) for right, up in sides]
    boxes = [box(at_x - wide, at_y - high, at_x + wide, at_y + high) for at_x, at_y in places]
    free = (order for order, around in enumerate(boxes) if not around.intersects(sheet.taken))
    chosen = next(free, 0)
    halo_text(sheet.axes, *places[chosen], text, size=LABEL_PT, weight="semibold")
    sheet.taken |= boxes[chosen]
