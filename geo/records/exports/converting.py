"""Runs the process that writes a file, and ends it in any case.

It is a separate process because the libraries that write files occupy a processor and more memory than the service
itself, and release the memory only when the process ends. It is given rows and a path, but no database connection.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress

from geo.errors import ProcessKilled
from geo.records.exports.export import WritingFailed
from geo.records.file_writers.job import END, Job, packed, sent
from geo.settings import PREFIX

COMMAND = (sys.executable, "-P", "-m", "geo.records.file_writers")
SAVE_MEMORY = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "131072",
    "MALLOC_TRIM_THRESHOLD_": "131072",
    "OPENBLAS_NUM_THREADS": "1",
}
"""Releases memory instead of keeping it: measured for GeoParquet, 72 MB instead of 101."""


async def convert(job: Job, blocks: AsyncIterator[bytes]) -> None:
    """Write a file from blocks of CSV rows. Raises WritingFailed or ProcessKilled."""
    others = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "PG"))}
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={**others, **SAVE_MEMORY},
    )
    assert process.stdin
    assert process.stderr
    errors = asyncio.create_task(process.stderr.read())
    try:
        # If the process has ended early, its error output says why.
        with suppress(BrokenPipeError, ConnectionResetError):
            await _feed(process.stdin, job, blocks)
        status = await process.wait()
        if status < 0:
            raise ProcessKilled(-status)
        if status:
            raise WritingFailed((await errors).decode(errors="replace").strip() or f"status {status}")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await errors


async def _feed(stdin: asyncio.StreamWriter, job: Job, blocks: AsyncIterator[bytes]) -> None:
    stdin.write(sent(job))
    async for block in blocks:
        stdin.write(packed(block))
        await stdin.drain()
    stdin.write(END)
    await stdin.drain()
    # No need to wait for the close: `convert` waits for the process, which ends once it has read the end.
    stdin.close()
