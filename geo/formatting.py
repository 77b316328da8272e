"""Formats numbers and dates, for people (54.900 and 31.12.2023 in German, 54,900 and 31 Dec 2023 in English) and for
machines.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from geo.text import Text
from geo.units import OwnUnit, Unit

NOTHING = "–"
"""What is printed where there is no figure."""

SEPARATORS = {"de": (".", ","), "en": (",", ".")}


def plain(value: Decimal) -> str:
    """Return the exact number for machines: decimal point, no exponent, no trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def json_number(value: Decimal) -> int | float:
    """Return the number for JSON; exact up to fifteen significant digits."""
    return int(value) if value == value.to_integral_value() else float(value)


def number(value: Decimal | float, language: str = "de", decimals: int | None = None) -> str:
    """Return the number for people, rounded to ``decimals`` (half away from zero), else with all its digits."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if decimals is None:
        text = f"{Decimal(plain(exact)):,f}"
    else:
        text = f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,f}"
    thousands, point = SEPARATORS["en" if language == "en" else "de"]
    return text.translate(str.maketrans({",": thousands, ".": point, "-": "−"}))


def printed(value: Decimal | None, decimals: int, unit: Text | None, language: str = "de") -> str:
    """Return a figure as every output prints it: 54.900 m², 81,90 ha, – for none.

    It has ``decimals`` decimals, and more only if the value has: what has been rounded already, or set by a person, is
    not rounded again. The unit follows after a no-break space.
    """
    if value is None:
        return NOTHING
    own = plain(value).partition(".")[2]
    text = number(value, language, max(decimals, len(own)))
    return f"{text} {unit.in_language(language)}".replace(" ", "\N{NO-BREAK SPACE}") if unit else text


def excel_format(value: Decimal, decimals: int) -> str:
    """Return the number format with which a workbook shows a figure as `printed` does."""
    shown = max(decimals, len(plain(value).partition(".")[2]))
    return "#,##0" + (f".{'0' * shown}" if shown else "")


def with_unit(value: Decimal, unit: Unit | OwnUnit, language: str = "de", decimals: int | None = None) -> str:
    """Return the figure as printed, with a no-break space: 54.900 m², 221 km. A count has no unit."""
    text = number(value, language, decimals)
    return f"{text}\N{NO-BREAK SPACE}{unit.printed.in_language(language)}" if unit.printed else text


def day(value: date, language: str = "de") -> str:
    """Return the date for people."""
    return f"{value.day} {value:%b %Y}" if language == "en" else f"{value:%d.%m.%Y}"
