"""Keeps a folder of dated backups: one more at each run, and the oldest removed."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from geo.backups.contents import UnusableBackup, read_contents
from geo.backups.writing import back_up
from geo.errors import FlurwerkError
from geo.settings import Settings
from geo.text import Text

NEW = "flurwerk-new.dump"
"""The name of a backup until it has been read. Always the same, so that the next run removes what a killed one left."""
FORM = "flurwerk-%Y%m%dT%H%M%SZ.dump"
"""The names of dated backups. In UTC, since the city's time repeats an hour each autumn."""
DATED = re.compile(r"flurwerk-\d{8}T\d{6}Z\.dump")


class Kept(NamedTuple):
    """What a run has done: the new backup, what was found in it, what it lacks, and the older ones that it removed."""

    file: Path
    rows: int
    lacking: list[str]
    removed: list[Path]


def back_up_keeping(settings: Settings, folder: Path, number: int) -> Kept:
    """Write a dated backup to the folder, which is made if it is missing, and keep this one and the newest others.

    ``number`` backups stay, at least 1. An older one is removed only after the new one was read to its end, so as long
    as backups fail nothing is removed; files with other names are never touched. Raises what `back_up` raises,
    UnusableBackup if the new file cannot be read (it then ends with `.unusable`), and FlurwerkError if another run is
    at work in the folder, or has made a backup in this second.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone_in(folder):
        file = folder / datetime.now(UTC).strftime(FORM)
        if file.exists():
            raise FlurwerkError(
                Text(f"{file} gibt es schon.", f"{file} exists already."),
                Text(
                    "Je Sekunde kann nur eine Sicherung aufgehoben werden; versuchen Sie es noch einmal.",
                    "Only one backup a second can be kept; try again.",
                ),
            )
        lacking = back_up(settings, folder / NEW)
        try:
            rows = sum(read_contents(folder / NEW).rows.values())
        except UnusableBackup:
            (folder / NEW).rename(file.with_suffix(".unusable"))
            raise
        (folder / NEW).rename(file)
        return Kept(file, rows, lacking, _remove_older(file, number))


def _remove_older(file: Path, number: int) -> list[Path]:
    """Remove all dated backups beside the new one but the newest, so that as many stay; return the removed ones."""
    # Not by their names alone: if the clock was wrong once, older ones may be named after a day that is to come.
    beside = (each for each in file.parent.iterdir() if DATED.fullmatch(each.name) and each != file)
    removed = sorted(beside, reverse=True)[number - 1 :]
    for each in removed:
        each.unlink(missing_ok=True)
    return removed


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FlurwerkError(
                Text(f"Eine andere Sicherung nach {folder} ist im Gange.", f"Another backup to {folder} is at work."),
                Text("Warten Sie, bis sie fertig ist.", "Wait until it has ended."),
            ) from None
        yield
    finally:
        os.close(handle)
