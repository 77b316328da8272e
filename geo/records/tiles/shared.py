"""Shares one query among concurrent callers that need the same answer."""

import asyncio
from collections.abc import Awaitable, Callable


class Shared:
    """Runs a query once for all callers that want its answer at the moment.

    A caller that arrives while a query is running waits for the next one, since the running one may return an older
    state. So no answer is older than its request, and a map that requests twenty tiles at once costs two queries.
    """

    def __init__(self, answer: Callable[[str], Awaitable[str]]) -> None:
        self._answer = answer
        self._running: dict[str, asyncio.Task[str]] = {}
        self._waiting: dict[str, asyncio.Task[str]] = {}

    async def ask(self, question: str) -> str:
        """Return the answer of a query that was started after this call. Raises what the query raises."""
        if question not in self._running:
            task = self._start(question)
        elif question in self._waiting:
            task = self._waiting[question]
        else:
            task = self._waiting[question] = asyncio.create_task(self._after(self._running[question], question))
        # A cancelled caller must not cancel the query of the others.
        return await asyncio.shield(task)

    @property
    def is_busy(self) -> bool:
        """Whether a query is running or waiting."""
        return bool(self._running or self._waiting)

    def _start(self, question: str) -> asyncio.Task[str]:
        task = self._running[question] = asyncio.create_task(self._run(question))
        return task

    async def _run(self, question: str) -> str:
        try:
            return await self._answer(question)
        finally:
            del self._running[question]

    async def _after(self, earlier: asyncio.Task[str], question: str) -> str:
        await asyncio.wait({earlier})
        del self._waiting[question]
        # A later caller may have started the query already, after all that wait here.
        return await (self._running.get(question) or self._start(question))
