"""No CSV file that Flurwerk writes contains text that a spreadsheet would run as a formula; numbers stay numbers."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest
from psycopg import sql

from api.cli.printing import write_records
from geo.csv_cells import csv_cell
from geo.loading import problems_as_csv
from geo.loading.reading.text import without_guards
from geo.loading.report import Problem
from geo.records.exports.fields import csv_safe
from geo.records.layers.layer import Text
from geo.store.database import conninfo
from tests.records import Connection, insert
from tests.test_cli import Command

REPOSITORY = Path(__file__).resolve().parents[1]
FORMULAS = ("=1+1", "+49 231", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=")
TEXTS = ("", "a=1", " =1", "'=1", "−1", "1-2", "Am Waldrand", "a\n=1")
NUMBERS = ((Decimal("-3200.50"), "-3200.5"), (-3, "-3"), (-1.5, "-1.5"), (True, "true"), (None, ""))


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert csv_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", TEXTS)
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert csv_cell(text) == text


@pytest.mark.parametrize("text", [*FORMULAS, *TEXTS])
def test_exported_files_are_guarded_alike(text: str, connection: Connection) -> None:
    query = sql.SQL("select {}").format(csv_safe(sql.SQL("{}::text").format(sql.Literal(text))))
    assert connection.execute(query).fetchone() == (csv_cell(text),)


def test_loading_removes_the_guard() -> None:
    texts = [text for text in (*FORMULAS, *TEXTS) if not text.startswith("'")]
    guarded = pa.array([str(csv_cell(text)) for text in texts], pa.string())
    assert without_guards(guarded).to_pylist() == texts


def test_the_commands_guard_texts_but_not_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    values = [*FORMULAS, "lone\rreturn", *(number for number, _ in NUMBERS)]
    write_records([{"value": value, "second": 1} for value in values], ["value", "second"], "csv")
    written = capsys.readouterr().out
    assert "\r\n" not in written
    rows = [row["value"] for row in csv.DictReader(io.StringIO(written, newline=""))]
    assert rows == [*(f"'{text}" for text in FORMULAS), "lone\rreturn", *(shown for _, shown in NUMBERS)]


def test_the_report_of_a_load_is_guarded() -> None:
    problems = [Problem(2, text, "name", text, Text(text, text)) for text in FORMULAS]
    rows = list(csv.reader(io.StringIO(problems_as_csv(problems).removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert rows[1:] == [["2", f"'{text}", "name", f"'{text}", f"'{text}"] for text in FORMULAS]


def test_figures_with_a_hostile_remark_keep_their_numbers(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as city:
        insert(city, "targets", kpi="public_land_m2", period="2023-H2", value="5000.5")
        insert(city, "remarks", kpi="public_land_m2", period="2023-H2", text="=1+1")
    (figure,) = Command(database_url).csv("kpi", "2023-H2", "--key", "public_land_m2")
    assert (figure["target"], figure["actual"], figure["remark"]) == ("5000.5", "", "'=1+1")


def test_every_module_that_writes_csv_uses_the_guard() -> None:
    """This test points the author of a new writer to the guard."""
    sources = {
        path.relative_to(REPOSITORY).as_posix(): path.read_text()
        for folder in ("api", "geo", "maps")
        for path in (REPOSITORY / folder).rglob("*.py")
        if "node_modules" not in path.parts
    }
    writers = {name: text for name, text in sources.items() if "csv.writer(" in text or "csv.DictWriter(" in text}
    assert len(writers) >= 2
    assert [name for name, text in writers.items() if "csv_cell(" not in text] == []
