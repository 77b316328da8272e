"""The settings: their sources, and the error for an invalid one."""

from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from api.cli import main
from geo.errors import ConfigurationError
from geo.settings import PREFIX, Settings, load_settings


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)


def test_without_environment_variables_the_safe_defaults_apply() -> None:
    """The defaults are the private server in the checkout, this machine only, and the public view."""
    settings = load_settings()
    assert settings.database_url is None
    assert settings.home == Path(__file__).resolve().parent.parent / ".flurwerk"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.anonymous_audience == "public"
    assert settings.language == "de"


def test_an_option_takes_precedence_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command passes on all its options; those not given are None and have no effect."""
    monkeypatch.setenv("FLURWERK_PORT", "8001")
    monkeypatch.setenv("FLURWERK_HOST", "::1")
    settings = load_settings(port=8002, host=None)
    assert (settings.host, settings.port) == ("::1", 8002)


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose files pass on unset variables as empty ones."""
    monkeypatch.setenv("FLURWERK_DATABASE_URL", "")
    assert load_settings().database_url is None


def test_a_relative_home_is_resolved_against_the_current_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The path is made absolute at once, so that it does not depend on the current folder later."""
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
def test_an_invalid_value_is_refused_by_its_variables_name(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message is one line and names the variable."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError, match=f"^{variable} is invalid. Reason: ") as refused:
        load_settings()
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "key"),
    [
        ("FLURWERK_PUBLISHER_NAME", "name in [publisher]"),
        ("FLURWERK_PUBLISHER_URL", "url in [publisher]"),
        ("FLURWERK_MUNICIPALITY_KEY", "ags in [place]"),
        ("FLURWERK_BASEMAP_STYLE", 'url of a table [[backgrounds]] of the kind "style"'),
    ],
)
def test_what_the_profile_says_now_is_refused_with_its_key(
    variable: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installation from before learns where to write it."""
    monkeypatch.setenv(variable, "05913000")
    with pytest.raises(ConfigurationError, match=f"^{variable} is not a setting any more") as refused:
        load_settings()
    assert f"Write it as {key} of profile.toml" in str(refused.value)


@pytest.mark.parametrize("password", ["pa/ss", "p@ss", "12/ss", "p@/ss"])
def test_a_password_that_breaks_the_url_is_refused_with_how_to_write_it(
    monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    """Otherwise libpq's later messages would quote parts of it as host, port or database."""
    monkeypatch.setenv("FLURWERK_DATABASE_URL", f"postgresql://me:{password}@there/flurwerk")
    with pytest.raises(ConfigurationError, match="FLURWERK_DATABASE_URL is invalid") as refused:
        load_settings()
    assert "@ : / ? # in the password written as %40 %3A %2F %3F %23" in str(refused.value)
    assert "ss" not in str(refused.value).replace("password", "")
    monkeypatch.setenv("FLURWERK_DATABASE_URL", f"postgresql://me:{quote(password, safe='')}@there/flurwerk")
    load_settings()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me@there/flurwerk", "postgresql://me@there/flurwerk"),
        (
            "postgresql://me:p%40ss@there:5433/flurwerk?sslmode=require",
            "postgresql://me@there:5433/flurwerk?sslmode=require",
        ),
        (
            "postgresql:///flurwerk?user=me&password=p&host=/a%20b&sslpassword=q",
            "postgresql:///flurwerk?user=me&host=/a%20b",
        ),
        ("postgresql://me:p#?@there?password=q", "postgresql://me@there"),
        ("host=there password='a b' user=me", "host=there user=me"),
    ],
)
def test_the_databases_url_is_printed_without_its_password_unless_asked(
    monkeypatch: pytest.MonkeyPatch, url: str, shown: str
) -> None:
    """What it is given to would show it on its command line."""
    monkeypatch.setenv("FLURWERK_DATABASE_URL", url)
    printed = CliRunner().invoke(main, ["db", "url"])
    assert set(printed.stdout.split()) == set(shown.split())
    assert ("PGPASSWORD" in printed.stderr) == (url != shown)
    assert CliRunner().invoke(main, ["db", "url", "--with-password"]).stdout == f"{url}\n"


def test_the_databases_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither printed Settings nor the error about an invalid URL contains it."""

    monkeypatch.setenv("FLURWERK_DATABASE_URL", "postgresql://me:secret@there/flurwerk")
    assert "secret" not in repr(load_settings())
    monkeypatch.setenv("FLURWERK_DATABASE_URL", "postgresql://me:secret@there:port number/flurwerk")
    with pytest.raises(ConfigurationError) as refused:
        load_settings()
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("FLURWERK_ANONYMOUS_AUDIENZ", "FLURWERK_ANONYMOUS_AUDIENCE"),
        ("FLURWERK_AUDIENCE", "FLURWERK_ANONYMOUS_AUDIENCE"),
        ("FLURWERK_DATABASEURL", "FLURWERK_DATABASE_URL"),
        ("FLURWERK_SECRETFILE", "FLURWERK_SECRET_FILE"),
        ("FLURWERK_WORKER", "FLURWERK_WORKERS"),
    ],
)
def test_a_misspelt_variable_is_refused_with_the_nearest_name(
    variable: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "internal")
    with pytest.raises(ConfigurationError, match=rf"^{variable} is not a setting\. Did you mean {meant}"):
        load_settings()


def test_a_variable_that_is_like_no_setting_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLURWERK_XYZZY", "1")
    with pytest.raises(ConfigurationError, match=r"FLURWERK_XYZZY is not a setting\. The README lists"):
        load_settings()


def test_a_secret_is_read_from_a_file_without_its_line_break(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As containers and systemd pass them on."""
    (tmp_path / "url").write_text("postgresql://me:geheim@there/flurwerk\n", encoding="utf-8")
    monkeypatch.setenv("FLURWERK_DATABASE_URL_FILE", str(tmp_path / "url"))
    assert load_settings().database_url == "postgresql://me:geheim@there/flurwerk"
    assert load_settings(database_url="dbname=other").database_url == "dbname=other"


@pytest.mark.parametrize("content", [None, b" \n", b"\xff\xfe"], ids=["missing", "empty", "no text"])
def test_a_secrets_file_that_gives_none_is_refused(
    content: bytes | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("FLURWERK_SECRET_FILE", str(file))
    with pytest.raises(ConfigurationError, match=f"^FLURWERK_SECRET_FILE: {file} "):
        load_settings()


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("one", encoding="utf-8")
    monkeypatch.setenv("FLURWERK_SECRET_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("FLURWERK_SECRET", "two")
    with pytest.raises(ConfigurationError, match="are both set") as refused:
        load_settings()
    assert "two" not in str(refused.value)
