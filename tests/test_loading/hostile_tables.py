"""Writers of tables for made-up records: by hand, past the care of the programs that usually write them."""

# ruff: noqa: DTZ001 - spreadsheets' times have no zone.

import csv
import gzip
import io
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZipFile

from shapely import to_wkt

from geo.loading import FileMapping
from tests.test_loading.hostile_records import Case

Written = tuple[Path, FileMapping]
Writer = Callable[[Path, Case], Written]

CRS = "EPSG:25832"


def plain(value: Any) -> str:
    """Return a value as a text, as programs write it to a CSV."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "wkt"):
        return value.wkt if value.is_empty else _wkt(value)
    return "" if value is None else str(value)


def _wkt(shape: Any) -> str:
    return to_wkt(shape, rounding_precision=-1)


def written_csv(delimiter: str, encoding: str, end: str, quoting: Any) -> Writer:
    """Return a writer of CSV."""

    def write(folder: Path, case: Case) -> Written:
        path = folder / f"{case.layer}.csv"
        path.write_bytes(csv_bytes(case, delimiter, end, quoting).encode(encoding))
        named = encoding if encoding in {"cp1252", "utf-8"} else None
        return path, FileMapping(crs=CRS, encoding=named)

    return write


def csv_bytes(case: Case, delimiter: str, end: str, quoting: Any) -> str:
    """Return the records as CSV; the fields with line ends are in quotation marks, as the format demands."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(case.rows[0])
    for row in case.rows:
        cells = [plain(value) for value in row.values()]
        # Python's writer does not quote a lone CR if rows end with LF.
        risky = any("\r" in cell or "\n" in cell for cell in cells)
        line = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL if risky else quoting)
        line.writerow(cells)
    return text.getvalue()


def write_csv_gz(folder: Path, case: Case) -> Written:
    """Write .csv.gz."""
    path = folder / f"{case.layer}.csv.gz"
    path.write_bytes(gzip.compress(csv_bytes(case, ";", "\n", csv.QUOTE_MINIMAL).encode(), 1))
    return path, FileMapping(crs=CRS)


def zipped(write: Writer, suffix: str = "zip") -> Writer:
    """Return a writer that packs what another one writes into an archive."""

    def pack(folder: Path, case: Case) -> Written:
        path, mapping = write(folder, case)
        archive = folder / f"delivery.{suffix}"
        with ZipFile(archive, "w") as package:
            parts = path.rglob("*") if path.is_dir() else folder.glob(f"{path.stem}.*")
            for part in parts:
                if part.is_file():
                    package.write(part, part.relative_to(folder))
        return archive, mapping

    return pack


RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/styles.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}">'
    '<sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{RELATION}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{RELATION}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/>'
    '<xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>',
}


def write_xlsx(folder: Path, case: Case) -> Written:
    """Write a workbook with numbers, truth values, days and texts as such."""
    lines = [_xlsx_row(1, list(case.rows[0]))]
    lines += [_xlsx_row(number, list(row.values())) for number, row in enumerate(case.rows, 2)]
    path = folder / f"{case.layer}.xlsx"
    with ZipFile(path, "w") as package:
        for name, content in PARTS.items():
            package.writestr(name, content)
        sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
        package.writestr("xl/worksheets/sheet1.xml", sheet)
    return path, FileMapping(crs=CRS)


def _xlsx_row(number: int, values: list[Any]) -> str:
    cells = [_xlsx_cell(f"{'ABCDEFGH'[place]}{number}", value) for place, value in enumerate(values)]
    return f'<row r="{number}">{"".join(cells)}</row>'


def _xlsx_cell(place: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        passed = moment.replace(tzinfo=None) - datetime(1899, 12, 30)
        days = passed.days + passed.seconds / 86400
        return f'<c r="{place}" s="{2 if isinstance(value, datetime) else 1}"><v>{days!r}</v></c>'
    if isinstance(value, str) or hasattr(value, "wkt"):
        text = re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", plain(value))
        text = re.sub("[\x00-\x08\x0b-\x1f\ufffe\uffff]", lambda found: f"_x{ord(found[0]):04X}_", text)
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>' if isinstance(value, float) else f'<c r="{place}"><v>{value}</v></c>'


def write_ods(folder: Path, case: Case) -> Written:
    """Write a spreadsheet of LibreOffice's format."""
    rows = [[*case.rows[0]], *([*row.values()] for row in case.rows)]
    table = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    path = folder / f"{case.layer}.ods"
    with ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        content = f'<a xmlns:office="o" xmlns:table="t" xmlns:text="x"><table:table table:name="s">{table}'
        package.writestr("content.xml", f"{content}</table:table></a>")
    return path, FileMapping(crs=CRS)


def _ods_cell(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        kind, shown = f'boolean" office:boolean-value="{str(value).lower()}', str(value).upper()
    elif isinstance(value, date):
        kind, shown = f'date" office:date-value="{value.isoformat()}', value.isoformat()
    elif isinstance(value, str) or hasattr(value, "wkt"):
        kind, shown = "string", plain(value)
    else:
        kind, shown = f'float" office:value="{value!s}', plain(value)
    lines = re.split("\r\n|\r|\n", shown)
    marked = [escape(line).replace(" ", "<text:s/>").replace("\t", "<text:tab/>") for line in lines]
    texts = "".join(f"<text:p>{line}</text:p>" for line in marked)
    return f'<table:table-cell office:value-type="{kind}">{texts}</table:table-cell>'
