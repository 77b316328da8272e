"""The Word document has real tables and styles, described pictures, and optionally an agency's own template."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from maps.figures.report.content import Edition, content
from maps.figures.report.word import BrokenTemplate, placeholders, word
from scripts.report_template.__main__ import TEMPLATE, template
from tests.test_report.editions import (
    CORRECTED,
    HOSTILE,
    corrected,
    hostile,
    lines_in_model,
    model,
    plain_spaces,
    printed,
    published,
)

DOCS = Path(__file__).parents[2] / "docs" / "report.md"
CONTROL = re.compile("[\x00-\x1f\ufffe]")


@pytest.fixture(scope="module")
def document(edition: Edition) -> Any:
    return Document(io.BytesIO(word(edition)))


def rows(table: Any) -> list[list[str]]:
    """The texts of a table's cells; a merged cell occurs once."""
    return [[plain_spaces(cell.text) for cell in dict.fromkeys(row.cells)] for row in table.rows]


def own_template(tmp_path: Path, *paragraphs: str) -> Path:
    """Write a template with these paragraphs."""
    document: Any = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    path = tmp_path / "eigene.docx"
    document.save(path)
    return path


def texts(content: bytes) -> Iterator[str]:
    """The text of every paragraph, in tables too."""
    for paragraph in Document(io.BytesIO(content)).element.body.iter(qn("w:p")):
        yield plain_spaces("".join(run.text or "" for run in paragraph.iter(qn("w:t"))))


def test_the_table_has_all_rows_of_the_model_report(document: Any, edition: Edition) -> None:
    table = next(table for table in document.tables if "Ziele" in rows(table)[0])
    lines = [row for row in rows(table)[1:] if len(row) == 7]
    assert len(lines) == len(edition.report.lines)
    for row, line in zip(model(), lines_in_model(lines, lambda line: line[0]), strict=True):
        assert line[0] == row["indicator"]
        assert line[1:5] == printed(row), row["indicator"]
        assert line[5] == row["goals"].replace("|", ", ")
    groups = [row[0] for row in rows(table) if len(row) == 1]
    assert groups[0] == "Kundenservice · Firmenbezogene Dienstleistungen"
    assert groups[-1] == "Business Information Service · Neue Stärke"


def test_tables_repeat_their_header_and_have_a_style_and_columns_that_fit(document: Any) -> None:
    tables = [table for table in document.tables if table.style.name == "Flurwerk Table"]
    assert len(tables) > 10
    headed = [table for table in tables if table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")]
    assert len(headed) == len(tables) - 1, "all but the one of state and origin"
    for table in tables:
        grid = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid]
        longest = max((row._tr.findall(qn("w:tc")) for row in table.rows), key=len)
        assert len(grid) == len(longest)
        assert sum(grid) <= 257 / 25.4 * 1440 + 10


def test_headings_captions_and_lists_have_word_s_own_styles(document: Any, edition: Edition) -> None:
    by_style: dict[str, list[str]] = {}
    for paragraph in document.paragraphs:
        by_style.setdefault(paragraph.style.name, []).append(plain_spaces(paragraph.text))
    assert by_style["Title"] == ["Halbjahresbericht"]
    assert {"Auf einen Blick", "Kennzahlen", "Karten", "Zählregeln", "Beitragende Datensätze"} <= {
        *by_style["Heading 1"]
    }
    assert "Trassen des geförderten Ausbaus: 221 km in Planung, 82 km verlegt." in by_style["List Bullet"]
    assert len(by_style["Caption"]) == len(edition.pictures)
    fields = [field.get(qn("w:instr")).split()[0] for field in document.element.iter(qn("w:fldSimple"))]
    assert fields == ["SEQ"] * len(edition.pictures)


def test_pictures_have_alternative_text(document: Any, edition: Edition) -> None:
    described = [item.get("descr") for item in document.element.body.iter(qn("wp:docPr"))]
    assert described == [one.alt for one in edition.pictures]


def test_pages_have_numbers_and_the_table_is_on_landscape_pages(document: Any) -> None:
    footer = document.sections[0].footer._element.xml
    assert "PAGE" in footer
    assert "NUMPAGES" in footer
    orientations = [section.page_width > section.page_height for section in document.sections]
    assert orientations == [False, True, False, False, False]
    assert [section._sectPr.find(qn("w:cols")).get(qn("w:num")) for section in document.sections][-1] == "2"


def test_a_draft_is_marked_on_every_page_and_a_release_states_its_version(document: Any, edition: Edition) -> None:
    assert all("ENTWURF" in section.header.paragraphs[0].text for section in document.sections)
    data = word(published(edition))
    final: Any = Document(io.BytesIO(data))
    assert not any("ENTWURF" in section.header.paragraphs[0].text for section in final.sections)
    document_text = " ".join(texts(data))
    assert "Entwurf" not in document_text
    for part in (
        "Veröffentlicht, Fassung 2",
        "15.01.2024, 12:30 Uhr",
        "Nachmeldung",
        "0123456789abcdef",
        "Flurwerk 1.2.3",
    ):
        assert part in document_text, part


def test_a_correction_has_a_line_below_its_indicator_and_a_section(edition: Edition) -> None:
    document: Any = Document(io.BytesIO(word(corrected(edition))))
    table = next(table for table in document.tables if "Ziele" in rows(table)[0])
    found = rows(table)
    below = found.index([CORRECTED.de])
    assert found[below - 1][4] == "54.900 m²"
    assert CORRECTED.de in [plain_spaces(paragraph.text) for paragraph in document.paragraphs]
    assert "Abgeleitetes Datum" in [paragraph.text for paragraph in document.paragraphs]


def test_texts_of_people_are_text_and_neither_placeholders_nor_fields(edition: Edition) -> None:
    data = word(hostile(edition))
    found = [text.strip() for text in texts(data)]
    for text in HOSTILE:
        wanted = CONTROL.sub("", text).strip().replace("{_{", "{{").replace("}_}", "}}")
        assert any(wanted in one for one in found), text
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        xml = package.read("word/document.xml").decode()
    assert "w:instrText" not in xml
    assert {match.split()[0] for match in re.findall(r'w:instr="\s*([^"]+)"', xml)} == {"SEQ"}


def test_it_is_in_english_with_english_numbers(english: Edition) -> None:
    data = word(english)
    document_text = " ".join(texts(data))
    for part in (
        "Half-yearly report",
        "H2 2023",
        "54,900 m²",
        "1.5 Mio. €",
        "Contributing records",
        "Public land: 54,900 m²",
    ):
        assert part in document_text, part
    assert "Kennzahlen" not in document_text
    styles = Document(io.BytesIO(data)).styles.element
    assert next(styles.iter(qn("w:lang"))).get(qn("w:val")) == "en-GB"


def test_an_agency_s_own_template_replaces_ours(edition: Edition, tmp_path: Path) -> None:
    path = own_template(
        tmp_path,
        "{{ agency }}: {{ title }} {{ subtitle }}",
        "{%p for one in maps %}",
        "{{ one.picture }}",
        "{%p endfor %}",
    )
    data = word(edition, path)
    assert f"{edition.agency}: Halbjahresbericht 2. Halbjahr 2023" in list(texts(data))
    assert len(list(Document(io.BytesIO(data)).element.body.iter(qn("wp:docPr")))) == len(content(edition)["maps"])


@pytest.mark.parametrize(
    ("paragraph", "named"),
    [
        ("{{ titel }}", "“titel”"),
        ("{%p for one in maps %}{{ one.bild }}{%p endfor %}", "tag"),
        ("{{ words.titel }}", "titel"),
        ("{{ title", "near “{{ title"),
        ("{% for one in maps %}", "endfor"),
        ("{{ title.__class__.__mro__ }}", "__class__"),
        ("{{ 1 + title }}", "unsupported operand"),
    ],
)
def test_a_broken_template_is_refused_and_its_error_is_named(
    edition: Edition, tmp_path: Path, paragraph: str, named: str
) -> None:
    with pytest.raises(BrokenTemplate) as refused:
        word(edition, own_template(tmp_path, paragraph))
    assert named in str(refused.value)
    assert "eigene.docx" in str(refused.value)


def test_a_file_that_is_no_word_document_is_refused(edition: Edition, tmp_path: Path) -> None:
    path = tmp_path / "eigene.docx"
    for broken in (b"", b"Text", b"PK\x03\x04"):
        path.write_bytes(broken)
        with pytest.raises(BrokenTemplate, match="is not a Word document"):
            word(edition, path)


def test_the_shipped_template_is_what_its_script_makes(tmp_path: Path) -> None:
    path = tmp_path / "made.docx"
    template().save(path)
    with zipfile.ZipFile(path) as built, zipfile.ZipFile(TEMPLATE) as shipped:
        names = [name for name in built.namelist() if name.startswith("word/") and name.endswith(".xml")]
        assert names
        for name in names:
            assert built.read(name) == shipped.read(name), name


def test_every_placeholder_is_documented_and_in_the_shipped_template(edition: Edition) -> None:
    documented = DOCS.read_text("utf-8")
    with zipfile.ZipFile(TEMPLATE) as shipped:
        used = " ".join(shipped.read(name).decode() for name in shipped.namelist() if name.endswith(".xml"))
    for name in placeholders(edition):
        assert f"`{name}`" in documented, name
    for name in ("title", "subtitle", "agency", "draft", "sentences", "columns", "areas", "key_figures", "goals"):
        assert name in used
    for name in ("corrections", "charts", "maps", "splits", "rules", "records", "doubts", "origin", "as_of", "picture"):
        assert name in used
