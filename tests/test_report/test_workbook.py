"""The workbook has numbers in numeric cells, a sheet for each annex, and no formula from any text."""

import io
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from maps.figures.report.content import Edition
from maps.figures.report.workbook import workbook
from tests.test_report.editions import (
    CORRECTED,
    FORMULA,
    HASH,
    SHARE,
    corrected,
    hostile,
    lines_in_model,
    model,
    plain_spaces,
    published,
)

SHEETS = [
    "Kennzahlen",
    "Weitere Kennzahlen des Textes",
    "Aufteilung nach Stadtbezirken",
    "Beitragende Datensätze",
    "Zählregeln",
    "Korrekturen früherer Berichte",
    "Offene Hinweise der Prüfung",
    "Stand und Herkunft",
]
HEAD = 4


def opened(edition: Edition) -> Any:
    return load_workbook(io.BytesIO(workbook(edition)))


def rows(sheet: Any) -> list[tuple[Any, ...]]:
    """The rows below the header."""
    return list(sheet.iter_rows(min_row=HEAD + 1, values_only=True))


@pytest.fixture(scope="module")
def book(edition: Edition) -> Any:
    return opened(edition)


def test_the_table_has_all_rows_of_the_model_report_as_numbers(book: Any, edition: Edition) -> None:
    lines = rows(book["Kennzahlen"])
    assert len(lines) == len(edition.report.lines)
    for row, line in zip(model(), lines_in_model(lines, lambda line: str(line[3])), strict=True):
        assert line[:4] == (int(row["position"]), row["area"], row["product"], row["indicator"])
        for name, value in zip(("target_year", "actual_h1", "target_h2", "actual_h2"), line[5:9], strict=True):
            wanted = row["actual_year"] if name == "actual_h2" and row["actual_year"] else row[name]
            if wanted:
                assert Decimal(str(value)) == Decimal(wanted), (row["indicator"], name)
            else:
                assert value in (None, "laufender Prozess")
        assert line[9] == row["goals"].replace("|", ", ")


def test_numbers_are_formatted_with_their_decimals_and_annual_ones_are_marked(book: Any) -> None:
    sheet = book["Kennzahlen"]
    formats = {sheet.cell(row, 4).value: sheet.cell(row, 9).number_format for row in range(HEAD + 1, HEAD + 53)}
    assert formats["Büroflächenumsatz in qm"] == "#,##0"
    assert formats["Summe eingeworbener Drittmittel - in Mio. € -"] == "#,##0.0"
    assert formats["Arbeitslosenquote in %"] == '#,##0.0" (Jahr)"'


def test_each_annex_has_a_sheet_with_a_frozen_header_filters_and_print_settings(book: Any) -> None:
    assert book.sheetnames == SHEETS
    for sheet in book.worksheets:
        assert sheet.freeze_panes == f"A{HEAD + 1}"
        assert sheet.auto_filter.ref.startswith(f"A{HEAD}:")
        assert sheet.print_title_rows == f"${HEAD}:${HEAD}"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_splits_and_records_add_up_to_the_exact_figures(book: Any, edition: Edition) -> None:
    parts = rows(book["Aufteilung nach Stadtbezirken"])
    assert parts[-1][0] == "Summe"
    for column in range(1, len(edition.report.splits) + 1):
        known = [row[column] for row in parts[:-1] if row[column] != "nicht erfasst"]
        total = sum(Decimal(str(amount)) for amount in known)
        assert float(total) == pytest.approx(float(parts[-1][column]), abs=1e-9)
    records = rows(book["Beitragende Datensätze"])
    assert len(records) == sum(len(found) for found in edition.report.records.values())
    public = [row for row in records if "öffentlicher Grundstücke in m²" in row[0]]
    assert sum(row[7] for row in public) == 54913
    assert all(isinstance(row[5], datetime) for row in records)


def test_no_cell_is_a_formula_whatever_people_write(edition: Edition) -> None:
    result = opened(hostile(edition))
    cells = [cell for sheet in result.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert FORMULA in [cell.value for cell in cells]
    assert "Glocke und Ende" in [cell.value for cell in cells]


def test_an_agency_s_name_is_escaped_in_the_footer(edition: Edition) -> None:
    result = opened(replace(edition, agency="Stadt & Land &P"))
    assert "&&P" in result["Kennzahlen"].oddFooter.left.text


def test_a_correction_has_a_row_of_its_own_and_changes_no_figure(edition: Edition) -> None:
    result = opened(corrected(edition))
    lines = rows(result["Kennzahlen"])
    assert len(lines) == len(edition.report.lines) + 1
    (at,) = [at for at, line in enumerate(lines) if plain_spaces(str(line[3])) == CORRECTED.de]
    assert lines[at - 1][8] == 54900
    assert lines[at][5:9] == (None,) * 4
    (found,) = rows(result["Korrekturen früherer Berichte"])
    assert found[0] == "2023-H1"
    assert found[2] == found[6] == -3187
    assert found[3] == found[7] == "m²"


def test_a_cause_has_the_unit_of_the_side_of_the_ratio_whose_record_it_is(edition: Edition) -> None:
    result = opened(replace(edition, report=replace(edition.report, corrections=(SHARE,))))
    (found,) = rows(result["Korrekturen früherer Berichte"])
    assert (found[3], found[6:8]) == ("%", (-3187, "m²"))


def test_a_draft_is_marked_and_a_release_states_its_version(edition: Edition, book: Any) -> None:
    assert book["Kennzahlen"]["A2"].value.startswith("ENTWURF · ")
    result = opened(published(edition))
    assert "ENTWURF" not in result["Kennzahlen"]["A2"].value
    origin = dict(rows(result["Stand und Herkunft"]))
    assert origin["Fassung"] == "Veröffentlicht, Fassung 2"
    assert origin["Prüfsumme (SHA-256)"] == HASH
    assert f"{origin['Stand der Erfassung']:%d.%m.%Y %H:%M}" == "15.01.2024 12:30"


def test_it_is_in_english(english: Edition) -> None:
    result = opened(english)
    assert result.sheetnames[:3] == ["Indicators", "Further figures in the text", "Split by district"]
    assert result["Indicators"].cell(HEAD, 9).value == "Actual H2"
