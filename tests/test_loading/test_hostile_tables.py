"""Whatever texts and numbers a table has: each is read exactly, or refused. There is no third outcome."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.exceptions import IllegalCharacterError

from geo.loading.converting.columns import convert
from geo.loading.converting.values import converter
from geo.loading.reading import ReadingOptions, open_source
from geo.loading.report import LoadRefused

HEAD = ("source_id", "note", "last")
LETTERS = st.sampled_from("abzÄößŠ ;,|\t\"'\n\r=-#0123456789_xD\u00a0\u200b\u2028€")
TEXTS = st.text(LETTERS, max_size=12)
ROWS = st.lists(st.tuples(st.integers(1, 10**9).map(str), TEXTS, TEXTS), min_size=1, max_size=20)
NUMBERS = st.one_of(
    st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False, min_value=-1e16, max_value=1e16)
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("hostile")


def read(path: Path, kinds: dict[str, str]) -> tuple[dict[int, dict[str, str | None]], set[tuple[int, str | None]]]:
    """Return the values of each row as they would be stored, and the cells (or whole rows) that are refused."""
    source = open_source(path, "operators", ReadingOptions())
    stored: dict[int, dict[str, str | None]] = {}
    refused: set[tuple[int, str | None]] = set()
    read = 0
    for batch in source.batches(list(kinds), False):
        refused |= {(problem.row or 0, None) for problem in batch.problems}
        read += len(batch.rows)
        for name, kind in kinds.items():
            values, bad = convert(batch.columns[name], converter(kind, source.decimals), as_text=kind == "text")
            refused |= {(int(batch.rows[cell.index]), name) for cell in bad}
            for number, value in zip(batch.rows, values.to_pylist(), strict=True):
                stored.setdefault(int(number), {})[name] = value
    assert source.counted == read + source.skipped
    return stored, refused


def expect(path: Path, rows: Sequence[Sequence[str]], same: Any) -> None:
    """Read a file, and compare what is not refused with the rows that were written."""
    try:
        stored, refused = read(path, dict.fromkeys(HEAD, "text"))
    except LoadRefused:
        return
    for number, cells in enumerate(rows, 2):
        for name, text in zip(HEAD, cells, strict=True):
            if (number, None) not in refused and (number, name) not in refused:
                assert same(stored[number][name], text), (number, name)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, delimiter=st.sampled_from(";,\t|"), end=st.sampled_from(["\n", "\r\n"]), all_quoted=st.booleans())
def test_proper_csv_is_read_exactly_or_refused(folder, rows, delimiter, end, all_quoted):
    text = io.StringIO()
    # Python's writer does not quote a lone CR if rows end with LF.
    quoting = csv.QUOTE_ALL if all_quoted or any("\r" in cell for row in rows for cell in row) else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows([HEAD, *rows])
    (folder / "a.csv").write_text(text.getvalue(), "utf-8", newline="")

    def same(value: str | None, written: str) -> bool:
        # Our own files put an apostrophe before what a spreadsheet would run as a formula.
        plain = written[1:] if written[:1] == "'" and written[1:2] in {*"=+-@\t\r\n"} else written
        return value == (plain.strip() or None)

    expect(folder / "a.csv", rows, same)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.text(st.sampled_from('ab;"\n'), max_size=10), min_size=1, max_size=6))
def test_csv_with_quotes_anywhere_never_loses_a_line(folder, lines):
    """Every physical line is a record, is inside a cell that is kept, or the file is refused."""
    text = "\n".join([";".join(HEAD), *lines]) + "\n"
    (folder / "b.csv").write_text(text, "utf-8", newline="")
    try:
        stored, refused = read(folder / "b.csv", dict.fromkeys(HEAD, "text"))
    except LoadRefused:
        return
    if refused:
        return
    kept = "".join(value or "" for row in stored.values() for value in row.values())
    for letter in "ab":
        assert kept.count(letter) == text.removeprefix(";".join(HEAD)).count(letter)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_texts_of_a_workbook_are_read_exactly_or_refused(folder, rows):
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    try:
        for row, cells in enumerate([HEAD, *rows], 1):
            for column, text in enumerate(cells, 1):
                sheet.cell(row, column, text).data_type = "s"
    except IllegalCharacterError:
        return
    book.save(folder / "a.xlsx")
    # XML makes one line end of each kind.
    expect(folder / "a.xlsx", rows, lambda value, text: _lines(value or "") == _lines(text).strip())


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(NUMBERS, min_size=1, max_size=20))
@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_numbers_are_read_exactly_or_refused(folder, suffix, values):
    path = folder / f"numbers.{suffix}"
    if suffix == "xlsx":
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for cells in [HEAD, *([str(number), value, value] for number, value in enumerate(values))]:
            sheet.append(list(cells))
        book.save(path)
    else:
        write_ods(path, values)
    stored, refused = read(path, {"note": "text", "last": "numeric"})
    for number, value in enumerate(values, 2):
        if (number, "last") not in refused:
            # openpyxl writes 16 digits.
            assert float(stored[number]["last"] or "nan") == pytest.approx(float(value), rel=1e-15 * 2)
        if (number, "note") not in refused:
            assert abs(value) < 10**15
            assert stored[number]["note"] == str(int(value))


def write_ods(path: Path, values: list[Any]) -> None:
    cells = [
        f'<table:table-row><table:table-cell office:value-type="float" office:value="{number}"/>'
        + f'<table:table-cell office:value-type="float" office:value="{value!r}"><text:p>{escape(repr(value))}</text:p>'
        + f'</table:table-cell><table:table-cell office:value-type="float" office:value="{value!r}"/></table:table-row>'
        for number, value in enumerate(values)
    ]
    head = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{name}</text:p></table:table-cell>' for name in HEAD
    )
    with ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr(
            "content.xml",
            '<a xmlns:office="o" xmlns:table="t" xmlns:text="x"><table:table table:name="s">'
            f"<table:table-row>{head}</table:table-row>{''.join(cells)}</table:table></a>",
        )
