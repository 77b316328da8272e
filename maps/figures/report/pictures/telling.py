"""What a picture shows, in words: for legends, and for those who do not see it."""

from decimal import Decimal

from geo.formatting import number, with_unit
from maps.figures.report.pictures.places import Counted
from maps.figures.report.words import say

SPACE = "\N{NO-BREAK SPACE}"
OTHER_PARTS = ("outside", "unlocated")


def figure(counted: Counted, language: str) -> str:
    """The figure as the report prints it."""
    return with_unit(counted.indicator.rounded(counted.total), counted.indicator.unit, language)


def so_many(key: str, count: Decimal | int, language: str) -> str:
    """A number of things: ``key`` names one of them, and with an s several."""
    said = say(key if count == 1 else f"{key}s", language, count=number(Decimal(count), language))
    return said.replace(" ", SPACE, 1)


def by_district(counted: Counted, language: str) -> str:
    """The parts of a figure that are not zero, the largest first."""
    decimals = counted.indicator.unit.value.part_decimals
    parts = [
        f"{say(part, language) if part in OTHER_PARTS else part} {number(amount, language, decimals)}"
        for part, amount in sorted(counted.parts.items(), key=lambda item: (-item[1], item[0]))
        if amount
    ]
    return say("by_district_of", language, parts=", ".join(parts)) if parts else ""


def capital(text: str) -> str:
    """The text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]
