"""The database that all servers read."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import psycopg
from load_data import city, connections, plots, trenches
from psycopg import sql
from psycopg.conninfo import make_conninfo

from geo.loading import load
from geo.migrate import migrate
from geo.store.database import Connection, conninfo

NAME = "bench_serve"


class Sizes(NamedTuple):
    """How many records of each layer there are."""

    connections: int = 200_000
    trenches: int = 20_000
    plots: int = 5_000


@contextmanager
def prepared(server: str, sizes: Sizes, *, keep: bool) -> Iterator[str]:
    """Yield the URL of a database with the city. It is dropped afterwards or, with ``keep``, kept and used again."""
    url = make_conninfo(server, dbname=NAME)
    try:
        if not (keep and _exists(server)):
            _drop(server)
            _administer(server, "create database {}")
            with psycopg.connect(conninfo(url)) as connection:
                _fill(connection, sizes)
        with psycopg.connect(conninfo(url)) as connection:
            migrate(connection)
        yield url
    finally:
        if not keep:
            _drop(server)


def record_at(url: str, layer: str, position: int) -> int:
    """Return the id of a layer's record at that position in the order of ids."""
    statement = sql.SQL("select id from flurwerk.{} order by id limit 1 offset %s").format(sql.Identifier(layer))
    with psycopg.connect(url) as connection:
        row = connection.execute(statement, [position]).fetchone()
    assert row
    return row[0]


def _fill(connection: Connection, sizes: Sizes) -> None:
    migrate(connection)
    with tempfile.TemporaryDirectory() as folder:
        programmes = Path(folder) / "programmes.csv"
        programmes.write_text("source_id,name,funding\np1,P1,funded\np2,P2,funded\np3,P3,self_financed\n")
        _load(connection, "districts", city(), folder)
        load(connection, "programmes", programmes, source="bench")
        _load(connection, "connections", connections(sizes.connections), folder)
        _load(connection, "trenches", trenches(sizes.trenches), folder)
        _load(connection, "plots", plots(sizes.plots), folder)
    connection.commit()
    connection.autocommit = True
    connection.execute("vacuum (analyze)")
    connection.execute("checkpoint")


def _load(connection: Connection, layer: str, data: gpd.GeoDataFrame, folder: str) -> None:
    path = Path(folder) / f"{layer}.gpkg"
    data.to_file(path, layer=layer)
    report = load(connection, layer, path, source="bench")
    if report.problems:
        raise SystemExit(f"the benchmark's own data is refused: {report.problems[0]}")


def _exists(server: str) -> bool:
    with psycopg.connect(server) as connection:
        return bool(connection.execute("select 1 from pg_database where datname = %s", [NAME]).fetchone())


def _drop(server: str) -> None:
    _administer(server, "drop database if exists {} with (force)")


def _administer(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(NAME)))  # pyright: ignore[reportArgumentType]
