"""Building blocks of the Word template: tables with loops, conditional paragraphs, and pages."""

from collections.abc import Sequence
from typing import Any

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.shared import Mm

from scripts.report_template.styles import ACCENT, MARK, TABLE, element, field, head_row, whole

PORTRAIT, LANDSCAPE = (210, 297), (297, 210)
MARGIN = 20
Cell = tuple[str, str, float]
"""A cell of a row: its content, its style, and its width in millimetres."""


def plain_table(document: Any, heads: Sequence[str], cells: Sequence[Cell], loop: str) -> None:
    """Add a table with a head and a row for each item of a loop."""
    table = add_table(document, len(cells))
    head = [
        (f"{{{{ words.{name} }}}}", "Table Head Number" if "Number" in style else "Table Head", width)
        for name, (_, style, width) in zip(heads, cells, strict=True)
    ]
    head_row(add_row(table, head))
    begin_rows(table, loop)
    whole(add_row(table, cells))
    end_rows(table)
    drop_first(table)


def add_table(document: Any, columns: int) -> Any:
    """Add a table in our style; python-docx begins it with a row."""
    table = document.add_table(rows=1, cols=columns, style=TABLE)
    table.autofit = False
    return table


def drop_first(table: Any) -> None:
    """Remove the row with which python-docx begins a table."""
    table._tbl.remove(table.rows[0]._tr)


def add_row(table: Any, cells: Sequence[Cell], *, span: bool = False) -> Any:
    """Add a row; with ``span``, its only cell is as wide as the table."""
    row = table.add_row()
    if span:
        row.cells[0].merge(row.cells[-1])
    for number, (text, style, width) in enumerate(cells):
        cell = row.cells[number]
        cell.paragraphs[0].text, cell.paragraphs[0].style = text, style
        cell.width = Mm(width)
    return row


def begin_rows(table: Any, loop: str) -> None:
    """Add the row that begins a loop over rows."""
    add_row(table, [(f"{{%tr for {loop} %}}", "Table Text", 30)])


def end_rows(table: Any) -> None:
    """Add the row that ends a loop over rows."""
    add_row(table, [("{%tr endfor %}", "Table Text", 30)])


def when(document: Any, condition: str, add: Any) -> None:
    """Add content that is shown only if a condition holds."""
    document.add_paragraph(f"{{%p if {condition} %}}")
    add()
    document.add_paragraph("{%p endif %}")


def each(document: Any, loop: str, add: Any) -> None:
    """Add content that is repeated for each item of a loop."""
    document.add_paragraph(f"{{%p for {loop} %}}")
    add()
    document.add_paragraph("{%p endfor %}")


def turn(document: Any, size: tuple[int, int]) -> None:
    """Begin a new section with this paper size."""
    set_page(document.add_section(WD_SECTION.NEW_PAGE), size)


def set_page(section: Any, size: tuple[int, int]) -> None:
    """Set a section's paper, margins, header and footer."""
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
