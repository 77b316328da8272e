"""What the public sees of figures over real records: the rule holds for every indicator, flows and stocks alike."""

from datetime import date

import pytest

from geo.figures.kpis import FAMILIES, INDICATORS, Indicator
from geo.figures.kpis.disclosure import cells_hidden, counts, is_suppressed_for, is_total_published
from geo.figures.kpis.evaluation import find
from geo.figures.kpis.suppression import TOTAL, Cell
from geo.periods import parse_period
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from tests.records import Connection, insert, line, sale, square, two_districts

ALL = [*INDICATORS, *(family.indicator for family in FAMILIES)]
TODAY = date(2024, 5, 15)


def hidden(connection: Connection, key: str, period: str) -> set[Cell]:
    """Return the cells that are hidden on 15 May 2024."""
    indicator, asked = find(INDICATORS, key), parse_period(period)
    return set(cells_hidden(indicator, asked, connection.execute(*counts(indicator, asked)).fetchall(), TODAY))


@pytest.fixture
def city(connection: Connection) -> Connection:
    """A city of two districts, West and Ost."""
    two_districts(connection)
    return connection


@pytest.mark.parametrize("indicator", ALL, ids=lambda indicator: indicator.key)
def test_every_indicator_hides_figures_of_fewer_than_three_records(indicator: Indicator) -> None:
    assert indicator.suppress_below == 3
    assert is_suppressed_for(Audience.PUBLIC, indicator)
    assert not is_suppressed_for(Audience.INTERNAL, indicator)


@pytest.mark.parametrize("indicator", [one for one in ALL if one.published], ids=lambda indicator: indicator.key)
def test_only_records_of_public_layers_are_published_one_by_one(indicator: Indicator) -> None:
    """The database refuses other columns than the public ones, since the condition is over the public view."""
    assert LAYERS[indicator.layer].audience is Audience.PUBLIC


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.key)
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


def test_months_to_come_hide_nothing(city: Connection) -> None:
    """Everybody knows that they are empty: a table with an inquiry in July would be no alternative."""
    insert(city, "inquiries", kind="plot", received_on="2024-02-10")
    found = hidden(city, "inquiries", "2024-02")
    assert Cell("2024-02", TOTAL) in found
    assert not {cell for cell in found if cell.period in ("2024-06", "2024-Q3", "2024-H2")}


def test_deals_that_the_public_sees_with_their_date_hide_nothing(city: Connection) -> None:
    sale(city, agreed_on="2023-08-01", geom=square(391000, 5701000, 50))
    assert hidden(city, "public_land_m2", "2023-08") == set()


def test_a_deal_without_a_public_date_is_hidden_in_its_month(city: Connection) -> None:
    sale(city, agreed_on=None, notarised_on="2023-08-01", geom=square(391000, 5701000, 50))
    sale(city, agreed_on="2023-09-01", geom=square(391000, 5702000, 50))
    for key in ("public_land_m2", "public_land_plots"):
        assert {Cell("2023-08", "West"), Cell("2023-08", TOTAL)} <= hidden(city, key, "2023-08")


def lay(city: Connection, programme: int, laid_on: str, *places: float) -> None:
    for place in places:
        insert(
            city,
            "trenches",
            programme=programme,
            planned_on="2023-01-01",
            laid_on=laid_on,
            geom=line((place, 5705000), (place + 10, 5705000)),
        )


def test_all_districts_of_a_stock_are_hidden_while_one_has_few_records(city: Connection) -> None:
    funded = insert(city, "programmes", name="P", funding="funded")
    lay(city, funded, "2023-07-10", 392000, 393000, 394000, 395000, 402000)
    assert hidden(city, "trench_laid_km", "2023-07") == {Cell("2023-07", "West"), Cell("2023-07", "Ost")}
    lay(city, funded, "2023-08-10", 403000, 404000)
    assert hidden(city, "trench_laid_km", "2023-08") == set()


def test_a_stock_of_few_records_is_hidden_unless_a_half_year_ends(city: Connection) -> None:
    lay(city, insert(city, "programmes", name="P", funding="funded"), "2023-07-10", 392000)
    assert Cell("2023-09", TOTAL) in hidden(city, "trench_laid_km", "2023-09")
    assert hidden(city, "trench_laid_km", "2023-12") == {Cell("2023-12", "West")}


def test_a_trench_in_two_districts_is_one_record_of_the_total(city: Connection) -> None:
    funded = insert(city, "programmes", name="P", funding="funded")
    for laid_on in ("2023-07-10", "2023-07-11"):
        insert(city, "trenches", programme=funded, laid_on=laid_on, geom=line((399990, 5705000), (400010, 5705000)))
    assert Cell("2023-09", TOTAL) in hidden(city, "trench_laid_km", "2023-09")
