"""``flurwerk report`` writes the requested documents, and reports an error in one line."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from docx import Document

from api.cli import main
from api.cli.report import make
from maps.figures.report import process
from tests.profiles import published_by
from tests.test_report.editions import AGENCY
from tests.test_report.processes import environment, kill_child, reporting


@pytest.fixture
def run(sample_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[CliRunner]]:
    monkeypatch.setenv("FLURWERK_DATABASE_URL", sample_url)
    with published_by(AGENCY):
        yield CliRunner


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents without maps and charts, whose drawing takes most of the time."""
    monkeypatch.setattr(process, "DRAWN", ())


def report(run: type[CliRunner], *arguments: str) -> Result:
    return run().invoke(main, ["report", "2023-H2", *arguments])


def test_it_writes_the_named_formats_in_the_requested_language(run: type[CliRunner], tmp_path: Path) -> None:
    found = report(run, "--out", str(tmp_path), "--format", "csv, xlsx,csv", "--lang", "en")
    assert found.exit_code == 0, found.output
    names = ["flurwerk-2023-H2-draft.csv", "flurwerk-2023-H2-draft.xlsx"]
    assert found.output.splitlines() == [str(tmp_path / name) for name in names]
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_an_unknown_format_is_a_usage_error(run: type[CliRunner], tmp_path: Path) -> None:
    found = report(run, "--out", str(tmp_path), "--format", "csv,doc")
    assert found.exit_code == 2
    assert "“doc” is not one of docx, xlsx, pdf, csv, json, html, md, pictures." in found.output


def test_a_template_is_taken_from_the_option_or_the_setting(
    run: type[CliRunner], undrawn: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = template(tmp_path, "{{ agency }}")
    for arguments in (("--template", str(path)), ()):
        found = report(run, "--out", str(tmp_path), "--format", "docx", *arguments)
        assert found.exit_code == 0, found.output
        assert [text.text for text in Document(found.output.strip()).paragraphs] == [AGENCY]
        monkeypatch.setenv("FLURWERK_REPORT_TEMPLATE", str(path))


def test_a_broken_template_is_reported_in_one_line_and_nothing_is_written(
    run: type[CliRunner], undrawn: None, tmp_path: Path
) -> None:
    path = template(tmp_path, "{{ agentur }}")
    found = report(run, "--out", str(tmp_path / "out"), "--format", "csv,docx", "--template", str(path))
    assert found.exit_code == 1
    assert isinstance(found.exception, SystemExit), repr(found.exception)
    (line,) = found.output.splitlines()
    assert "“agentur”" in line
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    ("form", "module", "what"),
    [
        ("csv", "maps.figures.report", "flurwerk-2023-H2-entwurf.csv was"),
        ("html", "maps.figures.report.all_pictures", "The maps and charts were"),
    ],
)
def test_a_killed_process_is_reported_by_its_document_and_nothing_is_written(
    sample_url: str, tmp_path: Path, form: str, module: str, what: str
) -> None:
    (tmp_path / "flurwerk-2023-H2-entwurf.csv").write_text("before")
    arguments = ("2023-H2", "--out", str(tmp_path), "--format", form)
    with reporting({"FLURWERK_DATABASE_URL": sample_url}, *arguments) as command:
        kill_child(command, module)
        _, errors = command.communicate(timeout=300)
    (line,) = errors.splitlines()
    killed = "The system has ended the process that made the file (signal 9), as it does if memory runs out."
    assert line.startswith(f"flurwerk: {what} not made. {killed}")
    assert command.returncode == 1
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [
        ("flurwerk-2023-H2-entwurf.csv", "before")
    ]


def test_a_process_that_gets_no_more_memory_is_reported_in_the_same_way(sample_url: str, tmp_path: Path) -> None:
    """The address space is enough for the command, and not for drawing."""
    command = [sys.executable, "-m", "api.cli", "report", "2023-H2", "--out", str(tmp_path), "--format", "html"]
    done = subprocess.run(
        ["prlimit", f"--as={220 << 20}", *command],
        check=False,
        capture_output=True,
        text=True,
        env=environment(FLURWERK_DATABASE_URL=sample_url),
    )
    (line,) = done.stderr.splitlines()
    starved = "The process that made the file got no more memory ("
    assert line.startswith(f"flurwerk: The maps and charts were not made. {starved}")
    assert done.returncode == 1
    assert not list(tmp_path.iterdir())


def template(folder: Path, text: str) -> Path:
    """Write a Word document with this text."""
    document = Document()
    document.add_paragraph(text)
    path = folder / "vorlage.docx"
    document.save(str(path))
    return path


def test_progress_is_told_step_by_step_where_somebody_looks(
    run: type[CliRunner], undrawn: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal has the bar of `flurwerk load`; elsewhere nothing is drawn."""
    told: list[tuple[int, int | None]] = []

    @contextmanager
    def bar(_title: str) -> Iterator[Callable[[int, int | None], None]]:
        yield lambda done, total: told.append((done, total))

    assert report(run, "--out", str(tmp_path), "--format", "csv,json").stderr == ""
    monkeypatch.setattr(make, "progress_bar", bar)
    assert report(run, "--out", str(tmp_path), "--format", "csv,json").exit_code == 0
    assert told == [(0, 2), (1, 2), (2, 2)]
