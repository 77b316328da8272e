"""The operating-system account that the private server runs as."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.errors import ClusterError
from geo.store.cluster.binaries import WAYS_OUT

ROOT = 0


@dataclass(frozen=True)
class Account:
    """An account: its name and its user and group number."""

    name: str
    uid: int
    gid: int

    @property
    def is_self(self) -> bool:
        """Whether this process runs as the account."""
        return self.uid == os.geteuid()


def account_of(uid: int) -> Account:
    """Return the account with this user number. Raises ClusterError if it has no name."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        # PostgreSQL itself needs the name, for initdb and for peer authentication.
        raise ClusterError(f"User {uid} has no name in /etc/passwd.", f"Add one, or {WAYS_OUT}.") from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def default_account() -> Account:
    """Return who runs a new server: this process's account, for root `postgres` (PostgreSQL refuses root).

    Raises ClusterError if root finds no account `postgres`.
    """
    if os.geteuid() != ROOT:
        return account_of(os.geteuid())
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        raise ClusterError(
            "PostgreSQL refuses to run as root, and there is no user `postgres` here.",
            f"Run `make setup` or `useradd --system postgres`, or {WAYS_OUT}.",
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def run_as(account: Account, command: Sequence[str | Path], stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command as the account and return what it said; the caller looks at its exit status.

    Raises ClusterError if the account may not run it.
    """
    # PGDATA, PGPORT and the like belong to the caller's other servers. Messages that we quote are in English.
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
    environment["LC_ALL"] = "C"
    other = {} if account.is_self else {"user": account.uid, "group": account.gid, "extra_groups": ()}
    try:
        # From the root folder, since the account may not be allowed into the current one.
        return subprocess.run(
            [os.fspath(part) for part in command],
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            input=stdin,
            cwd="/",
            env=environment,
            umask=0o077,
            **other,
        )
    except OSError as error:
        raise ClusterError(
            f"User {account.name} cannot run {command[0]} ({error.strerror}).", f"Allow it, or {WAYS_OUT}."
        ) from error
