"""Keys have one form, in Python and in the database, whoever writes them."""

import unicodedata

import psycopg
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from geo.migrate import migrate
from geo.records.layers import LAYERS
from geo.records.messages import explain
from geo.store.database import conninfo
from geo.text import key_text
from tests.records import Connection, insert

LOOKALIKES = st.text(st.sampled_from("aü\u0308T01 \u00a0\u200b\u202f\ufeff\u00ad\t\n-"))


@given(st.one_of(LOOKALIKES, st.text()))
@example("\u2000x\u2001")
@example("u\u200b\u0308")
def test_the_form_of_a_key_is_final_and_composed(written: str) -> None:
    stored = key_text(written)
    assert key_text(stored) == stored == unicodedata.normalize("NFC", stored)
    assert stored == " ".join(stored.split(" "))


@pytest.mark.parametrize(
    "written",
    ["Su\u0308d 1", "Süd\u00a01", "Süd\u200b 1", " Süd  1 ", "\ufeffSüd\t1", "S\u00adüd\u202f1\n", "\u200eSüd \u00a01"],
)
def test_what_looks_the_same_is_the_same_key(written: str) -> None:
    assert key_text(written) == "Süd 1"


@pytest.mark.parametrize("written", ["00123", "a1", "A1", "Süd–1", "1_1", "ß", "m²"])
def test_what_can_be_seen_stays(written: str) -> None:
    assert key_text(written) == written


def test_python_and_the_database_agree_on_every_character(connection: Connection) -> None:
    """Of the basic plane; the others' characters neither compose nor are spaces."""
    points = [point for point in range(1, 0x10000) if not 0xD800 <= point < 0xE000]
    written = [f"a{chr(point)}b" for point in points]
    found = connection.execute("select array(select flurwerk.key_text(w) from unnest(%s::text[]) as w)", [written])
    row = found.fetchone()
    assert row
    assert [
        f"{point:04x}" for point, own, theirs in zip(points, written, row[0], strict=True) if key_text(own) != theirs
    ] == []


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_refuses_another_form(connection: Connection, layer: str) -> None:
    constraints = connection.execute(
        "select conname from pg_constraint where conrelid = %s::regclass and convalidated", [f"flurwerk.{layer}"]
    ).fetchall()
    assert {("source_normal",), ("source_id_normal",)} <= set(constraints)


@pytest.mark.parametrize("column", ["source", "source_id"])
def test_a_writer_that_does_not_load_is_told(connection: Connection, column: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        insert(connection, "operators", **{"name": "A", "kind": "carrier", column: "Su\u0308d"})
    text = explain(refused.value)
    assert text
    assert "neu eintippen" in text.de


FORMER = """
    alter table flurwerk.operators drop constraint source_id_normal, drop constraint source_normal;
    insert into flurwerk.operators (source, source_id, name, kind)
    values ('a', 'T\u00a01', 'A', 'carrier'), ('a', 'plain', 'B', 'carrier');
"""


def test_records_of_earlier_versions_get_the_form_and_keep_their_history(connection: Connection) -> None:
    connection.execute(FORMER.encode())
    told: list[str | None] = []
    connection.add_notice_handler(lambda notice: told.append(notice.message_primary))
    connection.execute("call flurwerk.restore_key_texts('operators')")
    assert connection.execute("select source_id from flurwerk.operators order by id").fetchall() == [
        ("T 1",),
        ("plain",),
    ]
    assert connection.execute("select source_id from flurwerk_history.operators").fetchall() == [("T\u00a01",)]
    assert told == ["1 records of operators have got the source_id that they show: without characters that nobody sees"]
    connection.execute("call flurwerk.restore_key_texts('operators')")


def test_doubles_of_earlier_versions_are_named_and_not_merged(connection: Connection) -> None:
    connection.execute(FORMER.encode())
    number = insert(connection, "operators", source="a", source_id="T 1", name="C", kind="carrier")
    with pytest.raises(psycopg.errors.UniqueViolation) as refused:
        connection.execute("call flurwerk.restore_key_texts('operators')")
    assert f"{number - 2}, {number} of source 'a'" in str(refused.value)


# Loads are stamped like records, but came later, and have no source_id.
BEFORE = """
    drop trigger stamp on flurwerk.loads;
    drop function flurwerk.key_text cascade;
    drop procedure flurwerk.refuse_double_keys, flurwerk.restore_key_texts;
    delete from public.flurwerk_migrations where name = '0034_key_texts';
    insert into flurwerk.operators (source, source_id, name, kind) values ('a', 'T\u00a01', 'A', 'carrier');
"""


def test_migrate_tells_how_many_records_it_has_changed(database_url: str, caplog: pytest.LogCaptureFixture) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute(BEFORE.encode())
        assert migrate(connection) == ["0034_key_texts"]
        assert "1 records of operators have got the source_id that they show" in caplog.text
        assert connection.execute("select source_id from flurwerk.operators").fetchall() == [("T 1",)]
