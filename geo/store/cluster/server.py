"""Starts, stops and configures the private server."""

import fcntl
import os
import re
import shutil
import signal
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from psycopg.pq import PGconn, Ping

from geo.errors import ClusterError
from geo.store.cluster import places, process
from geo.store.cluster.account import Account, run_as
from geo.store.cluster.binaries import ALTERNATIVES, find_installation
from geo.store.cluster.configuration import (
    DATABASE,
    FILE_NAME,
    ROLE,
    access_names,
    access_rules,
    configuration,
    people_in,
)
from geo.store.cluster.places import Places
from geo.text import Text

# Long enough for crash recovery after a large load.
_START_TIMEOUT_S = 300
_POLL_S = 0.02
_LARGEST_LOG = 10_000_000


@dataclass(frozen=True)
class ServerStatus:
    """The state of the private server.

    `url` and `pid` are None unless it answers; `major` (PostgreSQL's version), `data` and `log` are None before the
    first start.
    """

    running: bool
    url: str | None = None
    pid: int | None = None
    major: str | None = None
    data: Path | None = None
    log: Path | None = None


def ensure_running(home: Path, settings: Mapping[str, str] | None = None) -> str:
    """Return the URL of the home's private database, after creating or starting the server if necessary.

    `settings` are additional server settings, which a running server ignores. Several processes may call this at
    once. Raises ClusterError if PostgreSQL or PostGIS is missing, or if the server cannot be started.
    """
    home = home.absolute()
    return _url_if_running(home) or start(home, settings)


def start(home: Path, settings: Mapping[str, str] | None = None) -> str:
    """Start the server, unless another process has done so meanwhile, and return the database's URL.

    Raises ClusterError like `ensure_running`, which is faster if the server may be running.
    """
    home = home.absolute()
    with _locked(home):
        if url := _url_if_running(home):
            return url
        place = places.locate(home)
        if place is None:
            _stop_abandoned(home)
            place = places.create(home)
        if not _answers_soon(place):
            _start(place, settings or {})
        return _url(place.socket_folder)


def stop(home: Path) -> bool:
    """Stop the server and return whether it was running. Raises ClusterError if it does not stop in time."""
    home = home.absolute()
    if places.locate(home) is None:
        return False
    with _locked(home):
        place = places.locate(home)
        return place is not None and _stop(place)


def status(home: Path) -> ServerStatus:
    """Return the state of the server without changing it. Raises ClusterError if it belongs to another user."""
    home = home.absolute()
    place = places.locate(home)
    if place is None:
        return ServerStatus(running=False)
    version = place.data / "PG_VERSION"
    major = version.read_text().strip() if version.exists() else None
    url = _url_if_running(home)
    pid = process.live_pid(place.data) if url else None
    return ServerStatus(url is not None, url, pid, major, place.data, place.log)


def exists(home: Path) -> bool:
    """Return whether the home has a server, running or not. Raises ClusterError if it belongs to another user."""
    return places.locate(home.absolute()) is not None


def started_url(home: Path) -> str | None:
    """Return the URL of the server if it has been started and not been stopped since, whether or not it answers.

    Asks it nothing, unlike `status`: the question to a server that hangs takes ten seconds, in which no other thread of
    the process runs (libpq's PQping keeps the interpreter's lock).
    """
    place = places.locate(home.absolute())
    return _url(place.socket_folder) if place and _is_started(place) else None


def update_access(home: Path, *, add: str | None = None, drop: str | None = None) -> None:
    """Write who may log in (the service's roles and personal logins), and reload a running server's configuration.

    ``add`` and ``drop`` are personal logins. Does nothing if there is no server.
    """
    home = home.absolute()
    with _locked(home):
        place = places.locate(home)
        if place is None:
            return
        people = [person for person in _personal_logins(place) if person not in (add, drop)]
        _write_access_names(place, [*people, add] if add else people)
        if pid := process.live_pid(place.data):
            os.kill(pid, signal.SIGHUP)


def remove(home: Path) -> None:
    """Stop the server and delete its data. Raises ClusterError if it does not stop in time."""
    home = home.absolute()
    if places.locate(home) is None:
        return
    with _locked(home):
        if place := places.locate(home):
            _stop(place)
            places.remove(home, place)


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    try:
        home.mkdir(parents=True, exist_ok=True)
        # Open read-only, so that another user's lock file works as well. The system releases the lock when we die.
        handle = os.open(home / "lock", os.O_RDONLY | os.O_CREAT, 0o644)
    except OSError as error:
        raise ClusterError(
            Text(
                f"{home} ist nicht benutzbar (Meldung: {error.strerror}).", f"{home} cannot be used ({error.strerror})."
            ),
            Text(
                "Setzen Sie FLURWERK_HOME auf einen Ordner, in den Sie schreiben dürfen.",
                "Set FLURWERK_HOME to a folder that you may write to.",
            ),
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    except OSError as error:
        raise ClusterError(
            Text(
                f"Der private Server ließ sich nicht einrichten (Meldung: {error}).",
                f"The private server could not be set up: {error}.",
            ),
            Text(f"Beheben Sie das, oder {ALTERNATIVES.de}.", f"Fix that, or {ALTERNATIVES.en}."),
        ) from error
    finally:
        os.close(handle)


def _url(socket_folder: Path) -> str:
    return f"postgresql://{ROLE}@/{DATABASE}?host={quote(os.fsencode(socket_folder), safe='')}"


def _url_if_running(home: Path) -> str | None:
    place = places.locate(home)
    if place and _ping(place) == Ping.OK:
        return _url(place.socket_folder)
    return None


def _is_started(place: Places) -> bool:
    found = process.read_pid_file(place.data)
    # If these differ, the folder was copied or moved, and the file describes a server elsewhere.
    return found is not None and found.data == place.data and found.socket_folder == place.socket_folder


def _ping(place: Places) -> Ping:
    if not _is_started(place):
        return Ping.NO_RESPONSE
    return Ping(PGconn.ping(f"{_url(place.socket_folder)}&connect_timeout=10".encode()))


def _answers_soon(place: Places) -> bool:
    """Wait while the server is starting up or shutting down; return whether it finally answers."""
    deadline = time.monotonic() + _START_TIMEOUT_S
    while (answer := _ping(place)) == Ping.REJECT and time.monotonic() < deadline:
        time.sleep(_POLL_S)
    return answer == Ping.OK


def _start(place: Places, settings: Mapping[str, str]) -> None:
    bindir = find_installation(place.data).bindir
    # It may be alive without answering if its socket's folder was removed or moved.
    _stop(place)
    if not place.data.exists():
        _initialise(place, bindir, durable=settings.get("fsync") != "off")
    process.clear_remains(place)
    socket_folder = places.make_socket_folder(place)
    _write(place.data / FILE_NAME, configuration(socket_folder, settings), place.account)
    _write(place.data / "pg_hba.conf", access_rules(), place.account)
    _write_access_names(place, _personal_logins(place))
    if place.log.exists() and place.log.stat().st_size > _LARGEST_LOG:
        place.log.replace(place.log.with_suffix(".log.1"))
    logged = place.log.stat().st_size if place.log.exists() else 0
    options = ["-w", "-t", str(_START_TIMEOUT_S), "-D", place.data, "-l", place.log]
    if run_as(place.account, [bindir / "pg_ctl", "start", *options]).returncode != 0:
        reason = _first_error(place.log, logged)
        raise ClusterError(
            Text(f"PostgreSQL ist nicht gestartet (Meldung: {reason}).", f"PostgreSQL did not start: {reason}."),
            Text(f"Siehe {place.log}, oder {ALTERNATIVES.de}.", f"See {place.log}, or {ALTERNATIVES.en}."),
        )


def _initialise(place: Places, bindir: Path, durable: bool) -> None:
    # Created under another name and renamed when complete, so that an interrupted attempt leaves nothing half-done.
    new = place.folder / "data.new"
    shutil.rmtree(new, ignore_errors=True)
    options = ["-D", new, f"--username={ROLE}", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=peer"]
    options += ["--data-checksums"] if durable else ["--no-sync"]
    done = run_as(place.account, [bindir / "initdb", *options])
    if done.returncode == 0:
        single = [bindir / "postgres", "--single", "-D", new, "template1"]
        done = run_as(place.account, single, f"CREATE DATABASE {DATABASE}\n")
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ClusterError(
            Text(
                f"{place.folder} ließ sich nicht einrichten (Meldung: {reason}).",
                f"{place.folder} could not be set up: {reason}.",
            ),
            Text(f"Beheben Sie das, oder {ALTERNATIVES.de}.", f"Fix that, or {ALTERNATIVES.en}."),
        )
    with (new / "postgresql.conf").open("a") as file:
        file.write(f"\ninclude '{FILE_NAME}'\n")
    new.rename(place.data)


def _personal_logins(place: Places) -> list[str]:
    file = place.data / "pg_ident.conf"
    return people_in(file.read_text()) if file.exists() else []


def _write_access_names(place: Places, people: Iterable[str]) -> None:
    _write(place.data / "pg_ident.conf", access_names(place.account, people), place.account)


def _stop(place: Places) -> bool:
    pid = process.live_pid(place.data)
    if pid is None:
        return False
    process.end(pid, place.data)
    return True


def _stop_abandoned(home: Path) -> None:
    # The data stays: only a person may delete it.
    for place in places.abandoned_by(home):
        _stop(place)


def _write(path: Path, text: str, account: Account) -> None:
    # Under another name, and renamed when complete: who may log in is nowhere else.
    new = path.with_name(f"{path.name}.new")
    new.write_text(text, encoding="utf-8", errors="surrogateescape")
    new.chmod(0o600)
    if not account.is_self:
        os.chown(new, account.uid, account.gid)
    new.replace(path)


def _first_error(log: Path, since: int) -> str:
    try:
        lines = log.read_bytes()[since:].decode(errors="replace").splitlines()
    except FileNotFoundError:
        return "no log written"
    errors = [line for line in lines if re.search("FATAL:|PANIC:|invalid value|unrecognized configuration", line)]
    return (errors or lines or ["no reason given"])[0].split("] ", 1)[-1]
