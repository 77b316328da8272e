"""``flurwerk db backup --keep``: dated files in a folder, of which the newest stay."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from geo.backups import keeping
from geo.migrate import MIGRATIONS
from geo.settings import Settings
from tests.test_cli import Command

LATER = "flurwerk-20991231T000000Z.dump"
OLD = [f"flurwerk-202301{day:02}T010000Z.dump" for day in range(1, 6)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with five backups, and files that are none."""
    folder = tmp_path / "backups"
    folder.mkdir()
    for name in (*OLD, "before.dump", "flurwerk-20230101T010000Z.dump.copy"):
        (folder / name).write_text(name)
    return folder


def names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """Files are made with at most the rights that the mask leaves, as UMask= of the unit does."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def test_the_newest_backups_stay_and_other_files_are_not_touched(flurwerk: Command, folder: Path) -> None:
    before = names(folder)
    out = flurwerk("db", "backup", "--keep", "3", str(folder)).stdout
    (new,) = names(folder) - before
    assert re.fullmatch(r"flurwerk-20\d{6}T\d{6}Z\.dump", new)
    assert before - names(folder) == set(OLD[:3])
    assert re.search(rf"^Wrote {folder / new} \(\d\.\d MB\), and read it again: \d+ rows\.$", out, re.MULTILINE)
    assert [line for line in out.splitlines() if line.startswith("Removed")] == [
        f"Removed {folder / name}." for name in reversed(OLD[:3])
    ]
    flurwerk("db", "restore", str(folder / new), "--dry-run")


def test_a_missing_folder_is_made_for_its_owner_alone(flurwerk: Command, tmp_path: Path) -> None:
    folder = tmp_path / "var" / "backups"
    with umask(0o077):
        flurwerk("db", "backup", "--keep", "1", str(folder))
    (new,) = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, new.stat().st_mode & 0o777) == (0o700, 0o600)


def test_the_new_backup_stays_though_the_clock_was_wrong_once(flurwerk: Command, folder: Path) -> None:
    """One named after a day that is to come counts as newer, but the one just made is never removed for it."""
    (folder / LATER).touch()
    flurwerk("db", "backup", "--keep", "1", str(folder))
    (new,) = {name for name in names(folder) if keeping.DATED.fullmatch(name)}
    assert new not in {LATER, *OLD}


def test_a_backup_that_fails_removes_nothing(folder: Path) -> None:
    before = names(folder)
    broken = Command("postgresql://nobody@127.0.0.1:1/nowhere")
    assert "The database does not answer" in broken("db", "backup", "--keep", "1", str(folder), exit_code=1).stderr
    assert names(folder) == before


def test_a_backup_that_cannot_be_read_removes_nothing_and_counts_for_none(
    flurwerk: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands in for a disk that loses what it was given."""

    def lose(_: Settings, file: Path) -> list[str]:
        file.write_bytes(b"PGDMP and then nothing")
        return []

    monkeypatch.setattr(keeping, "back_up", lose)
    before = names(folder)
    refused = flurwerk("db", "backup", "--keep", "1", str(folder), exit_code=1).stderr
    assert "is not a complete backup" in refused
    (unusable,) = names(folder) - before
    assert unusable.endswith("Z.unusable")
    assert before <= names(folder)


def test_what_a_killed_backup_left_is_removed_by_the_next(flurwerk: Command, folder: Path) -> None:
    """Whatever the moment: while pg_dump wrote, or before the file got its date."""
    left = {f"{keeping.NEW}.4711.part", keeping.NEW}
    for name in left:
        (folder / name).write_bytes(b"PGDMP and then nothing")
    flurwerk("db", "backup", "--keep", "9", str(folder))
    assert not left & names(folder)


def test_of_two_at_once_one_is_refused(flurwerk: Command, folder: Path) -> None:
    before = names(folder)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        refused = flurwerk("db", "backup", "--keep", "1", str(folder), exit_code=1).stderr
    finally:
        os.close(handle)
    assert f"Another backup to {folder} is at work." in refused
    assert names(folder) == before


def test_a_database_of_a_newer_version_is_backed_up_too(flurwerk: Command, url: str, folder: Path) -> None:
    """While two hosts are upgraded one after the other, the old one's timer goes on."""
    with psycopg.connect(url) as connection:
        connection.execute(f"insert into {MIGRATIONS} (name, checksum) values ('9999_next.sql', 'x')".encode())
    assert "and read it again" in flurwerk("db", "backup", "--keep", "1", str(folder)).stdout


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["{folder}"], "is a folder"),
        (["--keep", "3", "{folder}/before.dump"], "to a folder, and"),
        (["--keep", "0", "{folder}"], "0 is not in the range"),
    ],
)
def test_a_folder_without_a_number_and_a_file_with_one_are_refused(
    arguments: list[str], reason: str, flurwerk: Command, folder: Path
) -> None:
    before = names(folder)
    given = [each.format(folder=folder) for each in arguments]
    assert reason in flurwerk("db", "backup", *given, exit_code=2).stderr
    assert names(folder) == before
