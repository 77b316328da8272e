"""Backups, restores and migrations that are killed at any step leave nothing half, and work when they are repeated.

The steps are drawn at random, but the same in every run: one from each part of the work, of which there are
FLURWERK_TEST_KILLS (`make test-drills`: 30). `make test` draws a single one, besides those that are named.
"""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest

from geo.backups.filling import APPLICATION
from geo.migrate import is_current
from geo.store import cluster
from geo.store.database import conninfo
from geo.store.scripts import scripts
from scripts.upgrade_dump import facts
from tests.conftest import UNSAFE_BUT_FAST, create_database, database, drop_database
from tests.records import one, plot
from tests.remains import ENDS_WITH_US, REPOSITORY, temporary_folder
from tests.test_api.helpers import wait_until
from tests.test_backups.helpers import beside, name_of
from tests.test_cli import Command
from tests.test_cluster.helpers import kill_server
from tests.test_upgrades import RELEASES, unpack

KILLS = int(os.environ.get("FLURWERK_TEST_KILLS", "1"))
IN_A_DATABASE = "select exists (select from pg_stat_activity where datname = %s and application_name = %s)"


def started(step: int | str, url: str, *arguments: str) -> "subprocess.Popen[str]":
    """Start the command, which kills itself at the step, or at the end of the function of that name (0: never)."""
    return subprocess.Popen(
        [*ENDS_WITH_US, sys.executable, "-m", "tests.test_backups.killing", str(step), *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "FLURWERK_DATABASE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed(step: int | str, url: str, *arguments: str) -> None:
    """Run the command until the step, and return when it is dead."""
    process = started(step, url, *arguments)
    _, errors = process.communicate()
    assert process.returncode == -signal.SIGKILL, errors


def steps(url: str, *arguments: str) -> int:
    """Run the command to its end and return how many steps it has."""
    process = started(0, url, *arguments)
    _, errors = process.communicate()
    assert process.returncode == 0, errors
    return int(errors.splitlines()[-1])


def drawn(total: int, count: int, seed: str) -> list[int]:
    """Return steps from 1 to the total, one at random from each of ``count`` parts of about the same size."""
    chosen = random.Random(seed)
    bounds = [1 + total * part // count for part in range(count + 1)]
    return [chosen.randrange(low, max(high, low + 1)) for low, high in pairwise(bounds)]


def wait_for_program(url: str, name: str, program: str) -> None:
    """Return as soon as a program, as it calls itself, is connected to the database of that name."""
    with psycopg.connect(url, dbname="postgres", autocommit=True) as watching:
        wait_until(lambda: watching.execute(IN_A_DATABASE, [name, program]).fetchone() == (True,))


def is_there(url: str, name: str, program: str) -> bool:
    """Return whether one of PostgreSQL's programs is connected to the database of that name."""
    with psycopg.connect(url, dbname="postgres", autocommit=True) as watching:
        return watching.execute(IN_A_DATABASE, [name, program]).fetchone() == (True,)


def records(url: str) -> object:
    """Return every version of every record, and the releases."""
    with psycopg.connect(conninfo(url)) as connection:
        return facts(connection)


def enter(url: str) -> object:
    """Enter a plot that no backup has; return all records with it."""
    with psycopg.connect(conninfo(url)) as connection:
        plot(connection)
    return records(url)


def test_a_restore_killed_at_any_step_leaves_the_present_database_or_the_restored_one(url: str, backup: Path) -> None:
    """Never something between: what was entered since is in the database in use, or in the one that was put aside."""
    command = ("db", "restore", str(backup), "--yes")
    restored = records(url)
    total = steps(url, *command)
    assert records(url) == restored
    exchanged = []
    for step in [*drawn(total, KILLS, "restore"), "_rename", "exchange"]:
        present = enter(url)
        aside = set(beside(url))
        killed(step, url, *command)
        found = records(url)
        assert found in (present, restored), step
        if found == restored:
            exchanged.append(step)
            (old,) = (name for name in set(beside(url)) - aside if "_before_" in name)
            assert records(f"{url} dbname={old}") == present
    print(f"restore: killed {KILLS + 2} times in {total} steps, {len(exchanged)} times after the exchange")
    assert "exchange" in exchanged
    assert "_rename" not in exchanged, "the first of two names was exchanged alone"
    Command(url)(*command)
    assert records(url) == restored
    assert all("_before_" in name for name in beside(url))


def test_a_restore_killed_while_rows_are_loaded_can_be_repeated(url: str, backup: Path) -> None:
    """The server may not have noticed yet that the command is dead: the next one starts from scratch."""
    present = enter(url)
    process = started(0, url, "db", "restore", str(backup), "--yes")
    wait_for_program(url, f"{name_of(url)}_restoring", APPLICATION)
    process.kill()
    process.communicate()
    assert records(url) == present
    Command(url)("db", "restore", str(backup), "--yes", "--drop-old")
    assert records(url) != present
    assert beside(url) == []


@pytest.mark.long
def test_a_restore_survives_the_death_of_the_server(backup: Path) -> None:
    """The error is one line; the server comes back with what was there, and restores then."""
    with temporary_folder() as folder:
        home = folder / "home"
        flurwerk = Command("")
        flurwerk.environment = {"FLURWERK_HOME": str(home), "FLURWERK_DATABASE_URL": ""}
        url = cluster.ensure_running(home, UNSAFE_BUT_FAST)
        with psycopg.connect(url) as connection:
            connection.execute("create table kept as select 7 as number")
        process = started(0, url, "db", "restore", str(backup), "--yes")
        wait_for_program(url, "flurwerk_restoring", APPLICATION)
        kill_server(home)
        _, errors = process.communicate()
        assert process.returncode == 1
        assert errors.startswith("flurwerk: ")
        assert errors.count("\n") == 1
        url = cluster.ensure_running(home, UNSAFE_BUT_FAST)
        with psycopg.connect(url) as connection:
            assert one(connection, "select number from kept") == 7
        assert "still in" in flurwerk("db", "restore", str(backup), "--yes").stdout
        assert all("_before_" in name for name in beside(url))


@pytest.fixture(scope="module")
def released(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a database of the oldest release, not migrated."""
    name = "killed_release"
    create_database(server_url, name)
    file = unpack(RELEASES[0], tmp_path_factory.mktemp("released"))
    url = database(server_url, name)
    subprocess.run(["pg_restore", "--no-owner", "--exit-on-error", f"--dbname={url}", file], check=True)
    yield name
    drop_database(server_url, name)


def test_a_migration_killed_at_any_step_has_happened_or_not(server_url: str, released: str) -> None:
    """Also between two migrations: all of them are one transaction with the views and grants, and no record is lost."""
    name = "killed_migration"
    url = database(server_url, name)
    own = [script.name for script in scripts("schema")]
    create_database(server_url, name, released)
    before, known = applied(url), count_versions(url).keys()
    total = steps(url, "migrate")
    after = applied(url)
    versions = count_versions(url)
    assert len(before) < len(after) == len(own)
    drop_database(server_url, name)
    create_database(server_url, name, released)
    for step in [*drawn(total, KILLS, "migrate"), total]:
        killed(step, url, "migrate")
        assert applied(url) in (before, after), step
        # Tables that the migration makes are there or not; those of the release are whole in any case.
        found = count_versions(url)
        assert found.items() <= versions.items(), step
        assert found.keys() >= known, step
        if applied(url) == after:
            drop_database(server_url, name)
            create_database(server_url, name, released)
    print(f"migrate: killed {KILLS + 1} times in {total} steps")
    Command(url)("migrate")
    with psycopg.connect(conninfo(url)) as connection:
        assert is_current(connection)
    assert count_versions(url) == versions
    drop_database(server_url, name)


def applied(url: str) -> list[str]:
    """Return the names of the applied migrations."""
    with psycopg.connect(conninfo(url)) as connection:
        return [name for (name,) in connection.execute("select name from public.flurwerk_migrations order by 1")]


def count_versions(url: str) -> dict[str, int]:
    """Return how many versions of records each table and its history hold."""
    with psycopg.connect(conninfo(url)) as connection:
        return {table: len(versions) for table, versions in facts(connection)["versions"].items()}


def test_a_backup_killed_at_any_step_leaves_a_whole_file(url: str, tmp_path: Path) -> None:
    """The earlier one or the new one. What else it leaves is removed by the next backup, once pg_dump has ended."""
    file = tmp_path / "city.dump"
    flurwerk = Command(url)
    total = steps(url, "db", "backup", str(file))
    for step in [*drawn(total, KILLS, "backup"), "back_up"]:
        killed(step, url, "db", "backup", str(file))
        flurwerk("db", "restore", str(file), "--dry-run")
    print(f"backup: killed {KILLS + 1} times in {total} steps")
    process = started(0, url, "db", "backup", str(file))
    wait_for_program(url, name_of(url), "pg_dump")
    process.kill()
    process.communicate()
    flurwerk("db", "backup", str(file))
    wait_until(lambda: not is_there(url, name_of(url), "pg_dump"))
    with psycopg.connect(conninfo(url)) as connection:
        plot(connection, source_id="in the last one")
        assert one(connection, "select count(*) from plots") == 2
    flurwerk("db", "backup", str(file))
    assert list(tmp_path.iterdir()) == [file]
    flurwerk("db", "restore", str(file), "--yes", "--drop-old")
    with psycopg.connect(conninfo(url)) as connection:
        assert one(connection, "select count(*) from plots where source_id = 'in the last one'") == 1
