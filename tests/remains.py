"""What a run of the tests must not leave behind, even if it is killed: private servers, their folders, programs.

Run as a program, this file removes the folder that it is given as soon as its standard input ends. That is a pipe whose
other end the run holds: the system closes it when the run's process ends, however it ends. All imports are at the top,
because whoever kills a run may remove its checkout right after.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from geo.store import cluster

REPOSITORY = Path(__file__).parents[1]
MEMORY = Path("/dev/shm")
ENOUGH_BYTES = 6 << 30
ENDS_WITH_US = ("setpriv", "--pdeathsig", "KILL")
"""Put before a program that the tests start: the kernel ends it as soon as the thread that started it has ended."""


@contextmanager
def temporary_folder(prefix: str = "flurwerk-test-") -> Iterator[Path]:
    """A folder that the server's account may enter. The servers of the homes in it are stopped before it is removed."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=_parent()))
    folder.chmod(0o755)
    with _removed_if_killed(folder):
        try:
            yield folder
        finally:
            remove(folder)


def _parent() -> Path:
    """Return a folder in memory, if it is large enough: copying a database takes a fraction of the time there."""
    has_space = MEMORY.is_mount() and shutil.disk_usage(MEMORY).free >= ENOUGH_BYTES
    return MEMORY if has_space and os.access(MEMORY, os.W_OK) else Path("/tmp")


@contextmanager
def _removed_if_killed(folder: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "tests.remains", folder]
    # In a session of its own: what ends all processes of the run's session must leave it alone.
    options: dict[str, Any] = {"cwd": REPOSITORY, "stdin": subprocess.PIPE, "start_new_session": True}
    # It gets the rest of a killed run to itself, and must not keep anybody waiting who reads what the run prints.
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options):
        yield


def remove(folder: Path) -> None:
    """Stop the servers of all homes in the folder, and delete it."""
    for link in folder.rglob("cluster"):
        if link.resolve() != Path("/usr"):
            cluster.remove(link.parent)
    shutil.rmtree(folder)


if __name__ == "__main__":
    sys.stdin.buffer.read()
    made = Path(sys.argv[1])
    if made.exists():
        remove(made)
