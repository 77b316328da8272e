"""PostgreSQL's client programs: which of the installed ones to use, and running them without telling passwords."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from signal import Signals
from typing import NamedTuple

from psycopg.conninfo import make_conninfo

from geo.errors import ConfigurationError, FlurwerkError
from geo.settings import PREFIX
from geo.store.cluster.binaries import program_folders
from geo.store.secrets import is_secret, parameters
from geo.text import Text

SERVICE = "flurwerk"
"""The name under which a service file (libpq's pg_service.conf) holds what has no environment variable."""


class ProgramFailed(FlurwerkError):
    """One of PostgreSQL's programs failed; the message has its reason."""


class Program(NamedTuple):
    """One installed program: its path and the version of PostgreSQL that it is of, such as `15.18`."""

    path: str
    version: str

    @property
    def major(self) -> int:
        """The major version."""
        return int(self.version.split(".")[0])


class Output(NamedTuple):
    """What a program that succeeded has printed."""

    stdout: str
    stderr: str


def installed(name: str) -> list[Program]:
    """Return all programs of that name, those in PATH first, then those of packages."""
    found: dict[str, Program] = {}
    for folder in [*os.get_exec_path(), *program_folders()]:
        path = shutil.which(name, path=str(folder))
        # Debian's wrapper in /usr/bin starts one of the others, by rules of its own.
        if path and Path(path).resolve().name == name and os.path.realpath(path) not in found:
            version = re.search(r"\d+(\.\d+)*", _version_of(path))
            if version:
                found[os.path.realpath(path)] = Program(path, version[0])
    return list(found.values())


def for_server(name: str, major: int) -> Program:
    """Return the program of the server's major version, else of the next newer one.

    None that is older than the server works with it. Raises ProgramFailed naming the package to install.
    """
    programs = installed(name)
    usable = [program for program in programs if program.major >= major]
    if usable:
        return min(usable, key=lambda program: program.major)
    if not programs:
        raise _not_installed(name, major)
    versions = " and ".join(program.version for program in programs)
    raise ProgramFailed(
        Text(
            f"Der Server der Datenbank ist PostgreSQL {major}, und {name} ist nur von {versions} "
            "installiert, das mit einem neueren Server nicht arbeiten kann.",
            f"The database's server is PostgreSQL {major}, and {name} is installed of {versions} only,"
            f" which cannot work with a newer server.",
        ),
        Text(
            f"Installieren Sie es: apt-get install postgresql-client-{major}.",
            f"Install it: apt-get install postgresql-client-{major}.",
        ),
    )


def newest(name: str) -> Program:
    """Return the newest of the installed programs of that name. Raises ProgramFailed if there is none."""
    programs = installed(name)
    if not programs:
        raise _not_installed(name)
    return max(programs, key=lambda program: program.major)


def run(
    program: Program, *arguments: str, also: Mapping[str, str] | None = None, keep_open: Sequence[int] = ()
) -> Output:
    """Run the program and return what it printed.

    ``also`` are variables of its environment, ``keep_open`` file descriptors that it inherits. Raises ProgramFailed
    with the program's reason.
    """
    done = subprocess.run(
        [program.path, *arguments], capture_output=True, check=False, pass_fds=keep_open, env=environment(also)
    )
    output = Output(*(each.decode(errors="surrogateescape") for each in (done.stdout, done.stderr)))
    if done.returncode != 0:
        raise failure(program, output.stderr, done.returncode)
    return output


def environment(also: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a program: ours without Flurwerk's own secrets, and with messages in English."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "LC_", "LANG"))}
    return {**ours, "LC_ALL": "C", **(also or {})}


def failure(program: Program, stderr: str, status: int = 1) -> ProgramFailed:
    """Return the error for what the program printed: its first line, and the DETAIL lines that name objects."""
    name = Path(program.path).name
    silent = f"it was ended by {Signals(-status).name}" if status < 0 else "it gave no reason"
    first, *others = stderr.strip().removeprefix(f"{name}: error: ").splitlines() or [silent]
    start = next((at for at, line in enumerate(others) if line.startswith("DETAIL:")), len(others))
    details = takewhile(lambda line: not line.startswith(("HINT:", "Command was:")), others[start:])
    reason = "; ".join([first, *(line.removeprefix("DETAIL:").strip() for line in details)]).removesuffix(".")
    return ProgramFailed(
        Text(
            f"{name} {program.version} ist gescheitert (Meldung: {reason}).",
            f"{name} {program.version} failed: {reason}.",
        )
    )


@contextmanager
def connecting(url: str) -> Iterator[tuple[str, dict[str, str], list[int]]]:
    """Yield how a program connects to the database of the URL, with no secret on its command line.

    That is the connection string without secrets, variables for its environment, and descriptors to keep open.
    Everybody on the machine sees command lines; an environment only the same user and root. Unlike in a file
    (PGPASSFILE), any password can be written there as it is, and nothing of it stays behind if we are killed. A secret
    for which libpq has no variable (the passphrase of the client's key) is in a service file without a name. Raises
    ConfigurationError if that is not possible.
    """
    given = list(parameters(url))
    shown = {each.keyword.decode(): (each.val or b"").decode() for each in given if not is_secret(each)}
    secrets = [each for each in given if is_secret(each)]
    variables = {each.envvar.decode(): (each.val or b"").decode() for each in secrets if each.envvar}
    unnamed = {each.keyword.decode(): (each.val or b"").decode() for each in secrets if not each.envvar}
    if not unnamed:
        yield make_conninfo(**shown), variables, []
        return
    if "service" in shown or "PGSERVICE" in os.environ or any(value != value.rstrip() for value in unnamed.values()):
        raise ConfigurationError(
            Text(
                f"An PostgreSQLs Programme lässt sich nicht weitergeben: {' and '.join(unnamed)}; die "
                "Verbindung hat eine eigene Dienstdatei, oder der Wert endet mit einem Leerzeichen.",
                f"{' and '.join(unnamed)} cannot be passed on to PostgreSQL's programs, since the connection has "
                "a service"
                " file of its own, or the value ends with a space.",
            ),
            Text(
                "Schreiben Sie es in die Dienstdatei, oder nehmen Sie einen Schlüssel ohne Passphrase.",
                "Write it into the service file, or use a key without a passphrase.",
            ),
        )
    with tempfile.TemporaryFile() as file:
        lines = [f"[{SERVICE}]", *(f"{name}={value}" for name, value in unnamed.items())]
        file.write("\n".join([*lines, ""]).encode())
        file.flush()
        path = f"/proc/self/fd/{file.fileno()}"
        yield make_conninfo(**shown), {**variables, "PGSERVICEFILE": path, "PGSERVICE": SERVICE}, [file.fileno()]


def _version_of(path: str) -> str:
    try:
        return subprocess.run([path, "--version"], capture_output=True, text=True, check=True, env=environment()).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


def _not_installed(name: str, major: int | None = None) -> ProgramFailed:
    package = f"postgresql-client-{major}" if major else "postgresql-client"
    return ProgramFailed(
        Text(f"{name} ist nicht installiert.", f"{name} is not installed."),
        Text(f"Installieren Sie es: apt-get install {package}.", f"Install it: apt-get install {package}."),
    )
