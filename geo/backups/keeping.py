"""Keeps a folder of dated backups: one more at each run, and the oldest removed."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from geo.backups.contents import UnusableBackup, read_contents
from geo.backups.writing import back_up
from geo.errors import FlurwerkError
from geo.settings import Settings

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
    UnusableBackup if the new file cannot be read (it then ends with `.unusable`), and FlurwerkError if there is a
    backup of this second already.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / datetime.now(UTC).strftime(FORM)
    if file.exists():
        raise FlurwerkError(f"{file} exists already.", "Only one backup a second can be kept; try again.")
    lacking = back_up(settings, file)
    try:
        rows = sum(read_contents(file).rows.values())
    except UnusableBackup:
        file.rename(file.with_suffix(".unusable"))
        raise
    # Not by their names alone: if the clock was wrong once, older ones may be named after a day that is to come.
    others = sorted((each for each in folder.iterdir() if DATED.fullmatch(each.name) and each != file), reverse=True)
    removed = others[number - 1 :]
    for each in removed:
        each.unlink(missing_ok=True)
    return Kept(file, rows, lacking, removed)
