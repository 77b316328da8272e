"""Write maps/report/templates/report.docx: ``python -m scripts.report_template``."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt

from scripts.report_template.styles import (
    ACCENT,
    MARK,
    TABLE,
    TINT,
    define,
    element,
    field,
    head_row,
    in_order,
    shade,
    whole,
)

TEMPLATE = Path(__file__).parents[2] / "maps/report/templates/report.docx"
PORTRAIT, LANDSCAPE = (210, 297), (297, 210)
MARGIN = 20
Cell = tuple[str, str, float]
"""A cell of a row: what it holds, its style, and its width in millimetres."""


def main() -> None:
    """Write the template."""
    template().save(TEMPLATE)


def template() -> Any:
    """The template."""
    document: Any = Document()
    define(document)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = "{{ subject }}", "{{ agency }}", ""
    properties.language = "{{ language }}"
    _page(document.sections[0], PORTRAIT)
    _first_page(document)
    _turn(document, LANDSCAPE)
    _indicators(document)
    _turn(document, PORTRAIT)
    _corrections(document)
    _pictures(document)
    _splits(document)
    _rules(document)
    _doubts(document)
    _origin(document)
    _records(document)
    parts = [document.element, document.styles.element]
    parts += [part._element for section in document.sections for part in (section.header, section.footer)]
    for root in parts:
        in_order(root)
    document.settings.element.insert(0, element("w:autoHyphenation", val="true"))
    return document


def _first_page(document: Any) -> None:
    document.add_paragraph("{{ title }}", "Title")
    document.add_paragraph("{{ subtitle }}", "Subtitle")
    _when(document, "is_draft", lambda: document.add_paragraph("{{ draft }}. {{ words.draft_hint }}", "Draft"))
    table = _table(document, 4)
    table.style = "Normal Table"
    cells = [
        ("{%tc for one in highlights %}", "Normal", 1),
        ("{{ one.value }}", "Highlight", 34),
        ("{%tc endfor %}", "Normal", 1),
    ]
    _row(table, cells)
    cell = table.rows[-1].cells[1]
    cell.add_paragraph("{{ one.label }}", "Highlight Label")
    shade(cell._tc.get_or_add_tcPr(), TINT)
    _drop_first(table)
    document.add_paragraph("{{ words.at_a_glance }}", "Heading 1")
    _each(document, "sentence in sentences", lambda: document.add_paragraph("{{ sentence }}", "List Bullet"))


def _indicators(document: Any) -> None:
    document.add_paragraph("{{ words.table }}", "Heading 1")
    table = _figures(document)
    for loop in ("area in areas", "product in area.products"):
        _loop(table, loop)
    group = _row(table, [("{% colspan span %}{{ area.area }} · {{ product.product }}", "Table Group", 257)], span=True)
    shade(group.cells[0]._tc.get_or_add_tcPr(), TINT)
    group.cells[0].paragraphs[0].paragraph_format.keep_with_next = True
    _loop(table, "row in product.rows")
    _line(table)
    for _ in range(3):
        _end(table)
    document.add_paragraph("{{ goals }}", "Hint").paragraph_format.space_before = Pt(6)
    document.add_paragraph("{{ words.of_year_note }}", "Hint")
    document.add_paragraph("{{ words.key_figures }}", "Heading 2")
    table = _figures(document)
    _loop(table, "row in key_figures")
    _line(table)
    _end(table)


def _figures(document: Any) -> Any:
    """A table of indicators with its head."""
    table = _table(document, 6)
    head = [
        ("{{ words.indicator }}", "Table Head", 78),
        ("{%tc for column in columns %}", "Table Head", 1),
        ("{{ column }}", "Table Head Number", 26),
        ("{%tc endfor %}", "Table Head", 1),
        ("{{ words.goals }}", "Table Head Goals", 18),
        ("{{ words.remark }}", "Table Head", 57),
    ]
    head_row(_row(table, head))
    _drop_first(table)
    return table


def _line(table: Any) -> None:
    """The row of an indicator, and below it one for each correction."""
    row = _row(
        table,
        [
            ("{{ row.label }}", "Table Text", 78),
            ("{%tc for value in row.cells %}", "Table Text", 1),
            ("{{ value }}", "Table Number", 26),
            ("{%tc endfor %}", "Table Text", 1),
            ("{{ row.goals }}", "Table Goals", 18),
            ("{{ row.remark }}", "Table Remark", 57),
        ],
    )
    label = row.cells[0]
    label.paragraphs[0].text = "{%p if row.is_part %}"
    label.add_paragraph("{{ row.label }}", "Table Part")
    label.add_paragraph("{%p else %}", "Table Text")
    label.add_paragraph("{{ row.label }}", "Table Text")
    label.add_paragraph("{%p endif %}", "Table Text")
    whole(row)
    _loop(table, "line in row.corrections")
    corrected = _row(table, [("{% colspan span %}{{ line }}", "Table Part", 257)], span=True)
    shade(corrected.cells[0]._tc.get_or_add_tcPr(), "FFF6E6")
    _end(table)


def _corrections(document: Any) -> None:
    document.add_paragraph("{%p if corrections %}")
    document.add_paragraph("{{ words.corrections }}", "Heading 1")
    document.add_paragraph("{{ words.corrections_hint }}", "Hint")
    document.add_paragraph("{%p for one in corrections %}")
    document.add_paragraph("{{ one.label }}", "Heading 2")
    document.add_paragraph("{{ one.line }}")
    rows = [
        ("{{ cause.what }}", "Table Text", 98),
        ("{{ cause.record }}", "Table Text", 48),
        ("{{ cause.amount }}", "Table Number", 24),
    ]
    _plain(document, ["cause", "record", "amount"], rows, "cause in one.causes")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endif %}")


def _pictures(document: Any) -> None:
    for name in ("charts", "maps"):
        document.add_paragraph(f"{{%p if {name} %}}")
        document.add_paragraph(f"{{{{ words.{name} }}}}", "Heading 1").paragraph_format.page_break_before = (
            name == "maps"
        )
        document.add_paragraph(f"{{%p for one in {name} %}}")
        document.add_paragraph("{{ one.picture }}", "Figure")
        caption = document.add_paragraph("", "Caption")
        caption.add_run("{{ words.figure }} ").bold = True
        field(caption, "SEQ Figure \\* ARABIC", "{{ one.number }}")
        caption.add_run(": {{ one.title }}")
        document.add_paragraph("{{ one.note }}", "Normal")
        document.add_paragraph("{%p endfor %}")
        document.add_paragraph("{%p endif %}")


def _splits(document: Any) -> None:
    document.add_paragraph("{{ words.splits }}", "Heading 1").paragraph_format.page_break_before = True
    document.add_paragraph("{{ words.splits_hint }}", "Hint")
    document.add_paragraph("{%p for one in splits %}")
    document.add_paragraph("{{ one.title }}", "Heading 2")
    table = _table(document, 4)
    for loop, first, shown, style, number in (
        ("column in one.columns", "{{ words.district }}", "{{ column }}", "Table Head", "Table Head Number"),
        ("value in row.cells", "{{ row.part }}", "{{ value }}", "Table Text", "Table Number"),
        ("value in one.totals", "{{ words.total }}", "{{ value }}", "Table Head", "Table Head Number"),
    ):
        if style == "Table Text":
            _loop(table, "row in one.rows")
        cells = [
            (first, style, 36),
            (f"{{%tc for {loop} %}}", style, 1),
            (shown, number, 19),
            ("{%tc endfor %}", style, 1),
        ]
        row = _row(table, cells)
        if style == "Table Text":
            _end(table)
        if loop.startswith("column"):
            head_row(row)
    _drop_first(table)
    document.add_paragraph("{%p endfor %}")


def _rules(document: Any) -> None:
    document.add_paragraph("{{ words.rules }}", "Heading 1").paragraph_format.page_break_before = True
    document.add_paragraph("{%p for one in rules %}")
    document.add_paragraph("{{ one.label }}", "Heading 2")
    document.add_paragraph("{{ one.rule }}")
    document.add_paragraph("{%p endfor %}")


def _doubts(document: Any) -> None:
    document.add_paragraph("{%p if doubts %}")
    document.add_paragraph("{{ words.doubts }}", "Heading 1")
    document.add_paragraph("{{ words.doubts_hint }}", "Hint")
    document.add_paragraph("{%p for one in doubts %}")
    document.add_paragraph("{{ one.label }}", "Heading 2")
    document.add_paragraph("{{ one.advice }}", "Hint")
    rows = [
        ("{{ row.record }}", "Table Text", 48),
        ("{{ row.detail }}", "Table Text", 76),
        ("{{ row.indicators }}", "Table Text", 46),
    ]
    _plain(document, ["record", "detail", "indicator"], rows, "row in one.rows")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endif %}")


def _origin(document: Any) -> None:
    document.add_paragraph("{{ words.origin }}", "Heading 1")
    table = _table(document, 2)
    _loop(table, "one in origin")
    _row(table, [("{{ one.label }}", "Table Remark", 50), ("{{ one.value }}", "Table Text", 120)])
    _end(table)
    _drop_first(table)


def _records(document: Any) -> None:
    _turn(document, PORTRAIT)
    document.add_paragraph("{{ words.records }}", "Heading 1")
    document.add_paragraph("{{ words.records_hint }}", "Hint")
    section = document.add_section(WD_SECTION.CONTINUOUS)
    _page(section, PORTRAIT)
    columns = section._sectPr.find(element("w:cols").tag)
    if columns is None:
        columns = element("w:cols")
        section._sectPr.append(columns)
    for name, value in (("num", "2"), ("space", "454")):
        columns.set(columns.tag.replace("}cols", f"}}{name}"), value)
    document.add_paragraph("{%p for one in records %}")
    document.add_paragraph("{{ one.label }}", "Heading 2")
    document.add_paragraph("{{ one.total }}  ·  {{ one.count }}", "Hint")
    document.add_paragraph("{%p if one.rows %}")
    rows = [
        ("{{ row.date }}", "Table Small", 15),
        ("{{ row.record }}", "Table Small", 24),
        ("{{ row.district }}", "Table Small", 26),
        ("{{ row.amount }}", "Table Small Number", 15),
    ]
    _plain(document, ["date", "record", "district", "amount"], rows, "row in one.rows")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p if one.more %}")
    document.add_paragraph("{{ one.more }}", "Hint")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p endfor %}")


def _plain(document: Any, heads: Sequence[str], cells: Sequence[Cell], loop: str) -> None:
    """A table with a head and a row for each of something."""
    table = _table(document, len(cells))
    head = [
        (f"{{{{ words.{name} }}}}", "Table Head Number" if "Number" in style else "Table Head", width)
        for name, (_, style, width) in zip(heads, cells, strict=True)
    ]
    head_row(_row(table, head))
    _loop(table, loop)
    whole(_row(table, cells))
    _end(table)
    _drop_first(table)


def _table(document: Any, columns: int) -> Any:
    table = document.add_table(rows=1, cols=columns, style=TABLE)
    table.autofit = False
    return table


def _drop_first(table: Any) -> None:
    """Remove the row with which python-docx begins a table."""
    table._tbl.remove(table.rows[0]._tr)


def _row(table: Any, cells: Sequence[Cell], *, span: bool = False) -> Any:
    row = table.add_row()
    if span:
        row.cells[0].merge(row.cells[-1])
    for number, (text, style, width) in enumerate(cells):
        cell = row.cells[number]
        cell.paragraphs[0].text, cell.paragraphs[0].style = text, style
        cell.width = Mm(width)
    return row


def _loop(table: Any, loop: str) -> None:
    _row(table, [(f"{{%tr for {loop} %}}", "Table Text", 30)])


def _end(table: Any) -> None:
    _row(table, [("{%tr endfor %}", "Table Text", 30)])


def _when(document: Any, condition: str, add: Any) -> None:
    document.add_paragraph(f"{{%p if {condition} %}}")
    add()
    document.add_paragraph("{%p endif %}")


def _each(document: Any, loop: str, add: Any) -> None:
    document.add_paragraph(f"{{%p for {loop} %}}")
    add()
    document.add_paragraph("{%p endfor %}")


def _turn(document: Any, size: tuple[int, int]) -> None:
    """Begin a new section of that paper."""
    _page(document.add_section(WD_SECTION.NEW_PAGE), size)


def _page(section: Any, size: tuple[int, int]) -> None:
    width, height = size
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.orientation = WD_ORIENT.LANDSCAPE if width > height else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = section.bottom_margin = Mm(MARGIN)
    section.top_margin, section.header_distance, section.footer_distance = Mm(27), Mm(13), Mm(10)
    section.header.is_linked_to_previous = section.footer.is_linked_to_previous = False
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    for paragraph in (head, foot):
        paragraph.style.paragraph_format.tab_stops.clear_all()
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(width - 2 * MARGIN), WD_TAB_ALIGNMENT.RIGHT)
    agency = head.add_run("{{ agency }}")
    agency.font.color.rgb, agency.bold = ACCENT, True
    head.add_run("\t{{ subject }}")
    draft = head.add_run("{% if is_draft %}  {{ draft|upper }}{% endif %}")
    draft.font.color.rgb, draft.bold = MARK, True
    _line_below(head, "12", str(ACCENT))
    foot.add_run("{{ agency }} · {{ as_of }}\t{{ words.page }} ")
    field(foot, "PAGE", "1")
    foot.add_run(" / ")
    field(foot, "NUMPAGES", "1")


def _line_below(paragraph: Any, size: str, color: str) -> None:
    borders = element("w:pBdr")
    borders.append(element("w:bottom", val="single", sz=size, space="4", color=color))
    paragraph._p.get_or_add_pPr().append(borders)


if __name__ == "__main__":
    main()
