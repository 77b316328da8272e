"""Runs a process that makes one document, and makes sure that it ends.

Drawing and typesetting take a second or more of CPU time and much memory, too much for the web service's own process.
The process has no access to the database: it reads its input from standard input and writes the file to stdout.
"""

import asyncio
import os
import sys

from geo.errors import ProcessKilled
from geo.settings import PREFIX

SPARING = {"OPENBLAS_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1", "MPLBACKEND": "svg"}


class ProcessFailed(RuntimeError):
    """The process ended with an error, whose text is this exception's message."""


async def run_module(module: str, sent: bytes, seconds: float) -> bytes:
    """Return the standard output of ``python -m module`` with ``sent`` as its standard input.

    Raises ProcessFailed, ProcessKilled, or TimeoutError after ``seconds``. In every case the process has ended on
    return.
    """
    others = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "PG"))}
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-P", "-m", module)
    process = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, stderr=pipe, env={**others, **SPARING}
    )
    try:
        async with asyncio.timeout(seconds):
            made, complaints = await process.communicate(sent)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode and process.returncode < 0:
        raise ProcessKilled(-process.returncode)
    if process.returncode:
        raise ProcessFailed(complaints.decode(errors="replace").strip() or f"status {process.returncode}")
    return made
