"""The text of HTML that others send, in one pass whatever is broken in it: it must not keep the service busy."""

import re
from collections.abc import Iterator
from html import unescape

BLOCKS = frozenset(("p", "div", "br", "tr", "table", "li", "ul", "h1", "h2", "h3", "h4", "hr", "body"))
HIDDEN = {
    name: re.compile(rf"</{name}\b{also}", re.IGNORECASE)
    for name, also in (("script", ""), ("style", ""), ("title", ""), ("head", "|<body\\b"))
}
"""Elements whose content nobody sees, and what ends each of them."""
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
SPACES = re.compile(r"\s+")
REST = re.compile(r"""(?>[^>=]|=\s*(?:"[^"]*"|'[^']*')|=)*+>""")
"""What follows a tag's name, with its attributes, which may contain the sign that ends it."""


def text_of(markup: str) -> str:
    """Return the text of HTML: a line for each block, and tabs between a table's cells.

    Like browsers, it takes what is not closed for all that follows.
    """
    lines = (line.strip() for line in "".join(_parts(markup)).split("\n"))
    return "\n".join(filter(None, lines))


def _parts(markup: str) -> Iterator[str]:
    at = 0
    while (start := markup.find("<", at)) >= 0:
        yield _shown(markup[at:start])
        tag = TAG.match(markup, start)
        if tag:
            yield _break(tag[2].lower(), is_end=bool(tag[1]))
            at = _after_element(markup, tag)
        elif markup.startswith("<!--", start):
            at = _after(markup, "-->", start)
        elif markup.startswith(("<!", "<?", "</"), start):
            at = _after(markup, ">", start)
        else:
            yield "<"
            at = start + 1
    yield _shown(markup[at:])


def _after_element(markup: str, tag: re.Match[str]) -> int:
    rest = REST.match(markup, tag.end())
    end = HIDDEN.get(tag[2].lower()) if not tag[1] else None
    if rest is None or end is None:
        return rest.end() if rest else len(markup)
    closing = end.search(markup, rest.end())
    return closing.start() if closing else len(markup)


def _after(markup: str, end: str, start: int) -> int:
    found = markup.find(end, start)
    return found + len(end) if found >= 0 else len(markup)


def _break(name: str, *, is_end: bool) -> str:
    return "\n" if name in BLOCKS else "\t" if is_end and name in ("td", "th") else ""


def _shown(text: str) -> str:
    # Ends of lines in the source are spaces.
    return SPACES.sub(" ", unescape(text))
