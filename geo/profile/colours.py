"""Colours as #rrggbb: their contrast by WCAG 2.1, and mixtures."""

import re

HEX = re.compile(r"#[0-9a-fA-F]{6}")
ENOUGH = 4.5
"""The contrast that text needs by WCAG 2.1, level AA."""
GROUND = "#f4f6f8"
"""The darkest ground on which the pages have text in the agency's colour."""
BLACK, WHITE = "#000000", "#ffffff"


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    """Return the colour with this share (0 to 1) of another one in it."""
    channels = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in channels)


def readable(colour: str) -> str:
    """Return the colour if text in it can be read on the pages' ground, else the nearest darker tone that can."""
    tones = (mixed(colour, BLACK, percent / 100) for percent in range(101))
    return next(tone for tone in tones if contrast(tone, GROUND) >= ENOUGH)


def lightened(colour: str, ground: str) -> str:
    """Return the colour if text in it can be read on a dark ground, else the nearest lighter tone that can."""
    tones = (mixed(colour, WHITE, percent / 100) for percent in range(101))
    return next(tone for tone in tones if contrast(tone, ground) >= ENOUGH)


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def _luminance(colour: str) -> float:
    shares = (channel / 255 for channel in _channels(colour))
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
