"""The maps of a report have the profile's background, and say so if its service does not answer."""

from collections.abc import Iterator

import psycopg
import pytest

from geo.periods import parse_period
from geo.store.database import conninfo
from maps.figures.report.pictures.city import maps
from maps.figures.report.pictures.illustration import Illustration
from maps.figures.report.pictures.places import Places, drawable
from maps.figures.report.reading import read
from tests.map_service import MapService, map_service
from tests.profiles import added

ATTRIBUTION = "© Amt für Karten"


@pytest.fixture(scope="module")
def places(sample_url: str) -> Places:
    """The places of the sample city's search rings, of which there is one map."""
    with psycopg.connect(conninfo(sample_url)) as connection:
        found = read(connection, parse_period("2023-H2"))
    return drawable(found._replace(counted={key: found.counted[key] for key in ("mobile_requests",)}))


@pytest.fixture
def service() -> Iterator[MapService]:
    """The map service, which the profile names as the default."""
    with map_service() as service:
        table = f"""
            [[backgrounds]]
            key = "topo"
            title = {{ de = "Karte", en = "Map" }}
            kind = "wmts"
            url = "{service.address}/wmts/{{TileMatrix}}/{{TileRow}}/{{TileCol}}.png"
            matrix_set = "WEBMERCATOR"
            attribution = "{ATTRIBUTION}"
            is_default = true
        """
        with added(table):
            yield service


def drawn(places: Places, language: str) -> Illustration:
    """The only map."""
    (found,) = maps(places, language)
    return found


def test_a_map_of_a_report_has_the_background_and_its_attribution(places: Places, service: MapService) -> None:
    found = drawn(places, "de")
    assert "data:image/png;base64" in found.svg
    assert f"{ATTRIBUTION}</text>" in found.svg
    assert "fehlt" not in found.note
    assert len(service.asked) > 1


@pytest.mark.parametrize(("language", "words"), [("de", "„Karte“ fehlt"), ("en", "“Map” is missing")])
def test_its_note_says_that_the_background_is_missing(
    places: Places, service: MapService, language: str, words: str
) -> None:
    service.mode = "broken"
    found = drawn(places, language)
    assert words in found.note
    assert "data:image/png" not in found.svg
    assert ATTRIBUTION not in found.svg
