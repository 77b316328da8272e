"""Streams of news: many clients wait, and one task for each process asks the database for all of them.

No stream holds a connection to the database. Every LOOK_S seconds one small statement tells whether anything may have
changed; only then is the feed read, once for all callers who see the same. The database is asked rather than listened
to: a notification of PostgreSQL does not pass a standby or a pooler, needs a connection that is never given back, and
puts commits into a queue.

Where the database does not answer, streams stay open and silent. Each channel keeps its cursor, so nothing is lost.
"""

import asyncio
import logging
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Protocol

from api.service.callers import Credentials
from geo.access import Caller
from geo.errors import ConnectionsBusy, DatabaseUnavailable
from geo.records.changes.news import News, State

LOOK_S = 1.0
"""How often it is looked whether there may be news."""
VERIFY_S = 20.0
"""After how many seconds without news it is checked whether callers are still let in."""
MOST_WAITING = 50
"""How many messages may wait for a client that does not read; then its stream ends."""
PER_NAME = 6
"""How many streams a signed-in caller may have in one process."""
PER_ADDRESS = 24
"""How many streams one address may have without signing in: behind it may be a whole office."""

log = logging.getLogger("flurwerk.api")


class TooManyStreams(Exception):
    """The caller has, or all callers together have, as many streams as a process serves."""


class Source(Protocol):
    """What streams ask."""

    async def state(self) -> State:
        """Return whether there may be news for anybody."""
        ...

    async def news(self, view: Caller, since: str | None) -> News:
        """Return what is new for those who see the same, since a cursor."""
        ...

    async def still_valid(self, streams: Iterable["Stream"]) -> list["Stream"]:
        """Return those of the streams whose callers are still let in with the same rights."""
        ...


@dataclass(eq=False, slots=True)
class Stream:
    """A client that waits: its caller, by what it has signed in, and for whom it is counted."""

    caller: Caller
    client: str
    credentials: Credentials
    messages: asyncio.Queue[News | None] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING + 1))

    @property
    def view(self) -> Caller:
        """The caller without the name: whoever has the same sees the same."""
        return replace(self.caller, name=None)

    def put(self, message: News) -> None:
        """Add a message, or end the stream of a client that does not read."""
        if self.messages.qsize() >= MOST_WAITING:
            self.end()
        else:
            self.messages.put_nowait(message)

    def end(self) -> None:
        """End the stream once the client has got what waits for it; at once if it does not read."""
        if self.messages.full():
            self.messages.get_nowait()
        self.messages.put_nowait(None)


@dataclass(eq=False, slots=True)
class _Channel:
    """Those who see the same, the position up to which they have been told, and the state that it belongs to."""

    cursor: str
    version: str = ""
    told_below: int = 0
    wanted_below: int = 0
    streams: set[Stream] = field(default_factory=set[Stream])


class Streams:
    """The open streams of a process."""

    def __init__(self, source: Source, most: int, look_s: float = LOOK_S) -> None:
        """Take what is asked, and how many streams there may be altogether."""
        self._source = source
        self._most = most
        self._look_s = look_s
        self._channels: dict[Caller, _Channel] = {}
        self._task: asyncio.Task[None] | None = None
        self._is_closed = False
        self._is_away = False
        self._verified_at = 0.0

    def __len__(self) -> int:
        return sum(len(channel.streams) for channel in self._channels.values())

    async def join(self, stream: Stream, most: int) -> None:
        """Add a stream, to which everything from now on is told. Raises TooManyStreams, or what the source raises."""
        self._refuse_too_many(stream, most)
        if stream.view not in self._channels:
            now = await self._source.news(stream.view, None)
            self._channels.setdefault(stream.view, _Channel(now.cursor))
            self._refuse_too_many(stream, most)
        self._channels[stream.view].streams.add(stream)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())

    def leave(self, stream: Stream) -> None:
        """Remove a stream; the last one ends the asking."""
        channel = self._channels.get(stream.view)
        if channel is None:
            return
        channel.streams.discard(stream)
        if not channel.streams:
            del self._channels[stream.view]

    def close(self) -> None:
        """End all streams, since the process is about to stop. Their clients come back to another one."""
        self._is_closed = True
        if self._task:
            self._task.cancel()
        for stream in self._all():
            stream.end()

    def _refuse_too_many(self, stream: Stream, most: int) -> None:
        of_client = sum(other.client == stream.client for other in self._all())
        if self._is_closed or of_client >= most or len(self) >= self._most:
            raise TooManyStreams

    def _all(self) -> list[Stream]:
        return [stream for channel in self._channels.values() for stream in channel.streams]

    async def _watch(self) -> None:
        while self._channels and not self._is_closed:
            try:
                await self._look()
                self._is_away = False
            except (ConnectionsBusy, DatabaseUnavailable) as error:
                if not self._is_away:
                    log.warning("%d streams wait for the database: %s", len(self), error)
                self._is_away = True
            except Exception:
                log.exception("Streams could not be told what is new.")
            await asyncio.sleep(self._look_s)

    async def _look(self) -> None:
        state = await self._source.state()
        for view, channel in list(self._channels.items()):
            try:
                await self._look_for(view, channel, state)
            except (ConnectionsBusy, DatabaseUnavailable):
                raise
            except Exception:
                # This keeps nothing from the others, and nobody from being asked whether they may be told.
                log.exception("%d streams could not be told what is new.", len(channel.streams))
        if time.monotonic() - self._verified_at > VERIFY_S:
            await self._verify(self._all())
            self._verified_at = time.monotonic()

    async def _look_for(self, view: Caller, channel: _Channel, state: State) -> None:
        if state.version != channel.version:
            channel.version, channel.wanted_below = state.version, state.begun_below
        # A transaction that is still running keeps what was committed after it began out of the feed.
        if channel.told_below < channel.wanted_below:
            await self._tell(channel, await self._source.news(view, channel.cursor))
            channel.told_below = state.ended_below

    async def _tell(self, channel: _Channel, found: News) -> None:
        if found.changes or found.is_reset:
            # Nobody is told anything whose right to it has ended since.
            await self._verify(channel.streams)
            for stream in channel.streams:
                stream.put(found)
        channel.cursor = found.cursor

    async def _verify(self, streams: Iterable[Stream]) -> None:
        asked = list(streams)
        valid = set(await self._source.still_valid(asked)) if asked else set[Stream]()
        for stream in asked:
            if stream not in valid:
                self.leave(stream)
                stream.end()


async def next_message(stream: Stream, seconds: float) -> News | None:
    """Return the stream's next message, or None if there is none for so long. Raises EndOfStream once it has ended."""
    with suppress(TimeoutError):
        message = await asyncio.wait_for(stream.messages.get(), seconds)
        if message is None:
            raise EndOfStream
        return message
    return None


class EndOfStream(Exception):
    """The stream has ended."""
