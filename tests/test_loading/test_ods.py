"""ODS as LibreOffice writes it: the same guarantees as for XLSX, and repeated rows and cells within limits."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

DELIVERIES = Path(__file__).parents[1] / "data" / "deliveries"
CRS = {"crs": "EPSG:25832"}
TYPE = "application/vnd.oasis.opendocument.spreadsheet"
DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:calcext="urn:org:documentfoundation:names:calcext"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0">
<office:automatic-styles>
<style:style style:name="ta1" style:family="table"><style:table-properties table:display="true"/></style:style>
<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>
</office:automatic-styles><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>
</office:document-content>"""
HEAD = ["source_id", "name", "kind", "note"]
GOOD = ["1", "Netz", "carrier"]


def cell(content: str) -> str:
    """A cell of text, or the cell itself if it is given as XML."""
    if content.startswith("<"):
        return content
    return f'<table:table-cell office:value-type="string"><text:p>{content}</text:p></table:table-cell>'


def row(cells: list[str], attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cell(content) for content in cells)}</table:table-row>"


def table(*rows: str, name: str = "Tabelle1", style: str = "ta1", before: str = "") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{before}{"".join(rows)}</table:table>'


def number(value: str, shown: str, kind: str = "float") -> str:
    attributes = f'office:value-type="{kind}" office:value="{value}"'
    return f"<table:table-cell {attributes}><text:p>{shown}</text:p></table:table-cell>"


@pytest.fixture
def ods(tmp_path) -> Callable[..., Path]:
    """Writes a spreadsheet of these tables."""

    def write(*tables: str, content: str | None = None, kind: str = TYPE) -> Path:
        path = tmp_path / "delivery.ods"
        with ZipFile(path, "w") as package:
            package.writestr("mimetype", kind)
            package.writestr("content.xml", content or DOCUMENT.format(tables="".join(tables)))
        return path

    return write


def test_delivered_ods_is_read(city):
    """It has no geometry, which the layer demands: everything else of it is right."""
    city.load("programmes", "source_id;name;funding\nweisse-flecken;Weiße Flecken;funded\n", source="city")
    assert "lacks the required column(s) geometry" in city.refusal("trenches", DELIVERIES / "a.ods")
    line = "source_id;programme;geometry\nT1;weisse-flecken;LINESTRING (390000 5710000, 390100 5710000)\n"
    city.load("trenches", line, **CRS)
    assert city.load("trenches", DELIVERIES / "a.ods").unchanged == 1


def test_typed_cells_are_read(city, ods):
    head = ["source_id", "address", "dwellings", "down_mbit", "passed_on", "x", "y"]
    day = '<table:table-cell office:value-type="date" office:date-value="2022-12-31T23:30:00"><text:p>31.12.22</text:p>'
    cells = ["1", "Weg 1", number("3", "3"), number("250.5", "250,5"), f"{day}</table:table-cell>"]
    places = [number("390000.5", "390000,5"), number("5710000", "5.710.000")]
    assert city.load("connections", ods(table(row(head), row([*cells, *places]))), **CRS).inserted == 1
    [found] = city.rows("connections", "address, dwellings, down_mbit::float, passed_on, st_astext(geom, 1)")
    assert found == ("Weg 1", 3, 250.5, date(2022, 12, 31), "POINT(390000.5 5710000)")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (number("123", "00123"), "00123"),
        (number("4711", "4.711"), "4711"),
        (number("51234", "51-234"), "51-234"),
        (number("4711", "4711,00"), "4711"),
        ("<table:table-cell office:value-type='string'><text:p>a<text:s text:c='2'/>b</text:p><text:p>c</text:p>"
         "</table:table-cell>", "a  b\nc"),
        ("<table:table-cell office:value-type='string'><office:annotation><text:p>Rat</text:p></office:annotation>"
         "<text:p>a <text:span>b\n c</text:span></text:p></table:table-cell>", "a b c"),
        ("<table:table-cell table:formula='of:=1' office:value-type='string'><text:p/></table:table-cell>", None),
    ],
)  # fmt: skip
def test_text_columns_take_what_cells_show(city, ods, content, text):
    city.load("operators", ods(table(row(HEAD), row([*GOOD, content]))))
    assert city.rows("operators", "note") == [(text,)]


REFUSED = {
    "as text": [
        number("12.5", "12,5"),
        number("5.51e19", "5,51E+19"),
        number("50", "50,00 €", "currency"),
        "<table:table-cell office:value-type='date' office:date-value='2023-05-03'><text:p>3. Mai</text:p>"
        "</table:table-cell>",
        "<table:table-cell office:value-type='boolean' office:boolean-value='true'><text:p>WAHR</text:p>"
        "</table:table-cell>",
    ],
    "percentage": [number("0.5", "50 %", "percentage")],
    "its unit is unclear": [number("1.5", "1,5 ha")],
    "not a date": [
        "<table:table-cell office:value-type='time' office:time-value='PT01H30M00S'><text:p>01:30</text:p>"
        "</table:table-cell>"
    ],
    "not a reliable date": ["<table:table-cell office:value-type='date' office:date-value='1899-12-31'/>"],
    "without a stored result": ["<table:table-cell table:formula='of:=[.A1]'/>"],
    "spreadsheet error": [
        "<table:table-cell table:formula='of:=1/0' office:value-type='string' office:string-value='' "
        "calcext:value-type='error'><text:p>#DIV/0!</text:p></table:table-cell>",
        "<table:table-cell table:formula='of:=x' office:value-type='float' office:value='0'><text:p>Err:508</text:p>"
        "</table:table-cell>",
    ],
}


@pytest.mark.parametrize(("message", "content"), [(key, value) for key, values in REFUSED.items() for value in values])
def test_cells_whose_text_is_uncertain_are_refused_with_row_and_column(city, ods, message, content):
    [(found, column, reason)] = city.problems("operators", ods(table(row(HEAD), row([*GOOD, content]))))
    assert (found, column) == (2, "note")
    assert message in reason


@pytest.mark.parametrize("visibility", ["collapse", "filter"])
def test_hidden_rows_are_decided(city, ods, visibility):
    hidden = row(["2", "Mast", "carrier"], f'table:visibility="{visibility}"')
    path = ods(table(row(HEAD), row(GOOD), hidden, row([], f'table:visibility="{visibility}"')))
    assert "has 1 hidden rows with content (3)" in city.refusal("operators", path)
    assert city.load("operators", path, hidden_rows="skip").rows == 1
    assert city.load("operators", path, hidden_rows="load").rows == 2


def test_hidden_sheets_are_not_loaded(city, ods):
    old = table(row(HEAD), row(["9", "Alt", "carrier"]), name="alt", style="ta2")
    cache = table(row(HEAD), row(["8", "Fremd", "carrier"]), name="'file:///a.ods'#x", style="ta_extref")
    report = city.load("operators", ods(old, table(row(HEAD), row(GOOD)), cache))
    assert city.rows("operators") == [("1",)]
    assert report.notes[0].en == "Hidden sheets were not loaded: alt, 'file:///a.ods'#x."


def test_hidden_columns_are_told_and_merged_cells_refused(city, ods):
    columns = '<table:table-column table:number-columns-repeated="3"/><table:table-column table:visibility="collapse"/>'
    report = city.load("operators", ods(table(row(HEAD), row([*GOOD, "x"]), before=columns)))
    assert [note.en for note in report.notes] == ["Hidden columns, loaded too: note."]
    merged = cell("Netz").replace("<table:table-cell", '<table:table-cell table:number-rows-spanned="2"', 1)
    rows = row(["1", merged, "carrier"]), row(["2", "<table:covered-table-cell/>", "carrier"])
    [(found, column, reason), *_] = city.problems("operators", ods(table(row(HEAD), *rows)))
    assert (found, column) == (2, "name")
    assert "These cells are merged" in reason


def test_repeated_blank_rows_and_cells_up_to_the_end_of_the_sheet_cost_nothing(city, ods):
    end = '<table:table-cell table:number-columns-repeated="16380"/>'
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    rows = [
        row([*HEAD, end]),
        row([*GOOD, end]),
        row([blank], 'table:number-rows-repeated="1000"'),
        row(["2", "Mast", "planet"]),
        row([blank], 'table:number-rows-repeated="1047573"'),
    ]
    [(found, column, _)] = city.problems("operators", ods(table(*rows)))
    assert (found, column) == (1003, "kind")


@pytest.mark.parametrize(
    "bomb",
    [
        row(GOOD, 'table:number-rows-repeated="1000000"'),
        row([*GOOD, cell("x").replace("<table:table-cell", '<table:table-cell table:number-columns-repeated="99999"')]),
        row([], 'table:number-rows-repeated="99999999"') + row(GOOD),
    ],
)
def test_repeated_values_are_limited(city, ods, bomb):
    assert "is not an ODS spreadsheet, or is damaged" in city.refusal("operators", ods(table(row(HEAD), bomb)))


def test_rows_that_are_repeated_with_values_are_all_read(city, ods):
    path = ods(table(row(HEAD), row(GOOD, 'table:number-rows-repeated="2"')))
    assert {found for found, _, _ in city.problems("operators", path)} == {2, 3}


def test_rows_in_groups_and_repeated_headers_are_read(city, ods):
    head = f"<table:table-header-rows>{row(HEAD)}</table:table-header-rows>"
    group = f"<table:table-row-group>{row(GOOD)}<table:table-row-group>{row(['2', 'Mast', 'carrier'])}"
    path = ods(table(head, f"{group}</table:table-row-group></table:table-row-group>"))
    assert city.load("operators", path).rows == 2


def test_column_without_a_heading_is_refused(city, ods):
    path = ods(table(row(HEAD), row([*GOOD, "x", "y"])))
    assert [problem[:2] for problem in city.problems("operators", path)] == [(2, "column E")]


@pytest.mark.parametrize(
    "content", ["no", "<a>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", DOCUMENT.format(tables=table(row(HEAD)))[:-40]]
)
def test_damaged_content_is_refused(city, ods, content):
    assert "is not an ODS spreadsheet, or is damaged" in city.refusal("operators", ods(content=content))


def test_text_document_and_truncated_file_are_refused(city, ods):
    assert "is not an ODS spreadsheet" in city.refusal("operators", ods(kind="application/vnd.oasis.opendocument.text"))
    path = ods(table(row(HEAD), row(GOOD)))
    path.write_bytes(path.read_bytes()[:-200])
    assert "is not an ODS spreadsheet" in city.refusal("operators", path)
