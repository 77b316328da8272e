"""Measures how fast the service answers, compared with psql, tipg and pygeoapi on the same tables.

    .venv/bin/python bench/serve.py [--quick] [--rows items,bbox] [--peers flurwerk,tipg] [--keep] [--json FILE]

Creates a database on the configured server, or on the private one, installs the peers in the user's cache folder, runs
one server after the other with two worker processes each, and prints a Markdown table for docs/performance.md. A row
that a server does not support is reported as “not there”.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from serving import measuring, table
from serving.city import Sizes, prepared, record_at
from serving.floor import milliseconds
from serving.measuring import Client, Measured
from serving.rows import DEEP, DIALECTS, Row, rows
from serving.servers import Running, Server, flurwerk, pygeoapi, running, tipg

from geo.settings import load_settings
from geo.store.database import database_url

QUICK = Sizes(4_000, 400, 200)
PROGRAMS = {"wrk": "wrk", "psql": "postgresql-client"}


def main() -> None:
    """Measure and print."""
    arguments = parse_arguments()
    for program, package in PROGRAMS.items():
        if not shutil.which(program):
            sys.exit(f"{program} is missing: apt-get install {package}")
    sizes = QUICK if arguments.quick else Sizes()
    chosen = [row for row in rows(DEEP * sizes.connections // 200_000) if row.key in arguments.rows]
    with prepared(database_url(load_settings()), sizes, keep=arguments.keep) as database:
        title = table.heading(database)
        before = record_at(database, "connections", DEEP * sizes.connections // 200_000 - 1)
        floors = {row.key: milliseconds(database, row, before) for row in chosen}
        servers = [prepare(name, database, arguments) for name in arguments.peers]
        found: dict[str, dict[str, Measured]] = {row.key: {} for row in chosen}
        for server in servers:
            with tempfile.TemporaryDirectory() as folder, running(server, database, Path(folder) / "log") as up:
                for row in chosen:
                    bench = Bench(server, up, database, before, sizes, arguments)
                    found[row.key][server.name] = measured = bench.measure(row)
                    print(f"{server.name} {row.key}: {measured}", file=sys.stderr, flush=True)
    print(f"{title}\n\n{table.markdown(chosen, servers, floors, found)}")
    if arguments.json:
        table.write_json(arguments.json, title, servers, floors, found)


def parse_arguments() -> argparse.Namespace:
    """Parse the command line."""
    keys = [row.key for row in rows(DEEP)]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "flurwerk-bench"
    parser = argparse.ArgumentParser(description="Measures flurwerk serve.")
    parser.add_argument(
        "--quick", action="store_true", help="little data and one second per row, to test the benchmark"
    )
    parser.add_argument("--rows", type=_some_of(keys), default=keys, help=f"only these of {','.join(keys)}")
    parser.add_argument(
        "--peers", type=_some_of(list(DIALECTS)), default=list(DIALECTS), help=f"of {','.join(DIALECTS)}"
    )
    parser.add_argument("--seconds", type=int, help="duration of each run of wrk, by default 5")
    parser.add_argument("--token", help="a bearer token for Flurwerk; by default requests are anonymous")
    parser.add_argument("--keep", action="store_true", help="keep the database, and use an existing one")
    parser.add_argument("--cache", type=Path, default=cache, help="folder for the peers' environments")
    parser.add_argument("--python", default=sys.executable, help="interpreter for the peers' environments")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    found = parser.parse_args()
    found.seconds = found.seconds or (1 if found.quick else 5)
    return found


def _some_of(known: list[str]) -> Callable[[str], list[str]]:
    def read(text: str) -> list[str]:
        wanted = text.split(",")
        if unknown := [name for name in wanted if name not in known]:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: known are {', '.join(known)}")
        return [name for name in known if name in wanted]

    return read


def prepare(name: str, database: str, arguments: argparse.Namespace) -> Server:
    """Install the server of that name and return it."""
    if name == "flurwerk":
        return flurwerk(database)
    return {"tipg": tipg, "pygeoapi": pygeoapi}[name](database, arguments.cache, arguments.python)


class Bench:
    """Measures rows on one running server."""

    def __init__(
        self, server: Server, up: Running, database: str, before: int, sizes: Sizes, arguments: argparse.Namespace
    ) -> None:
        self.server = server
        self.up = up
        self.database = database
        self.before = before
        self.sizes = sizes
        self.arguments = arguments

    def measure(self, row: Row) -> Measured:
        """Return the row's figures, or a note why there are none."""
        dialect = DIALECTS[self.server.name]
        path = dialect.path(row, self.before)
        headers = dict(row.headers)
        if self.arguments.token and self.server.name == "flurwerk":
            headers["Authorization"] = f"Bearer {self.arguments.token}"
        answer = Client(self.up.url, headers).get(path)
        if answer.status != 200:
            return Measured(note="not there" if answer.status == 404 else f"status {answer.status}")
        url, seconds = self.up.url, self.arguments.seconds
        if row.kind == "harvest":
            pages = 5 if self.arguments.quick else None
            return measuring.harvest(url, path, headers, self.sizes.connections, pages)
        if row.kind == "not modified":
            return measuring.not_modified(self.up, path, headers, seconds)
        if row.kind == "uncached" and dialect.has_cache:
            return measuring.uncached(url, path, headers, self.database, row.layer)
        if row.key.startswith("cached") and not dialect.has_cache:
            return Measured(note="no cache")
        return measuring.load(self.up, path, headers, seconds)


if __name__ == "__main__":
    main()
