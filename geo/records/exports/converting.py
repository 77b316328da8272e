"""The process that writes a file: started, fed, and ended whatever happens.

A process of its own, because the libraries that write files take a processor and more memory than the service itself,
and give the memory back only by ending. It gets rows and a path, and knows nothing of the database.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress

from geo.records.exports.export import WritingFailed
from geo.records.file_writers.job import END, Job, packed, sent
from geo.settings import PREFIX

COMMAND = (sys.executable, "-P", "-m", "geo.records.file_writers")
SPARING = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "131072",
    "MALLOC_TRIM_THRESHOLD_": "131072",
    "OPENBLAS_NUM_THREADS": "1",
}
"""Give memory back rather than keep it: measured, GeoParquet then takes 72 MB in the place of 101."""


async def convert(job: Job, blocks: AsyncIterator[bytes]) -> None:
    """Write a file of blocks of CSV rows. Raises WritingFailed."""
    others = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "PG"))}
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={**others, **SPARING},
    )
    assert process.stdin
    assert process.stderr
    complaints = asyncio.create_task(process.stderr.read())
    try:
        # Where it has ended early, its complaints say why.
        with suppress(BrokenPipeError, ConnectionResetError):
            await _feed(process.stdin, job, blocks)
        status = await process.wait()
        if status:
            raise WritingFailed((await complaints).decode(errors="replace").strip() or f"status {status}")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await complaints


async def _feed(stdin: asyncio.StreamWriter, job: Job, blocks: AsyncIterator[bytes]) -> None:
    stdin.write(sent(job))
    async for block in blocks:
        stdin.write(packed(block))
        await stdin.drain()
    stdin.write(END)
    await stdin.drain()
    # Not waited for: the process ends once it has read the end, and that is waited for.
    stdin.close()
