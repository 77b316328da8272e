"""Typesets documents with Typst: the templates are ours, and content is passed as data, never as Typst markup.

The PDF is tagged for screen readers (PDF/UA-1) and embeds the fonts of maps.fonts; no others are used. Colours and logo
are those of maps.design.

``python -m maps.typesetting`` reads a `Manuscript` on standard input and writes the PDF to stdout.
"""

import json
import sys
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import as_file, files
from typing import Any, NamedTuple

import typst

from maps import design, fonts

ROOT = files("maps")
"""Templates cannot read files outside this folder."""
STANDARDS: list[Any] = ["ua-1"]
MISSING = "?"
"""Replaces characters missing in the font: PDF/UA does not allow undefined glyphs."""
KEPT = "\n\t"


class Manuscript(NamedTuple):
    """A PDF to typeset: the path of its template below the root, its content as JSON, and its day (ISO 8601)."""

    template: str
    content: str
    day: str

    def dump(self) -> bytes:
        """Return the manuscript as JSON, for the process that typesets it."""
        return json.dumps(self).encode()


def main() -> None:
    """Read the manuscript and write the PDF."""
    sys.stdout.buffer.write(_compiled(Manuscript(*json.loads(sys.stdin.buffer.read()))))


def manuscript(template: str, content: dict[str, Any], day: str) -> Manuscript:
    """Return what `typeset` typesets, for a process that only does that."""
    return Manuscript(template, json.dumps(printable(content)), day)


def typeset(template: str, content: dict[str, Any], day: str) -> bytes:
    """Return the content as a PDF, by a template below the root; ``day`` (ISO 8601) becomes its creation date."""
    return _compiled(manuscript(template, content, day))


def _compiled(given: Manuscript) -> bytes:
    printed = datetime.combine(date.fromisoformat(given.day), time(12), UTC)
    with as_file(ROOT) as root, fonts.folder() as folder:
        made = typst.compile(
            str(root / given.template),
            root=str(root),
            font_paths=[str(folder)],
            ignore_system_fonts=True,
            sys_inputs={"content": given.content, "design": json.dumps(design.for_typst())},
            pdf_standards=STANDARDS,
            timestamp=printed,
        )
    assert isinstance(made, bytes)
    return made


def printable(content: Any) -> Any:
    """Return the content with characters missing in the font replaced."""
    if isinstance(content, dict):
        return {name: printable(part) for name, part in content.items()}
    if isinstance(content, list):
        return [printable(part) for part in content]
    if not isinstance(content, str) or (content.isascii() and content.isprintable()):
        return content
    return "".join(letter if letter in KEPT or ord(letter) in letters() else MISSING for letter in content)


@cache
def letters() -> frozenset[int]:
    """Return the code points that the fonts cover."""
    from fontTools.ttLib import TTFont

    with as_file(fonts.FONTS.joinpath(fonts.WEIGHTS[400])) as packaged:
        covered: frozenset[int] = frozenset()
        for path in (packaged, *fonts.own_files().values()):
            with TTFont(path, lazy=True) as font:
                covered |= frozenset(font.getBestCmap() or ())
        return covered


if __name__ == "__main__":
    main()
