"""The private server is for checkouts, the demo and those who ask for it; whatever is installed needs a database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from geo import settings
from geo.settings import PREFIX, Settings, load_settings
from geo.store import cluster
from tests.remains import temporary_folder


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current folder, empty, of a Flurwerk that is installed in another place."""
    monkeypatch.setattr(settings, "_checkout", lambda: None)
    with temporary_folder() as folder:
        monkeypatch.chdir(folder)
        yield folder


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.mark.parametrize(
    "command",
    [["migrate"], ["serve"], ["kpi", "2023"], ["report", "--due"], ["check"], ["db", "backup", "f"], ["db", "url"]],
)
def test_an_installed_command_says_that_the_database_is_missing(folder: Path, command: list[str]) -> None:
    """A unit or container without settings stops in one line, and leaves nothing in its folder."""
    result = run(*command)
    assert result.exit_code == 1
    assert result.stderr.startswith("flurwerk: FLURWERK_DATABASE_URL is missing. Set it to")
    assert result.stderr.count("\n") == 1
    assert not list(folder.iterdir())


def test_whoever_has_started_the_private_server_goes_on_with_it(folder: Path) -> None:
    """After `flurwerk db start`, the commands in that folder use it; after `db reset` they ask again."""
    started = run("db", "start")
    assert started.exit_code == 0, started.output
    assert (folder / ".flurwerk" / "cluster").is_dir()
    assert run("db", "url").stdout == started.stdout
    assert run("db", "stop").stdout == "Stopped.\n"
    assert run("db", "url").stdout == started.stdout
    run("db", "reset", "--yes")
    assert run("db", "url").exit_code == 1


def test_a_named_home_asks_for_the_private_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLURWERK_HOME", str(folder / "own"))
    assert run("db", "url").exit_code == 0
    assert cluster.status(folder / "own").running


def test_a_checkout_needs_no_setting() -> None:
    """These tests run in one; `make demo` and every command of its developer find the server by themselves."""
    assert load_settings().may_make_private_server
