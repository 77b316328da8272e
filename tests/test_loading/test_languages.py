"""Refusals of whole files are told in German and in English, in every place that can refuse one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from api.cli import main
from geo.errors import BilingualError, DatabaseUnavailable, DiskFull
from geo.exchange.mappings import NoSuchMapping, mapping_file
from geo.loading import LoadRefused
from geo.loading.deliveries import UnknownDelivery
from geo.loading.interruptions import telling_interruptions
from geo.loading.reasons import of_columns, of_loads, of_shapes
from geo.loading.undoing import NotUndone
from tests.german import english_words, in_german

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCES = [
    path
    for folder in ("geo", "api")
    for path in sorted((REPOSITORY / folder).rglob("*.py"))
    if "LoadRefused" in (text := path.read_text("utf-8")) or "BilingualError" in text or "reasons" in path.parts
]
BILINGUAL = {kind.__name__ for kind in (LoadRefused, NotUndone, UnknownDelivery, NoSuchMapping)}
SAME_IN_BOTH = {"Format", ""}
OPERATORS = "source_id;name;kind\n1;Netz;carrier\n"


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """The calls of functions with one of these names, each with its place."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield f"{path.relative_to(REPOSITORY)}:{node.lineno}", node


def written(node: ast.AST) -> str:
    """The literal parts of a text."""
    parts = (part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str))
    return " ".join(parts)


def test_every_refusal_has_a_message_and_a_hint_that_are_texts_of_two_languages() -> None:
    """That what is given is a `Text` says its type, which pyright checks; here, that neither is left out or spoilt."""
    found = [(place, call) for place, call in calls(*BILINGUAL) if call.args]
    assert len(found) > 100
    for place, call in found:
        assert len(call.args) == 2, place
        assert not any(isinstance(argument, ast.Constant | ast.JoinedStr | ast.BinOp) for argument in call.args), place


def test_the_german_part_of_every_text_is_german_and_another_than_the_english_one() -> None:
    found = list(calls("Text"))
    assert len(found) > 250
    for place, call in found:
        german, english = call.args[0], call.args[-1]
        if isinstance(german, ast.Starred) or written(german) in SAME_IN_BOTH:
            continue
        assert ast.dump(german) != ast.dump(english), place
        assert not english_words(written(german)), (place, written(german))


def test_an_error_of_two_languages_is_the_english_one_where_none_is_asked_for() -> None:
    with pytest.raises(BilingualError) as refused:
        mapping_file("gis-nb-5.0", "plots")
    assert str(refused.value).startswith("The mapping gis-nb-5.0 has nothing for plots. It is for ")
    assert refused.value.message == "The mapping gis-nb-5.0 has nothing for plots."
    assert in_german(refused.value).startswith("Die Zuordnung gis-nb-5.0 hat nichts für plots. Sie ist für ")


@pytest.mark.parametrize(
    ("error", "kind", "told"),
    [
        (psycopg.errors.DiskFull("no space"), DiskFull, "Die Datenbank hat keinen Platz mehr (Meldung: no space)."),
        (psycopg.OperationalError("gone"), DatabaseUnavailable, "Die Verbindung zur Datenbank ist abgerissen (Meldung"),
    ],
)
def test_interrupted_loads_say_in_german_what_was_written(
    database_url: str, error: psycopg.Error, kind: type[BilingualError], told: str
) -> None:
    connection = psycopg.connect(database_url)
    connection.close()
    with pytest.raises(kind) as refused, telling_interruptions(connection):
        raise error
    assert in_german(refused.value).startswith(f"{told}")
    assert "Es wurde nichts geschrieben." in in_german(refused.value)
    assert not english_words(in_german(refused.value))


def run(database_url: str, *arguments: str | Path) -> Result:
    environment = {"FLURWERK_DATABASE_URL": database_url, "COLUMNS": "400"}
    return CliRunner(env=environment).invoke(main, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("name", "content", "options", "told"),
    [
        ("a.csv", "", [], "a.csv ist leer."),
        ("a.csv", "source_id;name;kind\n", [], "Die Datei hat eine Kopfzeile, aber keine Zeilen."),
        ("a.csv", "source_id;nme;kind\n1;A;carrier\n", [], "operators hat keine Spalte nme."),
        ("a.csv", "source_id\n1\n", [], "In der Datei fehlen die Pflichtspalten name, kind."),
        ("a.csv", OPERATORS, ["--encoding", "latin-7x"], "Die Kodierung latin-7x gibt es nicht."),
        ("a.csv", OPERATORS, ["--sheet", "B"], "a.csv hat keine Tabellenblätter."),
        ("a.csv", OPERATORS, ["--header-row", "9"], "Zeile 9 von a.csv ist leer."),
        ("a.csv", OPERATORS, ["--where", "Art"], "Die Bedingung Art ist nicht zu verstehen."),
        ("a.csv", OPERATORS, ["--where", "Art=x"], "Die Bedingung Art=x nennt die Spalte Art, die es in der Datei"),
        ("a.csv", OPERATORS, ["--set", "kind=x"], "Die Zuordnung setzt kind, aber die Datei hat es auch."),
        ("a.csv", "source_id;name\n1;A\n", ["--set", "kind=x"], "Die Konstante kind der Zuordnung hat den unbekannten"),
        ("a.csv", OPERATORS, ["--mapping", "no.toml"], "Die Zuordnung no.toml kann nicht gelesen werden (Datei oder"),
        ("a.csv", OPERATORS, ["--mapping", "gis-nb-5.0"], "Die Zuordnung gis-nb-5.0 hat nichts für operators."),
        ("a.csv", f"Stadt\n{OPERATORS}", [], "Zeile 1 von a.csv hat nur eine Zelle (Stadt): eher ein Titel"),
        ("a.ods", "x", [], "a.ods ist keine ODS-Tabelle, oder die Datei ist beschädigt."),
        ("a.parquet", "x", [], "a.parquet ist keine Datei im Format Parquet, oder sie ist beschädigt."),
    ],
)
def test_the_command_refuses_a_file_in_german_if_asked_to_and_else_in_english(
    shared_url: str, tmp_path: Path, name: str, content: str, options: list[str], told: str
) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    load = ["load", "operators", path, "--source", "s", *options]
    refused = run(shared_url, *load, "--lang", "de")
    assert refused.exit_code == 1
    [line] = refused.stderr.splitlines()[-1:]
    assert line.startswith(f"flurwerk: {told}"), line
    assert not english_words(line.removeprefix("flurwerk: "))
    english = run(shared_url, *load).stderr.splitlines()[-1]
    assert english_words(english)
    assert english == run(shared_url, *load, "--lang", "en").stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["inspect", "none.csv"], "Die Datei none.csv gibt es nicht. Prüfen Sie den Pfad."),
        (["template", "plots", "--from", "none.csv"], "Die Datei none.csv gibt es nicht. Prüfen Sie den Pfad."),
        (["template", "plots", "--crs", "x", "--from", "none.csv"], "Die Datei none.csv gibt es nicht."),
        (["loads", "undo", "9999"], "Einen Ladevorgang 9999 gibt es nicht. `flurwerk loads` listet sie auf."),
        (["load", "plots", "none.csv"], "Die Quelle fehlt: wessen Datensätze das sind."),
        (["inspect", "none.csv", "--mapping", "gis-nb-5.0"], "Die Zuordnung gis-nb-5.0 ist je Layer eine andere."),
        (["enrich", "boris", "none.csv"], "Die Datei none.csv gibt es nicht."),
    ],
)
def test_each_command_that_reads_files_refuses_in_german(shared_url: str, command: list[str], told: str) -> None:
    refused = run(shared_url, *command, "--lang", "de")
    assert refused.exit_code == 1
    assert refused.stderr.splitlines()[-1].startswith(f"flurwerk: {told}")
    assert english_words(run(shared_url, *command).stderr.splitlines()[-1])


def test_the_group_of_commands_passes_on_its_language(shared_url: str) -> None:
    refused = run(shared_url, "loads", "--lang", "de", "undo", "9999")
    assert refused.stderr.startswith("flurwerk: Einen Ladevorgang 9999 gibt es nicht.")


def test_an_inspection_says_in_german_why_a_file_cannot_be_loaded(shared_url: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("source_id;status;laid_on;x;y\n1;laid;2023-01-01;1;1\n", "utf-8")
    command = ["inspect", path, "--as", "connections", "--crs", "nowhere"]
    told = "Das Koordinatensystem nowhere ist unbekannt. Nennen Sie eines mit seinem EPSG-Code: --crs EPSG:25832."
    assert told in run(shared_url, *command, "--lang", "de").stderr
    assert "The CRS nowhere is unknown." in run(shared_url, *command).stderr


def test_numbers_in_german_sentences_are_written_as_germans_write_them() -> None:
    assert of_columns.required(["name"], 2500).de.endswith("die Pflichtspalte name (nötig für 2.500 neue Zeilen).")
    assert of_columns.required(["name"], 2500).en.endswith("column(s) name, needed for its 2500 new rows.")
    assert of_loads.lost_rows(10_000, 9_999).de == "Die Datei hat 10.000 Zeilen, gelesen wurden aber 9.999."
    exact = of_shapes.too_inexact("EPSG:31467", 3, "grid.tif", 0.5)
    assert exact.de.endswith("nur auf 3 m genau umrechnen, weil das Gitter grid.tif (0,5 m) fehlt.")
    assert exact.en.endswith("to 3 m only, since the grid grid.tif (0.5 m) is missing.")


def test_what_a_load_has_done_is_told_in_german_by_the_option_and_by_the_setting(
    shared_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("source_id;name;kind\n1;Netz;carrier\n2;Turm;Mast\n", "utf-8")
    load = ["load", "operators", path, "--source", "s", "--dry-run"]
    refused = run(shared_url, *load, "--lang", "de").stderr
    assert "Fehlerhafte Zeilen: 1. Es wurde nichts geschrieben." in refused
    assert re.search(r"Zeile\W+source_id\W+Spalte\W+Wert\W+Grund", refused)
    path.write_text("source_id;name;kind\n1;Netz;carrier\n", "utf-8")
    told = "operators: 1 neu, 0 geändert, 0 unverändert, 0 gelöscht (Probelauf: Es wurde nichts geschrieben)\n"
    assert run(shared_url, *load, "--lang", "de").stdout == told
    assert run(shared_url, *load).stdout.startswith("operators: 1 inserted, ")
    monkeypatch.setenv("FLURWERK_LANGUAGE", "de")
    assert run(shared_url, *load).stdout == told
    assert run(shared_url, *load, "--lang", "en").stdout.startswith("operators: 1 inserted, ")


def test_a_draft_is_commented_in_german_and_names_the_command_that_tries_it(shared_url: str, tmp_path: Path) -> None:
    path = tmp_path / "Netz 1.csv"
    path.write_text("Kennung;Firma;kind;seit\n1;Netz;Netzbetreiber;\n2;Turm;Mast;2020-01-31\n", "utf-8")
    draft = run(shared_url, "template", "operators", "--from", path, "--lang", "de").stdout
    assert "# Entwurf einer Zuordnung zu operators (Betreiber)." in draft
    assert f"#   flurwerk load operators '{path}' --source NAME --mapping mapping.toml --dry-run\n" in draft
    assert '"Mast" = "…"  # ENTSCHEIDEN: 1 Zeile; eins von ' in draft
    assert '"seit",  # Datum, 1 von 2 gefüllt, 2020-01-31 bis 2020-01-31: 2020-01-31' in draft
    comments = [line.partition("# ")[2] for line in draft.splitlines() if "flurwerk load" not in line]
    assert not english_words(" ".join(comments).split("eins von")[0])
