"""Shading classes for a figure by district: round limits, darker for more; zero is a class of its own."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from geo.formatting import number
from maps import style
from maps.figures.report.words import say

STEPS = (1, 2, 5)
FILLS = ("#f5e6c8", "#e8cd98", "#d6ae66", "#b98736", "#8a5d18")
"""From few to many; each at least a tenth darker than the previous one, so that they differ in greyscale."""


@dataclass(frozen=True, slots=True)
class Shade:
    """The class of amounts greater than ``above`` and at most ``upto``."""

    above: Decimal
    upto: Decimal
    fill: str
    label: str

    def __contains__(self, amount: Decimal) -> bool:
        return self.above < amount <= self.upto


def shades(amounts: Sequence[Decimal], language: str) -> list[Shade]:
    """Return the class for zero and up to five classes of equal round width that cover the amounts."""
    most = max(amounts, default=Decimal(0))
    found = [Shade(Decimal(-1), Decimal(0), style.PAPER, say("none", language))]
    if most <= 0:
        return found
    width = _round_width(most)
    for at in range(math.ceil(most / width)):
        above, upto = width * at, width * (at + 1)
        first, last = number(above + 1, language), number(upto, language)
        label = first if first == last else f"{first}–{last}"
        found.append(Shade(above, upto, FILLS[at], label))
    return found


def _round_width(most: Decimal) -> Decimal:
    """Return the smallest round width with which five classes cover ``most``."""
    power = Decimal(1)
    while True:
        for step in STEPS:
            if step * power * len(FILLS) >= most:
                return step * power
        power *= 10
