"""The process that makes a hand-out: started, fed, and ended whatever happens."""

import asyncio
import os
import sys

from geo.errors import FlurwerkError
from geo.settings import PREFIX
from maps.handouts.job import Job, packed

COMMAND = (sys.executable, "-P", "-m", "maps.handouts")
SPARING = {"OPENBLAS_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1", "MPLBACKEND": "svg"}


class HandoutFailed(RuntimeError):
    """The process has ended with an error, which is this one's text."""


class HandoutTooSlow(FlurwerkError):
    """A hand-out took longer than it may."""


async def make(job: Job, seconds: float) -> bytes:
    """The file. Raises HandoutFailed or HandoutTooSlow; the process has ended by then, however this ends."""
    others = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "PG"))}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *COMMAND, stdin=pipe, stdout=pipe, stderr=pipe, env={**others, **SPARING}
    )
    try:
        async with asyncio.timeout(seconds):
            made, complaints = await process.communicate(packed(job))
    except TimeoutError:
        raise HandoutTooSlow("Making the hand-out took too long.", "Ask for fewer plots at once.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise HandoutFailed(complaints.decode(errors="replace").strip() or f"status {process.returncode}")
    return made
