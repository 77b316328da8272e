"""The supply of land as printed by the command and returned by the API."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result

from api.cli import main
from geo.periods import CITY_TIME
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.conftest import filled_database
from tests.records import Connection, insert, one
from tests.test_api.helpers import Api, api
from tests.test_supply import fill

URL = "/api/land-supply"


@pytest.fixture(scope="module")
def city_url(server_url: str, template: str) -> Iterator[str]:
    """A database with the city of tests.test_supply and a measure, for reading only."""

    def fill_more(connection: Connection) -> None:
        fill(connection)
        insert(connection, "measures", name="M", kind="develop", horizon="short", started_on="2020-01-01")

    with filled_database(server_url, template, "supply_city", fill_more) as url:
        yield url


@pytest.fixture(scope="module")
def public(city_url: str) -> Iterator[Api]:
    """The service as the public sees it."""
    with api(load_settings(database_url=city_url)) as client:
        yield client


@pytest.fixture(scope="module")
def internal(city_url: str) -> Iterator[Api]:
    """The service as insiders see it."""
    with api(load_settings(database_url=city_url, anonymous_audience="internal")) as client:
        yield client


def command(url: str, *arguments: str, exit_code: int = 0) -> Result:
    result = CliRunner(env={"FLURWERK_DATABASE_URL": url}).invoke(main, ["supply", *arguments])
    assert result.exit_code == exit_code, result.output
    return result


def cells(output: str, first: str) -> list[list[str]]:
    """Return the cells of each table row whose first cell has this text."""
    lines = [line.strip("│\n").split("│") for line in output.splitlines() if line.startswith("│")]
    found = [[cell.strip() for cell in line] for line in lines]
    return [line for line in found if line[0] == first]


def test_the_table_has_german_numbers_and_words(city_url: str) -> None:
    out = command(city_url, "--by", "horizon").stdout
    totals = cells(out, "Summe")
    assert totals[0] == ["Summe", "5", "4,2", "3,1", "1,6", "1,0", "0,5", "1,5", "1,1", "115,00", "20,0"]
    # The yearly take-up is 0.6, 0.9 ÷ 3 and 1.8 ÷ 5 hectares; the ranges are those of 3.1 hectares.
    assert totals[1] == ["Summe", "0,6", "0,3", "0,4", "5,2", "10,3", "8,6"]
    assert totals[2] == ["Summe", "0,1", "0,4", "0,5", "30,0", "8,1", "8,1"]
    assert totals[3] == ["Summe", "0", "1", "0"]
    assert cells(out, "ohne Angabe")[1] == ["ohne Angabe", "0,0", "0,0", "0,0", *["kein Umsatz"] * 3]
    assert "Flächenangebot am" in out


def test_the_table_is_in_english_on_request(city_url: str) -> None:
    out = command(city_url, "--by", "ownership,district", "--lang", "en").stdout
    assert "Supply of land on" in out
    assert cells(out, "Total")[0][:4] == ["Total", "", "5", "4.2"]
    assert "no take-up" in out


def test_an_empty_supply_is_stated_in_words(city_url: str) -> None:
    lines = command(city_url, "--as-of", "2020-01-01").stdout.splitlines()
    assert lines == [
        "Kein Grundstück im Angebot, kein Umsatz und kein Ankauf in den letzten fünf Jahren.",
        "Keine Maßnahmen erfasst.",
    ]


def test_the_end_of_a_day_belongs_to_that_day(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        fill(connection)
        today = one(connection, "select today()")
    assert f"am {today:%d.%m.%Y} (ha)" in command(database_url, "--as-of", f"{today}").stdout


def test_csv_and_json_have_the_same_columns_and_exact_hectares(city_url: str) -> None:
    as_csv = list(csv.DictReader(io.StringIO(command(city_url, "--by", "district,zoning", "--format", "csv").stdout)))
    as_json: list[dict[str, Any]] = json.loads(command(city_url, "--by", "district,zoning", "--format", "json").stdout)
    assert list(as_csv[0]) == list(as_json[0])
    assert [*as_csv[0]][:6] == ["row", "district", "zoning", "plots", "offered_ha", "left_ha"]
    assert [(line["row"], line["district"], line["zoning"]) for line in as_csv] == [
        ("part", "West", "GE"),
        ("part", "West", "GI"),
        ("part", "West", "SO"),
        ("part", "Ost", "GE"),
        ("part", "Ost", ""),
        ("part", "unlocated", ""),
        ("total", "", ""),
    ]
    assert as_json[-1]["left_ha"] == 3.1
    assert as_csv[-1]["left_ha"] == "3.1"
    assert (as_csv[-1]["range_years_1y"], as_csv[-1]["range_note_1y"]) == ("5.17", "")
    assert (as_csv[4]["range_years_1y"], as_csv[4]["range_note_1y"]) == ("", "kein Umsatz")


def test_the_measures_are_printed_separately_on_request(city_url: str) -> None:
    out = command(city_url, "--measures", "--format", "csv").stdout
    assert out.splitlines()[0] == "horizon,status,measures"
    assert "short,started,1" in out
    assert "Flächenangebot" not in command(city_url, "--measures").stdout


def test_a_wrong_dimension_is_wrong_usage(city_url: str) -> None:
    error = command(city_url, "--by", "horizon,status", exit_code=2).stderr
    assert "“status” is not a dimension. Known: horizon, zoning, district, ownership." in error


def test_the_service_returns_everything_to_insiders(internal: Api) -> None:
    response = internal.get(URL, by="horizon,district", lang="en")
    assert response.headers["cache-control"] == "private, no-store"
    found = response.json()
    assert found["by"] == ["horizon", "district"]
    assert found["rows"][0]["part"] == {
        "horizon": {"code": "immediate", "label": "at once"},
        "district": {"code": "01", "label": "West"},
    }
    assert {name: value for name, value in found["total"].items() if name not in {"windows", "items"}} == {
        "part": {},
        "plots": 5,
        "offered_ha": 4.2,
        "left_ha": 3.1,
        "unrestricted_ha": 1.6,
        "minor_ha": 1,
        "serious_ha": 0.5,
        "divisible_ha": 1.5,
        "brownfield_ha": 1.1,
        "asking_price_eur_m2": 115,
        "asking_markup_percent": 20,
    }
    window = found["total"]["windows"][0]
    assert {name: value for name, value in window.items() if name != "items"} == {
        "years": 1,
        "takeup_ha": 0.6,
        "takeup_ha_per_year": 0.6,
        "range_years": 5.17,
        "range_note": None,
        "bought_ha": 0.1,
        "bought_markup_percent": 30,
    }
    notes = {window["range_note"] for row in found["rows"] for window in row["windows"]}
    assert notes == {None, "no take-up"}
    assert ("short", "started", 1) in [(one["horizon"], one["status"], one["measures"]) for one in found["measures"]]
    assert found["withheld"] == []


def test_the_service_returns_only_public_figures_to_the_public(public: Api) -> None:
    response = public.get(URL, by="ownership")
    assert response.headers["cache-control"] == "public, max-age=60"
    found = response.json()
    assert found["measures"] is None
    assert found["withheld"] == ["measures", "windows.bought_markup_percent"]
    assert {window["bought_markup_percent"] for row in found["rows"] for window in row["windows"]} == {None}
    assert found["total"]["asking_markup_percent"] == 20
    by_zoning = public.json(URL, by="zoning")
    assert {row["windows"] is None for row in by_zoning["rows"]} == {True}
    assert "SO" not in {row["part"]["zoning"]["code"] for row in by_zoning["rows"]}
    assert by_zoning["total"]["windows"] == found["total"]["windows"]
    assert "rows.windows" in by_zoning["withheld"]


def test_a_request_for_the_past_does_not_affect_the_next_request(internal: Api) -> None:
    now = internal.json(URL)
    for as_of in ("2020-01-15", "2020-01-15T12:00", "2020-01-15T12:00:00Z"):
        then = internal.json(URL, as_of=as_of, by="horizon")
        assert (then["total"]["plots"], then["rows"]) == (0, [])
        assert then["day"] == "2020-01-15"
    assert internal.json(URL) == now


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("by", "size"),
        ("by", "horizon,horizon"),
        ("by", "id) from plots; drop table plots; --"),
        ("as_of", "yesterday"),
        ("as_of", ""),
        ("as_of", "9999-12-31"),
        ("as_of", "2999-01-01"),
        ("as_of", "0001-01-01T00:00:00+14:00"),
        ("on", "2024"),
        ("on", ""),
        ("on", "20240630"),
        ("on", "2999-01-01"),
        ("on", "0001-01-01"),
        ("lang", "fr"),
    ],
)
def test_a_bad_value_is_a_problem_that_names_the_parameter(internal: Api, parameter: str, value: str) -> None:
    found = internal.problem(400, URL, **{parameter: value})
    assert [error["parameter"] for error in found["errors"]] == [parameter]


def test_the_error_for_an_unknown_dimension_names_the_known_ones(public: Api) -> None:
    assert "Known: horizon, zoning, district, ownership." in public.problem(400, URL, by="size")["detail"]


def test_the_command_reckons_on_a_day_and_names_the_features_behind_each_figure(city_url: str) -> None:
    yesterday = (datetime.now(CITY_TIME) - timedelta(days=1)).date()
    out = command(city_url, "--format", "json", "--on", f"{yesterday}", "--links", "https://flurwerk.example/").stdout
    (total,) = json.loads(out)
    assert total["takeup_ha_1y"] == 0.3
    plots = "https://flurwerk.example/api/collections/plots/items?on_offer=true"
    assert total["items"]["left_ha"] == plots
    assert total["items"]["serious_ha"] == f"{plots}&restriction=serious"
    assert str(yesterday) in total["items"]["takeup_ha_5y"]
    counts = json.loads(command(city_url, "--format", "json", "--measures", "--links", "https://x.example").stdout)
    assert all(count["items"]["measures"].startswith("https://x.example/api/collections/measures/") for count in counts)
    assert "--links needs --format json" in command(city_url, "--links", "https://x.example", exit_code=2).stderr
    assert "is in the future" in command(city_url, "--on", "2999-01-01", exit_code=2).stderr
