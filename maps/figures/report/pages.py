"""The report as one HTML file that needs nothing else, and as Markdown."""

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
from maps.printed import FONT, FONTS

LETTERS = [*range(0x20, 0x7F), *range(0xA0, 0x180), 0x20AC, *range(0x2010, 0x2027), 0x202F, 0x2212, 0x2190, 0x2192]
"""The characters of the fonts inside a page: those of Latin scripts."""
WEIGHTS = {400: "SourceSans3-Regular.ttf", 600: "SourceSans3-Semibold.ttf"}
REFERENCE = re.compile(r'(\bid="|url\(#|href="#)')
SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
LINE_START = re.compile(r"^(\s*)(\d+)([.)])(?=\s|$)|^(\s*)([-+=])")
CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def page(edition: Edition) -> bytes:
    """The report as an HTML file: style, fonts and pictures are inside, and no script."""
    found = content(edition)
    for number, one in enumerate((*found["charts"], *found["maps"]), 1):
        one |= {"number": number, "inline": inline(one["svg"], one["key"])}
    environment = _environment(is_html=True)
    css = environment.get_template("report.css").render()
    return environment.get_template("report.html").render(found | {"css": Markup(f"{fonts()}\n{css}")}).encode()


def markdown(edition: Edition) -> bytes:
    """The report as Markdown (CommonMark with tables); it refers to the pictures' SVG files beside it."""
    found = content(edition)
    for number, one in enumerate((*found["charts"], *found["maps"]), 1):
        one |= {"number": number, "file": f"{edition.name}-{one['key']}.svg"}
    return _environment(is_html=False).get_template("report.md").render(found | {"as_is": Markup}).encode()


def inline(svg: str, key: str) -> Markup:
    """A picture to stand inside a page: without its prologue, and with ids that are no other picture's."""
    drawn = svg[svg.index("<svg") :]
    drawn = re.sub(r"<metadata>.*?</metadata>", "", drawn, flags=re.DOTALL)
    return Markup(REFERENCE.sub(lambda match: f"{match[1]}{key}-", drawn))


@cache
def fonts() -> str:
    """The style rules that hold our fonts."""
    return "\n".join(
        f'@font-face {{ font-family: "{FONT}"; font-weight: {weight}; '
        f'src: url("data:font/woff;base64,{b64encode(_subset(name)).decode()}") format("woff"); }}'
        for weight, name in WEIGHTS.items()
    )


def escaped(value: object) -> str:
    """A text that Markdown takes for nothing but text, on one line."""
    text = SPECIAL.sub(r"\\\1", CONTROL.sub(" ", str(value)))
    text = text.replace("&", "&amp;")
    return LINE_START.sub(_harmless, text)


def _harmless(match: re.Match[str]) -> str:
    """The beginning of a line that would be a list, a rule or a heading."""
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
    """What each placeholder of the Markdown template holds is text."""
    return value if isinstance(value, Markup) else escaped(value)
