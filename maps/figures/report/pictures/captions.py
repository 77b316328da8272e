"""Texts about a picture's figures, for legends and text alternatives."""

from decimal import Decimal

from geo.figures.kpis.reform_notes import plural, singular
from geo.formatting import number, printed
from geo.profile.levels import UPPER
from maps.figures.report.pictures.places import Counted, Places
from maps.figures.report.values import OTHER_PARTS
from maps.figures.report.words import say

SPACE = "\N{NO-BREAK SPACE}"


def figure(counted: Counted, language: str) -> str:
    """Return the figure, rounded and with its unit, as the report prints it."""
    indicator = counted.indicator
    return printed(indicator.rounded(counted.total), indicator.decimals, indicator.unit.printed, language)


def quantity(key: str, count: Decimal | int, language: str) -> str:
    """Return a count with its noun: ``key`` is the singular's key, with an s appended the plural's."""
    text = say(key if count == 1 else f"{key}s", language, count=number(Decimal(count), language))
    return text.replace(" ", SPACE, 1)


def by_district(counted: Counted, places: Places, language: str) -> str:
    """Return a sentence with the figure's non-zero parts by district, largest first, or an empty text."""
    if not places.is_divided:
        return ""
    decimals = counted.indicator.part_decimals
    parts = [
        f"{say(part, language) if part in OTHER_PARTS else part} {number(amount, language, decimals)}"
        for part, amount in sorted(counted.parts.items(), key=lambda item: (-item[1], item[0]))
        if amount
    ]
    if not parts:
        return ""
    if places.level == UPPER:
        return say("by_district_of", language, parts=", ".join(parts))
    return say("by_parts_of", language, level=plural(places.level).in_language(language), parts=", ".join(parts))


def subject(places: Places, language: str) -> str:
    """Return a sentence on what a map shows of the city, for its text alternative."""
    if places.part:
        return say("map_of_part", language, name=places.part.name)
    if places.level == UPPER:
        return say("map_of", language)
    return say("map_of_level", language, parts=plural(places.level).in_language(language))


def borders(places: Places, language: str) -> str:
    """Return what the borders on a map are, for its legend."""
    if not places.is_divided:
        return singular().in_language(language)
    return say("districts", language) if places.level == UPPER else plural(places.level).in_language(language)


def capital(text: str) -> str:
    """Return the text with its first letter in upper case."""
    return text[:1].upper() + text[1:]
