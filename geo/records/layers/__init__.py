"""The registry: what the outside knows of each table, described once."""

from geo.records.layers import broadband, demand, land, mobile, places, reporting
from geo.records.layers.layer import Layer

LAYERS: dict[str, Layer] = {
    **places.LAYERS,
    **land.LAYERS,
    **demand.LAYERS,
    **broadband.LAYERS,
    **mobile.LAYERS,
    **reporting.LAYERS,
}
"""Every layer by its key: places first, then land and demand, broadband, mobile network, reporting."""
