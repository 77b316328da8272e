"""Reads a PDF as other programs do: its text as a browser shows it, and its objects."""

import io
import re
from collections.abc import Iterator
from functools import cache, cached_property
from typing import Any

import pypdfium2
from pypdf import PdfReader

from tests.test_api.helpers import Api

EXPOSE = "/api/plots/{}/expose"
BROKEN = "[\N{SOFT HYPHEN}\x02\ufffe]\\s*"
"""Matches what the reader returns where a word is hyphenated at a line's end."""


class Pdf:
    """A PDF from an answer."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.reader = PdfReader(io.BytesIO(content))

    @cached_property
    def pages(self) -> list[str]:
        """The text of each page, with single spaces and without hyphenation."""
        with pypdfium2.PdfDocument(self.content) as document:
            found = [page.get_textpage().get_text_range() for page in document]
        return [re.sub(r"\s+", " ", re.sub(BROKEN, "", page)) for page in found]

    @property
    def text(self) -> str:
        """The text of all pages."""
        return " ".join(self.pages)

    @property
    def right_edge(self) -> float:
        """The right edge of the rightmost text, in points."""
        with pypdfium2.PdfDocument(self.content) as document:
            texts = [page.get_textpage() for page in document]
            return max(text.get_rect(at)[2] for text in texts for at in range(text.count_rects()))

    def everything(self) -> bytes:
        """Return all its bytes, every stream decompressed, and the text."""
        parts = [self.content, self.text.encode()]
        for item in self._objects():
            parts.append(repr(item).encode())
            if hasattr(item, "get_data"):
                parts.append(item.get_data())
        return b"".join(parts)

    def fonts(self) -> dict[str, Any]:
        """Return the descriptors of all its fonts, by the fonts' names."""
        return {
            item["/FontName"]: item
            for item in self._objects()
            if isinstance(item, dict) and item.get("/Type") == "/FontDescriptor"
        }

    def tags(self) -> list[str]:
        """Return the kinds of its structure elements, in no particular order."""
        return [
            str(item["/S"]).lstrip("/")
            for item in self._objects()
            if isinstance(item, dict) and "/S" in item and "/P" in item
        ]

    def _objects(self) -> Iterator[Any]:
        for number in range(1, int(self.reader.trailer["/Size"])):  # pyright: ignore[reportArgumentType]
            yield self.reader.get_object(number)


def expose(client: Api, plot: int, **parameters: str) -> Pdf:
    """Return a plot's exposé."""
    return _pdf(client, EXPOSE.format(plot), **parameters)


def shortlist(client: Api, *plots: int, **parameters: str) -> Pdf:
    """Return the shortlist of these plots as PDF."""
    return _pdf(client, "/api/shortlist", plots=",".join(map(str, plots)), **parameters)


# Each takes a second or more to make.
@cache
def _pdf(client: Api, url: str, **parameters: str) -> Pdf:
    response = client.get(url, **parameters)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/pdf"
    return Pdf(response.content)
