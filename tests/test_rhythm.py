"""An agency reports by the quarter, the half-year or the year: columns, trends and what the public knows follow."""

from datetime import date
from decimal import Decimal

import pytest

from geo.figures.kpis import INDICATORS
from geo.figures.kpis.disclosure import cells_hidden, is_total_published
from geo.figures.kpis.evaluation import find
from geo.figures.kpis.suppression import TOTAL
from geo.figures.report.columns import columns
from geo.figures.report.known import periods_to_report
from geo.periods import parse_period
from geo.rhythm import Rhythm, own_rhythm

QUARTERS, HALVES, YEARS = Rhythm(3), Rhythm(6), Rhythm(12)


def test_the_sample_city_reports_by_the_half_year() -> None:
    assert own_rhythm() == HALVES


@pytest.mark.parametrize(
    ("rhythm", "name", "expected"),
    [
        (HALVES, "2023-H2", ["2022-H2", "2023-H1", "2023-H2"]),
        (HALVES, "2023", ["2022-H2", "2023-H1", "2023-H2"]),
        (HALVES, "2023-Q1", ["2022-H1", "2022-H2", "2023-H1"]),
        (HALVES, "2023-07", ["2022-H2", "2023-H1", "2023-H2"]),
        (HALVES, "0001-H2", ["0001-H1", "0001-H2"]),
        (QUARTERS, "2023-Q1", ["2022-Q3", "2022-Q4", "2023-Q1"]),
        (QUARTERS, "2023-H1", ["2022-Q4", "2023-Q1", "2023-Q2"]),
        (QUARTERS, "0001-Q2", ["0001-Q1", "0001-Q2"]),
        (YEARS, "2023-04", ["2021", "2022", "2023"]),
        (YEARS, "0002", ["0001", "0002"]),
    ],
)
def test_a_trend_ends_with_the_reported_period_in_which_the_period_ends(
    rhythm: Rhythm, name: str, expected: list[str]
) -> None:
    assert [each.name for each in rhythm.until(parse_period(name), 3)] == expected


@pytest.mark.parametrize(
    ("rhythm", "day", "last"),
    [
        (HALVES, date(2024, 6, 30), "2023-H2"),
        (HALVES, date(2024, 7, 1), "2024-H1"),
        (QUARTERS, date(2024, 3, 31), "2023-Q4"),
        (QUARTERS, date(2024, 4, 1), "2024-Q1"),
        (YEARS, date(2023, 12, 31), "2022"),
        (YEARS, date(2024, 1, 1), "2023"),
    ],
)
def test_the_last_reported_period_is_over(rhythm: Rhythm, day: date, last: str) -> None:
    assert rhythm.last_over(day).name == last


@pytest.mark.parametrize(
    ("rhythm", "period", "labels"),
    [
        (HALVES, "2023-H1", ["Ziel 2023", "Ziel 1. Halbjahr", "Ist 1. Halbjahr"]),
        (HALVES, "2023-Q2", ["Ziel", "Ist"]),
        (HALVES, "2023", ["Ziel", "Ist"]),
        (
            QUARTERS,
            "2024-Q3",
            ["Ziel 2024", "Ist 1. Quartal", "Ist 2. Quartal", "Ziel 3. Quartal", "Ist 3. Quartal"],
        ),
        (QUARTERS, "2024-H2", ["Ziel", "Ist"]),
        (YEARS, "2024", ["Ziel", "Ist"]),
    ],
)
def test_a_reported_period_is_printed_beside_the_earlier_ones_of_its_year(
    rhythm: Rhythm, period: str, labels: list[str]
) -> None:
    assert [column.label.de for column in columns(parse_period(period), rhythm)] == labels


def test_periods_with_figures_are_listed_by_those_that_are_reported() -> None:
    today = date(2024, 5, 1)
    quarters = [each.name for each in periods_to_report({"2024-H2", "2023-05"}, today, QUARTERS)]
    assert quarters == ["2024", "2024-Q1", "2023", "2023-Q2"]
    assert [each.name for each in periods_to_report({"2023-Q3"}, today, YEARS)] == ["2023"]


@pytest.mark.parametrize(
    ("rhythm", "key", "period", "is_published"),
    [
        (QUARTERS, "inquiries", "2024-Q1", True),
        (QUARTERS, "inquiries", "2023-H2", True),
        (QUARTERS, "inquiries", "2024-H1", False),
        (QUARTERS, "inquiries", "2024-03", False),
        (QUARTERS, "trench_laid_km", "2024-03", True),
        (QUARTERS, "trench_laid_km", "2024-02", False),
        (YEARS, "inquiries", "2023-H2", False),
        (YEARS, "inquiries", "2023", True),
        (YEARS, "trench_laid_km", "2023-H1", False),
        (YEARS, "trench_laid_km", "2023-12", True),
    ],
)
def test_the_public_knows_the_totals_of_reported_periods_that_are_over(
    rhythm: Rhythm, key: str, period: str, is_published: bool
) -> None:
    today = date(2024, 5, 1)
    assert is_total_published(find(INDICATORS, key), parse_period(period), today, rhythm) == is_published


@pytest.mark.parametrize(
    ("rhythm", "hidden"),
    [
        (QUARTERS, {"2023-07", "2023-08", "2023-09"}),
        (HALVES, {"2023-07", "2023-08", "2023-09", "2023-10", "2023-11", "2023-12", "2023-Q3", "2023-Q4"}),
        (
            YEARS,
            {f"2023-{month:02}" for month in range(1, 13)}
            | {f"2023-Q{n}" for n in range(1, 5)}
            | {"2023-H1", "2023-H2"},
        ),
    ],
)
def test_a_deal_without_a_public_date_hides_what_is_shorter_than_its_reported_period(
    rhythm: Rhythm, hidden: set[str]
) -> None:
    rows = [(f"2023-{month:02}", "West", int(month == 8), Decimal(500 * (month == 8))) for month in range(1, 13)]
    found = cells_hidden(
        find(INDICATORS, "public_land_m2"), parse_period("2023-08"), rows, (), date(2024, 5, 1), rhythm=rhythm
    )
    assert {cell.period for cell in found if cell.part == TOTAL} == hidden
