"""The MapLibre style and legend of the advisors' map. The page itself is in maps/web/."""

from maps.interactive.document import legend, style, tiled
from maps.interactive.panels import absent_parts, missing_layers
from maps.interactive.places import DISTRICTS, SURROUNDINGS, District

__all__ = ["DISTRICTS", "SURROUNDINGS", "District", "absent_parts", "legend", "missing_layers", "style", "tiled"]
