"""Reads a document and checks it against a layer's members. All faults are reported together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geo.records.editing import sentences
from geo.records.editing.faults import GEOM, Fault, escaped, pointer
from geo.records.editing.geometry import BadShape, Shape, read_shape
from geo.records.editing.members import Members
from geo.records.editing.values import InvalidValue, convert
from geo.records.features.selection import Crs
from geo.records.layers.layer import Text
from geo.records.messages import NOT_NULL, sentence

FEATURE_MEMBERS = ("type", "id", "geometry", "properties", "bbox", "links")
"""The members that a Feature may have. ``bbox`` and ``links`` are ignored."""


@dataclass(slots=True)
class ParsedRecord:
    """The content of a document, and its faults.

    ``values`` are those of editable columns, including `geom` if given; ``read_only`` and ``id`` are as sent.
    """

    crs: Crs
    values: dict[str, Any] = field(default_factory=dict)
    read_only: dict[str, Any] = field(default_factory=dict)
    id: Any = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def shape(self) -> Shape | None:
        """The geometry, if given."""
        return self.values.get(GEOM)

    def add_fault(self, where: str, message: Text) -> None:
        """Add a fault at a JSON pointer."""
        self.faults.append(Fault(where, message))


def read_feature(members: Members, document: Any, crs: Crs) -> ParsedRecord:
    """Read a whole Feature; omitted members have no value. Raises Malformed if the geometry has too many vertices."""
    given = ParsedRecord(crs)
    if not isinstance(document, dict) or document.get("type") != "Feature":
        is_collection = isinstance(document, dict) and document.get("type") == "FeatureCollection"
        given.add_fault("", sentences.NOT_SINGLE if is_collection else sentences.NOT_A_FEATURE)
        return given
    _read_members(given, members, document)
    if "properties" not in document:
        given.add_fault("", sentences.NO_PROPERTIES)
    if members.layer.geometry and "geometry" not in document:
        given.add_fault("", sentences.NO_GEOMETRY_MEMBER)
    faulty = {fault.pointer for fault in given.faults}
    for name in members.required:
        if given.values.get(name) is None and pointer(name) not in faulty:
            given.add_fault(pointer(name), sentence(NOT_NULL, members.layer.key, name))
    return given


def read_patch(members: Members, document: Any, crs: Crs) -> ParsedRecord:
    """Read a merge patch (RFC 7396) of a Feature; omitted members stay unchanged. Raises like `read_feature`."""
    given = ParsedRecord(crs)
    if not isinstance(document, dict):
        given.add_fault("", sentences.NOT_AN_OBJECT)
        return given
    if document.get("type", "Feature") != "Feature":
        given.add_fault("/type", sentences.NOT_A_FEATURE)
    shape = document.get("geometry")
    if isinstance(shape, dict):
        # A patch of the geometry may omit its type, which is always the layer's.
        document = document | {"geometry": {"type": members.layer.geometry} | shape}
    _read_members(given, members, document)
    for name in members.required:
        if name in given.values and given.values[name] is None:
            given.add_fault(pointer(name), sentence(NOT_NULL, members.layer.key, name))
    return given


def _read_members(given: ParsedRecord, members: Members, document: Mapping[str, Any]) -> None:
    given.id = document.get("id")
    for name in document:
        if name not in FEATURE_MEMBERS:
            given.add_fault(f"/{escaped(name)}", sentences.unknown(name, FEATURE_MEMBERS))
    if "geometry" in document:
        _read_geometry(given, members, document["geometry"])
    properties = document.get("properties")
    if properties is None:
        return
    if not isinstance(properties, dict):
        given.add_fault("/properties", sentences.NOT_AN_OBJECT)
        return
    for name, value in properties.items():
        if name in members.editable:
            try:
                given.values[name] = convert(members.layer, members.editable[name], value)
            except InvalidValue as error:
                given.add_fault(pointer(name), error.message)
        elif name in members.read_only:
            given.read_only[name] = value
        else:
            given.add_fault(pointer(name), sentences.unknown(name, members.names))


def _read_geometry(given: ParsedRecord, members: Members, node: Any) -> None:
    wanted = members.layer.geometry
    if node is None:
        if wanted:
            given.values[GEOM] = None
    elif wanted is None:
        given.add_fault(pointer(GEOM), sentences.NO_GEOMETRY_HERE)
    else:
        try:
            given.values[GEOM] = read_shape(node, wanted, members.layer.key, given.crs)
        except BadShape as error:
            given.add_fault(pointer(GEOM), error.message)
