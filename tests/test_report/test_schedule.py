"""The duties for a half-year's report are done once, by the first process, and their outcome is recorded."""

import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Event

import psycopg
import pytest
from click.testing import CliRunner, Result

from api.cli import main
from api.cli.report import due as due_module
from geo.figures.report import documents, schedule
from geo.figures.report.documents import Document, entries, find, store
from geo.figures.report.missing import missing
from geo.figures.report.schedule import DutyOutcome, due_on, duties, next_due, run_due_duties
from geo.periods import Period, parse_period
from geo.rhythm import Rhythm
from geo.store.database import Connection, conninfo
from tests.records import insert, one
from tests.test_report.processes import kill_child, reporting, wait_for_child

BEFORE, FIRST_DAY, LATER = date(2024, 1, 1), date(2024, 1, 2), date(2024, 6, 30)
H2 = parse_period("2023-H2")


@pytest.fixture
def city(database_url: str) -> psycopg.Connection:
    """A connection to the test's own empty database; the test commits."""
    return psycopg.connect(conninfo(database_url))


class Drafts:
    """Records the drafts made, and raises ``broken`` if it is set."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.broken: Exception | None = None

    def __call__(self, period: Period) -> Sequence[Document]:
        if self.broken:
            raise self.broken
        self.made.append(period.name)
        return draft_of(f"{period.name}.docx")


def draft_of(*names: str, text: str = "draft") -> list[Document]:
    return [Document(name, "text/plain", text.encode()) for name in names]


def kept(connection: Connection) -> dict[str, bytes]:
    """The documents in the database."""
    found = (find(connection, parse_period(entry.period), entry.name) for entry in entries(connection))
    return {document.name: document.content for document in found if document}


def publish(connection: Connection) -> None:
    connection.execute(
        "insert into releases (period, recorded_at, document) values ('2023-H2', clock_timestamp(), '{}')"
    )


def insert_indicator(connection: Connection, key: str, **values: object) -> int:
    """Insert a reported indicator."""
    given: dict[str, object] = {"position": 8, "area": "Kundenservice", "product": "Gründen", "label": key}
    return insert(connection, "manual_indicators", key=key, **(given | values))


def outcomes(done: list[DutyOutcome]) -> dict[str, str]:
    return {each.duty: each.outcome for each in done}


@pytest.mark.parametrize(
    ("period", "day"),
    [
        ("2023-H1", date(2023, 7, 3)),  # the 1st is a Saturday
        ("2023-H2", date(2024, 1, 2)),  # New Year's Day is a Monday
        ("2027-H2", date(2028, 1, 3)),  # New Year's Day is a Saturday
        ("2024-H1", date(2024, 7, 1)),
    ],
)
def test_a_report_falls_due_on_the_first_working_day_after_its_half_year(period: str, day: date) -> None:
    assert due_on(parse_period(period)) == day


def test_what_falls_due_next_is_the_last_half_year_or_the_current_one() -> None:
    assert next_due(BEFORE) == (H2, FIRST_DAY)
    assert next_due(FIRST_DAY) == (parse_period("2024-H1"), date(2024, 7, 1))
    assert next_due(date(2024, 8, 1)) == (parse_period("2024-H2"), date(2025, 1, 2))


def test_nothing_is_done_before_the_due_date_and_the_draft_is_made_once_after_it(city: Connection) -> None:
    drafts = Drafts()
    with city:
        assert run_due_duties(city, drafts, BEFORE) == []
        (draft, figures) = first = run_due_duties(city, drafts, FIRST_DAY)
        again = run_due_duties(city, drafts, LATER)
    assert drafts.made == ["2023-H2"]
    assert (draft.files, draft.due_on, draft.outcome) == (("2023-H2.docx",), FIRST_DAY, "done")
    assert figures.missing == ()
    assert [each.done_at for each in again] == [each.done_at for each in first]
    assert again[1].looked_at > figures.looked_at


@pytest.mark.parametrize(("months", "period"), [(3, "2023-Q4"), (12, "2023")])
def test_the_duties_of_a_quarter_and_of_a_year_are_done_and_their_draft_is_kept(
    city: Connection, monkeypatch: pytest.MonkeyPatch, months: int, period: str
) -> None:
    monkeypatch.setattr(schedule, "own_rhythm", lambda: Rhythm(months))
    with city:
        assert outcomes(run_due_duties(city, Drafts(), FIRST_DAY)) == {"draft": "done", "figures": "done"}
        assert kept(city) == {f"{period}.docx": b"draft"}


def test_missing_figures_are_named_by_product_until_they_are_entered(city: Connection) -> None:
    with city:
        fairs = insert_indicator(city, "fairs")
        insert_indicator(city, "rate", position=9, annual=True)
        for period in ("2022", "2022-H2", "2023-H2"):
            insert(city, "targets", kpi="inquiries", period=period, value=400)
        first = run_due_duties(city, Drafts(), FIRST_DAY)
        (figures,) = (each for each in first if each.duty == "figures")
        assert [(each.what, each.key, each.period, each.product.de) for each in figures.missing] == [
            ("target", "inquiries", "2023", "Firmenbezogene Dienstleistungen"),
            ("actual", "fairs", "2023-H2", "Gründen"),
            ("actual", "rate", "2023", "Gründen"),
        ]
        assert outcomes(first) == {"draft": "done", "figures": "missing"}
        insert(city, "manual_actuals", indicator=fairs, period="2023-H2", text="läuft")
        insert(city, "manual_actuals", indicator=fairs + 1, period="2023", value=11)
        insert(city, "targets", kpi="inquiries", period="2023", value=400)
        assert outcomes(run_due_duties(city, Drafts(), LATER)) == {"draft": "done", "figures": "done"}


def test_an_annual_figure_is_not_missing_in_the_middle_of_the_year(city: Connection) -> None:
    with city:
        insert_indicator(city, "rate", annual=True)
        assert missing(city, parse_period("2023-H1")) == ()
        assert [each.period for each in missing(city, H2)] == ["2023"]


def test_a_published_period_needs_no_draft_and_no_figures(city: Connection) -> None:
    drafts = Drafts()
    with city:
        insert_indicator(city, "fairs")
        publish(city)
        assert outcomes(run_due_duties(city, drafts, LATER)) == {"figures": "done"}
    assert drafts.made == []


def test_a_draft_that_failed_is_reported_and_tried_again(city: Connection, caplog: pytest.LogCaptureFixture) -> None:
    drafts = Drafts()
    drafts.broken = OSError("No space\nleft")
    with city:
        (failed, _) = run_due_duties(city, drafts, FIRST_DAY)
        assert (failed.outcome, failed.error, failed.done_at) == ("failed", "No space left", None)
        assert "The draft of 2023-H2 failed." in caplog.text
        drafts.broken = None
        (made, _) = run_due_duties(city, drafts, LATER)
    assert (made.outcome, made.error) == ("done", None)


def test_a_statement_that_failed_does_not_prevent_the_other_duties(city: Connection) -> None:
    def broken(_: Period) -> Sequence[Document]:
        city.execute("select 1 / 0")
        return []

    with city:
        assert outcomes(run_due_duties(city, broken, FIRST_DAY)) == {"draft": "failed", "figures": "done"}


def test_of_two_concurrent_runs_one_makes_the_draft_and_the_other_finds_it_made(database_url: str) -> None:
    drafts, begun = Drafts(), Event()

    def slow(period: Period) -> Sequence[Document]:
        begun.set()
        waiting = "select exists (select from pg_locks where locktype = 'advisory' and not granted)"
        with psycopg.connect(conninfo(database_url), autocommit=True) as watcher:
            while not one(watcher, waiting):
                pass
        return drafts(period)

    def run(make: Callable[[Period], Sequence[Document]]) -> list[DutyOutcome]:
        with psycopg.connect(conninfo(database_url)) as connection:
            return run_due_duties(connection, make, FIRST_DAY)

    with ThreadPoolExecutor() as threads:
        first = threads.submit(run, slow)
        assert begun.wait(60)
        second = threads.submit(run, drafts)
        assert outcomes(first.result(60)) == outcomes(second.result(60)) == {"draft": "done", "figures": "done"}
    assert drafts.made == ["2023-H2"]


def test_a_draft_is_replaced_as_a_whole_or_not_at_all(city: Connection) -> None:
    with city:
        store(city, H2, draft_of("a.csv", "b.csv"), "anna on app1")
        city.commit()
        with pytest.raises(psycopg.errors.CheckViolation):
            store(city, H2, draft_of("a.csv", "no/name", text="newer"), "bert on app2")
        city.rollback()
        assert kept(city) == {"a.csv": b"draft", "b.csv": b"draft"}
        store(city, H2, draft_of("b.csv", text="newer"), "bert on app2")
        city.commit()
        (entry,) = entries(city)
        assert (entry.period, entry.name, entry.size, entry.made_by) == ("2023-H2", "b.csv", 5, "bert on app2")
        assert kept(city) == {"b.csv": b"newer"}


def test_a_draft_that_is_made_again_replaces_the_first_only_if_it_succeeds(city: Connection) -> None:
    drafts = Drafts()
    with city:
        run_due_duties(city, drafts, FIRST_DAY)
        drafts.broken = OSError("No space left")
        (failed, _) = run_due_duties(city, drafts, LATER, again=True)
        assert (failed.outcome, list(kept(city))) == ("failed", ["2023-H2.docx"])
        (made, _) = run_due_duties(city, lambda _: draft_of("new.docx"), LATER)
        assert (made.outcome, made.files, list(kept(city))) == ("done", ("new.docx",), ["new.docx"])


def test_publishing_removes_the_draft_and_nothing_brings_it_back(city: Connection) -> None:
    with city:
        run_due_duties(city, Drafts(), FIRST_DAY)
        publish(city)
        assert kept(city) == {}
        with pytest.raises(documents.AlreadyPublished):
            store(city, H2, draft_of("late.docx"), "")
        city.rollback()

        def slower_than_the_publisher(_: Period) -> Sequence[Document]:
            publish(city)
            city.commit()
            return draft_of("late.docx")

        assert outcomes(run_due_duties(city, slower_than_the_publisher, LATER, again=True)) == {"figures": "done"}
        assert kept(city) == {}


def test_a_document_too_large_for_a_backup_is_refused_by_its_name(
    city: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    (limit,) = city.execute(
        "select pg_get_constraintdef(oid) from pg_constraint where conname = 'report_documents_content_size'"
    ).fetchall()
    assert str(documents.LARGEST_MB * 1_000_000) in limit[0]
    monkeypatch.setattr(documents, "LARGEST_MB", 0)
    with city:
        (failed, _) = run_due_duties(city, Drafts(), FIRST_DAY)
    assert failed.error
    assert failed.error.startswith("2023-H2.docx has 0 MB, more than 0.")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the installation, with copies of drafts."""
    monkeypatch.setenv("FLURWERK_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def due(url: str, *arguments: str) -> Result:
    environment = {"FLURWERK_DATABASE_URL": url}
    return CliRunner(env=environment).invoke(main, ["report", "--due", *arguments])


def test_the_command_keeps_the_draft_and_its_exit_status_reports_missing_figures(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The draft is in the database; a folder gets a copy on each host, and keeps what somebody edits there."""
    first, second = tmp_path / "first", tmp_path / "second"
    early = due(database_url, "--today", "2024-01-01")
    assert (early.exit_code, early.output) == (0, "Nothing is due until 2024-01-02: the draft of 2023-H2.\n")
    with psycopg.connect(conninfo(database_url)) as connection:
        fairs = insert_indicator(connection, "fairs")
    monkeypatch.setenv("FLURWERK_REPORT_FOLDER", str(first))
    incomplete = due(database_url, "--today", "2024-01-02")
    assert incomplete.exit_code == 3
    assert "2023-H2: missing figure: 1" in incomplete.stderr
    assert "Gründen: fairs (actual of 2023-H2)" in incomplete.stderr
    with psycopg.connect(conninfo(database_url)) as connection:
        made = kept(connection)
        (by,) = {entry.made_by for entry in entries(connection)}
        assert by.endswith(f" on {os.uname().nodename}")
        insert(connection, "manual_actuals", indicator=fairs, period="2023-H2", value=1)
    suffixes = {Path(name).suffix for name in made}
    assert suffixes >= {".docx", ".xlsx", ".pdf", ".html", ".md", ".csv", ".json", ".svg", ".png"}
    assert json.loads(made["flurwerk-2023-H2-entwurf.json"])["period"] == "2023-H2"
    assert {path.name: path.read_bytes() for path in (first / "2023-H2").iterdir()} == made

    elsewhere = due(database_url, "--today", "2024-01-03", "--out", str(second))
    assert (elsewhere.exit_code, elsewhere.stderr) == (0, "")
    assert {path.name: path.read_bytes() for path in (second / "2023-H2").iterdir()} == made

    edited = second / "2023-H2" / "flurwerk-2023-H2-entwurf.csv"
    edited.write_text("edited")
    edited.with_suffix(".md").unlink()
    again = due(database_url, "--today", "2024-01-03", "--out", str(second))
    assert [line for line in again.output.splitlines() if "2023-H2:" not in line] == [str(edited.with_suffix(".md"))]
    assert edited.read_text() == "edited"


def test_a_folder_that_cannot_be_written_leaves_the_draft_in_the_database(
    database_url: str, tmp_path: Path, quick_draft: None
) -> None:
    (tmp_path / "file").write_text("")
    failed = due(database_url, "--out", str(tmp_path / "file" / "drafts"), "--today", "2024-01-02")
    assert failed.exit_code == 3
    assert failed.stderr.startswith("flurwerk: the draft is in the database, but not in ")
    with psycopg.connect(conninfo(database_url)) as connection:
        assert outcomes(duties(connection)) == {"draft": "done", "figures": "done"}
        assert kept(connection)
    written = due(database_url, "--out", str(tmp_path / "drafts"), "--today", "2024-01-02")
    assert (written.exit_code, written.stderr) == (0, "")
    assert [path.name for path in (tmp_path / "drafts" / "2023-H2").iterdir()] == ["2023-H2.docx"]


@pytest.fixture
def quick_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command makes a draft of one document, without a process."""
    monkeypatch.setattr(due_module, "make_draft", lambda _, period: Drafts()(period))


def test_a_draft_is_copied_to_the_installations_folder_if_that_can_be_written(
    database_url: str, home: Path, quick_draft: None
) -> None:
    assert due(database_url, "--today", "2024-01-02").exit_code == 0
    (copy,) = (home / "reports" / "2023-H2").iterdir()
    copy.unlink()
    copy.parent.rmdir()
    copy.parent.write_text("no folder")
    told = due(database_url, "--today", "2024-01-03")
    assert told.exit_code == 0
    assert "the draft is in the database, but not in " in told.stderr


def test_a_draft_of_an_earlier_version_is_said_to_be_only_in_its_folder(database_url: str, quick_draft: None) -> None:
    due(database_url, "--today", "2024-01-02")
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute("delete from report_documents")
    told = due(database_url, "--today", "2024-01-03")
    assert told.exit_code == 0
    assert "flurwerk report --due --again makes a new draft" in told.stdout
    due(database_url, "--today", "2024-01-03", "--again")
    with psycopg.connect(conninfo(database_url)) as connection:
        assert list(kept(connection)) == ["2023-H2.docx"]


def test_a_killed_process_fails_the_draft_with_a_sentence_and_nothing_is_kept(database_url: str) -> None:
    settings = {"FLURWERK_DATABASE_URL": database_url}
    with reporting(settings, "--due", "--today", "2024-01-02") as process:
        kill_child(process, "maps.figures.report.all_pictures")
        _, errors = process.communicate(timeout=300)
    assert process.returncode == 3
    sentence = "The maps and charts were not made. The system has ended the process that made the file (signal 9)"
    assert f"flurwerk: 2023-H2: the draft failed: {sentence}" in errors
    with psycopg.connect(conninfo(database_url)) as connection:
        (failed, _) = duties(connection)
        assert (failed.error or "").startswith(sentence)
        assert kept(connection) == {}


def test_a_host_that_dies_leaves_word_of_it_and_another_makes_the_draft(database_url: str) -> None:
    settings = {"FLURWERK_DATABASE_URL": database_url}
    with reporting(settings, "--due", "--today", "2024-01-02") as process:
        wait_for_child(process, "maps.figures.report.all_pictures")
        process.kill()
    with psycopg.connect(conninfo(database_url)) as connection:
        (failed,) = duties(connection)
        assert failed.outcome == "failed"
        assert (failed.error or "").startswith("Begun on ")
        assert f" on {os.uname().nodename} and not finished" in (failed.error or "")
        assert kept(connection) == {}
        connection.commit()
        assert outcomes(run_due_duties(connection, Drafts(), LATER)) == {"draft": "done", "figures": "done"}
        assert list(kept(connection)) == ["2023-H2.docx"]
