"""Paging: no feature is skipped or repeated, in any order and during concurrent writes."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from geo.records.features import feature_sql
from geo.settings import Settings
from geo.store.database import conninfo
from tests.records import Connection, insert, plot, square
from tests.test_api.helpers import Api, api
from tests.test_ogc.conftest import PLOTS
from tests.test_ogc.helpers import ITEMS, items, link, pages

ORDERS = ["name", "-name", "asking_price_eur_m2", "-asking_price_eur_m2,official_area_m2", "brownfield,-zoning,-id"]
ORDERS += ["-parcels", "+status,-offered_on", "district_key,remaining_m2", "-id"]


@pytest.mark.parametrize("limit", [1, 4, 5, 24, 25, 26])
def test_there_is_a_next_link_exactly_if_there_is_more(public: Api, limit: int) -> None:
    found = pages(public, f"{ITEMS.format('plots')}?limit={limit}")
    assert [page["numberReturned"] for page in found[:-1]] == [limit] * (len(found) - 1)
    assert 0 < found[-1]["numberReturned"] <= limit
    identifiers = [one["id"] for page in found for one in page["features"]]
    assert identifiers == sorted(set(identifiers))
    assert len(identifiers) == PLOTS
    assert {page["numberMatched"] for page in found} == {PLOTS}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("limit", [1, 3, 7])
def test_pages_in_any_order_add_up_to_one_long_page(public: Api, order: str, limit: int) -> None:
    whole = [one["id"] for one in items(public, "plots", sortby=order)["features"]]
    url = f"{ITEMS.format('plots')}?limit={limit}&sortby={order}"
    paged = [one["id"] for page in pages(public, url) for one in page["features"]]
    assert paged == whole
    assert len(set(whole)) == PLOTS


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_features_with_a_geometry_come_first_if_others_lack_one(internal: Api, limit: int) -> None:
    """QGIS, for one, reads the first few features to find out whether a layer has geometry."""
    found = [
        one for page in pages(internal, f"{ITEMS.format('transactions')}?limit={limit}") for one in page["features"]
    ]
    located = [one["geometry"] is not None for one in found]
    assert located == sorted(located, reverse=True)
    assert any(located)
    assert not all(located)
    assert (
        len({one["id"] for one in found}) == len(found) == internal.json(ITEMS.format("transactions"))["numberMatched"]
    )


def test_features_are_sorted_by_value_with_missing_values_last(public: Api) -> None:
    for order, backwards in (("asking_price_eur_m2", False), ("-asking_price_eur_m2", True)):
        found = items(public, "plots", sortby=order)["features"]
        prices = [one["properties"]["asking_price_eur_m2"] for one in found]
        known = [price for price in prices if price is not None]
        assert prices == sorted(known, reverse=backwards) + [None] * (len(prices) - len(known))


def test_a_plus_is_understood_encoded_or_not(public: Api) -> None:
    plain = public.json(f"{ITEMS.format('plots')}?sortby=+name")["features"]
    encoded = public.json(f"{ITEMS.format('plots')}?sortby=%2Bname")["features"]
    assert plain == encoded == items(public, "plots", sortby="name")["features"]


@pytest.mark.parametrize("order", ["", "contact", "note", "geom", "name,name", "name,-name", "--name", "+-name", "-"])
def test_an_invalid_order_is_a_bad_request(public: Api, order: str) -> None:
    found = public.problem(400, ITEMS.format("plots"), sortby=order)
    assert found["errors"][0]["parameter"] == "sortby"


def test_the_next_link_keeps_the_parameters(public: Api) -> None:
    url = f"{ITEMS.format('plots')}?limit=2&zoning=GE&datetime=2022-01-01/..&properties=name&sortby=-name"
    found = [one["properties"]["name"] for page in pages(public, url) for one in page["features"]]
    assert found == [f"Fläche {number:02}" for number in range(23, 0, -2)]


def forged(*content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        *("", "x", "1", "!!!", "e30", "W" * 30_000),
        *(forged(), forged("", [], "1", 0), forged("", [], -1, 0), forged("", [], 2**63, 0), forged("", {}, 1, 0)),
        *(forged("", ["a"], 1, 0), forged("+name", ["a"], 1, 0), forged("", [], True, 0), forged("", [], 1, 2)),
        *(forged("+offered_on", ["x"], 1, 0), forged(None, None, None, None)),
    ],
)
def test_an_invalid_cursor_is_a_bad_request(public: Api, cursor: str) -> None:
    found = public.problem(400, ITEMS.format("plots"), cursor=cursor)
    assert found["errors"][0]["parameter"] == "cursor"


def test_a_forged_cursor_of_the_right_order_is_a_bad_request_too(public: Api) -> None:
    for value in ("x", "1; drop table plots", "\0", 5):
        cursor = forged("+offered_on", [value], 1, 0)
        found = public.problem(400, ITEMS.format("plots"), cursor=cursor, sortby="offered_on")
        assert found["errors"][0]["parameter"] == "cursor"


@contextmanager
def writing(settings: Settings) -> Iterator[tuple[Api, Connection]]:
    assert settings.database_url
    with api(settings) as client, psycopg.connect(conninfo(settings.database_url), autocommit=True) as city:
        yield client, city


@pytest.mark.parametrize("order", ["id", "name", "-name", "-offered_on"])
def test_concurrent_writes_neither_skip_nor_repeat_a_feature(settings: Settings, order: str) -> None:
    with writing(settings) as (client, city):
        for number in range(20):
            plot(city, name=f"alt {number % 7}", offered_on="2023-01-01")
        old = {one["id"] for one in items(client, "plots")["features"]}
        seen: list[int] = []
        following: str | None = f"http://test{ITEMS.format('plots')}?limit=3&sortby={order}"
        while following:
            page = client.json(following)
            seen += [one["id"] for one in page["features"]]
            following = link(page, "next")
            if len(seen) < 40:
                plot(city, name="alt 0", offered_on="2023-01-01")
                plot(city, name="zuletzt", offered_on="2022-01-01")
        assert len(seen) == len(set(seen))
        assert old <= set(seen)


def test_above_the_largest_count_there_is_no_count(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature_sql, "COUNTED", 5)
    with writing(settings) as (client, city):
        for number in range(5):
            insert(city, "access_points", name=str(number), kind="port", geom="POINT(391000 5701000)")
            plot(city, offered_on="2023-01-01")
        found = pages(client, f"{ITEMS.format('plots')}?limit=2")
        assert [page["numberMatched"] for page in found] == [5, 5, 5]
        plot(city, offered_on="2023-01-01")
        found = pages(client, f"{ITEMS.format('plots')}?limit=2")
        assert [page.get("numberMatched") for page in found] == [None, None, None]
        assert [page["numberReturned"] for page in found] == [2, 2, 2]


def test_a_table_that_has_far_more_records_is_not_counted(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the statistics show far more records than are counted, even the first page does not count them."""
    monkeypatch.setattr(feature_sql, "SURELY_MANY", 4)
    with writing(settings) as (client, city):
        added = [insert(city, "industrial_areas", name="", geom=square(391000, 5701000, 50)) for _ in range(5)]
        city.execute("analyze flurwerk.industrial_areas")
        found = pages(client, f"{ITEMS.format('industrial_areas')}?limit=2")
        assert [page.get("numberMatched") for page in found] == [None, None, None]
        city.execute("delete from flurwerk.industrial_areas where id = any(%s)", [added[:2]])
        city.execute("analyze flurwerk.industrial_areas")
        found = pages(client, f"{ITEMS.format('industrial_areas')}?limit=2")
        assert [page["numberMatched"] for page in found] == [3, 3]
