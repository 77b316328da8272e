"""A split uses the parts in force at the end of its period, of any level, and always adds up to the total."""

from decimal import Decimal

import pytest

from geo.figures.kpis import Indicator, evaluation
from geo.periods import parse_period
from tests.records import Connection, insert, line, one, plot, sale, square
from tests.test_parts.halves import NORTH, reform_into_halves

BEFORE = parse_period("2023-H2")
REFORM = "2024-04-01"
LEVEL = "statistical"


@pytest.fixture
def city(districts: Connection) -> Connection:
    """West and Ost until 31 March 2024, Süd and Nord since; keys are given anew. Records before the reform."""
    insert(districts, "programmes", name="P", funding="funded")
    reform_into_halves(districts, REFORM)
    return districts


def indicator(connection: Connection, key: str) -> Indicator:
    return evaluation.find(evaluation.indicators(connection), key)


def split(connection: Connection, key: str, period: str, level: str = "district") -> dict[str, Decimal]:
    """The parts that are not zero, which add up to the total."""
    chosen, when = indicator(connection, key), parse_period(period)
    parts = evaluation.by_district(connection, chosen, when, level=level)
    total = evaluation.totals(connection, [(chosen, when)])[key, period] or 0
    assert sum(part.amount or 0 for part in parts) == total
    records = evaluation.rows(connection, chosen, when, by_part=True, level=level)
    assert sum(row.amount for row in records) == total
    found: dict[str, Decimal] = {}
    for row in records:
        found[row.district] = found.get(row.district, Decimal(0)) + row.amount
    shown = {part.part: part.amount for part in parts if part.amount}
    assert {part: amount for part, amount in found.items() if amount} == shown
    return shown


def test_a_period_is_split_by_the_parts_at_its_end(city: Connection) -> None:
    """Also one in which the reform lies, and with keys that other parts have now."""
    for day in ("2023-08-01", "2024-02-01", "2024-05-01", "2024-08-01"):
        sale(city, plot=plot(city, 405000, 5702000, offered_on="2023-01-01"), area_m2=100, agreed_on=day)
    assert split(city, "public_land_m2", "2023-H2") == {"Ost": 100}
    assert split(city, "public_land_m2", "2024-Q1") == {"Ost": 100}
    assert split(city, "public_land_m2", "2024-H1") == {"Süd": 200}
    assert split(city, "public_land_m2", "2024-H2") == {"Süd": 100}
    assert split(city, "public_land_m2", "2024") == {"Süd": 300}


def test_a_line_has_its_length_in_each_former_part(city: Connection) -> None:
    """What lies outside the city does not count, before as after."""
    given = {"programme": one(city, "select id from flurwerk.programmes"), "laid_on": "2023-08-01"}
    insert(city, "trenches", geom=line((389000, 5702000), (400500, 5702000), (400500, 5706000)), **given)
    insert(city, "trenches", geom=line((389000, 5702000), (389500, 5702000)), **given)
    insert(city, "trenches", geom=line((400000, 5701000), (400000, 5702000)), **given)
    assert split(city, "trench_laid_km", "2023-H2") == {"West": 11, "Ost": Decimal("4.5")}
    assert split(city, "trench_laid_km", "2024-H2") == {"Süd": Decimal("14.5"), "Nord": 1}


def test_points_outside_and_records_without_a_place_stay_what_they_are(city: Connection) -> None:
    hall = insert(city, "properties", name="Halle", geom="POINT(389500 5702000)")
    insert(city, "brokerages", property=hall, kind="lease", agreed_on="2023-08-01")
    sale(city, area_m2=7)
    assert split(city, "properties_brokered", "2023-H2") == {"outside": 1}
    assert split(city, "public_land_m2", "2023-H2") == {"unlocated": 7}


def test_take_ups_that_name_a_former_district_are_in_it_before_and_in_none_after(city: Connection) -> None:
    """A district of the same outline is the same one by another name."""
    insert(city, "office_takeups", kind="lease", area_m2=500, district="West", agreed_on="2023-08-01")
    insert(city, "office_takeups", kind="lease", area_m2=70, district="West", agreed_on="2024-08-01")
    assert split(city, "office_takeup_m2", "2023-H2") == {"West": 500}
    assert split(city, "office_takeup_m2", "2024-H2") == {"unlocated": 70}
    insert(
        city, "former_districts", key="2", name="Norden", kind="district", geom=NORTH,
        valid_from="2024-01-01", valid_until="2024-02-01",
    )  # fmt: skip
    insert(city, "office_takeups", kind="lease", area_m2=9, district="Norden", agreed_on="2024-08-01")
    assert split(city, "office_takeup_m2", "2024-H2") == {"unlocated": 70, "Nord": 9}


def test_every_figure_is_split_by_a_lower_level(districts: Connection) -> None:
    """A gap between the parts of the level is outside of them; who names only a district is in none of them."""
    programme = insert(districts, "programmes", name="P", funding="funded")
    for number, x in enumerate((390000, 395000, 400000)):
        insert(
            districts, "districts", key=f"s{number}", name=f"S{number}", kind=LEVEL, parent_key="01",
            geom=f"MULTIPOLYGON((({x} 5700000, {x + 5000} 5700000, {x + 5000} 5710000, {x} 5710000, {x} 5700000)))",
        )  # fmt: skip
    given = {"programme": programme, "laid_on": "2023-08-01"}
    insert(districts, "trenches", geom=line((393000, 5702000), (407000, 5702000)), **given)
    insert(districts, "connections", programme=programme, connected_on="2023-08-01", geom="POINT(395000 5702000)")
    sale(districts, area_m2=10, geom=square(394990, 5702000, 100))
    insert(districts, "office_takeups", kind="lease", area_m2=5, district="West", agreed_on="2023-08-01")
    assert split(districts, "trench_laid_km", "2023-H2", LEVEL) == {"S0": 2, "S1": 5, "S2": 5, "outside": 2}
    assert split(districts, "funded_connections", "2023-H2", LEVEL) == {"S0": 1}
    assert split(districts, "public_land_m2", "2023-H2", LEVEL) == {"S1": 10}
    assert split(districts, "office_takeup_m2", "2023-H2", LEVEL) == {"unlocated": 5}


def test_shares_of_a_line_add_up_to_the_last_digit(districts: Connection) -> None:
    """Lengths that no decimal number holds, in thirds."""
    for number in range(3):
        x = 390000 + 10000 * number / 3
        ring = f"{x} 5700000, {x + 10000 / 3} 5700000, {x + 10000 / 3} 5710000, {x} 5710000, {x} 5700000"
        insert(
            districts, "districts", key=f"s{number}", name=f"S{number}", kind=LEVEL, geom=f"MULTIPOLYGON((({ring})))"
        )
    programme = insert(districts, "programmes", name="P", funding="funded")
    insert(
        districts, "trenches", programme=programme, laid_on="2023-08-01",
        geom=line((390000.123, 5700001.7), (399999.9, 5709998.3)),
    )  # fmt: skip
    found = split(districts, "trench_laid_km", "2023-H2", LEVEL)
    assert sorted(found) == ["S0", "S1", "S2"]


def test_the_sample_citys_figures_are_split_by_statistical_districts(sample: Connection) -> None:
    for each in evaluation.indicators(sample):
        found = split(sample, each.key, "2023-H2", LEVEL)
        assert "outside" not in found or "outside" in split(sample, each.key, "2023-H2")


def test_a_split_by_former_parts_is_that_from_before_the_reform(sample: Connection) -> None:
    """The same to the last digit, whether the parts are those stored or worked out."""
    keys = [each.key for each in evaluation.indicators(sample)]
    before = {key: split(sample, key, "2023-H2") for key in keys}
    sample.execute(
        """
        insert into flurwerk.former_districts (key, name, kind, parent_key, geom, valid_until)
        select key, name, kind, parent_key, geom, '2024-01-01' from flurwerk.districts where kind = 'district'
        """
    )
    sample.execute("update flurwerk.districts set valid_from = '2024-01-01' where kind = 'district'")
    assert evaluation.reforms(sample).parts(BEFORE).day is not None
    assert {key: split(sample, key, "2023-H2") for key in keys} == before
