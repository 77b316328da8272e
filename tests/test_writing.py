"""Records are written at the end of a workbook's rows, or writing the file fails."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import openpyxl
import pytest

from geo.records.exports import WritingFailed, converting
from geo.records.file_writers.job import Job

OTHERWISE = """
from zipfile import ZipFile
from geo.records.file_writers import __main__, sheet

write_frame = sheet._write_frame

def write_otherwise(job, path):
    styles = write_frame(job, path)
    with ZipFile(path) as book:
        contents = {{part: book.read(part) for part in book.namelist()}}
    with ZipFile(path, "w") as book:
        for part, content in contents.items():
            book.writestr({name}, {content})
    return styles

sheet._write_frame = write_otherwise
__main__.main()
"""
"""The process that writes files, with an openpyxl whose workbook has other part names or contents."""


def workbook(path: Path) -> Job:
    return Job("xlsx", str(path), "plots", [("id", "integer")], ["id"], None, "EPSG:25832", False, 2, [], "en")


async def rows() -> AsyncIterator[bytes]:
    yield b"17\n18\n"


def test_the_records_are_below_the_header(tmp_path: Path) -> None:
    asyncio.run(converting.convert(workbook(tmp_path / "plots.xlsx"), rows()))
    sheet = openpyxl.load_workbook(tmp_path / "plots.xlsx")["plots"]
    assert list(sheet.values) == [("id",), (17,), (18,)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("part", "content.replace(b'</sheetData>', b'</sheetdata>')"),
        ("part", "content.replace(b'</sheetData>', b'</sheetData></sheetData>')"),
        ("part.replace('sheet1', 'sheet01')", "content"),
    ],
    ids=["no end of rows", "two ends of rows", "another name"],
)
def test_a_workbook_in_another_form_fails_instead_of_losing_its_records(
    name: str, content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = OTHERWISE.format(name=name, content=content)
    monkeypatch.setattr(converting, "COMMAND", (sys.executable, "-P", "-c", program))
    with pytest.raises(WritingFailed, match=r"UnexpectedWorkbook: openpyxl no longer writes xl/worksheets/sheet1\.xml"):
        asyncio.run(converting.convert(workbook(tmp_path / "plots.xlsx"), rows()))
