"""A county's municipalities: each has its own figures and targets, which add up to the county's."""

import json
from collections.abc import Iterator
from decimal import Decimal

import pytest
from click.testing import CliRunner

from api.cli import main
from geo.figures.kpis import evaluation
from geo.figures.kpis.figures import compute
from geo.periods import parse_period
from geo.settings import load_settings
from tests.conftest import filled_database
from tests.records import Connection, insert, line, plot, sale, two_districts
from tests.test_api.helpers import Api, api
from tests.test_parts.halves import reform_into_halves

H2 = parse_period("2023-H2")
WEST, EAST = "05958004", "05958008"


def fill(county: Connection) -> None:
    """Two municipalities with their official keys, and records of every kind in and between them."""
    two_districts(county)
    for key, ags in (("01", WEST), ("02", EAST)):
        county.execute("update flurwerk.districts set key = %s where key = %s", [ags, key])
    programme = insert(county, "programmes", name="P", funding="funded")
    given = {"programme": programme, "laid_on": "2023-08-01"}
    insert(county, "trenches", geom=line((399000, 5705000), (403000, 5705000)), **given)
    insert(county, "trenches", geom=line((391000, 5705000), (392000, 5705000)), **given)
    for _ in range(4):
        insert(county, "connections", programme=programme, connected_on="2023-08-01", geom="POINT(395000 5702000)")
    sale(county, plot=plot(county, 405000, 5702000, offered_on="2023-01-01"), area_m2=100)
    sale(county, area_m2=7)
    insert(county, "targets", kpi="public_land_m2", period="2023-H2", value=900)
    insert(county, "targets", kpi="public_land_m2", period="2023-H2", value=500, part=EAST)
    insert(county, "remarks", kpi="public_land_m2", period="2023-H2", text="Kreis")


@pytest.fixture(scope="module")
def county_url(server_url: str, template: str) -> Iterator[str]:
    """A database with that county, for reading only."""
    with filled_database(server_url, template, "county", fill) as url:
        yield url


@pytest.fixture
def county(districts: Connection) -> Connection:
    """The county, for a test to change."""
    districts.execute("delete from flurwerk.districts")
    fill(districts)
    return districts


def figures(connection: Connection, part: str | None) -> dict[str, tuple[Decimal | None, Decimal | None]]:
    return {one.indicator.key: (one.target, one.actual) for one in compute(connection, [H2], part=part)}


def test_the_figures_of_all_parts_are_those_of_the_split(county: Connection) -> None:
    for indicator in evaluation.indicators(county):
        split = dict(evaluation.by_district(county, indicator, H2))
        for key, name in ((WEST, "West"), (EAST, "Ost")):
            assert figures(county, key)[indicator.key][1] == split[name]
    assert figures(county, EAST)["trench_laid_km"] == (None, 3)
    assert figures(county, WEST)["funded_connections"] == (None, 4)


def test_a_part_has_its_own_targets_and_the_whole_keeps_its(county: Connection) -> None:
    assert figures(county, None)["public_land_m2"] == (900, 107)
    assert figures(county, EAST)["public_land_m2"] == (500, 100)
    assert figures(county, WEST)["public_land_m2"] == (None, 0)
    assert [one.remark for one in compute(county, [H2], part=EAST) if one.remark] == []


def test_a_second_target_of_the_same_part_or_of_the_whole_is_refused(county: Connection) -> None:
    for part in (None, EAST):
        with pytest.raises(Exception, match="targets_kpi_period"), county.transaction():
            insert(county, "targets", kpi="public_land_m2", period="2023-H2", value=1, part=part)


def test_a_part_before_a_reform_is_that_of_then(districts: Connection) -> None:
    sale(districts, plot=plot(districts, 405000, 5702000, offered_on="2023-01-01"), area_m2=100)
    reform_into_halves(districts, "2024-04-01")
    assert figures(districts, "02")["public_land_m2"][1] == 100
    assert evaluation.find_part(districts, H2, "02") == "Ost"
    assert evaluation.find_part(districts, parse_period("2024-H2"), "02") == "Nord"


def test_a_trend_over_two_reforms_has_the_part_as_it_was_at_each_end(districts: Connection) -> None:
    """One statement asks for the parts of three days: in the east lie 100 m², in the north 30, in the south 107."""
    for x, y, area in ((405000, 5702000, 100), (405000, 5706000, 23), (395000, 5706000, 7)):
        for day in ("2022-08-01", "2023-08-01", "2024-08-01"):
            sale(districts, plot=plot(districts, x, y, offered_on="2020-01-01"), area_m2=area, agreed_on=day)
    reform_into_halves(districts, "2023-01-01")
    districts.execute(
        """
        insert into flurwerk.former_districts (key, name, kind, geom, valid_from, valid_until)
        select key, name, kind, geom, valid_from, '2024-01-01' from flurwerk.districts;
        update flurwerk.districts
        set valid_from = '2024-01-01', geom = st_translate(geom, 0, case key when '01' then 5000 else -5000 end)
        """
    )
    asked = [period for year in (2022, 2023, 2024) for period in [parse_period(f"{year}-H2")]]
    chosen = evaluation.find(evaluation.indicators(districts), "public_land_m2")
    found = evaluation.totals(districts, [(chosen, period) for period in asked], part="02")
    assert [found[chosen.key, period.name] for period in asked] == [123, 30, 100]


def test_records_without_a_place_are_not_0_of_a_part_of_earlier_days_either(districts: Connection) -> None:
    """Before a reform, 2022 has an inquiry without a place, 2023 one more in the east; in 2021 there is none."""
    insert(districts, "inquiries", kind="plot", received_on="2020-08-01")
    insert(districts, "inquiries", kind="plot", received_on="2022-08-01")
    insert(districts, "inquiries", kind="plot", received_on="2023-08-01")
    insert(districts, "inquiries", kind="plot", received_on="2023-08-01", geom="POINT(405000 5702000)")
    reform_into_halves(districts, "2024-04-01")
    years = [parse_period(year) for year in ("2021", "2022", "2023")]
    chosen = evaluation.find(evaluation.indicators(districts), "inquiries")
    found = [evaluation.totals(districts, [(chosen, year) for year in years], part=part) for part in ("01", "02")]
    assert [list(each.values()) for each in found] == [[0, None, 0], [0, None, 1]]


def test_the_api_gives_a_parts_figures_to_insiders_only(county_url: str) -> None:
    def asked(client: Api) -> dict[str, object]:
        found = client.json("/api/kpis", period="2023-H2", part=EAST)
        return {one["key"]: (one["target"], one["actual"]) for one in found}

    with api(load_settings(database_url=county_url, anonymous_audience="internal")) as internal:
        assert asked(internal)["public_land_m2"] == (500, 100)
        trend = internal.json("/api/kpis/trend", period="2023-H2", periods=2, part=EAST)
        laid = next(one for one in trend if one["key"] == "trench_laid_km")
        assert [point["actual"] for point in laid["points"]] == [None, 3]
        unknown = internal.get("/api/kpis", period="2023-H2", part="09")
        assert unknown.status_code == 404
        assert f"{WEST} (West), {EAST} (Ost)" in unknown.text
    with api(load_settings(database_url=county_url)) as public:
        assert public.get("/api/kpis", period="2023-H2", part=EAST).status_code == 403


def test_the_command_prints_a_parts_figures(county_url: str) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["kpi", "2023-H2", *arguments], env={"FLURWERK_DATABASE_URL": county_url})
        return result.exit_code, result.output

    _, found = run("--part", EAST, "--format", "json")
    assert {one["key"]: one["actual"] for one in json.loads(found)}["trench_laid_km"] == 3
    assert "Flurwerk · Ost · 2023-H2" in run("--part", EAST)[1]
    assert run("--part", EAST, "--by", "month")[0] == 2
    assert run("--part", "09")[0] != 0
