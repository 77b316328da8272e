"""The agency's design: files that are none or do harm are refused with their key; text can be read in any colour."""

import asyncio
import shutil
import zlib
from pathlib import Path
from random import Random
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from api.app import create_app
from api.service import assets
from geo.profile import ProfileError, read_profile
from geo.profile.colours import ENOUGH, GROUND, WHITE, contrast, readable
from geo.settings import load_settings
from maps import design, fonts
from maps.page_design import logo_on_pages, page_design
from maps.process import ProfileBroken, run_module
from tests.remains import REPOSITORY
from tests.test_profile.conftest import SECOND, command

LOGO = (REPOSITORY / "sample_data" / "second" / "logo.svg").read_text("utf-8")
SANS = REPOSITORY / "maps" / "vendor" / "source-sans"
DRAWN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 4 1">{}</svg>'
OF_INKSCAPE = DRAWN.format(
    """<g xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:export-filename="C:\\\\logo.png"/>
    <rect fill="url('#a')"/><image href="data:image/png;base64,"/>"""
).encode()
TEN = [f'<g id="g{at}">' + f'<use href="#g{at + 1}"/>' * 10 + "</g>" for at in range(9)]
"""Ten times ten times … a drawing: 10 to the power of 9 elements in 2 kB."""


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)


def png(width: int, height: int, written: int | None = None) -> bytes:
    """A white picture; with ``written`` of fewer rows than it says."""
    head = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 0, 0, 0, 0])
    rows = zlib.compress((b"\0" + b"\xff" * width) * (height if written is None else written))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND")


def problems(folder: Path, table: str) -> list[str]:
    """What is wrong with a profile that has these lines below [design]."""
    (folder / "profile.toml").write_text(f"{SECOND}[design]\n{table}\n", encoding="utf-8")
    try:
        read_profile(folder)
    except ProfileError as error:
        return error.problems
    return []


@pytest.mark.parametrize(
    "content", [LOGO.encode(), png(40, 10), DRAWN.format('<use href="#a"/>').encode(), OF_INKSCAPE]
)
def test_svg_and_png_are_logos(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "logo").write_bytes(content)
    assert problems(tmp_path, 'logo = "logo"') == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "neither SVG nor PNG"),
        (b"GIF89a\x01\x00", "neither SVG nor PNG"),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "neither SVG nor PNG"),
        (png(40, 10)[:-20], "not a complete PNG"),
        (png(0, 10), "not a complete PNG"),
        (png(40, 10, written=9), "not a complete PNG"),
        (png(30_000, 30_000, written=0), "30,000 × 30,000 pixels; allowed are 10,000,000"),
        (png(510, 10), "more than 50 times as long"),
        (DRAWN.format("").encode("utf-16"), "it is not UTF-8"),
        (b'<?xml version="1.0" encoding="x"?>' + DRAWN.format("").encode(), "neither SVG nor PNG"),
        (DRAWN.format("").replace("0 0 4 1", "0 0 nan 1").encode(), "it says no size"),
        (DRAWN.format("").replace("0 0 4 1", "0 0 -4 1").encode(), "it says no size"),
        (DRAWN.format("").replace("0 0 4 1", "0 0 1e-9 1").encode(), "more than 50 times as long"),
        (b'<?xml-stylesheet href="a.css"?>' + DRAWN.format("").encode(), "a style that names other files"),
        (DRAWN.format("<style>g { } <g/>@import 'x.css';</style>").encode(), "a style that names other files"),
        (DRAWN.format(r"<style>g { fill: u\72l(x.svg) }</style>").encode(), "a style that names other files"),
        (DRAWN.format('<set attributeName="xlink:href" to="x.svg"/>').encode(), "a link that changes"),
        (DRAWN.format('<image href="data:image/svg+xml,x"/>').encode(), "a link to another file"),
        (DRAWN.format('<img xmlns="http://www.w3.org/1999/xhtml" src="x"/>').encode(), "the element “img”"),
        (DRAWN.format('<g id="a"><use href="#a"/></g>').encode(), "more than 20,000 elements to draw"),
        (DRAWN.format("".join(TEN)).encode(), "more than 20,000 elements to draw"),
        (DRAWN.format("<script>alert(1)</script>").encode(), "the element “script”"),
        (DRAWN.format('<a href="#x"/>').encode(), "the element “a”"),
        (DRAWN.format("<foreignObject/>").encode(), "the element “foreignObject”"),
        (DRAWN.format('<rect onload="alert(1)"/>').encode(), "the attribute “onload”"),
        (DRAWN.format('<image xlink:href="http://example.org/x.png"/>').encode(), "a link to another file"),
        (DRAWN.format('<rect style="fill:url(http://example.org/x)"/>').encode(), "another file in “style”"),
        (DRAWN.format("<style>@import 'x.css';</style>").encode(), "a style that names other files"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + DRAWN.format("&a;").encode(), "declares entities"),
        (DRAWN.format("").replace(' viewBox="0 0 4 1"', "").encode(), "give the svg element a viewBox"),
        (LOGO.encode() + b"<!-- " + b"x" * 300_000 + b" -->", "allowed are 300,000"),
    ],
)
def test_what_is_no_logo_or_does_harm_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    """The message names the key and the file."""
    (tmp_path / "logo.svg").write_bytes(content)
    (problem,) = problems(tmp_path, 'logo = "logo.svg"')
    assert problem.startswith(f"design.logo: {tmp_path / 'logo.svg'}: ")
    assert told in problem


def test_files_that_are_not_there_or_lie_elsewhere_are_refused(tmp_path: Path) -> None:
    (tmp_path.parent / "elsewhere.svg").write_text(LOGO, encoding="utf-8")
    assert "there is no such file" in problems(tmp_path, 'logo = "fehlt.svg"')[0]
    assert "does not lie in the profile's folder" in problems(tmp_path, 'logo = "../elsewhere.svg"')[0]
    assert len(problems(tmp_path, 'logo = "fehlt.svg"\nfont.regular = "a.ttf"\nfont.bold = "b.ttf"')) == 3


def test_a_logo_that_vanishes_while_the_service_runs_takes_no_page_away_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages have what was read at the start. The processes that make documents read it anew, and say what is wrong."""
    assets.contents.cache_clear()
    create_app(load_settings())
    assert assets.contents.cache_info().currsize == 1
    problems(tmp_path, 'logo = "fehlt.svg"')
    monkeypatch.setenv("FLURWERK_PROFILE", str(tmp_path))
    with pytest.raises(ProfileBroken, match="flurwerk profile check tells the operator what is wrong") as found:
        asyncio.run(run_module("maps.figures.report", b"", None))
    assert "design.logo" in str(found.value.__cause__)
    assert str(tmp_path) not in str(found.value)


def test_a_font_is_two_whole_files_of_one_family(tmp_path: Path) -> None:
    """Their beginnings are looked at whenever the profile is read, their families by `flurwerk profile check`."""
    whole = SANS / "SourceSans3-Regular.ttf"
    shutil.copy(whole, tmp_path / "a.ttf")
    (tmp_path / "half.ttf").write_bytes(whole.read_bytes()[:100_000])
    (tmp_path / "text.ttf").write_text("Text", encoding="utf-8")
    with TTFont(SANS / "SourceSans3-Semibold.ttf") as font:
        names: Any = font["name"]
        for record in names.names:
            if record.nameID in (1, 16):
                names.setName("Another", record.nameID, record.platformID, record.platEncID, record.langID)
        font.save(tmp_path / "other.ttf")
    assert problems(tmp_path, 'font.regular = "a.ttf"') == ["design.font.bold is missing: give both weights."]
    assert "neither a TTF nor an OTF" in problems(tmp_path, 'font = { regular = "a.ttf", bold = "text.ttf" }')[0]
    assert "not complete" in problems(tmp_path, 'font = { regular = "half.ttf", bold = "a.ttf" }')[0]
    assert problems(tmp_path, 'font = { regular = "a.ttf", bold = "other.ttf" }') == []
    damaged = bytearray(whole.read_bytes())
    head = next(at for at in range(12, 400, 16) if damaged[at : at + 4] == b"head")
    damaged[head + 12 : head + 16] = (6).to_bytes(4)
    (tmp_path / "damaged.ttf").write_bytes(damaged)
    with pytest.raises(ProfileError, match=r"damaged\.ttf: it is no font that can be used"):
        fonts.family_of(tmp_path / "damaged.ttf", "design.font.bold")
    done = command("profile", "check", profile=tmp_path)
    assert done.returncode == 1
    assert "design.font: the files are of different families: “Source Sans 3” and “Another”" in done.stdout


@pytest.mark.parametrize(
    ("colour", "told"),
    [
        ("#ffb000", "its contrast is 1.6:1, and has to be at least 4.5:1"),
        ("#6f7271", "its contrast is 4.4:1, and has to be at least 4.5:1"),
        ("#ffb000", "The nearest tone that is dark enough is #966800; given: '#ffb000'"),
        ("blau", 'write a colour as "#rrggbb"'),
        ("#123", 'write a colour as "#rrggbb"'),
    ],
)
def test_a_colour_that_is_none_or_too_light_for_text_is_refused(tmp_path: Path, colour: str, told: str) -> None:
    (problem,) = problems(tmp_path, f'colour = "{colour}"')
    assert problem.startswith("design.colour: ")
    assert told in problem
    assert problems(tmp_path, f'colour = "{readable("#ffb000")}"') == []


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")


def test_text_can_be_read_in_all_tones_that_follow_from_any_allowed_colour() -> None:
    """In the colour on all light grounds, and in white on all dark ones; that of the rail is even greyer."""
    random = Random(1)
    for _ in range(500):
        colour = readable(f"#{random.randrange(1 << 24):06x}")
        tones = design.tones_of(colour)
        for ground in (WHITE, GROUND, tones.soft):
            assert contrast(colour, ground) >= ENOUGH, (colour, ground)
        for ground in (colour, tones.strong):
            assert contrast(WHITE, ground) >= ENOUGH, (colour, ground)
        for ground in (tones.frame, tones.frame_over):
            assert contrast("#dfe6ec", ground) >= ENOUGH, (colour, ground)


def test_text_can_be_read_in_all_dark_tones_that_follow_from_any_allowed_colour() -> None:
    """Where the pages are dark, text in the colour is on dark grounds, and dark text on the colour."""
    random = Random(2)
    paper = design.DARK_PAPER
    for _ in range(500):
        colour = readable(f"#{random.randrange(1 << 24):06x}")
        tones = design.dark_tones_of(colour)
        for ground in (paper, tones.soft):
            assert contrast(tones.accent, ground) >= ENOUGH, (colour, ground)
            assert contrast("#e4e9ee", ground) >= ENOUGH, (colour, ground)
        for ground in (tones.accent, tones.strong):
            assert contrast(design.ON_LIGHT, ground) >= ENOUGH, (colour, ground)
        for ground in (tones.frame, tones.frame_over):
            assert contrast("#dfe6ec", ground) >= ENOUGH, (colour, ground)
    sheet = (Path(design.__file__).parent / "web" / "css" / "1-colours.css").read_text("utf-8")
    assert f"--paper: {paper};" in sheet


def test_without_a_design_everything_is_as_before() -> None:
    """No further file or style sheet, Flurwerk's own tones and font in documents."""
    assert page_design() == {}
    assert set(logo_on_pages().values()) == {""}
    assert fonts.families() == ["Source Sans 3"]
    assert design.for_typst() == {"accent": "#00695a", "tint": "#eef4f2", "font": ["Source Sans 3"], "logo": None}
