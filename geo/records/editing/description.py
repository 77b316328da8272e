"""Describes a layer's features as JSON Schema (OGC API – Features, Part 5), from the registry and the catalogue."""

from dataclasses import dataclass
from typing import Any

from geo.records.editing import edit_sql
from geo.records.editing.faults import GEOM
from geo.records.editing.members import Members, members_of
from geo.records.editing.values import NUMERIC
from geo.records.features.selection import ID
from geo.records.filters import column_types
from geo.records.layers import LAYERS
from geo.records.layers.layer import COMMON_COLUMNS, Audience, Layer, longest_text
from geo.records.layers.views import property_names
from geo.store.database import AsyncConnection

TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "bigint": {"type": "integer"},
    "numeric": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "timestamp with time zone": {"type": "string", "format": "date-time"},
    "text[]": {"type": "array", "items": {"type": "string"}},
    "numeric[]": {"type": "array", "items": {"type": "number"}},
}
SHAPES = {
    "Point": "geometry-point",
    "MultiLineString": "geometry-linestring-or-multilinestring",
    "MultiPolygon": "geometry-polygon-or-multipolygon",
}


@dataclass(frozen=True, slots=True)
class Description:
    """The properties of a layer's features that an audience sees, with their types and constraints."""

    layer: Layer
    audience: Audience
    members: Members
    types: dict[str, str]
    constraints: frozenset[str]


async def describe(connection: AsyncConnection, layer: Layer, audience: Audience) -> Description:
    """Return the description of a layer's features as an audience sees them."""
    types = await (await connection.execute(*column_types(layer, audience))).fetchall()
    names = await (await connection.execute(*edit_sql.constraint_names(layer))).fetchall()
    return Description(
        layer, audience, await members_of(connection, layer), dict(types), frozenset(name for (name,) in names)
    )


def schema(found: Description, language: str) -> dict[str, Any]:
    """Return the members of the JSON Schema that describe the properties."""
    layer = found.layer
    identity = {"type": "integer", "readOnly": True, "x-ogc-role": "id", "title": _title(layer, ID, language)}
    names = property_names(layer, found.audience)
    properties = {ID: identity} | {name: _property(found, name, language) for name in names}
    if layer.geometry:
        properties["geometry"] = {
            "title": _title(layer, GEOM, language),
            "format": SHAPES[layer.geometry],
            "x-ogc-role": "primary-geometry",
        }
    required = ["geometry" if name == GEOM else name for name in found.members.required]
    return {
        "properties": properties,
        "required": [name for name in required if name in properties],
        "additionalProperties": False,
    }


def _property(found: Description, name: str, language: str) -> dict[str, Any]:
    layer = found.layer
    column = layer.column(name) if layer.has_column(name) else COMMON_COLUMNS[name]
    described: dict[str, Any] = {"title": _title(layer, name, language), **TYPES[found.types[name]]}
    if layer.audience is Audience.PUBLIC and column.audience is not Audience.PUBLIC:
        described["x-flurwerk-internal"] = True
    if column.hint:
        described["description"] = column.hint.in_language(language)
    if column.unit:
        described |= {"x-ogc-unit": column.unit.value.ucum, "x-ogc-unitSymbol": column.unit.symbol(language)}
    if column.codes:
        described["enum"] = list(column.codes)
        described["oneOf"] = [
            {"const": code, "title": text.in_language(language)} for code, text in column.codes.items()
        ]
    if name == layer.date:
        described["x-ogc-role"] = "primary-instant"
    if name not in found.members.editable:
        return described | {"readOnly": True}
    return described | _limits(found, name) | _reference(found, name)


def _limits(found: Description, name: str) -> dict[str, Any]:
    """Return the bounds that follow from the column's type and from the constraints of this column alone."""
    bounds: dict[str, Any] = {}
    rule = f"{found.layer.key}_{name}"
    if f"{rule}_positive" in found.constraints:
        bounds["exclusiveMinimum"] = 0
    elif f"{rule}_not_negative" in found.constraints:
        bounds["minimum"] = 0
    has_codes = found.layer.has_column(name) and found.layer.column(name).codes
    if f"{rule}_length" in found.constraints and found.types[name] == "text" and not has_codes:
        bounds["maxLength"] = longest_text(name)
    if limits := NUMERIC.fullmatch(found.members.editable[name].type):
        bounds["exclusiveMaximum"] = 10 ** (int(limits[1]) - int(limits[2]))
    return bounds


def _reference(found: Description, name: str) -> dict[str, Any]:
    target = found.members.editable[name].references
    return {"x-ogc-role": "reference", "x-ogc-collectionId": target} if target in LAYERS else {}


def _title(layer: Layer, name: str, language: str) -> str:
    return layer.label(name).in_language(language)
