"""Questions that many ask at the same time, asked once."""

import asyncio
from collections.abc import Awaitable, Callable


class Shared:
    """Asks a question for all who want the answer at the moment.

    Who comes while a question is on its way waits for the next one: its answer may be older than they are. So nobody
    gets an answer from before they asked, and a map that wants twenty tiles at once costs two questions.
    """

    def __init__(self, answer: Callable[[str], Awaitable[str]]) -> None:
        self._answer = answer
        self._asked: dict[str, asyncio.Task[str]] = {}
        self._waiting: dict[str, asyncio.Task[str]] = {}

    async def ask(self, question: str) -> str:
        """The answer, from a question that was put after this call. Raises what answering raises."""
        if question not in self._asked:
            task = self._start(question)
        elif question in self._waiting:
            task = self._waiting[question]
        else:
            task = self._waiting[question] = asyncio.create_task(self._after(self._asked[question], question))
        # Whoever goes away does not take the answer from the others.
        return await asyncio.shield(task)

    @property
    def is_busy(self) -> bool:
        """Whether a question is on its way, or somebody waits for one."""
        return bool(self._asked or self._waiting)

    def _start(self, question: str) -> asyncio.Task[str]:
        task = self._asked[question] = asyncio.create_task(self._put(question))
        return task

    async def _put(self, question: str) -> str:
        try:
            return await self._answer(question)
        finally:
            del self._asked[question]

    async def _after(self, earlier: asyncio.Task[str], question: str) -> str:
        await asyncio.wait({earlier})
        del self._waiting[question]
        # Someone who came in the meantime may have put it already, later than all who wait here.
        return await (self._asked.get(question) or self._start(question))
