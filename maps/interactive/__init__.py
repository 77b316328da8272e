"""The advisors' map: what it shows and how, in MapLibre's terms. The page itself lies in maps/web/."""

from maps.interactive.document import legend, style, tiled
from maps.interactive.panels import lacking
from maps.interactive.places import DISTRICTS, District

__all__ = ["DISTRICTS", "District", "lacking", "legend", "style", "tiled"]
