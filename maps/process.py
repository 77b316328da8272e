"""Runs a process that makes one document, and makes sure that it ends.

Drawing and typesetting take a second or more of CPU time and much memory, too much for the web service's own process.
The process has no access to the database: it reads its input from standard input and writes the file to stdout.
"""

import asyncio
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from geo.errors import FlurwerkError, ProcessKilled
from geo.settings import environment_of_processes
from geo.text import Text

COMMAND = (sys.executable, "-P", "-m")
SPARING = {"OPENBLAS_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1", "MPLBACKEND": "svg"}
REFUSED = 65
"""Exit status of a process whose input the user can correct (EX_DATAERR of sysexits.h)."""
OUT_OF_MEMORY = re.compile(
    "MemoryError|Cannot allocate memory|failed to map segment|Unable to allocate|memory allocation .*failed",
    re.IGNORECASE,
)
"""What Python, the loader, NumPy, OpenBLAS and Rust say when memory is refused."""

PROFILE = re.compile(r"^geo\.profile\.reading\.ProfileError: (.*)", re.MULTILINE)


class ProcessFailed(RuntimeError):
    """The process ended with an error, whose text is this exception's message."""


class ProcessStarved(ProcessKilled):
    """The process has ended because it got no more memory."""

    def __init__(self, complaint: str) -> None:
        """Take what it said."""
        # Nobody sent a signal.
        FlurwerkError.__init__(
            self,
            f"The process that made the file got no more memory ({complaint}).",
            "Request less at once or try again later; if it happens again, provide more memory.",
        )


class ProfileBroken(FlurwerkError):
    """The agency's profile, which each process reads anew, has a mistake since the service or command read it."""


class ProcessRefused(FlurwerkError):
    """The process cannot work with what the user has given, such as a template."""


async def run_module(module: str, sent: bytes, seconds: float | None) -> bytes:
    """Return the standard output of ``python -m module`` with ``sent`` as its standard input.

    Raises ProcessFailed, ProcessKilled, ProcessStarved, ProfileBroken, ProcessRefused (see `refusing`), or TimeoutError
    after ``seconds`` (None: no limit). In every case the process has ended on return, and its temporary files are gone.
    """
    with tempfile.TemporaryDirectory(prefix="flurwerk-") as folder:
        return await _run(module, sent, seconds, {**environment_of_processes(), **SPARING, "TMPDIR": folder})


async def _run(module: str, sent: bytes, seconds: float | None, environment: dict[str, str]) -> bytes:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *COMMAND, module, stdin=pipe, stdout=pipe, stderr=pipe, env=environment
    )
    try:
        async with asyncio.timeout(seconds):
            made, complaints = await process.communicate(sent)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise _failure(process.returncode, complaints.decode(errors="replace").strip())
    return made


@contextmanager
def refusing() -> Iterator[None]:
    """Let the process that this is end in ProcessRefused for its caller, if a FlurwerkError is raised."""
    try:
        yield
    except FlurwerkError as error:
        sys.stderr.write(json.dumps([error.message, error.hint]))
        sys.exit(REFUSED)


def _failure(status: int, complaints: str) -> Exception:
    if status == REFUSED:
        return ProcessRefused(*json.loads(complaints.splitlines()[-1]))
    if status < 0:
        return ProcessKilled(-status)
    if OUT_OF_MEMORY.search(complaints):
        return ProcessStarved(complaints.splitlines()[-1])
    if found := PROFILE.search(complaints):
        broken = ProfileBroken(
            Text(
                "Das Profil oder eine Datei, die es nennt, ist geändert worden und so nicht benutzbar.",
                "The agency's profile, or a file that it names, has been changed and cannot be used as it is.",
            ),
            Text(
                "flurwerk profile check sagt dem Betreiber, was falsch ist.",
                "flurwerk profile check tells the operator what is wrong.",
            ),
        )
        broken.__cause__ = ProcessFailed(found[1])
        return broken
    return ProcessFailed(complaints or f"status {status}")
