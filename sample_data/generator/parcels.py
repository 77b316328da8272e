"""Divides building blocks into parcels: a back line along the block, side lines towards the streets."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon

from generator.common import Floats, between, chance, checked, rounded

# Shared corners of neighbours must remain equal after rounding.
GRID_M = 0.01


def parcels_of(block: Polygon, rng: np.random.Generator) -> list[Polygon]:
    """Return parcels that fill the block; neighbours share their corners."""
    corners = np.array(checked(block.minimum_rotated_rectangle, Polygon).exterior.coords)[:4]
    if np.linalg.norm(corners[1] - corners[0]) < np.linalg.norm(corners[2] - corners[1]):
        corners = np.roll(corners, -1, axis=0)
    along, across = corners[1] - corners[0], corners[3] - corners[0]
    lines = []
    if np.linalg.norm(across) > 85:
        share = rng.uniform(0.42, 0.58)
        lines.append(LineString([corners[0] + share * across - along, corners[0] + share * across + 2 * along]))
        lines += _side_lines(corners[0], along, across, (-0.1, share), rng)
        lines += _side_lines(corners[0], along, across, (share, 1.1), rng)
    else:
        lines += _side_lines(corners[0], along, across, (-0.1, 1.1), rng)
    block = shapely.set_precision(block, GRID_M)
    edges = shapely.union_all([block.boundary, *lines], grid_size=GRID_M)
    inner = block.buffer(-0.1)
    pieces = [rounded(p) for p in shapely.polygonize([edges]).geoms if inner.covers(p.representative_point())]
    return _without_slivers([piece for piece in pieces if isinstance(piece, Polygon)])


def _side_lines(
    origin: Floats, along: Floats, across: Floats, reach: tuple[float, float], rng: np.random.Generator
) -> list[LineString]:
    """Return lines across the strip, at frontages of 38 to 110 m."""
    length = float(np.linalg.norm(along))
    lines, position = [], rng.uniform(40, 105)
    while position < length - 30:
        foot = origin + along * (position / length)
        lines.append(LineString([foot + reach[0] * across, foot + reach[1] * across]))
        position += rng.uniform(38, 110)
    return lines


def _without_slivers(pieces: list[Polygon]) -> list[Polygon]:
    """Join pieces that are too small or too thin to the neighbour with the longest common border."""
    pieces = sorted(pieces, key=lambda piece: piece.area)
    usable: list[Polygon] = []
    while pieces:
        piece = pieces.pop(0)
        if piece.area >= 1_300 and _compactness(piece) > 0.38:
            usable.append(piece)
            continue
        partner = _best_neighbour(piece, pieces)
        if partner is not None:
            pieces[partner] = checked(shapely.union(pieces[partner], piece), Polygon)
    return usable


def _compactness(piece: Polygon) -> float:
    return float(4 * np.pi * piece.area / piece.length**2)


def _best_neighbour(piece: Polygon, others: list[Polygon]) -> int | None:
    """Return the index of the neighbour with the longest common border, if both together form one polygon."""
    shared = [piece.intersection(other).length for other in others]
    if not shared or max(shared) < 5:
        return None
    index = int(np.argmax(shared))
    return index if shapely.union(piece, others[index]).geom_type == "Polygon" else None


def sites_of(block: Polygon, wanted: int, rng: np.random.Generator) -> list[Polygon]:
    """Return up to `wanted` building sites: the whole block, single parcels, or two or three neighbours together."""
    if wanted and chance(rng, 0.55 if block.area > 22_000 else 0.12 if block.area > 12_000 else 0):
        return [rounded(block)]
    pieces = parcels_of(block, rng)
    sites: list[Polygon] = []
    while pieces and len(sites) < wanted:
        site = pieces.pop(between(rng, 0, len(pieces) - 1))
        for _ in range(between(rng, 1, 2) if chance(rng, 0.35) else 0):
            partner = _best_neighbour(site, pieces)
            if partner is None:
                break
            joined = checked(shapely.union(site, pieces[partner]), Polygon)
            if _compactness(joined) < 0.42:
                break
            site = joined
            pieces.pop(partner)
        sites.append(rounded(site))
    return sites
