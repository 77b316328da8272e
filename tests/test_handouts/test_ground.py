"""Maps on paper have the background of the profile, if its service answers in time; and are made without it if not."""

import time
from collections.abc import Iterator
from io import BytesIO
from math import hypot

import numpy as np
import pypdfium2
import pytest
from PIL import Image
from pyproj import Transformer

from geo.ground.asking import NoAnswer, ask
from geo.profile import profile
from geo.profile.services import Background
from maps.land.handouts.documents import SITE
from maps.printed import ground, mosaic
from tests.map_service import COLOURS, MapService, map_service
from tests.profiles import added
from tests.test_api.helpers import Api
from tests.test_handouts.conftest import BARE, FULL
from tests.test_handouts.helpers import EXPOSE, Pdf

ATTRIBUTION = "© Amt für Karten"
MISSING = "Der Kartenhintergrund „Karte“ fehlt: Der Kartendienst hat nicht geantwortet."
BOX = (394_000.0, 5_704_000.0, 395_700.0, 5_705_450.0)


def table(key: str, rest: str) -> str:
    """One background of the profile."""
    return f'[[backgrounds]]\nkey = "{key}"\ntitle = "Karte"\nattribution = "{ATTRIBUTION}"\n{rest}\n'


@pytest.fixture(scope="module")
def maps() -> Iterator[MapService]:
    """The map service, named by the profile in each of its ways; the WMS is the default."""
    with map_service() as service:
        tables = (
            table("wms", f'kind = "wms"\nurl = "{service.address}/dop"\nlayers = "rgb"\nis_default = true'),
            table("xyz", f'kind = "xyz"\nurl = "{service.address}/xyz/{{z}}/{{x}}/{{y}}.png"'),
            table("wmts", f'kind = "wmts"\nurl = "{service.address}/wmts"\nlayers = "a"\nmatrix_set = "PM"'),
            table("style", f'kind = "style"\nurl = "{service.address}/style.json"\nin_print = "xyz"'),
            table("plain", f'kind = "style"\nurl = "{service.address}/style.json"'),
        )
        with added("".join(tables)):
            yield service


@pytest.fixture(autouse=True)
def well(maps: MapService) -> Iterator[None]:
    """The service works again after each test."""
    maps.asked.clear()
    yield
    maps.mode = "ok"


def pixels(found: Pdf, colour: tuple[int, int, int], page: int = 0) -> int:
    """How many pixels of a page have about this colour."""
    with pypdfium2.PdfDocument(found.content) as document:
        shown = document[page].render(scale=1).to_pil().convert("RGB")
    counted = shown.getcolors(1_000_000) or []
    return sum(count for count, one in counted if all(abs(a - b) < 6 for a, b in zip(one, colour, strict=True)))


def background(key: str) -> Background:
    """The background of the profile."""
    return next(one for one in profile().backgrounds if one.key == key)


def test_an_expose_has_the_default_background_in_the_citys_reference_system(public: Api, maps: MapService) -> None:
    # Anew: other tests look at one that was made without a background.
    found = Pdf(public.get(EXPOSE.format(BARE)).content)
    assert ATTRIBUTION in found.pages[0]
    assert pixels(found, COLOURS["wms"]) > 50_000
    (asked,) = maps.parameters()
    assert (asked["CRS"], asked["REQUEST"], asked["WIDTH"]) == ("EPSG:25832", "GetMap", "1004")
    west, south, east, north = map(float, asked["BBOX"].split(","))
    assert (east - west) / (north - south) == pytest.approx(SITE.width / SITE.height, rel=1e-4)


@pytest.mark.parametrize(
    ("chosen", "colour"), [("xyz", "xyz"), ("wmts", "wmts"), ("style", "xyz"), ("none", None), ("plain", None)]
)
def test_the_reader_may_choose_another_background(
    public: Api, maps: MapService, chosen: str, colour: str | None
) -> None:
    """In the place of a style, which paper cannot have, comes what it names, or nothing."""
    found = Pdf(public.get(EXPOSE.format(BARE), background=chosen).content)
    assert (ATTRIBUTION in found.pages[0]) == bool(colour)
    assert bool(maps.asked) == bool(colour)
    assert colour is None or pixels(found, COLOURS[colour]) > 50_000
    assert MISSING not in found.text


def test_without_a_background_the_plot_lies_at_the_citys_streets(public: Api, maps: MapService) -> None:
    """With their names; a background has its own."""
    drawn = {key: Pdf(public.get(EXPOSE.format(FULL), background=key).content) for key in ("none", "wms")}
    assert "Kanalstraße" in drawn["none"].pages[0]
    assert "Kanalstraße" not in drawn["wms"].pages[0]


def test_a_background_that_there_is_not_is_refused_with_those_that_there_are(public: Api, maps: MapService) -> None:
    problem = public.problem(400, EXPOSE.format(FULL), background="photo")
    assert problem["detail"] == ("There is no background “photo”. Known are: none, wms, xyz, wmts, style, plain.")


@pytest.mark.parametrize("mode", ["broken", "markup", "elsewhere", "endless", "slow"])
def test_a_document_is_made_without_a_background_that_fails_and_says_so(
    public: Api, maps: MapService, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that has failed is not asked again for the other maps of a shortlist."""
    monkeypatch.setattr(ground, "A_MAP_S", 0.5 if mode == "slow" else 20)
    maps.mode = mode
    found = Pdf(public.get("/api/shortlist", plots=f"{FULL},3,5").content)
    assert MISSING in found.text
    assert ATTRIBUTION not in found.text
    assert len(maps.asked) == 1


def test_a_shortlist_has_the_background_on_every_map(public: Api, maps: MapService) -> None:
    found = Pdf(public.get("/api/shortlist", plots=f"{FULL},5").content)
    assert found.text.count(ATTRIBUTION) == 3
    assert len(maps.asked) == 3


@pytest.mark.parametrize("key", ["xyz", "wmts"])
def test_tiles_lie_where_they_belong(maps: MapService, key: str) -> None:
    """Each pixel of the picture has the colour of the tile in which PROJ says that its place lies."""
    maps.mode = "places"
    found = mosaic.picture(background(key), 25832, BOX, (170, 145), time.monotonic() + 60)
    to_web = Transformer.from_crs("EPSG:25832", "EPSG:3857", always_xy=True)
    shown = np.asarray(found)
    level = int(shown[0, 0, 2])
    span, seen = 40_075_016.685578488 / 2**level, set()
    for column in range(5, found.width, 61):
        for row in range(5, found.height, 53):
            x = BOX[0] + (column + 0.5) * (BOX[2] - BOX[0]) / found.width
            y = BOX[3] - (row + 0.5) * (BOX[3] - BOX[1]) / found.height
            web_x, web_y = to_web.transform(x, y)
            place = (web_x + 20_037_508.342789244) / span, (20_037_508.342789244 - web_y) / span
            # At the edge of two tiles their colours mix.
            if all(0.02 < part % 1 < 0.98 for part in place):
                assert tuple(shown[row, column]) == (int(place[0]) % 256, int(place[1]) % 256, level)
                seen.add((int(place[0]), int(place[1])))
    assert len(seen) > 6
    assert hypot(found.width - 1004, found.height - 856) < 2


def test_a_map_needs_few_tiles_at_every_scale(maps: MapService) -> None:
    """Of the whole state, too."""
    for half in (50, 500, 5_000, 50_000, 500_000):
        box = (BOX[0] - half, BOX[1] - half, BOX[0] + half, BOX[1] + half)
        to_web = mosaic._to_web(25832)
        tiles = mosaic.tiles_for(box, (1000, 1000), (0, 18), to_web)
        assert 1 <= tiles.count <= mosaic.MOST_TILES
    with pytest.raises(NoAnswer, match="too many tiles"):
        mosaic.tiles_for((0, 5_000_000, 900_000, 5_900_000), (1000, 1000), (16, 18), to_web)


def test_an_answer_is_bounded_in_time_and_size(maps: MapService) -> None:
    """And nothing but what was asked for is taken for a picture."""
    for mode, complaint in (("endless", "larger than 1,000 bytes"), ("markup", "text/html"), ("broken", "status 500")):
        maps.mode = mode
        with pytest.raises(NoAnswer, match=complaint):
            ask(f"{maps.address}/x", time.monotonic() + 60, 1000, ("image/",))
    maps.mode = "slow"
    with pytest.raises(NoAnswer, match="does not answer"):
        ask(f"{maps.address}/x", time.monotonic() + 0.2, 1000, ("image/",))


def test_a_picture_of_another_size_than_asked_for_is_none(maps: MapService, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that scales its pictures down would put everything elsewhere."""
    small = BytesIO()
    Image.new("RGB", (10, 10)).save(small, "PNG")
    monkeypatch.setattr(mosaic, "ask", lambda *_: mosaic_answer(small.getvalue()))
    with pytest.raises(NoAnswer, match="10 × 10 pixels"):
        mosaic.picture(background("wms"), 25832, BOX, (170, 145), time.monotonic() + 60)


def mosaic_answer(body: bytes) -> object:
    """An answer with this body."""
    from geo.ground.asking import Answer

    return Answer(body, "image/png", None)
