"""Measures how long `flurwerk load` takes, compared with the database work alone (psql) and with ogr2ogr.

    .venv/bin/python bench/load.py [--runs 5] [--points 110000] [--lines 20000] [--memory] [--formats gpkg,shp,csv]

Prints a Markdown table for docs/performance.md. Works in temporary databases on the configured server, or on the
private one. The programs run in turn, and flurwerk once for each format; their medians are compared.
"""

import argparse
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import shapely
from load_data import city, connections, trenches
from psycopg import sql
from psycopg.conninfo import make_conninfo

from geo.loading import FileMapping, load
from geo.migrate import migrate
from geo.settings import load_settings
from geo.store.database import SRID, conninfo, database_url

TEMPLATE = "bench_load_template"
WORK = "bench_load"
EXTENSIONS = ("gpkg", "shp", "csv")
LONGEST_DBF_NAME = 10


def main() -> None:
    """Measure and print."""
    arguments = parse_arguments()
    for program in ("psql", "ogr2ogr"):
        if not shutil.which(program):
            package = {"psql": "postgresql-client", "ogr2ogr": "gdal-bin"}[program]
            sys.exit(f"{program} is missing: apt-get install {package}")
    url = database_url(load_settings())
    with tempfile.TemporaryDirectory() as folder:
        if arguments.child:
            measure_memory_of(url, arguments.child)
            return
        print_heading(url)
        with prepared_server(url):
            formats = arguments.formats.split(",")
            compare(url, Path(folder), connections(arguments.points), "connections", arguments.runs, formats)
            compare(url, Path(folder), trenches(arguments.lines), "trenches", arguments.runs, formats)
            if arguments.memory:
                measure_memory(url, Path(folder), arguments.points)


def parse_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description="Measures flurwerk load.")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--points", type=int, default=110_000)
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--formats", default="gpkg", help=f"of the files, from {', '.join(EXTENSIONS)}")
    parser.add_argument(
        "--memory", action="store_true", help="also load ten times the rows from CSV and compare peak memory"
    )
    parser.add_argument("--child", help=argparse.SUPPRESS)
    return parser.parse_args()


def print_heading(url: str) -> None:
    """Print the machine, the versions and the head of the table."""
    print_machine(url)
    print("| load | psql: COPY + INSERT … SELECT | flurwerk | ratio | ogr2ogr, bare table | ratio |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")


def print_machine(url: str) -> None:
    """Print the machine and the versions."""
    with psycopg.connect(url) as connection:
        row = connection.execute("show server_version").fetchone()
        version = row[0] if row else ""
        row = connection.execute(
            "select default_version from pg_available_extensions where name = 'postgis'"
        ).fetchone()
        postgis = row[0] if row else ""
    cores = os.cpu_count()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {processor()}, {cores} cores, ", end="")
    print(f"Python {platform.python_version()}, PostgreSQL {version}, PostGIS {postgis}\n")


def processor() -> str:
    """Return the processor's name, if Linux reports it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.processor())


# Databases


@contextmanager
def prepared_server(url: str) -> Iterator[None]:
    """Create a migrated template with districts and programmes, and drop it afterwards."""
    drop(url, WORK)
    drop(url, TEMPLATE)
    administer(url, "create database {}", TEMPLATE)
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            psycopg.connect(conninfo(make_conninfo(url, dbname=TEMPLATE))) as connection,
        ):
            migrate(connection)
            districts = Path(folder) / "districts.gpkg"
            city().to_file(districts)
            programmes = Path(folder) / "programmes.csv"
            programmes.write_text("source_id,name,funding\np1,P1,funded\np2,P2,funded\np3,P3,self_financed\n")
            load(connection, "districts", districts, source="bench")
            load(connection, "programmes", programmes, source="bench")
        yield
    finally:
        drop(url, WORK)
        drop(url, TEMPLATE)


@contextmanager
def fresh_database(url: str) -> Iterator[str]:
    """Yield the URL of a clone of the template for one run."""
    drop(url, WORK)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} template {}").format(sql.Identifier(WORK), sql.Identifier(TEMPLATE))
        )
        connection.execute("checkpoint")
    yield make_conninfo(url, dbname=WORK)
    drop(url, WORK)


def drop(url: str, name: str) -> None:
    """Drop a database of this benchmark."""
    administer(url, "drop database if exists {} with (force)", name)


def administer(url: str, statement: str, name: str) -> None:
    """Run a statement that creates or drops a database."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))  # pyright: ignore[reportArgumentType]


# Measuring


def compare(url: str, folder: Path, data: gpd.GeoDataFrame, layer: str, runs: int, formats: list[str]) -> None:
    """Load the same data with all programs in turn, and print the medians."""
    package = folder / f"{layer}.gpkg"
    data.to_file(package, layer=layer)
    script = write_psql_script(folder, data, layer)
    programs: dict[str, Callable[[str], None]] = {
        "psql": lambda database: run("psql", "-qX", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", str(script)),
        "ogr2ogr": lambda database: run(
            "ogr2ogr", "--config", "PG_USE_COPY", "YES", "-f", "PostgreSQL", f"PG:{database}", str(package),
            "-nln", "public.bare", "-lco", "SPATIAL_INDEX=GIST", "-lco", "GEOMETRY_NAME=geom",
        ),
    }  # fmt: skip
    for extension in formats:
        path, mapping = write_file(folder / f"{layer}.{extension}", data)
        programs[extension] = partial(load_with_flurwerk, layer=layer, path=path, mapping=mapping)
    seconds: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(runs):
        for name, program in programs.items():
            with fresh_database(url) as database:
                start = time.perf_counter()
                program(database)
                seconds[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(found) for name, found in seconds.items()}
    psql, ogr2ogr = medians["psql"], medians["ogr2ogr"]
    for extension in formats:
        flurwerk = medians[extension]
        print(
            f"| {len(data):,} {layer}, {extension} | {psql:.2f} s | {flurwerk:.2f} s | {flurwerk / psql:.2f} "
            f"| {ogr2ogr:.2f} s | {flurwerk / ogr2ogr:.2f} |",
            flush=True,
        )


def write_file(path: Path, data: gpd.GeoDataFrame) -> tuple[Path, FileMapping]:
    """Write the data in the format of the name, and return what has to be said about the file."""
    match path.suffix:
        case ".shp":
            cut = {name: name[:LONGEST_DBF_NAME] for name in map(str, data.columns)}
            data.rename(columns=cut).to_file(path, encoding="utf-8")
            return path, FileMapping(columns={short: name for name, short in cut.items() if short != name})
        case ".csv":
            table = pd.DataFrame(data.drop(columns="geometry"))
            table["geometry"] = data.geometry.to_wkt()
            table.to_csv(path, index=False)
            return path, FileMapping(crs=f"EPSG:{SRID}")
        case _:
            return path, FileMapping()


def load_with_flurwerk(database: str, layer: str, path: Path, mapping: FileMapping) -> None:
    """Do what `flurwerk load` does, without starting Python."""
    with psycopg.connect(conninfo(database)) as connection:
        report = load(connection, layer, path, source="bench", mapping=mapping)
    if report.problems:
        sys.exit(f"the benchmark's own data is refused: {report.problems[0]}")


def write_psql_script(folder: Path, data: gpd.GeoDataFrame, layer: str) -> Path:
    """Write a script that copies to a staging table and then inserts into the layer's table, as written by hand."""
    columns = [str(name) for name in data.columns if name != "geometry"]
    table = pd.DataFrame(data.drop(columns="geometry"))
    shapes = np.asarray(data.geometry.values, object)
    if layer == "trenches":
        shapes = np.asarray(shapely.multilinestrings(shapes, indices=np.arange(len(shapes))), object)
    table["geom"] = shapely.to_wkb(shapely.set_srid(shapes, SRID), hex=True, include_srid=True)
    rows = folder / f"{layer}_rows.csv"
    table.to_csv(rows, index=False, header=False)
    values = ", ".join("p.id" if name == "programme" else f"s.{name}" for name in columns)
    staged = ", ".join("null::text as programme" if name == "programme" else name for name in columns)
    script = folder / f"{layer}.sql"
    script.write_text(
        f"""
        set search_path = flurwerk, public;
        begin;
        create temporary table staging as
            select {staged}, geom
            from {layer}
            limit 0;
        \\copy staging from '{rows}' with (format csv)
        insert into {layer} (source, {", ".join(columns)}, geom)
            select 'bench', {values}, s.geom
            from staging as s
            left join programmes as p on p.source = 'bench' and p.source_id = s.programme;
        commit;
        """
    )
    return script


def run(*command: str) -> None:
    """Run a program; its failure ends the benchmark."""
    subprocess.run(command, check=True, capture_output=True)


# Memory


def measure_memory(url: str, folder: Path, count: int) -> None:
    """Print the peak memory of loading a CSV file and one with ten times the rows, each in a separate process."""
    print("\n| CSV file | peak memory of the loading process |\n| --- | ---: |")
    for size in (count, count * 10):
        path = folder / "memory.csv"
        data = connections(size)
        data["x"], data["y"] = data.geometry.x, data.geometry.y
        pd.DataFrame(data.drop(columns="geometry")).to_csv(path, index=False)
        del data
        with fresh_database(url):
            peak = subprocess.run(
                [sys.executable, __file__, "--child", str(path)], check=True, capture_output=True, text=True
            )
        print(f"| {size:,} rows | {int(peak.stdout) / 1024:.0f} MiB |", flush=True)


def measure_memory_of(url: str, path: str) -> None:
    """Load a file in the child process and print the peak memory in KiB."""
    with psycopg.connect(conninfo(make_conninfo(url, dbname=WORK))) as connection:
        report = load(connection, "connections", path, source="bench", mapping=FileMapping(crs=f"EPSG:{SRID}"))
    if report.problems:
        sys.exit(f"the benchmark's own data is refused: {report.problems[0]}")
    # Not getrusage: its peak includes the memory of the parent, which the child has until exec.
    status = Path("/proc/self/status").read_text()
    print(re.search(r"VmHWM:\s+(\d+) kB", status)[1])  # pyright: ignore[reportOptionalSubscript]


if __name__ == "__main__":
    main()
