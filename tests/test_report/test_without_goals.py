"""In any format: no column for goals that there are not, the place's name, and no total called a sum that is none."""

import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from docx import Document
from lxml import html
from openpyxl import load_workbook
from pypdf import PdfReader

from geo.figures.kpis.indicator import Aggregation
from geo.figures.report.definition import Definition
from geo.figures.report.model import Report, SplitPart
from maps.figures.report.content import Edition, content
from maps.figures.report.writing import document
from tests.test_report.editions import AGENCY, plain_spaces

SHARE = "public_land_m2"


def without_goals(report: Report) -> Report:
    """The report of a profile without goals, in which one line is a ratio of two counts."""
    lines, figures = (tuple(replace(line, goals=()) for line in lines) for lines in (report.lines, report.key_figures))
    own = report.definitions[SHARE]
    sides = tuple(replace(own, key=f"{SHARE}:{side}", is_line=False) for side in ("numerator", "denominator"))
    ratio: Definition = replace(own, aggregation=Aggregation.RATIO, contributions="", sides=sides, decimals=1)
    split = tuple(replace(part, exact=Decimal("12.5")) for part in report.splits[SHARE][:-1])
    return replace(
        report,
        lines=lines,
        key_figures=figures,
        goals={},
        definitions={**report.definitions, SHARE: ratio},
        splits={**report.splits, SHARE: (*split, SplitPart("unlocated", None, None))},
        records={key: records[:3] for key, records in report.records.items()},
    )


@pytest.fixture(scope="module")
def bare(sample_places: tuple[Edition, Any]) -> Edition:
    """The edition without goals and pictures, with a ratio."""
    return Edition(without_goals(sample_places[0].report), (), AGENCY, "de")


def test_no_column_is_empty_for_want_of_goals(bare: Edition) -> None:
    page = document(bare, "html").decode()
    heads = [
        [cell.text_content() for cell in row] for row in html.fromstring(page).xpath("//table[@class='figures']//tr")
    ]
    assert {len(row) for row in heads if len(row) > 1} == {6}
    assert "Ziele" not in {cell for row in heads for cell in row}
    assert "| Ziele |" not in document(bare, "md").decode()
    sheet = load_workbook(io.BytesIO(document(bare, "xlsx"))).worksheets[0]
    cells = [[cell for cell in row if cell] for row in sheet.iter_rows(values_only=True)]
    (head,) = [row for row in cells if "Kennzahl" in row]
    assert head[-3:] == ["Bemerkung", "Gemeldet von", "Gemeldet am"]
    assert "Ziele" not in head
    word: Any = Document(io.BytesIO(document(bare, "docx")))
    tables = [[cell.text for cell in table.rows[0].cells] for table in word.tables]
    assert [row for row in tables if row[0] == "Kennzahl" and len(row) == 6]
    assert not [row for row in tables if "Ziele" in row]
    text = " ".join(plain_spaces(page.extract_text()) for page in PdfReader(io.BytesIO(document(bare, "pdf"))).pages)
    assert "Ziele" not in text
    assert "Dortmund · 2. Halbjahr 2023" in " ".join(text.split())
    assert "Insgesamt" in text


def test_with_goals_they_have_their_column(sample_places: tuple[Edition, Any]) -> None:
    found = content(sample_places[0])
    assert found["has_goals"]
    assert {table["total"] for table in found["splits"]} == {"Summe"}


def test_a_total_beside_a_ratio_is_no_sum(bare: Edition) -> None:
    """Nor do the hints say that the parts of a ratio add up."""
    found = content(bare)
    assert [table["total"] for table in found["splits"]] == ["Insgesamt", "Summe"]
    assert "ergeben keine Summe" in found["words"]["splits_hint"]
    sheets = load_workbook(io.BytesIO(document(bare, "xlsx"))).worksheets
    (sheet,) = [sheet for sheet in sheets if sheet.title.startswith("Aufteilung")]
    assert [row[0] for row in sheet.iter_rows(values_only=True)][-1] == "Insgesamt"
    assert "Insgesamt" in document(bare, "html").decode()
    assert "**Insgesamt**" in document(bare, "md").decode()


def test_the_first_page_names_the_place(bare: Edition) -> None:
    (subtitle,) = html.fromstring(document(bare, "html").decode()).xpath("//p[@class='subtitle']")
    assert plain_spaces(subtitle.text_content()).startswith("Dortmund · 2. Halbjahr 2023")
    assert "\n**Dortmund** · " in document(bare, "md").decode()
    word: Any = Document(io.BytesIO(document(bare, "docx")))
    (named,) = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == "Subtitle"]
    assert plain_spaces(named) == "Dortmund · 2. Halbjahr 2023"
