"""What is searched: of each layer the columns that are compared, and those that tell its records apart."""

from typing import Any, NamedTuple

from geo.records.layers import LAYERS
from geo.records.layers.layer import Layer, Search


class Searched(NamedTuple):
    """A layer of which records are found by their texts."""

    layer: Layer
    search: Search


SEARCHED = tuple(
    sorted(
        (Searched(layer, layer.searched) for layer in LAYERS.values() if layer.searched),
        key=lambda searched: searched.search.rank,
    )
)
"""What is searched, in the order in which hits are listed that match equally well."""


class Hit(NamedTuple):
    """A record that was found; ``record`` is None where it stands for all of the layer that have this title.

    ``details`` are columns and their values, ``bounds`` west, south, east, north in degrees.
    """

    searched: Searched
    record: int | None
    title: str
    details: dict[str, Any]
    bounds: tuple[float, float, float, float] | None
    records: int
