"""Checks of Shapefiles, plain or in a ZIP: present, complete and not truncated."""

import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from geo.loading.report import LoadRefused

PARTS = (".dbf", ".shx")
SHP_START = b"\0\0\x27\x0a"


def check_shapefile(path: Path) -> str:
    """Refuse a Shapefile that lacks parts or is truncated. Return GDAL's name for it."""
    siblings = {part.name.lower(): part for part in path.parent.iterdir()}
    _refuse_missing_parts(path.name, path.stem, set(siblings))
    _refuse_truncated(
        path.name,
        lambda suffix: (path if suffix == ".shp" else siblings[f"{path.stem}{suffix}".lower()]).open("rb"),
    )
    return str(path)


def check_zip(path: Path, layer: str) -> str:
    """Refuse a ZIP without a complete Shapefile.

    Return GDAL's name for the Shapefile that is named like the layer, or the only one.
    """
    try:
        with ZipFile(path) as archive:
            if broken := archive.testzip():
                raise LoadRefused(f"{path.name} is damaged at {broken}.", "Pack the Shapefile again.")
            members = {name.lower(): name for name in archive.namelist()}
            chosen = _choose(path, list(members.values()), layer)
            _refuse_missing_parts(path.name, chosen[:-4], set(members))
            _refuse_truncated(path.name, lambda suffix: _seekable(archive, members[f"{chosen[:-4]}{suffix}".lower()]))
    except RuntimeError as error:
        # zipfile raises this for passwords and for compression methods that it does not support.
        raise LoadRefused(
            f"{path.name} is encrypted, or compressed in an unusual way.", "Pack the Shapefile as a plain ZIP."
        ) from error
    except (BadZipFile, OSError) as error:
        raise LoadRefused(f"{path.name} is not a ZIP archive, or is damaged.", "Pack the Shapefile again.") from error
    return f"/vsizip/{{{path}}}/{chosen}"


def _seekable(archive: ZipFile, member: str) -> BinaryIO:
    return archive.open(member)  # pyright: ignore[reportReturnType]


def _choose(path: Path, names: list[str], layer: str) -> str:
    shapefiles = [name for name in names if name.lower().endswith(".shp")]
    if not shapefiles:
        found = ", ".join(names[:5]) or "nothing"
        raise LoadRefused(
            f"{path.name} contains no Shapefile (but {found}).",
            "Pack the .shp, .shx, .dbf and .prj files, or unpack a file of another format and load that.",
        )
    named = [name for name in shapefiles if PurePosixPath(name).stem.lower() == layer]
    if len(named) == 1 or len(shapefiles) == 1:
        return (named or shapefiles)[0]
    raise LoadRefused(
        f"{path.name} has several Shapefiles ({', '.join(shapefiles)}), none of them named {layer}.",
        f"Rename the intended one to {layer}.shp, or pack only that one.",
    )


def _refuse_missing_parts(name: str, stem: str, present: set[str]) -> None:
    missing = [suffix for suffix in PARTS if f"{stem}{suffix}".lower() not in present]
    if missing:
        raise LoadRefused(
            f"{name} lacks the {' and '.join(missing)} file of {PurePosixPath(stem).name}.shp.",
            "A Shapefile consists of .shp, .shx, .dbf, .prj and sometimes .cpg files: all of them are needed.",
        )


def _refuse_truncated(name: str, open_part: Callable[[str], BinaryIO]) -> None:
    """Compare the length of the files with their headers, as GDAL reads missing parts as features without geometry."""
    with open_part(".shp") as file:
        header, size = file.read(28), file.seek(0, os.SEEK_END)
    if not header.startswith(SHP_START):
        raise LoadRefused(f"{name} is not a Shapefile, or is damaged.", "Export the data again.")
    short = size < 2 * int.from_bytes(header[24:28], "big")
    with open_part(".dbf") as file:
        header, size = file.read(12), file.seek(0, os.SEEK_END)
    records, start, length = (int.from_bytes(header[begin:end], "little") for begin, end in ((4, 8), (8, 10), (10, 12)))
    if short or size < start + records * length:
        raise LoadRefused(f"{name} is truncated.", "Get the whole file again.")
