"""Finds the PostgreSQL installations of this machine, and whether they have PostGIS."""

import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from geo.errors import ClusterError
from geo.text import Text

ALTERNATIVES = Text(
    "setzen Sie FLURWERK_DATABASE_URL auf eine PostGIS-Datenbank, oder nehmen Sie `docker compose up`",
    "set FLURWERK_DATABASE_URL to a PostGIS database, or use `docker compose up`",
)

_PACKAGED = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
_PROGRAMS = ("postgres", "initdb", "pg_ctl")


@dataclass(frozen=True)
class Installation:
    """One installed PostgreSQL: its major version, the folder of its programs, and whether it has PostGIS."""

    major: int
    bindir: Path
    has_postgis: bool


def program_folders() -> list[Path]:
    """Return the folders that may contain PostgreSQL's programs: that of `pg_config`, then those of packages."""
    folders = []
    if (pg_config := shutil.which("pg_config")) and (bindir := _output_of(pg_config, "--bindir")):
        folders.append(Path(bindir))
    for pattern in _PACKAGED:
        folders += sorted(Path("/").glob(pattern.lstrip("/")))
    return folders


def installations(folders: Iterable[Path]) -> list[Installation]:
    """Return the PostgreSQL servers in these folders, newest first."""
    found: dict[Path, Installation] = {}
    for folder in folders:
        if all((folder / program).is_file() for program in _PROGRAMS):
            major = re.search(r"\d+", _output_of(folder / "postgres", "--version"))
            # Look for the library, since the package with the SQL scripts may be installed without it.
            libraries = Path(_output_of(folder / "pg_config", "--pkglibdir") or folder)
            has_postgis = any(libraries.glob("postgis-*"))
            if major:
                found[folder.resolve()] = Installation(int(major[0]), folder, has_postgis)
    return sorted(found.values(), key=lambda each: each.major, reverse=True)


def find_installation(data: Path, folders: Iterable[Path] | None = None) -> Installation:
    """Return the newest PostgreSQL with PostGIS; for existing data, the one with the data's major version.

    If there is none, raises ClusterError naming the package to install.
    """
    installed = installations(program_folders() if folders is None else folders)
    usable = [each for each in installed if each.has_postgis]
    data_major = _major_of(data)
    if data_major:
        usable = [each for each in usable if each.major == data_major]
        if not usable and any(each.has_postgis for each in installed):
            raise _wrong_major(data, data_major, installed)
    if usable:
        return usable[0]
    if installed:
        major = installed[0].major
        raise ClusterError(
            Text(
                f"PostgreSQL {major} ist installiert, aber ohne die Erweiterung PostGIS.",
                f"PostgreSQL {major} is installed, but its extension PostGIS is not.",
            ),
            Text(
                f"Führen Sie `make setup` oder `apt-get install postgresql-{major}-postgis-3` aus, "
                f"oder {ALTERNATIVES.de}.",
                f"Run `make setup` or `apt-get install postgresql-{major}-postgis-3`, or {ALTERNATIVES.en}.",
            ),
        )
    raise ClusterError(
        Text("PostgreSQL mit PostGIS ist nicht installiert.", "PostgreSQL with PostGIS is not installed."),
        Text(
            "Führen Sie `make setup` oder `apt-get install postgresql-postgis` (Debian, Ubuntu) "
            f"aus, oder {ALTERNATIVES.de}.",
            f"Run `make setup` or `apt-get install postgresql-postgis` (Debian, Ubuntu), or {ALTERNATIVES.en}.",
        ),
    )


def _major_of(data: Path) -> int | None:
    version = data / "PG_VERSION"
    if not version.exists():
        return None
    digits = re.match(r"\d+", version.read_text(errors="replace"))
    if not digits:
        raise ClusterError(
            Text(f"{version} ist beschädigt.", f"{version} is damaged."),
            Text(
                f"Stellen Sie es wieder her, oder verschieben Sie {data.parent}, um neu zu beginnen.",
                f"Restore it, or move {data.parent} away to start over.",
            ),
        )
    return int(digits[0])


def _wrong_major(data: Path, data_major: int, installed: list[Installation]) -> ClusterError:
    majors = " and ".join(str(each.major) for each in installed if each.has_postgis)
    return ClusterError(
        Text(
            f"Die private Datenbank stammt von PostgreSQL {data_major}; mit PostGIS installiert: {majors}.",
            f"The private database was made by PostgreSQL {data_major}; installed with PostGIS: {majors}.",
        ),
        Text(
            f"Installieren Sie postgresql-{data_major}-postgis-3, oder verschieben Sie den Ordner "
            f"{data.parent}, um neu zu beginnen.",
            f"Install postgresql-{data_major}-postgis-3, or move the folder {data.parent} away to start over.",
        ),
    )


def _output_of(program: Path | str, option: str) -> str:
    try:
        answer = subprocess.run(
            [program, option], check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
    except OSError:
        return ""
    # Debian's wrapper of pg_config exits with 1 if no development package is installed.
    return answer.stdout.strip() if answer.returncode == 0 else ""
