"""What a picture of a report is: drawn once, for the screen and for print, with words for those who do not see it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Illustration:
    """A map or a chart. ``png`` has 300 dots per inch; sizes are millimetres.

    ``alt`` says its figures to those who do not see it, ``note`` what of them is not in the picture to those who do.
    """

    key: str
    title: str
    alt: str
    svg: str
    png: bytes
    width: float
    height: float
    note: str = ""
