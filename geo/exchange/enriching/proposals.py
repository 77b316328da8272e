"""What a register's areas say, and what follows for plots."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from geo.exchange.enriching.plots import Plot
from geo.records.layers.layer import Text

Shapes = np.ndarray[Any, np.dtype[np.object_]]


@dataclass(frozen=True, slots=True)
class Areas:
    """Areas in the stored CRS; ``values`` has for each column of plots what each area says (None: nothing).

    ``names`` are how people find an area again: a zone's key, a plan's name.
    """

    shapes: Shapes
    names: list[str]
    values: dict[str, list[str | None]]
    notes: list[Text] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make invalid areas valid: only how far they overlap is asked of them."""
        invalid = ~shapely.is_valid(self.shapes)
        if invalid.any():
            self.shapes[invalid] = shapely.make_valid(self.shapes[invalid])
            count = int(invalid.sum())
            self.notes.append(
                Text(
                    f"{count} Flächen der Datei überschneiden sich selbst; für den Vergleich wurden sie berichtigt.",
                    f"{count} areas of the file intersect themselves; they were corrected for the comparison.",
                )
            )


@dataclass(frozen=True, slots=True)
class Proposal:
    """Values for columns of a plot that belong together, and why: the areas and their share of the plot."""

    plot: Plot
    values: dict[str, str]
    proof: Text


@dataclass(frozen=True, slots=True)
class Undecided:
    """Columns of a plot for which nothing follows: no area says anything of it, or several say different things."""

    plot: Plot
    columns: tuple[str, ...]
    is_ambiguous: bool
    reason: Text


@dataclass(frozen=True, slots=True)
class Decisions:
    """What follows for all plots."""

    proposals: list[Proposal] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
