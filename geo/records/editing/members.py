"""The members of a layer's features, and which of them can be edited."""

from dataclasses import dataclass

from geo.records.editing.faults import GEOM
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import property_names
from geo.store.catalogue import Table, TableColumn, describe_async
from geo.store.database import AsyncConnection

WRITTEN_BY_RECORDING = {"recorded_from", "recorded_by", "recorded_xid"}
KEPT = ("source", "source_id")
"""The next load recognises the record by these, so omitting them does not change them."""


@dataclass(frozen=True, slots=True)
class Members:
    """The members of a layer's features.

    ``editable`` are the properties that an editor may set, ``read_only`` those that are derived or recorded.
    """

    layer: Layer
    table: Table
    editable: dict[str, TableColumn]
    read_only: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all properties."""
        return (*self.editable, *self.read_only)

    @property
    def required(self) -> tuple[str, ...]:
        """The properties, and the geometry, that a new record must have."""
        return tuple(
            column.name
            for column in self.table.columns
            if column.required and not column.has_default and (column.name in self.editable or column.name == GEOM)
        )


async def members_of(connection: AsyncConnection, layer: Layer) -> Members:
    """Return the members of a layer's features as an editor sees them."""
    return members(layer, await describe_async(connection, layer.key))


def members(layer: Layer, table: Table) -> Members:
    """Return the members of a layer's features, given the description of its table."""
    shown = property_names(layer, Audience.PERSONAL)
    editable = {name: table.by_name[name] for name in shown if _is_editable(table, name)}
    return Members(layer, table, editable, tuple(name for name in shown if name not in editable))


def _is_editable(table: Table, name: str) -> bool:
    return name in table.by_name and not table.by_name[name].derived and name not in WRITTEN_BY_RECORDING
