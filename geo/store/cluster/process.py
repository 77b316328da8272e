"""Finds and ends the server's process.

A pid in a file proves little: after a crash the number may belong to any other process. The server is identified by
its working directory, which is its data directory.
"""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from geo.errors import ClusterError
from geo.store.cluster.places import SOCKET_NAME, Places
from geo.text import Text

STOP_TIMEOUT_S = 60.0
_POLL_S = 0.02
_PROC = Path("/proc")


@dataclass(frozen=True)
class PidFile:
    """The content of postmaster.pid: the server's pid, data directory and socket folder."""

    pid: int
    data: Path
    socket_folder: Path


def read_pid_file(data: Path) -> PidFile | None:
    """Return the content of postmaster.pid, or None if it is missing or incomplete."""
    try:
        lines = os.fsdecode((data / "postmaster.pid").read_bytes()).split("\n")
        return PidFile(int(lines[0]), Path(lines[1]), Path(lines[4]))
    except (FileNotFoundError, NotADirectoryError, ValueError, IndexError):
        return None


def live_pid(data: Path) -> int | None:
    """Return the pid of the server that runs on this data directory, or None."""
    try:
        pid = int((data / "postmaster.pid").read_text(errors="replace").split("\n")[0])
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return pid if works_in(pid, data) else None


def works_in(pid: int, folder: Path) -> bool:
    """Return whether the process is alive (a zombie is not) and works in the folder."""
    if not _PROC.is_dir():
        return _exists(pid)
    try:
        return (_PROC / str(pid) / "cwd").samefile(folder)
    except OSError:
        return False


def end(pid: int, data: Path, sign: signal.Signals = signal.SIGINT) -> None:
    """Signal the process and wait until it has ended (SIGINT is PostgreSQL's fast shutdown).

    Raises ClusterError if it takes too long.
    """
    deadline = time.monotonic() + STOP_TIMEOUT_S
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        return
    while works_in(pid, data):
        if time.monotonic() > deadline:
            raise ClusterError(
                Text(
                    f"PostgreSQL (Prozess {pid}) hat nicht innerhalb von {STOP_TIMEOUT_S:.0f} Sekunden angehalten.",
                    f"PostgreSQL (process {pid}) has not stopped within {STOP_TIMEOUT_S:.0f} seconds.",
                ),
                Text(
                    f"Versuchen Sie es noch einmal, oder beenden Sie es mit `kill -QUIT {pid}`.",
                    f"Try again, or end it with `kill -QUIT {pid}`.",
                ),
            )
        time.sleep(_POLL_S)


def clear_remains(places: Places) -> None:
    """Remove what a killed server left behind. The caller must hold the lock and know that the server is dead.

    PostgreSQL refuses to start if the pid in a lock file is alive, even if it is another program by now, and as long
    as a session of the old server still works on the data.
    """
    if _PROC.is_dir():
        for entry in _PROC.iterdir():
            if entry.name.isdigit() and _is_orphan(entry, places):
                end(int(entry.name), places.data, signal.SIGQUIT)
    (places.data / "postmaster.pid").unlink(missing_ok=True)
    for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
        (places.socket_folder / name).unlink(missing_ok=True)


def _is_orphan(entry: Path, places: Places) -> bool:
    # A user's shell may be in the data directory too, so check the name of the program.
    try:
        return (
            entry.stat().st_uid == places.account.uid
            and (entry / "comm").read_text().strip() in ("postgres", "postmaster")
            and works_in(int(entry.name), places.data)
        )
    except OSError:
        return False


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
