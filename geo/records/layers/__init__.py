"""The registry: what the outside knows of each table, described once."""

from geo.profile import profile
from geo.records.layers import belongings, broadband, demand, land, mobile, network, places, reporting, responsible
from geo.records.layers.kept import kept
from geo.records.layers.layer import Codes, Layer
from geo.records.layers.termed import in_own_words

FLURWERKS: dict[str, Layer] = {
    **places.LAYERS,
    **land.LAYERS,
    **demand.LAYERS,
    **responsible.LAYERS,
    **broadband.LAYERS,
    **network.LAYERS,
    **mobile.LAYERS,
    **belongings.LAYERS,
    **reporting.LAYERS,
}
"""The layers as Flurwerk calls them, without the agency's own terms."""

ALL_LAYERS: dict[str, Layer] = in_own_words(FLURWERKS)
"""Every layer by its key: places first, then land and demand, broadband with its network, mobile network, what
belongs to single records, reporting.

For what must know all tables: their histories, what was published, the texts of refusals.
"""

LAYERS: dict[str, Layer] = kept(ALL_LAYERS, profile().modules.off)
"""The layers that the agency keeps, by key in the same order. What is not here appears nowhere."""


def codes_of(layer: str, column: str) -> Codes:
    """Return a column's code list as the agency calls its codes. Raises KeyError if there is no such column."""
    return ALL_LAYERS[layer].column(column).codes or {}
