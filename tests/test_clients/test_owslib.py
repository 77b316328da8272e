"""OWSLib, which Python scripts of other authorities use to read OGC API – Features."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from owslib.ogcapi.features import Features


@pytest.fixture
def features(landing_page: str) -> Any:
    """OWSLib's client for the service; typed Any because OWSLib annotates every parameter as a dict."""
    return Features(landing_page)


def test_owslib_finds_its_way_from_the_landing_page(features: Any) -> None:
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in features.conformance()["conformsTo"]
    assert "/collections/{collectionId}/items" in features.api()["paths"]
    assert features.feature_collections() == [one["id"] for one in features.collections()["collections"]]
    assert features.collection("plots")["title"] == "Gewerbegrundstücke"


def test_owslib_reads_features_and_single_ones(features: Any) -> None:
    page = features.collection_items("plots", limit=3)
    assert page["numberReturned"] == len(page["features"]) == 3
    assert page["numberMatched"] > 3
    one = page["features"][1]
    alone = features.collection_item("plots", one["id"])
    assert alone["properties"] == one["properties"]
    assert alone["geometry"] == one["geometry"]


def test_owslib_filters_by_a_box(features: Any) -> None:
    everything = features.collection_items("plots", limit=1000)["features"]
    west, south, east, north = features.collection("plots")["extent"]["spatial"]["bbox"][0]
    middle = (west + east) / 2
    western = _ids(features.collection_items("plots", limit=1000, bbox=[west, south, middle, north]))
    eastern = _ids(features.collection_items("plots", limit=1000, bbox=[middle, south, east, north]))
    assert western | eastern == {one["id"] for one in everything}
    assert western != eastern
    for one in everything:
        longitudes = [x for polygon in one["geometry"]["coordinates"] for ring in polygon for x, _ in ring]
        if abs(min(longitudes) - middle) > 1e-6 and abs(max(longitudes) - middle) > 1e-6:
            assert (one["id"] in western) is (min(longitudes) < middle)
            assert (one["id"] in eastern) is (max(longitudes) > middle)


def test_owslib_filters_by_condition_and_time_and_sorts(features: Any) -> None:
    condition = "zoning = 'GE' AND area_m2 >= 8000"
    query: dict[str, Any] = {"filter": condition, "sortby": ("area_m2", "desc"), "limit": 1000}
    found = [one["properties"] for one in features.collection_items("plots", **query)["features"]]
    everything = [one["properties"] for one in features.collection_items("plots", limit=1000)["features"]]
    expected = [one for one in everything if one["zoning"] == "GE" and one["area_m2"] >= 8000]
    assert 0 < len(found) == len(expected) < len(everything)
    areas = [one["area_m2"] for one in found]
    assert areas == sorted(areas, reverse=True)
    deals = features.collection_items("transactions", datetime_="2023-07-01/2023-12-31", limit=1000)["features"]
    days = {one["properties"]["agreed_on"] for one in deals}
    assert days
    assert all("2023-07-01" <= day <= "2023-12-31" for day in days)


def test_owslib_pages_to_the_end_by_the_next_links(features: Any) -> None:
    page = features.collection_items("transactions", limit=7)
    ids = [one["id"] for one in page["features"]]
    matched = page["numberMatched"]
    assert matched > 14
    while following := [link["href"] for link in page["links"] if link["rel"] == "next"]:
        assert len(ids) < matched
        # OWSLib does not follow links itself, but accepts their parameters.
        query = dict(parse_qsl(urlsplit(following[0]).query))
        page = features.collection_items("transactions", **query)
        ids += [one["id"] for one in page["features"]]
    assert len(ids) == len(set(ids)) == matched


def test_owslib_reads_the_queryables(features: Any) -> None:
    properties = features.collection_queryables("plots")["properties"]
    assert properties["area_m2"]["type"] == "number"
    assert "GE" in properties["zoning"]["enum"]
    assert properties["geometry"]["format"] == "geometry-multipolygon"


def test_owslib_reports_an_error_with_its_reason(features: Any) -> None:
    with pytest.raises(RuntimeError, match="There is no collection “nowhere”"):
        features.collection_items("nowhere")


def _ids(page: dict[str, Any]) -> set[int]:
    return {one["id"] for one in page["features"]}
