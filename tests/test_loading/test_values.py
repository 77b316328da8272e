"""How cells are read: numbers, dates and booleans as written by Germans, programs and spreadsheets."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from geo.loading.converting.values import (
    Decimals,
    Unreadable,
    converter,
    read_coordinate,
    to_boolean,
    to_date,
    to_text,
    to_texts,
)

GERMAN = Decimals(",")
ENGLISH = Decimals(".")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234", "1234"),
        (" 1234,56 ", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1.234.567", "1234567"),
        ("1234.56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("0.125", "0.125"),
        ("-3,5", "-3.5"),
        ("+3", "3"),
        ("1e3", "1000"),
        ("12345.678", "12345.678"),
        ("", None),
        ("  ", None),
        (None, None),
        (5, "5"),
        (2.5, "2.5"),
        (float("nan"), None),
        (Decimal("1.10"), "1.10"),
    ],
)
@pytest.mark.parametrize("decimals", [GERMAN, ENGLISH, Decimals(",", True), Decimals(".", True)])
def test_numbers_that_can_be_read_in_one_way(text, number, decimals):
    assert converter("numeric", decimals)(text) == number


@pytest.mark.parametrize(
    ("text", "decimals", "number"),
    [
        ("1,234", GERMAN, "1.234"),
        ("1.234", ENGLISH, "1.234"),
        ("1.234", Decimals(",", True), "1234"),
        ("1.234", Decimals(".", True), "1.234"),
        ("1,234", Decimals(",", True), "1.234"),
        ("1,234", Decimals(".", True), "1234"),
    ],
)
def test_numbers_that_could_be_read_in_two_ways(text, decimals, number):
    assert converter("numeric", decimals)(text) == number


@pytest.mark.parametrize(("text", "decimals"), [("1.234", GERMAN), ("1,234", ENGLISH), ("12.500", GERMAN)])
def test_ambiguous_numbers_are_refused(text, decimals):
    with pytest.raises(Unreadable, match="without a thousands separator"):
        converter("numeric", decimals)(text)


@pytest.mark.parametrize(
    "value", ["12 m²", "1.2.3", "1,2,3", "1.23,4", "--1", "NaN", "inf", "€", True, date(2023, 1, 1), float("inf")]
)
def test_invalid_numbers(value):
    with pytest.raises(Unreadable, match="not a number"):
        converter("numeric", GERMAN)(value)


@pytest.mark.parametrize(
    ("value", "fits"), [("99,994", True), ("99,995", False), ("-99,99", True), ("100", False), (1e300, False)]
)
def test_size_of_numbers(value, fits):
    convert = converter("numeric(4,2)", GERMAN)
    if fits:
        assert convert(value)
    else:
        with pytest.raises(Unreadable, match=r"at most 99\.99"):
            convert(value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("1e400", "at most"),
        ("1e9999999999", "at most"),
        ("1e-400", "unimaginably small"),
        ("1e99999999999999999999", "not a number"),
        (b"12", "not a number"),
    ],
)
def test_numbers_beyond_measure(value, message):
    """They would be written with all their zeros."""
    with pytest.raises(Unreadable, match=message):
        converter("numeric", GERMAN)(value)


@pytest.mark.parametrize(("value", "number"), [("12", "12"), ("12,0", "12"), (12.0, "12"), ("1e2", "100"), ("", None)])
def test_whole_numbers(value, number):
    assert converter("integer", GERMAN)(value) == number


@pytest.mark.parametrize(
    ("value", "message"),
    [("12,5", "whole number"), (0.5, "whole number"), ("3000000000", "at most"), ("drei", "not a number")],
)
def test_invalid_whole_numbers(value, message):
    with pytest.raises(Unreadable, match=message):
        converter("integer", GERMAN)(value)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("31.12.2023", "2023-12-31"),
        ("1.2.2023", "2023-02-01"),
        (" 2023-12-31 ", "2023-12-31"),
        ("31.12.2023 00:00:00", "2023-12-31"),
        ("2023-12-31T12:30:00", "2023-12-31"),
        ("2023-12-31 12:30", "2023-12-31"),
        ("2023-12-31T23:30:00Z", "2024-01-01"),
        (date(2023, 12, 31), "2023-12-31"),
        (datetime(2023, 12, 31, 23, 30, tzinfo=UTC), "2024-01-01"),
        ("2023-07-31T23:30:00+02:00", "2023-07-31"),
        (datetime.fromisoformat("2023-12-31T23:30"), "2023-12-31"),
        ("", None),
        (None, None),
    ],
)
def test_dates(value, day):
    assert to_date(value) == day


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("31.02.2023", "not a date"),
        ("12/31/2023", r'not a date.*mapping file, under \[values.COLUMN\]: date_format = "%m/%d/%Y"\.'),
        ("31/12/2023", r'date_format = "%d/%m/%Y"\.'),
        ("01/02/2023", r'date_format = "%m/%d/%Y" or date_format = "%d/%m/%Y"\.'),
        ("2023/12/31", r'date_format = "%Y/%m/%d"\.'),
        ("20231231", r'date_format = "%Y%m%d"\.'),
        ("2023", "not a date"),
        ("Dezember 2023", "not a date"),
        ("2023-12-31Tmorgens", "not a date"),
        ("31.12.23", "four digits"),
        ("31.12.0023", "1900 and 2199"),
        ("2203-01-01", "1900 and 2199"),
        ("9999-12-31T23:30:00Z", "1900 and 2199"),
        ("31.12.2023 24:00", "not a date"),
        ("2023-12-31x23:30", "not a date"),
        ("٢٠٢٣-12-31", "not a date"),
        (45291, "Format the column as dates"),
        (45291.0, "Format the column as dates"),
        (True, "Format the column as dates"),
    ],
)
def test_invalid_dates(value, message):
    with pytest.raises(Unreadable, match=message):
        to_date(value)


@pytest.mark.parametrize("value", ["ja", "Ja", "J", "wahr", "WAHR", "true", "yes", "1", 1, 1.0, True])
def test_yes(value):
    assert to_boolean(value) == "true"


@pytest.mark.parametrize("value", ["nein", "N", "falsch", "FALSE", "no", "0", 0, False])
def test_no(value):
    assert to_boolean(value) == "false"


@pytest.mark.parametrize("value", ["vielleicht", "x", 2, "-"])
def test_neither_yes_nor_no(value):
    with pytest.raises(Unreadable, match=r"yes or no.*\[codes.COLUMN\], for instance x = true"):
        to_boolean(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" Weg 1 ", "Weg 1"),
        ("\u00a0", None),
        ("", None),
        (None, None),
        (4711.0, "4711"),
        (4711, "4711"),
        (1.5, "1.5"),
        (Decimal("4711.000"), "4711"),
        (Decimal("12.50"), "12.5"),
        (Decimal("12345678901234567890123456789012"), "12345678901234567890123456789012"),
        (True, "true"),
    ],
)
def test_texts(value, text):
    assert to_text(value) == text


@pytest.mark.parametrize(
    ("value", "message"), [("a\0b", "NUL"), ("St�dte", "encoding"), ("#BEZUG!", "formula"), ("#N/A", "formula")]
)
def test_broken_texts(value, message):
    with pytest.raises(Unreadable, match=message):
        to_text(value)


@pytest.mark.parametrize(
    ("value", "array"),
    [
        ("a|b", '{"a","b"}'),
        (" a | ", '{"a"}'),
        (["a", "b"], '{"a","b"}'),
        ('q"|\\', '{"q\\"","\\\\"}'),
        ("", None),
        (17, '{"17"}'),
    ],
)
def test_several_texts(value, array):
    assert to_texts(value) == array


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("7.465", 7.465),
        ("7,465", 7.465),
        ("390000,5", 390000.5),
        ("5.710.000", 5710000),
        (7.5, 7.5),
        ("", None),
        (None, None),
    ],
)
def test_coordinates(value: Any, number):
    assert read_coordinate(value) == number
