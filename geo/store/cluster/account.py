"""The operating-system account that the private server runs as."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from geo.errors import ClusterError
from geo.store.cluster.binaries import ALTERNATIVES
from geo.text import Text

ROOT = 0


@dataclass(frozen=True)
class Account:
    """An account: its name, user id and group id."""

    name: str
    uid: int
    gid: int

    @property
    def is_self(self) -> bool:
        """Whether this process runs as the account."""
        return self.uid == os.geteuid()


def account_of(uid: int) -> Account:
    """Return the account with this user id. Raises ClusterError if it has no name."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        # PostgreSQL itself needs the name, for initdb and for peer authentication.
        raise ClusterError(
            Text(f"Der Benutzer {uid} hat keinen Namen in /etc/passwd.", f"User {uid} has no name in /etc/passwd."),
            Text(f"Ergänzen Sie ihn, oder {ALTERNATIVES.de}.", f"Add one, or {ALTERNATIVES.en}."),
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def default_account() -> Account:
    """Return the account for a new server: that of this process, or `postgres` if this is root.

    PostgreSQL refuses to run as root. Raises ClusterError if this is root and there is no account `postgres`.
    """
    if os.geteuid() != ROOT:
        return account_of(os.geteuid())
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        raise ClusterError(
            Text(
                "PostgreSQL läuft nicht als root, und auf diesem Rechner gibt es keinen Benutzer `postgres`.",
                "PostgreSQL refuses to run as root, and there is no user `postgres` on this machine.",
            ),
            Text(
                f"Führen Sie `make setup` oder `useradd --system postgres` aus, oder {ALTERNATIVES.de}.",
                f"Run `make setup` or `useradd --system postgres`, or {ALTERNATIVES.en}.",
            ),
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def run_as(account: Account, command: Sequence[str | Path], stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command as the account and return the completed process; the caller checks its exit status.

    Raises ClusterError if the account may not run it.
    """
    # PGDATA, PGPORT and the like refer to the caller's other servers. LC_ALL=C, since we quote messages in English.
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
    environment["LC_ALL"] = "C"
    other = {} if account.is_self else {"user": account.uid, "group": account.gid, "extra_groups": ()}
    try:
        # In the root folder, since the account may lack access to the current one.
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
            Text(
                f"Der Benutzer {account.name} kann {command[0]} nicht ausführen (Meldung: {error.strerror}).",
                f"User {account.name} cannot run {command[0]} ({error.strerror}).",
            ),
            Text(f"Erlauben Sie es, oder {ALTERNATIVES.de}.", f"Allow it, or {ALTERNATIVES.en}."),
        ) from error
