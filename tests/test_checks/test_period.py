"""A finding affects a period if its record counts in one of its figures, or would without the oddity."""

from dataclasses import replace
from decimal import Decimal

import psycopg
import pytest

from geo.figures.checks import CHECKS, run
from geo.figures.checks.dates import COUNTED_DATES
from geo.figures.checks.gate import FindingsOpen, UnusableReason, accepted
from geo.figures.checks.period import AffectedFigure, findings_of
from geo.figures.checks.places import outside
from geo.figures.kpis import FAMILIES, INDICATORS, Kind
from geo.figures.kpis.evaluation import indicators
from geo.periods import parse_period
from geo.records.layers import LAYERS
from geo.store.catalogue import describe
from geo.store.database import as_recorded, conninfo
from tests.records import Connection, delete, insert, line, one, plot, sale, square, two_districts, update

H2 = parse_period("2023-H2")
OUTSIDE = "POINT(389000 5705000)"
SUNDAY, MONDAY = "2023-08-06", "2023-08-07"

Affected = dict[tuple[str, str], tuple[AffectedFigure, ...]]


@pytest.fixture
def city(districts: Connection) -> Connection:
    """A city of two districts, West and Ost."""
    return districts


@pytest.fixture
def funded(city: Connection) -> int:
    """A funded programme that counts addresses."""
    return insert(city, "programmes", name="P", funding="funded")


def affected(connection: Connection, period: str) -> Affected:
    """Return the affected figures, by check and the record's identifier."""
    found = findings_of(connection, parse_period(period))
    return {(odd.finding.check, odd.finding.source_id): odd.figures for odd in found}


def trench(connection: Connection, programme: int, source_id: str, y: float = 5705000, **values: object) -> int:
    """Insert a trench of 100 m in West and return its id."""
    geom = line((395000, y), (395100, y))
    return insert(connection, "trenches", programme=programme, source_id=source_id, geom=geom, **values)


def test_every_indicator_counts_by_dates_of_its_layer(connection: Connection) -> None:
    for indicator in (*INDICATORS, *(family.indicator for family in FAMILIES)):
        columns = describe(connection, indicator.layer).by_name
        dates = indicator.dates
        assert dates
        assert all(columns[name].type == "date" for name in dates), indicator.key
        assert len(dates) == 1 or indicator.kind is Kind.STOCK


def test_a_query_on_one_line_is_checked_like_any_other(city: Connection) -> None:
    """The dates by which it counts are told by its definition, not found in its text."""
    sunday = insert(city, "inquiries", kind="plot", received_on="2023-10-01")
    known = next(indicator for indicator in INDICATORS if indicator.key == "inquiries")
    one_line = replace(known, contributions=" ".join(known.contributions.split()))
    for indicator in (known, one_line):
        found = findings_of(city, H2, [indicator])
        assert [(each.finding.check, each.finding.id) for each in found] == [("odd_day_received_reached_on", sunday)]


def test_every_check_has_a_unique_key_within_its_layer_and_runs(connection: Connection) -> None:
    assert len({(check.key, check.layer) for check in CHECKS}) == len(CHECKS)
    assert [run(connection, check) for check in CHECKS] == [[]] * len(CHECKS)
    odd = {(check.layer, check.date) for check in CHECKS if check.key.startswith("odd_day")}
    assert odd == set(COUNTED_DATES)


def test_lines_of_every_layer_that_are_expected_inside_are_found_outside(connection: Connection) -> None:
    """A second layer of lines is not taken for the trenches."""
    two_districts(connection)
    connection.execute(
        """
        create table flurwerk.cycle_routes (
            like flurwerk.record including all,
            geom geometry(MultiLineString, 25832)
        )
        """
    )
    connection.execute("call flurwerk.complete_layer('cycle_routes')")
    for name, x in (("inside", 395000), ("across", 389990), ("outside", 380000)):
        insert(connection, "cycle_routes", source_id=name, geom=line((x, 5705000), (x + 20, 5705000)))
    insert(connection, "cycle_routes", source_id="not drawn")
    check = outside(replace(LAYERS["trenches"], key="cycle_routes"))
    assert [finding.source_id for finding in run(connection, check)] == ["outside"]


def test_a_date_on_the_first_or_last_day_of_a_year_or_on_a_sunday_affects_only_its_period(city: Connection) -> None:
    for day in ("2023-01-01", SUNDAY, MONDAY, "2023-12-31", "2024-01-01"):
        insert(city, "inquiries", kind="plot", received_on=day, source_id=day)
    check = "odd_day_received_reached_on"
    one_inquiry = (AffectedFigure("inquiries", Decimal(1), counts=True),)
    assert affected(city, "2023-H2") == {(check, SUNDAY): one_inquiry, (check, "2023-12-31"): one_inquiry}
    assert affected(city, "2024-H1") == {(check, "2024-01-01"): one_inquiry}
    details = [odd.finding.detail for odd in findings_of(city, parse_period("2023"))]
    assert details == [
        "received_reached_on = 2023-01-01 (1 January)",
        f"received_reached_on = {SUNDAY} (Sunday)",
        "received_reached_on = 2023-12-31 (31 December)",
    ]


def test_a_derived_date_affects_the_period_in_which_it_lies(city: Connection) -> None:
    sale(city, source_id="derived", agreed_on=None, notarised_on=MONDAY, plot=plot(city))
    (figures,) = affected(city, "2023-H2").values()
    assert {figure.key for figure in figures} == {"public_land_m2", "public_land_plots"}
    assert {figure.amount for figure in figures} == {Decimal(1000), Decimal(1)}
    assert affected(city, "2023-H1") == affected(city, "2024-H1") == {}


def test_a_stock_is_affected_by_odd_dates_of_its_own_period_only(city: Connection, funded: int) -> None:
    trench(city, funded, "laid", planned_on="2023-01-02", laid_on="2023-12-31")
    check = ("odd_day_laid_reached_on", "laid")
    assert affected(city, "2023-H2")[check] == (
        AffectedFigure("trench_planned_km", Decimal("0.1"), counts=False),
        AffectedFigure("trench_laid_km", Decimal("0.1"), counts=True),
    )
    assert check not in affected(city, "2024-H1")


def test_a_trench_discarded_on_an_odd_day_would_count_without_it(city: Connection, funded: int) -> None:
    trench(city, funded, "gone", planned_on="2023-01-02", laid_on="2023-02-02", discarded_on="2023-12-31")
    assert affected(city, "2023-H2") == {
        ("odd_day_discarded_on", "gone"): (AffectedFigure("trench_laid_km", Decimal("0.1"), counts=False),)
    }


def test_overlapping_trenches_affect_every_period_in_which_one_of_them_counts(city: Connection, funded: int) -> None:
    own = insert(city, "programmes", name="Q", funding="self_financed")
    trench(city, own, "first", planned_on="2023-01-02")
    trench(city, funded, "second", planned_on="2023-08-07")
    found = ("overlapping_trenches", "first")
    assert affected(city, "2023-H1") == {}
    assert affected(city, "2023-H2")[found] == (AffectedFigure("trench_planned_km", Decimal("0.1"), counts=True),)
    assert affected(city, "2024-H1")[found] == (AffectedFigure("trench_planned_km", Decimal("0.1"), counts=True),)
    update(city, "trenches", one(city, "select id from trenches where source_id = 'first'"), programme=funded)
    assert affected(city, "2023-H2")[found] == (AffectedFigure("trench_planned_km", Decimal("0.2"), counts=True),)


def test_a_plot_of_another_size_affects_the_figures_of_the_sales_on_it(city: Connection) -> None:
    where = plot(city, source_id="too-large", official_area_m2=10300)
    plot(city, source_id="unsold", x=396000, official_area_m2=10300)
    sale(city, plot=where, area_m2=700, agreed_on=MONDAY)
    sale(city, plot=where, area_m2=300, agreed_on=MONDAY)
    assert affected(city, "2023-H2") == {
        ("plot_area", "too-large"): (
            AffectedFigure("public_land_m2", Decimal(1000), counts=True),
            AffectedFigure("public_land_plots", Decimal(2), counts=True),
        )
    }


def test_a_record_outside_that_would_count_inside_affects_the_figure(city: Connection, funded: int) -> None:
    for source_id, programme in (("funded", funded), ("other", None)):
        insert(city, "connections", source_id=source_id, programme=programme, connected_on=MONDAY, geom=OUTSIDE)
    away = line((389000, 5705000), (389100, 5705000))
    insert(city, "trenches", source_id="away", programme=funded, planned_on=MONDAY, geom=away)
    insert(city, "mobile_requests", source_id="ring", received_on=MONDAY, geom=OUTSIDE)
    assert affected(city, "2023-H2") == {
        ("outside", "funded"): (AffectedFigure("funded_connections", Decimal(1), counts=False),),
        ("outside", "away"): (AffectedFigure("trench_planned_km", Decimal("0.1"), counts=False),),
        ("outside", "ring"): (AffectedFigure("mobile_requests", Decimal(1), counts=True),),
    }


def test_a_place_taken_from_another_record_affects_the_figure_too(city: Connection) -> None:
    area = insert(
        city,
        "industrial_areas",
        source_id="far",
        name="Fern",
        major_project=True,
        geom=square(389000, 5705000, 10),
    )
    insert(city, "settlements", industrial_area=area, settled_on=MONDAY)
    house = insert(city, "properties", source_id="house", name="Haus", geom=OUTSIDE)
    insert(city, "brokerages", property=house, kind="sale", agreed_on=MONDAY)
    assert affected(city, "2023-H2") == {
        ("outside", "far"): (AffectedFigure("settlements:far", Decimal(1), counts=True),),
        ("outside", "house"): (AffectedFigure("properties_brokered", Decimal(1), counts=True),),
    }


def test_records_without_a_place_affect_the_figures_in_which_they_count(city: Connection) -> None:
    sale(city, source_id="nowhere", agreed_on=MONDAY)
    sale(city, source_id="bought", kind="purchase", role="buyer", agreed_on=MONDAY)
    insert(city, "office_takeups", source_id="lost", kind="renewal", area_m2=100, added_m2=20, agreed_on=MONDAY)
    insert(city, "office_takeups", source_id="named", kind="lease", area_m2=1, district="Ost", agreed_on=MONDAY)
    assert affected(city, "2023-H2") == {
        ("transaction_without_plot", "nowhere"): (
            AffectedFigure("public_land_m2", Decimal(1000), counts=True),
            AffectedFigure("public_land_plots", Decimal(1), counts=True),
        ),
        ("unlocated", "lost"): (AffectedFigure("office_takeup_m2", Decimal(20), counts=True),),
    }


def test_targets_and_remarks_of_an_unknown_indicator_affect_their_period_and_its_half_years(city: Connection) -> None:
    reported = {"area": "Kundenservice", "product": "Gründen", "label": "Messen"}
    insert(city, "manual_indicators", key="fairs", position=8, **reported)
    for kpi, period in (
        ("inquiries", "2023-H2"),
        ("fairs", "2023-H2"),
        ("enquiries", "2023-H2"),
        ("settlements", "2023"),
    ):
        insert(city, "targets", source_id=kpi, kpi=kpi, period=period, value=1)
    insert(city, "remarks", source_id="remark", kpi="settlements:nowhere", period="2024-H1", text="…")
    assert affected(city, "2023-H2") == {
        ("unknown_indicator", "enquiries"): (AffectedFigure("enquiries", None, counts=True),),
        ("unknown_indicator", "settlements"): (AffectedFigure("settlements", None, counts=True),),
    }
    assert set(affected(city, "2024-H1")) == {("unknown_indicator", "remark")}


def test_only_the_requested_figures_are_checked(city: Connection) -> None:
    insert(city, "inquiries", kind="plot", received_on=SUNDAY)
    offices = [indicator for indicator in indicators(city) if indicator.key == "office_takeup_m2"]
    assert findings_of(city, H2, offices) == []
    assert len(findings_of(city, H2)) == 1


def test_findings_are_those_of_the_instant_that_is_shown(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        two_districts(connection)
        funded = insert(connection, "programmes", name="P", funding="funded")
        first = trench(connection, funded, "first", planned_on=MONDAY)
        trench(connection, funded, "second", planned_on=MONDAY)
        lost = sale(connection, agreed_on=MONDAY)
        connected = insert(connection, "connections", programme=funded, connected_on=SUNDAY, geom=OUTSIDE)
        then, live = one(connection, "select clock_timestamp()"), findings_of(connection, H2)
        for table, record in (("trenches", first), ("transactions", lost), ("connections", connected)):
            delete(connection, table, record)
        assert findings_of(connection, H2) == []
        with as_recorded(connection, then):
            recorded = findings_of(connection, H2)
        assert recorded == live
        assert [odd.finding.check for odd in live] == [
            "overlapping_trenches",
            "transaction_without_plot",
            "outside",
        ]


def test_open_findings_are_accepted_with_a_reason_or_stop_the_report(city: Connection) -> None:
    assert accepted([], H2, None) is None
    assert accepted([], H2, "for no cause") is None
    insert(city, "inquiries", kind="plot", received_on=SUNDAY)
    findings = findings_of(city, H2)
    with pytest.raises(FindingsOpen, match=r"odd_day_received_reached_on.*flurwerk check --period 2023-H2.*--accept"):
        accepted(findings, H2, None)
    assert accepted(findings, H2, " Tag der\nMesse ") == "Tag der Messe"
    for useless in ("", " \n", "x" * 2001):
        with pytest.raises(UnusableReason):
            accepted(findings, H2, useless)


def test_the_label_and_advice_beside_a_finding_are_those_of_its_check(city: Connection) -> None:
    insert(city, "inquiries", kind="plot", received_on=SUNDAY)
    (odd,) = findings_of(city, H2)
    assert odd.keys == ("inquiries",)
    assert "Sonntag" in odd.check.label.de
    assert odd.check.advice.en.startswith("Check whether")
