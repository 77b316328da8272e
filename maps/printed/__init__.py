"""Static pictures for print in the shared palette: maps true to scale, their legends, and sheets to draw on.

A map is true to its size on paper and its scale: 25 mm at 1:2,000 are 50 m. It is an SVG, whose text remains text, or
a PNG. Numbers, north arrow and scale bar are part of the map; titles are left to the surrounding document.
"""

from maps.printed.drawing import Drawn
from maps.printed.ground import Ground
from maps.printed.maps import city, overview, site, spread
from maps.printed.sheet import Picture, Sheet, Size

__all__ = ["Drawn", "Ground", "Picture", "Sheet", "Size", "city", "overview", "site", "spread"]
