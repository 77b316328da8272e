"""The background of maps on paper: a picture of a map service, with its attribution, if the service answers in time."""

import sys
import time
from typing import Any

import numpy as np
from shapely.geometry import box as rectangle

from geo.ground.asking import NoAnswer
from geo.profile.services import Service
from geo.store.database import SRID
from maps import style
from maps.printed.mosaic import picture
from maps.printed.sheet import Sheet, halo, text_width, wrapped

A_MAP_S, ALL_MAPS_S = 6, 15
"""How many seconds a service has for one map, and for all maps of a document."""
ATTRIBUTION_PT = 5.6
SHARE = 0.6
"""The share of a map's width that the attribution takes up at most; the scale bar needs the rest."""


class Ground:
    """The background of a document's maps. A service that has failed once is not asked again for the same document."""

    def __init__(self, service: Service | None) -> None:
        """Take the service to ask; None for maps without a background."""
        self.service = service
        self.has_failed = False
        self._until = time.monotonic() + ALL_MAPS_S

    def draw(self, sheet: Sheet, opacity: float = 1) -> bool:
        """Draw the background and its attribution onto an empty sheet. Return whether there is one."""
        if self.service is None or self.has_failed:
            return False
        west, south, east, north = sheet.frame.bounds
        deadline = min(self._until, time.monotonic() + A_MAP_S)
        try:
            found = picture(self.service, SRID, (west, south, east, north), sheet.size, deadline)
        except NoAnswer as error:
            self.has_failed = True
            # Standard error of a process that succeeds is read by nobody but whoever runs it by hand.
            print(f"{self.service.key}: {error}", file=sys.stderr)
            return False
        shown: Any = {"extent": (west, east, south, north), "interpolation": "none", "aspect": "auto", "zorder": 0}
        sheet.axes.imshow(np.asarray(found), alpha=opacity if opacity < 1 else None, **shown)
        sheet.has_ground = True
        _attribute(sheet, self.service.attribution)
        return True


def _attribute(sheet: Sheet, attribution: str) -> None:
    """Write the attribution into the lower right corner."""
    _, south, east, _ = sheet.frame.bounds
    lines = wrapped(attribution, sheet.size.width * SHARE, ATTRIBUTION_PT, lines=9)
    line, margin = ATTRIBUTION_PT * 0.42, 1.2
    x = east - sheet.metres(margin)
    for order, text in enumerate(reversed(lines)):
        y = south + sheet.metres(margin + line * order)
        known: Any = {"fontsize": ATTRIBUTION_PT, "ha": "right", "va": "bottom", "parse_math": False}
        sheet.axes.text(x, y, text, color=style.PAPER, path_effects=halo(), zorder=21, **known)
        sheet.axes.text(x, y, text, color=style.INK, zorder=22, **known)
    width = max(text_width(text, ATTRIBUTION_PT) for text in lines)
    height = sheet.metres(2 * margin + line * len(lines))
    sheet.taken |= rectangle(x - sheet.metres(width), south, east, south + height)
