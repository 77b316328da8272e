"""The MapLibre style and legend of the advisors' map. The page itself is in maps/web/."""

from maps.interactive.document import legend, style, tiled
from maps.interactive.panels import lacking
from maps.interactive.places import DISTRICTS, District

__all__ = ["DISTRICTS", "District", "lacking", "legend", "style", "tiled"]
