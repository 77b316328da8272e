"""Lists for people: read as a German Excel and openpyxl read them."""

import csv
import io
from datetime import date, datetime
from typing import Any
from urllib.parse import unquote

import httpx
import openpyxl
import psycopg
import pytest

from geo.periods import CITY_TIME
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.layers.views import property_names
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.records import insert, one, plot, square, update
from tests.test_api.helpers import Api, api
from tests.test_ogc.helpers import ITEMS

PLOTS = ITEMS.format("plots")
COLUMNS = "status,name,asking_price_eur_m2,divisible,offered_on"
HEADINGS = ["Status", "Bezeichnung", "Angebotspreis (€/m²)", "Teilbar", "Angeboten seit"]
BOM = b"\xef\xbb\xbf"


@pytest.fixture
def lists_url(districts_url: str) -> str:
    """A city with plots whose names sort as numbers and umlauts do, one with a formula, and one that is not public."""
    with psycopg.connect(conninfo(districts_url)) as connection:
        for name in ("Fläche 10", "Fläche 2", "Ähre", 'Zeche; "alt"', "=1+1"):
            plot(connection, name=name, asking_price_eur_m2=45.5, divisible=True, offered_on=date(2024, 3, 1))
        plot(connection, name="Geheim", asking_price_eur_m2=7)
        insert(connection, "operators", name="Netz", kind="carrier")
    return districts_url


def table(response: httpx.Response) -> list[list[Any]]:
    """The rows of a file, as Excel shows them: with semicolons in Germany, and a mark of UTF-8."""
    assert response.status_code == 200, response.text
    if "csv" in response.headers["content-type"]:
        assert response.content.startswith(BOM)
        return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def name_of(response: httpx.Response) -> str:
    """The name by which a browser saves a file."""
    return unquote(response.headers["content-disposition"].partition("filename*=UTF-8''")[2])


def test_what_a_record_refers_to_is_named(lists_url: str) -> None:
    """A person stays a number, and so does what somebody does not see."""
    with psycopg.connect(conninfo(lists_url)) as connection:
        area = insert(connection, "industrial_areas", name="Hafen", geom=square(395000, 5705000, 900))
        land = plot(connection, name="Im Hafen", industrial_area=area, offered_on=date(2024, 3, 1))
        firm = insert(connection, "parties", kind="company", name="Muster GmbH")
        person = insert(connection, "parties", kind="person", name="Petra Beispiel")
        for party in (firm, person):
            insert(connection, "inquiries", kind="plot", received_on="2023-08-01", party=party)
    deals = {"properties": "party", "sortby": "party", "lang": "de"}
    wanted = {"properties": "industrial_area", "filter": f"id = {land}"}
    for form in ("csv-excel", "xlsx-labelled"):
        with api(load_settings(database_url=lists_url)) as public:
            assert table(public.get(PLOTS, f=form, **wanted))[-1] == ["Hafen"]
        with api(load_settings(database_url=lists_url, anonymous_audience="internal")) as inside:
            assert table(inside.get(PLOTS, f=form, **wanted))[-1] == ["Hafen"]
            rows = table(inside.get(ITEMS.format("inquiries"), f=form, **deals))
            assert rows[-2:] == [["Muster GmbH"], [str(person)]]


def test_a_list_of_the_past_names_records_as_they_were_named(lists_url: str) -> None:
    """Also one that has been deleted since; and none that did not exist."""
    with psycopg.connect(conninfo(lists_url), autocommit=True) as connection:
        area = insert(connection, "industrial_areas", name="Hafen", geom=square(395000, 5705000, 900))
        land = plot(connection, name="Am Kai", industrial_area=area, offered_on=date(2024, 3, 1))
        instant = one(connection, "select clock_timestamp()").isoformat()
        update(connection, "industrial_areas", area, name="Neuer Hafen")
        wanted = {"properties": "industrial_area", "filter": f"id = {land}"}
        with api(load_settings(database_url=lists_url)) as public:
            for form in ("csv-excel", "xlsx-labelled"):
                assert table(public.get(PLOTS, f=form, **wanted))[-1] == ["Neuer Hafen"]
                assert table(public.get(PLOTS, f=form, as_of=instant, **wanted))[-1] == ["Hafen"]
            update(connection, "plots", land, industrial_area=None)
            connection.execute("delete from industrial_areas where id = %s", [area])
            assert table(public.get(PLOTS, f="csv-excel", as_of=instant, **wanted))[-1] == ["Hafen"]


def test_lists_have_the_wanted_columns_in_order_with_labels_words_and_german_numbers(lists_url: str) -> None:
    """CSV as Excel in Germany reads it; XLSX with numbers and dates; both sorted as people sort."""
    today = f"{datetime.now(CITY_TIME):%Y-%m-%d}"
    wanted = {"properties": COLUMNS, "sortby": "name", "lang": "de"}
    with api(load_settings(database_url=lists_url)) as public:
        response = public.get(PLOTS, f="csv-excel", **wanted)
        assert name_of(response) == f"Gewerbegrundstücke-{today}.csv"
        assert f'filename="Gewerbegrundstuecke-{today}.csv"' in response.headers["content-disposition"]
        head, *rows = table(response)
        assert head == HEADINGS
        status = rows[0][0]
        assert status in {text.de for text in (LAYERS["plots"].column("status").codes or {}).values()}
        names = ["'=1+1", "Ähre", "Fläche 2", "Fläche 10", 'Zeche; "alt"']
        assert rows == [[status, name, "45,50", "ja", "01.03.2024"] for name in names]
        response = public.get(PLOTS, f="xlsx-labelled", **wanted)
        assert name_of(response) == f"Gewerbegrundstücke-{today}.xlsx"
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        assert book.sheetnames == ["Gewerbegrundstücke", "Spalten"]
        head, *cells = table(response)
        assert head == HEADINGS
        assert cells == [[status, name.lstrip("'"), 45.5, "ja", datetime(2024, 3, 1)] for name in names]  # noqa: DTZ001
        assert book.worksheets[0]["E2"].number_format == "dd\\.mm\\.yyyy"
        assert book.worksheets[0]["B2"].data_type != "f"
        english = table(public.get(PLOTS, f="csv-excel", properties="divisible", lang="en"))
        assert english == [["Divisible"], *[["yes"]] * 5]
        downwards = table(public.get(PLOTS, f="csv-excel", properties="name", sortby="-name"))
        assert [name for (name,) in downwards[1:]] == names[::-1]


@pytest.mark.parametrize("f", ["csv-excel", "xlsx-labelled"])
def test_lists_say_that_they_are_internal_and_public_ones_have_public_content_only(lists_url: str, f: str) -> None:
    """Every column without `properties`; a list without records has its headings; nothing personal is asked for."""
    public_names = property_names(LAYERS["plots"], Audience.PUBLIC)
    with api(load_settings(database_url=lists_url, anonymous_audience="internal")) as internal:
        response = internal.get(PLOTS, f=f, properties="name,checked_on", sortby="name", lang="de")
        assert name_of(response).startswith("Gewerbegrundstücke-intern-")
        rows = table(response)
        if f == "csv-excel":
            assert rows.pop(0) == ["intern – nicht zur Weitergabe"]
        else:
            sheet: Any = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
            assert sheet.title == "Gewerbegrundstücke (intern)"
            assert sheet.oddHeader.center.text == "intern – nicht zur Weitergabe"
        assert rows[0] == ["Bezeichnung", "Zuletzt geprüft am"]
        assert "Geheim" in {row[0] for row in rows}
        passed_on = internal.get(PLOTS, f=f, audience="public", lang="de")
        assert "intern" not in name_of(passed_on)
        assert len(table(passed_on)[0]) == len(public_names)
        assert "Geheim" not in {row[0] for row in table(passed_on)}
        refused = internal.get(PLOTS, f=f, audience="public", properties="name,checked_on")
        assert refused.status_code == 400
        nothing = table(internal.get(PLOTS, f=f, audience="public", properties="name,status", filter="name = 'x'"))
        assert nothing == [["Bezeichnung", "Status"]]
        internal.problem(400, ITEMS.format("parties"), f=f, properties="email")
    with api(load_settings(database_url=lists_url)) as public:
        public.problem(403, PLOTS, f=f, audience="internal")
        public.problem(400, PLOTS, f=f, properties="checked_on")
        public.problem(404, ITEMS.format("operators"), f=f)


def test_a_list_of_every_layer_can_be_written(sample_url: str) -> None:
    """Whatever types its columns have, of both formats, with as many rows as there are records."""
    with api(load_settings(database_url=sample_url, anonymous_audience="internal")) as internal:
        for key, layer in LAYERS.items():
            columns = len(property_names(layer, Audience.INTERNAL))
            count = internal.json(ITEMS.format(key), limit=1, count="exact")["numberMatched"]
            _, head, *rows = table(internal.get(ITEMS.format(key), f="csv-excel", limit=50))
            assert len(head) == columns
            assert len(rows) == min(count, 50)
            assert all(len(row) == columns for row in rows)


def test_excel_does_not_take_texts_for_numbers_or_days(lists_url: str) -> None:
    """Keys, house numbers, numbers with a point, long numbers: those that it would change, and no others."""
    changed = [
        "05",
        "3/5",
        "5.000",
        "12345678901234567890",
        "1E5",
        "3. Mai",
        "1-2",
        "10:30",
        " 007",
        "WAHR",
        "50 %",
        "dez 23",
    ]
    kept = ["Fläche 2", "5a", "Mai", "Marktstr. 5", "12 ha", "A 45", "zwei\nZeilen", "="]
    with psycopg.connect(conninfo(lists_url)) as connection:
        for name in (*changed, *kept):
            plot(connection, name=name, note="Probe", offered_on=date(2024, 3, 1))
    wanted = {"properties": "name,district_key", "filter": "note = 'Probe'"}
    with api(load_settings(database_url=lists_url, anonymous_audience="internal")) as inside:
        written = table(inside.get(PLOTS, f="csv-excel", **wanted))[2:]
        assert {name for name, _ in written} == {f'="{name}"' for name in changed} | {*kept[:-1], "'="}
        assert {name for name, _ in table(inside.get(PLOTS, f="xlsx-labelled", **wanted))[1:]} == {*changed, *kept}


def test_a_workbook_holds_what_workbooks_have_no_form_for(lists_url: str) -> None:
    """Days before Excel's first are texts; characters that XML does not know would make the file unreadable."""
    with psycopg.connect(conninfo(lists_url)) as connection:
        connection.execute("alter table plots drop constraint plots_available_from_year")
        for name, day in (("alt\x0b\uffff", "0201-05-05"), ("neu\ufffe", "1900-03-01"), ("Mitte", "1900-02-28")):
            plot(connection, name=name, note="Probe", available_from=day)
    wanted = {"properties": "name,available_from", "filter": "note = 'Probe'"}
    shown = {"alt": "0201-05-05", "neu": datetime(1900, 3, 1), "Mitte": "1900-02-28"}  # noqa: DTZ001
    with api(load_settings(database_url=lists_url, anonymous_audience="internal")) as inside:
        assert dict(table(inside.get(PLOTS, f="xlsx-labelled", **wanted))[1:]) == shown
        assert {row[1]: row[2] for row in table(inside.get(PLOTS, f="xlsx", **wanted))[1:]} == shown


def test_numbers_lists_and_instants_are_written_for_excel(sample_url: str) -> None:
    with api(load_settings(database_url=sample_url, anonymous_audience="internal")) as internal:
        url, wanted = PLOTS, {"properties": "parcels,remaining_m2,recorded_from", "sortby": "name", "limit": 20}
        _, _, *rows = table(internal.get(url, f="csv-excel", **wanted))
        features = internal.json(url, **wanted)["features"]
        shown = sorted(rows)
        expected = sorted(
            [
                "; ".join(one["parcels"] or []),
                f"{one['remaining_m2']}".replace(".", ","),
                f"{datetime.fromisoformat(one['recorded_from']).astimezone(CITY_TIME):%d.%m.%Y %H:%M:%S}",
            ]
            for one in (feature["properties"] for feature in features)
        )
        assert [(row[0], row[2]) for row in shown] == [(row[0], row[2]) for row in expected]
        assert [float(row[1].replace(",", ".")) for row in shown] == [
            float(row[1].replace(",", ".")) for row in expected
        ]


def test_a_list_is_refused_pages_like_any_file(public: Api) -> None:
    assert public.problem(400, PLOTS, f="csv-excel", cursor="x")["errors"][0]["parameter"] == "cursor"
