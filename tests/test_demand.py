"""The demand for land in hand-calculated cases: the open inquiries, the plots that fit them, and the totals."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner

from api.cli import main
from geo.land.demand import DIMENSIONS, SIZE_CLASSES, Demand, DemandRow, demand, size_class
from geo.land.supply import UnknownDimension
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.records import Connection, insert, one, plot, sale, two_districts, update
from tests.test_api.helpers import Api, api

EAST = 405000
URL = "/api/demand"
DAY = "2020-01-01"


def insert_inquiry(city: Connection, **values: object) -> int:
    """Insert an open inquiry for a plot and return its id."""
    return insert(city, "inquiries", **({"kind": "plot", "received_on": DAY} | values))


def insert_offer(city: Connection, **values: Any) -> int:
    """Insert a plot on offer, by default of 1 ha in West, and return its id."""
    return plot(city, **({"offered_on": DAY, "official_area_m2": 10_000} | values))


def fitting_plots(city: Connection, inquiry: int) -> set[int]:
    """Return the plots that fit an inquiry."""
    return {found for (found,) in city.execute("select plot from wanted_plots where inquiry = %s", [inquiry])}


@pytest.fixture
def city(districts: Connection) -> Connection:
    """Two districts without records."""
    return districts


@pytest.mark.parametrize(
    ("wanted", "land", "is_fitting"),
    [
        ({}, {}, True),
        ({"min_m2": 10_000}, {}, True),
        ({"min_m2": 10_001}, {}, False),
        ({"max_m2": 10_000}, {}, True),
        ({"max_m2": 9_999}, {}, False),
        ({"max_m2": 9_999}, {"divisible": True}, True),
        ({"max_m2": 9_999}, {"divisible": False}, False),
        ({"min_m2": 2_000, "max_m2": 3_000}, {"divisible": True, "min_lot_m2": 3_000}, True),
        ({"min_m2": 2_000, "max_m2": 2_999}, {"divisible": True, "min_lot_m2": 3_000}, False),
        ({"min_m2": 10_001}, {"divisible": True}, False),
        ({"divisible": True}, {"divisible": True}, True),
        ({"divisible": True}, {}, False),
        ({"divisible": False}, {}, True),
        ({"zoning": "GE"}, {"zoning": "GE"}, True),
        ({"zoning": "GE"}, {"zoning": "G"}, True),
        ({"zoning": "GE"}, {"zoning": "GI"}, False),
        ({"zoning": "GI"}, {"zoning": "GE"}, False),
        ({"zoning": "GEe"}, {"zoning": "GE"}, True),
        ({"zoning": "GE"}, {}, False),
        ({}, {"zoning": "SO"}, True),
        ({"districts": ["West"]}, {}, True),
        ({"districts": ["Ost", "West"]}, {}, True),
        ({"districts": ["Ost"]}, {}, False),
        ({"districts": ["Wets"]}, {}, False),
        ({"kind": "either"}, {}, True),
        ({"kind": "property"}, {}, False),
        ({"closed_on": DAY}, {}, False),
        ({}, {"offered_on": None}, False),
        ({}, {"withdrawn_on": DAY}, False),
    ],
)
def test_a_plot_fits_if_its_size_zoning_and_district_do(
    city: Connection, wanted: dict[str, Any], land: dict[str, Any], is_fitting: bool
) -> None:
    found = insert_offer(city, **land)
    assert fitting_plots(city, insert_inquiry(city, **wanted)) == ({found} if is_fitting else set())


def test_a_plots_remaining_area_determines_whether_it_fits(city: Connection) -> None:
    land, inquiry = insert_offer(city), insert_inquiry(city, min_m2=8_000)
    sale(city, plot=land, area_m2=2_000)
    assert fitting_plots(city, inquiry) == {land}
    sale(city, plot=land, area_m2=1)
    assert fitting_plots(city, inquiry) == set()


def test_a_duplicate_inquiry_does_not_count(city: Connection) -> None:
    insert_offer(city)
    original = insert_inquiry(city)
    assert fitting_plots(city, insert_inquiry(city, duplicate_of=original)) == set()
    assert demand(city).total.inquiries == {original}


def test_every_zoning_admits_itself(city: Connection) -> None:
    wanted = {code for (code,) in city.execute("select wanted from admitted_zonings where wanted = zoning")}
    (check,) = city.execute(
        "select pg_get_constraintdef(oid) from pg_constraint where conname = 'inquiries_zoning_check'"
    ).fetchone() or ("",)
    assert {code for code in wanted if f"'{code}'" in check} == wanted
    assert check.count("'::text") == len(wanted)


def fill(city: Connection) -> None:
    """Insert plots a (1 ha GE, West), b (0.5 ha GI, Ost), c (3 ha GE, Ost, divisible from 2,000 m²) and inquiries.

    | inquiry | m²            | zoning | districts | fits    |
    |---------|---------------|--------|-----------|---------|
    | 1       | 4,000–6,000   | –      | –         | b, c    |
    | 2       | 8,000–12,000  | GE     | West, Ost | a, c    |
    | 3       | 8,000–12,000  | GI     | West      | –       |
    | 4       | up to 1,000   | –      | –         | –       |
    | 5       | –             | –      | Ost       | b, c    |
    """
    two_districts(city)
    insert_offer(city, source_id="a", zoning="GE")
    insert_offer(city, source_id="b", x=EAST, zoning="GI", official_area_m2=5_000)
    insert_offer(
        city, source_id="c", x=EAST + 1000, zoning="GE", official_area_m2=30_000, divisible=True, min_lot_m2=2_000
    )
    insert_inquiry(city, source_id="1", min_m2=4_000, max_m2=6_000)
    insert_inquiry(city, source_id="2", min_m2=8_000, max_m2=12_000, zoning="GE", districts=["West", "Ost"])
    insert_inquiry(city, source_id="3", min_m2=8_000, max_m2=12_000, zoning="GI", districts=["West"])
    insert_inquiry(city, source_id="4", max_m2=1_000)
    insert_inquiry(city, source_id="5", districts=["Ost"], kind="either")


def summary(city: Connection, row: DemandRow) -> tuple[Any, ...]:
    """Return a row with its records by name: inquiries, m² from and to, plots, m² left, unmet."""
    names: dict[tuple[str, int], str] = {
        (layer, record): name
        for layer in ("plots", "inquiries")
        for record, name in city.execute(f"select id, source_id from flurwerk.{layer}".encode())
    }
    inquiries, unmet = ("".join(sorted(names["inquiries", i] for i in ids)) for ids in (row.inquiries, row.unmet))
    plots = "".join(sorted(names["plots", i] for i in row.plots))
    return inquiries, row.smallest_m2, row.largest_m2, plots, row.left_m2, unmet


def rows(city: Connection, found: Demand) -> dict[tuple[str | None, ...], tuple[Any, ...]]:
    return {tuple(row.part.values()): summary(city, row) for row in found.rows}


def test_the_total_counts_every_inquiry_and_every_plot_once(connection: Connection) -> None:
    fill(connection)
    total = summary(connection, demand(connection).total)
    assert total == ("12345", 4000 + 8000 + 8000 + 1000, 6000 + 12000 + 12000 + 1000, "abc", 45_000, "34")


def test_by_size_class_of_the_smallest_area_of_use(connection: Connection) -> None:
    fill(connection)
    assert rows(connection, demand(connection, "size_class")) == {
        ("xs",): ("4", 1000, 1000, "", 0, "4"),
        ("s",): ("1", 4000, 6000, "bc", 35_000, ""),
        ("m",): ("23", 16_000, 24_000, "ac", 40_000, "3"),
        (None,): ("5", 0, 0, "bc", 35_000, ""),
    }


def test_by_district_an_inquiry_counts_in_each_with_the_plots_there(connection: Connection) -> None:
    fill(connection)
    assert rows(connection, demand(connection, "district")) == {
        ("Ost",): ("25", 8000, 12_000, "bc", 35_000, ""),
        ("West",): ("23", 16_000, 24_000, "a", 10_000, "3"),
        (None,): ("14", 5000, 7000, "bc", 35_000, "4"),
    }


def test_by_several_dimensions_in_the_order_of_the_code_lists(connection: Connection) -> None:
    fill(connection)
    found = demand(connection, ["zoning", "district"])
    assert list(rows(connection, found)) == [("GE", "Ost"), ("GE", "West"), ("GI", "West"), (None, "Ost"), (None, None)]
    assert found.label("zoning", None) == "beliebig"
    assert found.label("size_class", "l", "en") == "1 to under 3 ha"


def test_size_classes_leave_no_gap() -> None:
    bounds = [(found.least_m2, found.end_m2) for found in SIZE_CLASSES.values()]
    assert [end for _, end in bounds] == [*(least for least, _ in bounds[1:]), None]
    assert [size_class(Decimal(area)) for area in ("0.01", "1999.99", "2000", "30000")] == ["xs", "xs", "s", "xl"]
    assert size_class(None) is None


@pytest.mark.parametrize("names", ["size", "zoning,zoning", "id) from plots; --"])
def test_an_unknown_or_repeated_dimension_is_refused(connection: Connection, names: str) -> None:
    with pytest.raises(UnknownDimension, match=r"Known: size_class, zoning, district|named twice"):
        demand(connection, names)


def test_an_empty_database_has_no_demand(connection: Connection) -> None:
    assert demand(connection, "zoning").rows == ()
    assert demand(connection).total.inquiries == frozenset()


def test_an_empty_list_of_wanted_districts_is_refused(city: Connection) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="inquiries_districts_not_empty"):
        insert_inquiry(city, districts=[])


def test_the_past_is_computed_from_what_was_recorded_then(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url), autocommit=True) as city:
        fill(city)
        instant = one(city, "select clock_timestamp()")
        update(city, "inquiries", one(city, "select id from inquiries where source_id = '1'"), closed_on=DAY)
        update(city, "plots", one(city, "select id from plots where source_id = 'c'"), withdrawn_on=DAY)
        now, then = demand(city), demand(city, as_of=instant)
        assert (summary(city, now.total)[0], summary(city, then.total)[0]) == ("2345", "12345")
        assert (summary(city, now.total)[3], summary(city, then.total)[3]) == ("ab", "abc")


@pytest.fixture(scope="module")
def internal(sample_url: str) -> Iterator[Api]:
    """The sample city as insiders see it."""
    with api(load_settings(database_url=sample_url, anonymous_audience="internal")) as client:
        yield client


@pytest.mark.parametrize("by", ["", "size_class", "zoning", "district", "size_class,zoning,district"])
def test_every_figure_matches_the_features_at_its_link(internal: Api, by: str) -> None:
    found = internal.json(URL, by=by)
    assert found["total"]["inquiries"] > 10
    assert 0 < found["total"]["unmet"] < found["total"]["inquiries"]
    for row in (*found["rows"], found["total"]):
        for name in ("inquiries", "plots", "plots_ha", "unmet"):
            href = row["items"].get(name)
            assert (href is not None) == (row[name] > 0), (name, row)
            if href and name != "plots_ha":
                page = internal.json(f"{href}&limit=10000&properties={AREAS[name]}")
                assert page["numberMatched"] == row[name], href
                check_areas(row, name, [feature["properties"] for feature in page["features"]])


AREAS = {"inquiries": "min_m2,max_m2", "plots": "remaining_m2", "unmet": "min_m2"}


def check_areas(row: dict[str, Any], name: str, found: list[dict[str, Any]]) -> None:
    if name == "plots":
        assert sum(Decimal(str(one["remaining_m2"])) for one in found) == round(
            Decimal(str(row["plots_ha"])) * 10_000, 2
        )
    if name == "inquiries":
        for column, other, figure in (("min_m2", "max_m2", "smallest_ha"), ("max_m2", "min_m2", "largest_ha")):
            wanted = sum(Decimal(str(one[column] or one[other] or 0)) for one in found)
            assert wanted == round(Decimal(str(row[figure])) * 10_000, 2)


def test_as_of_an_instant_the_links_lead_to_what_was_recorded_then(internal: Api) -> None:
    found = internal.json(URL, as_of=internal.json(URL)["day"])["total"]
    assert "as_of=" in found["items"]["plots"]
    assert internal.json(f"{found['items']['inquiries']}&limit=1")["numberMatched"] == found["inquiries"] > 0


def test_the_demand_is_internal(sample_url: str) -> None:
    with api(load_settings(database_url=sample_url)) as public:
        found = public.problem(403, URL)
    assert found["type"] == "urn:flurwerk:problem:records-not-public"


@pytest.mark.parametrize(
    ("parameter", "value"), [("by", "size"), ("by", "zoning,zoning"), ("as_of", "2999-01-01"), ("horizon", "short")]
)
def test_a_bad_value_is_a_problem_that_names_the_parameter(internal: Api, parameter: str, value: str) -> None:
    found = internal.problem(400, URL, **{parameter: value})
    assert [error["parameter"] for error in found["errors"]] == [parameter]


def test_the_command_prints_the_table_and_the_records(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as city:
        fill(city)
    assert command(database_url, "--by", "district").splitlines()[-1].strip().startswith("Ein Gesuch für mehrere")
    assert "Summe" in command(database_url)
    assert "Total" in command(database_url, "--lang", "en", "--by", "size_class,zoning")
    as_csv = command(database_url, "--by", "size_class", "--format", "csv").splitlines()
    assert as_csv[0] == "row,size_class,inquiries,smallest_ha,largest_ha,plots,plots_ha,unmet"
    assert as_csv[-1] == "total,,5,2.1,3.1,3,4.5,2"
    (total,) = json.loads(command(database_url, "--format", "json", "--links", "https://x.example"))
    assert total["items"]["unmet"].startswith("https://x.example/api/collections/inquiries/items?filter=id%20IN%20")
    with psycopg.connect(conninfo(database_url)) as city:
        city.execute("delete from flurwerk.inquiries")
    assert command(database_url) == "Kein Unternehmen sucht eine Fläche.\n"


def command(url: str, *arguments: str) -> str:
    """Run the command and return its output."""
    result = CliRunner().invoke(main, ["demand", *arguments], env={"FLURWERK_DATABASE_URL": url, "COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_dimensions_are_size_class_zoning_and_district() -> None:
    assert list(DIMENSIONS) == ["size_class", "zoning", "district"]
