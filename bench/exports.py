"""Measures how long exports of a million records take, and how much memory they add to the service.

    .venv/bin/python bench/exports.py [--rows 1000000] [--formats csv,gpkg]

Prints a Markdown table for docs/performance.md. Works in a temporary database on the configured server, or on the
private one; the service is a separate process on 127.0.0.1. Its memory is the sum over it and its child processes,
sampled twenty times a second: the PSS (shared memory divided among its users), and the PSS without mapped files, which
the system can drop at any time.
"""

import argparse
import os
import re
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from geo.migrate import migrate
from geo.records.exports import FILES
from geo.settings import load_settings
from geo.store.database import conninfo, database_url

WORK = "bench_exports"
SERVE = """
from api.serving import serve
from geo.settings import load_settings
serve(load_settings(), any_port=True)
"""
MEBIBYTE = 1024
ROWS = """
    insert into flurwerk.connections
        (source_id, address, dwellings, customer, cluster, technology, down_mbit, due_on, eligible_on, ordered_on,
         passed_on, prepared_on, connected_on, geom)
    select
        'a-' || n, 'Musterstraße ' || n %% 300 || ', Musterau', n %% 9 + 1, 'household', 'C-' || n %% 40, 'FTTH', 1000,
        '2024-06-30', date '2022-01-01' + n %% 300, date '2022-03-01' + n %% 300,
        date '2022-11-01' + n %% 200, date '2023-01-01' + n %% 200, date '2023-09-01' + n %% 300,
        st_point(380000 + random() * 25000, 5695000 + random() * 25000, 25832)
    from generate_series(1, %s) as n
"""


@dataclass
class Peak:
    """The highest memory use seen, in KiB: in total, and without mapped files."""

    whole: int = 0
    own: int = 0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measures files of records.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--formats", default=",".join(FILES))
    arguments = parser.parse_args()
    url = database_url(load_settings())
    with filled(url, arguments.rows) as database:
        print(f"{arguments.rows:,} connections\n")
        print("| f | until the first byte | whole | size | memory: PSS | without mapped files |")
        print("| --- | ---: | ---: | ---: | ---: | ---: |")
        for f in arguments.formats.split(","):
            measure(database, f)


@contextmanager
def filled(url: str, rows: int) -> Iterator[str]:
    """Yield the URL of a database with that many connections, written without triggers."""
    administer(url, "drop database if exists {} with (force)")
    administer(url, "create database {}")
    database = make_conninfo(url, dbname=WORK)
    try:
        with psycopg.connect(conninfo(database)) as connection:
            migrate(connection, load_settings())
        with psycopg.connect(conninfo(database)) as connection:
            connection.execute("set session_replication_role = replica")
            connection.execute(ROWS, [rows])
        with psycopg.connect(conninfo(database), autocommit=True) as connection:
            connection.execute("vacuum analyze flurwerk.connections")
        yield database
    finally:
        administer(url, "drop database if exists {} with (force)")


def administer(url: str, statement: str) -> None:
    """Run a statement that creates or drops the database."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(WORK)))  # pyright: ignore[reportArgumentType]


def measure(database: str, f: str) -> None:
    """Measure one file from a service that has just started and answered one request."""
    with serving(database) as (process, root):
        address = f"{root}/api/collections/connections/items"
        read(f"{address}?limit=1000")
        before = memory(process.pid)
        peak, is_over = Peak(), threading.Event()
        watching = threading.Thread(target=watch, args=(process.pid, peak, is_over))
        watching.start()
        first, whole, size = read(f"{address}?f={f}")
        is_over.set()
        watching.join()
    print(
        f"| {f} | {first:.1f} s | {whole:.1f} s | {size / 1e6:,.0f} MB "
        f"| +{(peak.whole - before.whole) / MEBIBYTE:.0f} MiB "
        f"| +{(peak.own - before.own) / MEBIBYTE:.0f} MiB |",
        flush=True,
    )


@contextmanager
def serving(database: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the service with the internal audience for anonymous callers; yield its process and address."""
    settings = {"FLURWERK_DATABASE_URL": database, "FLURWERK_ANONYMOUS_AUDIENCE": "internal", "FLURWERK_PORT": "18900"}
    settings["FLURWERK_EXPORT_TIMEOUT_S"] = "3600"
    with subprocess.Popen(
        [sys.executable, "-c", SERVE], env={**os.environ, **settings}, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        try:
            line = ""
            while "runs on" not in line:
                line = process.stderr.readline() or sys.exit("the service does not start")
            match = re.search(r"http://\S+", line)
            assert match
            yield process, match[0]
        finally:
            process.terminate()


def read(address: str) -> tuple[float, float, int]:
    """Return the seconds until the first and the last byte, and the number of bytes."""
    start = time.perf_counter()
    size = 0
    with urllib.request.urlopen(address, timeout=3600) as response:
        first = time.perf_counter() - start
        while block := response.read(1 << 20):
            size += len(block)
    return first, time.perf_counter() - start, size


def watch(pid: int, peak: Peak, is_over: threading.Event) -> None:
    """Record the highest memory use until ``is_over`` is set."""
    while not is_over.wait(0.05):
        now = memory(pid)
        peak.whole, peak.own = max(peak.whole, now.whole), max(peak.own, now.own)


def memory(pid: int) -> Peak:
    """Return the memory of a process and its descendants."""
    found = Peak()
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        # The process may end meanwhile.
        with suppress(OSError):
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
            found.whole += sum(int(size) for size in re.findall(r"^Pss: +(\d+)", rollup, re.MULTILINE))
            found.own += sum(int(size) for size in re.findall(r"^Pss_(?:Anon|Shmem): +(\d+)", rollup, re.MULTILINE))
            waiting += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
    return found


if __name__ == "__main__":
    main()
