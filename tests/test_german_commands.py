"""Who has set FLURWERK_LANGUAGE=de, or asks with --lang de, is told results and refusals of all commands in German."""

import ast
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api import serving
from api.cli import COMMANDS, main
from geo.errors import FlurwerkError
from tests.german import english_words
from tests.remains import REPOSITORY

REFUSED = {
    "migrate --lang de": "Die Datenbank ist auf dem neuesten Stand.",
    "profile check": "profile.toml: keine Fehler.",
    "profile terms Xyzzy": "In keinem Text steht „Xyzzy“.",
    "kpi 2023-X": "„2023-X“ ist kein Zeitraum. Schreiben Sie ein Jahr,",
    "kpi 2023-H2 --key nothing": "Eine Kennzahl „nothing“ gibt es nicht. Bekannt: ",
    "kpi 2023-H2 --part zz": "Den Teil „zz“ gibt es nicht. Laden Sie zuerst die Stadtbezirke.",
    "kpi 2023-H2 --part zz --by month": "--part gibt die Zahlen eines Teils. Lassen Sie --by und --rows weg.",
    "kpi 2023-H2 --as-of 2999-01-01": "„2999-01-01“ liegt in der Zukunft.",
    "report 2023-H2": "Nennen Sie einen Ordner für den Bericht (--out DIR), oder veröffentlichen Sie ihn (--publish).",
    "report 2999-H2 --publish": "2999-H2 ist noch nicht zu Ende. Veröffentlicht werden kann ab 01.01.3000;",
    "report 2023-H2 --reason x": "Nennen Sie einen Ordner für den Bericht",
    "report verify 2023-H2": "2023-H2 ist nicht veröffentlicht. Veröffentlichen Sie: flurwerk report 2023-H2 --publish",
    "token revoke nobody": "Es gibt kein Token „nobody“ zu widerrufen. Es ist kein Token mehr zu widerrufen.",
    "token create Anna --role reader --layers nix": "Den Layer „nix“ gibt es nicht. Die Layer sind: ",
    "token create Anna --role reader --expires 2020-01-01": "2020-01-01 liegt in der Vergangenheit. Wählen Sie heute",
    "match 0/0": "Ein Gesuch mit der Nummer „0/0“ gibt es nicht.",
    "supply --by nix": "„nix“ ist kein Merkmal, nach dem geteilt werden kann. Bekannt: ",
    "demand --links https://x.example": "--links braucht --format json.",
    "map overview --period 2023-13 --out x.html": "„2023-13“ ist kein Zeitraum.",
    "db login anna": "Geben Sie entweder --role oder --remove an.",
    "db login anna --remove": "Eine Anmeldung „anna“ gibt es nicht. Es wurde nichts geändert.",
    "db old --drop nix": "Keine Wiederherstellung hat eine Datenbank nix ersetzt.",
    "export xtrasse x.gml --name Ausbau": "Es sind keine Trassen gewählt.",
    "export openimmo x.zip": "OpenImmo verlangt für jedes Objekt einen Ansprechpartner.",
    "enrich boris nowhere.shp --dry-run": "Die Datei nowhere.shp gibt es nicht. Prüfen Sie den Pfad.",
    "init .": "Es fehlt: --name, --ags, --publisher.",
}
"""What is told, by the command."""


def run(command: str, url: str, **variables: str) -> Result:
    environment = {"FLURWERK_DATABASE_URL": url, "COLUMNS": "400"} | variables
    return CliRunner(env=environment).invoke(main, command.split())


def told(result: Result) -> str:
    """What a command has said itself, without the lines that click puts before it."""
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.output.split("Error: ")[-1].rpartition("Invalid value for ")[2]


@pytest.mark.parametrize(("command", "begin"), REFUSED.items())
def test_results_and_refusals_are_told_in_german(
    shared_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, begin: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = told(run(command, shared_url, FLURWERK_LANGUAGE="de"))
    assert begin in said
    assert not english_words(said.split("ist bekannt")[0])


def test_an_examination_is_told_in_german(shared_url: str) -> None:
    """With the words for what was looked at, and for how it is."""
    said = run("doctor --lang de", shared_url).output
    assert "gut     Rechte" in said
    assert "Zu tun:" in said
    assert not english_words(said)


def test_the_service_tells_in_german_where_it_runs(
    shared_url: str, free_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_run", lambda *_: None)
    said = run(f"serve --port {free_tcp_port} --lang de", shared_url).output
    assert f"Flurwerk läuft auf http://127.0.0.1:{free_tcp_port} – Ende mit Strg-C." in said


def test_the_option_is_there_for_every_command_and_goes_before_the_setting(shared_url: str) -> None:
    for name in COMMANDS:
        command = main.get_command(None, name)  # pyright: ignore[reportArgumentType]
        assert command
        assert any("--lang" in each.opts for each in command.params), name
    assert "The database is up to date." in run("migrate --lang en", shared_url, FLURWERK_LANGUAGE="de").output
    assert "The database is up to date." in run("migrate", shared_url).output


MISTAKES = """\
[place]
name = "Luch"
ags = "1206"
state = "XX"
crs = "EPSG"
kid = "city"

[place.parts]
gender = "x"

[report]
rhythm = "weekly"

[[indicators]]
key = "Fehler"
layer = "plots"

[modules]
demand = "no"
layers_off = ["plots"]

[design]
colour = "#eeeeee"
"""


def test_all_mistakes_of_a_profile_are_told_in_german(tmp_path: Path) -> None:
    (tmp_path / "profile.toml").write_text(MISTAKES, encoding="utf-8")
    result = CliRunner(env={"FLURWERK_PROFILE": str(tmp_path)}).invoke(main, ["profile", "check", "--lang", "de"])
    assert result.exit_code == 1
    lines = [line.removeprefix(f"{tmp_path / 'profile.toml'}: ") for line in result.output.splitlines()]
    assert "place.ags: schreiben Sie seine acht Ziffern, ohne Leerzeichen; angegeben: '1206'." in lines
    assert "place.kid: Diesen Schlüssel gibt es nicht." in lines
    assert "publisher fehlt." in lines
    assert any(line.startswith("report.rhythm: erlaubt ist 'quarter', 'half-year' oder 'year'") for line in lines)
    assert [line for line in lines if english_words(line)] == []


def test_errors_of_commands_have_both_languages() -> None:
    """Those that only callers of the API read have English ones."""
    english: list[str] = []
    for folder in ("geo/access", "geo/figures", "geo/profile", "geo/store", "geo/exchange", "api/cli"):
        for path in sorted((REPOSITORY / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and is_error(node.exc):
                    texts = [one for one in node.exc.args if isinstance(one, ast.JoinedStr) or is_sentence(one)]
                    english += [f"{path.name}:{node.lineno} {ast.unparse(one)}" for one in texts]
    assert english == []


def is_error(call: ast.Call) -> bool:
    """Whether an error is made whose class is one of ours and that is read by who uses a command."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    return name in {each.__name__ for each in subclasses(FlurwerkError)} - {"RecordsNotPublic", "NoRecords"}


def is_sentence(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value


def subclasses(of: type[FlurwerkError]) -> set[type[FlurwerkError]]:
    """All classes of errors that have been imported."""
    return {of}.union(*(subclasses(each) for each in of.__subclasses__()))
