"""Measures loading a fresh city in the best and the worst order, and loading its addresses again at once.

    .venv/bin/python bench/loading_again.py [--runs 3] [--addresses 109700] [--districts FILE --parts FILE]

The city is invented: twelve districts, 62 parts of them, addresses all over. Files of real boundaries may take their
place. Prints Markdown for docs/performance.md. Works in temporary databases on the configured server, or on the private
one. The second load begins right after the first, before autovacuum has seen its rows.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import psycopg
import shapely
from load import drop, fresh_database, print_machine
from load_data import SEED, SRID, city, connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from geo.loading import load
from geo.migrate import migrate
from geo.settings import load_settings
from geo.store.database import conninfo, database_url

TEMPLATE = "bench_load_template"
ORDERS = {
    "districts, parts, addresses": ("districts", "parts", "addresses"),
    "districts, addresses, parts": ("districts", "addresses", "parts"),
    "addresses, districts, parts": ("addresses", "districts", "parts"),
}
LAYERS = {"districts": "districts", "parts": "districts", "addresses": "connections"}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures the order of loads, and loading again.")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--addresses", type=int, default=109_700)
    parser.add_argument("--districts", type=Path, help="a file of real districts; needs --parts")
    parser.add_argument("--parts", type=Path, help="a file of their parts")
    arguments = parser.parse_args()
    url = database_url(load_settings())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = write_files(folder, arguments)
        print_machine(url)
        drop(url, TEMPLATE)
        make_template(url)
        try:
            compare_orders(url, files, arguments.runs)
            load_again(url, files, arguments.runs)
        finally:
            drop(url, TEMPLATE)


def write_files(folder: Path, arguments: argparse.Namespace) -> dict[str, Path]:
    """Write the city's files and return their paths."""
    if arguments.districts:
        districts, parts = real(arguments.districts, "district"), real(arguments.parts, "statistical")
    else:
        districts, parts = city(), invented_parts(city())
    if arguments.districts:
        homes = gpd.sjoin(
            gpd.GeoDataFrame(geometry=parts.representative_point(), crs=SRID), districts, predicate="within", how="left"
        )
        parts["parent_key"] = homes[~homes.index.duplicated()]["key"].fillna(districts["key"][0]).to_numpy()
    addresses = connections(arguments.addresses).drop(columns="programme")
    if arguments.districts:
        addresses.geometry = within(districts.union_all(), arguments.addresses)
    frames = {"districts": districts, "parts": parts, "addresses": addresses}
    for name, frame in frames.items():
        frame.to_file(folder / f"{name}.gpkg", layer=LAYERS[name])
    return {name: folder / f"{name}.gpkg" for name in frames}


def real(path: Path, kind: str) -> gpd.GeoDataFrame:
    """Return boundaries in the form of our districts; their key is their number in the file."""
    shapes = gpd.read_file(path).to_crs(SRID).geometry.make_valid()
    keys = [f"{kind[0]}{number:02}" for number in range(len(shapes))]
    return gpd.GeoDataFrame({"source_id": keys, "key": keys, "name": keys, "kind": kind}, geometry=shapes, crs=SRID)


def invented_parts(districts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return 62 parts of the invented districts: pieces around random centres, cut at the districts' borders."""
    random = np.random.default_rng(SEED)
    counts = [6, 6, *([5] * 10)]
    rows: list[tuple[str, shapely.Geometry]] = []
    for key, shape, count in zip(districts["key"], districts.geometry, counts, strict=True):
        west, south, east, north = shape.bounds
        centres = shapely.multipoints(random.uniform((west, south), (east, north), (count, 2)))
        cells = shapely.get_parts(shapely.voronoi_polygons(centres, extend_to=shapely.box(west, south, east, north)))
        pieces = shapely.segmentize(shapely.intersection(cells, shape), 50)
        rows += [(key, piece) for piece in pieces if not piece.is_empty]
    keys = [f"p{number:02}" for number in range(len(rows))]
    return gpd.GeoDataFrame(
        {"source_id": keys, "key": keys, "name": keys, "kind": "statistical", "parent_key": [key for key, _ in rows]},
        geometry=[piece for _, piece in rows],
        crs=SRID,
    )


def within(area: Any, count: int) -> Any:
    """Return points all over an area."""
    random = np.random.default_rng(SEED)
    west, south, east, north = area.bounds
    shapely.prepare(area)
    points: Any = shapely.points(random.uniform((west, south), (east, north), (count * 3, 2)).round(3))
    return points[shapely.contains(area, points)][:count]


def make_template(url: str) -> None:
    """Create an empty, migrated database, of which each run gets a clone."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(TEMPLATE)))
    with psycopg.connect(conninfo(make_conninfo(url, dbname=TEMPLATE))) as connection:
        migrate(connection)


def timed(database: str, name: str, path: Path) -> float:
    """Load a file as the command does, and return the seconds that it took."""
    with psycopg.connect(conninfo(database)) as connection:
        start = time.perf_counter()
        report = load(connection, LAYERS[name], path, source="bench")
        connection.commit()
        seconds = time.perf_counter() - start
    if report.problems:
        raise SystemExit(f"the benchmark's own data is refused: {report.problems[0]}")
    return seconds


def compare_orders(url: str, files: dict[str, Path], runs: int) -> None:
    """Load the city in each order, in turn; print the medians and the largest by the smallest."""
    seconds: dict[str, list[list[float]]] = {order: [] for order in ORDERS}
    for _ in range(runs):
        for order, names in ORDERS.items():
            with fresh_database(url) as database:
                seconds[order].append([timed(database, name, files[name]) for name in names])
    print("| order | each load | together |\n| --- | ---: | ---: |")
    totals: list[float] = []
    for order, found in seconds.items():
        totals.append(statistics.median(sum(run) for run in found))
        each = " + ".join(f"{statistics.median(column):.1f} s" for column in zip(*found, strict=True))
        print(f"| {order} | {each} | {totals[-1]:.1f} s |")
    print(f"\nThe worst order costs {max(totals) / min(totals):.2f} times the best.\n")


def load_again(url: str, files: dict[str, Path], runs: int) -> None:
    """Load the addresses, and the same file again at once; print the medians."""
    seconds: list[list[float]] = []
    for _ in range(runs):
        with fresh_database(url) as database:
            seconds.append([timed(database, "addresses", files["addresses"]) for _ in range(2)])
    first, again = (statistics.median(column) for column in zip(*seconds, strict=True))
    print(f"The addresses: first {first:.1f} s, the same file at once again {again:.1f} s.")


if __name__ == "__main__":
    main()
