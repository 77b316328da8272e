"""``flurwerk report`` writes the requested documents, and reports an error in one line."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from docx import Document

from api.cli import main
from tests.test_report.editions import AGENCY


@pytest.fixture
def run(sample_url: str, monkeypatch: pytest.MonkeyPatch) -> type[CliRunner]:
    monkeypatch.setenv("FLURWERK_DATABASE_URL", sample_url)
    monkeypatch.setenv("FLURWERK_PUBLISHER_NAME", AGENCY)
    return CliRunner


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
    run: type[CliRunner], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = template(tmp_path, "{{ agency }}")
    for arguments in (("--template", str(path)), ()):
        found = report(run, "--out", str(tmp_path), "--format", "docx", *arguments)
        assert found.exit_code == 0, found.output
        assert [text.text for text in Document(found.output.strip()).paragraphs] == [AGENCY]
        monkeypatch.setenv("FLURWERK_REPORT_TEMPLATE", str(path))


def test_a_broken_template_is_reported_in_one_line_and_nothing_is_written(run: type[CliRunner], tmp_path: Path) -> None:
    path = template(tmp_path, "{{ agentur }}")
    found = report(run, "--out", str(tmp_path / "out"), "--format", "csv,docx", "--template", str(path))
    assert found.exit_code == 1
    (line,) = found.output.splitlines()
    assert "“agentur”" in line
    assert not list((tmp_path / "out").iterdir())


def template(folder: Path, text: str) -> Path:
    """Write a Word document with this text."""
    document = Document()
    document.add_paragraph(text)
    path = folder / "vorlage.docx"
    document.save(str(path))
    return path
