"""Writes a release's test data for upgrades: a dump of a small city made by it, and what that city's figures were.

    python -m scripts.upgrade_dump 0.2.0

runs at each release, on the commit that will be tagged (CONTRIBUTING.md, “Releasing”). For a release of the past, name
a checkout of its tag: ``git worktree add /tmp/old v0.1.0`` and ``--checkout /tmp/old``. The release is used by its
command alone. tests/test_upgrades.py restores every dump with the present version and compares.
"""

import argparse
import json
import lzma
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "data" / "upgrades"
PERIOD = "2023-H2"
PER_TRANSACTION = ("recorded_xid", "ended_xid")
"""Columns that a restore on another server replaces: its transaction ids are others."""

HISTORIES = ("flurwerk_history", "history")
"""The schema of earlier versions, and its name in 0.1.0."""

Facts = dict[str, Any]


class Command(NamedTuple):
    """The command of a checkout, run on a private server of its own."""

    checkout: Path
    home: Path

    def __call__(self, *arguments: str) -> str:
        """Return what the command prints. Raises CalledProcessError if it fails; its errors go to stderr."""
        others = {name: value for name, value in os.environ.items() if not name.startswith("FLURWERK_")}
        environment = others | {"FLURWERK_HOME": str(self.home)}
        # With -m, Python finds the packages in its working directory first.
        called = [sys.executable, "-m", "api.cli", *arguments]
        return subprocess.run(
            called, cwd=self.checkout, env=environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout


def main() -> None:
    """Read the arguments and write the release's two files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("version", help="the release, such as 0.2.0")
    parser.add_argument("--checkout", type=Path, default=ROOT, help="a checkout of its tag; by default this one")
    arguments = parser.parse_args()
    with running(arguments.checkout.resolve()) as flurwerk:
        write(flurwerk, f"v{arguments.version}")


@contextmanager
def running(checkout: Path) -> Iterator[Command]:
    """Yield the command of a checkout with a private server, which is deleted in the end."""
    with tempfile.TemporaryDirectory(prefix="flurwerk-upgrade-", ignore_cleanup_errors=True) as folder:
        # The account that runs the server must be able to enter.
        Path(folder).chmod(0o755)
        flurwerk = Command(checkout, Path(folder) / "home")
        try:
            yield flurwerk
        finally:
            flurwerk("db", "reset", "--yes")


def write(flurwerk: Command, release: str) -> None:
    """Make the release's city, publish its half-year and correct it; write ``release``.dump.xz and ``release``.json."""
    flurwerk("migrate")
    url = flurwerk("db", "url").strip()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute((ROOT / "scripts" / "upgrade_city.sql").read_bytes())
        flurwerk("report", PERIOD, "--publish", "--accept", "Erfunden")
        connection.execute((ROOT / "scripts" / "upgrade_correction.sql").read_bytes())
        found = facts(connection) | {"figures": figures(flurwerk, published_at(connection))}
    dump = flurwerk.home / "city.dump"
    flurwerk("db", "backup", str(dump))
    FOLDER.mkdir(exist_ok=True)
    # A dump's definitions are not compressed: this makes a tenth of it.
    (FOLDER / f"{release}.dump.xz").write_bytes(lzma.compress(dump.read_bytes(), preset=9 | lzma.PRESET_EXTREME))
    text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
    (FOLDER / f"{release}.json").write_text(f"{text}\n", "utf-8")


def figures(flurwerk: Command, published: str) -> Facts:
    """Return the figures as the command prints them: now, split, and as of the instant at which they were published."""
    options = {"now": (), "by_district": ("--by", "district"), "published": ("--as-of", published)}
    return {name: json.loads(flurwerk("kpi", PERIOD, "--format", "json", *each)) for name, each in options.items()}


def published_at(connection: psycopg.Connection[Any]) -> str:
    """Return the instant whose records the first release shows."""
    row = connection.execute("select recorded_at::text from flurwerk.releases where place = 1").fetchone()
    assert row is not None
    return row[0]


def facts(connection: psycopg.Connection[Any]) -> Facts:
    """Return what must stay in a database: its migrations' checksums, its releases' hashes, every record's versions."""
    with connection.transaction():
        connection.execute("set local TimeZone = 'UTC'")
        return {
            "migrations": dict(
                connection.execute("select name, checksum from public.flurwerk_migrations order by name").fetchall()
            ),
            "releases": connection.execute(
                "select jsonb_agg(to_jsonb(r) - 'document' order by place) from flurwerk.releases as r"
            ).fetchall()[0][0],
            "versions": {table: _versions(connection, table) for (table,) in connection.execute(RECORDED).fetchall()},
        }


RECORDED = """
    select c.relname
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    join pg_trigger as t on t.tgrelid = c.oid and t.tgname = 'stamp'
    where n.nspname = 'flurwerk'
    order by 1
"""


def _versions(connection: psycopg.Connection[Any], table: str) -> list[Facts]:
    """Return all versions of a table's records, in their order: the present ones and those in history."""
    selects = [sql.SQL("select to_jsonb(r) as version from flurwerk.{} as r").format(sql.Identifier(table))]
    for schema in HISTORIES:
        history = sql.Identifier(schema, table)
        if connection.execute("select to_regclass(%s)", [history.as_string()]).fetchone() != (None,):
            selects.append(sql.SQL("select to_jsonb(r) from {} as r").format(history))
    statement = sql.SQL(
        """
        select version - %s::text[]
        from ({}) as all_of_them
        order by (version ->> 'id')::bigint, version ->> 'recorded_from'
        """
    ).format(sql.SQL(" union all ").join(selects))
    # geom_web follows from geom.
    return [row[0] for row in connection.execute(statement, [[*PER_TRANSACTION, "geom_web"]])]


if __name__ == "__main__":
    main()
