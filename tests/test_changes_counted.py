"""Versions of layers and the transactions behind records, on which the feed and stored tiles rely."""

import threading

import psycopg

from geo.store.database import conninfo
from tests.records import Connection, delete, insert, one, plot, two_districts, update


def version(connection: Connection, layer: str) -> int:
    return one(connection, "select version from flurwerk.layer_versions where layer = %s", layer)


def test_a_layers_version_grows_by_one_for_every_transaction_that_changed_it(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        before = version(connection, "operators")
        record = insert(connection, "operators", name="Netz", kind="carrier")
        update(connection, "operators", record, name="Netz GmbH")
        assert version(connection, "operators") == before
        connection.commit()
        assert version(connection, "operators") == before + 1
        delete(connection, "operators", record)
        connection.commit()
        assert version(connection, "operators") == before + 2


def test_a_transaction_that_changes_nothing_does_not_count(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        before = version(connection, "operators")
        update(connection, "operators", -1, name="niemand")
        connection.commit()
        insert(connection, "operators", name="Netz", kind="carrier")
        connection.rollback()
        assert version(connection, "operators") == before


def test_transactions_that_change_the_same_layers_in_opposite_orders_both_commit(database_url: str) -> None:
    orders = [("operators", "programmes"), ("programmes", "operators")] * 2
    values = {"operators": {"name": "N", "kind": "carrier"}, "programmes": {"name": "P", "funding": "funded"}}
    errors: list[Exception] = []
    together = threading.Barrier(len(orders))

    def write(order: tuple[str, str]) -> None:
        try:
            with psycopg.connect(conninfo(database_url)) as connection:
                for _ in range(10):
                    for layer in order:
                        insert(connection, layer, **values[layer])
                    together.wait()
                    connection.commit()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=[order]) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with psycopg.connect(conninfo(database_url)) as connection:
        assert version(connection, "operators") == 1 + 40
        assert one(connection, "select count(*) from flurwerk.layers_touched") == 0


def test_writers_of_one_layer_do_not_wait_for_each_other_before_they_commit(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as first, psycopg.connect(conninfo(database_url)) as second:
        insert(first, "operators", name="A", kind="carrier")
        second.execute("set lock_timeout = '2s'")
        insert(second, "operators", name="B", kind="carrier")
        second.commit()
        first.commit()


def test_every_version_of_a_record_names_the_transactions_that_began_and_ended_it(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        two_districts(connection)
        record = plot(connection, name="erst")
        first = one(connection, "select pg_current_xact_id()::text")
        connection.commit()
        update(connection, "plots", record, name="dann")
        second = one(connection, "select pg_current_xact_id()::text")
        connection.commit()
        assert one(connection, "select recorded_xid::text from flurwerk.plots") == second
        history = connection.execute(
            "select name, recorded_xid::text, ended_xid::text from flurwerk_history.plots"
        ).fetchall()
        assert history == [("erst", first, second)]
        connection.execute("update flurwerk.plots set recorded_xid = '1'")
        assert one(connection, "select recorded_xid::text from flurwerk.plots") not in ("1", first, second)
