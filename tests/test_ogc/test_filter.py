"""CQL2 filters over HTTP, and the queryables that they may use."""

import json

import pytest

from tests.test_api.helpers import Api, problem
from tests.test_ogc.conftest import PLOTS
from tests.test_ogc.helpers import CRS84, EPSG, ITEMS, link, names, pages

PLOTS_URL = ITEMS.format("plots")
QUERYABLES = "/api/collections/plots/queryables"
FIRST = "Fläche 00"


def names_matching(client: Api, condition: str, **parameters: str) -> list[str]:
    given = {name.replace("_", "-"): value for name, value in parameters.items()}
    return names(client.json(PLOTS_URL, filter=condition, **given))


@pytest.mark.parametrize(
    "condition",
    [
        f"name = '{FIRST}'",
        f"casei(name) = casei('{FIRST.upper()}')",
        "name like 'Fläche 0_' and offered_on < DATE('2022-02-01')",
        f"name in ('{FIRST}', 'nirgends')",
        "asking_price_eur_m2 is null and area_m2 between 9999 and 10001 and offered_on = DATE('2022-01-01')",
        "t_before(offered_on, DATE('2022-02-01'))",
        f"not (name <> '{FIRST}')",
    ],
)
def test_a_filter_selects_features(public: Api, condition: str) -> None:
    assert names_matching(public, condition) == [FIRST]


def test_a_filter_may_be_json(public: Api) -> None:
    tree = {"op": "=", "args": [{"property": "name"}, FIRST]}
    assert names_matching(public, json.dumps(tree), filter_lang="cql2-json") == [FIRST]


def test_geometries_are_in_the_filter_crs_and_crs84_unless_set(public: Api) -> None:
    stored = "s_intersects(geometry, BBOX(391000, 5705000, 391010, 5705010))"
    assert names_matching(public, stored, filter_crs=EPSG + "25832") == [FIRST]
    assert names_matching(public, stored.replace("geometry", "geom"), filter_crs=EPSG + "25832") == [FIRST]
    everywhere = "s_intersects(geometry, BBOX(7, 51, 8, 52))"
    assert len(public.json(PLOTS_URL, filter=everywhere)["features"]) == PLOTS
    assert len(public.json(PLOTS_URL, **{"filter": everywhere, "filter-crs": CRS84})["features"]) == PLOTS
    latitude_first = "s_intersects(geometry, BBOX(51, 7, 52, 8))"
    assert len(names_matching(public, latitude_first, filter_crs=EPSG + "4326")) == PLOTS


def test_a_filter_applies_to_following_pages_and_combines_with_other_parameters(public: Api) -> None:
    condition = "zoning = 'GE' and area_m2 > 10000"
    at_once = names_matching(public, condition, sortby="-name")
    first = public.json(PLOTS_URL, filter=condition, sortby="-name", limit="3")
    assert first["numberMatched"] == len(at_once) > 3
    url = link(first, "next")
    assert url
    paged = names(first) + [name for page in pages(public, url) for name in names(page)]
    assert paged == at_once
    boxed = public.json(
        PLOTS_URL, filter=condition, bbox="7,51,8,52", datetime="2022-01-01/2022-06-30", brownfield="false"
    )
    assert set(names(boxed)) < set(at_once)


@pytest.mark.parametrize(
    ("parameters", "parameter", "message"),
    [
        ({"filter": "unknown = 1"}, "filter", "zoning"),
        ({"filter": "area_m2 = 'large'"}, "filter", "area_m2"),
        ({"filter": "pg_sleep(10) = 1"}, "filter", "pg_sleep"),
        ({"filter": "name ="}, "filter", ""),
        ({"filter": ""}, "filter", ""),
        ({"filter": "contact = 'x'"}, "filter", "contact"),
        ({"filter": "name = 'x'", "filter-lang": "sql"}, "filter-lang", ""),
        ({"filter": "name = 'x'", "filter-crs": "EPSG:1"}, "filter-crs", ""),
        ({"filter-crs": CRS84}, "filter-crs", "requires the parameter"),
    ],
)
def test_an_invalid_filter_is_a_bad_request_that_says_why(
    public: Api, parameters: dict[str, str], parameter: str, message: str
) -> None:
    document = problem(public.get(PLOTS_URL, **parameters), 400)
    assert [error["parameter"] for error in document["errors"]] == [parameter]
    assert message in document["detail"]


def test_queryables_are_the_properties_with_type_label_and_codes(public: Api, internal: Api) -> None:
    response = public.get(QUERYABLES)
    assert response.headers["content-type"] == "application/schema+json"
    document = response.json()
    assert document["$id"].endswith(QUERYABLES)
    described = document["properties"]
    assert described["geometry"] == {"format": "geometry-multipolygon"}
    assert described["area_m2"]["type"] == "number"
    assert described["offered_on"]["format"] == "date"
    assert "GE" in described["zoning"]["enum"]
    assert described["zoning"]["title"] != public.json(QUERYABLES, lang="en")["properties"]["zoning"]["title"]
    assert "contact" not in described
    assert "contact" in internal.json(QUERYABLES)["properties"]
    problem(public.get("/api/collections/trenches/queryables"), 404)


def test_a_collection_links_to_its_queryables(public: Api) -> None:
    document = public.json("/api/collections/plots")
    url = link(document, "http://www.opengis.net/def/rel/ogc/1.0/queryables")
    assert url
    assert url.endswith(QUERYABLES)
