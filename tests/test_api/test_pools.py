"""The service's pools: what their connections may do, and that none is lost, whoever leaves while taking one."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress

import psycopg
import pytest

from geo.access import Role
from geo.errors import ConnectionsBusy, DatabaseUnavailable, DiskFull
from geo.settings import load_settings
from geo.store import connection_pool
from geo.store.database import AsyncConnection
from geo.store.pools import borrow, borrow_autocommit, borrow_to_write, make_pool
from tests.test_api.helpers import api

WRITING = "update flurwerk.plots set note = 'x'"
CALLERS = 300
NOBODY = "postgresql://nobody@127.0.0.1:1/nowhere"
"""A database that refuses every connection."""


def on_a_connection(url: str, login: str, work: Callable[[AsyncConnection], Awaitable[None]]) -> None:
    """Run ``work`` on an autocommit connection."""

    async def run() -> None:
        async with (
            make_pool(load_settings(database_url=url), login, min_size=0, max_size=1) as pool,
            borrow_autocommit(pool) as connection,
        ):
            await work(connection)

    asyncio.run(run())


def test_a_single_statement_writes_nothing_even_as_an_editor(city_url: str) -> None:
    async def write(connection: AsyncConnection) -> None:
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            await connection.execute(WRITING)

    on_a_connection(city_url, Role.EDITOR.login, write)


def test_a_single_statement_has_a_timeout(city_url: str) -> None:
    async def read_timeout(connection: AsyncConnection) -> None:
        found = await (await connection.execute("show statement_timeout")).fetchone()
        assert found == ("30s",)

    on_a_connection(city_url, Role.READER.login, read_timeout)


def test_the_server_ends_transactions_that_the_service_forgets(city_url: str) -> None:
    async def read_timeout(connection: AsyncConnection) -> None:
        found = await (await connection.execute("show idle_in_transaction_session_timeout")).fetchone()
        assert found == ("3min",)

    on_a_connection(city_url, Role.READER.login, read_timeout)


def test_no_connection_is_lost_or_changed_by_callers_that_leave_at_any_moment(city_url: str) -> None:
    """Cancelled while they wait for a connection, use it or give it back; in each of the three ways to borrow one."""
    chance = random.Random(3)

    async def run() -> None:
        async with make_pool(load_settings(database_url=city_url), Role.EDITOR.login, min_size=0, max_size=3) as pool:

            async def call() -> None:
                lent = chance.choice([borrow(pool), borrow_autocommit(pool), borrow_to_write(pool, actor=None)])
                async with lent as connection:
                    await connection.execute("select pg_sleep(0.003)")

            calls: list[asyncio.Task[None]] = []
            for _ in range(CALLERS):
                calls.append(asyncio.create_task(call()))
                asyncio.get_running_loop().call_later(chance.uniform(0, 0.03), calls[-1].cancel)
                await asyncio.sleep(chance.uniform(0, 0.004))
            outcomes = await asyncio.gather(*calls, return_exceptions=True)
            assert {None, asyncio.CancelledError} == {outcome and type(outcome) for outcome in outcomes}
            async with AsyncExitStack() as stack:
                for _ in range(pool.max_size):
                    connection = await stack.enter_async_context(borrow(pool))
                    assert connection.read_only
                    assert not connection.autocommit
                    assert connection.isolation_level is psycopg.IsolationLevel.REPEATABLE_READ

    asyncio.run(run())


def test_callers_that_have_given_up_are_not_counted_as_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the pool would refuse everybody after its queue's maximum, whether or not the database is back."""
    monkeypatch.setattr(connection_pool, "WAIT_FOR_CONNECTION_S", 0.05)

    async def run() -> None:
        async with make_pool(load_settings(database_url=NOBODY), "nobody", min_size=0, max_size=1) as pool:

            async def call() -> None:
                with pytest.raises(DatabaseUnavailable):
                    async with borrow(pool):
                        pass

            for _ in range(3):
                await asyncio.gather(*(call() for _ in range(connection_pool.MOST_QUEUED)))
                assert pool.queued == 0
                assert pool.get_stats()["requests_waiting"] <= pool.max_size
            attempts = pool.get_stats()["connections_num"]
            await call()
            assert pool.get_stats()["connections_num"] > attempts, "the next caller makes the pool try again"

    asyncio.run(run())


def test_a_caller_waits_longer_for_a_connection_in_use_than_for_a_database_that_is_away(
    city_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_pool, "WAIT_FOR_CONNECTION_S", 0.2)

    async def run() -> None:
        async with make_pool(load_settings(database_url=city_url), Role.READER.login, min_size=0, max_size=1) as pool:

            async def call() -> None:
                async with borrow(pool) as connection:
                    await connection.execute("select")

            # The first connection may take longer than that.
            while pool.get_stats().get("pool_available", 0) == 0:
                with suppress(DatabaseUnavailable):
                    await call()
            async with borrow(pool):
                waiting = asyncio.create_task(call())
                done, _ = await asyncio.wait({waiting}, timeout=3 * connection_pool.WAIT_FOR_CONNECTION_S)
                assert not done
            await waiting

    asyncio.run(run())


def test_a_full_disk_is_not_called_a_database_that_does_not_answer(city_url: str) -> None:
    async def run() -> None:
        async with make_pool(load_settings(database_url=city_url), Role.EDITOR.login, min_size=0, max_size=1) as pool:
            with pytest.raises(DiskFull, match="disk is full"):
                async with borrow_to_write(pool, actor=None) as connection:
                    await connection.execute("do $$begin raise disk_full; end$$")

    asyncio.run(run())


def test_a_pool_whose_connections_are_all_in_use_says_so(city_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_pool, "WAIT_WHILE_BUSY_S", 0.05)
    with api(load_settings(database_url=city_url, pool_size=1)) as client:
        pool = client.app.state.service.pools[Role.PUBLIC]
        with client.within(borrow(pool)):
            found = client.problem(503, "/api/collections/plots/items")
            assert found["type"] == "urn:flurwerk:problem:connections-busy"
            assert "All connections" in found["detail"]
            assert client.problem(503, "/api/health/ready")["type"] == found["type"]
            with pytest.raises(ConnectionsBusy), client.within(borrow(pool)):
                pass
        assert client.get("/api/collections/plots/items").status_code == 200
