"""The assertions of OGC's test suite for Features (ets-ogcapi-features10), Core and CRS, over all collections.

Addresses come from where the suite reads them: from links, and from the paths of the OpenAPI document.
docs/conformance.md says how to run the suite itself.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import numpy as np
import pytest
import shapely
from pyproj import Transformer

from geo.settings import load_settings
from tests.test_api.helpers import Api, api
from tests.test_ogc.helpers import CRS84, link

FEATURES = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
# For each conformance class, the media type of features and that of all other resources.
MEDIA_TYPES = {FEATURES + "geojson": (GEOJSON, "application/json"), FEATURES + "html": ("text/html", "text/html")}
UNSUPPORTED = "http://www.opengis.net/def/crs/0/unsupported"
# Across the meridian of Greenwich, the equator, the antimeridian, and at both poles.
BOXES = ["-1.5,50.0,1.5,53.0", "-80.0,-5.0,-70.0,5.0", "177.0,65.0,-177.0,70.0", "-180,85,180,90", "-180,-90,180,-85"]
WHOLE = shapely.box(-180, -90, 180, 90)
Json = dict[str, Any]


@pytest.fixture(scope="module", params=["public", "internal"])
def client(sample_url: str, request: pytest.FixtureRequest) -> Iterator[Api]:
    """The service with the sample data, as the public and as insiders see it."""
    with api(load_settings(database_url=sample_url, anonymous_audience=request.param)) as service:
        yield service


@pytest.fixture(scope="module")
def document(client: Api) -> Json:
    """The OpenAPI document to which the landing page links."""
    (described,) = [one for one in client.json("/api/")["links"] if one["rel"] == "service-desc"]
    assert described["type"] == OPENAPI
    response = client.request("GET", described["href"], headers={"Accept": OPENAPI})
    assert response.status_code == 200
    return response.json()


@pytest.fixture(scope="module")
def collections(client: Api) -> list[Json]:
    """Every collection, from the list."""
    return client.json("/api/collections")["collections"]


def items(collection: Json) -> str:
    """The address of a collection's features, from its link."""
    (found,) = [one["href"] for one in collection["links"] if one["rel"] == "items" and one["type"] == GEOJSON]
    return found


def get_geojson(client: Api, url: str, **parameters: object) -> httpx.Response:
    """Request GeoJSON; a dash in a parameter's name is written as an underscore."""
    given: Any = {name.replace("_crs", "-crs"): value for name, value in parameters.items()} or None
    return client.request("GET", url, params=given, headers={"Accept": GEOJSON})


def assert_links(client: Api, found: Json, of_features: bool) -> None:
    """Assert that all links have a type, and that there is one for each media type of the declared classes."""
    assert all(one.get("rel") and one.get("type") for one in found["links"])
    itself = next(one for one in found["links"] if one["rel"] == "self")
    others = {one["type"] for one in found["links"] if one["rel"] == "alternate"}
    for declared in client.json("/api/conformance")["conformsTo"]:
        if declared in MEDIA_TYPES:
            wanted = MEDIA_TYPES[declared][0 if of_features else 1]
            assert wanted in {itself["type"], *others}


def count_features(client: Api, first: Json, largest: int) -> int:
    """Count the features by following the links as the suite does, with the largest page size allowed."""
    count, page = len(first["features"]), first
    while following := link(page, "next"):
        parameters: Json = dict(parse_qsl(urlsplit(following).query)) | {"limit": largest}
        page = client.json(following.split("?")[0], **parameters)
        count += len(page["features"])
        assert count <= first["numberMatched"]
    return count


def assert_page(client: Api, response: httpx.Response, largest: int, within: Any = WHOLE) -> None:
    """Assert that the response is a feature collection in longitude and latitude, and that its counts are correct."""
    assert response.status_code == 200, response.text
    page = response.json()
    assert page["type"] == "FeatureCollection"
    assert_links(client, page, of_features=True)
    assert datetime.fromisoformat(page["timeStamp"]).tzinfo
    assert page["numberReturned"] == len(page["features"])
    assert page["numberMatched"] == count_features(client, page, largest)
    for feature in page["features"]:
        if feature["geometry"]:
            shape = shapely.geometry.shape(feature["geometry"])
            assert WHOLE.contains(shape)
            assert within.intersects(shape)


@pytest.mark.parametrize("instance", ["http://test/api", "http://test/api/"])
def test_the_suite_finds_every_path_in_the_document(document: Json, collections: list[Json], instance: str) -> None:
    (server,) = [one["url"] for one in document["servers"]]
    found = re.search(re.escape(server), instance)
    assert found
    base = instance[found.end() :] or "/"
    assert {base + "conformance", base + "collections"} <= set(document["paths"])
    for one in collections:
        for requested in (f"{base}collections/{one['id']}", f"{base}collections/{one['id']}/items"):
            templates = [re.sub(r"\{\w+\}", "[^/]+", path) for path in document["paths"]]
            assert sum(bool(re.fullmatch(template, requested)) for template in templates) == 1


def test_landing_page_and_conformance_declaration(client: Api) -> None:
    for root in ("/api", "/api/"):
        relations = {one["rel"] for one in client.json(root)["links"]}
        assert {"service-desc", "conformance", "data"} <= relations
    declared = client.json("/api/conformance")["conformsTo"]
    assert FEATURES + "core" in declared
    assert all(isinstance(one, str) for one in declared)


def test_collections_are_described(client: Api, collections: list[Json]) -> None:
    listed = client.json("/api/collections")
    assert_links(client, listed, of_features=False)
    assert listed["crs"][0] == CRS84
    assert collections
    for one in collections:
        assert isinstance(one["id"], str)
        assert one["id"]
        assert all(found.get("rel") and found.get("type") for found in one["links"])
        assert get_geojson(client, items(one)).json()["type"] == "FeatureCollection"
        for box in one.get("extent", {}).get("spatial", {}).get("bbox", []):
            assert len(box) == 4
        for interval in one.get("extent", {}).get("temporal", {}).get("interval", []):
            begin, end = map(datetime.fromisoformat, interval)
            assert begin <= end
        alone = client.json(f"/api/collections/{one['id']}")
        assert_links(client, alone, of_features=False)
        assert [alone.get(name) for name in ("id", "title", "description", "extent")] == [
            one.get(name) for name in ("id", "title", "description", "extent")
        ]


def test_parameters_of_items_are_defined(document: Json) -> None:
    operation = document["paths"]["/collections/{collectionId}/items"]["get"]
    named = {one["name"]: one for one in operation["parameters"]}
    for name, kind in (("bbox", "array"), ("limit", "integer"), ("datetime", "string")):
        found = named[name]
        assert (found["in"], found["required"], found["style"], found["explode"]) == ("query", False, "form", False)
        assert found["schema"]["type"] == kind
    assert named["limit"]["schema"]["minimum"] >= 0
    assert named["limit"]["schema"]["default"] >= 0
    assert named["bbox"]["schema"]["items"] == {"type": "number"}


def test_features_are_selected_by_box_limit_and_time(client: Api, document: Json, collections: list[Json]) -> None:
    operation = document["paths"]["/collections/{collectionId}/items"]["get"]
    (limit,) = [one["schema"] for one in operation["parameters"] if one["name"] == "limit"]
    largest = limit["maximum"]
    for one in collections:
        url = items(one)
        assert_page(client, get_geojson(client, url), largest)
        for size in (limit["minimum"], 100):
            response = get_geojson(client, url, limit=size)
            assert_page(client, response, largest)
            assert len(response.json()["features"]) <= size
        if "spatial" in one.get("extent", {}):
            own = ",".join(map(str, one["extent"]["spatial"]["bbox"][0]))
            for box in (own, *BOXES):
                west, south, east, north = map(float, box.split(","))
                parts = [(west, south, 180, north), (-180, south, east, north)] if west > east else None
                within = shapely.union_all([shapely.box(*part) for part in parts or [(west, south, east, north)]])
                assert_page(client, get_geojson(client, url, bbox=box), largest, within)
        if "temporal" in one.get("extent", {}):
            begin, end = map(datetime.fromisoformat, one["extent"]["temporal"]["interval"][0])
            quarter = (end - begin) / 4
            day = (begin + quarter).date()
            for when in (
                begin.isoformat(),
                f"{(begin + quarter).isoformat()}/{(begin + 2 * quarter).isoformat()}",
                f"{day}/P2D",
            ):
                assert_page(client, get_geojson(client, url, datetime=when), largest)


def test_invalid_and_unknown_parameters_are_refused(client: Api, collections: list[Json]) -> None:
    for one in collections:
        assert get_geojson(client, items(one), limit="unlimited").status_code == 400
        assert get_geojson(client, items(one), unknownQueryParameter12345=1).status_code == 400


def test_single_features_have_their_links(client: Api, collections: list[Json]) -> None:
    for one in collections:
        for feature in get_geojson(client, items(one), limit=2).json()["features"]:
            alone = get_geojson(client, f"{items(one)}/{feature['id']}")
            assert alone.status_code == 200
            assert_links(client, alone.json(), of_features=True)
            assert link(alone.json(), "collection")


def test_crs_identifiers_are_valid_and_the_default_is_among_them(collections: list[Json]) -> None:
    for one in collections:
        assert CRS84 in one["crs"]
        assert one.get("storageCrs", CRS84) in one["crs"]
        for uri in one["crs"]:
            assert re.fullmatch(r"http://www\.opengis\.net/def/crs/(OGC|EPSG)/[\d.]+/\w+", uri)


def test_responses_name_their_crs_in_content_crs(client: Api, collections: list[Json]) -> None:
    for one in collections:
        page = get_geojson(client, items(one), limit=1)
        addresses = [items(one), *(f"{items(one)}/{feature['id']}" for feature in page.json()["features"])]
        for url in addresses:
            assert get_geojson(client, url).headers["content-crs"] == f"<{CRS84}>"
            assert get_geojson(client, url, crs=UNSUPPORTED).status_code == 400
            for uri in one["crs"]:
                response = get_geojson(client, url, crs=uri)
                assert response.status_code == 200
                assert response.headers["content-crs"] == f"<{uri}>"
                assert response.headers["content-type"] == GEOJSON


def test_geometries_are_transformed(client: Api, collections: list[Json]) -> None:
    for one in collections:
        default = get_geojson(client, items(one), limit=20).json()["features"]
        for uri in one["crs"]:
            back = Transformer.from_crs(_code(uri), "OGC:CRS84")
            for here, there in zip(
                default, get_geojson(client, items(one), limit=20, crs=uri).json()["features"], strict=True
            ):
                assert here["id"] == there["id"]
                if here["geometry"]:
                    expected, found = (shapely.geometry.shape(feature["geometry"]) for feature in (here, there))
                    returned = _moved(found, back)
                    assert shapely.equals_exact(returned, expected, tolerance=1e-5, normalize=False)


def test_bbox_crs_selects_the_same_features(client: Api, collections: list[Json]) -> None:
    for one in collections:
        if "spatial" not in one.get("extent", {}):
            continue
        bounds = one["extent"]["spatial"]["bbox"][0]
        text = ",".join(map(str, bounds))
        expected = get_geojson(client, items(one), bbox=text).json()["features"]
        assert get_geojson(client, items(one), bbox=text, bbox_crs=CRS84).json()["features"] == expected
        for uri in one["crs"]:
            there = Transformer.from_crs("OGC:CRS84", _code(uri)).transform_bounds(*bounds)
            response = get_geojson(client, items(one), bbox=",".join(map(repr, there)), bbox_crs=uri)
            assert response.status_code == 200, response.text
            assert {found["id"] for found in response.json()["features"]} == {found["id"] for found in expected}
        assert get_geojson(client, items(one), bbox="5,49,6,50", bbox_crs=UNSUPPORTED).status_code == 400


def _moved(shape: Any, transformer: Transformer) -> Any:
    return shapely.transform(shape, lambda points: np.column_stack(transformer.transform(points[:, 0], points[:, 1])))


def _code(uri: str) -> str:
    authority, _, code = uri.split("/")[-3:]
    return f"{authority}:{code}"
