"""Programs of this checkout, run in copies of a process that has already imported what they import.

A program spends half a second to more than a second of processor time on its imports, and tests with profiles of their
own start hundreds. A copy (fork) takes hundredths. It is a process of its own: with its own id, environment, folder,
streams and exit status. The programs that it starts by `sys.executable`, which make its documents, are copies as well;
`copied_python` stands in for Python there. What proves how a program starts, that its hash seed does not matter, or how
much memory it may use, starts it as users do.

The first process has imported the libraries only. Of what is used more than once, a program with a profile, it keeps a
copy that has imported Flurwerk too, with the terms and layers of the profile, and lets that one copy itself.
"""

import atexit
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple, Self

from tests.remains import ENDS_WITH_US, REPOSITORY

STAND_IN = Path(__file__).with_name("copied_python")
VARIABLE = "TESTS_COPIES"
"""Names the socket of the first process, for what stands in for Python."""
DATA = {".csv", ".gpkg", ".log"}
"""Endings of files in the folder of a profile that are not read with it."""


class Copy:
    """A running program: what the tests use of a `subprocess.Popen`."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.returncode: int | None = None
        self.pid = int(self._receive())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wait()

    def poll(self) -> int | None:
        """Return the exit status, or None while it runs."""
        if self.returncode is None and select.select([self._connection], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return its exit status. Raises TimeoutError."""
        if self.returncode is None:
            self._connection.settimeout(timeout)
            self.returncode = int(self._receive())
            self._connection.close()
        return self.returncode

    def terminate(self) -> None:
        """Ask it to end, if it is running."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)

    def _receive(self) -> bytes:
        told = self._connection.recv(100)
        if not told:
            self._connection.close()
            raise ConnectionError("The process that copies itself has ended.")
        return told


def start(
    arguments: Sequence[str], environment: Mapping[str, str], stdout: int, stderr: int, *, is_strict: bool = False
) -> Copy:
    """Start ``python *arguments``, of which the first is -m or -c, in the repository's folder.

    ``stdout`` and ``stderr`` are descriptors; ``is_strict``: warnings are errors.
    """
    asked = Asked(str(REPOSITORY), is_strict, tuple(arguments), dict(environment))
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with Path(os.devnull).open("rb") as nothing:
        connection.connect(f"\0{first()}")
        socket.send_fds(connection, [asked.dump()], [nothing.fileno(), stdout, stderr])
    return Copy(connection)


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run ``python *arguments`` with this environment to its end; see `start`."""
    with TemporaryFile() as out, TemporaryFile() as err:
        status = start(arguments, environment, out.fileno(), err.fileno()).wait()
        for file in (out, err):
            file.seek(0)
        return subprocess.CompletedProcess(arguments, status, out.read().decode(), err.read().decode())


@cache
def first() -> str:
    """Start the first process; return the name of its socket, which no folder has."""
    name = f"flurwerk-tests-{os.urandom(8).hex()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(f"\0{name}")
        listener.listen(100)
        number = listener.fileno()
        command = [*ENDS_WITH_US, sys.executable, "-m", "tests.copying", str(number), python()]
        environment = os.environ | {VARIABLE: name}
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "pass_fds": [number]}
        process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, **options)
    atexit.register(process.wait)
    atexit.register(process.kill)
    return name


@cache
def python() -> str:
    """Return the path of what stands in for Python, as long as this process lives.

    Its first line names the interpreter: looking for one takes five times as long as the rest. It is in memory, and so
    cannot be left behind.
    """
    number = os.memfd_create("copied_python")
    os.write(number, f"#!{Path(sys.executable).resolve()} -IS\n".encode() + STAND_IN.read_bytes())
    os.fchmod(number, 0o555)
    return f"/proc/{os.getpid()}/fd/{number}"


class Asked(NamedTuple):
    """A program to run, as it is sent with the descriptors of its streams."""

    folder: str
    is_strict: bool
    arguments: tuple[str, ...]
    environment: Mapping[str, str]

    @classmethod
    def load(cls, sent: bytes) -> Self:
        """Return what `dump` has packed."""
        folder, is_strict, number, *rest = os.fsdecode(sent).split("\0")
        arguments, variables = rest[: int(number)], rest[int(number) :]
        return cls(folder, bool(is_strict), tuple(arguments), dict(pair.split("=", 1) for pair in variables))

    def dump(self) -> bytes:
        """Return it packed, as `copied_python` packs it."""
        variables = [f"{name}={value}" for name, value in self.environment.items()]
        is_strict = "x" if self.is_strict else ""
        packed = [self.folder, is_strict, str(len(self.arguments)), *self.arguments, *variables]
        return os.fsencode("\0".join(packed))

    @property
    def program(self) -> str:
        """The module that it runs, or the code."""
        return self.arguments[1]

    @property
    def profile(self) -> object:
        """The folder of its profile, and the files in it as they are."""
        folder = self.environment.get("FLURWERK_PROFILE", "")
        files = [file for file in Path(folder).glob("*") if file.suffix not in DATA] if folder else []
        seen = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in sorted(files)]
        return (folder, *seen)
