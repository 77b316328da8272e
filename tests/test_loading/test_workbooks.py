"""XLSX as it is delivered: every cell is read as its readers see it, or refused with its row and column."""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.chart import BarChart
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from geo.loading import FileMapping, ValueRule
from tests.records import cluster, insert

DELIVERIES = Path(__file__).parents[1] / "data" / "deliveries"

CRS = {"crs": "EPSG:25832"}
HEAD = ["source_id", "name", "kind", "note"]
PLOT = "POLYGON((390000 5710000,390100 5710000,390100 5710100,390000 5710100,390000 5710000))"


@pytest.fixture
def programme(city):
    city.load("programmes", "source_id;name;funding\nweisse-flecken;Weiße Flecken;funded\n", source="city")
    insert(city.connection, "clusters", key="c")


@pytest.fixture
def book(tmp_path) -> Callable[..., Path]:
    """Writes a workbook of one sheet, which ``change`` may change, and whose XML ``patches`` may replace."""

    def write(
        rows: list[list[Any]], change: Callable[[Any], object] | None = None, patches: dict[str, str] | None = None
    ) -> Path:
        made = openpyxl.Workbook()
        sheet = made.active
        assert sheet is not None
        for row in rows:
            sheet.append(row)
        if change:
            change(sheet)
        path = tmp_path / "delivery.xlsx"
        made.save(path)
        return patched(path, patches) if patches else path

    return write


def patched(path: Path, patches: dict[str, str]) -> Path:
    """Replace patterns in all parts of a workbook."""
    with ZipFile(path) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    with ZipFile(path, "w") as package:
        for name, text in parts.items():
            for pattern, replacement in patches.items():
                text = re.sub(pattern, replacement, text)
            package.writestr(name, text)
    return path


# Nothing vanishes


@pytest.mark.usefixtures("programme")
def test_delivered_workbook_with_a_wrong_dimension_is_read_whole(city):
    report = city.load("trenches", DELIVERIES / "dim_rows.xlsx", **CRS)
    assert (report.rows, report.inserted) == (10, 10)


@pytest.mark.usefixtures("programme")
def test_delivered_workbook_with_hidden_rows_is_refused_until_it_is_decided(city):
    path = DELIVERIES / "hidden.xlsx"
    refusal = city.refusal("trenches", path, **CRS)
    assert "has 1 hidden rows with content (3)" in refusal
    assert "--rows hidden=load" in refusal
    report = city.load("trenches", path, hidden_rows="skip", **CRS)
    assert (report.inserted, [note.en for note in report.notes]) == (1, ["Hidden rows, not loaded: 1."])
    report = city.load("trenches", path, hidden_rows="load", **CRS)
    assert (report.inserted, [note.en for note in report.notes]) == (1, ["Hidden rows, loaded too: 1."])


def test_delivered_workbook_with_a_hidden_sheet_loads_the_visible_one_and_tells(city):
    path = DELIVERIES / "hiddensheet.xlsx"
    report = city.load("connections", path, **CRS)
    assert city.rows("connections") == [("NEW",)]
    assert [note.en for note in report.notes] == ["Hidden sheets were not loaded: alt."]
    report = city.load("connections", path, sheet="alt", **CRS)
    assert city.rows("connections") == [("NEW",), ("OLD",)]
    assert [note.en for note in report.notes] == ['The loaded sheet "alt" is hidden.']


@pytest.mark.usefixtures("programme")
def test_delivered_workbook_with_two_sheets_asks_which_one(city):
    path = DELIVERIES / "twosheets.xlsx"
    refusal = city.refusal("trenches", path, **CRS)
    assert "several sheets with rows (2022, 2023)" in refusal
    assert "--sheet NAME" in refusal
    assert city.load("trenches", path, sheet="2023", **CRS).inserted == 1
    assert city.rows("trenches") == [("T9",)]
    assert "has no sheet 2024" in city.refusal("trenches", path, sheet="2024", **CRS)


def test_sheet_named_like_the_layer_is_loaded_and_the_others_are_told(city, book):
    def change(sheet: Any) -> None:
        other = sheet.parent.create_sheet("operators")
        for row in (HEAD, ["7", "Netz", "carrier"]):
            other.append(row)

    report = city.load("operators", book([HEAD, ["1", "Alt", "carrier"]], change))
    assert city.rows("operators") == [("7",)]
    assert report.notes[0].en == 'The sheet "operators" was loaded, not: Sheet (--sheet chooses another one).'


def test_workbook_whose_sheets_are_all_hidden_is_refused(city, book):
    def change(sheet: Any) -> None:
        sheet.parent.create_sheet("Deckblatt", 0)
        sheet.sheet_state = "veryHidden"

    refusal = city.refusal("operators", book([HEAD, ["1", "Netz", "carrier"]], change))
    assert "All sheets of delivery.xlsx with content are hidden (Sheet)" in refusal


def test_delivered_workbook_with_a_chart_sheet_loads_the_cells(city):
    assert city.load("connections", DELIVERIES / "chart.xlsx", **CRS).inserted == 1


def test_workbook_of_charts_alone_is_refused(city, tmp_path):
    made = openpyxl.Workbook()
    made.create_chartsheet("Diagramm").add_chart(BarChart())
    made.remove(made.worksheets[0])
    made.save(tmp_path / "a.xlsx")
    assert "has no sheet of cells" in city.refusal("operators", tmp_path / "a.xlsx")


@pytest.mark.usefixtures("programme")
def test_delivered_workbook_with_a_column_without_a_heading_is_refused_unless_it_is_ignored_by_name(city):
    path = DELIVERIES / "noheadercol.xlsx"
    [(row, column, reason)] = city.problems("trenches", path, **CRS)
    assert (row, column) == (2, "column C")
    assert 'ignore = ["column C"]' in reason
    assert len(city.problems("trenches", path, ignore=("*",), **CRS)) == 1
    assert city.load("trenches", path, ignore=("column C",), **CRS).inserted == 1


def test_values_beyond_the_last_heading_are_refused_once_per_column_wherever_they_begin(city, book):
    rows = [HEAD, *([str(number), "Netz", "carrier", ""] for number in range(60))]
    rows += [["60", "Netz", "carrier", "", "", "x"], ["61", "Netz", "carrier", "", "", "y"]]
    assert [problem[:2] for problem in city.problems("operators", book(rows))] == [(62, "column F")]
    assert city.load("operators", book(rows), ignore=("column F",)).inserted == 62


def test_blank_rows_and_rows_of_spaces_are_skipped(city, book):
    rows = [HEAD, ["1", "Netz", "carrier"], [" ", None, "\u00a0"], [], ["2", "Mast", "carrier"]]
    assert city.load("operators", book(rows)).rows == 2


def test_rows_are_counted_independently_of_how_they_are_read(city, book, monkeypatch):
    path = book([HEAD, ["1", "Netz", "carrier"], ["2", "Mast", "carrier"]])
    read = "geo.loading.reading.xlsx.XlsxBook._rows"
    original = __import__("geo.loading.reading.xlsx", fromlist=["XlsxBook"]).XlsxBook._rows
    monkeypatch.setattr(read, lambda self, sheet: (row for row in original(self, sheet) if row.number != 3))
    assert "The file has 2 rows, but 1 were read" in city.refusal("operators", path)


def test_rows_that_a_filter_hides_without_content_do_not_matter(city, book):
    def change(sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True

    assert city.load("operators", book([HEAD, ["1", "Netz", "carrier"]], change)).notes == []


def test_rows_without_any_height_count_as_hidden(city, book):
    path = book([HEAD, ["1", "Netz", "carrier"], ["2", "Mast", "carrier"]], None, {'<row r="3"': '<row r="3" ht="0"'})
    assert "1 hidden rows with content (3)" in city.refusal("operators", path)


def test_hidden_columns_are_loaded_and_told(city, book):
    def change(sheet: Any) -> None:
        sheet.column_dimensions["D"].hidden = True

    report = city.load("operators", book([HEAD, ["1", "Netz", "carrier", "x"]], change))
    assert [note.en for note in report.notes] == ["Hidden columns, loaded too: note."]


# The header


def test_header_in_another_row_is_found_if_it_is_named(city, book):
    rows = [["Lieferung Netz AG, Stand 1.3."], [], HEAD, ["1", "Netz", "planet"]]
    assert "perhaps --header-row 3" in city.refusal("operators", book(rows))
    [(row, column, _)] = city.problems("operators", book(rows), header_row=3)
    assert (row, column) == (4, "kind")
    assert "Row 2 of the sheet Sheet is blank" in city.refusal("operators", book(rows), header_row=2)
    assert "Row 99 of the sheet Sheet is blank" in city.refusal("operators", book(rows), header_row=99)


def test_header_below_blank_rows_is_found_and_told(city, book):
    report = city.load("operators", book([[], [], HEAD, ["1", "Netz", "carrier"]]))
    assert (report.inserted, report.notes[0].en) == (1, "The header is row 3; the rows before it are blank.")


# Cells that have no value, or not the one that they show


@pytest.mark.usefixtures("programme")
def test_delivered_formulas_without_a_result_are_refused_and_wipe_nothing(city):
    assert city.load("trenches", DELIVERIES / "formula_base.xlsx", **CRS).inserted == 1
    problems = city.problems("trenches", DELIVERIES / "formula_uncached.xlsx", **CRS)
    assert [problem[:2] for problem in problems] == [(2, "cluster"), (2, "laid_on")]
    assert "formula without a stored result" in problems[0][2]
    assert city.rows("trenches", "laid_on, cluster") == [(date(2022, 12, 31), cluster(city.connection, "c"))]


@pytest.mark.parametrize("column", ["x", "geometry"])
def test_formulas_without_a_result_are_refused_for_coordinates(city, book, column):
    head, row = (["x", "y"], ["=1+1", 5710000]) if column == "x" else (["geometry"], ['="POINT (1 1)"'])
    [(row, _, reason)] = city.problems("connections", book([["source_id", *head], ["1", *row]]), **CRS)
    assert row == 2
    assert "formula without a stored result" in reason


def test_stored_results_of_formulas_are_read_and_zeros_of_programs_that_cannot_calculate_are_not(city, book):
    rows = [["source_id", "address", "dwellings", "x", "y"], ["1", '=""', "=1+2", 390000, 5710000]]
    stored = {
        "<f>1\\+2</f><v ?/>|<f>1\\+2</f><v></v>": "<f>1+2</f><v>3</v>",
        '<c r="B2"><f>""</f>(<v ?/>|<v></v>)': '<c r="B2" t="str"><f>""</f><v></v>',
        'fullCalcOnLoad="1"': "",
    }
    assert city.load("connections", book(rows, None, stored), **CRS).inserted == 1
    assert city.rows("connections", "address, dwellings") == [(None, 3)]
    zero = {"<f>1\\+2</f><v ?/>|<f>1\\+2</f><v></v>": "<f>1+2</f><v>0</v>"}
    problems = city.problems("connections", book(rows, None, zero), **CRS)
    assert [problem[:2] for problem in problems] == [(2, "address"), (2, "dwellings")]


def test_merged_cells_of_data_are_refused_with_their_range(city, book):
    def change(sheet: Any) -> None:
        sheet.merge_cells("C2:C3")

    [(row, column, reason), *_] = city.problems(
        "operators", book([HEAD, ["1", "Netz", "carrier"], ["2", "Mast", None]], change)
    )
    assert (row, column) == (2, "kind")
    assert "These cells are merged" in reason


def test_merged_cells_above_the_header_and_of_ignored_columns_do_not_matter(city, book):
    def change(sheet: Any) -> None:
        sheet.merge_cells("A1:D1")
        sheet.merge_cells("E3:E4")

    rows = [["Netz AG"], [*HEAD, "Bauleiter"], ["1", "Netz", "carrier", "", "M."], ["2", "Mast", "carrier"]]
    assert city.load("operators", book(rows, change), header_row=2, ignore=("Bauleiter",)).inserted == 2


def test_delivered_dates_in_text_columns_are_refused_with_their_cells(city):
    problems = city.problems("connections", DELIVERIES / "adr.xlsx", **CRS)
    cells = [problem[:2] for problem in problems]
    assert {(2, "source_id"), (2, "address"), (4, "source_id"), (4, "address")} <= set(cells)
    assert all("as text" in reason for _, column, reason in problems if column == "address")


def test_delivered_key_of_20_digits_is_refused(city):
    [(row, column, reason)] = city.problems("plots", DELIVERIES / "parcel2.xlsx", **CRS)
    assert (row, column) == (2, "parcels")
    assert "more than 15 digits" in reason


@pytest.mark.parametrize(("key", "fits"), [(123456789012345, True), (1234567890123456, False)])
def test_keys_of_up_to_15_digits_are_exact(city, book, key, fits):
    path = book([HEAD, [key, "Netz", "carrier"]])
    if fits:
        city.load("operators", path)
        assert city.rows("operators") == [(str(key),)]
    else:
        assert next(problem[:2] for problem in city.problems("operators", path)) == (2, "source_id")


def test_delivered_number_with_leading_zeros_is_the_text_that_it_shows(city):
    assert city.load("connections", DELIVERIES / "zeros.xlsx", **CRS).inserted == 1
    report = city.load("connections", DELIVERIES / "zeros.csv", **CRS)
    assert (report.inserted, report.unchanged) == (0, 1)
    assert city.rows("connections") == [("00123",)]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (4711, "General", "4711"),
        (4711, "0", "4711"),
        (4711, "@", "4711"),
        (4711, "#,##0", "4711"),
        (4711, "0.00", "4711"),
        (7, "0000", "0007"),
        (12345, "000", "12345"),
        (7, "0000;-0000", "0007"),
        (7, '"A-"000', "A-007"),
        (51234, "00-000", "51-234"),
        (5512340, "000\\ 0000", "551 2340"),
        (7, "[$-407]000", "007"),
        (0, "000", "000"),
        (12.5, "General", None),
        (12.5, "0", None),
        (0.5, "0%", None),
        (50, '#,##0.00 "€"', None),
        (1.5, '0.0" ha"', None),
        (45000, "dd.mm.yyyy", None),
        (0.5, "hh:mm", None),
        (1.5, "[h]:mm", None),
        (True, "General", None),
        (1e15, "0", None),
    ],
)
def test_numbers_in_text_columns_are_the_text_that_they_show_or_refused(city, book, value, number_format, text):
    def change(sheet: Any) -> None:
        sheet["D2"].number_format = number_format

    path = book([HEAD, ["1", "Netz", "carrier", value]], change)
    if text is None:
        [(row, column, reason)] = city.problems("operators", path)
        assert (row, column) == (2, "note")
        assert "ormat" in reason or "date" in reason
    else:
        city.load("operators", path)
        assert city.rows("operators", "note") == [(text,)]


@pytest.mark.parametrize(
    ("value", "number_format", "number"),
    [
        (1234.5, "#,##0.00 [$€-407]", "1234.5"),
        (1234, '#,##0" m²"', "1234"),
        (7, "0000", "7"),
        (0.5, "0%", None),
        (1.5, '0.0" ha"', None),
        (1.5, "0.0\\ \\h\\a", None),
        (45000, "dd.mm.yyyy", None),
    ],
)
def test_numbers_whose_format_shows_another_size_are_refused(city, book, value, number_format, number):
    def change(sheet: Any) -> None:
        sheet["D2"].number_format = number_format

    rows = [["source_id", "name", "ownership", "official_area_m2", "geometry"], ["1", "A", "public", value, PLOT]]
    path = book(rows, change)
    if number is None:
        assert [problem[:2] for problem in city.problems("plots", path, **CRS)] == [(2, "official_area_m2")]
    else:
        city.load("plots", path, **CRS)
        assert [str(float(area)) for (area,) in city.rows("plots", "official_area_m2")] == [str(float(number))]


def connection(day: Any) -> list[list[Any]]:
    return [["source_id", "passed_on", "x", "y"], ["1", day, 390000, 5710000]]


@pytest.mark.parametrize("day", [datetime.fromisoformat("2022-12-31T23:30"), date(2022, 12, 31)])
def test_dates_keep_their_day_in_both_date_systems(city, book, day):
    city.load("connections", book(connection(day)), **CRS)
    assert city.rows("connections", "passed_on") == [(date(2022, 12, 31),)]

    def change(sheet: Any) -> None:
        sheet.parent.epoch = CALENDAR_MAC_1904

    path = book(connection(day), change)
    with ZipFile(path) as package:
        assert b'date1904="1"' in package.read("xl/workbook.xml")
    assert city.load("connections", path, **CRS).unchanged == 1


@pytest.mark.parametrize("value", [0, 1, 59, 60, 0.5, -3, 3_000_000, time(12, 30)])
def test_small_and_huge_numbers_that_are_shown_as_dates_are_refused(city, book, value):
    def change(sheet: Any) -> None:
        sheet["B2"].number_format = "dd.mm.yyyy"

    [(row, column, _)] = city.problems("connections", book(connection(value), change), **CRS)
    assert (row, column) == (2, "passed_on")


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#SPILL!", "#CALC!"])
@pytest.mark.parametrize("column", ["address", "passed_on", "dwellings"])
def test_error_cells_are_refused_in_every_column(city, book, error, column):
    rows = [["source_id", column, "x", "y"], ["1", "fehler", 390000, 5710000]]
    path = book(rows, None, {'t="inlineStr"><is><t>fehler</t></is>': f't="e"><v>{error}</v>'})
    [(row, name, reason)] = city.problems("connections", path, **CRS)
    assert (row, name) == (2, column)
    assert "spreadsheet error" in reason


# Forms of XML


def test_characters_that_excel_escapes_are_read_as_shown(city, book):
    rows = [HEAD, ["1", "Netz_x000D_West", "carrier", "_x005F_x000D_ _x00e4_ _xD800_"]]
    city.load("operators", book(rows))
    assert city.rows("operators", "name, note") == [("Netz\rWest", "_x000D_ ä _xD800_")]


def test_inline_and_rich_texts_without_references_are_read(city, book):
    rows = [HEAD, ["1", "Netz", "carrier", "NOTIZ"]]
    path = book(
        rows,
        None,
        {
            "<t>NOTIZ</t>": "<r><t>Not</t></r><r><rPr><b/></rPr><t>iz</t></r><rPh sb='0' eb='1'><t>falsch</t></rPh>",
            ' r="[A-Z]+2"': "",
            '<row r="2"': "<row",
        },
    )
    city.load("operators", path)
    assert city.rows("operators", "name, note") == [("Netz", "Notiz")]


def test_shared_texts_are_read_without_how_they_are_pronounced(city, book):
    """Excel keeps texts in a part of its own, which openpyxl's files here do not have."""
    path = book([HEAD, ["1", "NETZ", "carrier"]], None, {'t="inlineStr"><is><t>NETZ</t></is>': 't="s"><v>1</v>'})
    shared = """<sst><si><t>Mast</t></si>
        <si><r><t xml:space="preserve">Netz </t></r><r><t>West</t></r><rPh sb="0"><t>falsch</t></rPh></si></sst>"""
    with ZipFile(path) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    relation = '<Relationship Id="s" Type="http://x/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>'
    name = "xl/_rels/workbook.xml.rels"
    parts[name] = parts[name].replace("</Relationships>", relation)
    with ZipFile(path, "w") as package:
        for name, text in {**parts, "xl/sharedStrings.xml": shared}.items():
            package.writestr(name, text)
    city.load("operators", path)
    assert city.rows("operators", "name") == [("Netz West",)]


def test_prefixed_elements_are_read(city, book):
    patches = {
        r"<(/?)(worksheet|sheetData|row|c|v|is|t|sst|si)(?=[\s>/])": r"<\1x:\2",
        'xmlns="http://schemas.openxmlformats.org/spreadsheetml': 'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml',
    }
    path = book([HEAD, ["1", "Netz", "carrier"]])
    with ZipFile(path) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    with ZipFile(path, "w") as package:
        for name, text in parts.items():
            if name == "xl/worksheets/sheet1.xml":
                for pattern, replacement in patches.items():
                    text = re.sub(pattern, replacement, text)
            package.writestr(name, text)
    assert city.load("operators", path).inserted == 1


@pytest.mark.parametrize(
    "patches",
    [
        {'<row r="3"': '<row r="2"'},
        {'r="B2"': 'r="A2"'},
        {'r="C2"': 'r="ZZZ2"'},
        {"</sheetData>": ""},
        {"<sheetData>": "<!DOCTYPE a><sheetData>"},
        {"^(<\\?xml.*?\\?>)?<worksheet": "<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet"},
        {'Target="/?(xl/)?worksheets/sheet1.xml"': 'Target="nowhere.xml"'},
    ],
)
def test_damaged_workbooks_are_refused(city, book, patches):
    path = book([HEAD, ["1", "Netz", "carrier"], ["2", "Mast", "carrier"]], None, patches)
    assert "delivery.xlsx is not an Excel workbook, or is damaged" in city.refusal("operators", path)


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
def test_truncated_workbook_is_refused(city, book, share):
    path = book([HEAD, ["1", "Netz", "carrier"]])
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    city.refusal("operators", path)


def test_workbook_with_a_password_is_told_from_a_damaged_one(city):
    path = city.write("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert "is protected by a password, or an old Excel file" in city.refusal("operators", path)


def test_workbook_that_unpacks_to_too_much_is_refused(city, book, monkeypatch):
    monkeypatch.setattr("geo.loading.reading.markup.LARGEST_PART", 1 << 12)
    path = book([HEAD, *([str(number), "Netz", "carrier"] for number in range(200))])
    assert "unpacks to more than" in city.refusal("operators", path)


def test_cells_keep_their_rules_in_the_rows_that_a_condition_selects(city, book):
    rows = [
        ["source_id", "kind", "area_m2", "agreed_on", "note"],
        ["1", "lease", 1, date(2023, 1, 1), date(2023, 5, 3)],
        ["2", "lease", "=1+1", date(2023, 1, 1), 12.5],
        ["Summe", None, None, None, None],
    ]
    found = city.problems("office_takeups", book(rows), where=("source_id!=Summe",))
    assert {problem[:2] for problem in found} == {(2, "note"), (3, "area_m2"), (3, "note")}


def test_a_joined_text_is_refused_for_any_of_its_cells_in_the_rows_that_a_condition_selects(city, book):
    rows = [["source_id", "name", "kind", "Straße", "Nr"], ["1", "n", "carrier", "Ring", date(2022, 12, 1)]]
    mapping = FileMapping(where=("kind=carrier",), values={"note": ValueRule(join=("Straße", "Nr"))})
    [(row, column, _)] = city.problems("operators", book(rows), mapping=mapping)
    assert (row, column) == (2, "note")


def test_a_column_without_a_heading_matters_only_in_the_rows_that_a_condition_selects(city, book):
    rows = [[*HEAD[:3], None], ["1", "n", "carrier", None], ["Summe", None, None, "zwei"], ["2", "m", "carrier", "x"]]
    [(row, column, _)] = city.problems("operators", book(rows), where=("source_id!=Summe",))
    assert (row, column) == (4, "column D")
    report = city.load("operators", book(rows[:3]), where=("source_id!=Summe",))
    assert report.inserted == 1
