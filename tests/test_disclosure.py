"""What the public sees of figures over real records: the rule holds for every indicator, flows and stocks alike."""

from datetime import date

import pytest

from geo.figures.kpis import FAMILIES, INDICATORS, Indicator, Kind
from geo.figures.kpis.disclosure import cells_hidden, counts, is_suppressed_for, is_total_published
from geo.figures.kpis.evaluation import find
from geo.figures.kpis.kpi_sql import UNLOCATED
from geo.figures.kpis.suppression import TOTAL, Cell
from geo.periods import parse_period
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from tests.records import Connection, insert, sale, square

ALL = [*INDICATORS, *(family.indicator for family in FAMILIES)]
TODAY = date(2024, 5, 15)


def hidden(connection: Connection, key: str, period: str) -> set[Cell]:
    """Return the cells that are hidden on 15 May 2024."""
    indicator, asked = find(INDICATORS, key), parse_period(period)
    query = counts(indicator, asked)
    assert query, "a stock needs none"
    return set(cells_hidden(indicator, asked, connection.execute(*query).fetchall(), today=TODAY))


@pytest.fixture
def city(districts: Connection) -> Connection:
    """A city of two districts, West and Ost."""
    return districts


@pytest.mark.parametrize("indicator", ALL, ids=lambda indicator: indicator.key)
def test_every_indicator_hides_figures_of_fewer_than_three_records(indicator: Indicator) -> None:
    assert indicator.suppress_below == 3
    assert is_suppressed_for(Audience.PUBLIC, indicator)
    assert not is_suppressed_for(Audience.INTERNAL, indicator)


@pytest.mark.parametrize("indicator", [one for one in ALL if one.published], ids=lambda indicator: indicator.key)
def test_only_records_of_public_layers_are_published_one_by_one(indicator: Indicator) -> None:
    """The database refuses other columns than the public ones, since the condition is over the public view."""
    assert LAYERS[indicator.layer].audience is Audience.PUBLIC


@pytest.mark.parametrize(
    "indicator", [one for one in INDICATORS if one.kind is Kind.FLOW], ids=lambda indicator: indicator.key
)
@pytest.mark.parametrize("period", ["2023", "2023-H2", "2023-08"])
def test_nothing_is_hidden_where_there_are_no_records(city: Connection, indicator: Indicator, period: str) -> None:
    assert hidden(city, indicator.key, period) == set()


@pytest.mark.parametrize(
    ("key", "period", "is_published"),
    [
        ("inquiries", "2023", True),
        ("inquiries", "2023-H2", True),
        ("inquiries", "2023-Q4", False),
        ("inquiries", "2023-12", False),
        ("inquiries", "2024-H1", False),
        ("inquiries", "2024", False),
        ("trench_laid_km", "2023-12", True),
        ("trench_laid_km", "2023-09", False),
        ("trench_laid_km", "2024-H1", False),
    ],
)
def test_totals_are_published_of_half_years_and_years_that_are_over(key: str, period: str, is_published: bool) -> None:
    assert is_total_published(find(INDICATORS, key), parse_period(period), TODAY) == is_published


def test_of_a_stock_all_but_the_published_total_is_hidden() -> None:
    stock = find(INDICATORS, "trench_laid_km")
    parts = {Cell("2023-12", "West"), Cell("2023-12", "Ost")}
    assert counts(stock, parse_period("2023-12")) is None
    assert cells_hidden(stock, parse_period("2023-12"), [], ["West", "Ost"], TODAY) == parts
    assert cells_hidden(stock, parse_period("2023-11"), [], [], TODAY) == {Cell("2023-11", TOTAL)}


def test_months_to_come_hide_nothing(city: Connection) -> None:
    """Everybody knows that they are empty: a table with an inquiry in July would be no alternative."""
    insert(city, "inquiries", kind="plot", received_on="2024-02-10")
    found = hidden(city, "inquiries", "2024-02")
    assert Cell("2024-02", TOTAL) in found
    assert not {cell for cell in found if cell.period in ("2024-06", "2024-Q3", "2024-H2")}


def test_deals_that_the_public_sees_with_their_date_hide_nothing(city: Connection) -> None:
    sale(city, agreed_on="2023-08-01", geom=square(391000, 5701000, 50))
    assert hidden(city, "public_land_m2", "2023-08") == set()


def test_which_months_are_hidden_tells_no_date_of_a_deal_without_a_public_one(city: Connection) -> None:
    """All of its half-year are, in every part, whenever and wherever in it the deal counts."""
    sale(city, agreed_on="2023-02-01", geom=square(391000, 5701000, 50))
    for day in ("2023-08-01", "2023-12-05"):
        with city.transaction(force_rollback=True):
            sale(city, agreed_on=None, notarised_on=day, geom=square(391000, 5702000, 50))
            names = ("2023-Q3", "2023-Q4", *parse_period("2023-H2").months())
            for key in ("public_land_m2", "public_land_plots"):
                expected = {Cell(name, part) for name in names for part in ("West", "Ost", UNLOCATED, TOTAL)}
                assert hidden(city, key, "2023-08") | {Cell(name, UNLOCATED) for name in names} == expected


def test_a_deal_without_a_public_date_is_hidden_until_its_half_year_is_published(city: Connection) -> None:
    sale(city, agreed_on=None, notarised_on="2024-02-01", geom=square(391000, 5701000, 50))
    found = hidden(city, "public_land_m2", "2024-02")
    assert {Cell("2024-H1", TOTAL), Cell("2024", TOTAL), Cell("2024-03", TOTAL)} <= found
    assert not {cell for cell in found if cell.period in ("2024-H2", "2024-Q3")}
