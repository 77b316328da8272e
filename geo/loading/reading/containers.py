"""ZIP archives: which of their files is meant, unpacked to a temporary folder."""

import shutil
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from geo.formatting import number
from geo.loading.reading.markup import LOCKED
from geo.loading.reasons import of_refusals
from geo.loading.report import LoadRefused
from geo.text import Text

LARGEST_UNPACKED = 4 << 30
"""More bytes than any delivery of a city, and fewer than a small archive can be made to expand to."""

TABLES = frozenset({".csv", ".tsv", ".xlsx", ".xlsm", ".ods"})
SINGLE = frozenset({".gpkg", ".geojson", ".jsonfg", ".fgb", ".gml", ".kml", ".dxf", ".parquet", ".geoparquet"}) | TABLES
# Formats of several files with one stem: the suffix of the main one, and of those that GDAL reads with it.
COMPANIONS = {
    ".shp": frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"}),
    ".tab": frozenset({".tab", ".dat", ".map", ".id", ".ind"}),
    ".mif": frozenset({".mif", ".mid"}),
}
# Often a description of the data; taken only if there is nothing else.
LESSER = frozenset({".json"})
GEODATABASE_TABLE = ".gdbtable"
PACK_ITSELF = Text(
    "Packen Sie das Shapefile (.shp, .shx, .dbf, .prj), das GeoPackage oder die Tabelle selbst, nicht in einem "
    "weiteren Archiv.",
    "Pack the Shapefile (.shp, .shx, .dbf, .prj), GeoPackage or table itself, not in another archive.",
)
LITTER = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Member:
    """One data set in an archive: its path as shown to users, and the files that belong to it."""

    path: PurePosixPath
    files: tuple[ZipInfo, ...]

    @property
    def suffix(self) -> str:
        """The suffix in lower case."""
        return self.path.suffix.lower()

    def is_named(self, name: str) -> bool:
        """Return whether the name is that of the file, with or without its folder and its suffix."""
        path = self.path
        return name.lower() in {str(path).lower(), path.name.lower(), path.stem.lower()}


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A data set unpacked to a temporary folder, which whoever reads it removes."""

    path: Path
    folder: Path
    is_named: bool
    """Whether users chose it by its name."""


def unpack(path: Path, layer: str, wanted: str | None) -> Unpacked:
    """Unpack the data set named ``wanted``, or else the only one, or else the one named like the layer.

    Raises LoadRefused if the archive is damaged, encrypted or too large, or if it is not clear what is meant.
    """
    folder = Path(tempfile.mkdtemp(prefix="flurwerk-"))
    try:
        return _unpack(path, folder, layer, wanted)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _unpack(path: Path, folder: Path, layer: str, wanted: str | None) -> Unpacked:
    try:
        with ZipFile(path) as archive:
            member, is_named = _choose(path.name, _members(archive.infolist()), layer, wanted)
            _refuse_secret_and_large(path.name, member, shutil.disk_usage(folder).free)
            target = folder / member.path.name
            for info in member.files:
                _extract(archive, info, target)
    except (BadZipFile, zlib.error, EOFError, OSError) as error:
        raise LoadRefused(
            Text(
                f"{path.name} ist kein ZIP-Archiv, oder es ist beschädigt.",
                f"{path.name} is not a ZIP archive, or is damaged.",
            ),
            Text("Packen Sie es noch einmal.", "Pack it again."),
        ) from error
    except LOCKED as error:
        raise _locked(path.name) from error
    return Unpacked(target, folder, is_named)


def _extract(archive: ZipFile, info: ZipInfo, target: Path) -> None:
    # Only the last part of the name, so that none leads out of the folder.
    name = _plain_path(info).name
    if target.suffix.lower() == ".gdb":
        target.mkdir(exist_ok=True)
        place = target / name
    else:
        place = target.with_name(name)
    with archive.open(info) as packed, place.open("wb") as file:
        shutil.copyfileobj(packed, file, 1 << 20)


def _plain_path(info: ZipInfo) -> PurePosixPath:
    # Some Windows programs write backslashes, which the format does not allow.
    return PurePosixPath(info.orig_filename.replace("\\", "/") if "\\" in info.orig_filename else info.filename)


def _members(infos: Sequence[ZipInfo]) -> tuple[list[Member], list[str]]:
    """Return the data sets, and the names of all files that are not Finder's or Windows's own."""
    files = [(_plain_path(info), info) for info in infos if not info.is_dir() and not info.filename.endswith("\\")]
    files = [(path, info) for path, info in files if not LITTER & {*path.parts} and not path.name.startswith("._")]
    names = [str(path) for path, _ in files]
    members = [
        Member(path, _belonging(path, files)) for path, _ in files if path.suffix.lower() in SINGLE | COMPANIONS.keys()
    ]
    members += _geodatabases(files)
    lesser = [Member(path, (info,)) for path, info in files if path.suffix.lower() in LESSER]
    return members or lesser, names


def _belonging(main: PurePosixPath, files: Sequence[tuple[PurePosixPath, ZipInfo]]) -> tuple[ZipInfo, ...]:
    suffixes = COMPANIONS.get(main.suffix.lower())
    if suffixes is None:
        return tuple(info for path, info in files if path == main)
    stem = main.stem.lower()
    return tuple(
        info
        for path, info in files
        if path.parent == main.parent and path.stem.lower() == stem and path.suffix.lower() in suffixes
    )


def _geodatabases(files: Sequence[tuple[PurePosixPath, ZipInfo]]) -> list[Member]:
    folders = dict.fromkeys(path.parent for path, _ in files if path.suffix.lower() == GEODATABASE_TABLE)
    return [
        Member(
            folder if folder.suffix.lower() == ".gdb" else PurePosixPath(f"{folder.name or 'data'}.gdb"),
            tuple(info for path, info in files if path.parent == folder),
        )
        for folder in folders
    ]


def _choose(name: str, found: tuple[list[Member], list[str]], layer: str, wanted: str | None) -> tuple[Member, bool]:
    members, names = found
    if not members:
        listed = ", ".join(names[:5])
        raise LoadRefused(
            Text(
                f"{name} enthält keine Datei, die geladen werden kann (sondern {listed or 'nichts'}).",
                f"{name} contains no file that can be loaded (but {listed or 'nothing'}).",
            ),
            PACK_ITSELF,
        )
    if wanted and (chosen := [member for member in members if member.is_named(wanted)]):
        if len(chosen) == 1:
            return chosen[0], True
        members = chosen
    if len(members) == 1:
        return members[0], False
    if not wanted and len(named := [member for member in members if member.is_named(layer)]) == 1:
        return named[0], False
    listed = ", ".join(str(member.path) for member in members)
    none = of_refusals.none_named(wanted or layer)
    first = members[0].path.name
    raise LoadRefused(
        Text(
            f"{name} enthält mehrere Dateien ({listed}){none.de}.",
            f"{name} contains several files ({listed}){none.en}.",
        ),
        Text(f"Nennen Sie die gemeinte: --layer {first}", f"Name the intended one: --layer {first}"),
    )


def _refuse_secret_and_large(name: str, member: Member, free: int) -> None:
    if any(info.flag_bits & 1 for info in member.files):
        raise _locked(name)
    size, limit = sum(info.file_size for info in member.files), min(LARGEST_UNPACKED, free // 2)
    if size > limit:
        unpacked, allowed = (Decimal(f"{count / 1e9:.1f}") for count in (size, limit))
        raise LoadRefused(
            Text(
                f"{name} wird entpackt {number(unpacked)} GB groß, mehr als die {number(allowed)} GB, die erlaubt "
                "oder hier frei sind.",
                f"{name} expands to {unpacked} GB, more than the {allowed} GB that are allowed or free here.",
            ),
            Text(
                "Soll es so groß sein, entpacken Sie es, und laden Sie die Datei selbst.",
                "Unpack it and load the file itself, if it is meant to be that large.",
            ),
        )


def _locked(name: str) -> LoadRefused:
    return LoadRefused(
        of_refusals.encrypted(name),
        Text(
            "Packen Sie es als gewöhnliches ZIP ohne Passwort.",
            "Pack it as a plain ZIP without a password.",
        ),
    )
