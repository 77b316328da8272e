"""The log of loads, and undoing a load as a whole."""

import hashlib

import pytest
from click.testing import CliRunner

from api.cli import main
from geo.loading import NotUndone, latest_loads, undo_load
from tests.test_loading.conftest import Loader

HEADER = "source_id;programme;address;x;y\n"
FIRST = HEADER + "1;funded;A;390000;5710000\n2;funded;B;390010;5710000\n3;funded;C;390020;5710000\n"
SECOND = HEADER + "1;funded;A;390000;5710000\n2;funded;B2;390011;5710000\n4;funded;D;390030;5710000\n"
COLUMNS = "id, source_id, address, st_astext(geom)"


@pytest.fixture
def town(open_session, tmp_path):
    """The city in a database of its own, where every load is a transaction of its own."""
    session = open_session()
    session.autocommit = True
    return Loader(session, tmp_path)


def load(city, text, **options):
    return city.load("connections", text, crs="25832", **options)


def test_a_load_is_logged_with_its_file_and_what_it_did(city):
    report = load(city, FIRST)
    [logged] = latest_loads(city.connection)
    assert (logged.id, logged.layer, logged.source, logged.file_name) == (
        report.number,
        "connections",
        "file",
        "file.csv",
    )
    assert (logged.rows, logged.inserted, logged.changed, logged.removed) == (3, 3, 0, 0)
    assert logged.file_sha256 == hashlib.sha256(FIRST.encode()).hexdigest()


def test_what_writes_nothing_is_not_logged(city):
    load(city, FIRST, dry_run=True)
    load(city, FIRST.replace("A;390000", "A;?"))
    assert latest_loads(city.connection) == []


def test_undoing_a_load_brings_back_every_record_as_it_was(town):
    load(town, FIRST)
    before = town.rows("connections", COLUMNS)
    report = load(town, SECOND, prune=True, accept_pruning=True)
    assert (report.inserted, report.changed, report.removed) == (1, 1, 1)
    undone = undo_load(town.connection, report.number)
    assert town.rows("connections", COLUMNS) == before
    assert undone.undone_by
    assert undone.undone_at


def test_loads_are_undone_one_after_the_other_latest_first(town):
    first, second = load(town, FIRST), load(town, SECOND)
    with pytest.raises(NotUndone, match=r"1 records of load \d+ have been changed since: 2 "):
        undo_load(town.connection, first.number)
    undo_load(town.connection, second.number)
    undo_load(town.connection, first.number)
    assert town.rows("connections") == []


def test_what_somebody_deleted_or_brought_back_since_counts_as_changed(town):
    load(town, FIRST)
    second = load(town, SECOND, prune=True, accept_pruning=True)
    town.connection.execute("delete from flurwerk.connections where source_id = '4'")
    with pytest.raises(NotUndone, match="changed since: 4 "):
        undo_load(town.connection, second.number)


def test_a_load_that_others_refer_to_is_not_undone_and_nothing_changes(city):
    first = city.load("operators", "source_id;name;kind\nN;Netz;carrier\n")
    city.load("letters_of_intent", "source_id;operator;promised_connections;signed_on\nL;N;5;2023-01-01\n")
    with pytest.raises(NotUndone, match=r"Load \d+ cannot be undone: .*“Letters of intent” refers to it"):
        undo_load(city.connection, first.number)
    assert city.rows("operators") == [("N",)]


def test_undoing_twice_or_what_does_not_exist_is_refused(city):
    report = load(city, FIRST)
    undo_load(city.connection, report.number)
    with pytest.raises(NotUndone, match="was undone already"):
        undo_load(city.connection, report.number)
    with pytest.raises(NotUndone, match="There is no load 999"):
        undo_load(city.connection, 999)


def test_a_layer_without_history_undoes_only_what_was_added(city):
    report = city.load("parties", "source_id;name;kind\n1;Muster GmbH;company\n")
    assert undo_load(city.connection, report.number).inserted == 1
    assert city.rows("parties") == []
    city.load("parties", "source_id;name;kind\n1;Muster GmbH;company\n")
    changed = city.load("parties", "source_id;name;kind\n1;Muster AG;company\n")
    with pytest.raises(NotUndone, match="keeps no earlier versions"):
        undo_load(city.connection, changed.number)


def test_the_command_lists_loads_and_undoes_one(database_url, tmp_path, monkeypatch):
    monkeypatch.setenv("FLURWERK_DATABASE_URL", database_url)
    path = tmp_path / "netz.csv"
    path.write_text("source_id;name;kind\nN;Netz;carrier\n")
    run = CliRunner().invoke
    assert run(main, ["loads", "--lang", "de"]).output == "Es wurde noch nichts geladen.\n"
    assert run(main, ["load", "operators", str(path), "--source", "netz"]).exit_code == 0
    listed = run(main, ["loads", "--lang", "de"]).output
    assert "netz.csv" in listed
    assert "Ladevorgänge" in listed
    assert run(main, ["loads", "undo", "1"]).output == (
        "operators: load 1 (netz.csv) was undone: 1 deleted, 0 restored, 0 returned\n"
    )
    assert run(main, ["loads", "undo", "1"]).exit_code == 1
