"""The assertions of OGC API – Features, Part 1: what a client can rely on."""

from datetime import datetime
from typing import Any

import pytest

from geo.periods import CITY_TIME
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.layers.views import sees
from tests.test_api.helpers import PROBLEM, Api, problem
from tests.test_ogc.conftest import PLOTS
from tests.test_ogc.helpers import CRS84, EPSG, ITEMS, items, link

CORE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
FILTER = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/"
EDITING = "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/"
SCHEMAS = "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/"
TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/"


@pytest.mark.parametrize("root", ["/api", "/api/"])
def test_the_landing_page_links_to_resources_that_exist(public: Api, root: str) -> None:
    page = public.json(root)
    assert page["title"]
    assert {one["rel"] for one in page["links"]} >= {"self", "service-desc", "conformance", "data"}
    for one in page["links"]:
        assert one["href"].startswith("http://test/api")
        response = public.get(one["href"])
        assert response.status_code == 200
        assert response.headers["content-type"].removesuffix("; charset=utf-8") == one["type"]


def test_exactly_these_conformance_classes_are_declared(public: Api) -> None:
    assert public.json("/api/conformance")["conformsTo"] == [
        CORE + "core",
        CORE + "geojson",
        CORE + "html",
        CORE + "oas30",
        "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
        *(FILTER + name for name in ("filter", "features-filter", "queryables")),
        *(EDITING + name for name in ("create-replace-delete", "update", "optimistic-locking-etags", "features")),
        *(
            SCHEMAS + name
            for name in ("schemas", "core-roles-features", "feature-references", "returnables-and-receivables")
        ),
        *(
            CQL2 + name
            for name in (
                "cql2-text",
                "cql2-json",
                "basic-cql2",
                "advanced-comparison-operators",
                "case-insensitive-comparison",
                "basic-spatial-functions",
                "basic-spatial-functions-plus",
                "spatial-functions",
                "temporal-functions",
            )
        ),
        *(
            TILES + name
            for name in (
                "core",
                "tileset",
                "tilesets-list",
                "dataset-tilesets",
                "geodata-tilesets",
                "collections-selection",
                "datetime",
                "mvt",
                "oas30",
            )
        ),
        "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
        "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
    ]


@pytest.mark.parametrize("audience", ["public", "internal"])
def test_every_layer_that_the_audience_sees_is_a_collection(audience: str, request: pytest.FixtureRequest) -> None:
    client: Api = request.getfixturevalue(audience)
    listed = client.json("/api/collections")
    expected = [layer.key for layer in LAYERS.values() if sees(Audience(audience), layer)]
    assert [one["id"] for one in listed["collections"]] == expected
    for one in listed["collections"]:
        alone = client.json(link(one, "self") or "")
        assert alone["id"] == one["id"]
        assert {alone[name] == one[name] for name in ("title", "description", "crs")} == {True}
        assert alone.get("extent") == one.get("extent")
        assert one["itemType"] == "feature"
        assert one["crs"][0] == CRS84
        assert {EPSG + code for code in ("4326", "25832", "3857")} <= set(one["crs"])
        assert one.get("storageCrs") == (EPSG + "25832" if LAYERS[one["id"]].geometry else None)
        response = client.get(link(one, "items", type="application/geo+json") or "")
        assert response.status_code == 200, response.text
        assert response.headers["content-type"] == "application/geo+json"
        page = response.json()
        assert page["type"] == "FeatureCollection"
        assert page["numberReturned"] == len(page["features"]) == page["numberMatched"]


def test_titles_are_german_or_english(public: Api) -> None:
    assert public.json("/api/collections/plots")["title"] == "Gewerbegrundstücke"
    english = public.json("/api/collections/plots", lang="en")
    assert english["title"] == "Plots"
    assert public.json(link(english, "alternate", hreflang="de") or "")["title"] == "Gewerbegrundstücke"
    assert public.json("/api", lang="en")["description"].startswith("The city's")


def test_the_extent_contains_every_visible_feature_and_reveals_no_other(public: Api, internal: Api) -> None:
    for client in (public, internal):
        for collection in client.json("/api/collections")["collections"]:
            if not LAYERS[collection["id"]].geometry:
                assert "spatial" not in collection.get("extent", {})
                continue
            shown = [one["geometry"] for one in items(client, collection["id"])["features"] if one["geometry"]]
            corners = [position for one in shown for position in _positions(one["coordinates"])]
            if not corners:
                assert "spatial" not in collection.get("extent", {})
                continue
            (west, south, east, north) = collection["extent"]["spatial"]["bbox"][0]
            assert west - 1e-6 <= min(x for x, _ in corners)
            assert max(x for x, _ in corners) <= east + 1e-6
            assert south - 1e-6 <= min(y for _, y in corners)
            assert max(y for _, y in corners) <= north + 1e-6
    # Of the deals, only the notarised one has a public geometry: 50 m wide, without the other one a kilometre away.
    west, _, east, _ = public.json("/api/collections/transactions")["extent"]["spatial"]["bbox"][0]
    assert east - west < 0.001


def test_the_temporal_extent_contains_every_visible_date_and_reveals_no_other(public: Api, internal: Api) -> None:
    for client in (public, internal):
        for collection in client.json("/api/collections")["collections"]:
            date = LAYERS[collection["id"]].date
            shown = [one["properties"][date] for one in items(client, collection["id"])["features"]] if date else []
            days = [day for day in shown if day]
            if not days:
                assert "temporal" not in collection.get("extent", {})
                continue
            ((first, last),) = collection["extent"]["temporal"]["interval"]
            begins = datetime.fromisoformat(first).astimezone(CITY_TIME)
            ends = datetime.fromisoformat(last).astimezone(CITY_TIME)
            assert begins.isoformat()[:19] == f"{min(days)}T00:00:00"
            assert ends.isoformat()[:19] == f"{max(days)}T23:59:59"
            within = items(client, collection["id"], datetime=f"{first}/{last}")
            assert within["numberMatched"] == len(days)
    # Days begin at midnight in the city, in winter an hour before midnight UTC.
    ((first, _),) = public.json("/api/collections/plots")["extent"]["temporal"]["interval"]
    assert first == "2021-12-31T23:00:00Z"


def _positions(coordinates: Any) -> list[tuple[float, float]]:
    if isinstance(coordinates[0], float | int):
        return [(coordinates[0], coordinates[1])]
    return [position for part in coordinates for position in _positions(part)]


def test_a_page_has_the_number_of_its_features_and_of_all_features(public: Api) -> None:
    page = items(public, "plots", limit=10)
    assert (page["numberReturned"], page["numberMatched"], len(page["features"])) == (10, PLOTS, 10)
    assert page["timeStamp"].endswith("Z")
    assert link(page, "self") == "http://test/api/collections/plots/items?limit=10"
    feature = page["features"][0]
    assert list(feature) == ["type", "id", "geometry", "properties"]
    assert feature["properties"]["status"] == "available"


@pytest.mark.parametrize("limit", ["0", "-1", "many", "1.0", "1_0", "", "1e1", "٣", "9" * 5000])
def test_an_invalid_limit_is_a_bad_request(public: Api, limit: str) -> None:
    found = public.problem(400, ITEMS.format("plots"), limit=limit)
    assert found["errors"][0]["parameter"] == "limit"


def test_a_limit_above_the_largest_is_clamped(public: Api) -> None:
    assert items(public, "plots", limit=10_001)["numberReturned"] == PLOTS


def test_layers_without_geometry_have_features_without_geometry(internal: Api) -> None:
    (feature,) = items(internal, "operators")["features"]
    assert feature["geometry"] is None
    assert feature["properties"]["name"] == "Netz GmbH"
    assert items(internal, "operators", bbox="-180,-90,180,90")["features"] == []
    assert items(internal, "operators", datetime="2023-01-01/..")["features"] == []


def test_a_single_feature_equals_the_one_in_the_page(public: Api) -> None:
    listed = items(public, "plots", limit=3)["features"][2]
    url = f"{ITEMS.format('plots')}/{listed['id']}"
    response = public.get(url)
    assert response.headers["content-type"] == "application/geo+json"
    alone = response.json()
    assert link(alone, "self") == f"http://test{url}"
    assert link(alone, "collection") == "http://test/api/collections/plots"
    assert {name: value for name, value in alone.items() if name != "links"} == listed


@pytest.mark.parametrize("record", ["0", "999999", "x", "-1", "1.0", "9223372036854775808", "9" * 30, "1'--", "%00"])
def test_a_feature_that_does_not_exist_is_not_found(public: Api, record: str) -> None:
    public.problem(404, f"{ITEMS.format('plots')}/{record}")


@pytest.mark.parametrize("layer", ["nowhere", "connections", "parties", "trenches", "plot_supply", "plots%22", "Plots"])
@pytest.mark.parametrize("rest", ["", "/items", "/items/1"])
def test_internal_layers_do_not_exist_for_the_public(public: Api, layer: str, rest: str) -> None:
    found = problem(public.get(f"/api/collections/{layer}{rest}"), 404)
    assert "There is no collection" in found["detail"]


@pytest.mark.parametrize(
    "url",
    [
        "/api?x=1",
        "/api/conformance?x=1",
        "/api/collections?x=1",
        "/api/collections/plots?x=1",
        "/api/collections/plots/items?x=1",
        "/api/collections/plots/items?contact=x",
        "/api/collections/plots/items?geom=x",
        "/api/collections/plots/items?LIMIT=1",
        "/api/collections/plots/items?limit=1&limit=2",
        "/api/collections/plots/items?name=a&name=b",
        "/api/collections/plots/items/1?limit=1",
    ],
)
def test_unknown_and_repeated_parameters_are_bad_requests(public: Api, url: str) -> None:
    response = public.get(url)
    assert response.status_code == 400
    assert response.headers["content-type"] == PROBLEM


def test_links_use_the_address_under_which_a_proxy_serves_the_service(public: Api) -> None:
    response = public.request("GET", "https://geo.example.org/api/collections/plots/items?limit=1&name=")
    assert link(response.json(), "self") == "https://geo.example.org/api/collections/plots/items?limit=1&name="


def test_public_responses_may_be_cached_for_a_minute_and_internal_ones_not_at_all(public: Api, internal: Api) -> None:
    for url in ("/api", "/api/collections", "/api/collections/plots", ITEMS.format("plots")):
        assert public.get(url).headers["cache-control"] == "public, max-age=60"
        assert internal.get(url).headers["cache-control"] == "private, no-store"
