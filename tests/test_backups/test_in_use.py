"""A restore while the database is in use."""

from collections import Counter
from pathlib import Path
from threading import Event, Thread

import httpx
import psycopg
import pytest

from geo.store.database import conninfo
from tests.records import one
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
                # Often enough for every step of the restore, without keeping a core busy.
                done.wait(0.02)

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
