"""The report as one self-contained HTML file, and as Markdown."""

import re
from base64 import b64encode
from functools import cache
from importlib.resources import as_file
from io import BytesIO
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from maps.figures.report.content import Edition, content
from maps.fonts import FONT, FONTS

LETTERS = [*range(0x20, 0x7F), *range(0xA0, 0x180), 0x20AC, *range(0x2010, 0x2027), 0x202F, 0x2212, 0x2190, 0x2192]
"""The characters kept in the embedded fonts: those of Latin scripts."""
WEIGHTS = {400: "SourceSans3-Regular.ttf", 600: "SourceSans3-Semibold.ttf"}
REFERENCE = re.compile(r'(\bid="|url\(#|href="#)')
SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
LINE_START = re.compile(r"^(\s*)(\d+)([.)])(?=\s|$)|^(\s*)([-+=])")
CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def page(edition: Edition) -> bytes:
    """Return the report as an HTML file with embedded styles, fonts and pictures, and without scripts."""
    found = content(edition)
    for number, one in enumerate((*found["charts"], *found["maps"]), 1):
        one |= {"number": number, "inline": inline(one["svg"], one["key"])}
    environment = _environment(is_html=True)
    css = environment.get_template("report.css").render()
    return environment.get_template("report.html").render(found | {"css": Markup(f"{fonts()}\n{css}")}).encode()


def markdown(edition: Edition) -> bytes:
    """Return the report as Markdown (CommonMark with tables) that links to the pictures' SVG files beside it."""
    found = content(edition)
    for number, one in enumerate((*found["charts"], *found["maps"]), 1):
        one |= {"number": number, "file": f"{edition.name}-{one['key']}.svg"}
    return _environment(is_html=False).get_template("report.md").render(found | {"as_is": Markup}).encode()


def inline(svg: str, key: str) -> Markup:
    """Return an SVG for use inside an HTML page: without its prologue, its ids prefixed with the picture's key."""
    drawn = svg[svg.index("<svg") :]
    drawn = re.sub(r"<metadata>.*?</metadata>", "", drawn, flags=re.DOTALL)
    return Markup(REFERENCE.sub(lambda match: f"{match[1]}{key}-", drawn))


@cache
def fonts() -> str:
    """Return the @font-face rules with our fonts embedded."""
    return "\n".join(
        f'@font-face {{ font-family: "{FONT}"; font-weight: {weight}; '
        f'src: url("data:font/woff;base64,{b64encode(_subset(name)).decode()}") format("woff"); }}'
        for weight, name in WEIGHTS.items()
    )


def escaped(value: object) -> str:
    """Return the text on one line, with all Markdown syntax escaped."""
    text = SPECIAL.sub(r"\\\1", CONTROL.sub(" ", str(value)))
    text = text.replace("&", "&amp;")
    return LINE_START.sub(_harmless, text)


def _harmless(match: re.Match[str]) -> str:
    """Escape the beginning of a line that would otherwise start a list, a rule or a heading."""
    return f"{match[1]}{match[2]}\\{match[3]}" if match[2] else f"{match[4]}\\{match[5]}"


def _subset(name: str) -> bytes:
    with as_file(FONTS.joinpath(name)) as path, TTFont(path, recalcTimestamp=False) as font:
        options: Any = Options()
        options.flavor = "woff"
        options.layout_features = ["kern", "liga", "lnum", "tnum"]
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=LETTERS)
        subsetter.subset(font)
        font.flavor = "woff"
        stream = BytesIO()
        font.save(stream)
        return stream.getvalue()


def _environment(*, is_html: bool) -> Environment:
    known: dict[str, Any] = {} if is_html else {"finalize": _finalized}
    return Environment(
        loader=PackageLoader("maps.figures.report", "templates"),
        autoescape=is_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        **known,
    )


def _finalized(value: object) -> object:
    """Escape the value of a placeholder in the Markdown template unless it is markup."""
    return value if isinstance(value, Markup) else escaped(value)
