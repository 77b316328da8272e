"""A document, checked against a layer's members. All that is wrong is told at once, not one by one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from geo.records.editing import sentences
from geo.records.editing.faults import GEOM, Fault, escaped, pointer
from geo.records.editing.geometry import BadShape, Shape, read_shape
from geo.records.editing.members import Members
from geo.records.editing.values import Unfit, convert
from geo.records.features.selection import Crs
from geo.records.layers.layer import Text
from geo.records.messages import NOT_NULL, sentence

FEATURE_MEMBERS = ("type", "id", "geometry", "properties", "bbox", "links")
"""What a Feature may have. ``bbox`` and ``links`` say nothing that would be stored."""


@dataclass(slots=True)
class Given:
    """What a document says of a record, and what is wrong with it.

    ``values`` are those of editable columns, `geom` among them where it is given; ``read_only`` and ``id`` are as sent.
    """

    crs: Crs
    values: dict[str, Any] = field(default_factory=dict)
    read_only: dict[str, Any] = field(default_factory=dict)
    id: Any = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def shape(self) -> Shape | None:
        """The geometry, where one is given."""
        return self.values.get(GEOM)

    def blame(self, where: str, said: Text) -> None:
        """Note a fault."""
        self.faults.append(Fault(where, said))


def read_feature(members: Members, document: Any, crs: Crs) -> Given:
    """A whole Feature: what it leaves out has no value. Raises Malformed for too large a geometry."""
    given = Given(crs)
    if not isinstance(document, dict) or document.get("type") != "Feature":
        is_collection = isinstance(document, dict) and document.get("type") == "FeatureCollection"
        given.blame("", sentences.NO_SEVERAL if is_collection else sentences.NOT_A_FEATURE)
        return given
    _read_members(given, members, document)
    if "properties" not in document:
        given.blame("", sentences.NO_PROPERTIES)
    if members.layer.geometry and "geometry" not in document:
        given.blame("", sentences.NO_GEOMETRY_MEMBER)
    blamed = {fault.pointer for fault in given.faults}
    for name in members.required:
        if given.values.get(name) is None and pointer(name) not in blamed:
            given.blame(pointer(name), sentence(NOT_NULL, members.layer.key, name))
    return given


def read_patch(members: Members, document: Any, crs: Crs) -> Given:
    """A merge patch (RFC 7396) of a Feature: what it leaves out stays. Raises Malformed as above."""
    given = Given(crs)
    if not isinstance(document, dict):
        given.blame("", sentences.NOT_AN_OBJECT)
        return given
    if document.get("type", "Feature") != "Feature":
        given.blame("/type", sentences.NOT_A_FEATURE)
    shape = document.get("geometry")
    if isinstance(shape, dict):
        # A patch of the geometry may leave out its type, which is always the layer's.
        document = document | {"geometry": {"type": members.layer.geometry} | shape}
    _read_members(given, members, document)
    for name in members.required:
        if name in given.values and given.values[name] is None:
            given.blame(pointer(name), sentence(NOT_NULL, members.layer.key, name))
    return given


def _read_members(given: Given, members: Members, document: Mapping[str, Any]) -> None:
    given.id = document.get("id")
    for name in document:
        if name not in FEATURE_MEMBERS:
            given.blame(f"/{escaped(name)}", sentences.unknown(name, FEATURE_MEMBERS))
    if "geometry" in document:
        _read_geometry(given, members, document["geometry"])
    properties = document.get("properties")
    if properties is None:
        return
    if not isinstance(properties, dict):
        given.blame("/properties", sentences.NOT_AN_OBJECT)
        return
    for name, value in properties.items():
        if name in members.editable:
            try:
                given.values[name] = convert(members.layer, members.editable[name], value)
            except Unfit as error:
                given.blame(pointer(name), error.said)
        elif name in members.read_only:
            given.read_only[name] = value
        else:
            given.blame(pointer(name), sentences.unknown(name, members.names))


def _read_geometry(given: Given, members: Members, node: Any) -> None:
    wanted = members.layer.geometry
    if node is None:
        if wanted:
            given.values[GEOM] = None
    elif wanted is None:
        given.blame(pointer(GEOM), sentences.NO_GEOMETRY_HERE)
    else:
        try:
            given.values[GEOM] = read_shape(node, wanted, members.layer.key, given.crs)
        except BadShape as error:
            given.blame(pointer(GEOM), error.said)
