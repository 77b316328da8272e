"""A copy kept by the feed alone ends up equal to the records, whoever writes meanwhile."""

import random
import threading
from collections.abc import Callable
from contextlib import suppress

import psycopg
from psycopg.errors import DeadlockDetected, IntegrityError, LockNotAvailable

from geo.records.layers.layer import Audience
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.records import Connection, delete, insert, plot, sale, update
from tests.test_api.helpers import api
from tests.test_changes.helpers import Partner, truth

WRITERS = 4
TRANSACTIONS = 20
TABLES = ("plots", "plot_restrictions", "reservations", "transactions", "parties", "operators", "inquiries")


def test_a_copy_kept_under_concurrent_writers_equals_the_records(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        for number in range(20):
            plot(connection, x=391000 + 300 * number, offered_on="2023-01-01" if number % 2 else None)
    errors: list[BaseException] = []
    writers = [threading.Thread(target=write, args=[database_url, seed, errors]) for seed in range(WRITERS)]
    for writer in writers:
        writer.start()
    with (
        api(load_settings(database_url=database_url, anonymous_audience="internal")) as internal,
        api(load_settings(database_url=database_url)) as public,
    ):
        partners = [(Partner(client), limit) for client in (internal, public) for limit in (5, 1000)]
        while any(writer.is_alive() for writer in writers):
            for partner, limit in partners:
                partner.page(limit)
        for writer in writers:
            writer.join()
        assert errors == []
        expected = {internal: truth(internal, Audience.INTERNAL), public: truth(public, Audience.PUBLIC)}
        assert {layer for layer, _ in expected[internal]} >= set(TABLES)
        assert {layer for layer, _ in expected[public]} >= {"plots", "plot_restrictions", "transactions"}
        for partner, limit in partners:
            partner.read(limit)
            assert partner.copy == expected[partner.client], limit


def write(url: str, seed: int, errors: list[BaseException]) -> None:
    """Run transactions of several statements. Some are rolled back; if two block each other, one gives up."""
    choose = random.Random(seed)
    try:
        with psycopg.connect(conninfo(url)) as connection:
            for _ in range(TRANSACTIONS):
                with suppress(DeadlockDetected, IntegrityError, LockNotAvailable):
                    connection.execute("set lock_timeout = '200ms'")
                    for _ in range(choose.randint(1, 6)):
                        choose.choice(STEPS)(connection, choose)
                    if choose.random() < 0.8:
                        connection.commit()
                connection.rollback()
    except BaseException as error:
        errors.append(error)


def any_of(connection: Connection, table: str, choose: random.Random) -> int:
    """Return the id of a random record, or -1 if there is none."""
    found = connection.execute(f"select id from flurwerk.{table} order by id".encode()).fetchall()
    return choose.choice(found)[0] if found else -1


def add_plot(connection: Connection, choose: random.Random) -> None:
    plot(connection, x=choose.randint(391000, 409000), offered_on=choose.choice([None, "2023-01-01"]))


def change_plot(connection: Connection, choose: random.Random) -> None:
    changed = choose.choice(
        [
            {"name": f"Fläche {choose.random()}"},
            {"offered_on": choose.choice([None, "2023-01-01"])},
            {"withdrawn_on": choose.choice([None, "2023-05-01"])},
        ]
    )
    update(connection, "plots", any_of(connection, "plots", choose), **changed)


def add_sale(connection: Connection, choose: random.Random) -> None:
    land = choose.choice([None, any_of(connection, "plots", choose)])
    sale(connection, plot=land, area_m2=choose.choice([1000, 5000, 10_000]))


def change_sale(connection: Connection, choose: random.Random) -> None:
    changed = choose.choice(
        [
            {"cancelled_on": choose.choice([None, "2023-09-01"])},
            {"plot": any_of(connection, "plots", choose)},
            {"price_eur": choose.randint(1, 10**6)},
        ]
    )
    update(connection, "transactions", any_of(connection, "transactions", choose), **changed)


def add_reservation(connection: Connection, choose: random.Random) -> None:
    insert(connection, "reservations", plot=any_of(connection, "plots", choose), reserved_on="2023-02-01")


def add_restriction(connection: Connection, choose: random.Random) -> None:
    land = any_of(connection, "plots", choose)
    insert(connection, "plot_restrictions", plot=land, kind="flood", severity="minor")


def add_party(connection: Connection, choose: random.Random) -> None:
    party = insert(connection, "parties", kind=choose.choice(["company", "person"]), name=f"N{choose.random()}")
    insert(connection, "inquiries", kind="plot", received_on="2023-08-01", party=party)


def rename_operators(connection: Connection, choose: random.Random) -> None:
    insert(connection, "operators", name="Netz", kind="carrier")
    connection.execute(
        "update flurwerk.operators set name = %s where id %% 2 = %s", [f"N{choose.random()}", choose.randint(0, 1)]
    )


def remove(connection: Connection, choose: random.Random) -> None:
    table = choose.choice(TABLES)
    delete(connection, table, any_of(connection, table, choose))


STEPS: list[Callable[[Connection, random.Random], None]] = [
    add_plot,
    change_plot,
    change_plot,
    add_sale,
    change_sale,
    add_reservation,
    add_restriction,
    add_party,
    rename_operators,
    remove,
    remove,
]
