"""Derived properties can be filtered like any other, and the count is exact on request."""

import psycopg

from geo.settings import load_settings
from geo.store.database import conninfo
from tests.test_api.helpers import Api, api
from tests.test_ogc.helpers import ITEMS, items, link, names


def test_filtering_by_the_name_of_a_district_uses_an_index(city_url: str) -> None:
    with psycopg.connect(conninfo(city_url)) as city:
        city.execute("set enable_seqscan = off")
        for schema in ("flurwerk_for_public", "flurwerk_for_internal"):
            found = city.execute(f"explain select * from {schema}.plots where district = 'Ost'".encode())
            plan = "".join(line for (line,) in found)
            assert "districts_name_unique" in plan
            assert "plots_district_key_idx" in plan


def test_plots_can_be_filtered_by_district_and_severest_restriction(public: Api) -> None:
    assert names(items(public, "plots", district="West", restriction="minor")) == ["Fläche 00"]
    here = items(public, "plots", filter="district = 'West' and restriction = 'none' and remaining_m2 > 10300", limit=1)
    assert here["features"][0]["properties"]["restriction"] == "none"
    assert here["numberMatched"] == 2
    assert items(public, "plots", district="Nirgendwo")["numberMatched"] == 0
    refused = public.problem(400, ITEMS.format("plots"), restriction="severe")
    assert "Known values: serious, minor, none." in refused["detail"]
    known = public.json("/api/collections/plots/queryables")["properties"]
    assert known["restriction"]["enum"] == ["serious", "minor", "none"]
    assert {"district", "district_key", "status", "remaining_m2", "on_offer"} <= known.keys()


def test_derived_columns_of_transactions_are_internal(public: Api, internal: Api) -> None:
    derived = {"district", "plot_horizon", "plot_zoning"}
    url = "/api/collections/transactions/queryables"
    assert derived <= internal.json(url)["properties"].keys()
    assert derived.isdisjoint(public.json(url)["properties"])
    public.problem(400, ITEMS.format("transactions"), district="West")


def test_the_count_is_exact_above_ten_thousand_on_request(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as city:
        city.execute(
            "insert into flurwerk.operators (name, kind) "
            "select 'Netz ' || n, 'carrier' from generate_series(1, 10001) as n"
        )
    with api(load_settings(database_url=database_url, anonymous_audience="internal")) as client:
        assert "numberMatched" not in items(client, "operators", limit=1)
        first = items(client, "operators", limit=1, count="exact")
        assert first["numberMatched"] == 10_001
        assert client.json(link(first, "next") or "")["numberMatched"] == 10_001
        assert "exact" in client.problem(400, ITEMS.format("operators"), count="all")["detail"]
