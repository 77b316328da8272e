"""The parts of the Word template, with their placeholders (docs/report.md)."""

from typing import Any

from docx.enum.section import WD_SECTION
from docx.shared import Pt

from scripts.report_template.building import (
    PORTRAIT,
    add_row,
    add_table,
    begin_rows,
    drop_first,
    each,
    end_rows,
    plain_table,
    set_page,
    turn,
    when,
)
from scripts.report_template.styles import TINT, element, field, head_row, shade, whole


def first_page(document: Any) -> None:
    """Add the titles, the highlighted figures, and the key figures in sentences."""
    when(document, "logo", lambda: document.add_paragraph("{{ logo }}"))
    document.add_paragraph("{{ title }}", "Title")
    document.add_paragraph("{{ place }} · {{ subtitle }}", "Subtitle")
    when(document, "is_draft", lambda: document.add_paragraph("{{ draft }}. {{ words.draft_hint }}", "Draft"))
    when(document, "part_note", lambda: document.add_paragraph("{{ words.report_of_part }}. {{ part_note }}", "Hint"))
    table = add_table(document, 4)
    table.style = "Normal Table"
    cells = [
        ("{%tc for one in highlights %}", "Normal", 1),
        ("{{ one.value }}", "Highlight", 34),
        ("{%tc endfor %}", "Normal", 1),
    ]
    add_row(table, cells)
    cell = table.rows[-1].cells[1]
    cell.add_paragraph("{{ one.label }}", "Highlight Label")
    shade(cell._tc.get_or_add_tcPr(), TINT)
    drop_first(table)
    document.add_paragraph("{{ words.at_a_glance }}", "Heading 1")
    each(document, "sentence in sentences", lambda: document.add_paragraph("{{ sentence }}", "List Bullet"))


def indicators(document: Any) -> None:
    """Add the table of indicators and that of the key figures."""
    document.add_paragraph("{{ words.table }}", "Heading 1")
    table = _figures(document)
    for loop in ("area in areas", "product in area.products"):
        begin_rows(table, loop)
    group = add_row(
        table, [("{% colspan span %}{{ area.area }} · {{ product.product }}", "Table Group", 257)], span=True
    )
    shade(group.cells[0]._tc.get_or_add_tcPr(), TINT)
    group.cells[0].paragraphs[0].paragraph_format.keep_with_next = True
    begin_rows(table, "row in product.rows")
    _line(table)
    for _ in range(3):
        end_rows(table)
    when(document, "goals", lambda: document.add_paragraph("{{ goals }}", "Hint"))
    document.add_paragraph("{{ words.of_year_note }}", "Hint").paragraph_format.space_before = Pt(6)
    document.add_paragraph("{{ words.key_figures }}", "Heading 2")
    table = _figures(document)
    begin_rows(table, "row in key_figures")
    _line(table)
    end_rows(table)


def _figures(document: Any) -> Any:
    """Add a table of indicators with its head."""
    table = add_table(document, 8)
    head = [
        ("{{ words.indicator }}", "Table Head", 78),
        ("{%tc for column in columns %}", "Table Head", 1),
        ("{{ column }}", "Table Head Number", 26),
        ("{%tc endfor %}", "Table Head", 1),
        ("{%tc if has_goals %}", "Table Head", 1),
        ("{{ words.goals }}", "Table Head Goals", 18),
        ("{%tc endif %}", "Table Head", 1),
        ("{{ words.remark }}", "Table Head", 57),
    ]
    head_row(add_row(table, head))
    drop_first(table)
    return table


def _line(table: Any) -> None:
    """Add the row of an indicator, and below it one for each correction."""
    row = add_row(
        table,
        [
            ("{{ row.label }}", "Table Text", 78),
            ("{%tc for value in row.cells %}", "Table Text", 1),
            ("{{ value }}", "Table Number", 26),
            ("{%tc endfor %}", "Table Text", 1),
            ("{%tc if has_goals %}", "Table Text", 1),
            ("{{ row.goals }}", "Table Goals", 18),
            ("{%tc endif %}", "Table Text", 1),
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
    begin_rows(table, "line in row.corrections")
    corrected = add_row(table, [("{% colspan span %}{{ line }}", "Table Part", 257)], span=True)
    shade(corrected.cells[0]._tc.get_or_add_tcPr(), "FFF6E6")
    end_rows(table)


def corrections(document: Any) -> None:
    """Add the corrections of earlier reports' figures."""
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
    plain_table(document, ["cause", "record", "amount"], rows, "cause in one.causes")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endif %}")


def pictures(document: Any) -> None:
    """Add charts and maps with their captions."""
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


def splits(document: Any) -> None:
    """Add the figures by district."""
    document.add_paragraph("{%p if splits %}")
    document.add_paragraph("{{ words.splits }}", "Heading 1").paragraph_format.page_break_before = True
    document.add_paragraph("{{ words.splits_hint }}", "Hint")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p for one in splits %}")
    document.add_paragraph("{{ one.title }}", "Heading 2")
    table = add_table(document, 4)
    for loop, first, shown, style, number in (
        ("column in one.columns", "{{ words.district }}", "{{ column }}", "Table Head", "Table Head Number"),
        ("value in row.cells", "{{ row.part }}", "{{ value }}", "Table Text", "Table Number"),
        ("value in one.totals", "{{ one.total }}", "{{ value }}", "Table Head", "Table Head Number"),
    ):
        if style == "Table Text":
            begin_rows(table, "row in one.rows")
        cells = [
            (first, style, 36),
            (f"{{%tc for {loop} %}}", style, 1),
            (shown, number, 19),
            ("{%tc endfor %}", style, 1),
        ]
        row = add_row(table, cells)
        if style == "Table Text":
            end_rows(table)
        if loop.startswith("column"):
            head_row(row)
    drop_first(table)
    document.add_paragraph("{%p endfor %}")


def rules(document: Any) -> None:
    """Add the counting rules."""
    document.add_paragraph("{{ words.rules }}", "Heading 1").paragraph_format.page_break_before = True
    document.add_paragraph("{%p for one in rules %}")
    document.add_paragraph("{{ one.label }}", "Heading 2")
    document.add_paragraph("{{ one.rule }}")
    document.add_paragraph("{%p endfor %}")


def doubts(document: Any) -> None:
    """Add the findings of the checks, for drafts only."""
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
    plain_table(document, ["record", "detail", "indicator"], rows, "row in one.rows")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p endif %}")


def origin(document: Any) -> None:
    """Add state, instant, version and hash."""
    document.add_paragraph("{{ words.origin }}", "Heading 1")
    table = add_table(document, 2)
    begin_rows(table, "one in origin")
    add_row(table, [("{{ one.label }}", "Table Remark", 50), ("{{ one.value }}", "Table Text", 120)])
    end_rows(table)
    drop_first(table)


def records(document: Any) -> None:
    """Add the records behind the figures, in two columns."""
    turn(document, PORTRAIT)
    document.add_paragraph("{{ words.records }}", "Heading 1")
    document.add_paragraph("{{ words.records_hint }}", "Hint")
    section = document.add_section(WD_SECTION.CONTINUOUS)
    set_page(section, PORTRAIT)
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
    plain_table(document, ["date", "record", "district", "amount"], rows, "row in one.rows")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p if one.more %}")
    document.add_paragraph("{{ one.more }}", "Hint")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p endfor %}")
