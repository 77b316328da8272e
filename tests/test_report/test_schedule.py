"""The duties for a half-year's report are done once, by the first process, and their outcome is recorded."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Event

import psycopg
import pytest
from click.testing import CliRunner, Result

from api.cli import main
from geo.figures.report.missing import missing
from geo.figures.report.schedule import DutyOutcome, due_on, duties, next_due, run_due_duties
from geo.periods import Period, parse_period
from geo.store.database import Connection, conninfo
from tests.records import insert, one

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

    def __call__(self, period: Period) -> Sequence[str]:
        if self.broken:
            raise self.broken
        self.made.append(period.name)
        return [f"{period.name}.docx"]


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
        city.execute("insert into releases (period, recorded_at, document) values ('2023-H2', clock_timestamp(), '{}')")
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
    def broken(_: Period) -> Sequence[str]:
        city.execute("select 1 / 0")
        return []

    with city:
        assert outcomes(run_due_duties(city, broken, FIRST_DAY)) == {"draft": "failed", "figures": "done"}


def test_of_two_concurrent_runs_one_makes_the_draft_and_the_other_finds_it_made(database_url: str) -> None:
    drafts, begun = Drafts(), Event()

    def slow(period: Period) -> Sequence[str]:
        begun.set()
        waiting = "select exists (select from pg_locks where locktype = 'advisory' and not granted)"
        with psycopg.connect(conninfo(database_url), autocommit=True) as watcher:
            while not one(watcher, waiting):
                pass
        return drafts(period)

    def run(make: Callable[[Period], Sequence[str]]) -> list[DutyOutcome]:
        with psycopg.connect(conninfo(database_url)) as connection:
            return run_due_duties(connection, make, FIRST_DAY)

    with ThreadPoolExecutor() as threads:
        first = threads.submit(run, slow)
        assert begun.wait(60)
        second = threads.submit(run, drafts)
        assert outcomes(first.result(60)) == outcomes(second.result(60)) == {"draft": "done", "figures": "done"}
    assert drafts.made == ["2023-H2"]


def due(url: str, folder: Path, *arguments: str) -> Result:
    environment = {"FLURWERK_DATABASE_URL": url, "FLURWERK_REPORT_FOLDER": str(folder)}
    return CliRunner(env=environment).invoke(main, ["report", *arguments])


def test_the_command_writes_the_draft_and_its_exit_status_reports_missing_figures(
    database_url: str, tmp_path: Path
) -> None:
    early = due(database_url, tmp_path, "--due", "--today", "2024-01-01")
    assert (early.exit_code, early.output) == (0, "Nothing is due until 2024-01-02: the draft of 2023-H2.\n")
    assert list(tmp_path.iterdir()) == []
    with psycopg.connect(conninfo(database_url)) as connection:
        fairs = insert_indicator(connection, "fairs")
    incomplete = due(database_url, tmp_path, "--due", "--today", "2024-01-02")
    assert incomplete.exit_code == 3
    assert "2023-H2: missing figure: 1" in incomplete.stderr
    assert "Gründen: fairs (actual of 2023-H2)" in incomplete.stderr
    assert [folder.name for folder in tmp_path.iterdir()] == ["2023-H2"]
    files = {file.suffix: file for file in (tmp_path / "2023-H2").iterdir()}
    assert set(files) >= {".docx", ".xlsx", ".pdf", ".html", ".md", ".csv", ".json", ".svg", ".png"}
    file = files[".json"]
    assert json.loads(file.read_bytes())["period"] == "2023-H2"
    with psycopg.connect(conninfo(database_url)) as connection:
        insert(connection, "manual_actuals", indicator=fairs, period="2023-H2", value=1)
    written = file.stat().st_mtime_ns
    complete = due(database_url, tmp_path, "--due", "--today", "2024-01-03")
    assert (complete.exit_code, complete.stderr) == (0, "")
    assert file.stat().st_mtime_ns == written


def test_a_folder_that_cannot_be_written_is_recorded_as_an_outcome(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    failed = due(database_url, tmp_path, "--out", str(tmp_path / "file" / "drafts"), "--due", "--today", "2024-01-02")
    assert failed.exit_code == 3
    assert "2023-H2: the draft failed: " in failed.stderr
    with psycopg.connect(conninfo(database_url)) as connection:
        assert outcomes(duties(connection)) == {"draft": "failed", "figures": "done"}
