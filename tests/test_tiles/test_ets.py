"""The assertions of OGC's executable test suite for Tiles (ets-ogcapi-tiles10), in the suite's way."""

from collections.abc import Iterator
from typing import Any

import pytest

from geo.records.layers import LAYERS
from geo.settings import load_settings
from tests.test_api.helpers import Api, api

TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-"
PLACES = ("{tileMatrix}", "{tileRow}", "{tileCol}")

Json = dict[str, Any]


@pytest.fixture(scope="module")
def client(sample_url: str) -> Iterator[Api]:
    """The service as the public, on the sample data."""
    with api(load_settings(database_url=sample_url)) as client:
        yield client


def lists_of_tilesets(client: Api) -> list[str]:
    """The addresses of the lists of tilesets to which the landing page and the collections link."""
    pages = [client.json("/api"), *client.json("/api/collections")["collections"]]
    return [link["href"] for page in pages for link in page["links"] if link["rel"].startswith(TILESETS)]


def linked(client: Api, address: str) -> Json:
    """The JSON document behind a link."""
    response = client.request("GET", address, headers={"Accept": "application/json"})
    assert response.status_code == 200, address
    return response.json()


def templates(document: Json) -> list[str]:
    """The URL templates of tiles in a document."""
    hrefs = [link["href"] for link in document.get("links", [])]
    return [href for href in hrefs if all(place in href for place in PLACES)]


def filled(template: str, *places: int) -> str:
    """The address of a tile, from a URL template."""
    for name, value in zip(PLACES, places, strict=True):
        template = template.replace(name, str(value))
    return template


def test_landing_page_and_every_collection_lead_to_tilesets(client: Api) -> None:
    found = lists_of_tilesets(client)
    drawn = [one for one in client.json("/api/collections")["collections"] if LAYERS[one["id"]].geometry]
    assert len(found) == 1 + len(drawn)
    assert all(href.endswith("/tiles") for href in found)
    assert "data" in {link["rel"] for link in client.json("/api")["links"]}


def test_every_link_of_a_listed_tileset_leads_to_a_document(client: Api) -> None:
    """The suite follows all of them, so none may be a URL template."""
    for address in lists_of_tilesets(client):
        for tileset in linked(client, address)["tilesets"]:
            assert tileset["tileMatrixSetURI"].endswith("/WebMercatorQuad")
            documents = [linked(client, link["href"]) for link in tileset["links"]]
            assert sum(len(templates(document)) for document in documents) == 1


def test_tiles_within_the_limits_are_answered_and_others_not_found(client: Api) -> None:
    for address in lists_of_tilesets(client):
        (tileset,) = linked(client, address)["tilesets"]
        (own,) = (link["href"] for link in tileset["links"] if link["rel"] == "self")
        document = linked(client, own)
        (template,) = templates(document)
        limits = document["tileMatrixSetLimits"]
        assert [limit["tileMatrix"] for limit in limits] == [str(z) for z in range(19)]
        for limit in (limits[0], limits[12]):
            z, row, column = int(limit["tileMatrix"]), limit["maxTileRow"], limit["minTileCol"]
            assert client.get(filled(template, z, row, column)).status_code in (200, 204)
            assert client.get(filled(template, z, 2**31 - 1, 2**31 - 1)).status_code in (400, 404)
        assert client.get(filled(template, 0, limits[0]["maxTileRow"] + 1, 0)).status_code in (400, 404)


def test_the_tile_matrix_set_is_a_registered_one(client: Api) -> None:
    (matrix_set,) = client.json("/api/tileMatrixSets")["tileMatrixSets"]
    items = [link for link in matrix_set["links"] if link["rel"] == "item" and link["type"] == "application/json"]
    assert [link["href"].rpartition("/")[2] for link in items] == ["WebMercatorQuad"]
    assert linked(client, items[0]["href"])["tileMatrices"]
