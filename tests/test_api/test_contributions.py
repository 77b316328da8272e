"""The records behind a figure over HTTP: all of them, paged, for insiders; none for the public."""

from typing import Any

import pytest

from geo.figures.kpis import INDICATORS, Indicator
from tests.test_api.helpers import Api

SALES = "/api/kpis/public_land_m2/contributions"


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


def test_the_records_add_up_to_the_figure(internal: Api) -> None:
    total = internal.json("/api/kpis/public_land_m2", period="2023-H2")["actual"]
    assert sum(feature["properties"]["amount"] for feature in features(internal)) == total


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


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.key)
def test_the_public_gets_no_records_behind_a_figure(public: Api, internal: Api, indicator: Indicator) -> None:
    """Not even those of public layers: that a deal counts tells the agency's role, and in which month, its dates."""
    url = f"/api/kpis/{indicator.key}/contributions"
    assert internal.get(url, period="2023").status_code == 200
    found = public.problem(403, url, period="2023")
    assert indicator.key in found["detail"]
    assert "Public are the figures themselves" in found["detail"]
    assert public.json(f"/api/kpis/{indicator.key}", period="2023")["links"] == []
