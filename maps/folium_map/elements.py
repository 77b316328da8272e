"""The folium elements of the page: nothing is loaded from a CDN, and every text is escaped."""

import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any, ClassVar

import folium
from branca.element import Element, Figure, MacroElement
from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from maps.design import colour, tones
from maps.folium_map.policy import script_hashes
from maps.fonts import own_family
from maps.vendored import leaflet_css, leaflet_js

TEMPLATES = Environment(loader=PackageLoader("maps.folium_map"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
SCRIPTS = (
    "format.js",
    "painter.js",
    "areas.js",
    "popups.js",
    "layers.js",
    "districts.js",
    "callouts.js",
    "panel.js",
    "search.js",
    "start.js",
)


class Page(Figure):
    """The whole document."""

    _template = TEMPLATES.get_template("page.html")

    def __init__(self, title: str, language: str, audience: str, words: Mapping[str, str]) -> None:
        super().__init__(title=title)
        self.language = language
        self.audience = audience
        self.words = words
        self.policy = "POLICY"
        self.header._children.clear()

    def render(self, **kwargs: Any) -> str:
        """Return the document with a policy that allows only its own scripts (by hash) and no requests."""
        document = super().render(**kwargs)
        policy = f"default-src 'none'; script-src {script_hashes(document)}; style-src 'unsafe-inline'; img-src data:"
        if own_family():
            policy += "; font-src data:"
        return document.replace('content="POLICY"', f'content="{policy}"', 1)


class CityMap(folium.Map):
    """A map that draws on one canvas and fetches nothing."""

    default_js: ClassVar[list[tuple[str, str]]] = []
    default_css: ClassVar[list[tuple[str, str]]] = []
    _template = TEMPLATES.get_template("map.html")

    def __init__(self, location: tuple[float, float], zoom: int) -> None:
        super().__init__(location=location, tiles=None, zoom_start=zoom, min_zoom=9, max_zoom=19)
        named(self, "overview")
        self.options |= {"min_zoom": 9, "max_zoom": 19}


class Start(MacroElement):
    """The script that draws the embedded data into the groups once the rest of the page has been built."""

    _template = TEMPLATES.get_template("start.html")

    def __init__(self, groups: Mapping[str, folium.FeatureGroup]) -> None:
        super().__init__()
        self._name = "Start"
        self.groups = groups


class Verbatim(Element):
    """Text that is inserted verbatim; unlike branca's Element, it is never rendered as a template."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **kwargs: Any) -> str:
        """Return the text."""
        return self.text


def style_sheets() -> Verbatim:
    """Return Leaflet's style sheet and the page's own."""
    sheets = (leaflet_css(), _static("overview.css"), *filter(None, [_own_style()]))
    return Verbatim("\n".join(f"<style>{sheet}</style>" for sheet in sheets))


def _own_style() -> str:
    """Return the style sheet of the agency's design, which is empty without one."""
    rules = []
    if colour():
        rules.append(f".masthead {{ border-bottom: 3px solid {tones().accent}; }}")
    if family := own_family():
        from maps.web_fonts import css_name, font_faces

        rules.append(font_faces())
        rules.append(f':root {{ font-family: "{css_name(family)}", system-ui, sans-serif; }}')
    return "\n".join(rules)


def scripts() -> Verbatim:
    """Return Leaflet and the page's own scripts."""
    own = "\n".join(_static(name) for name in SCRIPTS)
    return Verbatim(f"<script>{leaflet_js()}</script>\n<script>{own}</script>")


def body(**context: Any) -> Verbatim:
    """Return the static part of the page and the embedded data that the scripts read."""
    return Verbatim(TEMPLATES.get_template("body.html").render(**context))


def as_json(value: object) -> str:
    """Return compact JSON that is safe inside a script element."""
    return script_safe(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def script_safe(text: str) -> Markup:
    """Escape JSON so that no text in it can end the surrounding script element or open a comment."""
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def named(element: Element, name: str) -> None:
    """Give an element a fixed name instead of a random one, so that the same records yield the same file."""
    element._id = name


def groups_of(entries: Iterable[tuple[str, str, bool]]) -> dict[str, folium.FeatureGroup]:
    """Return a feature group by key for each legend entry (key, label, whether it is shown)."""
    groups: dict[str, folium.FeatureGroup] = {}
    for key, label, shown in entries:
        groups[key] = folium.FeatureGroup(name=label, show=shown)
        named(groups[key], key.replace("-", "_"))
    return groups


def _static(name: str) -> str:
    return files("maps.folium_map").joinpath("static", name).read_text("utf-8")
