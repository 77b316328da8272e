"""JSON-FG (OGC 21-045): GeoJSON whose features have a place in any CRS, beside or instead of the one in degrees.

They also have times and types of their own. A type is what other formats call a layer.
"""

import json
from collections.abc import Mapping
from typing import Any

from geo.loading.crs import is_northing_first
from geo.loading.reading.feature_forms import GEOJSON_CRS, GeoJson
from geo.loading.reading.geojson import several_crs
from geo.loading.reading.json_geometry import geojson_wkb

NAME = "json-fg"
"""What the names of its conformance classes contain."""

REFERENCE = "coordRefSys"
"""The member that names the CRS of places: of the file, of a feature, or of a place."""

TIMES = ("time", "time_start", "time_end")
"""The columns of a feature's time, as GDAL names them: its day or moment, and the ends of its interval."""

OPEN_END = ".."


class JsonFg(GeoJson):
    """JSON-FG. Its columns of times are read only if they are mapped."""

    name = "JSON-FG"
    known = GeoJson.known | {
        "place", "time", "featureType", "featureSchema", "conformsTo", "geometryDimension", REFERENCE
    }  # fmt: skip
    hidden = (*GeoJson.hidden, *TIMES)

    def __init__(self, members: Mapping[str, Any], references: set[str | None], file: str) -> None:
        """``references`` are the CRS of the features' places, None for that of the file."""
        super().__init__(members)
        self.has_places = bool(references)
        named = {reference or reference_of(members) for reference in references} or {None}
        names = {name or GEOJSON_CRS for name in named} | ({str(self.crs)} if "crs" in members else set())
        if len(names) > 1:
            raise several_crs(file, names)
        self.crs = names.pop()
        # Places are written in the order of their CRS's axes; without one they are as in GeoJSON.
        self.is_swapped = None not in named and is_northing_first(self.crs)

    def geometry(self, feature: Mapping[str, Any]) -> Any:
        """Return the feature's place; in a file without places its geometry."""
        return feature.get("place") if self.has_places else feature.get("geometry")

    def lacks_place(self, feature: Mapping[str, Any]) -> bool:
        """Return whether a feature has a geometry in degrees only, though others have places in the file's CRS."""
        return self.has_places and feature.get("place") is None and feature.get("geometry") is not None

    def own(self, name: str, feature: Mapping[str, Any]) -> Any:
        """Return the feature's number, or the part of its time that has this name."""
        return _time(name, feature.get("time")) if name in TIMES else super().own(name, feature)

    def wkb(self, geometry: Any) -> bytes | None:
        """Return a geometry as WKB, its coordinates with the easting first."""
        return geojson_wkb(_swapped(geometry) if self.is_swapped else geometry)


def reference_of(holder: Mapping[str, Any]) -> str | None:
    """Return the CRS that a file, a feature or a place names, None if it names none."""
    named = holder.get(REFERENCE)
    # Of a compound one the second part is that of the heights, which are dropped.
    first = named[0] if isinstance(named, list) and named else named
    if isinstance(first, dict) and isinstance(first.get("href"), str):
        return first["href"]
    return first if isinstance(first, str) or first is None else json.dumps(first, default=str)


def type_of(holder: Mapping[str, Any]) -> str | None:
    """Return the type that a feature has, or that a file gives to its features, None if there is none."""
    named = holder.get("featureType")
    return "|".join(map(str, named)) if isinstance(named, list) else None if named is None else str(named)


def _time(name: str, member: Any) -> Any:
    if not isinstance(member, dict):
        return member if name == "time" else None
    interval = member.get("interval")
    if name == "time":
        # The day and the moment of the same time do not contradict each other.
        return member.get("date") or member.get("timestamp")
    if not isinstance(interval, list) or len(interval) != len(TIMES) - 1:
        return interval
    end = interval[TIMES.index(name) - 1]
    return None if end == OPEN_END else end


def _swapped(geometry: Any) -> Any:
    if "geometries" in geometry:
        return {**geometry, "geometries": [_swapped(part) for part in geometry["geometries"]]}
    return {**geometry, "coordinates": _flipped(geometry["coordinates"])}


def _flipped(coordinates: Any) -> Any:
    if not coordinates or isinstance(coordinates[0], list):
        return [_flipped(part) for part in coordinates]
    return [coordinates[1], coordinates[0], *coordinates[2:]]
