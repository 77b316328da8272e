"""The processes that copy themselves: run as a program, this file is the first one of copies.py."""

import atexit
import ctypes
import gc
import os
import runpy
import select
import signal
import socket
import sys
import threading
import traceback
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import NamedTuple, NoReturn

from geo.unused_imports import TABLES, block_imports
from tests.copies import VARIABLE, Asked

LIBRARIES = (
    *("click", "cql2", "fastapi", "httptools", "jinja2", "psycopg", "psycopg_pool", "pydantic_settings"),
    *("rich.console", "rich.table", "starlette.middleware.gzip", "starlette.staticfiles", "uvicorn", "zstandard"),
    *("fastapi.openapi.utils", "multiprocessing.spawn", "uvicorn.protocols.http.httptools_impl"),
)
"""What most programs import, and nothing that reads a profile."""
REPORT = "maps.figures.report"
DRAWING = f"{REPORT}.pictures.drawing"
PROGRAMS: Mapping[str, Sequence[str]] = {
    "": ("api.cli.loading", "api.cli.kpis", "api.cli.report", "api.cli.database", "api.cli.profile", "api.serving"),
    REPORT: tuple(f"{REPORT}.{name}" for name in ("pages", "tables", "word", "workbook")),
    f"{REPORT}.all_pictures": (f"{REPORT}.all_pictures", DRAWING),
    f"{REPORT}.web_maps": (f"{REPORT}.web_maps", DRAWING),
    "maps.typesetting": ("maps.typesetting",),
    "maps.folium_map": ("maps.folium_map.overview",),
    "maps.land.handouts": ("maps.land.handouts.making",),
    "geo.records.file_writers": tuple(f"geo.records.file_writers.{name}" for name in ("rows", "sheet")),
    "geo.records.attachments": ("geo.records.attachments.content",),
    "geo.loading": ("geo.loading.working",),
}
"""What the copies that run these programs have imported; the first are the command and its service."""
BLOCKED = {"maps.folium_map": TABLES}
"""The imports that programs block."""
KEPT = 8
"""So many copies are kept to copy themselves, those that were used last."""
LARGEST = 1 << 18
PR_SET_PDEATHSIG = 1


class Running(NamedTuple):
    """A copy that runs a program, and the connection on which its end is told."""

    pid: int
    connection: socket.socket


class Original:
    """This process, as one that copies itself at each request until nobody can ask any more."""

    def __init__(self, control: socket.socket, *, is_first: bool) -> None:
        self.control = control
        self.is_first = is_first
        self.running: dict[int, Running] = {}
        """By the descriptors of their processes and of their connections."""
        self.kept: dict[object, socket.socket] = {}
        self.uses: Counter[object] = Counter()
        self.waiting = select.poll()
        self.waiting.register(control, select.POLLIN)
        self.is_asked = True

    def serve(self) -> NoReturn:
        """Answer requests, and tell the ends of copies."""
        gc.collect()
        gc.freeze()
        while self.is_asked or self.running:
            for descriptor, _ in self.waiting.poll():
                if descriptor == self.control.fileno():
                    self._answer()
                elif descriptor in self.running:
                    self._look_after(descriptor)
        os._exit(0)

    def _answer(self) -> None:
        if self.is_first:
            connection, _ = self.control.accept()
            try:
                message, streams, *_ = socket.recv_fds(connection, LARGEST, 3)
            except ConnectionResetError:
                # Whoever asked has been killed.
                connection.close()
                return
        else:
            message, received, *_ = socket.recv_fds(self.control, LARGEST, 4)
            if not message:
                self.waiting.unregister(self.control)
                self.is_asked = False
                return
            number, *streams = received
            connection = socket.socket(fileno=number)
        if not message:
            connection.close()
            return
        asked = Asked.load(message)
        if self.is_first and (original := self._kept_for(asked, [connection.fileno(), *streams])):
            socket.send_fds(original, [message], [connection.fileno(), *streams])
            connection.close()
        else:
            self._start(asked, connection, streams)
        for stream in streams:
            os.close(stream)

    def _kept_for(self, asked: Asked, received: Sequence[int]) -> socket.socket | None:
        """Return the control of the copy that is kept to be copied for this, from its second use on.

        ``received`` are the descriptors that came with the request.
        """
        program = asked.program if asked.program in PROGRAMS else ""
        key = (program, asked.profile)
        self.uses[key] += 1
        if self.uses[key] < 2:
            return None
        ours = self.kept.pop(key, None)
        if not ours:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            if not os.fork():
                for descriptor in (ours.fileno(), *received):
                    os.close(descriptor)
                self._forget()
                _take_on(asked)
                block_imports(BLOCKED.get(program, frozenset()))
                for name in PROGRAMS[program]:
                    # What a broken profile prevents is left to the program, which tells of it.
                    with suppress(Exception):
                        import_module(name)
                Original(theirs, is_first=False).serve()
            theirs.close()
        self.kept[key] = ours
        if len(self.kept) > KEPT:
            self.kept.pop(next(iter(self.kept))).close()
        return ours

    def _start(self, asked: Asked, connection: socket.socket, streams: Sequence[int]) -> None:
        pid = os.fork()
        if not pid:
            connection.close()
            self._forget()
            _take_on(asked)
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
                os.close(stream)
            _end(_run(*asked.arguments))
        with suppress(BrokenPipeError, ConnectionResetError):
            # If nobody waits any more, the copy is ended as soon as the connection is looked at.
            connection.send(str(pid).encode())
        for descriptor in (os.pidfd_open(pid), connection.fileno()):
            self.running[descriptor] = Running(pid, connection)
            self.waiting.register(descriptor, select.POLLIN)

    def _look_after(self, descriptor: int) -> None:
        """Tell that a copy has ended; end one that nobody waits for any more."""
        pid, connection = self.running[descriptor]
        if descriptor == connection.fileno():
            os.kill(pid, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.send(str(status).encode())
        for each in [each for each, found in self.running.items() if found.pid == pid]:
            self.waiting.unregister(each)
            del self.running[each]
            if each != connection.fileno():
                os.close(each)
        connection.close()

    def _forget(self) -> None:
        """Close in a copy what only the original needs."""
        self.control.close()
        for control in self.kept.values():
            control.close()
        for descriptor, (_, connection) in self.running.items():
            if descriptor != connection.fileno():
                os.close(descriptor)
        for _, connection in self.running.values():
            connection.close()


def _take_on(asked: Asked) -> None:
    """Take on the folder and the environment of what is asked for."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.chdir(asked.folder)
    name = os.environ[VARIABLE]
    os.environ.clear()
    os.environ.update(asked.environment)
    os.environ[VARIABLE] = name
    if asked.is_strict:
        warnings.simplefilter("error")


def _run(option: str, program: str, *arguments: str) -> object:
    """Run the program, and return what it exits with."""
    sys.argv[:] = [option, *arguments]
    try:
        if option == "-m":
            runpy.run_module(program, run_name="__main__", alter_sys=True)
        else:
            sys.modules["__main__"] = main = ModuleType("__main__")
            exec(program, main.__dict__)
    except SystemExit as ended:
        return ended.code
    except BaseException:
        traceback.print_exc()
        return 1
    return None


def _end(code: object) -> NoReturn:
    """End as Python does, except that it would tidy up all modules first: that takes longer than most programs."""
    if code is not None and not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    threading._shutdown()  # pyright: ignore[reportAttributeAccessIssue]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)


def _main() -> None:
    for name in LIBRARIES:
        import_module(name)
    # Not before: what multiprocessing starts has descriptors of its own.
    sys.executable = sys.argv[2]
    Original(socket.socket(fileno=int(sys.argv[1])), is_first=True).serve()


if __name__ == "__main__":
    _main()
