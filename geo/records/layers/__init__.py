"""The registry: what the outside knows of each table, described once."""

from geo.records.layers import broadband, demand, land, mobile, network, places, reporting
from geo.records.layers.layer import Layer

LAYERS: dict[str, Layer] = {
    **places.LAYERS,
    **land.LAYERS,
    **demand.LAYERS,
    **broadband.LAYERS,
    **network.LAYERS,
    **mobile.LAYERS,
    **reporting.LAYERS,
}
"""Every layer by its key: places first, then land and demand, broadband with its network, mobile network, reporting."""
