"""The searchable layers and the hits of a search."""

from typing import Any, NamedTuple

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Layer, Search


class SearchedLayer(NamedTuple):
    """A searchable layer, and one of the ways in which its records are found."""

    layer: Layer
    search: Search


SEARCHED_LAYERS = tuple(
    sorted(
        (SearchedLayer(layer, search) for layer in LAYERS.values() for search in layer.searched),
        key=lambda searched: searched.search.rank,
    )
)
"""The searchable layers, in the order in which equally good hits are listed."""


def single(layer: str, audience: Audience) -> SearchedLayer | None:
    """Return how the audience finds single records of a layer; None if it does not."""
    return next(
        (
            searched
            for searched in SEARCHED_LAYERS
            if searched.layer.key == layer and searched.search.is_for(audience) and not searched.search.is_grouped
        ),
        None,
    )


class Hit(NamedTuple):
    """A hit: one record, or, with ``record`` None, all ``records`` of the layer with this title.

    ``title`` is None if the record has none of the texts by which it is found. ``details`` are columns and their
    values, ``bounds`` west, south, east, north in degrees.
    """

    searched: SearchedLayer
    record: int | None
    title: str | None
    details: dict[str, Any]
    bounds: tuple[float, float, float, float] | None
    records: int
