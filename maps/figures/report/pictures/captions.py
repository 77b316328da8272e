"""Texts about a picture's figures, for legends and text alternatives."""

from decimal import Decimal

from geo.formatting import number, printed
from maps.figures.report.pictures.places import Counted
from maps.figures.report.words import say

SPACE = "\N{NO-BREAK SPACE}"
OTHER_PARTS = ("outside", "unlocated")


def figure(counted: Counted, language: str) -> str:
    """Return the figure, rounded and with its unit, as the report prints it."""
    indicator = counted.indicator
    return printed(indicator.rounded(counted.total), indicator.decimals, indicator.unit.printed, language)


def quantity(key: str, count: Decimal | int, language: str) -> str:
    """Return a count with its noun: ``key`` is the singular's key, with an s appended the plural's."""
    text = say(key if count == 1 else f"{key}s", language, count=number(Decimal(count), language))
    return text.replace(" ", SPACE, 1)


def by_district(counted: Counted, language: str) -> str:
    """Return a sentence with the figure's non-zero parts by district, largest first, or an empty text."""
    decimals = counted.indicator.part_decimals
    parts = [
        f"{say(part, language) if part in OTHER_PARTS else part} {number(amount, language, decimals)}"
        for part, amount in sorted(counted.parts.items(), key=lambda item: (-item[1], item[0]))
        if amount
    ]
    return say("by_district_of", language, parts=", ".join(parts)) if parts else ""


def capital(text: str) -> str:
    """Return the text with its first letter in upper case."""
    return text[:1].upper() + text[1:]
