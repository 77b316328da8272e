"""What GeoJSON and Esri JSON call the parts of a feature, and how they write what JSON has no type for.

JSON-FG's are in `json_fg`.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from geo.loading.converting.shown import Unfit, shown
from geo.loading.reading.json_geometry import esri_wkb, geojson_wkb
from geo.loading.reasons import of_files, of_values

HOLDERS = ("properties", "attributes")
"""The members that hold a feature's values: GeoJSON's and Esri's."""

GEOJSON_CRS = "EPSG:4326"
"""The CRS of GeoJSON that does not name one (RFC 7946)."""

WEB_MERCATOR = {102100, 102113, 900913}
FIRST_ESRI_CODE = 37001
"""Esri's own codes of CRS begin here; EPSG's are lower."""


class Form(Protocol):
    """One of the formats."""

    name: str
    crs: str | None
    attributes: str
    """The member of a feature that holds its values."""
    known: frozenset[str]
    """All members of a feature that the format defines."""
    hidden: tuple[str, ...]
    """The columns that the format itself adds."""

    def own(self, name: str, feature: Mapping[str, Any]) -> Any:
        """Return the value of one of these columns: the feature's own number or name, None if it has none."""
        ...

    def geometry(self, feature: Mapping[str, Any]) -> Any:
        """Return the feature's geometry, None if it has none."""
        ...

    def value(self, name: str, value: Any) -> Any:
        """Return a value in the type that its field declares."""
        ...

    def wkb(self, geometry: Any) -> bytes | None:
        """Return a geometry as WKB. Raises one of ``json_geometry.UNREADABLE``."""
        ...


class GeoJson:
    """GeoJSON (RFC 7946, and its predecessor of 2008 that names a CRS)."""

    name = "GeoJSON"
    attributes = "properties"
    known = frozenset({"type", "id", "geometry", "properties", "bbox"})
    hidden: tuple[str, ...] = ("fid", "id")

    def __init__(self, members: Mapping[str, Any]) -> None:
        self.crs = _named_crs(members["crs"]) if "crs" in members else GEOJSON_CRS

    def own(self, name: str, feature: Mapping[str, Any]) -> Any:
        """Return the feature's ``id``."""
        return feature.get("id")

    def geometry(self, feature: Mapping[str, Any]) -> Any:
        """Return the feature's geometry."""
        return feature.get("geometry")

    def value(self, name: str, value: Any) -> Any:
        """Return the value: GeoJSON declares no types."""
        return value

    def wkb(self, geometry: Any) -> bytes | None:
        """Return a geometry as WKB."""
        return geojson_wkb(geometry)


class EsriJson:
    """A feature set of ArcGIS: attributes with declared types, times in milliseconds of UTC."""

    name = "Esri JSON"
    attributes = "attributes"
    known = frozenset({"attributes", "geometry", "centroid"})
    hidden: tuple[str, ...] = ("fid",)

    def __init__(self, members: Mapping[str, Any]) -> None:
        fields = members.get("fields") or []
        self.types: dict[str, str] = {field["name"]: field["type"] for field in fields if "name" in field}
        numbers = [name for name, kind in self.types.items() if kind == "esriFieldTypeOID"]
        self.fid = members.get("objectIdFieldName") or next(iter(numbers), None)
        self.crs = _esri_crs(members.get("spatialReference") or {})
        # Times of an unknown zone are the city's own.
        self.zone = None if members.get("datesInUnknownTimezone") else UTC

    def own(self, name: str, feature: Mapping[str, Any]) -> Any:
        """Return the feature's object id."""
        attributes = feature.get("attributes")
        return attributes.get(self.fid) if isinstance(attributes, dict) and self.fid else None

    def geometry(self, feature: Mapping[str, Any]) -> Any:
        """Return the feature's geometry."""
        return feature.get("geometry")

    def value(self, name: str, value: Any) -> Any:
        """Return the value, of date fields the time that its milliseconds mean."""
        if self.types.get(name) != "esriFieldTypeDate" or value is None or isinstance(value, (str, Unfit)):
            return value
        if not isinstance(value, Decimal):
            return Unfit(shown(value), of_files.NO_EPOCH)
        try:
            return datetime(1970, 1, 1, tzinfo=self.zone) + timedelta(milliseconds=int(value))
        except OverflowError:
            return Unfit(shown(value), of_values.FAR_TIME)

    def wkb(self, geometry: Any) -> bytes | None:
        """Return a geometry as WKB."""
        return esri_wkb(geometry)


def _named_crs(crs: Any) -> str | None:
    properties = crs.get("properties") if isinstance(crs, dict) else None
    if not isinstance(properties, dict):
        return None
    if crs.get("type") == "EPSG" and "code" in properties:
        return f"EPSG:{properties['code']}"
    name = properties.get("name") or properties.get("href")
    # What cannot be understood is refused later as the name of a CRS; it is never taken for degrees.
    return json.dumps(properties) if name is None else str(name)


def _esri_crs(reference: Mapping[str, Any]) -> str | None:
    code = reference.get("latestWkid") or reference.get("wkid")
    if code is None:
        return reference.get("wkt2") or reference.get("wkt")
    if int(code) in WEB_MERCATOR:
        return "EPSG:3857"
    return f"{'ESRI' if int(code) >= FIRST_ESRI_CODE else 'EPSG'}:{code}"
