"""How the agency shows itself on pages, in documents and on maps: by its profile's design, else as Flurwerk does.

Signs on maps, and whatever else means something by its colour, are in maps.style and always the same.
"""

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from geo.profile import profile
from geo.profile.colours import BLACK, ENOUGH, WHITE, contrast, lightened, mixed
from geo.profile.design_files import Extent, extent_of, is_png


class Tones(NamedTuple):
    """What follows from one colour. Text in ``accent`` can be read on all grounds, white text on all the others."""

    accent: str
    strong: str
    """Behind white text where the pointer is."""
    soft: str
    """The ground of what is chosen, and of groups in tables."""
    frame: str
    """Behind the page's rail and messages."""
    frame_over: str
    """In the rail, where the pointer is."""


@dataclass(frozen=True, slots=True)
class Logo:
    """The agency's logo: its file, and how wide it is when it is 1 high."""

    content: bytes
    ratio: float

    @property
    def suffix(self) -> str:
        """Its kind as a file's ending."""
        return "png" if is_png(self.content) else "svg"

    @property
    def url(self) -> str:
        """The logo as a URL that contains it."""
        kind = "png" if self.suffix == "png" else "svg+xml"
        return f"data:image/{kind};base64,{b64encode(self.content).decode()}"

    def fitting(self, height: float, width: float) -> Extent:
        """Return its extent where it may be as high and as wide as that."""
        scale = min(height, width / self.ratio)
        return Extent(scale * self.ratio, scale)


OF_DOCUMENTS = Tones("#00695a", "#004d44", "#eef4f2", "#24323f", "#34475a")
"""Flurwerk's own tones on paper; those of its pages are in maps/web/css/1-base.css."""


def colour() -> str | None:
    """Return the agency's colour."""
    return profile().design.colour


def tones() -> Tones:
    """Return the tones of documents: the agency's, else Flurwerk's."""
    own = colour()
    return tones_of(own) if own else OF_DOCUMENTS


DARK_PAPER = "#1c232b"
"""What the pages' text stands on where they are dark, as in maps/web/css/1-colours.css; some is darker."""
ON_LIGHT = "#0b1015"
"""Text on an accent of the dark pages, which is light."""


def dark_tones_of(colour: str) -> Tones:
    """Return the tones that follow from a colour on dark pages: text in it is lighter there, and text on it dark."""
    soft = mixed(DARK_PAPER, colour, 0.3)
    frame = mixed(colour, "#0f141a", 0.85)
    # The lightest ground that text in the accent stands on.
    ground = soft if contrast(soft, BLACK) > contrast(DARK_PAPER, BLACK) else DARK_PAPER
    accent = lightened(colour, ground)
    return Tones(accent, mixed(accent, WHITE, 0.35), soft, frame, mixed(frame, WHITE, 0.12))


def tones_of(colour: str) -> Tones:
    """Return the tones that follow from a colour that can be read on the pages' ground."""
    grounds = (mixed(colour, WHITE, share / 100) for share in range(89, 101))
    soft = next(ground for ground in grounds if contrast(colour, ground) >= ENOUGH)
    frame = mixed(colour, "#10161d", 0.62)
    return Tones(colour, mixed(colour, BLACK, 0.25), soft, frame, mixed(frame, WHITE, 0.12))


@cache
def logo() -> Logo | None:
    """Return the agency's logo."""
    own = profile()
    if own.design.logo is None:
        return None
    content = (own.folder / own.design.logo).read_bytes()
    extent = extent_of(content)
    assert extent, "checked when the profile is read"
    return Logo(content, extent.width / extent.height)


def for_typst() -> dict[str, Any]:
    """Return colours, font and logo for the templates of typeset documents."""
    from maps.fonts import families

    found, known = logo(), tones()
    drawn = {"bytes": list(found.content), "format": found.suffix, "ratio": found.ratio} if found else None
    return {"accent": known.accent, "tint": known.soft, "font": families(), "logo": drawn}
