"""The share of the area of the city, and of each part, that the polygons of records cover."""

import json
from decimal import Decimal

import psycopg
import pytest

from geo.figures.kpis import Indicator, evaluation, records_geojson
from geo.figures.kpis.disclosure import shown_of
from geo.figures.kpis.indicator import Shown
from geo.figures.releases.differing import differences, recorded
from geo.figures.releases.wording import BY_OTHER_AREAS
from geo.figures.report.content import content
from geo.figures.report.document import canonical, report_of
from geo.figures.report.extract import Extract, part_of
from geo.periods import parse_period
from geo.profile import ProfileError
from geo.records.layers.layer import Audience
from geo.store.database import as_recorded, conninfo
from tests.records import Connection, delete, insert, one, plot, square
from tests.test_parts.halves import enlarge_west, reform_into_halves
from tests.test_profile.declaring import declared, indicator

BEFORE, AFTER = parse_period("2023-H2"), parse_period("2024-H2")
PLOTS = {"layer": "plots", "from_": "offered_on", "measure": "area_share"}
TABLES = indicator(key="covered", position=91, rounding=0.01, **PLOTS) + indicator(
    key="brown", position=92, filter="brownfield = true", **PLOTS
)


@pytest.fixture(scope="module")
def known() -> dict[str, Indicator]:
    """The declared indicators by their keys."""
    return declared(TABLES)


def figure(city: Connection, asked: Indicator, period: str = "2023-H2", part: str | None = None) -> Decimal | None:
    return evaluation.totals(city, [(asked, parse_period(period))], part=part)[asked.key, period]


def split(city: Connection, asked: Indicator, period: str = "2023-H2") -> dict[str, Decimal | None]:
    return {part.part: part.amount for part in evaluation.by_district(city, asked, parse_period(period))}


def field(city: Connection, x: float, y: float, side: float, offered_on: str = "2023-01-01", **given: object) -> int:
    """Insert a square plot; West and Ost have 100 km² each, from x = 390000 and 400000 and y = 5700000."""
    return plot(city, x, y, side, offered_on=offered_on, **given)


def test_each_part_has_the_share_that_lies_in_it_and_the_city_that_of_all(
    districts: Connection, known: dict[str, Indicator]
) -> None:
    """4 km² across the border: 1 km² in the west, 3 km² in the east; 1 km² more in the west from 2024 on."""
    field(districts, 399500, 5705000, 2000)
    field(districts, 391000, 5701000, 1000, offered_on="2024-02-01")
    covered = known["covered"]
    assert split(districts, covered) == {"West": 1, "Ost": 3}
    assert figure(districts, covered) == 2
    assert split(districts, covered, "2024-H2") == {"West": 2, "Ost": 3}
    assert figure(districts, covered, "2024-H2") == Decimal("2.5")
    assert (figure(districts, covered, part="01"), figure(districts, covered, part="02")) == (1, 3)


def test_what_several_records_cover_counts_once_for_the_first_of_them(
    districts: Connection, known: dict[str, Indicator]
) -> None:
    """4 km², of which a second square of 4 km² covers 1 km² again; a third lies in both and covers nothing more."""
    first = field(districts, 391000, 5701000, 2000)
    second = field(districts, 392000, 5702000, 2000)
    field(districts, 392200, 5702200, 100)
    assert split(districts, known["covered"]) == {"West": 7, "Ost": 0}
    rows = evaluation.rows(districts, known["covered"].sides[0], BEFORE)
    assert {row.id: row.amount for row in rows} == {first: 4_000_000, second: 3_000_000}
    delete(districts, "plots", first)
    assert split(districts, known["covered"]) == {"West": 4, "Ost": 0}


def test_a_record_that_does_not_count_takes_nothing_from_the_others(
    districts: Connection, known: dict[str, Indicator]
) -> None:
    """Neither one that the filter leaves out nor one of a later day."""
    field(districts, 391000, 5701000, 2000, brownfield=False)
    field(districts, 391000, 5701000, 2000, offered_on="2024-02-01", brownfield=True)
    field(districts, 391000, 5701000, 1000, brownfield=True)
    assert (figure(districts, known["brown"]), figure(districts, known["covered"])) == (Decimal("0.5"), 2)
    assert split(districts, known["brown"], "2024-H2") == {"West": 4, "Ost": 0}


def test_what_lies_outside_the_city_does_not_count(districts: Connection, known: dict[str, Indicator]) -> None:
    """1 of 2 km² lies inside, and all of another plot outside."""
    field(districts, 409000, 5709000, 1000)
    insert(
        districts, "plots", name="Rand", ownership="public", offered_on="2023-01-01", geom=square(389000, 5701000, 2000)
    )
    field(districts, 411000, 5701000, 1000)
    assert split(districts, known["covered"]) == {"West": 2, "Ost": 1}
    assert figure(districts, known["covered"]) == Decimal("1.5")


def test_a_past_period_has_the_shares_of_the_parts_in_force_then(
    districts: Connection, known: dict[str, Indicator]
) -> None:
    """The border moves from between west and east to between south and north; the city stays, and so does its share."""
    field(districts, 399500, 5704000, 2000)
    reform_into_halves(districts, "2024-04-01")
    covered = known["covered"]
    assert split(districts, covered, "2023-H2") == {"West": 1, "Ost": 3}
    assert split(districts, covered, "2024-H2") == {"Süd": 2, "Nord": 2}
    assert figure(districts, covered, "2023-H2") == figure(districts, covered, "2024-H2") == 2
    assert (figure(districts, covered, "2023-H2", "02"), figure(districts, covered, "2024-H2", "02")) == (3, 2)


def test_a_period_before_the_outer_border_moved_keeps_its_share_records_and_report(
    districts_url: str, known: dict[str, Indicator]
) -> None:
    """2 km² in and 1 km² beside the city of 200 km², which gets 100 km² in 2024: 1 % before, 1 % of other areas after.

    Nothing of the year before differs from what had been recorded and reported, so there is nothing to correct.
    """
    covered = known["covered"]
    with psycopg.connect(conninfo(districts_url)) as city:
        for x in (391000, 401000, 385000):
            field(city, x, 5701000, 1000)
        city.commit()
        report = content(city, BEFORE, computed=[covered])
        then = one(city, "select max(recorded_from) from flurwerk.plots")
        city.commit()
        enlarge_west(city, "2024-04-01")
        city.commit()
        assert (figure(city, covered), figure(city, covered, "2024-H2")) == (1, 1)
        assert split(city, covered) == {"West": 1, "Ost": 1}
        assert split(city, covered, "2024-H2") == {"West, Neuland": 1, "Ost": 1}
        assert [split(city, side) for side in covered.sides] == [
            {"West": 1_000_000, "Ost": 1_000_000},
            {"West": 100_000_000, "Ost": 100_000_000},
        ]
        assert evaluation.by_month(city, covered, BEFORE) == [("2023-01", 1)]
        base = {period: evaluation.rows(city, covered.sides[1], period) for period in (BEFORE, AFTER)}
        assert {(row.layer, row.district, row.amount) for row in base[BEFORE]} == {
            ("former_districts", "West", 100_000_000),
            ("districts", "Ost", 100_000_000),
        }
        assert {(row.layer, row.district, row.amount) for row in base[AFTER]} == {
            ("districts", "West, Neuland", 200_000_000),
            ("districts", "Ost", 100_000_000),
        }
        parts = evaluation.reforms(city).parts(BEFORE)
        (collection, following) = city.execute(
            *records_geojson.geojson(covered.sides[1], BEFORE, limit=2, parts=parts)
        ).fetchall()[0]
        told = {(one["properties"]["layer"], one["id"]) for one in json.loads(collection)["features"]}
        assert (told, following) == ({(row.layer, row.id) for row in base[BEFORE]}, None)
        states = [recorded(city, BEFORE, [covered], instant) for instant in (then, None)]
        assert differences(city, *states) == []
        definitions = [each.indicator() for each in report.definitions.values() if each.is_line]
        with as_recorded(city, report.status.recorded_at):
            assert canonical(content(city, BEFORE, report.status.recorded_at, definitions)) == canonical(report)
        now = content(city, BEFORE, computed=[covered])
        assert (now.splits, now.lines) == (report.splits, report.lines)


def test_the_city_of_a_period_is_that_of_its_parts_whenever_these_begin(
    districts: Connection, known: dict[str, Indicator]
) -> None:
    """Of parts of which only the first state is known, and between two reforms."""
    field(districts, 391000, 5701000, 1000, offered_on="2019-01-01")
    districts.execute("update flurwerk.districts set valid_from = '2021-01-01' where kind = 'district'")
    assert figure(districts, known["covered"], "2019") == Decimal("0.5")
    districts.execute("update flurwerk.districts set valid_from = null where kind = 'district'")
    enlarge_west(districts, "2022-01-01")
    reform_into_halves(districts, "2024-04-01")
    base = known["covered"].sides[1]
    sizes = {period: figure(districts, base, period) for period in ("2021", "2022", "2023", "2024")}
    assert sizes == {"2021": 200_000_000, "2022": 300_000_000, "2023": 300_000_000, "2024": 200_000_000}
    for period in sizes:
        assert sum(amount or 0 for amount in split(districts, base, period).values()) == sizes[period]


def test_the_sides_add_up_exactly_whatever_the_borders(districts: Connection, known: dict[str, Indicator]) -> None:
    """The parts of the area covered are its total to the hundredth of a square metre, at odd coordinates too."""
    for number in range(9):
        ring = [
            (399990.123 + number * 3.7, 5704993.456 + number * 2.3),
            (400011.789, 5704990.1),
            (400003.333, 5705017.777),
        ]
        points = ", ".join(f"{x} {y}" for x, y in [*ring, ring[0]])
        insert(
            districts,
            "plots",
            name="P",
            ownership="public",
            offered_on="2023-01-01",
            geom=f"MULTIPOLYGON((({points})))",
        )
    reform_into_halves(districts, "2024-04-01")
    for side in known["covered"].sides:
        for period in ("2023-H2", "2024-H2"):
            parts = split(districts, side, period)
            assert len([amount for amount in parts.values() if amount]) == 2
            assert sum(amount or 0 for amount in parts.values()) == figure(districts, side, period)


def test_parts_of_a_lower_level_have_theirs_and_the_rest_is_what_no_part_covers(
    districts: Connection, known: dict[str, Indicator]
) -> None:
    """A quarter of 25 km² of the city's 200 km²; 4 km², of which 1 km² lies in it, are 3 of 175 km² of the rest."""
    insert(districts, "districts", key="v", name="Viertel", kind="statistical", geom=square(390000, 5700000, 5000))
    field(districts, 394000, 5704000, 2000)
    parts = evaluation.by_district(districts, known["covered"], BEFORE, level="statistical")
    assert {part.part: part.amount and round(part.amount, 6) for part in parts} == {
        "Viertel": 4,
        "outside": Decimal("1.714286"),
    }


def test_a_lower_part_across_the_border_takes_from_the_rest_what_of_it_lies_in_the_part(
    districts: Connection, known: dict[str, Indicator]
) -> None:
    """60 of its 100 km² lie in the west, whose other 40 km² are half covered; of its own, 4 km² are."""
    insert(districts, "districts", key="v", name="Viertel", kind="statistical", geom=square(394000, 5700000, 10000))
    insert(
        districts, "plots", name="P", ownership="public", offered_on="2023-01-01",
        geom="MULTIPOLYGON(((390000 5700000, 392000 5700000, 392000 5710000, 390000 5710000, 390000 5700000)))",
    )  # fmt: skip
    field(districts, 399000, 5704000, 2000)
    within = part_of(districts, BEFORE, Extract("01", "statistical"), evaluation.reforms(districts))
    parts = evaluation.by_district(districts, known["covered"], BEFORE, level="statistical", within=within)
    assert {part.part: part.amount for part in parts} == {"Viertel": 4, "unassigned": 50}


def test_the_public_is_told_the_same_total_and_no_parts(districts: Connection, known: dict[str, Indicator]) -> None:
    field(districts, 391000, 5701000, 2000, brownfield=True)
    brown = known["brown"]
    assert evaluation.totals(districts, [(brown, BEFORE)], Audience.PUBLIC) == {("brown", "2023-H2"): 2}
    assert shown_of(brown, BEFORE) is Shown.TOTALS


def test_a_month_has_the_share_that_began_to_count_in_it(districts: Connection, known: dict[str, Indicator]) -> None:
    field(districts, 391000, 5701000, 2000, offered_on="2023-01-15")
    field(districts, 401000, 5701000, 1000, offered_on="2023-08-15")
    found = evaluation.by_month(districts, known["covered"], BEFORE)
    assert found == [("2023-01", 2), ("2023-08", Decimal("0.5"))]


def test_no_record_by_then_is_not_a_share_of_0(districts: Connection, known: dict[str, Indicator]) -> None:
    covered = known["covered"]
    assert figure(districts, covered) is None
    assert split(districts, covered) == {"West": None, "Ost": None}
    field(districts, 391000, 5701000, 1000, brownfield=False)
    assert figure(districts, known["brown"]) == 0
    assert split(districts, known["brown"]) == {"West": 0, "Ost": 0}
    assert figure(districts, covered, "2022") is None


def test_a_share_as_recorded_earlier_is_that_of_then(districts_url: str, known: dict[str, Indicator]) -> None:
    """Also if a record that took area from another has been deleted since."""
    with psycopg.connect(conninfo(districts_url)) as city:
        first = field(city, 391000, 5701000, 2000)
        field(city, 391000, 5701000, 1000)
        city.commit()
        then = one(city, "select max(recorded_from) from flurwerk.plots")
        delete(city, "plots", first)
        city.commit()
        assert figure(city, known["covered"]) == Decimal("0.5")
        with as_recorded(city, then):
            assert figure(city, known["covered"]) == 2
        states = [recorded(city, BEFORE, [known["covered"]], instant) for instant in (then, None)]
        found = {each.indicator.key: each for each in differences(city, *states)}
    assert (found["covered"].before, found["covered"].after) == (2, Decimal("0.5"))
    changes = {(each.effect, each.difference): each for each in found["covered:numerator"].records}
    assert set(changes) == {("disappeared", -4_000_000), ("appeared", 1_000_000)}
    assert changes["appeared", Decimal(1_000_000)].cause == BY_OTHER_AREAS


def test_a_report_with_a_share_is_read_and_computed_again_as_it_was(
    districts: Connection, known: dict[str, Indicator]
) -> None:
    """Its definition says that polygons count, so that a release can be verified."""
    field(districts, 399500, 5705000, 2000)
    field(districts, 399500, 5705000, 2500)
    report = content(districts, BEFORE, computed=[known["covered"]])
    assert report.line("covered").cells[-1].shown == Decimal("3.13")
    assert [(row.layer, row.amount) for row in report.records["covered:denominator"]] == [("districts", 10**8)] * 2
    read = report_of(canonical(report))
    definitions = [each.indicator() for each in read.definitions.values() if each.is_line]
    assert canonical(content(districts, BEFORE, report.status.recorded_at, definitions)) == canonical(report)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"layer": "plots", "date": "offered_on"}, "needs from instead of date"),
        ({"layer": "connections", "from_": "passed_on"}, "connections has no areas"),
        ({"layer": "plots", "from_": "offered_on", "unit": "ha"}, "A share is in %"),
        ({"layer": "plots", "from_": "offered_on", "aggregation": "average"}, "has no average"),
        ({"layer": "plots", "from_": "offered_on", "property": "official_area_m2"}, "takes no property"),
    ],
)
def test_what_makes_no_share_of_an_area_is_refused_with_the_reason(given: dict[str, object], told: str) -> None:
    with pytest.raises(ProfileError) as caught:
        declared(indicator(measure="area_share", **given))
    assert told in str(caught.value)


def test_one_part_is_divided_by_what_is_covered_of_each_of_its_own(
    districts: Connection, known: dict[str, Indicator]
) -> None:
    """The south of West is one lower part; 1 km² of 50 lies in it, and 2 of the 50 that it leaves free."""
    geom = "MULTIPOLYGON(((390000 5700000, 400000 5700000, 400000 5705000, 390000 5705000, 390000 5700000)))"
    insert(districts, "districts", key="S1", name="Südhälfte", kind="statistical", geom=geom)
    field(districts, 391000, 5701000, 1000)
    field(districts, 393000, 5707000, 1000)
    field(districts, 395000, 5707000, 1000)
    report = content(districts, BEFORE, None, [known["covered"]], Extract("01"))
    assert {one.part: one.exact for one in report.splits["covered"]} == {"Südhälfte": 2, "unassigned": 4}
    assert [cell.exact for cell in report.line("covered").cells if cell.exact is not None][-1] == 3
    (numerator, denominator) = (report.records[f"covered:{side}"] for side in ("numerator", "denominator"))
    assert (len(numerator), sum(one.amount for one in numerator)) == (3, 3_000_000)
    assert sum(one.amount for one in denominator) == 100_000_000
