"""Static pictures for print, in the palette of all maps: maps true to scale, their legends, and sheets to draw on.

A map has a size on paper and a scale, and is true to both: 25 mm at 1:2,000 are 50 m. It comes as SVG, whose text stays
text, or as PNG. Numbers, north arrow and scale bar belong to the map; titles to the document around it.
"""

from maps.printed.drawing import Drawn
from maps.printed.maps import city, overview, site, spread
from maps.printed.sheet import FONT, FONTS, Picture, Sheet, Size

__all__ = ["FONT", "FONTS", "Drawn", "Picture", "Sheet", "Size", "city", "overview", "site", "spread"]
