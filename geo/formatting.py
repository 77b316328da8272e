"""Numbers and dates as people read them, 54.900 and 31.12.2023 in German, 54,900 and 31 Dec 2023 in English; and as
machines do.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from geo.units import Unit

SEPARATORS = {"de": (".", ","), "en": (",", ".")}


def plain(value: Decimal) -> str:
    """The exact number for machines: decimal point, no exponent, no zeros behind the last digit."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def json_number(value: Decimal) -> int | float:
    """The number for JSON: its shortest form has every digit of the exact one, up to fifteen."""
    return int(value) if value == value.to_integral_value() else float(value)


def number(value: Decimal | float, language: str = "de", decimals: int | None = None) -> str:
    """The number for people; ``decimals`` as many as given (half away from zero), else as many as it has."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if decimals is None:
        text = f"{Decimal(plain(exact)):,f}"
    else:
        text = f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,f}"
    thousands, point = SEPARATORS["en" if language == "en" else "de"]
    return text.translate(str.maketrans({",": thousands, ".": point, "-": "−"}))


def with_unit(value: Decimal, unit: Unit, language: str = "de", decimals: int | None = None) -> str:
    """The figure as printed: 54.900 m², 221 km; a count stands alone. The space does not break."""
    text = number(value, language, decimals)
    return f"{text}\N{NO-BREAK SPACE}{unit.printed.in_language(language)}" if unit.printed else text


def day(value: date, language: str = "de") -> str:
    """The date for people."""
    return f"{value.day} {value:%b %Y}" if language == "en" else f"{value:%d.%m.%Y}"
