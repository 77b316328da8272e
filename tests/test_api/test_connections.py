"""The service never opens more connections than its database server allows it."""

import itertools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import psycopg
import pytest
from psycopg import sql

from api.service.connections import LEFT_TO_OTHERS, fitting, most_connections, pool_sizes
from api.serving import fit_connections
from geo.access import Role, tokens
from geo.access.roles import LOGINS
from geo.errors import ConfigurationError
from geo.settings import load_settings
from geo.store.database import conninfo
from geo.store.limits import Limit, read_limits
from tests.conftest import filled_database
from tests.records import Connection
from tests.test_api.conftest import fill
from tests.test_api.helpers import program, wait_until

READER_LIMIT = "the connection limit of role flurwerk_reader"
ALLOWED = 33
"""Connections to the database of these tests: enough for two processes, with smaller pools than by default."""
CLIENTS = 12
ADDRESSES = ("/api/collections/plots/items?limit=1", "/api/tiles/WebMercatorQuad/10/340/533")


@pytest.fixture
def narrow_url(server_url: str, template: str) -> Iterator[str]:
    """A small city in a database that allows few connections."""

    def fill_narrowly(city: Connection) -> None:
        fill(city)
        name = sql.Identifier(city.info.dbname)
        city.execute(sql.SQL("alter database {} connection limit {}").format(name, sql.Literal(ALLOWED)))

    with filled_database(server_url, template, "narrow", fill_narrowly) as url:
        yield url


@pytest.mark.parametrize(
    ("workers", "limit", "pool_size"),
    [
        (1, Limit(97, None, "max_connections"), 8),
        (2, Limit(47, None, "max_connections"), 5),
        (1, Limit(LEFT_TO_OTHERS + 10, None, "max_connections"), 1),
        (1, Limit(6, "flurwerk_reader", READER_LIMIT), 5),
    ],
)
def test_pools_become_as_small_as_the_limit_requires(workers: int, limit: Limit, pool_size: int) -> None:
    fitted = fitting(load_settings(workers=workers), [limit])
    assert fitted.pool_size == pool_size
    assert min(pool_sizes(fitted).values()) >= 1
    assert most_connections(fitted, limit.login) <= limit.number
    assert fitted == load_settings(workers=workers, pool_size=pool_size)


@pytest.mark.parametrize(
    ("workers", "limit", "sentence"),
    [
        (
            2,
            Limit(20, None, "max_connections"),
            "Max_connections leaves 15 connections to the service, but 2 processes need at least 20. "
            "Raise max_connections by 5 or more, or lower FLURWERK_WORKERS.",
        ),
        (
            1,
            Limit(4, "flurwerk_reader", READER_LIMIT),
            "The connection limit of role flurwerk_reader leaves 4 connections to the service, but 1 process needs at "
            "least 5. Raise the connection limit of role flurwerk_reader by 1 or more.",
        ),
    ],
)
def test_too_few_connections_for_any_pools_are_refused_with_the_setting_to_change(
    workers: int, limit: Limit, sentence: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        fitting(load_settings(workers=workers), [limit])
    assert str(refused.value) == sentence


def test_limits_of_the_server_the_database_and_the_logins_are_read(connection: Connection) -> None:
    row = connection.execute("select current_setting('max_connections')::int").fetchone()
    assert row is not None
    reserved = 3
    assert read_limits(connection, LOGINS) == [Limit(row[0] - reserved, None, "max_connections")]
    name = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("alter database {} connection limit 40").format(name))
    connection.execute("alter role flurwerk_editor connection limit 7")
    assert read_limits(connection, LOGINS)[1:] == [
        Limit(40, None, f"the connection limit of database {connection.info.dbname}"),
        Limit(7, "flurwerk_editor", "the connection limit of role flurwerk_editor"),
    ]


def test_a_database_that_does_not_answer_is_no_reason_not_to_start(caplog: pytest.LogCaptureFixture) -> None:
    settings = load_settings(database_url="postgresql://nobody@127.0.0.1:1/nowhere")
    assert fit_connections(settings) == settings
    assert "unknown whether the server allows the 33 connections" in caplog.text


def test_two_processes_never_answer_503_however_few_connections_they_are_allowed(narrow_url: str) -> None:
    """By default they would open 66, and half of these requests would be refused."""
    with psycopg.connect(conninfo(narrow_url)) as owner:
        sent = [{}, *({"Authorization": f"Bearer {tokens.create(owner, role, role)}"} for role in list(Role)[1:])]
    calls = list(itertools.product(ADDRESSES, sent))
    with (
        program(FLURWERK_DATABASE_URL=narrow_url, FLURWERK_WORKERS="2") as (process, url),
        ExitStack() as closing,
        ThreadPoolExecutor(CLIENTS) as threads,
        psycopg.connect(conninfo(narrow_url), autocommit=True) as owner,
    ):
        assert process.stderr
        # Otherwise the log would fill the pipe, and the service wait for someone to read it.
        threading.Thread(target=process.stderr.read).start()
        # Each with its own connection, so that both processes get requests.
        clients = [closing.enter_context(httpx.Client(base_url=url, timeout=60, verify=False)) for _ in range(CLIENTS)]

        def ask(client: httpx.Client) -> set[str]:
            answers = [client.get(address, headers=headers) for address, headers in calls]
            return {f"{answer.url}: {answer.text}" for answer in answers if answer.status_code != 200}

        # At first every process opens all its connections, which may take longer than a request waits for one.
        wait_until(lambda: not any(threads.map(ask, clients)))
        assert not set().union(*threads.map(ask, clients))
        used = "select count(*) from pg_stat_activity where datname = current_database() and usename = any(%s)"
        row = owner.execute(used, [list(LOGINS)]).fetchone()
        assert row is not None
        assert 0 < row[0] <= ALLOWED - LEFT_TO_OTHERS
