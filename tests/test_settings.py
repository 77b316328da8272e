"""The settings: where they come from, and what is said about a wrong one."""

from pathlib import Path

import pytest

from geo.errors import ConfigurationError
from geo.settings import PREFIX, Settings, load_settings


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


def test_without_environment_the_safe_defaults_hold() -> None:
    """Nothing set: the private server in the checkout, this machine only, the public view."""
    settings = load_settings()
    assert settings.database_url is None
    assert settings.home == Path(__file__).resolve().parent.parent / ".flurwerk"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.anonymous_audience == "public"
    assert settings.language == "de"


def test_an_option_wins_over_the_environment_unless_it_was_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command passes its options on as they are; those that were not given are None and change nothing."""
    monkeypatch.setenv("FLURWERK_PORT", "8001")
    monkeypatch.setenv("FLURWERK_HOST", "::1")
    settings = load_settings(port=8002, host=None)
    assert (settings.host, settings.port) == ("::1", 8002)


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose files pass on variables that nobody has set as empty ones."""
    monkeypatch.setenv("FLURWERK_DATABASE_URL", "")
    assert load_settings().database_url is None


def test_a_relative_home_is_taken_from_the_current_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The path is made absolute at once, so that it stays the same wherever the process goes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FLURWERK_HOME", "data")
    assert load_settings().home == tmp_path / "data"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("FLURWERK_PORT", "eighty"),
        ("FLURWERK_PORT", "70000"),
        ("FLURWERK_ANONYMOUS_AUDIENCE", "personal"),
        ("FLURWERK_LANGUAGE", "fr"),
        ("FLURWERK_STATEMENT_TIMEOUT_S", "0"),
    ],
)
def test_a_wrong_value_is_refused_by_its_variables_name(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the variable as the person wrote it, in one line."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError, match=f"^{variable} is invalid. Reason: ") as refused:
        load_settings()
    assert "\n" not in str(refused.value)


def test_the_databases_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a printed Settings nor the complaint about a wrong URL holds what was set."""
    monkeypatch.setenv("FLURWERK_DATABASE_URL", "postgresql://me:secret@there/flurwerk")
    assert "secret" not in repr(load_settings())
    monkeypatch.setenv("FLURWERK_DATABASE_URL", "postgresql://me:secret@there:port number/flurwerk")
    with pytest.raises(ConfigurationError) as refused:
        load_settings()
    assert "secret" not in str(refused.value)
