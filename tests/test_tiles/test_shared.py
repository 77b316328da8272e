"""Questions that many ask at the same time are asked once, and nobody gets an answer older than the asking."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from geo.records.tiles.shared import Shared


class Clerk:
    """Answers with the number of the question, each time when told to."""

    def __init__(self) -> None:
        self.put: list[str] = []
        self.doors: list[asyncio.Event] = []

    async def answer(self, question: str) -> str:
        """The how-manieth question this is, at the time that it was put."""
        self.put.append(question)
        number, door = len(self.put), asyncio.Event()
        self.doors.append(door)
        await door.wait()
        if question == "bad":
            raise ValueError(question)
        return str(number)


async def settle() -> None:
    """Let everybody who can do something do it."""
    for _ in range(10):
        await asyncio.sleep(0)


def run(scene: Callable[[Clerk, Shared], Coroutine[Any, Any, None]]) -> None:
    """Play a scene."""
    clerk = Clerk()
    asyncio.run(scene(clerk, Shared(clerk.answer)))


def test_all_who_come_while_a_question_is_on_its_way_share_the_next_one() -> None:
    async def scene(clerk: Clerk, shared: Shared) -> None:
        first = asyncio.create_task(shared.ask("q"))
        await settle()
        later = [asyncio.create_task(shared.ask("q")) for _ in range(5)]
        await settle()
        assert clerk.put == ["q"]
        clerk.doors[0].set()
        await settle()
        assert first.result() == "1"
        assert clerk.put == ["q", "q"]
        clerk.doors[1].set()
        assert await asyncio.gather(*later) == ["2"] * 5
        again = asyncio.create_task(shared.ask("q"))
        await settle()
        clerk.doors[2].set()
        assert await again == "3"

    run(scene)


def test_different_questions_do_not_wait_for_each_other() -> None:
    async def scene(clerk: Clerk, shared: Shared) -> None:
        one, other = (asyncio.create_task(shared.ask(name)) for name in ("one", "other"))
        await settle()
        assert sorted(clerk.put) == ["one", "other"]
        for door in clerk.doors:
            door.set()
        await asyncio.gather(one, other)

    run(scene)


def test_whoever_goes_away_does_not_take_the_answer_from_the_others() -> None:
    async def scene(clerk: Clerk, shared: Shared) -> None:
        first = asyncio.create_task(shared.ask("q"))
        await settle()
        leaving, staying = (asyncio.create_task(shared.ask("q")) for _ in range(2))
        await settle()
        first.cancel()
        leaving.cancel()
        await settle()
        clerk.doors[0].set()
        await settle()
        clerk.doors[1].set()
        assert await staying == "2"

    run(scene)


def test_an_error_reaches_all_and_the_next_question_is_put_anew() -> None:
    async def scene(clerk: Clerk, shared: Shared) -> None:
        first = asyncio.create_task(shared.ask("bad"))
        await settle()
        second = asyncio.create_task(shared.ask("bad"))
        await settle()
        clerk.doors[0].set()
        with pytest.raises(ValueError, match="bad"):
            await first
        await settle()
        clerk.doors[1].set()
        with pytest.raises(ValueError, match="bad"):
            await second
        assert clerk.put == ["bad", "bad"]

    run(scene)


@pytest.mark.parametrize("moment", range(8))
def test_whoever_comes_just_when_an_answer_is_there_gets_a_later_one(moment: int) -> None:
    async def scene(clerk: Clerk, shared: Shared) -> None:
        first = asyncio.create_task(shared.ask("q"))
        await settle()
        waiting = asyncio.create_task(shared.ask("q"))
        await settle()
        clerk.doors[0].set()
        for _ in range(moment):
            await asyncio.sleep(0)
        is_there = first.done()
        newcomer = asyncio.create_task(shared.ask("q"))
        while not (waiting.done() and newcomer.done()):
            await settle()
            for door in clerk.doors:
                door.set()
        assert int(waiting.result()) >= 2
        assert int(newcomer.result()) >= 2
        assert is_there or first.done()
        assert not shared.is_busy

    run(scene)
