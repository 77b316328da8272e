"""What the files of an agency's design have to be: a logo that is complete and harmless, a font that is whole."""

import re
from math import isfinite
from typing import NamedTuple
from xml.etree import ElementTree

from geo.profile.png import SIGNATURE, problem_of_png
from geo.profile.svg import SVG, harmful
from geo.text import Text

FONTS = (b"\x00\x01\x00\x00", b"true", b"OTTO")
"""What files of single fonts begin with: TrueType, and OpenType with PostScript outlines."""
LONGEST = 50
"""How many times one side of a logo may be as long as the other: what is longer could not be seen where logos stand."""
LENGTH = re.compile(r"([0-9]*\.?[0-9]+)(?:px|pt|mm|cm|in)?")


class Extent(NamedTuple):
    """Width and height of an image, in any unit."""

    width: float
    height: float


def is_png(content: bytes) -> bool:
    """Whether a file is a PNG by its first bytes; other logos are SVG."""
    return content.startswith(SIGNATURE)


def extent_of(content: bytes) -> Extent | None:
    """Return the extent of a logo, or None if it says none."""
    if is_png(content):
        return Extent(int.from_bytes(content[16:20]), int.from_bytes(content[20:24]))
    root = ElementTree.fromstring(content)
    box = [float(number) for number in re.split(r"[\s,]+", root.get("viewBox", "").strip()) if number]
    sides = box[2:] if len(box) == 4 else [_length(root.get(name, "")) for name in ("width", "height")]
    return Extent(*sides) if all(sides) and len(sides) == 2 else None


def problem_of_logo(content: bytes) -> Text | None:
    """Return why a file is no logo, or None."""
    problem = problem_of_png(content) if is_png(content) else _problem_of_svg(content)
    if problem:
        return problem
    try:
        extent = extent_of(content)
    except ValueError:
        extent = None
    if not extent or not all(isfinite(side) and side > 0 for side in extent):
        return Text(
            "sie nennt keine Größe: geben Sie dem Element svg eine viewBox",
            "it says no size: give the svg element a viewBox",
        )
    if max(extent) > LONGEST * min(extent):
        return Text(
            f"eine Seite ist mehr als {LONGEST}-mal so lang wie die andere",
            f"one side is more than {LONGEST} times as long as the other",
        )
    return None


def _problem_of_svg(content: bytes) -> Text | None:
    try:
        text = content.decode("utf-8-sig")
        root = ElementTree.fromstring(content)
    except (UnicodeDecodeError, ElementTree.ParseError, LookupError, ValueError) as error:
        # Without this, whoever saved it as UTF-16 would look for another mistake.
        is_other = isinstance(error, UnicodeDecodeError) and content.startswith((b"\xff\xfe", b"\xfe\xff", b"<"))
        return (
            Text("sie ist nicht UTF-8; speichern Sie sie als einfaches SVG", "it is not UTF-8; save it as plain SVG")
            if is_other
            else Text("sie ist weder SVG noch PNG", "it is neither SVG nor PNG")
        )
    if "<!ENTITY" in text:
        return Text(
            "sie erklärt Entitäten; speichern Sie sie als einfaches SVG", "it declares entities; save it as plain SVG"
        )
    if root.tag != f"{SVG}svg":
        return Text("sie ist weder SVG noch PNG", "it is neither SVG nor PNG")
    if found := next(harmful(root, text), None):
        return Text(
            f"sie hat {found.de}, was ein Logo nicht haben darf; speichern Sie sie als einfaches SVG",
            f"it has {found.en}, which a logo must not have; save it as plain SVG",
        )
    return None


def problem_of_font(content: bytes) -> Text | None:
    """Return why a file is no font that can be used, or None."""
    if not content.startswith(FONTS):
        return Text("sie ist weder eine TTF- noch eine OTF-Datei", "it is neither a TTF nor an OTF file")
    tables = (content[12 + 16 * at : 28 + 16 * at] for at in range(int.from_bytes(content[4:6])))
    ends = [int.from_bytes(table[8:12]) + int.from_bytes(table[12:16]) for table in tables if len(table) == 16]
    return None if ends and max(ends) <= len(content) else Text("sie ist nicht vollständig", "it is not complete")


def _length(text: str) -> float:
    found = LENGTH.fullmatch(text.strip())
    return float(found[1]) if found else 0
