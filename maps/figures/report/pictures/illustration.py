"""A picture of a report: an SVG for the screen, a PNG for print, and a text alternative."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Illustration:
    """A map or a chart. ``png`` has 300 dots per inch; sizes are millimetres.

    ``alt`` is the text alternative with all figures; ``note`` is a visible text with figures the picture lacks.
    """

    key: str
    title: str
    alt: str
    svg: str
    png: bytes
    width: float
    height: float
    note: str = ""
