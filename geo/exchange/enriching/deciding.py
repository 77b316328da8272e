"""Which areas a plot lies in: the value that covers most of it, if that is clear."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely

from geo.exchange.enriching.plots import Plot
from geo.exchange.enriching.proposals import Areas, Decisions, Proposal, Shapes, Undecided
from geo.formatting import number
from geo.records.layers.layer import Text

SMALLEST_SHARE = 0.01
"""The share of a plot below which an overlap is a matter of drawing, and does not count."""

CLEAR_SHARE = 0.5
CLEAR_LEAD = 2
"""A value is clear if it covers more than this share of the plot, and so many times as much as any other value."""


class Overlap(NamedTuple):
    """The common part of a plot and an area, by the area's index."""

    area: int
    shape: shapely.Geometry


class Candidate(NamedTuple):
    """Values that areas give a plot, the share of the plot that they cover (0 to 1), and the areas' names."""

    values: tuple[str | None, ...]
    share: float
    names: tuple[str, ...]


def overlaps(plots: Sequence[Plot], shapes: Shapes) -> list[list[Overlap]]:
    """Return for each plot the areas that share some of its area."""
    found: list[list[Overlap]] = [[] for _ in plots]
    if not plots or not len(shapes):
        return found
    own = np.array([plot.shape for plot in plots], object)
    places, areas = shapely.STRtree(shapes).query(own, predicate="intersects")
    common = shapely.intersection(own[places], shapes[areas])
    for place, area, shape in zip(places.tolist(), areas.tolist(), common, strict=True):
        if shapely.area(shape) > 0:
            found[place].append(Overlap(area, shape))
    return found


def decide(plots: Sequence[Plot], areas: Areas, groups: Sequence[tuple[str, ...]]) -> Decisions:
    """Return for each plot and each group of columns the values that follow, or why none do.

    The columns of a group belong together: a ground value, its day and its zone. Areas that say the same of a group
    count as one. An area that says nothing of it does not count.
    """
    decisions = Decisions(notes=list(areas.notes))
    for plot, common in zip(plots, overlaps(plots, areas.shapes), strict=True):
        for group in groups:
            found = candidates(plot, common, areas, group)
            if found and _is_clear(found):
                best = found[0]
                values = {name: value for name, value in zip(group, best.values, strict=True) if value is not None}
                decisions.proposals.append(Proposal(plot, values, proof(best)))
            else:
                decisions.undecided.append(Undecided(plot, group, bool(found), _why_not(found)))
    return decisions


def candidates(plot: Plot, common: Sequence[Overlap], areas: Areas, group: tuple[str, ...]) -> list[Candidate]:
    """Return what the areas say of a group of columns, the largest share first."""
    parts: dict[tuple[str | None, ...], list[Overlap]] = {}
    for overlap in common:
        values = tuple(areas.values[column][overlap.area] for column in group)
        if any(value is not None for value in values):
            parts.setdefault(values, []).append(overlap)
    found: list[Candidate] = []
    for values, same in parts.items():
        share = shapely.union_all([overlap.shape for overlap in same]).area / plot.shape.area
        names = tuple(sorted({areas.names[overlap.area] for overlap in same}))
        if share >= SMALLEST_SHARE:
            found.append(Candidate(values, share, names))
    return sorted(found, key=lambda candidate: (-candidate.share, candidate.names))


def proof(candidate: Candidate) -> Text:
    """Return where values come from: the areas, and the share of the plot that they cover."""
    named = _named(candidate.names)
    return Text(f"{named}: {_percent(candidate.share, 'de')}", f"{named}: {_percent(candidate.share, 'en')}")


def _is_clear(found: Sequence[Candidate]) -> bool:
    best = found[0].share
    return best > CLEAR_SHARE and all(best >= CLEAR_LEAD * other.share for other in found[1:])


def _why_not(found: Sequence[Candidate]) -> Text:
    if not found:
        return Text("Keine Fläche der Datei sagt etwas darüber.", "No area of the file says anything about it.")
    listed = [(_values(candidate), candidate.share) for candidate in found]
    de = "; ".join(f"{values} {_percent(share, 'de')}" for values, share in listed)
    en = "; ".join(f"{values} {_percent(share, 'en')}" for values, share in listed)
    return Text(f"Nicht eindeutig: {de}", f"Not clear: {en}")


def _values(candidate: Candidate) -> str:
    values = ", ".join(value for value in candidate.values if value is not None)
    named = _named(candidate.names)
    return values if named == values else f"{values} ({named})"


def _named(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")


def _percent(share: float, language: str) -> str:
    return f"{number(round(100 * share), language)}\N{NO-BREAK SPACE}%"
