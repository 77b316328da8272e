"""Records that lack the value that a figure adds up count 0, and are found before it is published."""

import re
from decimal import Decimal

import psycopg
import pytest
from click.testing import CliRunner

from api.cli import main
from geo.figures.checks import run
from geo.figures.checks.gate import FindingsOpen, accepted
from geo.figures.checks.period import AffectedFigure, affected_figures, findings_of
from geo.figures.checks.values import checks_of
from geo.figures.kpis import INDICATORS, Indicator
from geo.periods import parse_period
from geo.store.catalogue import describe
from geo.store.database import conninfo
from tests.records import Connection, insert, plot, sale, square, two_districts, update
from tests.test_profile.declaring import declared, indicator

H1, H2 = parse_period("2023-H1"), parse_period("2023-H2")
OFFICE = {"kind": "renewal", "area_m2": 500, "agreed_on": "2023-08-01", "district": "West"}
SALES = {"layer": "transactions", "date": "agreed_on"}


@pytest.fixture
def city(districts: Connection) -> Connection:
    """A city of two districts, West and Ost."""
    return districts


def found_for(city: Connection, *known: Indicator) -> dict[tuple[str, str], set[int]]:
    """Return the records that lack a value, by check and indicator, as the period's findings tell them."""
    found: dict[tuple[str, str], set[int]] = {}
    for check in checks_of(known):
        query = affected_figures(check, known, H2, {})
        assert query
        for name, _, record, _, _, detail, key, amount, counts in city.execute(*query).fetchall():
            assert detail == f"{check.amount} missing, counts 0 in {key}"
            assert (amount or 0, counts) == (0, True)
            found.setdefault((name, key), set()).add(record)
    return found


def test_a_renewal_without_what_it_adds_is_found_and_other_offices_are_not(city: Connection) -> None:
    missing = insert(city, "office_takeups", **OFFICE)
    insert(city, "office_takeups", **OFFICE, added_m2=0)
    insert(city, "office_takeups", **OFFICE, added_m2=20)
    insert(city, "office_takeups", **OFFICE | {"kind": "lease"})
    insert(city, "office_takeups", **OFFICE, cancelled_on="2023-09-01")
    (found,) = findings_of(city, H2)
    assert (found.finding.check, found.finding.id) == ("missing_added_m2", missing)
    assert found.finding.detail == "added_m2 missing, counts 0 in office_takeup_m2"
    assert found.figures == (AffectedFigure("office_takeup_m2", Decimal(0), counts=True),)
    assert "Zusätzliche Fläche" in found.check.label.de
    assert "Enter “Added area”, also a 0" in found.check.advice.en
    assert findings_of(city, H1) == []
    with pytest.raises(FindingsOpen, match="missing_added_m2"):
        accepted([found], H2, None)
    update(city, "office_takeups", missing, added_m2=0)
    assert findings_of(city, H2) == []


def test_a_declared_sum_finds_the_records_of_the_period_that_lack_its_property(city: Connection) -> None:
    """By each indicator that counts them, and not by one that leaves them out."""
    priced = declared(indicator(**SALES, key="revenue", property="price_eur", filter="kind = 'sale'"))["revenue"]
    all_of_it = declared(indicator(**SALES, key="turnover", property="price_eur", unit="T€"))["turnover"]
    without, leased = sale(city), sale(city, kind="lease")
    sale(city, price_eur=1)
    sale(city, agreed_on="2022-08-01")
    assert found_for(city, priced) == {("missing_price_eur", "revenue"): {without}}
    assert found_for(city, all_of_it) == {("missing_price_eur", "turnover"): {without, leased}}
    (check,) = checks_of([priced, all_of_it])
    assert {found.id: found.detail for found in run(city, check)}[without] == (
        "price_eur missing, counts 0 in revenue, turnover"
    )


def test_averages_and_maxima_miss_nothing_since_they_leave_such_records_out(city: Connection) -> None:
    for aggregation in ("average", "max"):
        own = declared(indicator(**SALES, property="price_eur", aggregation=aggregation))["own"]
        sale(city)
        assert list(checks_of([own])) == []
    weighted = indicator(**SALES, property="price_eur", aggregation="weighted_average", weight="area_m2")
    assert list(checks_of([declared(weighted)["own"]])) == []


def test_a_share_names_its_line_for_records_that_lack_the_area_on_either_side(city: Connection) -> None:
    reserved = {"layer": "reservations", "date": "reserved_on", "measure": "share", "property": "area_m2"}
    own = declared(indicator(**reserved, filter="source_id = 'x'"))["own"]
    place = plot(city, offered_on="2023-01-01")
    given = {"plot": place, "reserved_on": "2023-08-01", "expires_on": "2023-08-10", "released_on": "2023-08-10"}
    found = {insert(city, "reservations", **given, source_id=name) for name in ("x", "y")}
    assert found_for(city, own) == {("missing_area_m2", "own"): found}


def test_an_area_misses_the_geometry_of_records_that_may_lack_it(city: Connection) -> None:
    own = declared(indicator(**SALES, measure="area"))["own"]
    without = sale(city)
    sale(city, geom=square(395000, 5705000, 10))
    assert found_for(city, own) == {("missing_geom", "own"): {without}}
    assert list(checks_of([declared(indicator(layer="plots", date="offered_on", measure="area"))["own"]])) == []


def test_a_share_of_area_misses_the_polygon_of_records_that_may_lack_it(city: Connection) -> None:
    """They cover nothing, although sold; one that counts later only is not told, nor one that another covers."""
    own = declared(indicator(layer="transactions", from_="agreed_on", measure="area_share"))["own"]
    without = sale(city)
    sale(city, agreed_on="2024-01-02")
    for _ in range(2):
        sale(city, geom=square(395000, 5705000, 10))
    assert found_for(city, own) == {("missing_geom", "own"): {without}}
    assert list(checks_of([declared(indicator(layer="plots", from_="offered_on", measure="area_share"))["own"]])) == []


@pytest.mark.parametrize("value", ["50 %", "a%%b", "O'Neill", "x\\y", "%(first)s {} $1"])
def test_values_of_a_filter_are_compared_as_they_are(city: Connection, value: str) -> None:
    """A check binds no values: they stand in its query as literals."""
    literal = "'" + value.replace("'", "''") + "'"
    own = declared(indicator(**SALES, property="price_eur", filter=f"source_id = {literal}"))["own"]
    without = sale(city, source_id=value)
    sale(city, source_id="else")
    assert found_for(city, own) == {("missing_price_eur", "own"): {without}}


def test_every_built_in_amount_names_the_columns_of_it_that_may_be_empty(connection: Connection) -> None:
    for known in INDICATORS:
        amount = re.split(r"\bas date,|\bas until_on,", known.contributions)[1].split("as amount")[0]
        alias = re.findall(rf"\bfrom {known.layer} as (\w+)", known.contributions)[0]
        columns = describe(connection, known.layer).by_name
        read = re.findall(rf"\b{alias}\.(\w+)", amount)
        empty = {name for name in read if not columns[name].required}
        assert set(known.amounts) == empty, known.key


def test_the_command_says_what_is_missing_and_what_to_do(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as city:
        two_districts(city)
        insert(city, "office_takeups", **OFFICE, source_id="u-1")
    told = {"de": "auch eine 0, wo es sie gibt", "en": "also a 0 where that can be"}
    for language, advice in told.items():
        arguments = ["check", "--period", "2023-H2", "--lang", language]
        result = CliRunner().invoke(main, arguments, env={"FLURWERK_DATABASE_URL": database_url})
        text = " ".join(result.output.split())
        assert advice in text
        assert "u-1" in text
        assert "office_takeup_m2" in text
