"""What the files of an agency's design have to be: a logo that is complete and harmless, a font that is whole."""

import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree

PNG = b"\x89PNG\r\n\x1a\n"
FONTS = (b"\x00\x01\x00\x00", b"true", b"OTTO")
"""What files of single fonts begin with: TrueType, and OpenType with PostScript outlines."""
SVG = "{http://www.w3.org/2000/svg}"
HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
ACTIVE = {f"{SVG}{name}" for name in ("script", "foreignObject", "iframe", "audio", "video", "a", "handler")}
OTHER_FILES = re.compile(r"url\(\s*['\"]?(?!#|data:image/)|@import|javascript:", re.IGNORECASE)
LENGTH = re.compile(r"([0-9]*\.?[0-9]+)(?:px|pt|mm|cm|in)?")


class Extent(NamedTuple):
    """Width and height of an image, in any unit."""

    width: float
    height: float


def is_png(content: bytes) -> bool:
    """Whether a file is a PNG by its first bytes; other logos are SVG."""
    return content.startswith(PNG)


def extent_of(content: bytes) -> Extent | None:
    """Return the extent of a logo, or None if it says none."""
    if is_png(content):
        return Extent(int.from_bytes(content[16:20]), int.from_bytes(content[20:24]))
    root = ElementTree.fromstring(content)
    box = [float(number) for number in re.split(r"[\s,]+", root.get("viewBox", "").strip()) if number]
    sides = box[2:] if len(box) == 4 else [_length(root.get(name, "")) for name in ("width", "height")]
    return Extent(*sides) if all(sides) and len(sides) == 2 else None


def problem_of_logo(content: bytes) -> str | None:
    """Return why a file is no logo, or None."""
    if is_png(content):
        return None if _is_whole_png(content) and all(extent_of(content) or ()) else "it is not a complete PNG"
    if b"<!ENTITY" in content:
        return "it declares entities; save it as plain SVG"
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError:
        return "it is neither SVG nor PNG"
    if root.tag != f"{SVG}svg":
        return "it is neither SVG nor PNG"
    if found := next(_harmful(root), None):
        return f"it has {found}, which a logo must not have; save it as plain SVG"
    try:
        extent = extent_of(content)
    except ValueError:
        extent = None
    return None if extent else "it says no size: give the svg element a viewBox"


def problem_of_font(content: bytes) -> str | None:
    """Return why a file is no font that can be used, or None."""
    if not content.startswith(FONTS):
        return "it is neither a TTF nor an OTF file"
    tables = (content[12 + 16 * at : 28 + 16 * at] for at in range(int.from_bytes(content[4:6])))
    ends = [int.from_bytes(table[8:12]) + int.from_bytes(table[12:16]) for table in tables if len(table) == 16]
    return None if ends and max(ends) <= len(content) else "it is not complete"


def _harmful(root: ElementTree.Element) -> Iterator[str]:
    """Yield what runs, links, or fetches something."""
    for element in root.iter():
        if element.tag in ACTIVE:
            yield f"the element “{str(element.tag).removeprefix(SVG)}”"
        if OTHER_FILES.search(element.text or ""):
            yield "a style that names other files"
        for name, value in element.attrib.items():
            if name.lower().startswith("on"):
                yield f"the attribute “{name}”"
            elif name in HREFS and not value.startswith(("#", "data:image/")):
                yield "a link to another file"
            elif OTHER_FILES.search(value):
                yield f"another file in “{name}”"


def _is_whole_png(content: bytes) -> bool:
    at = len(PNG)
    while at < len(content):
        length = int.from_bytes(content[at : at + 4])
        body, written = content[at + 4 : at + 8 + length], content[at + 8 + length : at + 12 + length]
        if len(written) < 4 or zlib.crc32(body) != int.from_bytes(written):
            return False
        if body.startswith(b"IEND"):
            return True
        at += 12 + length
    return False


def _length(text: str) -> float:
    found = LENGTH.fullmatch(text.strip())
    return float(found[1]) if found else 0
