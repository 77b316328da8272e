"""Periods are half-open intervals with a fixed spelling; numbers and dates are formatted for people."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from geo.figures.kpis import Unit
from geo.formatting import day, number, plain, with_unit
from geo.periods import (
    CITY_TIME,
    UnknownInstant,
    UnknownPeriod,
    parse_instant,
    parse_period,
)


@pytest.mark.parametrize(
    ("name", "first", "end"),
    [
        ("2023", date(2023, 1, 1), date(2024, 1, 1)),
        ("2023-H1", date(2023, 1, 1), date(2023, 7, 1)),
        ("2023-H2", date(2023, 7, 1), date(2024, 1, 1)),
        ("2023-Q3", date(2023, 7, 1), date(2023, 10, 1)),
        ("2024-02", date(2024, 2, 1), date(2024, 3, 1)),
        ("2023-12", date(2023, 12, 1), date(2024, 1, 1)),
    ],
)
def test_a_period_begins_on_its_first_day_and_ends_where_the_next_begins(name: str, first: date, end: date) -> None:
    period = parse_period(name)
    assert (period.first, period.end) == (first, end)


@pytest.mark.parametrize("text", ["", "23", "2023-H3", "2023-Q0", "2023-13", "2023-1", "0000", "9999", "2023-H2x"])
def test_an_invalid_period_is_refused_with_the_valid_forms(text: str) -> None:
    with pytest.raises(UnknownPeriod, match="2023-H2, 2023-Q3 or 2023-07"):
        parse_period(text)


def test_a_period_may_be_written_in_lower_case() -> None:
    assert parse_period(" 2023-h2 ") == parse_period("2023-H2")


def test_a_half_year_has_six_months() -> None:
    assert parse_period("2023-H2").months() == ["2023-07", "2023-08", "2023-09", "2023-10", "2023-11", "2023-12"]


@pytest.mark.parametrize(
    ("value", "de", "en"),
    [("54900", "54.900", "54,900"), ("1.50", "1,5", "1.5"), ("-3200", "−3.200", "−3,200"), ("0", "0", "0")],
)
def test_numbers_are_printed_in_the_language_of_the_reader(value: str, de: str, en: str) -> None:
    assert (number(Decimal(value), "de"), number(Decimal(value), "en")) == (de, en)


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [("3050.5", 0, "3.051"), ("3051.5", 0, "3.052"), ("-0.25", 1, "−0,3"), ("2", 2, "2,00")],
)
def test_a_half_is_rounded_away_from_zero(value: str, decimals: int, printed: str) -> None:
    assert number(Decimal(value), "de", decimals) == printed


def test_machines_get_the_exact_number() -> None:
    assert [plain(Decimal(text)) for text in ("54900.00", "221.034500", "0E+2", "1E+3")] == [
        "54900",
        "221.0345",
        "0",
        "1000",
    ]


def test_a_figure_is_printed_with_its_unit_and_a_count_alone() -> None:
    assert with_unit(Decimal(54900), Unit.SQUARE_METRES) == "54.900\N{NO-BREAK SPACE}m²"
    assert with_unit(Decimal(606), Unit.COUNT) == "606"


def test_dates_are_printed_in_the_language_of_the_reader() -> None:
    assert (day(date(2023, 7, 1), "de"), day(date(2023, 7, 1), "en")) == ("01.07.2023", "1 Jul 2023")


def test_a_day_ends_at_midnight_in_the_city() -> None:
    instant = parse_instant("2024-01-15")
    assert instant.isoformat() == "2024-01-15T22:59:59.999999+00:00"
    assert parse_instant("2024-07-15T12:00").isoformat() == "2024-07-15T10:00:00+00:00"
    assert parse_instant("2024-07-15T12:00+00:00").isoformat() == "2024-07-15T12:00:00+00:00"


def test_a_local_time_that_the_clocks_skip_is_refused() -> None:
    for text in ("2024-03-31T02:00", "2024-03-31T02:30", "2024-03-31 02:59:59.999999"):
        with pytest.raises(UnknownInstant, match=r"does not exist.* forward.* earlier or a later time"):
            parse_instant(text)
    assert parse_instant("2024-03-31T01:59:59").isoformat() == "2024-03-31T00:59:59+00:00"
    assert parse_instant("2024-03-31T03:00").isoformat() == "2024-03-31T01:00:00+00:00"


def test_a_local_time_that_occurs_twice_is_refused_and_can_be_written_unmistakably() -> None:
    with pytest.raises(UnknownInstant, match="2023-10-29T00:30:00Z or 2023-10-29T01:30:00Z"):
        parse_instant("2023-10-29T02:30")
    for text, instant in (("T00:30:00Z", "T00:30:00"), ("T02:30+02:00", "T00:30:00"), ("T02:30+01:00", "T01:30:00")):
        assert parse_instant(f"2023-10-29{text}").isoformat() == f"2023-10-29{instant}+00:00"
    assert parse_instant("2023-10-29T03:00").isoformat() == "2023-10-29T02:00:00+00:00"
    assert parse_instant("2023-10-29").isoformat() == "2023-10-29T22:59:59.999999+00:00"


def test_today_means_now_and_tomorrow_is_refused() -> None:
    today = datetime.now(CITY_TIME)
    assert abs(parse_instant(f"{today:%Y-%m-%d}") - datetime.now(UTC)) < timedelta(minutes=1)
    with pytest.raises(UnknownInstant, match="is in the future"):
        parse_instant(f"{today + timedelta(days=1):%Y-%m-%d}")
    for text in ("yesterday", "2024-13-01", "", "9999-12-31T23:59-12:00"):
        with pytest.raises(UnknownInstant):
            parse_instant(text)
