"""The format of a response: the one that ``f`` names, else the one that Accept prefers."""

import pytest

from api.records.formats import FEATURES
from api.records.ogc.negotiation import preferred
from tests.test_api.helpers import Api, problem
from tests.test_ogc.helpers import ITEMS, items

PLOTS = ITEMS.format("plots")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
JSON_AND_HTML = ("/api", "/api/conformance", "/api/collections", "/api/collections/plots")
FILES = ("csv", "xlsx", "gpkg", "fgb", "parquet", "xlsx-labelled", "csv-excel")


@pytest.mark.parametrize(
    ("accept", "key"),
    [
        ([], "geojson"),
        ([""], "geojson"),
        (["*/*"], "geojson"),
        ([BROWSER], "html"),
        (["application/json"], "geojson"),
        (["application/geo+json, application/json;q=0.9"], "geojson"),
        (["text/csv"], "csv"),
        (["TEXT/CSV; charset=utf-8"], "csv"),
        (["text/*"], "html"),
        (["text/*, text/html;q=0.1"], "csv"),
        (["*/*;q=0.1, application/vnd.apache.parquet"], "parquet"),
        (["application/geo+json;q=0, */*"], "html"),
        (["text/html;q=0.5, application/geo+json;q=0.6"], "geojson"),
        (["text/html;q=0.5", "application/flatgeobuf;q=0.7"], "fgb"),
        (["application/geopackage+sqlite3;q=0.9, image/png"], "gpkg"),
        (["text/html;q=nonsense, text/csv;q=0.1"], "csv"),
        (["text/html;q=2, text/csv;q=0.1"], "csv"),
    ],
)
def test_accept_is_read_with_its_weights_and_the_most_specific_range_first(accept: list[str], key: str) -> None:
    assert preferred(FEATURES, accept).key == key


def test_each_resource_is_json_for_programs_and_a_page_for_browsers(public: Api) -> None:
    plot = items(public, "plots", limit=1)["features"][0]["id"]
    for url in (*JSON_AND_HTML, "/api/collections/plots/queryables", PLOTS, f"{PLOTS}/{plot}"):
        for_programs = public.get(url)
        assert "json" in for_programs.headers["content-type"]
        for_people = public.request("GET", url, headers={"Accept": BROWSER})
        assert for_people.headers["content-type"] == "text/html; charset=utf-8"
        for response in (for_programs, for_people):
            assert "Accept" in response.headers["vary"].split(", ")
            assert response.headers["cache-control"] == "public, max-age=60"


def test_f_takes_precedence_over_accept(public: Api) -> None:
    response = public.request("GET", PLOTS, params={"f": "csv"}, headers={"Accept": BROWSER})
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    response = public.request("GET", "/api?f=json", headers={"Accept": "image/png"})
    assert response.headers["content-type"] == "application/json"
    assert items(public, "plots", f="json")["type"] == "FeatureCollection"


@pytest.mark.parametrize("url", [*JSON_AND_HTML, "/api/collections/plots/queryables", f"{PLOTS}/1"])
@pytest.mark.parametrize("f", ["csv", "", "HTML", "xml"])
def test_a_format_that_is_not_offered_is_a_bad_request_that_names_the_others(public: Api, url: str, f: str) -> None:
    found = public.problem(400, url, f=f)
    assert [error["parameter"] for error in found["errors"]] == ["f"]
    assert "json, html" in found["detail"]


def test_the_formats_of_items_are_named_too(public: Api) -> None:
    found = public.problem(400, PLOTS, f="shp")
    assert "geojson, html, csv, xlsx, gpkg, fgb, parquet" in found["detail"]


@pytest.mark.parametrize("url", [*JSON_AND_HTML, PLOTS])
def test_if_no_offered_type_is_acceptable_the_offered_ones_are_named(public: Api, url: str) -> None:
    found = problem(public.request("GET", url, headers={"Accept": "image/png, text/html;q=0"}), 406)
    assert "json" in found["detail"]


def test_every_response_links_to_its_other_formats(public: Api) -> None:
    url = f"{PLOTS}?zoning=GE&limit=2&crs=http://www.opengis.net/def/crs/EPSG/0/25832"
    page = public.json(url)
    links = {one["type"]: one["href"] for one in page["links"] if one["rel"] == "alternate"}
    assert list(links) == [known.media_type for known in FEATURES[1:]]
    assert all("zoning=GE" in href and "25832" in href for href in links.values())
    assert "limit=2" in links["text/html"]
    assert all("limit" not in links[known.media_type] for known in FEATURES[2:])
    for media_type, href in links.items():
        response = public.request("HEAD", href)
        assert response.status_code == 200
        assert response.headers["content-type"].startswith(media_type)


def test_a_collection_links_to_its_features_in_every_format(public: Api) -> None:
    found = public.json("/api/collections/plots")
    links = [one["type"] for one in found["links"] if one["rel"] == "items"]
    assert links == [known.media_type for known in FEATURES]


def test_the_openapi_document_lists_the_formats(public: Api) -> None:
    paths = public.json("/api/openapi.json")["paths"]
    operation = paths["/collections/{collectionId}/items"]["get"]
    (f,) = (one for one in operation["parameters"] if one["name"] == "f")
    assert f["schema"]["enum"] == ["geojson", "json", "html", *FILES]
    assert set(operation["responses"]["200"]["content"]) == {known.media_type for known in FEATURES}
    (f,) = (one for one in paths["/"]["get"]["parameters"] if one["name"] == "f")
    assert f["schema"]["enum"] == ["json", "html"]


def test_next_links_keep_the_format(public: Api) -> None:
    page = items(public, "plots", limit=2, f="geojson")
    (following,) = (one for one in page["links"] if one["rel"] == "next")
    assert "f=geojson" in following["href"]
    assert following["type"] == "application/geo+json"
