"""The command in a process of its own, and the processes that it starts for its documents."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.remains import ENDS_WITH_US
from tests.test_api.helpers import wait_until


def environment(**settings: str) -> dict[str, str]:
    """The environment with these settings and no others."""
    return {name: value for name, value in os.environ.items() if not name.startswith("FLURWERK_")} | settings


@contextmanager
def reporting(settings: Mapping[str, str], *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start ``flurwerk report`` with these settings, and end it in any case."""
    command = [*ENDS_WITH_US, sys.executable, "-m", "api.cli", "report", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment(**settings)) as process:
        try:
            yield process
        finally:
            process.kill()


def kill_child(process: subprocess.Popen[str], module: str) -> None:
    """Wait for the process that runs this module for the command, and kill it as the kernel does."""
    for child in wait_for_child(process, module):
        os.kill(child, signal.SIGKILL)


def wait_for_child(process: subprocess.Popen[str], module: str) -> list[int]:
    """Wait for the process that runs this module for the command, and return its id."""
    found: list[int] = []

    def is_there() -> bool:
        assert process.poll() is None, process.communicate()
        found.extend(_children(process.pid, module))
        return bool(found)

    wait_until(is_there, seconds=300)
    return found


def _children(pid: int, module: str) -> Iterator[int]:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid and module.encode() in (folder / "cmdline").read_bytes().split(b"\0"):
                yield int(folder.name)
