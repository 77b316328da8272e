"""Every figure of the supply leads to the features that make it up: followed, they add up to it exactly."""

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
SPLITS = [",".join(split) for size in range(5) for split in combinations(DIMENSIONS, size)]
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


class Followed:
    """The service, which remembers what it has answered; numbers are exact."""

    def __init__(self, asked: Api, day: str) -> None:
        self.day = day
        """The property by which a transaction counts."""
        self._asked = asked
        self._known: dict[str, Properties] = {}

    def json(self, url: str, **given: object) -> Any:
        response = self._asked.get(url, **given)
        assert response.status_code == 200, response.text
        return json.loads(response.text, parse_float=Decimal)

    def behind(self, href: str) -> Properties:
        """The properties of the features at an address, all on one page."""
        assert href.startswith("http://test/api/collections/")
        if href not in self._known:
            layer = href.split("/")[5]
            properties = PROPERTIES[layer] + (f",{self.day}" if layer == "transactions" else "")
            page = self.json(f"{href}&limit=10000&properties={properties}")
            assert page["numberMatched"] == len(page["features"])
            self._known[href] = [feature["properties"] for feature in page["features"]]
        return self._known[href]


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
"""Figures of a part of a row's plots, with the property that its plots have."""


@pytest.fixture(scope="module")
def services(sample_url: str) -> Iterator[dict[str, Followed]]:
    """The sample city as the public and as insiders see it."""
    with (
        api(load_settings(database_url=sample_url)) as public,
        api(load_settings(database_url=sample_url, anonymous_audience="internal")) as internal,
    ):
        yield {"public": Followed(public, "agreed_on"), "internal": Followed(internal, "agreed_reached_on")}


def total(found: Properties, name: str) -> Decimal:
    return sum((Decimal(one[name]) for one in found), Decimal(0))


def median_of(found: Properties, value: Callable[[dict[str, Any]], Decimal], decimals: int) -> Decimal | None:
    values = [value(one) for one in found if one["asking_price_eur_m2"] is not None]
    return rounded(Decimal(median(values)), decimals) if values else None


def check(asked: Followed, figures: dict[str, Any]) -> None:
    """That each address of the figures leads to what adds up to its figure."""
    for name, href in figures["items"].items():
        found = asked.behind(href)
        told = figures[name]
        if name in SUMS:
            assert total(found, SUMS[name]) == told * 10_000, (name, href)
        elif name in {"plots", "measures"}:
            assert len(found) == told, (name, href)
        elif name == "asking_price_eur_m2":
            assert median_of(found, lambda one: Decimal(one["asking_price_eur_m2"]), 2) == told, href
        elif name == "asking_markup_percent":
            assert median_of(found, markup, 1) == told, href


def check_deep(asked: Followed, row: dict[str, Any]) -> None:
    """The same where rows are many: the widest addresses are followed, the others must ask for a part of theirs."""
    whole = row["items"]["plots"]
    check(asked, {**row, "items": {name: row["items"][name] for name in ("plots", "offered_ha", "left_ha")}})
    for name, (fact, value) in PARTS.items():
        assert row["items"][name] == whole.replace("on_offer=true", f"on_offer=true&{fact}={value}")
        part = [one for one in asked.behind(whole) if str(one[fact]).lower() == value]
        assert total(part, "remaining_m2") == row[name] * 10_000, (name, whole)
    for window in row["windows"] or ():
        longest = row["windows"][-1]
        for name in ("takeup_ha", "bought_ha"):
            first, earliest = (str(years_before(END, one["years"])) for one in (window, longest))
            assert window["items"][name] == longest["items"][name].replace(earliest, first)
            part = [one for one in asked.behind(longest["items"][name]) if one[asked.day] > first]
            assert total(part, "area_m2") == window[name] * 10_000, (name, window)


def markup(one: dict[str, Any]) -> Decimal:
    return (Decimal(one["asking_price_eur_m2"]) / Decimal(one["ground_value_eur_m2"]) - 1) * 100


@pytest.mark.parametrize("audience", ["public", "internal"])
@pytest.mark.parametrize("by", SPLITS)
def test_every_figure_is_what_the_features_at_its_address_add_up_to(
    services: dict[str, Followed], audience: str, by: str
) -> None:
    asked = services[audience]
    found = asked.json(URL, by=by, on=DAY)
    assert found["day"] == DAY
    for row in (*found["rows"], found["total"]):
        assert row["items"].keys() == row.keys() - {"part", "windows", "items"}, "every figure has its address"
        assert all({"takeup_ha", "bought_ha"} <= window["items"].keys() for window in row["windows"] or ())
        if len(row["part"]) > 1:
            check_deep(asked, row)
            continue
        for figures in (row, *(row["windows"] or ())):
            check(asked, figures)
    for count in found["measures"] or ():
        check(asked, count)
    assert (found["measures"] is None) == (audience == "public")
    if not by:
        assert all(window["takeup_ha"] > 0 for window in found["total"]["windows"])


def test_prices_paid_over_ground_values_make_the_markup_of_purchases(services: dict[str, Followed]) -> None:
    asked = services["internal"]
    window = asked.json(URL, on=DAY)["total"]["windows"][2]
    found = asked.json(f"{window['items']['bought_markup_percent']}&limit=10000")["features"]
    deals = [one["properties"] for one in found]
    worth = sum(Decimal(deal["area_m2"]) * Decimal(deal["ground_value_eur_m2"]) for deal in deals)
    assert deals
    assert rounded((total(deals, "price_eur") / worth - 1) * 100, 1) == window["bought_markup_percent"]


@pytest.mark.parametrize("audience", ["public", "internal"])
def test_as_of_an_instant_the_addresses_lead_to_what_was_recorded_then(
    services: dict[str, Followed], audience: str
) -> None:
    asked = services[audience]
    today = asked.json(URL)["day"]
    found = asked.json(URL, as_of=today, by="ownership")
    assert found["total"]["plots"] > 100
    for row in (*found["rows"], found["total"]):
        assert all("as_of=" in href for href in row["items"].values())
        check(asked, row)
        for window in row["windows"] or ():
            check(asked, window)


def test_the_windows_end_on_the_day_of_reckoning(services: dict[str, Followed]) -> None:
    asked = services["internal"]
    now, then = asked.json(URL), asked.json(URL, on=DAY)
    assert then["total"]["left_ha"] == now["total"]["left_ha"], "what is on offer is that of the records"
    assert now["day"] != then["day"] == DAY
    assert now["total"]["windows"][0]["takeup_ha"] == 0 < then["total"]["windows"][0]["takeup_ha"]


def test_conditions_are_parameters_where_they_can_be_and_a_filter_else() -> None:
    behind = Provenance(
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
    assert parameters(behind) == {
        "district": "Lütgendortmund",
        "divisible": "true",
        "filter": "kind <> 'o''clock' AND agreed_on > DATE('2023-02-28') AND plot IS NOT NULL AND id IN (1, 2)"
        " AND min_m2 >= 5000",
    }


def test_a_year_before_a_leap_day_is_the_last_of_february() -> None:
    assert years_before(date(2024, 2, 29), 1) == date(2023, 2, 28)
    assert years_before(date(2024, 2, 29), 4) == date(2020, 2, 29)
