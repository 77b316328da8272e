"""How an agency shows itself: its logo, its colour, its typeface."""

from collections.abc import Iterator
from math import floor
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from geo.profile.colours import ENOUGH, GROUND, HEX, contrast, readable
from geo.profile.design_files import problem_of_font, problem_of_logo
from geo.profile.section import Section, Wrong
from geo.text import Text, joined

LARGEST_LOGO, LARGEST_FONT = 300_000, 3_000_000


def _colour(given: str) -> str:
    if not HEX.fullmatch(given):
        raise Wrong(Text('schreiben Sie eine Farbe als "#rrggbb"', 'write a colour as "#rrggbb"'))
    ratio = contrast(given, GROUND)
    if ratio < ENOUGH:
        raise Wrong(
            Text(
                "Text in dieser Farbe ist auf dem hellen Grund der Seiten nicht zu lesen: Ihr Kontrast ist "
                f"{floor(ratio * 10) / 10}:1 und muss mindestens {ENOUGH}:1 sein (WCAG 2.1, AA). "
                f"Der nächste Ton, der dunkel genug ist, ist {readable(given)}",
                "text in this colour cannot be read on the pages' light ground: its contrast is "
                f"{floor(ratio * 10) / 10}:1, and has to be at least {ENOUGH}:1 (WCAG 2.1, AA). "
                f"The nearest tone that is dark enough is {readable(given)}",
            )
        )
    return given.lower()


class Font(Section):
    """The agency's typeface, for pages and documents: files in the profile's folder (TTF or OTF, up to 3 MB each). Its
    licence has to allow embedding in documents and web pages."""

    regular: str | None = None
    """The file of the regular weight. Its name is that which Word uses, on computers that have the typeface."""

    bold: str | None = None
    """The file of the bold or semibold weight, for headings and figures."""


class Design(Section):
    """How the agency shows itself on its pages, in reports and hand-outs, and on maps. Without it, as Flurwerk does.
    Colours that mean something, such as the states of plots, are always the same."""

    logo: str | None = None
    """A file in the profile's folder, SVG or PNG, up to 300 kB; wide ones are shown 9 mm high, on a white ground.
    An SVG must be complete in itself: no scripts, no links, texts as outlines."""

    colour: Annotated[str, AfterValidator(_colour)] | None = None
    """The agency's colour as "#rrggbb", for headings, buttons and lines, from which all other tones follow. Text in it
    has to be readable on white (WCAG 2.1, AA): `flurwerk profile check` tells the nearest tone that is."""

    font: Font = Font()

    def problems(self, folder: Path) -> Iterator[Text]:
        """Yield what is wrong with the files, each with its key."""
        files = (
            ("design.logo", self.logo, LARGEST_LOGO, problem_of_logo),
            ("design.font.regular", self.font.regular, LARGEST_FONT, problem_of_font),
            ("design.font.bold", self.font.bold, LARGEST_FONT, problem_of_font),
        )
        for key, name, largest, problem_of in files:
            if name is None:
                continue
            try:
                problem = _unsuitable(folder, name, largest) or problem_of((folder / name).read_bytes())
            except OSError as error:
                problem = Text(
                    f"sie ist nicht zu lesen (Meldung: {error.strerror})", f"it cannot be read: {error.strerror}"
                )
            if problem:
                yield joined(f"{key}: {folder / name}: ", problem, ".")
        if bool(self.font.regular) != bool(self.font.bold):
            missing = "bold" if self.font.regular else "regular"
            yield Text(
                f"design.font.{missing} fehlt: Geben Sie beide Schnitte an.",
                f"design.font.{missing} is missing: give both weights.",
            )


def _unsuitable(folder: Path, name: str, largest: int) -> Text | None:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        return Text("sie liegt nicht im Ordner des Profils", "it does not lie in the profile's folder")
    if not path.is_file():
        return Text("die Datei gibt es nicht", "there is no such file")
    size = path.stat().st_size
    if size <= largest:
        return None
    return Text(f"sie hat {size} Bytes; erlaubt sind {largest}", f"it has {size:,} bytes; allowed are {largest:,}")
