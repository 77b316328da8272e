"""The report as one self-contained HTML file, and as Markdown."""

import re
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from maps import design, fonts
from maps.figures.report.content import Edition, content
from maps.web_fonts import css_name, font_faces

LOGO_PX = (52, 340)
"""The space for the logo at the top: height and width."""
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
    logo = design.logo()
    looks: dict[str, Any] = {
        "logo": logo,
        "logo_height": round(logo.fitting(*LOGO_PX).height) if logo else 0,
        "tones": design.tones(),
        "families": [Markup(css_name(family)) for family in fonts.families()],
    }
    css = environment.get_template("report.css").render(looks)
    styles = Markup(f"{font_faces()}\n{css}")
    return environment.get_template("report.html").render(found | looks | {"css": styles}).encode()


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


def escaped(value: object) -> str:
    """Return the text on one line, with all Markdown syntax escaped."""
    text = SPECIAL.sub(r"\\\1", CONTROL.sub(" ", str(value)))
    text = text.replace("&", "&amp;")
    return LINE_START.sub(_harmless, text)


def _harmless(match: re.Match[str]) -> str:
    """Escape the beginning of a line that would otherwise start a list, a rule or a heading."""
    return f"{match[1]}{match[2]}\\{match[3]}" if match[2] else f"{match[4]}\\{match[5]}"


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
