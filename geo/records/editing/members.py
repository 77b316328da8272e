"""Which members a layer's features have, and which of them an editor sets."""

from dataclasses import dataclass

from geo.records.editing.faults import GEOM
from geo.records.features.selection import property_names
from geo.records.layers.layer import Audience, Layer
from geo.store.catalogue import Table, TableColumn, describe_async
from geo.store.database import AsyncConnection

WRITTEN_BY_RECORDING = {"recorded_from", "recorded_by", "recorded_xid"}
KEPT = ("source", "source_id")
"""By these the record is recognised at the next load: leaving them out is no wish to change them."""


@dataclass(frozen=True, slots=True)
class Members:
    """The members of a layer's features.

    ``editable`` are the properties that an editor sets, ``read_only`` those that follow from others.
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
        """The properties and the geometry that a new record has to have."""
        return tuple(
            column.name
            for column in self.table.columns
            if column.required and not column.has_default and (column.name in self.editable or column.name == GEOM)
        )


async def members_of(connection: AsyncConnection, layer: Layer) -> Members:
    """The members as an editor sees them."""
    return members(layer, await describe_async(connection, layer.key))


def members(layer: Layer, table: Table) -> Members:
    """The members of a layer whose table is described."""
    shown = property_names(layer, Audience.PERSONAL)
    editable = {name: table.by_name[name] for name in shown if _is_editable(table, name)}
    return Members(layer, table, editable, tuple(name for name in shown if name not in editable))


def _is_editable(table: Table, name: str) -> bool:
    return name in table.by_name and not table.by_name[name].derived and name not in WRITTEN_BY_RECORDING
