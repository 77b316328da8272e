"""A process that makes one document: started, fed, and ended whatever happens.

What is drawn and set takes a second or more of one processor and much memory, which a web service cannot spare. The
process knows nothing of the database: it is sent what it needs on standard input and gives back the file.
"""

import asyncio
import os
import sys

from geo.settings import PREFIX

SPARING = {"OPENBLAS_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1", "MPLBACKEND": "svg"}


class ProcessFailed(RuntimeError):
    """The process has ended with an error, which is this one's text."""


async def made_by(module: str, sent: bytes, seconds: float) -> bytes:
    """What ``python -m module`` makes of what it is sent.

    Raises ProcessFailed, or TimeoutError after so many seconds; the process has ended by then, however this ends.
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
    if process.returncode:
        raise ProcessFailed(complaints.decode(errors="replace").strip() or f"status {process.returncode}")
    return made
