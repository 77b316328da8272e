"""Not recorded is not zero: a figure whose layer has no record by then says so, in every output."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import psycopg
import pytest
from playwright.sync_api import expect

from geo.access import Role
from geo.figures.kpis import evaluation, kpi_sql
from geo.figures.kpis.figures import compute
from geo.figures.kpis.land import PRIVATE_LAND_M2, PUBLIC_LAND_M2
from geo.figures.kpis.mobile import MOBILE_REQUESTS
from geo.figures.kpis.recorded import days_known
from geo.figures.releases.explaining import explain
from geo.figures.releases.verifying import verify
from geo.figures.report.content import content
from geo.figures.report.document import canonical, report_of
from geo.figures.report.model import Report
from geo.periods import parse_period
from geo.records.layers.layer import Audience
from geo.store.database import conninfo
from maps.figures.report import pages, tables, workbook
from maps.figures.report.content import Edition
from maps.figures.report.content import content as printed
from maps.folium_map import figures as box
from tests.browser import launched, wait_until
from tests.conftest import create_database, database, drop_database
from tests.records import Connection, insert, line, plot, sale
from tests.test_profile.conftest import SECOND, command
from tests.test_profile.service import Service, serving
from tests.test_releases.helpers import publish

H1, H2 = parse_period("2023-H1"), parse_period("2023-H2")
NOT_RECORDED = "nicht\N{NO-BREAK SPACE}erfasst"


def totals(connection: Connection, period: str = "2023-H2") -> dict[str, Decimal | None]:
    """All computed figures by key."""
    return {figure.indicator.key: figure.actual for figure in compute(connection, [parse_period(period)])}


def test_without_any_record_no_figure_is_zero(districts: Connection):
    """A city with nothing but districts has no figure, neither computed nor split, of any indicator."""
    insert(districts, "industrial_areas", source_id="west", name="West", major_project=True, geom=WEST)
    found = totals(districts)
    assert "settlements:west" in found
    assert set(found.values()) == {None}
    for indicator in evaluation.indicators(districts):
        assert {part.amount for part in evaluation.by_district(districts, indicator, H2)} == {None}
        assert {part.amount for part in evaluation.by_month(districts, indicator, H2)} <= {None}


def test_a_layer_with_records_of_which_none_counts_gives_zero(districts: Connection):
    """A private sale tells that deals are recorded: public land is 0 m², in total and in its parts."""
    sale(districts, sector="private", role="supporter", agreed_on="2023-08-01")
    found = totals(districts)
    assert (found["public_land_m2"], found["private_land_m2"]) == (0, 1000)
    assert found["inquiries"] is None
    assert {part.amount for part in evaluation.by_district(districts, PUBLIC_LAND_M2, H2)} == {0}
    assert len(evaluation.by_month(districts, PUBLIC_LAND_M2, H2)) == 6


@pytest.mark.parametrize(
    ("agreed_on", "expected"), [("2023-12-31", 0), ("2020-02-02", 0), ("2024-01-01", None), (None, 0)]
)
def test_records_up_to_the_end_of_the_period_tell(districts: Connection, agreed_on, expected):
    """A later record tells nothing of a period, an earlier one does, and so does one whose day nobody knows."""
    sale(districts, sector="private", role="supporter", agreed_on=agreed_on)
    assert totals(districts)["public_land_m2"] == expected


def test_a_stock_is_recorded_by_any_step_of_its_layer(districts: Connection):
    """A trench that is only planned tells that trenches are recorded: none of them is laid."""
    programme = insert(districts, "programmes", name="P", funding="funded")
    assert totals(districts)["trench_laid_km"] is None
    way = line((391000, 5705000), (392000, 5705000))
    insert(districts, "trenches", programme=programme, planned_on="2023-05-01", geom=way)
    found = totals(districts)
    assert (found["trench_planned_km"], found["trench_laid_km"]) == (1, 0)
    assert totals(districts, "2023-Q1")["trench_laid_km"] is None


WEST = "MULTIPOLYGON(((391000 5701000, 392000 5701000, 392000 5702000, 391000 5701000)))"


def test_members_of_a_family_are_recorded_with_their_layer(districts: Connection):
    """A settlement in one area tells that settlements are recorded: in the other there was none."""
    west = insert(districts, "industrial_areas", source_id="west", name="West", major_project=True, geom=WEST)
    insert(districts, "industrial_areas", source_id="ost", name="Ost", major_project=True, geom=WEST)
    insert(districts, "settlements", industrial_area=west, settled_on="2023-09-01")
    found = totals(districts)
    assert (found["settlements:west"], found["settlements:ost"]) == (1, 0)


def edition(connection: Connection) -> Edition:
    """The half-year's report with sales and nothing else."""
    sale(connection, sector="private", role="supporter", plot=plot(connection))
    return Edition(content(connection, H2), [], "Agentur", "de")


def test_every_document_says_so(districts: Connection):
    """Table, splits, sentences, CSV, JSON, workbook and page print that a figure is not recorded, and no 0 for it."""
    made = edition(districts)
    found = printed(made)
    rows = {row["key"]: row["cells"] for area in found["areas"] for each in area["products"] for row in each["rows"]}
    assert rows["inquiries"][-1] == NOT_RECORDED
    assert rows["public_land_m2"][-1] == "0\N{NO-BREAK SPACE}m²"
    split = {table["title"]: table for table in found["splits"]}
    for table in split.values():
        for at, column in enumerate(table["columns"]):
            cells = {row["cells"][at] for row in table["rows"]} | {table["totals"][at]}
            is_recorded = "Grundstück" in column
            assert (NOT_RECORDED in cells) is not is_recorded, column
    assert not [sentence for sentence in found["sentences"] if "Mobilfunk" in sentence]
    lines = {row["key"]: row for row in csv.DictReader(io.StringIO(tables.table(made).decode("utf-8-sig")))}
    assert (lines["inquiries"]["actual"], lines["inquiries"]["actual_rounded"]) == ("", "")
    assert (lines["inquiries"]["recorded"], lines["public_land_m2"]["recorded"]) == ("false", "true")
    assert lines["public_land_m2"]["actual"] == "0"
    document = json.loads(tables.document(made))
    cell = next(each for each in document["lines"] if each["key"] == "inquiries")["cells"][-1]
    assert (cell["exact"], cell["not_recorded"]) == (None, True)
    book = openpyxl.load_workbook(io.BytesIO(workbook.workbook(made)))
    shown = [[value for value in row if value is not None] for row in book.worksheets[0].iter_rows(values_only=True)]
    assert "nicht erfasst" in next(row for row in shown if any("Anfragen nach" in str(value) for value in row))
    assert NOT_RECORDED in pages.page(made).decode()
    assert report_of(canonical(made.report)).line("inquiries").cells[-1].not_recorded


def test_a_trend_has_a_gap_before_the_first_record(districts: Connection):
    """Half-years before a layer's first record have no figure, those after it have 0."""
    sale(districts, sector="private", role="supporter", agreed_on="2022-08-01")
    report = content(districts, H2)
    shown = {point.period: point.shown for point in report.trends["public_land_m2"]}
    assert shown == {
        **dict.fromkeys(["2021-H1", "2021-H2", "2022-H1"]),
        **dict.fromkeys(["2022-H2", "2023-H1", "2023-H2"], 0),
    }


def test_the_overview_map_says_so(districts: Connection):
    """The box on the overview map prints that a figure is not recorded, without a unit, and so do its districts."""
    sale(districts, sector="private", role="supporter")
    for audience in (Audience.PUBLIC, Audience.INTERNAL):
        lines = {each.key: each for each in box.lines(districts, H2, audience, "de")}
        assert (lines["inquiries"].actual, lines["inquiries"].sign) == ("nicht erfasst", "")
        assert {share.text for share in lines["inquiries"].shares} == {"nicht erfasst"}
        assert (lines["public_land_m2"].actual, lines["public_land_m2"].sign) == ("0", "m²")


@pytest.mark.parametrize(
    ("period", "today", "known"),
    [
        ("2023-02", date(2024, 1, 1), (date(2023, 7, 1), date(2023, 7, 1))),
        ("2023-Q3", date(2024, 1, 1), (date(2024, 1, 1), date(2024, 1, 1))),
        ("2023", date(2024, 1, 1), (date(2024, 1, 1), date(2024, 1, 1))),
        ("2023-08", date(2023, 12, 31), (date(2023, 7, 1), date(2024, 1, 1))),
        ("2023", date(2023, 12, 31), (date(2023, 7, 1), date(2024, 1, 1))),
    ],
)
def test_the_public_is_told_by_half_years(period, today, known):
    """When a layer's first record was made is told to the public only by the half-years that the agency publishes."""
    assert days_known(parse_period(period), Audience.PUBLIC, today) == known
    end = parse_period(period).end
    assert days_known(parse_period(period), Audience.INTERNAL, today) == (end, end)


def test_zero_of_a_month_does_not_tell_the_public_the_month_of_a_hidden_record(districts: Connection):
    """One request in May: no month of the half-year tells the public whether it was before or after."""
    insert(districts, "mobile_requests", received_on="2023-05-10", geom="POINT(395000 5705000)")
    months = [parse_period(f"2023-{month:02}") for month in (1, 4, 6)]
    requested = [(MOBILE_REQUESTS, month) for month in months]
    for audience, expected in ((Audience.PUBLIC, [0, 0, 0]), (Audience.INTERNAL, [None, None, 0])):
        query = kpi_sql.totals(requested, lambda _, chosen=audience: chosen)
        found = {period: total for _, period, total in districts.execute(*query).fetchall()}
        assert [found[month.name] for month in months] == expected
    public = kpi_sql.totals([(MOBILE_REQUESTS, parse_period("2022-12"))], lambda _: Audience.PUBLIC)
    assert districts.execute(*public).fetchall()[0][2] is None


def test_a_release_keeps_it_and_the_difference_to_zero_is_told(districts_url: str):
    """A published “not recorded” is verified, and the first record that does not count is a difference to 0."""
    with psycopg.connect(conninfo(districts_url)) as connection:
        publish(connection, H2)
        verdict = verify(connection, "2023-H2")
        assert verdict.holds, verdict.discrepancies
        connection.commit()
        sale(connection, sector="private", role="supporter")
        connection.commit()
        told = {each.indicator.key: each for each in explain(connection, H2).differences}
        assert set(told) == {"public_land_m2", "private_land_m2", "public_land_plots"}
        public = told["public_land_m2"]
        assert (public.before, public.after, public.records, public.not_recorded) == (None, 0, (), (True, False))
        assert told["private_land_m2"].difference == 1000
        connection.commit()
        assert verify(connection, "2023-H2").holds
        connection.commit()
        publish(connection, parse_period("2024-H1"))
        corrected = content(connection, parse_period("2024-H1"))
        assert corrected.line("public_land_m2").cells[-1].exact == 0
    done = command(
        *("report", "diff", "2023-H2", "--lang", "de"), profile=PACKAGED, FLURWERK_DATABASE_URL=districts_url
    )
    assert "nicht erfasst → 0\N{NO-BREAK SPACE}m²" in done.stdout, done.stderr


def test_releases_of_earlier_versions_stay_zero(districts: Connection):
    """A definition that was stored before this rule computes what was printed then: 0 without any record."""
    report = content(districts, H2)
    stored = json.loads(canonical(report))
    for definition in stored["definitions"].values():
        del definition["recorded_by"]
    for each in (*stored["lines"], *stored["key_figures"]):
        for cell in each["cells"]:
            del cell["not_recorded"]
    earlier: Report = report_of(json.dumps(stored))
    definitions = [definition.indicator() for definition in earlier.definitions.values()]
    again = content(districts, H2, computed=definitions)
    assert {each.cells[-1].exact for each in (*again.lines, *again.key_figures)} == {Decimal(0)}
    assert PRIVATE_LAND_M2.recorded_by == "layer"
    assert totals(districts)["private_land_m2"] is None


PACKAGED = "sample_data"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a profile that reports each half-year in the sample city's reference system."""
    folder = tmp_path_factory.mktemp("profile")
    text = SECOND.replace('"12063999"', '"05999999"').replace('"BB"', '"NW"').replace("25833", "25832")
    (folder / "profile.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def service(
    server_url: str, districts_template: str, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A service over a city with one private sale, with that profile."""
    create_database(server_url, "not_recorded", districts_template)
    url = database(server_url, "not_recorded")
    with psycopg.connect(conninfo(url)) as connection:
        plot(connection)
        sale(connection, sector="private", role="supporter")
    migrated = command("migrate", profile=folder, FLURWERK_DATABASE_URL=url)
    assert migrated.returncode == 0, migrated.stderr
    with serving(folder, url, tmp_path_factory.mktemp("home")) as service:
        yield service
    drop_database(server_url, "not_recorded")


def test_command_and_api_say_so(service: Service, folder: Path):
    """`flurwerk kpi` in all formats, and /api/kpis with splits and trends, for the public and for insiders."""
    run = ("kpi", "2023-H2", "--format")
    given = {"profile": folder, "FLURWERK_DATABASE_URL": service.database_url}
    found = {figure["key"]: figure for figure in json.loads(command(*run, "json", **given).stdout)}
    assert (found["inquiries"]["actual"], found["inquiries"]["recorded"]) == (None, False)
    assert (found["public_land_m2"]["actual"], found["public_land_m2"]["recorded"]) == (0, True)
    listed = list(csv.reader(io.StringIO(command(*run, "csv", **given).stdout)))
    assert listed[0][:8] == ["key", "label", "unit", "period", "target", "actual", "actual_rounded", "remark"]
    assert next(row for row in listed if row[0] == "inquiries")[5:] == ["", "", "", "false"]
    assert "nicht erfasst" in command("kpi", "2023-H2", **given).stdout
    assert "nicht erfasst" in command("kpi", "2023-H2", "--by", "district", **given).stdout
    for role in (None, Role.READER):
        with service.client(role) as client:
            figures = {each["key"]: each for each in client.get("/api/kpis?period=2023-H2").json()}
            assert (figures["inquiries"]["actual"], figures["inquiries"]["recorded"]) == (None, False)
            assert figures["public_land_m2"]["recorded"]
            split = client.get("/api/kpis/inquiries?period=2023-H2&by=district").json()["parts"]
            assert {(part["actual"], part["recorded"], part["suppressed"]) for part in split} == {(None, False, False)}
            trend = {each["key"]: each for each in client.get("/api/kpis/trend?period=2023-H2").json()}
            assert [point["recorded"] for point in trend["public_land_m2"]["points"]] == [False] * 5 + [True]


def test_the_pages_say_so(service: Service):
    """In a browser, the panel of indicators and the report's page print it in the place of 0."""
    with launched() as browser:
        page = browser.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{service.address}/?lang=de")
        signing_in = (
            "token => fetch('/api/session', {method: 'POST', headers: {'Content-Type': 'application/json'}, "
            "body: JSON.stringify({token})})"
        )
        page.evaluate(signing_in, service.token(Role.READER))
        page.goto(f"{service.address}/?lang=de#panel=indicators&period=2023-H2")
        wait_until(lambda: page.evaluate("document.documentElement.dataset.ready === 'true'"), "the page")
        page.evaluate("app.store.set({ panel: 'indicators' })")
        card = page.locator("article.indicator").filter(has_text="Anfragen nach Gewerbeimmobilien")
        expect(card.locator(".figure").first).to_contain_text("nicht erfasst", timeout=60_000)
        page.goto(f"{service.address}/report/2023-H2?lang=de")
        row = page.locator("tr").filter(has_text="Anfragen nach Gewerbeimmobilien").first
        expect(row).to_contain_text("nicht erfasst", timeout=60_000)
        zero = page.locator("tr").filter(has_text="Verkauf / Erbpacht öffentlicher").first
        expect(zero).to_contain_text("0 m²")
        assert not errors


def test_definitions_say_by_which_dates(sample: Connection):
    """The model case has records of every layer long before, so that none of its figures changes."""
    assert None not in totals(sample, "2023-H1").values()
    dates = content(sample, H1).definitions["trench_laid_km"].recorded_by
    assert dates is not None
    assert {"planned_reached_on", "laid_reached_on"} <= {*dates}
    assert replace(MOBILE_REQUESTS, recorded_by=()).recorded_by == ()
