"""Clients of the kind that keep a server busy: many connections that send nothing, half a head, or half a body."""

import asyncio
import resource
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

PROBE_S = 2
PROBES = 60
PAUSE_S = 0.25

HEAD = b"GET /api/health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n"
BODY = (
    b"POST /api/matches HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n"
)
KINDS = {"idle": (b"", b""), "heads": (HEAD, b"X-More: 1\r\n"), "bodies": (BODY, b" ")}
"""What a connection sends at first, and then once a second."""


class Held(NamedTuple):
    """How many probes failed while the connections were held, and how many of them the server had not closed after."""

    failed: int
    open: int


def hold(port: int, kind: str, number: int) -> Held:
    """Open connections of this kind, and request something else meanwhile."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return asyncio.run(_hold(port, kind, number))


async def _hold(port: int, kind: str, number: int) -> Held:
    async with _connections(port, kind, number) as ended:
        failed = 0
        for _ in range(PROBES):
            failed += not await _probe(port)
            await asyncio.sleep(PAUSE_S)
        return Held(failed, number - len(ended))


@asynccontextmanager
async def _connections(port: int, kind: str, number: int) -> AsyncIterator[list[float]]:
    ended: list[float] = []
    tasks: list[asyncio.Task[None]] = []
    for opened in range(number):
        tasks.append(asyncio.create_task(_connection(port, kind, ended)))
        if opened % 100 == 99:
            await asyncio.sleep(0.05)
    await asyncio.sleep(1)
    try:
        yield ended
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _connection(port: int, kind: str, ended: list[float]) -> None:
    first, more = KINDS[kind]
    began = time.monotonic()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(first)
        reading = asyncio.create_task(reader.read())
        while not reading.done():
            await asyncio.wait({reading}, timeout=1)
            if not reading.done():
                writer.write(more)
        reading.result()
    except OSError:
        pass
    ended.append(time.monotonic() - began)


async def _probe(port: int) -> bool:
    try:
        async with asyncio.timeout(PROBE_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(HEAD + b"Connection: close\r\n\r\n")
            answer = await reader.read()
            writer.close()
            return answer.startswith(b"HTTP/1.1 200")
    except (OSError, TimeoutError):
        return False
