"""Portable maps: one HTML file that opens anywhere, with no network."""

from maps.folium_map.overview import overview

__all__ = ["overview"]
