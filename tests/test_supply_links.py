"""Every figure of the supply has a link to the features behind it, which sum exactly to the figure."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import combinations
from statistics import median
from typing import Any

import pytest

from geo.land.supply import DIMENSIONS
from geo.land.supply.document import rounded
from geo.land.supply.filters import years_before
from geo.records.provenance import Condition, Provenance, parameters
from geo.settings import load_settings
from tests.test_api.helpers import Api, api

URL = "/api/land-supply"
END = date(2024, 6, 30)
DAY = str(END)
"""The sample's records end in mid-2024: the windows of this day hold deals."""
SPLITS = [
    # Two dimensions show all that more of them add up to.
    pytest.param(",".join(split), marks=[pytest.mark.long] if len(split) > 2 else [])
    for size in range(5)
    for split in combinations(DIMENSIONS, size)
]
SUMS = {
    "offered_ha": "area_m2",
    "left_ha": "remaining_m2",
    "unrestricted_ha": "remaining_m2",
    "minor_ha": "remaining_m2",
    "serious_ha": "remaining_m2",
    "divisible_ha": "remaining_m2",
    "brownfield_ha": "remaining_m2",
    "takeup_ha": "area_m2",
    "bought_ha": "area_m2",
}

Properties = list[dict[str, Any]]


class LinkClient:
    """A client that caches the features behind links and reads numbers exactly."""

    def __init__(self, client: Api, day: str) -> None:
        self.day = day
        """The property by which a transaction counts."""
        self._client = client
        self._cache: dict[str, Properties] = {}

    def json(self, url: str, **parameters: object) -> Any:
        response = self._client.get(url, **parameters)
        assert response.status_code == 200, response.text
        return json.loads(response.text, parse_float=Decimal)

    def behind(self, href: str) -> Properties:
        """Return the properties of the features at a link, all on one page."""
        assert href.startswith("http://test/api/collections/")
        if href not in self._cache:
            layer = href.split("/")[5]
            properties = PROPERTIES[layer] + (f",{self.day}" if layer == "transactions" else "")
            page = self.json(f"{href}&limit=10000&properties={properties}")
            assert page["numberMatched"] == len(page["features"])
            self._cache[href] = [feature["properties"] for feature in page["features"]]
        return self._cache[href]


PROPERTIES = {
    "plots": "area_m2,remaining_m2,asking_price_eur_m2,ground_value_eur_m2,restriction,divisible,brownfield",
    "transactions": "area_m2",
    "measures": "status",
}
PARTS = {
    "unrestricted_ha": ("restriction", "none"),
    "minor_ha": ("restriction", "minor"),
    "serious_ha": ("restriction", "serious"),
    "divisible_ha": ("divisible", "true"),
    "brownfield_ha": ("brownfield", "true"),
}
"""Figures of a part of a row's plots, with the property and value that these plots have."""


@pytest.fixture(scope="module")
def services(sample_url: str) -> Iterator[dict[str, LinkClient]]:
    """The sample city as the public and as insiders see it."""
    with (
        api(load_settings(database_url=sample_url)) as public,
        api(load_settings(database_url=sample_url, anonymous_audience="internal")) as internal,
    ):
        yield {"public": LinkClient(public, "agreed_on"), "internal": LinkClient(internal, "agreed_reached_on")}


def total(found: Properties, name: str) -> Decimal:
    return sum((Decimal(one[name]) for one in found), Decimal(0))


def median_of(found: Properties, value: Callable[[dict[str, Any]], Decimal], decimals: int) -> Decimal | None:
    values = [value(one) for one in found if one["asking_price_eur_m2"] is not None]
    return rounded(Decimal(median(values)), decimals) if values else None


def check(client: LinkClient, figures: dict[str, Any]) -> None:
    """Check that the features at each link sum to its figure."""
    for name, href in figures["items"].items():
        found = client.behind(href)
        figure = figures[name]
        if name in SUMS:
            assert total(found, SUMS[name]) == figure * 10_000, (name, href)
        elif name in {"plots", "measures"}:
            assert len(found) == figure, (name, href)
        elif name == "asking_price_eur_m2":
            assert median_of(found, lambda one: Decimal(one["asking_price_eur_m2"]), 2) == figure, href
        elif name == "asking_markup_percent":
            assert median_of(found, markup, 1) == figure, href


def check_deep(client: LinkClient, row: dict[str, Any]) -> None:
    """Check a row of a deep split: follow only the widest links, and check that the others select a part of theirs."""
    whole = row["items"]["plots"]
    check(client, {**row, "items": {name: row["items"][name] for name in ("plots", "offered_ha", "left_ha")}})
    for name, (fact, value) in PARTS.items():
        assert row["items"][name] == whole.replace("on_offer=true", f"on_offer=true&{fact}={value}")
        part = [one for one in client.behind(whole) if str(one[fact]).lower() == value]
        assert total(part, "remaining_m2") == row[name] * 10_000, (name, whole)
    for window in row["windows"] or ():
        longest = row["windows"][-1]
        for name in ("takeup_ha", "bought_ha"):
            first, earliest = (str(years_before(END, one["years"])) for one in (window, longest))
            assert window["items"][name] == longest["items"][name].replace(earliest, first)
            part = [one for one in client.behind(longest["items"][name]) if one[client.day] > first]
            assert total(part, "area_m2") == window[name] * 10_000, (name, window)


def markup(one: dict[str, Any]) -> Decimal:
    return (Decimal(one["asking_price_eur_m2"]) / Decimal(one["ground_value_eur_m2"]) - 1) * 100


@pytest.mark.parametrize("audience", ["public", "internal"])
@pytest.mark.parametrize("by", SPLITS)
def test_every_figure_matches_the_features_at_its_link(services: dict[str, LinkClient], audience: str, by: str) -> None:
    client = services[audience]
    found = client.json(URL, by=by, on=DAY)
    assert found["day"] == DAY
    for row in (*found["rows"], found["total"]):
        assert row["items"].keys() == row.keys() - {"part", "windows", "items"}, "every figure has a link"
        assert all({"takeup_ha", "bought_ha"} <= window["items"].keys() for window in row["windows"] or ())
        if len(row["part"]) > 1:
            check_deep(client, row)
            continue
        for figures in (row, *(row["windows"] or ())):
            check(client, figures)
    for count in found["measures"] or ():
        check(client, count)
    assert (found["measures"] is None) == (audience == "public")
    if not by:
        assert all(window["takeup_ha"] > 0 for window in found["total"]["windows"])


def test_the_markup_of_purchases_follows_from_prices_paid_and_ground_values(services: dict[str, LinkClient]) -> None:
    client = services["internal"]
    window = client.json(URL, on=DAY)["total"]["windows"][2]
    found = client.json(f"{window['items']['bought_markup_percent']}&limit=10000")["features"]
    deals = [one["properties"] for one in found]
    worth = sum(Decimal(deal["area_m2"]) * Decimal(deal["ground_value_eur_m2"]) for deal in deals)
    assert deals
    assert rounded((total(deals, "price_eur") / worth - 1) * 100, 1) == window["bought_markup_percent"]


@pytest.mark.parametrize("audience", ["public", "internal"])
def test_as_of_an_instant_the_links_lead_to_what_was_recorded_then(
    services: dict[str, LinkClient], audience: str
) -> None:
    client = services[audience]
    today = client.json(URL)["day"]
    found = client.json(URL, as_of=today, by="ownership")
    assert found["total"]["plots"] > 100
    for row in (*found["rows"], found["total"]):
        assert all("as_of=" in href for href in row["items"].values())
        check(client, row)
        for window in row["windows"] or ():
            check(client, window)


def test_the_windows_end_on_the_day_of_reckoning(services: dict[str, LinkClient]) -> None:
    client = services["internal"]
    now, then = client.json(URL), client.json(URL, on=DAY)
    assert then["total"]["left_ha"] == now["total"]["left_ha"], (
        "the land on offer does not depend on the day of reckoning"
    )
    assert now["day"] != then["day"] == DAY
    assert now["total"]["windows"][0]["takeup_ha"] == 0 < then["total"]["windows"][0]["takeup_ha"]


def test_conditions_become_parameters_if_possible_and_otherwise_a_filter() -> None:
    provenance = Provenance(
        "transactions",
        None,
        (
            Condition("district", "=", "Lütgendortmund"),
            Condition("divisible", "=", True),
            Condition("kind", "<>", "o'clock"),
            Condition("agreed_on", ">", date(2023, 2, 28)),
            Condition("plot", "is not null"),
            Condition("id", "in", (1, 2)),
            Condition("min_m2", ">=", 5000),
        ),
    )
    assert parameters(provenance) == {
        "district": "Lütgendortmund",
        "divisible": "true",
        "filter": "kind <> 'o''clock' AND agreed_on > DATE('2023-02-28') AND plot IS NOT NULL AND id IN (1, 2)"
        " AND min_m2 >= 5000",
    }


def test_a_year_before_a_leap_day_is_the_last_day_of_february() -> None:
    assert years_before(date(2024, 2, 29), 1) == date(2023, 2, 28)
    assert years_before(date(2024, 2, 29), 4) == date(2020, 2, 29)
