"""Guesses which CRS coordinates are in that cannot be in the named one, so that a refusal can name it."""

from functools import lru_cache
from typing import Any

import numpy as np
from pyproj import Transformer

from geo.store.database import SRID

# What German deliveries come in: degrees, the database's own, UTM with the zone before the easting, Gauss-Krüger, and
# the web's. Their eastings do not overlap within Germany, so that at most one of them fits.
CANDIDATES = (4326, SRID, 4647, 5650, 5649, 31466, 31467, 31468, 31469, 3857)
GERMANY = (5.5, 47.0, 15.5, 55.3)


def fitting_crs(coordinates: np.ndarray[Any, Any], besides: str) -> list[str | None]:
    """Return for each pair of x and y the usual CRS, other than ``besides``, in which it lies in Germany, if any."""
    found: list[str | None] = [None] * len(coordinates)
    west, south, east, north = GERMANY
    for code in CANDIDATES:
        if f"EPSG:{code}" == besides:
            continue
        x, y = _to_degrees(code).transform(coordinates[:, 0], coordinates[:, 1])
        for index in np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north)):
            found[index] = found[index] or f"EPSG:{code}"
    return found


@lru_cache(maxsize=len(CANDIDATES))
def _to_degrees(code: int) -> Transformer:
    return Transformer.from_crs(code, 4326, always_xy=True)
