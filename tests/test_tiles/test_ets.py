"""What the OGC's executable test suite for Tiles (ets-ogcapi-tiles10) asserts, as it goes about it."""

from collections.abc import Iterator
from typing import Any

import pytest

from geo.settings import load_settings
from tests.test_api.helpers import Api, api

TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-"
PLACES = ("{tileMatrix}", "{tileRow}", "{tileCol}")

Json = dict[str, Any]


@pytest.fixture(scope="module")
def asked(sample_url: str) -> Iterator[Api]:
    """The service as the public, on the sample data."""
    with api(load_settings(database_url=sample_url)) as client:
        yield client


def lists_of_tilesets(asked: Api) -> list[str]:
    """Where the landing page and the collections say that there are tilesets."""
    pages = [asked.json("/api"), *asked.json("/api/collections")["collections"]]
    return [link["href"] for page in pages for link in page["links"] if link["rel"].startswith(TILESETS)]


def linked(asked: Api, address: str) -> Json:
    """The document behind a link, which is JSON for whoever wants that."""
    response = asked.request("GET", address, headers={"Accept": "application/json"})
    assert response.status_code == 200, address
    return response.json()


def templates(document: Json) -> list[str]:
    """The addresses of tiles that a document names."""
    hrefs = [link["href"] for link in document.get("links", [])]
    return [href for href in hrefs if all(place in href for place in PLACES)]


def filled(template: str, *places: int) -> str:
    """The address of a tile."""
    for name, value in zip(PLACES, places, strict=True):
        template = template.replace(name, str(value))
    return template


def test_landing_page_and_every_collection_lead_to_tilesets(asked: Api) -> None:
    found = lists_of_tilesets(asked)
    assert len(found) == 1 + len(asked.json("/api/collections")["collections"])
    assert all(href.endswith("/tiles") for href in found)
    assert "data" in {link["rel"] for link in asked.json("/api")["links"]}


def test_every_link_of_a_listed_tileset_leads_to_a_document(asked: Api) -> None:
    """The suite follows them all; so no address with places to fill in stands among them."""
    for address in lists_of_tilesets(asked):
        for tileset in linked(asked, address)["tilesets"]:
            assert tileset["tileMatrixSetURI"].endswith("/WebMercatorQuad")
            documents = [linked(asked, link["href"]) for link in tileset["links"]]
            assert sum(len(templates(document)) for document in documents) == 1


def test_tiles_within_the_limits_are_answered_and_others_not_found(asked: Api) -> None:
    for address in lists_of_tilesets(asked):
        (tileset,) = linked(asked, address)["tilesets"]
        (own,) = (link["href"] for link in tileset["links"] if link["rel"] == "self")
        document = linked(asked, own)
        (template,) = templates(document)
        limits = document["tileMatrixSetLimits"]
        assert [limit["tileMatrix"] for limit in limits] == [str(z) for z in range(19)]
        for limit in (limits[0], limits[12]):
            z, row, column = int(limit["tileMatrix"]), limit["maxTileRow"], limit["minTileCol"]
            assert asked.get(filled(template, z, row, column)).status_code in (200, 204)
            assert asked.get(filled(template, z, 2**31 - 1, 2**31 - 1)).status_code in (400, 404)
        assert asked.get(filled(template, 0, limits[0]["maxTileRow"] + 1, 0)).status_code in (400, 404)


def test_the_tile_matrix_set_is_a_registered_one(asked: Api) -> None:
    (matrix_set,) = asked.json("/api/tileMatrixSets")["tileMatrixSets"]
    items = [link for link in matrix_set["links"] if link["rel"] == "item" and link["type"] == "application/json"]
    assert [link["href"].rpartition("/")[2] for link in items] == ["WebMercatorQuad"]
    assert linked(asked, items[0]["href"])["tileMatrices"]
