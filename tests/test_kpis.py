"""Every indicator counts by its rule in hand-calculated cases; splits and rows sum to the total."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from geo.figures.kpis import INDICATORS, evaluation
from geo.figures.kpis.document import markdown
from geo.periods import parse_period
from geo.records.layers.layer import Audience
from tests.records import Connection, insert, line, plot, sale, square

H2 = parse_period("2023-H2")
IN_WEST = "POINT(395000 5705000)"
IN_EAST = "POINT(405000 5705000)"
OUTSIDE = "POINT(389000 5705000)"


@pytest.fixture
def city(districts: Connection) -> Connection:
    """A city of two districts, West and Ost."""
    return districts


def figure(connection: Connection, key: str, period: str = "2023-H2") -> Any:
    indicator = evaluation.find(evaluation.indicators(connection), key)
    return evaluation.totals(connection, [(indicator, parse_period(period))])[key, period]


def programme(connection: Connection, **values: object) -> int:
    return insert(connection, "programmes", **({"name": "P", "funding": "funded"} | values))


def test_a_flow_counts_from_the_first_to_the_last_day_of_its_period(city: Connection) -> None:
    for day in ("2023-06-30", "2023-07-01", "2023-12-31", "2024-01-01"):
        insert(city, "inquiries", kind="plot", received_on=day)
    assert figure(city, "inquiries") == 2
    assert figure(city, "inquiries", "2023-H1") == 1
    assert figure(city, "inquiries", "2023") == 3
    assert figure(city, "inquiries", "2023-12") == 1


def test_duplicate_inquiries_do_not_count_and_a_missing_date_is_replaced_by_the_closing_date(city: Connection) -> None:
    first = insert(city, "inquiries", kind="plot", received_on="2023-08-01")
    insert(city, "inquiries", kind="plot", received_on="2023-08-02", duplicate_of=first)
    insert(city, "inquiries", kind="plot", closed_on="2023-08-03")
    assert figure(city, "inquiries") == 2


def test_public_land_counts_agreed_areas_of_sales_and_ground_leases(city: Connection) -> None:
    where = plot(city, official_area_m2=10000)
    sale(city, plot=where, area_m2=Decimal("3000.40"))
    sale(city, kind="ground_lease", role="supporter", area_m2=500)
    sale(city, kind="lease", area_m2=7)
    sale(city, kind="purchase", role="buyer", area_m2=11)
    sale(city, sector="private", role="supporter", area_m2=13)
    sale(city, area_m2=17, cancelled_on="2024-05-05")
    sale(city, area_m2=19, agreed_on=None, notarised_on="2023-12-31")
    assert figure(city, "public_land_m2") == Decimal("3519.40")
    assert figure(city, "public_land_plots") == 3


def test_private_land_counts_leases_too_but_only_supported_ones(city: Connection) -> None:
    for kind, area in (("sale", 100), ("ground_lease", 200), ("lease", 400)):
        sale(city, sector="private", role="supporter", kind=kind, area_m2=area)
    sale(city, sector="private", role="seller", area_m2=800)
    sale(city, sector="public", role="supporter", area_m2=1600)
    assert figure(city, "private_land_m2") == 700


def test_brokered_properties_count_without_cancelled_ones(city: Connection) -> None:
    hall = insert(city, "properties", name="Halle", geom=IN_EAST)
    insert(city, "brokerages", property=hall, kind="lease", agreed_on="2023-07-01")
    insert(city, "brokerages", property=hall, kind="lease", agreed_on="2023-07-01", cancelled_on="2023-07-02")
    assert figure(city, "properties_brokered") == 1


def test_only_the_added_office_space_of_a_renewal_counts(city: Connection) -> None:
    for values in (
        {"kind": "lease", "area_m2": 1000},
        {"kind": "renewal", "area_m2": 5000, "added_m2": 300},
        {"kind": "renewal", "area_m2": 700},
        {"kind": "owner_construction", "area_m2": 2000, "cancelled_on": "2023-09-01"},
    ):
        insert(city, "office_takeups", agreed_on="2023-08-01", **values)
    assert figure(city, "office_takeup_m2") == 1300


def test_every_major_project_has_its_own_line_of_settlements(city: Connection) -> None:
    given = {"geom": square(395000, 5705000, 100)}
    phoenix = insert(
        city, "industrial_areas", source_id="phoenix-west", name="PHOENIX West", major_project=True, **given
    )
    other = insert(city, "industrial_areas", source_id="minor", name="Nebenan", **given)
    insert(city, "settlements", industrial_area=phoenix, settled_on="2023-07-01")
    insert(city, "settlements", industrial_area=other, settled_on="2023-07-01")
    known = [indicator.key for indicator in evaluation.indicators(city)]
    assert [key for key in known if key.startswith("settlements")] == ["settlements:phoenix-west"]
    assert figure(city, "settlements:phoenix-west") == 1
    assert evaluation.find(evaluation.indicators(city), "settlements:phoenix-west").label.de.startswith(
        "PHOENIX West; "
    )


def test_funded_connections_count_addresses_or_dwellings_inside_the_city(city: Connection) -> None:
    addresses, dwellings = programme(city), programme(city, counts="dwelling")
    own = programme(city, funding="self_financed")
    day = {"connected_on": "2023-08-01"}
    insert(city, "connections", programme=addresses, dwellings=9, geom=IN_WEST, **day)
    insert(city, "connections", programme=dwellings, dwellings=4, geom=IN_EAST, **day)
    insert(city, "connections", programme=addresses, geom=IN_WEST, activated_on="2023-12-31")
    insert(city, "connections", programme=addresses, geom=IN_WEST, passed_on="2023-08-01")
    insert(city, "connections", programme=addresses, geom=OUTSIDE, **day)
    insert(city, "connections", programme=own, geom=IN_WEST, **day)
    insert(city, "connections", geom=IN_WEST, **day)
    assert figure(city, "funded_connections") == 6


def test_trenches_are_planned_until_they_are_laid_or_discarded(city: Connection) -> None:
    funded = programme(city)

    def trench(metres: float, **values: object) -> int:
        given = {"programme": funded, "geom": line((395000, 5705000), (395000 + metres, 5705000))}
        return insert(city, "trenches", **(given | values))

    trench(1, planned_on="2023-12-31")
    trench(2, planned_on="2024-01-01")
    trench(4, permitted_on="2023-05-01")
    trench(8, planned_on="2022-01-01", laid_on="2023-12-31")
    trench(16, planned_on="2022-01-01", laid_on="2024-01-01")
    trench(32, planned_on="2022-01-01", discarded_on="2023-12-31")
    trench(64, accepted_on="2023-12-31", origin="co_laid")
    original = trench(128, laid_on="2023-01-01")
    trench(256, laid_on="2023-01-01", duplicate_of=original)
    trench(512, laid_on="2023-01-01", origin="existing_duct")
    trench(1024, laid_on="2023-01-01", programme=programme(city, funding="self_financed"))
    trench(2048, laid_on="2023-01-01", discarded_on="2023-10-01")
    assert figure(city, "trench_planned_km") * 1000 == 1 + 4 + 16
    assert figure(city, "trench_laid_km") * 1000 == 8 + 64 + 128
    assert figure(city, "trench_laid_km", "2023-H1") * 1000 == 128 + 2048


def test_a_trench_across_borders_counts_only_inside_the_city(city: Connection) -> None:
    across = insert(
        city,
        "trenches",
        programme=programme(city),
        laid_on="2023-08-01",
        geom=line((389000, 5705000), (411000, 5705000)),
    )
    laid = evaluation.find(evaluation.indicators(city), "trench_laid_km")
    assert figure(city, "trench_laid_km") == 20
    assert evaluation.by_district(city, laid, H2) == [("West", 10), ("Ost", 10)]
    assert [(row.id, row.amount, row.district) for row in evaluation.rows(city, laid, H2)] == [(across, 20, "West|Ost")]
    assert [(row.amount, row.district) for row in evaluation.rows(city, laid, H2, by_part=True)] == [
        (10, "Ost"),
        (10, "West"),
    ]


def test_requests_count_and_their_candidates_do_not(city: Connection) -> None:
    request = insert(city, "mobile_requests", received_on="2023-07-01", geom=IN_WEST)
    for _ in range(2):
        insert(city, "mobile_candidates", request=request, kind="mast", geom=IN_WEST)
    insert(city, "mobile_requests", proposed_on="2023-08-01", geom=IN_WEST)
    assert figure(city, "mobile_requests") == 2


def test_letters_of_intent_count_by_signature(city: Connection) -> None:
    operator = insert(city, "operators", name="Netz", kind="carrier")
    insert(city, "letters_of_intent", operator=operator, signed_on="2023-07-01")
    insert(city, "letters_of_intent", operator=operator, started_on="2023-09-01")
    insert(city, "letters_of_intent", operator=operator, signed_on="2023-06-30", started_on="2023-09-01")
    assert figure(city, "letters_of_intent") == 2


def test_records_outside_and_without_a_place_have_their_own_lines(city: Connection) -> None:
    takeups = evaluation.find(evaluation.indicators(city), "office_takeup_m2")
    for place in ({"geom": IN_WEST}, {"geom": OUTSIDE}, {"district": "Ost"}, {}):
        insert(city, "office_takeups", kind="lease", area_m2=100, agreed_on="2023-08-01", **place)
    assert evaluation.by_district(city, takeups, H2) == [
        ("West", 100),
        ("Ost", 100),
        ("outside", 100),
        ("unlocated", 100),
    ]


def test_a_transactions_own_geometry_takes_precedence_over_its_plots(city: Connection) -> None:
    public = evaluation.find(evaluation.indicators(city), "public_land_m2")
    in_east = plot(city, 405000, 5705000, 300)
    sale(city, plot=in_east)
    sale(city, plot=in_east, geom=square(395000, 5705000, 10))
    sale(city)
    assert evaluation.by_district(city, public, H2) == [("West", 1000), ("Ost", 1000), ("unlocated", 1000)]


def test_a_flow_by_month_has_every_month_of_its_period(city: Connection) -> None:
    inquiries = evaluation.find(evaluation.indicators(city), "inquiries")
    insert(city, "inquiries", kind="plot", received_on="2023-09-30")
    assert evaluation.by_month(city, inquiries, H2) == [
        ("2023-07", 0),
        ("2023-08", 0),
        ("2023-09", 1),
        ("2023-10", 0),
        ("2023-11", 0),
        ("2023-12", 0),
    ]


def test_a_stock_by_month_has_the_months_in_which_its_records_began_to_count(city: Connection) -> None:
    laid = evaluation.find(evaluation.indicators(city), "trench_laid_km")
    for day in ("2021-03-01", "2023-08-15", "2023-08-16"):
        insert(
            city,
            "trenches",
            programme=programme(city),
            laid_on=day,
            geom=line((395000, 5705000), (396000, 5705000)),
        )
    assert evaluation.by_month(city, laid, H2) == [("2021-03", 1), ("2023-08", 2)]


@pytest.mark.parametrize(
    ("exact", "printed"),
    [("54949.99", "54900"), ("54950", "55000"), ("0", "0"), ("49.99", "0"), ("50", "100")],
)
def test_areas_are_printed_to_100_square_metres_half_away_from_zero(exact: str, printed: str) -> None:
    public = next(indicator for indicator in INDICATORS if indicator.key == "public_land_m2")
    assert public.rounded(Decimal(exact)) == Decimal(printed)


def test_every_indicator_has_a_label_and_a_rule_in_both_languages_and_a_unique_key() -> None:
    keys = [indicator.key for indicator in INDICATORS]
    assert len(set(keys)) == len(keys)
    for indicator in INDICATORS:
        assert all([*indicator.label, *indicator.rule, *indicator.product])
        assert indicator.rule.de != indicator.rule.en


def test_the_document_of_indicators_is_up_to_date() -> None:
    page = Path(__file__).parent.parent / "docs" / "indicators.md"
    assert page.read_text(encoding="utf-8") == markdown(), "run: make docs"


def test_a_deals_district_is_public_once_its_place_is(city: Connection) -> None:
    public = evaluation.find(evaluation.indicators(city), "public_land_m2")
    in_east = plot(city, 405000, 5705000, 300)
    east = {"geom": square(405000, 5705000, 10), "plot": in_east}
    sale(city, **east)
    sale(city, **east, area_m2=200, notarised_on="2023-09-01")
    sale(city, **east, area_m2=30, handed_over_on="2023-09-01")
    sale(city, plot=in_east, area_m2=4, notarised_on="2023-09-01")
    assert evaluation.by_district(city, public, H2) == [("West", 0), ("Ost", 1234)]
    assert evaluation.by_district(city, public, H2, Audience.PUBLIC) == [("West", 0), ("Ost", 230), ("unlocated", 1004)]
