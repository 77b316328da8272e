"""One record stays one, however its keys are spelt; and a known id on another thing is asked about."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from geo.loading import LoadRefused, LoadReport
from tests.test_cli import Command
from tests.test_loading.conftest import Loader

DELIVERIES = Path(__file__).parent.parent / "data" / "deliveries"
TRENCH = "source_id;programme;geometry\n{};{};LINESTRING (390000 5710000, 390100 5710000)\n"
POINTS = "source_id;address;x;y\n{}"


def options(report: LoadReport) -> list[str]:
    """The options that would answer the report's questions."""
    assert len(report.questions) == len(report.problems)
    return [question.option for question in report.questions]


def points(*rows: tuple[str, str, float]) -> str:
    """A CSV file of connections: source_id, address, easting."""
    return POINTS.format("".join(f"{number};{address};{x};5710000\n" for number, address, x in rows))


@pytest.fixture
def delivered(city: Loader) -> Loader:
    """The city with the programme that the delivered files name."""
    city.load("programmes", "source_id;name;funding\nweisse-flecken;W;funded\n")
    return city


def test_an_id_in_decomposed_letters_is_the_same_record(delivered: Loader) -> None:
    assert delivered.load("trenches", TRENCH.format("T-Süd", "weisse-flecken"), crs="25832").inserted == 1
    report = delivered.load("trenches", DELIVERIES / "nfd_id.csv", crs="25832")
    assert (report.inserted, report.unchanged) == (0, 1)
    assert delivered.rows("trenches") == [("T-Süd",)]
    [note] = report.notes
    assert note.en.startswith("source_id: 1 value was brought into the form of all, first 'T-Su\\u0308d'")


def test_ids_that_differ_by_invisible_characters_alone_are_refused_in_one_file(delivered: Loader) -> None:
    """They would be one record."""
    found = delivered.problems("trenches", DELIVERIES / "nbsp_id.csv", crs="25832")
    assert [(row, column) for row, column, _ in found] == [(2, "source_id"), (3, "source_id")]


@pytest.mark.parametrize("spelling", ["T\u00a01", "T\u200b 1", " T  1 ", "\ufeffT 1", "T\u202f1", "T\u00ad 1"])
def test_an_id_with_invisible_characters_is_the_same_record(delivered: Loader, spelling: str) -> None:
    delivered.load("trenches", TRENCH.format("T 1", "weisse-flecken"), crs="25832")
    report = delivered.load("trenches", TRENCH.format(spelling, "weisse\u200b-flecken"), crs="25832")
    assert (report.problems, report.unchanged) == ([], 1)


def test_references_codes_and_headers_are_recognised_in_any_spelling(city: Loader) -> None:
    city.load("programmes", "source_id;name;funding\nSüd 1;W;funded\n")
    text = "source_id\u00a0;Förder\u00adung;programme\n1;ja\u00a0;Su\u0308d\u00a01\n".replace("ö", "o\u0308")
    file = city.write("mapped.csv", text + "2; ja;Süd  1\n")
    rules = city.write("rules.toml", '[columns]\n"Förderung" = "customer"\n[codes.customer]\n"ja" = "household"\n')
    city.load("connections", points(("1", "A", 390000), ("2", "B", 390100)), crs="25832")
    report = city.load("connections", file, mapping=rules)
    assert (report.problems, report.changed) == ([], 2)
    assert city.rows("connections", "customer") == [("household",)] * 2


def test_texts_are_composed_but_keep_what_they_have(city: Loader) -> None:
    report = city.load("operators", "source_id;name;kind\n1;Su\u0308d\u00a0 Netz\u00adbau;carrier\n")
    assert city.rows("operators", "name") == [("Süd\u00a0 Netz\u00adbau",)]
    assert [note.en.partition(":")[0] for note in report.notes] == ["name"]


def test_elements_of_lists_of_keys_have_the_form(city: Loader) -> None:
    keys = "05501\u00a0001__00123____|05501_\u200b001__00124____"
    shape = "POLYGON ((390000 5711000, 390100 5711000, 390100 5711100, 390000 5711000))"
    city.load("plots", f"source_id;name;ownership;parcels;geometry\n1;A;public;{keys};{shape}\n", crs="25832")
    assert city.rows("plots", "parcels") == [(["05501 001__00123____", "05501_001__00124____"],)]


def test_plain_files_are_not_talked_about(city: Loader) -> None:
    assert city.load("operators", "source_id;name;kind\n 1 ;Süd;carrier\n").notes == []


def test_the_source_has_the_form_too(city: Loader) -> None:
    city.load("operators", "source_id;name;kind\n1;A;carrier\n", source="Süd")
    assert city.load("operators", "source_id;name;kind\n1;A;carrier\n", source="Su\u0308d\u00a0").unchanged == 1


@pytest.mark.parametrize(
    ("known", "new"),
    [("00123", "123"), ("123", "0123"), ("T-007", "T-7"), ("T-a", "t-A"), ("A 01/2", "a 1/02")],
)
def test_a_new_id_that_is_a_known_one_but_for_zeros_or_case_is_asked_about(city: Loader, known: str, new: str) -> None:
    city.load("connections", points((known, "Weg 1", 390000)), crs="25832")
    before = city.state("connections")
    report = city.load("connections", points((new, "Weg 1", 390000)), crs="25832")
    assert options(report) == ["--accept-similar"]
    assert f"“{new}” instead of “{known}”" in report.problems[0].reason.en
    assert city.state("connections") == before
    assert city.load("connections", points((new, "W", 390000)), crs="25832", accept_similar=True).inserted == 1


@pytest.mark.parametrize(
    ("known", "new"), [(["1.05"], ["1.5"]), (["10"], ["100"]), (["A1", "a1"], ["A1", "a1", "b"]), (["7"], ["7", "07"])]
)
def test_ids_that_a_file_itself_tells_apart_are_not_asked_about(city: Loader, known: list[str], new: list[str]) -> None:
    city.load("connections", points(*((each, f"Weg {each}", 390000) for each in known)), crs="25832")
    assert city.load("connections", points(*((each, f"Weg {each}", 390000) for each in new)), crs="25832").ok


def test_another_contractors_file_under_the_same_source_is_asked_about(city: Loader) -> None:
    city.load("connections", DELIVERIES / "firmaA.csv", crs="25832")
    before = city.state("connections")
    report = city.load("connections", DELIVERIES / "firmaB.csv", crs="25832")
    assert options(report) == ["--accept-replacing"]
    assert (
        report.problems[0].reason.en == "1 of 1 records whose source_id is known would be something else afterwards "
        "(1: “Firma A Haus 1” → “Firma B Haus 1”, 1000 m away). If the file is someone else's, load it under a source "
        "of its own (--source)."
    )
    assert "1000 m entfernt" in report.problems[0].reason.de
    assert city.state("connections") == before
    assert city.load("connections", DELIVERIES / "firmaB.csv", crs="25832", accept_replacing=True).changed == 1
    assert city.load("connections", DELIVERIES / "firmaA.csv", crs="25832", source="a").inserted == 1


STREET = [(str(number), f"Weg {number}", 390000 + 100 * number) for number in range(8)]


@pytest.mark.parametrize(
    "change",
    [
        lambda number, address, x: (number, address, x + 500),
        lambda number, address, x: (number, f"{address} a", x + 20),
        lambda number, address, x: (number, f"{address} a", x + 500) if int(number) < 2 else (number, address, x),
        lambda number, address, x: (number, address.upper(), x + 500),
    ],
    ids=["moved", "renamed and surveyed anew", "a quarter replaced", "written in capitals"],
)
def test_corrections_of_the_same_things_are_not_asked_about(city: Loader, change) -> None:
    city.load("connections", points(*STREET), crs="25832")
    report = city.load("connections", points(*(change(*row) for row in STREET)), crs="25832")
    assert report.problems == []
    assert report.changed > 0


def test_numbering_that_begins_anew_is_asked_about(city: Loader) -> None:
    """A row was inserted in the middle, and all later ones have moved on by one."""
    city.load("connections", points(*STREET), crs="25832")
    shifted = [*STREET[:4], ("4", "Neuer Weg", 390350), *((str(int(n) + 1), a, x) for n, a, x in STREET[4:])]
    report = city.load("connections", points(*shifted), crs="25832")
    assert options(report) == ["--accept-replacing"]
    assert "4 of 8 records" in report.problems[0].reason.en


def test_lines_without_texts_are_compared_by_their_place(delivered: Loader) -> None:
    delivered.load("trenches", TRENCH.format("1", "weisse-flecken"), crs="25832")
    near = TRENCH.format("1", "weisse-flecken").replace("390100", "390150")
    assert delivered.load("trenches", near, crs="25832").changed == 1
    far = TRENCH.format("1", "weisse-flecken").replace("5710000", "5711000")
    assert options(delivered.load("trenches", far, crs="25832")) == ["--accept-replacing"]


def test_records_without_a_place_are_compared_by_texts_dates_and_numbers(city: Loader) -> None:
    header = "source_id;kind;received_on;use;note\n"
    city.load("inquiries", header + "1;plot;2023-01-01;Lager;Halle\n")
    assert city.load("inquiries", header + "1;plot;2023-01-01;Lagerung;Hallen\n").changed == 1
    assert city.load("inquiries", "source_id;note\n1;Halle gesucht\n").changed == 1
    report = city.load("inquiries", header + "1;plot;2023-05-01;Büro;im Zentrum\n")
    assert options(report) == ["--accept-replacing"]


def test_the_command_asks_for_the_source(database_url: str) -> None:
    flurwerk = Command(database_url)
    result = flurwerk("load", "connections", str(DELIVERIES / "firmaB.csv"), "--crs", "EPSG:25832", exit_code=1)
    assert "--source firmaB" in result.stderr
    with psycopg.connect(database_url) as connection:
        assert connection.execute("select count(*) from flurwerk.connections").fetchone() == (0,)


@pytest.mark.parametrize(("typed", "source"), [("\n", "netz-bau"), ("Stadtwerke\n", "Stadtwerke")])
def test_the_command_suggests_the_files_name_on_a_terminal(
    database_url: str, tmp_path: Path, typed: str, source: str
) -> None:
    file = tmp_path / "netz bau.csv"
    file.write_text("source_id,name,funding\n1,P,funded\n")
    main_end, terminal = pty.openpty()
    os.write(main_end, typed.encode())
    command = [sys.executable, "-m", "api.cli", "load", "programmes", str(file)]
    environment = os.environ | {"FLURWERK_DATABASE_URL": database_url}
    done = subprocess.run(command, stdin=terminal, capture_output=True, env=environment, check=True, text=True)
    for end in (terminal, main_end):
        os.close(end)
    assert "Source of the records [netz-bau]: " in done.stderr
    with psycopg.connect(database_url) as connection:
        assert connection.execute("select source from flurwerk.programmes").fetchall() == [(source,)]


def test_a_source_of_nothing_visible_is_refused(city: Loader) -> None:
    with pytest.raises(LoadRefused, match="no name"):
        city.load("operators", "source_id;name;kind\n1;A;carrier\n", source=" \u200b\u00a0")
