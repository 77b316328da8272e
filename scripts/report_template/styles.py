"""The styles of the Word template, and helpers for what python-docx does not support."""

from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

FONT = "Calibri"
INK = RGBColor(0x1F, 0x29, 0x33)
QUIET = RGBColor(0x56, 0x61, 0x6D)
ACCENT = RGBColor(0x00, 0x69, 0x5A)
MARK = RGBColor(0xC2, 0x18, 0x5B)
HAIRLINE = "CFD5DB"
TINT = "EEF4F2"
TABLE, TABLE_ID = "Flurwerk Table", "FlurwerkTable"
ORDER = {
    "w:pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs spacing ind contextualSpacing "
    "jc outlineLvl rPr",
    "w:tcPr": "tcW gridSpan vMerge tcBorders shd noWrap tcMar vAlign",
    "w:tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar tblLook",
}
"""The order that ECMA-376 requires for the child elements used in this template."""


OWN = (
    ("Table Text", 8.5, INK),
    ("Table Part", 8.5, INK),
    ("Table Goals", 8.5, INK),
    ("Table Number", 8.5, INK),
    ("Table Remark", 8, QUIET),
    ("Table Head", 8, QUIET),
    ("Table Head Goals", 8, QUIET),
    ("Table Head Number", 8, QUIET),
    ("Table Group", 9, ACCENT),
    ("Table Small", 7, INK),
    ("Table Small Number", 7, INK),
    ("Hint", 9, QUIET),
    ("Draft", 9.5, MARK),
    ("Highlight", 17, INK),
    ("Highlight Label", 8, QUIET),
    ("Figure", 10, INK),
)
"""The styles that Word does not have: name, size in points and colour."""


def define(document: Document) -> None:
    """Set and add the styles that the template uses."""
    define_table(document)
    styles: Any = document.styles
    _set(styles["Normal"], 10, INK, after=4, line=1.08)
    _set(styles["Title"], 28, INK, bold=True, after=2)
    _set(styles["Subtitle"], 15, QUIET, after=14)
    for level, size, before in ((1, 16, 16), (2, 11.5, 12), (3, 10, 8)):
        heading = styles[f"Heading {level}"]
        _set(heading, size, ACCENT if level == 1 else INK, bold=True, before=before, after=5)
        heading.paragraph_format.keep_with_next = True
    _set(styles["Caption"], 8.5, QUIET, before=4, after=10)
    _set(styles["List Bullet"], 11, INK, after=5)
    _set(styles["Header"], 8.5, QUIET)
    _set(styles["Footer"], 7.5, QUIET)
    for name, size, color in OWN:
        added = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        added.base_style = styles["Normal"]
        _set(added, size, color, line=1.0)
    for name in ("Table Part", "Table Goals", "Table Head Goals"):
        styles[name].paragraph_format.left_indent = Mm(3)
    for name in ("Table Number", "Table Head Number", "Table Small Number"):
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for name in ("Table Head", "Table Head Number", "Table Head Goals", "Table Group", "Draft", "Highlight"):
        styles[name].font.bold = True
    styles["Hint"].paragraph_format.space_after = Pt(8)
    styles["Highlight"].paragraph_format.space_before = Pt(5)
    styles["Highlight Label"].paragraph_format.space_after = Pt(6)
    styles["Draft"].paragraph_format.space_after = Pt(12)
    shade(styles["Draft"].element.get_or_add_pPr(), "FBEEF3")
    styles["Figure"].paragraph_format.keep_with_next = True


def _set(
    style: Any,
    size: float,
    color: RGBColor,
    *,
    bold: bool = False,
    before: float = 0,
    after: float = 0,
    line: float = 1.0,
) -> None:
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
    style.font.color.rgb = color
    style.font.italic = False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), FONT)
    form = style.paragraph_format
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), line
    for spacing in style.element.rPr.findall(qn("w:spacing")):
        style.element.rPr.remove(spacing)
    if style.name == "Title":
        for border in style.element.pPr.findall(qn("w:pBdr")):
            style.element.pPr.remove(border)


def element(name: str, **attributes: str) -> Any:
    """Return an element of WordprocessingML."""
    created = OxmlElement(name)
    for key, value in attributes.items():
        created.set(qn(f"w:{key}"), value)
    return created


def shade(properties: Any, fill: str) -> None:
    """Give a paragraph or a cell a background colour."""
    properties.append(element("w:shd", val="clear", color="auto", fill=fill))


def field(paragraph: Any, instruction: str, shown: str) -> None:
    """Add a field that Word computes, such as a page number."""
    simple = element("w:fldSimple", instr=f" {instruction} ")
    run = paragraph.add_run(shown)
    simple.append(run._r)
    paragraph._p.append(simple)


def define_table(document: Document) -> None:
    """Define the style of tables: hairlines between rows, a strong line below the head, no vertical lines."""
    xml = f"""
        <w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="{TABLE_ID}">
          <w:name w:val="{TABLE}"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="99"/><w:qFormat/>
          <w:tblPr>
            <w:tblBorders>
              <w:bottom w:val="single" w:sz="4" w:space="0" w:color="{HAIRLINE}"/>
              <w:insideH w:val="single" w:sz="4" w:space="0" w:color="{HAIRLINE}"/>
            </w:tblBorders>
            <w:tblCellMar>
              <w:top w:w="40" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>
              <w:bottom w:w="40" w:type="dxa"/><w:right w:w="70" w:type="dxa"/>
            </w:tblCellMar>
          </w:tblPr>
          <w:tblStylePr w:type="firstRow">
            <w:tcPr>
              <w:tcBorders><w:bottom w:val="single" w:sz="8" w:space="0" w:color="{ACCENT}"/></w:tcBorders>
              <w:vAlign w:val="bottom"/>
            </w:tcPr>
          </w:tblStylePr>
        </w:style>
    """
    document.styles.element.append(parse_xml(xml))


def head_row(row: Any) -> None:
    """Repeat a row on every page."""
    whole(row)
    row._tr.get_or_add_trPr().append(element("w:tblHeader"))


def whole(row: Any) -> None:
    """Keep a row on one page."""
    row._tr.get_or_add_trPr().insert(0, element("w:cantSplit"))


def in_order(root: Any) -> None:
    """Put the properties of paragraphs, cells and tables into the order that Word requires."""
    for name, order in ORDER.items():
        places = {qn(f"w:{child}"): place for place, child in enumerate(order.split())}
        for properties in root.iter(qn(name)):
            properties[:] = sorted(properties, key=lambda child: places.get(child.tag, len(places)))
