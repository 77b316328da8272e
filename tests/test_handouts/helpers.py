"""Ways to read a PDF as others do: its text as a browser's reader has it, and what it is made of."""

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
"""What the reader has where a word was hyphenated at a line's end."""


class Pdf:
    """A PDF that was answered."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.reader = PdfReader(io.BytesIO(content))

    @cached_property
    def pages(self) -> list[str]:
        """What is written on each page: every gap is one space, and what was hyphenated is whole."""
        with pypdfium2.PdfDocument(self.content) as document:
            found = [page.get_textpage().get_text_range() for page in document]
        return [re.sub(r"\s+", " ", re.sub(BROKEN, "", page)) for page in found]

    @property
    def text(self) -> str:
        """What is written on all pages."""
        return " ".join(self.pages)

    @property
    def right_edge(self) -> float:
        """How far to the right anything is written, in points."""
        with pypdfium2.PdfDocument(self.content) as document:
            texts = [page.get_textpage() for page in document]
            return max(text.get_rect(at)[2] for text in texts for at in range(text.count_rects()))

    def everything(self) -> bytes:
        """All its bytes, every stream load_job, and the text."""
        parts = [self.content, self.text.encode()]
        for item in self._objects():
            parts.append(repr(item).encode())
            if hasattr(item, "get_data"):
                parts.append(item.get_data())
        return b"".join(parts)

    def fonts(self) -> dict[str, Any]:
        """The descriptors of all its fonts, by the fonts' names."""
        return {
            item["/FontName"]: item
            for item in self._objects()
            if isinstance(item, dict) and item.get("/Type") == "/FontDescriptor"
        }

    def tags(self) -> list[str]:
        """The kinds of its structure elements, in no order."""
        return [
            str(item["/S"]).lstrip("/")
            for item in self._objects()
            if isinstance(item, dict) and "/S" in item and "/P" in item
        ]

    def _objects(self) -> Iterator[Any]:
        for number in range(1, int(self.reader.trailer["/Size"])):  # pyright: ignore[reportArgumentType]
            yield self.reader.get_object(number)


def expose(asked: Api, plot: int, **parameters: str) -> Pdf:
    """A plot's exposé."""
    return _pdf(asked, EXPOSE.format(plot), **parameters)


def shortlist(asked: Api, *plots: int, **parameters: str) -> Pdf:
    """The shortlist of these plots as PDF."""
    return _pdf(asked, "/api/shortlist", plots=",".join(map(str, plots)), **parameters)


# Each takes a second or more to make.
@cache
def _pdf(asked: Api, url: str, **parameters: str) -> Pdf:
    response = asked.get(url, **parameters)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/pdf"
    return Pdf(response.content)
