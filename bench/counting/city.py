"""A database with ten years of a city's records at any scale, generated inside the database.

Triggers would take too long for ten million rows, so the rows are written with ``session_replication_role = replica``,
without triggers and foreign-key checks. city.sql computes the columns that triggers fill (the district, the length in
each) with the triggers' own functions; earlier versions are written here as ``keep_history`` would. Indexes are dropped
first and created again afterwards. ``check`` then verifies on a sample that constraints hold and that triggers change
nothing. Side tables that no indicator reads are not filled: counts of tiles, distances, versions of layers.
"""

import math
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import psycopg
from load_data import city as districts
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from shapely import box

from geo.loading import load
from geo.migrate import migrate
from geo.settings import load_settings
from geo.store.database import SRID, Connection, conninfo

NAME = "bench_kpis"
FILL = (Path(__file__).parent / "city.sql").read_bytes()
CORRECTED: Mapping[str, Mapping[str, str]] = {
    "connections": {"dwellings": "dwellings + 1"},
    "trenches": {"origin": "'co_laid'"},
    "transactions": {"area_m2": "area_m2 + 100"},
}
"""The values that differ in an earlier version."""

PAST = """
    insert into flurwerk_history.{table} ({columns}, recorded_until, operation, ended_by)
    select {earlier}, recorded_from, 'update', 'bench'
    from {table}
    where substr(source_id, 3)::bigint % 33 = 0
    union all
    select {gone}, least(recorded_from + interval '100 days', now() - interval '1 hour'), 'delete', 'bench'
    from {table}
    where id % 500 = 0
"""
PLAIN_INDEXES = """
    select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
    from pg_index as i
    join pg_class as c on c.oid = i.indrelid
    where c.relnamespace in ('flurwerk'::regnamespace, 'flurwerk_history'::regnamespace)
      and c.relname in ('connections', 'trenches', 'transactions', 'plots', 'inquiries')
      and not exists (select from pg_constraint where conindid = i.indexrelid)
    order by 1
"""
FOREIGN_KEYS = """
    select c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text, f.attname
    from pg_constraint as c
    join pg_attribute as a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    join pg_attribute as f on f.attrelid = c.confrelid and f.attnum = c.confkey[1]
    where c.contype = 'f'
      and c.connamespace = 'flurwerk'::regnamespace
    order by 1, 2
"""
TABLES = (
    "programmes", "industrial_areas", "plots", "transactions", "inquiries", "properties", "brokerages",
    "office_takeups", "settlements", "mobile_requests", "letters_of_intent", "trenches", "connections",
)  # fmt: skip
SAMPLE = 300
LOWER = 62
"""How many parts there are below the districts."""


@contextmanager
def prepared(server: str, scale: float, *, keep: bool, parts: int | None = None) -> Iterator[str]:
    """Yield the URL of a database with the city. It is dropped afterwards or, with ``keep``, kept and used again.

    With ``parts`` it is a county of so many municipalities, in place of twelve districts.
    """
    name = f"{NAME}_{scale:g}" + (f"_{parts}" if parts else "")
    url = make_conninfo(server, dbname=name.replace(".", "_"))
    try:
        if not (keep and _exists(server, url)):
            _administer(server, "drop database if exists {} with (force)", url)
            _administer(server, "create database {}", url)
            _fill(url, scale, parts)
        yield url
    finally:
        if not keep:
            _administer(server, "drop database if exists {} with (force)", url)


def _fill(url: str, scale: float, parts: int | None) -> None:
    with psycopg.connect(conninfo(url)) as connection, tempfile.TemporaryDirectory() as folder:
        migrate(connection, load_settings())
        path = Path(folder) / "districts.gpkg"
        upper = grid(parts, "district") if parts else districts()
        pd.concat([upper, grid(LOWER, "statistical")]).to_file(path, layer="districts")
        load(connection, "districts", path, source="bench")
        connection.commit()
        with connection.transaction():
            connection.execute("set local session_replication_role = replica")
            connection.execute("set local maintenance_work_mem = '1GB'")
            connection.execute("select set_config('bench.scale', %s, true)", [str(scale)])
            indexes = connection.execute(PLAIN_INDEXES).fetchall()
            for name, _ in indexes:
                connection.execute(sql.SQL("drop index ") + sql.SQL(name))
            # With wal_level minimal, writing to tables truncated in the same transaction needs no WAL.
            connection.execute("truncate connections, trenches, transactions cascade")
            connection.execute(FILL)
            _write_past(connection)
            for _, definition in indexes:
                connection.execute(definition)
        assert connection.execute(PLAIN_INDEXES).fetchall() == indexes
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        connection.execute("vacuum (analyze)")
        with connection.transaction(force_rollback=True):
            check(connection)
        # Clean up after the check.
        connection.execute("vacuum (analyze)")
        connection.execute("checkpoint")


def grid(count: int, kind: str) -> gpd.GeoDataFrame:
    """Return about so many rectangles of equal size that together are the city."""
    west, south, east, north = districts().total_bounds
    across = math.ceil(math.sqrt(count))
    width, height = (east - west) / across, (north - south) / across
    corners = [(west + x * width, south + y * height) for x in range(across) for y in range(across)]
    keys = [f"{kind[0]}{number:03}" for number in range(len(corners))]
    return gpd.GeoDataFrame(
        {"source_id": keys, "key": keys, "name": keys, "kind": kind},
        geometry=[box(x, y, x + width, y + height) for x, y in corners],
        crs=SRID,
    )


def _write_past(connection: Connection) -> None:
    for table, corrected in CORRECTED.items():
        (names,) = connection.execute("select columns_of(%s::regclass)", [table]).fetchone() or ("",)
        columns = names.split(", ")
        earlier = {**corrected, "recorded_from": "recorded_from - interval '200 days'"}
        gone = {"id": "id + 1000000000", "source_id": "source_id || '-gone'"}
        connection.execute(
            PAST.format(
                table=table,
                columns=names,
                earlier=", ".join(earlier.get(column, column) for column in columns),
                gone=", ".join(gone.get(column, column) for column in columns),
            ).encode()
        )


def check(connection: Connection) -> None:
    """Check that every reference has a target, and that rewriting a sample with triggers enabled changes nothing."""
    for table, column, referred, key in connection.execute(FOREIGN_KEYS).fetchall():
        statement = f"""
            select exists (
                select from {table} as t
                where t.{column} is not null and not exists (select from {referred} as f where f.{key} = t.{column})
            )
        """
        (is_broken,) = connection.execute(statement.encode()).fetchone() or (True,)
        if is_broken:
            raise SystemExit(f"the benchmark's own data is wrong: {table}.{column} refers to missing records")
    for table in TABLES:
        _check_sample(connection, table)


def _check_sample(connection: Connection, table: str) -> None:
    """Update every column that triggers and constraints read; only the recording columns may change."""
    chosen = f"select id from {table} where id % greatest(1, (select max(id) from {table}) / {SAMPLE}) = 0"
    read = f"""
        select to_jsonb(t) - array['recorded_from', 'recorded_by', 'recorded_xid']
        from {table} as t
        where id in ({chosen})
        order by id
    """.encode()
    columns = connection.execute(
        """
        select attname
        from pg_attribute
        where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''
        """,
        [table],
    ).fetchall()
    before = connection.execute(read).fetchall()
    same = ", ".join(f"{name} = {name}" for (name,) in columns if not name.startswith("recorded_"))
    connection.execute(f"update {table} set {same} where id in ({chosen})".encode())
    if connection.execute(read).fetchall() != before or not before:
        raise SystemExit(f"the benchmark's own data is wrong: triggers change records of {table}")


def _exists(server: str, url: str) -> bool:
    with psycopg.connect(server) as connection:
        return bool(connection.execute("select 1 from pg_database where datname = %s", [_name(url)]).fetchone())


def _administer(server: str, statement: str, url: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            sql.SQL(statement).format(sql.Identifier(_name(url)))  # pyright: ignore[reportArgumentType]
        )


def _name(url: str) -> str:
    return str(conninfo_to_dict(url)["dbname"])
