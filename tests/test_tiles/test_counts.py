"""The counts of points by cell: maintained by triggers, and always equal to a recount."""

import random
import threading
from typing import Any

import psycopg

from geo.records.layers import LAYERS
from geo.store.catalogue import describe
from geo.store.database import conninfo
from tests.records import Connection, delete, insert, one, two_districts, update

RECOUNT = """
    select layer, level, cell, status, count
    from (
        select
            'connections' as layer,
            l.level::smallint,
            flurwerk.tile_cell(geom_web) >> (2 * (17 - l.level)) as cell,
            coalesce(status, '') as status,
            count(*)
        from flurwerk.connections
        cross join (values (13), (15), (17)) as l (level)
        group by 2, 3, 4
    ) as recount
    order by level, cell, status
"""
STORED = "select layer, level, cell, status, count from flurwerk.tile_counts order by level, cell, status"
POINTS = [(391000 + 300 * n, 5701000 + 250 * (n % 7)) for n in range(20)]


def assert_correct(connection: Connection, records: int) -> None:
    """Assert that the stored counts equal a recount, and sum up to this number of records."""
    stored = connection.execute(STORED).fetchall()
    assert stored == connection.execute(RECOUNT).fetchall()
    assert sum(count for _, level, _, _, count in stored if level == 17) == records
    assert one(connection, "select count(*) from flurwerk.tile_counts_noted") == 0


def prepare(connection: Connection) -> dict[str, Any]:
    """Insert a city with a programme; return the values that all connections have in common."""
    two_districts(connection)
    return {"programme": insert(connection, "programmes", name="P", funding="funded"), "address": "A", "dwellings": 1}


def connect(connection: Connection, known: dict[str, Any], x: float, y: float, **steps: str) -> int:
    """Insert a connection at a place."""
    return insert(connection, "connections", geom=f"POINT({x} {y})", **known, **steps)


def test_inserting_moving_changing_and_deleting_keep_the_counts_correct(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        known = prepare(connection)
        records = [connect(connection, known, *point) for point in POINTS]
        connection.commit()
        assert_correct(connection, 20)
        update(connection, "connections", records[0], connected_on="2023-08-01")
        connection.execute(
            "update connections set geom = st_translate(geom, 2000, 1000) where id = any (%s)", [records[5:9]]
        )
        connection.commit()
        assert_correct(connection, 20)
        update(connection, "connections", records[1], address="B")
        delete(connection, "connections", records[2])
        connect(connection, known, *POINTS[0])
        delete(connection, "connections", records[3])
        connection.commit()
        assert_correct(connection, 19)
        connection.execute("delete from connections")
        connection.commit()
        assert_correct(connection, 0)


def test_what_is_rolled_back_is_not_counted(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        known = prepare(connection)
        connect(connection, known, *POINTS[0])
        connection.execute("savepoint before")
        connect(connection, known, *POINTS[1])
        connection.execute("rollback to savepoint before")
        connection.commit()
        assert_correct(connection, 1)
        connect(connection, known, *POINTS[2])
        connection.rollback()
        assert_correct(connection, 1)


def test_counts_are_correct_before_the_commit_if_constraints_are_immediate(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        known = prepare(connection)
        connection.execute("set constraints all immediate")
        connect(connection, known, *POINTS[0])
        connect(connection, known, *POINTS[1])
        assert_correct(connection, 2)


def test_concurrent_writers_of_the_same_cells_in_opposite_orders_all_commit(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        known = prepare(connection)
        connection.commit()
    errors: list[Exception] = []
    barrier = threading.Barrier(4)

    def write(number: int) -> None:
        order = POINTS if number % 2 else POINTS[::-1]
        random_numbers = random.Random(number)
        try:
            with psycopg.connect(conninfo(database_url)) as connection:
                own: list[int] = []
                for turn in range(6):
                    for point in order:
                        own.append(connect(connection, known, *point))
                    for record in random_numbers.sample(own, 5):
                        connection.execute(
                            "update connections set geom = st_translate(geom, 300, 0), passed_on = '2023-01-01'"
                            " where id = %s",
                            [record],
                        )
                    delete(connection, "connections", own.pop(random_numbers.randrange(len(own))))
                    barrier.wait(60)
                    if turn == 2:
                        connection.rollback()
                        own.clear()
                    else:
                        connection.commit()
        except Exception as error:
            errors.append(error)
            barrier.abort()

    threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with psycopg.connect(conninfo(database_url)) as connection:
        assert_correct(connection, one(connection, "select count(*) from flurwerk.connections"))


def test_every_geometry_has_a_copy_in_web_mercator_that_follows_it(connection: Connection) -> None:
    for layer in LAYERS.values():
        columns = describe(connection, layer.key).by_name
        assert ("geom_web" in columns) == (layer.geometry is not None)
        if layer.geometry:
            assert columns["geom_web"].type == f"geometry({layer.geometry},3857)"
            assert columns["geom_web"].derived
            assert (
                one(
                    connection,
                    "select count(*) from pg_indexes where tablename = %s and indexdef like '%%gist (geom_web)'",
                    layer.key,
                )
                == 1
            )
    query = "select count(*) from pg_attribute as a join pg_class as c on c.oid = a.attrelid"
    query += " where c.relnamespace = 'flurwerk_history'::regnamespace and a.attname = 'geom_web'"
    assert one(connection, query) == 0
    known = prepare(connection)
    record = connect(connection, known, *POINTS[0])
    connection.execute("update connections set geom = st_translate(geom, 50, 50) where id = %s", [record])
    assert one(connection, "select geom_web = st_transform(geom, 3857) from connections")


def test_tracking_a_table_again_keeps_the_copy_out_of_history(connection: Connection) -> None:
    connection.execute("call flurwerk.track('plots')")
    columns = connection.execute(
        "select attname from pg_attribute where attrelid = 'flurwerk_history.plots'::regclass and attname = 'geom_web'"
    ).fetchall()
    assert columns == []
