"""Declared indicators and ratios are split by former parts, and counted for one part, as others are."""

from decimal import Decimal

import pytest

from geo.figures.kpis import Indicator, evaluation
from geo.periods import parse_period
from tests.records import Connection, insert, line, one, plot, sale
from tests.test_parts.halves import reform_into_halves
from tests.test_profile.declaring import declared, indicator

BEFORE, AFTER = parse_period("2023-H2"), parse_period("2024-H2")
SOLD = {"layer": "transactions", "date": "agreed_reached_on", "property": "area_m2"}
TABLES = (
    indicator(key="sold", position=91, **SOLD)
    + indicator(key="reused", position=92, filter="plot.brownfield = true", **SOLD)
    + indicator("ratios", key="share", position=93, numerator="reused", denominator="sold")
    + indicator(key="laid", position=94, layer="trenches", from_="laid_on", measure="length", unit="km")
)


@pytest.fixture(scope="module")
def known() -> dict[str, Indicator]:
    """The declared indicators by their keys."""
    return declared(TABLES)


@pytest.fixture
def city(districts: Connection) -> Connection:
    """West and Ost until 31 March 2024, Süd and Nord since; half of the land sold in the east is brownfield."""
    programme = insert(districts, "programmes", name="P", funding="funded")
    reform_into_halves(districts, "2024-04-01")
    for day in ("2023-08-01", "2024-08-01"):
        for x, area, is_brownfield in ((395000, 300, False), (405000, 100, True), (405500, 100, False)):
            given = {"offered_on": "2023-01-01", "brownfield": is_brownfield}
            sale(districts, plot=plot(districts, x, 5702000, **given), area_m2=area, agreed_on=day)
    laid = line((399000, 5702000), (403000, 5702000))
    insert(districts, "trenches", programme=programme, laid_on="2023-08-01", geom=laid)
    return districts


def split(city: Connection, asked: Indicator, period: str) -> dict[str, Decimal | None]:
    parts = evaluation.by_district(city, asked, parse_period(period))
    return {part.part: part.amount for part in parts if part.part not in ("outside", "unlocated")}


def test_a_ratio_of_a_past_period_is_that_of_the_parts_in_force_then(
    city: Connection, known: dict[str, Indicator]
) -> None:
    """Both sides are placed in the same parts: 0 of 300 in the west, 100 of 200 in the east; later 100 of 500."""
    assert split(city, known["share"], "2023-H2") == {"West": 0, "Ost": 50}
    assert split(city, known["share"], "2024-H2") == {"Süd": 20, "Nord": None}
    assert split(city, known["sold"], "2023-H2") == {"West": 300, "Ost": 200}


def test_a_declared_length_is_divided_among_former_parts(city: Connection, known: dict[str, Indicator]) -> None:
    assert split(city, known["laid"], "2023-H2") == {"West": 1, "Ost": 3}
    assert split(city, known["laid"], "2024-H2") == {"Süd": 4, "Nord": 0}


def test_a_ratio_of_one_part_divides_what_lies_in_it(city: Connection, known: dict[str, Indicator]) -> None:
    key = one(city, "select key from flurwerk.districts where name = 'Süd'")
    found = evaluation.totals(city, [(known["share"], AFTER), (known["laid"], AFTER)], part=key)
    assert found == {("share", "2024-H2"): 20, ("laid", "2024-H2"): 4}
    former = one(city, "select key from flurwerk.former_districts where name = 'Ost'")
    assert evaluation.totals(city, [(known["share"], BEFORE)], part=former) == {("share", "2023-H2"): 50}
