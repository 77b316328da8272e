"""Documents as bytes and as files: names, CSV and JSON, the process that makes them, and printed values."""

import asyncio
import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from api.cli.kpis import FIGURE_FIELDS
from geo.figures.report.document import canonical, report_of
from geo.figures.report.model import Cell, Line
from geo.records.layers.layer import Text
from maps.figures.report import process, values
from maps.figures.report.content import Edition, content
from maps.figures.report.job import Job, dump_job, load_job
from maps.figures.report.pictures.drawing import illustrations
from maps.figures.report.reading import Found
from maps.figures.report.tables import CONTRACT, table
from maps.figures.report.writing import DRAWN, FORMS, MEDIA_TYPES, Form, document, media_type_of, write
from maps.process import ProcessFailed, run_module
from tests.test_report.editions import (
    CORRECTED,
    CORRECTION,
    FORMULA,
    SHARE,
    corrected,
    files,
    hostile,
    lines_in_model,
    model,
    plain_spaces,
    published,
)

Made = Callable[[Form], bytes]


def records(edition: Edition) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table(edition).decode())))


def test_csv_begins_with_the_columns_of_the_contract_and_has_every_line(edition: Edition) -> None:
    assert [*CONTRACT, "recorded"] == list(FIGURE_FIELDS)
    found = records(edition)
    assert list(found[0])[: len(CONTRACT)] == list(CONTRACT)
    assert list(found[0])[-2:] == ["recorded", "part"]
    assert len(found) == len(edition.report.lines) + len(edition.report.key_figures)
    for row, record in zip(model(), lines_in_model(found, lambda record: record["label"]), strict=True):
        is_annual = bool(row["actual_year"])
        assert record["label"] == row["indicator"]
        assert record["period"] == ("2023" if is_annual else "2023-H2")
        target = row["target_year"] if is_annual else row["target_h2"]
        actual = row["actual_year"] if is_annual else row["actual_h2"]
        assert record["target"] == (f"{Decimal(target).normalize():f}" if target else "")
        assert record["actual_rounded"] == (f"{Decimal(actual).normalize():f}" if actual else "")
        assert record["reported"] == ("false" if row["key"] else "true")
    assert found[1]["actual"] == "54913"
    assert found[38]["text"] == "laufender Prozess"


def test_csv_has_corrections_as_rows_without_an_actual(edition: Edition) -> None:
    row = records(corrected(edition))[-1]
    assert (row["period"], row["actual"], row["actual_rounded"], row["correction"]) == ("2023-H1", "", "", "-3187")
    assert plain_spaces(row["remark"]) == CORRECTED.de


def test_csv_contains_no_formula(edition: Edition) -> None:
    row = records(hostile(edition))[0]
    assert row["remark"] == row["label"] == f"'{FORMULA}"
    assert not [value for row in records(hostile(edition)) for value in row.values() if value[:1] in "=@+\t" and value]


def test_json_is_the_whole_report(edition: Edition) -> None:
    written = document(edition, "json")
    assert report_of(written) == edition.report
    assert len(json.loads(written)["lines"]) == len(edition.report.lines)
    assert json.loads(document(corrected(edition), "json"))["corrections"][0]["exact"] == "-3187"


def test_a_cause_has_the_unit_of_the_side_of_the_ratio_whose_record_it_is(edition: Edition) -> None:
    """Also for programs; a cause without a side is written as in documents from before there were sides."""
    reports = [replace(edition.report, corrections=(one,)) for one in (SHARE, CORRECTION)]
    of_share, of_sum = (replace(edition, report=report) for report in reports)
    for each, unit in ((of_share, "%"), (of_sum, "m²")):
        (told,) = content(each)["corrections"]
        amounts = told["amount"], told["causes"][0]["amount"]
        assert [plain_spaces(amount) for amount in amounts] == [f"−3.200 {unit}", "−3.187 m²"]
    (cause,) = json.loads(document(of_share, "json"))["corrections"][0]["causes"]
    assert cause["side"] == {"key": "share:numerator", "unit": {"de": "m²", "en": "m²"}}
    assert report_of(document(of_share, "json")) == of_share.report
    assert "side" not in json.loads(document(of_sum, "json"))["corrections"][0]["causes"][0]


def test_every_format_is_written_to_a_file_named_after_the_period(edition: Edition, made: Made, tmp_path: Path) -> None:
    written = write(files(edition, make=made), tmp_path)
    assert {*tmp_path.iterdir()} == {*written}
    names = {path.name for path in written}
    assert {f"flurwerk-2023-H2-entwurf.{form}" for form in FORMS if form != "pictures"} <= names
    assert {
        f"flurwerk-2023-H2-entwurf-{one.key}.{kind}" for one in edition.pictures for kind in ("svg", "png")
    } <= names
    assert {*MEDIA_TYPES} == {*FORMS}
    assert {media_type_of(name) for name in names} == {*MEDIA_TYPES.values(), "image/svg+xml", "image/png"} - {
        MEDIA_TYPES["pictures"]
    }
    assert list(files(published(edition), ["csv"])) == ["flurwerk-2023-H2.csv"]


def test_files_appear_together_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "report.csv").write_bytes(b"before")
    with pytest.raises(FileNotFoundError):
        write({"report.csv": b"after", "no/folder.csv": b"after"}, tmp_path)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("report.csv", b"before")]


def test_markdown_is_written_with_the_pictures_that_it_shows(edition: Edition, made: Made) -> None:
    written = files(edition, ["md"], made)
    text = written["flurwerk-2023-H2-entwurf.md"].decode()
    for one in edition.pictures:
        assert f"flurwerk-2023-H2-entwurf-{one.key}.svg" in written
        assert f"](flurwerk-2023-H2-entwurf-{one.key}.svg)" in text


def test_pictures_are_packed_as_one_file_for_the_web(edition: Edition) -> None:
    with zipfile.ZipFile(io.BytesIO(document(edition, "pictures"))) as archive:
        assert len(archive.namelist()) == 2 * len(edition.pictures)


def test_a_job_is_received_as_it_was_sent(sample_places: tuple[Edition, Found], edition: Edition) -> None:
    bare, places = sample_places
    sent = Job("pdf", "de", "Stadt", bare.report, places)
    arrived = load_job(dump_job(sent))
    assert (arrived.form, arrived.language, arrived.agency, arrived.report) == ("pdf", "de", "Stadt", bare.report)
    assert arrived.places
    assert illustrations(arrived.report, arrived.places, "de") == list(edition.pictures)
    assert load_job(dump_job(Job("csv", "en", "Stadt", bare.report, None))).places is None
    drawn = Job("html", "de", "Stadt", bare.report, None, pictures=edition.pictures)
    assert load_job(dump_job(drawn)).pictures == list(edition.pictures)


@pytest.mark.parametrize(("form", "is_drawn"), [("html", False), ("pdf", True)])
def test_separate_processes_make_the_same_document(
    sample_places: tuple[Edition, Found], edition: Edition, made: Made, form: Form, is_drawn: bool
) -> None:
    """Whether they draw its pictures or get them."""
    bare, places = sample_places
    job = Job(form, "de", edition.agency, bare.report, None if is_drawn else places)
    if is_drawn:
        job = replace(job, pictures=edition.pictures)
    assert asyncio.run(process.make(dump_job(job), form, 120)) == made(form)


def test_files_made_one_after_another_are_the_same_and_their_pictures_are_drawn_once(
    sample_places: tuple[Edition, Found], edition: Edition, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare, places = sample_places
    started: list[str] = []

    async def run(module: str, sent: bytes, seconds: float | None) -> bytes:
        started.append(module)
        return await run_module(module, sent, seconds)

    monkeypatch.setattr(process, "run_module", run)
    forms: list[Form] = ["md", "pdf", "csv", "pictures"]
    told: list[tuple[int, int | None]] = []

    def progress(done: int, total: int | None) -> None:
        told.append((done, total))

    found = process.make_files(Job("csv", "de", edition.agency, bare.report, places), forms, progress)
    assert told == [(0, 5), *((step, 5) for step in range(1, 6))]
    assert found == files(edition, forms, made)
    documents = [process.DOCUMENTS, process.DOCUMENTS, process.TYPESETTING, process.DOCUMENTS]
    assert started == [process.PICTURES, *documents]


def test_a_process_that_fails_says_why_and_one_that_is_slow_is_ended(sample_places: tuple[Edition, Found]) -> None:
    with pytest.raises(ProcessFailed, match="JSONDecodeError"):
        asyncio.run(run_module("maps.figures.report", b"no job", 60))
    with pytest.raises(process.ReportTooSlow):
        asyncio.run(process.make(dump_job(Job("csv", "de", "Stadt", sample_places[0].report, None)), "csv", 0.01))


def test_the_same_report_makes_the_same_bytes(edition: Edition, made: Made) -> None:
    for form in ("csv", "json", "html", "md", "pdf"):
        assert document(edition, form) == made(form), form
    assert {"csv", "json", "xlsx"} == {*FORMS} - {*DRAWN}


LINE = Line("k", 1, Text("A", "A"), Text("P", "P"), Text("L", "L"), Text("m²", "m²"), 0, (), False, ())
MILLIONS = Line("k", 1, Text("A", "A"), Text("P", "P"), Text("L", "L"), Text("Mio. €", "€ m"), 1, (), True, ())


@pytest.mark.parametrize(
    ("line", "cell", "german", "english"),
    [
        (LINE, Cell(Decimal(54913), Decimal(54900)), "54.900 m²", "54,900 m²"),
        (LINE, Cell(Decimal(0), Decimal(0)), "0 m²", "0 m²"),
        (LINE, Cell(), "–", "–"),
        (LINE, Cell(text="laufender Prozess"), "laufender Prozess", "laufender Prozess"),
        (LINE, Cell(Decimal(7), Decimal(7), of_year=True), "7 m² (Jahr)", "7 m² (year)"),
        (MILLIONS, Cell(Decimal("1.5"), Decimal("1.5")), "1,5 Mio. €", "1.5 € m"),
        (MILLIONS, Cell(Decimal(-1), Decimal(-1)), "−1,0 Mio. €", "−1.0 € m"),
    ],
)
def test_values_are_printed_with_units_and_separators_of_the_language(
    line: Line, cell: Cell, german: str, english: str
) -> None:
    assert plain_spaces(values.cell(line, cell, "de")) == german
    assert plain_spaces(values.cell(line, cell, "en")) == english
    if cell.shown is not None:
        assert " " not in values.cell(line, cell, "de"), "all spaces are non-breaking"


def test_the_content_names_no_district_twice_and_every_row_has_all_columns(edition: Edition) -> None:
    for split in content(edition)["splits"]:
        names = [row["part"] for row in split["rows"]]
        assert len(names) == len({*names})
        assert all(len(row["cells"]) == len(split["columns"]) == len(split["totals"]) for row in split["rows"])
    assert canonical(edition.report)
