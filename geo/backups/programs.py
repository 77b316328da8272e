"""Runs PostgreSQL's client programs."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from itertools import takewhile

from geo.errors import FlurwerkError
from geo.store.cluster.binaries import program_folders


class ProgramFailed(FlurwerkError):
    """One of PostgreSQL's programs failed; the message has its reason."""


def run(program: str, *arguments: str, keep_open: Sequence[int] = ()) -> str:
    """Run the program and return its output. ``keep_open`` are file descriptors that it inherits.

    Raises ProgramFailed with the program's reason, or if it is not installed.
    """
    done = subprocess.run(
        [path_of(program), *arguments], capture_output=True, text=True, check=False, pass_fds=keep_open
    )
    if done.returncode != 0:
        raise failure(program, done.stderr)
    return done.stdout


def failure(program: str, stderr: str) -> ProgramFailed:
    """Return the error for what the program printed: its first line, and the DETAIL lines that name objects."""
    first, *others = stderr.strip().removeprefix(f"{program}: error: ").splitlines() or ["it gave no reason"]
    start = next((at for at, line in enumerate(others) if line.startswith("DETAIL:")), len(others))
    details = takewhile(lambda line: not line.startswith(("HINT:", "Command was:")), others[start:])
    reason = "; ".join([first, *(line.removeprefix("DETAIL:").strip() for line in details)]).removesuffix(".")
    return ProgramFailed(f"{program} failed: {reason}.")


def path_of(program: str) -> str:
    """Return the program's path. Raises ProgramFailed if it is not installed."""
    packaged = [str(folder) for folder in reversed(program_folders())]
    found = shutil.which(program) or shutil.which(program, path=os.pathsep.join(packaged))
    if found is None:
        raise ProgramFailed(f"{program} is not installed.", "Install it: apt-get install postgresql-client.")
    return found
