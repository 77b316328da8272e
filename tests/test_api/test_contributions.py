"""The records behind a figure over HTTP: all of them, paged, for insiders; the public view for the public."""

import json
from typing import Any

import psycopg
import pytest

from geo.figures.kpis import INDICATORS
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.store.database import conninfo
from tests.test_api.conftest import PERSON
from tests.test_api.helpers import Api

SALES = "/api/kpis/public_land_m2/contributions"
PUBLIC_PROPERTIES = {"layer", "kind", "sector", "area_m2", "agreed_on", "amount"}


def features(client: Api, url: str = SALES, period: str = "2023-H2") -> list[dict[str, Any]]:
    return client.json(url, period=period)["features"]


def test_insiders_get_each_record_with_its_source_place_and_amount(internal: Api) -> None:
    response = internal.get(SALES, period="2023-H2")
    assert response.headers["content-type"] == "application/geo+json"
    found = response.json()
    assert found["type"] == "FeatureCollection"
    first = found["features"][0]
    assert first["properties"] == {
        "layer": "transactions",
        "source": "manual",
        "source_id": "geheim-1",
        "date": "2023-08-01",
        "amount": 1000.5,
        "district": "West",
    }
    assert first["geometry"]["type"] == "MultiPolygon"
    longitude, latitude = first["geometry"]["coordinates"][0][0][0]
    assert (round(longitude), round(latitude)) == (7, 51)
    assert all(feature["geometry"] for feature in found["features"]), (
        "a sale without its own geometry has that of its plot"
    )


def test_the_records_add_up_to_the_figure(internal: Api, public: Api) -> None:
    for client in (internal, public):
        total = client.json("/api/kpis/public_land_m2", period="2023-H2")["actual"]
        assert sum(feature["properties"]["amount"] for feature in features(client)) == total


def test_pages_follow_each_other_without_gap_or_repetition(internal: Api) -> None:
    url = "/api/kpis/funded_connections/contributions?period=2023-H2&limit=5"
    seen: list[int] = []
    while url:
        response = internal.request("GET", url)
        page = response.json()
        assert len(page["features"]) <= 5
        seen += [feature["id"] for feature in page["features"]]
        links = page.get("links", [])
        assert ("link" in response.headers) == bool(links)
        url = links[0]["href"] if links else ""
    assert len(seen) == 16
    assert seen == sorted(set(seen))


def test_the_last_page_has_no_next_one_even_when_it_is_full(internal: Api) -> None:
    page = internal.json("/api/kpis/funded_connections/contributions", period="2023-H2", limit=16)
    assert len(page["features"]) == 16
    assert "links" not in page


def test_the_public_sees_the_columns_of_the_public_view_of_sales(public: Api) -> None:
    found = features(public)
    assert [set(feature["properties"]) for feature in found] == [PUBLIC_PROPERTIES] * 3
    agreed, notarised, undated = found
    assert agreed["properties"] == {
        "layer": "transactions",
        "kind": "sale",
        "sector": "public",
        "area_m2": 1000.5,
        "agreed_on": "2023-08-01",
        "amount": 1000.5,
    }
    assert agreed["geometry"] is None, "the plot is not public before notarisation"
    assert notarised["geometry"]["type"] == "MultiPolygon"
    assert undated["properties"]["agreed_on"] is None, "the date of notarisation is internal"
    assert undated["geometry"] is None, "it has no geometry of its own, and that of its plot is not public"


def test_no_internal_value_is_in_the_response(city_url: str, public: Api) -> None:
    text = public.get(SALES, period="2023-H2").text + public.get(SALES, period="2023").text
    public_columns = {column.name for column in LAYERS["transactions"].visible_columns(Audience.PUBLIC)}
    assert public_columns == PUBLIC_PROPERTIES - {"layer", "amount"}
    for secret in ("geheim", "manual", "123456", "vertraulich", PERSON, "Waldrand", "2023-10-01", "2023-09-01", "West"):
        assert secret not in text
    with psycopg.connect(conninfo(city_url)) as connection:
        query = "select st_asgeojson(st_transform(geom, 4326), 6) from transactions where source_id = 'geheim-1'"
        (hidden,) = connection.execute(query).fetchone() or ("",)
    corner = json.dumps(json.loads(hidden)["coordinates"][0][0][0], separators=(",", ":"))
    assert corner not in text


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.key)
def test_only_records_of_public_layers_are_public(public: Api, internal: Api, indicator: Any) -> None:
    url = f"/api/kpis/{indicator.key}/contributions"
    assert internal.get(url, period="2023").status_code == 200
    if LAYERS[indicator.layer].audience is Audience.PUBLIC:
        assert public.get(url, period="2023").status_code == 200
    else:
        found = public.problem(403, url, period="2023")
        assert indicator.key in found["detail"]
        assert "splits by district or month" in found["detail"]


def test_every_indicator_of_connections_is_suppressed_for_the_public() -> None:
    assert {indicator.key for indicator in INDICATORS if indicator.layer == "connections"} == {
        indicator.key for indicator in INDICATORS if indicator.suppress_below >= 3
    }
