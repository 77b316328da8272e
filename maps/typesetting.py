"""Sets a document by Typst: the templates are ours, and the content comes as data, never as Typst's language.

The PDF is tagged (PDF/UA-1), so that screen readers read it; its fonts are embedded, and no others than ours are used.
"""

import json
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import typst
from fontTools.ttLib import TTFont

from maps.printed import FONTS

ROOT = files("maps")
"""Above which no template reads."""
STANDARDS: list[Any] = ["ua-1"]
MISSING = "?"
"""What stands for a character that the font does not have: a PDF for all readers may not leave it open."""
KEPT = "\n\t"


def typeset(template: str, content: dict[str, Any], day: str) -> bytes:
    """The PDF of a content, by a template below the root; ``day`` (ISO 8601) is when it was made."""
    printed = datetime.combine(date.fromisoformat(day), time(12), UTC)
    with as_file(ROOT) as root, as_file(FONTS) as fonts:
        made = typst.compile(
            str(root / template),
            root=str(root),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            sys_inputs={"content": json.dumps(printable(content))},
            pdf_standards=STANDARDS,
            timestamp=printed,
        )
    assert isinstance(made, bytes)
    return made


def printable(content: Any) -> Any:
    """The content with only such characters as the font has."""
    if isinstance(content, dict):
        return {name: printable(part) for name, part in content.items()}
    if isinstance(content, list):
        return [printable(part) for part in content]
    if not isinstance(content, str) or (content.isascii() and content.isprintable()):
        return content
    return "".join(letter if letter in KEPT or ord(letter) in letters() else MISSING for letter in content)


@cache
def letters() -> frozenset[int]:
    """The characters that the font has."""
    with as_file(FONTS.joinpath("SourceSans3-Regular.ttf")) as path, TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())
