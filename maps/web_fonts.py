"""The fonts of documents as web pages use them."""

import re
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from maps import fonts

LETTERS = [*range(0x20, 0x7F), *range(0xA0, 0x180), 0x20AC, *range(0x2010, 0x2027), 0x202F, 0x2212, 0x2190, 0x2192]
"""The characters kept in embedded fonts: those of Latin scripts."""
UNSAFE = re.compile(r'[<>"\\\x00-\x1f]')


def css_name(family: str) -> str:
    """Return a font's name without what would end a quoted name in a style sheet or in an HTML page."""
    return UNSAFE.sub("", family)


@cache
def font_faces() -> str:
    """Return the @font-face rules of the font of documents, with the files embedded."""
    with fonts.weights() as files:
        urls = {weight: _url(woff(path, LETTERS)) for weight, path in files.items()}
    return "\n".join(font_face(fonts.families()[0], weight, url) for weight, url in urls.items())


def font_face(family: str, weight: int, url: str) -> str:
    """Return the @font-face rule of a WOFF file."""
    return (
        f'@font-face {{ font-family: "{css_name(family)}"; font-weight: {weight}; src: url("{url}") format("woff"); }}'
    )


def woff(path: Path, letters: Sequence[int] | None = None) -> bytes:
    """Return a font as WOFF, with these characters only if any are given."""
    with TTFont(path, recalcTimestamp=False) as font:
        if letters:
            options: Any = Options()
            options.flavor = "woff"
            options.layout_features = ["kern", "liga", "lnum", "tnum"]
            subsetter = Subsetter(options)
            subsetter.populate(unicodes=letters)
            subsetter.subset(font)
        font.flavor = "woff"
        stream = BytesIO()
        font.save(stream)
        return stream.getvalue()


def _url(content: bytes) -> str:
    return f"data:font/woff;base64,{b64encode(content).decode()}"
