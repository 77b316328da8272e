"""What systemd's settings of our units do to a process, imitated where systemd does not run.

A unit's ProtectSystem=strict, DynamicUser, ProtectHome, PrivateTmp, ProtectProc, ProcSubset, MemoryDenyWriteExecute and
UMask become namespaces, read-only mounts and an unknown user without a home. Its filter of calls is not imitated.
"""

import os
import shlex
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.remains import REPOSITORY

UNITS = REPOSITORY / "deploy" / "systemd"
PROGRAM = "/opt/flurwerk/bin/flurwerk"
USER = 63_456
"""One of systemd's dynamic users; it has no name here."""

ENTERING = """
set -eu
mount --make-rprivate /
mount -t tmpfs -o mode=755 kept /mnt
number=0
for path in $KEPT; do
    number=$((number + 1))
    mkdir /mnt/$number
    mount --bind $path /mnt/$number
done
for path in /home /root; do mount -t tmpfs -o mode=755 hidden $path; done
for path in /tmp /var/tmp /dev/shm; do mount -t tmpfs -o mode=1777 private $path; done
number=0
for path in $KEPT; do
    number=$((number + 1))
    mkdir -p $path
    mount --bind /mnt/$number $path
    umount /mnt/$number
done
umount /mnt
mount -t proc -o hidepid=invisible,subset=pid proc /proc 2>/dev/null || mount -t proc proc /proc
for path in / /home /root $KEPT; do mount -o remount,bind,ro $path; done
for path in $WRITABLE; do mount -o remount,bind,rw $path; done
umask 0077
cd /
exec setpriv --reuid $ACCOUNT --regid $ACCOUNT --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \\
    env --ignore-environment "$@"
"""
NO_WRITABLE_CODE = (
    "import ctypes, os, sys; ctypes.CDLL(None).prctl(65, 1, 0, 0, 0); os.execv(sys.argv[1], sys.argv[1:])"
)
"""Before a program: the kernel refuses it memory to be written and run (PR_SET_MDWE; before Linux 6.3 it does not)."""


class Unit:
    """A unit file: the values of each setting, in the order in which they stand there, by section."""

    def __init__(self, name: str | Path) -> None:
        self.path = UNITS / name
        self.sections: dict[str, dict[str, list[str]]] = {}
        section: dict[str, list[str]] = {}
        for line in self.path.read_text("utf-8").splitlines():
            if line.startswith("["):
                section = self.sections.setdefault(line.strip("[]"), {})
            elif line and not line.startswith(("#", ";")):
                name, _, value = line.partition("=")
                section.setdefault(name, []).append(value)

    def all(self, setting: str, section: str = "Service") -> list[str]:
        """All values of a setting."""
        return self.sections[section].get(setting, [])

    def one(self, setting: str, section: str = "Service") -> str:
        """The value of a setting that stands there once."""
        (value,) = self.all(setting, section)
        return value

    @property
    def environment(self) -> dict[str, str]:
        """The variables that the unit sets."""
        return dict(pair.split("=", 1) for line in self.all("Environment") for pair in shlex.split(line))

    @property
    def arguments(self) -> list[str]:
        """The arguments of the command that the unit starts."""
        program, *arguments = shlex.split(self.one("ExecStart"))
        assert program == PROGRAM
        return arguments


class Sandbox:
    """The folders that a unit may write, and its credentials, in a folder of the test's own.

    ``state`` and ``cache`` are those of a machine where the program is installed where the unit says, instead of in
    this checkout.
    """

    def __init__(
        self, folder: Path, credentials: Mapping[str, str], state: Path | None = None, cache: Path | None = None
    ) -> None:
        self.is_installed = state is not None
        self.state, self.cache = state or folder / "state", cache or folder / "cache"
        self.credentials = folder / "credentials"
        self.is_root = os.geteuid() == 0
        for place in (self.state, self.cache, self.credentials):
            (place / "flurwerk").mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, value in credentials.items():
            (self.credentials / name).write_text(value, encoding="utf-8")
        if self.is_root:
            for place in (folder, self.state / "flurwerk", self.cache / "flurwerk"):
                for path in (place, *place.rglob("*")):
                    os.chown(path, USER, USER)

    def starting(self, unit: Unit, arguments: Iterable[str] | None = None, **more: str) -> dict[str, Any]:
        """How to start what the unit starts, or the same program with other arguments: the options of a subprocess.

        ``more`` are further variables of the program's environment.
        """
        kept = {REPOSITORY, Path(sys.prefix).resolve(), Path(sys.base_prefix), self.state, self.cache, self.credentials}
        environment = {"PATH": "/usr/bin:/bin", **unit.environment, **more}
        program = [PROGRAM]
        if not self.is_installed:
            program = [sys.executable, "-m", "api.cli"]
            environment["PYTHONPATH"] = str(REPOSITORY)
        given = [f"{name}={self._expanded(value)}" for name, value in environment.items()]
        program = [sys.executable, "-c", NO_WRITABLE_CODE, *program]
        program += map(self._expanded, unit.arguments if arguments is None else arguments)
        namespaces = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
        if not self.is_root:
            namespaces.append("--map-root-user")
        entering = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "KEPT": " ".join(map(str, sorted(kept))),
            "WRITABLE": f"{self.state} {self.cache}",
            "ACCOUNT": str(USER if self.is_root else 0),
        }
        return {"args": [*namespaces, "sh", "-c", ENTERING, "sandbox", *given, *program], "env": entering}

    def _expanded(self, value: str) -> str:
        """Return the value with systemd's specifiers replaced."""
        for specifier, path in (("%d", self.credentials), ("%S", self.state), ("%C", self.cache)):
            value = value.replace(specifier, str(path))
        assert "%" not in value
        return value
