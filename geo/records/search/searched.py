"""What is searched: of each layer the columns that are compared, and those that tell its records apart."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from geo.records.layers import LAYERS
from geo.records.layers.layer import Layer


@dataclass(frozen=True, slots=True)
class Searched:
    """A layer of which records are found by their texts.

    ``texts`` are compared, the first of them is the record's title, unless it has none; of ``lists`` each element is.
    ``shown`` tell a record from others of its name. ``grouped`` finds one for all records that share the title.
    """

    key: str
    texts: tuple[str, ...]
    lists: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    grouped: bool = False

    @property
    def layer(self) -> Layer:
        """The layer as the registry describes it."""
        return LAYERS[self.key]


SEARCHED = (
    Searched("plots", ("name", "address"), ("parcels",), ("address", "district", "status")),
    Searched("industrial_areas", ("name",), shown=("district",)),
    Searched("districts", ("name",), shown=("kind",)),
    Searched("properties", ("name", "address"), shown=("address", "use")),
    Searched("access_points", ("name",), shown=("kind",)),
    Searched("inquiries", ("number",), shown=("use", "status")),
    Searched("mobile_requests", ("source_id",), shown=("technology", "status")),
    Searched("trenches", ("cluster",), grouped=True),
)
"""In the order in which equally good ones are told."""


class Hit(NamedTuple):
    """A record that was found; ``record`` is None where it stands for all of the layer that have this title.

    ``shown`` are columns and their values, ``bounds`` west, south, east, north in degrees.
    """

    searched: Searched
    record: int | None
    title: str
    shown: dict[str, Any]
    bounds: tuple[float, float, float, float] | None
    records: int
