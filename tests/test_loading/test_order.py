"""In whatever order a city is loaded, it is the same afterwards, and its past stays what it was."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from geo.loading import LoadRefused, NotUndone, undo_load, undoing
from geo.records.messages import explain
from geo.store.database import as_recorded, conninfo
from geo.text import Text
from tests.records import Connection, insert, one
from tests.test_loading.conftest import Loader
from tests.test_loading.test_sessions import wait_until_blocked

MANY = 5200
"""So many records are placed as a whole, not one by one."""

# Some lie outside the districts, and lines cross from one district to the other.
POSITIONS = f"select n, 392000 + n % 100 * 20 as x, 5701000 + n / 100 * 240 as y from generate_series(1, {MANY}) as n"
SHAPES = {
    "connections": ("geom", "st_setsrid(st_makepoint(x, y), 25832)"),
    "trenches": (
        "programme, geom",
        "(select id from flurwerk.programmes), "
        "st_multi(st_setsrid(st_makeline(st_makepoint(x, y), st_makepoint(x + 90, y)), 25832))",
    ),
    "plots": ("name, ownership, geom", "n, 'public', st_multi(st_makeenvelope(x, y, x + 45, y + 9, 25832))"),
}
PLACES = dict.fromkeys(SHAPES, "district_key") | {"trenches": "district_keys, district_lengths_m, city_length_m"}
DISTRICTS = "source_id;key;name;kind;geometry\n" + "".join(
    f"{name};{name};{name};district;POLYGON (({west} 5702000, {east} 5702000, {east} 5712000, {west} 5712000, "
    f"{west} 5702000))\n"
    for name, west, east in (("west", 385000, 393000), ("east", 393000, 401000))
)
ADDRESSES = "source_id;x;y\n" + "".join(
    f"{n};{392000 + n % 100 * 20};{5701000 + n // 100 * 240}\n" for n in range(1, MANY + 1)
)


@pytest.fixture
def empty(database_url: str, tmp_path: Path) -> Iterator[Loader]:
    """A city with nothing but a programme, where every load is a transaction of its own."""
    with closing(psycopg.connect(conninfo(database_url), autocommit=True)) as connection:
        insert(connection, "programmes", name="P", funding="funded")
        yield Loader(connection, tmp_path)


def fill(city: Loader, layer: str) -> None:
    """Write many records, and count them as a load does."""
    columns, values = SHAPES[layer]
    city.connection.execute(
        f"insert into flurwerk.{layer} (source, source_id, {columns}) "
        f"select 'file', n::text, {values} from ({POSITIONS}) as p".encode()
    )
    city.connection.execute(f"analyze flurwerk.{layer}".encode())


def load_districts(city: Loader) -> int:
    """Load the two districts, and return the load's number."""
    report = city.load("districts", DISTRICTS, source="city", crs="25832")
    assert report.inserted == 2
    assert report.number is not None
    return report.number


def placed(city: Loader, layer: str) -> dict[str, Any]:
    """Where each record lies, by its source_id."""
    return {name: place for name, *place in city.rows(layer, f"source_id, {PLACES[layer]}")}


def equipment(connection: Connection, layer: str) -> list[tuple[Any, ...]]:
    """The indexes of a table, and its triggers with whether they fire."""
    return connection.execute(
        """
        select indexdef, 'O' from pg_indexes where schemaname = 'flurwerk' and tablename = %(layer)s
        union all
        select pg_get_triggerdef(oid), tgenabled::text
        from pg_trigger
        where tgrelid = ('flurwerk.' || %(layer)s)::regclass
        order by 1
        """,
        {"layer": layer},
    ).fetchall()


def index_numbers(connection: Connection, layer: str) -> list[int]:
    """The oids of a table's indexes, which change when they are made again."""
    query = (
        f"select array_agg(indexrelid order by indexrelid) from pg_index where indrelid = 'flurwerk.{layer}'::regclass"
    )
    return one(connection, query)


@pytest.mark.parametrize("layer", SHAPES)
def test_districts_that_come_last_place_records_as_if_they_had_come_first(empty: Loader, layer: str) -> None:
    """Same places, counts of tiles, indexes and triggers; each record that moved keeps its version from before."""
    connection = empty.connection
    counts = "select array_agg(c order by c) from flurwerk.tile_counts as c"
    with connection.transaction(force_rollback=True):
        load_districts(empty)
        fill(empty, layer)
        expected = placed(empty, layer)
    tables, numbers = equipment(connection, layer), index_numbers(connection, layer)
    fill(empty, layer)
    unplaced, cells = placed(empty, layer), one(connection, counts)
    between = one(connection, "select clock_timestamp()")
    load_districts(empty)

    assert placed(empty, layer) == expected
    assert len({str(place) for place in expected.values()}) >= 3
    assert index_numbers(connection, layer) != numbers, "placed one by one, so that this would prove nothing"
    assert equipment(connection, layer) == tables
    assert one(connection, counts) == cells

    moved = {name for name in expected if expected[name] != unplaced[name]}
    assert 0 < len(moved) < MANY
    written = empty.rows(layer, "source_id", "recorded_xid = (select max(recorded_xid) from flurwerk.loads)")
    assert {name for (name,) in written} == moved
    assert one(connection, f"select count(*) from flurwerk.{layer} where recorded_by <> session_user") == 0
    assert connection.execute(
        f"""
        select
            count(*), count(distinct h.id), bool_and(h.recorded_until = t.recorded_from),
            bool_and(h.ended_xid = t.recorded_xid), min(h.operation), bool_and(h.recorded_from < t.recorded_from)
        from flurwerk_history.{layer} as h
        join flurwerk.{layer} as t using (id)
        """.encode()
    ).fetchone() == (len(moved), len(moved), True, True, "update", True)
    with as_recorded(connection, between):
        query = f"select source_id, {PLACES[layer]} from {layer}"
        assert {name: place for name, *place in connection.execute(query.encode())} == unplaced


def test_records_that_somebody_reads_are_placed_without_waiting(empty: Loader, database_url: str) -> None:
    """A reader of the table is not waited for: its indexes stay, and the result is the same."""
    fill(empty, "connections")
    numbers = index_numbers(empty.connection, "connections")
    with psycopg.connect(conninfo(database_url)) as reader:
        reader.execute("select from flurwerk.connections limit 1")
        load_districts(empty)
    assert index_numbers(empty.connection, "connections") == numbers
    assert {place for (place,) in placed(empty, "connections").values()} == {"west", "east", "outside"}
    assert one(empty.connection, "show lock_timeout") == "0"


def test_loads_in_the_worst_order_are_undone_and_repeated_as_any(empty: Loader) -> None:
    """The same addresses again are unchanged, though placed since; undoing the districts places them outside again."""
    connection = empty.connection
    addresses = empty.load("connections", ADDRESSES, crs="25832")
    districts = load_districts(empty)
    assert empty.load("connections", ADDRESSES, crs="25832").unchanged == MANY
    in_city = one(connection, "select count(*) from flurwerk.connections where district_key <> 'outside'")
    assert 0 < in_city < MANY
    undo_load(connection, districts)
    assert {place for (place,) in placed(empty, "connections").values()} == {"outside"}
    assert one(connection, "select count(*) from flurwerk_history.connections") == 2 * in_city
    assert addresses.number is not None
    undo_load(connection, addresses.number)
    assert placed(empty, "connections") == {}


def test_an_index_of_an_operators_own_stays_as_it_is(empty: Loader) -> None:
    """What its definition does not tell would be lost if it were made again: a comment; others are made again."""
    connection = empty.connection
    connection.execute("create index own_told on flurwerk.connections (technology)")
    connection.execute("comment on index flurwerk.own_told is 'for the quarterly list'")
    connection.execute("create index own on flurwerk.connections (lower(address)) where dwellings > 1")
    fill(empty, "connections")
    tables = equipment(connection, "connections")
    load_districts(empty)
    assert equipment(connection, "connections") == tables
    assert one(connection, "select obj_description('flurwerk.own_told'::regclass)") == "for the quarterly list"


POINT = (
    "insert into flurwerk.connections (source, source_id, geom) "
    "values ('qgis', '1', st_setsrid(st_makepoint(392000, 5706000), 25832))"
)


def test_records_that_are_written_while_districts_are_loaded_are_placed_by_them(
    empty: Loader, database_url: str
) -> None:
    """What an editor has not saved yet is waited for; who begins to write later waits for the districts."""
    told: list[Text] = []
    with closing(psycopg.connect(conninfo(database_url))) as editor:
        editor.execute(POINT.encode())

        def save(text: Text) -> None:
            told.append(text)
            editor.commit()

        assert empty.load("districts", DISTRICTS, source="city", crs="25832", waiting=save).inserted == 2
    assert len(told) == 1
    assert "Bezirke" in told[0].de
    assert empty.rows("connections", "district_key", "true") == [("west",)]

    moved = DISTRICTS.replace("west;west;west", "west;new;new")
    with closing(psycopg.connect(conninfo(database_url))) as editor, ThreadPoolExecutor(1) as pool:
        with empty.connection.transaction():
            empty.load("districts", moved, source="city", crs="25832")
            writing = pool.submit(editor.execute, POINT.replace("'1'", "'2'").encode())
            with closing(psycopg.connect(conninfo(database_url), autocommit=True)) as observer:
                wait_until_blocked(observer, editor.info.backend_pid)
        writing.result(60)
        editor.commit()
    assert empty.rows("connections", "source_id, district_key", "true") == [("1", "new"), ("2", "new")]


def test_a_border_is_not_moved_while_a_change_stays_unsaved(empty: Loader, database_url: str) -> None:
    """By whatever program; names of districts may change meanwhile."""
    load_districts(empty)
    move = "update flurwerk.districts set geom = st_translate(geom, 100, 0)"
    with closing(psycopg.connect(conninfo(database_url))) as editor:
        editor.execute(POINT.encode())
        with pytest.raises(psycopg.errors.SerializationFailure) as refused:
            empty.connection.execute(move.encode())
        text = explain(refused.value)
        assert text
        assert "gleich noch einmal speichern" in text.de
        empty.connection.execute("update flurwerk.districts set name = name || ' neu'")
        editor.commit()
    empty.connection.execute(move.encode())
    assert empty.rows("connections", "district_key", "true") == [("west",)]


def test_districts_are_neither_loaded_nor_undone_while_a_change_stays_unsaved(
    empty: Loader, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written then, and the reason names the change."""
    number = load_districts(empty)
    monkeypatch.setattr(undoing, "LONGEST_WAIT_S", 0)
    with closing(psycopg.connect(conninfo(database_url))) as editor:
        editor.execute(POINT.encode())
        with pytest.raises(NotUndone, match="still open"):
            undo_load(empty.connection, number)
        with pytest.raises(LoadRefused, match="still open"):
            empty.load("districts", DISTRICTS, source="other", crs="25832", longest_wait_s=0)
        dry = empty.load("districts", DISTRICTS, source="city", crs="25832", dry_run=True)
        assert dry.unchanged == 2, "a trial need not wait"
    assert undo_load(empty.connection, number).undone_at
