"""A restore while the database is in use, and by roles that may do less than its superuser."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import httpx
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from geo.store import cluster
from geo.store.database import conninfo
from tests.conftest import UNSAFE_BUT_FAST
from tests.records import one
from tests.remains import temporary_folder
from tests.test_api.helpers import program, wait_until
from tests.test_backups.helpers import beside, name_of
from tests.test_cli import Command


def test_the_service_goes_on_after_a_restore_without_being_started_again(
    flurwerk: Command, url: str, backup: Path
) -> None:
    """Requests meanwhile are answered, or told to come back; those afterwards get the restored records."""
    statuses: Counter[int] = Counter()
    done = Event()
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        connection.execute("delete from transactions; delete from plots")
    with program(FLURWERK_DATABASE_URL=url) as (_, address), httpx.Client(base_url=address, timeout=60) as client:

        def ask() -> None:
            while not done.is_set():
                statuses[client.get("/api/collections/districts/items").status_code] += 1

        asking = Thread(target=ask)
        asking.start()
        try:
            wait_until(lambda: statuses[200] > 10)
            out = flurwerk("db", "restore", str(backup), "--yes", "--drop-old").stdout
            before = statuses[200]
            wait_until(lambda: statuses[200] > before + 10)
        finally:
            done.set()
            asking.join()
        assert "Sessions ended: 0." not in out
        assert set(statuses) <= {200, 503}
        figure = client.get("/api/kpis", params={"period": "2023-H2"}).json()
        assert "3100" in str(figure)


def test_what_is_running_may_finish_and_what_does_not_end_is_ended(flurwerk: Command, url: str, backup: Path) -> None:
    """A transaction that ends in time is committed in the replaced database; one that stays open is rolled back."""
    with psycopg.connect(conninfo(url)) as open_one, psycopg.connect(conninfo(url)) as short_one:
        open_one.execute("update plots set name = 'Rolled back'")
        short_one.execute("update districts set name = 'Committed' where key = '01'")
        committing = Thread(target=commit_when_locked, args=(url, short_one))
        committing.start()
        out = flurwerk("db", "restore", str(backup), "--yes").stdout
        committing.join()
        assert not committing.is_alive()
        with pytest.raises(psycopg.errors.AdminShutdown):
            open_one.execute("select 1")
    assert "Sessions ended: " in out
    (old,) = beside(url)
    with psycopg.connect(conninfo(url), dbname=old) as connection:
        assert one(connection, "select name from districts where key = '01'") == "Committed"
        assert one(connection, "select name from plots") == "Hafen Nord"


def commit_when_locked(url: str, connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Commit as soon as the databases are about to be exchanged: the name is locked then."""
    waits = """
        select exists (
            select from pg_locks
            where locktype = 'object'
              and classid = 'pg_database'::regclass
              and mode = 'AccessExclusiveLock'
              and objid = (select oid from pg_database where datname = %s)
        )
    """
    with psycopg.connect(conninfo(url), dbname="postgres", autocommit=True) as watching:
        wait_until(lambda: watching.execute(waits, [name_of(url)]).fetchone() == (True,))
    connection.commit()


@pytest.fixture(scope="module")
def hosted() -> Iterator[str]:
    """The URL of an empty database of a server whose owner, ``agency``, is no superuser: as hosts offer it."""
    with temporary_folder() as folder:
        url = cluster.ensure_running(folder / "home", UNSAFE_BUT_FAST)
        cluster.update_access(folder / "home", add="agency")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("create role agency login createrole")
            connection.execute("create database city owner agency template template0")
        with psycopg.connect(url, dbname="city", autocommit=True) as connection:
            connection.execute("create extension postgis")
        yield url


def test_a_role_that_may_not_do_what_a_restore_needs_is_told_what_is_missing(hosted: str, backup: Path) -> None:
    """One thing after the other, each with the command for the administrator; then it works, without a superuser."""
    url = make_conninfo(hosted, dbname="city", user="agency")
    flurwerk = Command(url)

    def refused() -> str:
        assert beside(url) == []
        return flurwerk("db", "restore", str(backup), "--yes", exit_code=1).stderr

    with psycopg.connect(hosted, autocommit=True) as administrator:
        assert "run: alter role agency createdb" in refused()
        administrator.execute("alter role agency createdb")
        administrator.execute("alter database city owner to flurwerk")
        assert "run: alter database city owner to agency" in refused()
        administrator.execute("alter database city owner to agency")
        with psycopg.connect(hosted, dbname="city"):
            assert "flurwerk is connected to city, and the role agency may not end that. Stop the service" in refused()
        assert "run in the database template1: create extension postgis" in refused()
        with psycopg.connect(hosted, dbname="template1", autocommit=True) as template:
            template.execute("create extension postgis")
        wait_until(lambda: administrator.execute(OTHERS).fetchone() == (0,))
        assert "1 releases verified" in flurwerk("db", "restore", str(backup), "--yes", "--drop-old").stdout
        assert flurwerk.json("kpi", "2023-H2", "--key", "public_land_m2")[0]["actual"] == 3100
        assert beside(url) == []
        administrator.execute("revoke connect on database postgres, template1 from public")
        assert "A restore connects to postgres or template1" in refused()


OTHERS = "select count(*) from pg_stat_activity where datname in ('template1', 'city')"
