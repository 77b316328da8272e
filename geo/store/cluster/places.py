"""The folders of the private server's data, socket and log.

Normally everything is in `<home>/cluster`. If the server's account cannot enter or own that folder (in root's home,
on some network file systems), `<home>/cluster` is a link to a folder under /var/lib/flurwerk.
"""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from geo.errors import ClusterError
from geo.store.cluster.account import ROOT, Account, account_of, default_account, run_as
from geo.text import Text

STATE_FOLDER = Path("/var/lib/flurwerk")
SOCKET_NAME = ".s.PGSQL.5432"

# sun_path holds 108 bytes on Linux, including the terminating zero.
_LONGEST_SOCKET_PATH = 107
_BACK_LINK = "home"


@dataclass(frozen=True)
class Places:
    """The folder of one private server, and the account that owns it and runs the server."""

    folder: Path
    account: Account

    @property
    def data(self) -> Path:
        """The data directory."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.folder / "server.log"

    @property
    def socket_folder(self) -> Path:
        """The folder of the Unix socket: beside the data, or one with a short path if that cannot be used."""
        beside = self.folder / "run"
        path = str(beside / SOCKET_NAME)
        # libpq splits hosts at commas, and the server cannot parse a list of folders with quotation marks in it.
        if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH and not set(path) & {",", '"'}:
            return beside
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        return Path("/tmp") / f"flurwerk-{name}"


def locate(home: Path) -> Places | None:
    """Return the places of the home's server, or None if there is no server yet.

    Raises ClusterError if they belong to another user.
    """
    link = home / "cluster"
    try:
        folder = link.resolve(strict=True)
        owner = folder.stat().st_uid
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError as error:
        raise ClusterError(
            Text(f"Sie dürfen {home} nicht betreten.", f"You may not enter {home}."),
            Text("Setzen Sie FLURWERK_HOME auf einen eigenen Ordner.", "Set FLURWERK_HOME to a folder of your own."),
        ) from error
    if owner == ROOT:
        raise ClusterError(
            Text(
                f"{folder} gehört root, und PostgreSQL läuft nicht als root.",
                f"{folder} belongs to root, and PostgreSQL refuses to run as root.",
            ),
            Text(f"Führen Sie aus: `chown -R postgres: {folder}`.", f"Run `chown -R postgres: {folder}`."),
        )
    if os.geteuid() not in (owner, ROOT):
        raise ClusterError(
            Text(
                f"Die private Datenbank in {folder} gehört {account_of(owner).name}.",
                f"The private database in {folder} belongs to {account_of(owner).name}.",
            ),
            Text(
                "Arbeiten Sie als dieser Benutzer oder als root, oder setzen Sie FLURWERK_HOME auf "
                "einen eigenen Ordner.",
                "Work as that user or as root, or set FLURWERK_HOME to a folder of your own.",
            ),
        )
    if link.is_symlink() and _is_a_copy(link, folder):
        return None
    return Places(folder, account_of(owner))


def create(home: Path) -> Places:
    """Create the folder for a new server and return its places. Raises ClusterError if that is not possible."""
    account = default_account()
    link = home / "cluster"
    if link.is_symlink():
        link.unlink()
    try:
        # Under another name until it is ready, since `locate` does not hold the lock.
        new = Path(tempfile.mkdtemp(prefix="cluster-", dir=home))
        if account.is_self or _can_own(account, new):
            new.rename(link)
        else:
            new.rmdir()
            link.symlink_to(_create_elsewhere(home, account))
        return Places(link.resolve(), account)
    except OSError as error:
        raise ClusterError(
            Text(
                f"Die private Datenbank lässt sich in {home} nicht anlegen (Meldung: {error.strerror}).",
                f"The private database cannot be created in {home} ({error.strerror}).",
            ),
            Text(
                "Setzen Sie FLURWERK_HOME auf einen Ordner, in den Sie schreiben dürfen.",
                "Set FLURWERK_HOME to a folder that you may write to.",
            ),
        ) from error


def make_socket_folder(places: Places) -> Path:
    """Create or check the socket's folder and return it. Only the server's account may enter it.

    Raises ClusterError if another user owns it.
    """
    folder = places.socket_folder
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid not in (places.account.uid, os.geteuid()):
            raise ClusterError(
                Text(
                    f"{folder} ist kein Ordner des Benutzers {places.account.name}.",
                    f"{folder} is not a folder of user {places.account.name}.",
                ),
                Text("Entfernen Sie ihn, und versuchen Sie es noch einmal.", "Remove it and try again."),
            ) from None
        folder.chmod(0o700)
    if not places.account.is_self:
        os.chown(folder, places.account.uid, places.account.gid, follow_symlinks=False)
    return folder


def abandoned_by(home: Path) -> list[Places]:
    """Return the servers under /var/lib/flurwerk that this home used before its link was deleted."""
    if os.geteuid() != ROOT:
        return []
    folders = (file.parent for file in STATE_FOLDER.glob(f"*/{_BACK_LINK}") if _points_back(file, home))
    return [Places(folder, account_of(folder.stat().st_uid)) for folder in folders]


def remove(home: Path, places: Places) -> None:
    """Delete the server's folders and the link to them."""
    shutil.rmtree(places.folder)
    if places.socket_folder.parent != places.folder and places.socket_folder.is_dir():
        shutil.rmtree(places.socket_folder)
    (home / "cluster").unlink(missing_ok=True)


def _can_own(account: Account, folder: Path) -> bool:
    try:
        os.chown(folder, account.uid, account.gid)
    except OSError:
        return False
    return run_as(account, ["test", "-w", folder.resolve()]).returncode == 0


def _create_elsewhere(home: Path, account: Account) -> Path:
    STATE_FOLDER.mkdir(parents=True, exist_ok=True)
    # The account must be able to pass through, whatever root's umask is.
    STATE_FOLDER.chmod(0o755)
    folder = Path(tempfile.mkdtemp(prefix=f"{home.parent.name[:40]}-", dir=STATE_FOLDER))
    (folder / _BACK_LINK).write_bytes(os.fsencode(home))
    os.chown(folder, account.uid, account.gid)
    return folder


def _is_a_copy(link: Path, folder: Path) -> bool:
    """Return whether the link is part of a copied checkout whose original still uses the folder."""
    back_link = folder / _BACK_LINK
    if not back_link.exists() or _points_back(back_link, link.parent):
        return False
    original = Path(os.fsdecode(back_link.read_bytes())) / "cluster"
    if original.is_symlink() and original.resolve() == folder:
        return True
    back_link.write_bytes(os.fsencode(link.parent))
    return False


def _points_back(back_link: Path, home: Path) -> bool:
    return back_link.read_bytes() == os.fsencode(home)
