"""Concurrent callers share a query, and no answer is older than its request."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from geo.records.tiles.shared import Shared


class Queries:
    """Runs queries: each returns its number as soon as its gate is opened."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.gates: list[asyncio.Event] = []

    async def answer(self, question: str) -> str:
        """Return the number of this query, in the order in which they were started."""
        self.started.append(question)
        number, gate = len(self.started), asyncio.Event()
        self.gates.append(gate)
        await gate.wait()
        if question == "bad":
            raise ValueError(question)
        return str(number)


async def settle() -> None:
    """Let all tasks run until they wait."""
    for _ in range(10):
        await asyncio.sleep(0)


def run(steps: Callable[[Queries, Shared], Coroutine[Any, Any, None]]) -> None:
    """Run the steps of a test."""
    queries = Queries()
    asyncio.run(steps(queries, Shared(queries.answer)))


def test_callers_that_arrive_while_a_query_is_running_share_the_next_one() -> None:
    async def steps(queries: Queries, shared: Shared) -> None:
        first = asyncio.create_task(shared.ask("q"))
        await settle()
        later = [asyncio.create_task(shared.ask("q")) for _ in range(5)]
        await settle()
        assert queries.started == ["q"]
        queries.gates[0].set()
        await settle()
        assert first.result() == "1"
        assert queries.started == ["q", "q"]
        queries.gates[1].set()
        assert await asyncio.gather(*later) == ["2"] * 5
        again = asyncio.create_task(shared.ask("q"))
        await settle()
        queries.gates[2].set()
        assert await again == "3"

    run(steps)


def test_different_queries_do_not_wait_for_each_other() -> None:
    async def steps(queries: Queries, shared: Shared) -> None:
        one, other = (asyncio.create_task(shared.ask(name)) for name in ("one", "other"))
        await settle()
        assert sorted(queries.started) == ["one", "other"]
        for gate in queries.gates:
            gate.set()
        await asyncio.gather(one, other)

    run(steps)


def test_a_cancelled_caller_does_not_cancel_the_query_of_the_others() -> None:
    async def steps(queries: Queries, shared: Shared) -> None:
        first = asyncio.create_task(shared.ask("q"))
        await settle()
        leaving, staying = (asyncio.create_task(shared.ask("q")) for _ in range(2))
        await settle()
        first.cancel()
        leaving.cancel()
        await settle()
        queries.gates[0].set()
        await settle()
        queries.gates[1].set()
        assert await staying == "2"

    run(steps)


def test_an_error_reaches_its_callers_and_the_next_query_is_started_nevertheless() -> None:
    async def steps(queries: Queries, shared: Shared) -> None:
        first = asyncio.create_task(shared.ask("bad"))
        await settle()
        second = asyncio.create_task(shared.ask("bad"))
        await settle()
        queries.gates[0].set()
        with pytest.raises(ValueError, match="bad"):
            await first
        await settle()
        queries.gates[1].set()
        with pytest.raises(ValueError, match="bad"):
            await second
        assert queries.started == ["bad", "bad"]

    run(steps)


@pytest.mark.parametrize("moment", range(8))
def test_a_caller_that_arrives_just_as_an_answer_is_ready_gets_a_later_one(moment: int) -> None:
    async def steps(queries: Queries, shared: Shared) -> None:
        first = asyncio.create_task(shared.ask("q"))
        await settle()
        waiting = asyncio.create_task(shared.ask("q"))
        await settle()
        queries.gates[0].set()
        for _ in range(moment):
            await asyncio.sleep(0)
        is_answered = first.done()
        late = asyncio.create_task(shared.ask("q"))
        while not (waiting.done() and late.done()):
            await settle()
            for gate in queries.gates:
                gate.set()
        assert int(waiting.result()) >= 2
        assert int(late.result()) >= 2
        assert is_answered or first.done()
        assert not shared.is_busy

    run(steps)
