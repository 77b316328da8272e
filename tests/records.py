"""Helpers that write records to a test's database."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import psycopg
import pytest
from psycopg import sql

Connection = psycopg.Connection[Any]

WEST_SQUARE = "MULTIPOLYGON(((390000 5700000, 400000 5700000, 400000 5710000, 390000 5710000, 390000 5700000)))"
EAST_SQUARE = "MULTIPOLYGON(((400000 5700000, 410000 5700000, 410000 5710000, 400000 5710000, 400000 5700000)))"


def insert(connection: Connection, table: str, /, **values: object) -> int:
    """Insert one record and return its id; ``geom`` is WKT in EPSG:25832, a ``cluster`` its id or its key."""
    if isinstance(key := values.get("cluster"), str):
        values["cluster"] = cluster(connection, key)
    columns = list(values)
    statement = sql.SQL("insert into {} ({}) values ({}) returning id").format(
        sql.Identifier("flurwerk", table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(
            sql.SQL("st_geomfromtext({}, 25832)").format(sql.Placeholder(name))
            if name == "geom"
            else sql.Placeholder(name)
            for name in columns
        ),
    )
    (record,) = connection.execute(statement, values).fetchone() or (0,)
    return record


def cluster(connection: Connection, key: str) -> int:
    """Return the id of the cluster with this key, which is inserted if there is none."""
    found = connection.execute("select id from flurwerk.clusters where key = %s", [key]).fetchone()
    return found[0] if found else insert(connection, "clusters", key=key)


def update(connection: Connection, table: str, record: int, /, **values: object) -> None:
    """Change columns of one record."""
    assignments = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in values
    )
    connection.execute(
        sql.SQL("update {} set {} where id = %(record)s").format(sql.Identifier("flurwerk", table), assignments),
        {**values, "record": record},
    )


def delete(connection: Connection, table: str, record: int) -> None:
    """Delete one record."""
    connection.execute(sql.SQL("delete from {} where id = %s").format(sql.Identifier("flurwerk", table)), [record])


def two_districts(connection: Connection) -> None:
    """Insert two districts, squares of 10 km: West (key 01) and Ost (key 02), which meet at x = 400000."""
    insert(connection, "districts", key="01", name="West", kind="district", geom=WEST_SQUARE)
    insert(connection, "districts", key="02", name="Ost", kind="district", geom=EAST_SQUARE)


def square(x: float, y: float, side: float) -> str:
    """Return the WKT of a square, given its lower left corner."""
    ring = f"{x} {y}, {x + side} {y}, {x + side} {y + side}, {x} {y + side}, {x} {y}"
    return f"MULTIPOLYGON((({ring})))"


def line(*points: tuple[float, float]) -> str:
    """Return the WKT of a line of one part."""
    return f"MULTILINESTRING(({', '.join(f'{x} {y}' for x, y in points)}))"


def plot(connection: Connection, x: float = 395000, y: float = 5705000, side: float = 100, **values: object) -> int:
    """Insert a square plot, by default of 1 ha, and return its id."""
    defaults: dict[str, object] = {"name": "Grundstück", "ownership": "public", "geom": square(x, y, side)}
    return insert(connection, "plots", **(defaults | values))


def sale(connection: Connection, **values: object) -> int:
    """Insert a sale, by default of 1000 m² of public land agreed on 1 August 2023, and return its id."""
    defaults: dict[str, object] = {
        "kind": "sale",
        "sector": "public",
        "role": "seller",
        "area_m2": 1000,
        "agreed_on": "2023-08-01",
    }
    return insert(connection, "transactions", **(defaults | values))


def one(connection: Connection, query: str, *values: object) -> Any:
    """Return the single value that a query yields."""
    row = connection.execute(query.encode(), values).fetchone()
    assert row is not None
    return row[0]


def violated_constraint(connection: Connection, write: Callable[[], object]) -> str | None:
    """Return the name of the constraint that a write violates."""
    with pytest.raises(psycopg.errors.IntegrityError) as caught, connection.transaction():
        write()
    return caught.value.diag.constraint_name


def violated_after(first: Connection, write: Callable[[], object]) -> str | None:
    """Return the constraint that a write by another session violates, which waits until ``first`` has committed."""
    outcome: list[str | None] = []

    def run() -> None:
        with pytest.raises(psycopg.errors.IntegrityError) as caught:
            write()
        outcome.append(caught.value.diag.constraint_name)

    other = Thread(target=run)
    other.start()
    waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    while other.is_alive() and one(first, waiting) == 0:
        pass
    first.commit()
    other.join(timeout=300)
    return outcome[0] if outcome else None
