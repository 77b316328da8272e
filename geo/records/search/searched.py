"""The searchable layers and the hits of a search."""

from typing import Any, NamedTuple

from geo.records.layers import LAYERS
from geo.records.layers.layer import Layer, Search


class SearchedLayer(NamedTuple):
    """A searchable layer, and its columns for the search."""

    layer: Layer
    search: Search


SEARCHED_LAYERS = tuple(
    sorted(
        (SearchedLayer(layer, layer.searched) for layer in LAYERS.values() if layer.searched),
        key=lambda searched: searched.search.rank,
    )
)
"""The searchable layers, in the order in which equally good hits are listed."""


class Hit(NamedTuple):
    """A hit: one record, or, with ``record`` None, all ``records`` of the layer with this title.

    ``details`` are columns and their values, ``bounds`` west, south, east, north in degrees.
    """

    searched: SearchedLayer
    record: int | None
    title: str
    details: dict[str, Any]
    bounds: tuple[float, float, float, float] | None
    records: int
