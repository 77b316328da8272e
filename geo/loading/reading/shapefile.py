"""Checks of Shapefiles: complete and not truncated."""

import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from geo.loading.reasons import of_files, of_refusals
from geo.loading.report import LoadRefused
from geo.text import Text

PARTS = (".dbf", ".shx")
SHP_START = b"\0\0\x27\x0a"


def check_shapefile(path: Path) -> None:
    """Refuse a Shapefile that lacks parts or is truncated."""
    siblings = {part.name.lower(): part for part in path.parent.iterdir()}
    _refuse_missing_parts(path.name, path.stem, set(siblings))
    _refuse_truncated(
        path.name,
        lambda suffix: (path if suffix == ".shp" else siblings[f"{path.stem}{suffix}".lower()]).open("rb"),
    )


def _refuse_missing_parts(name: str, stem: str, present: set[str]) -> None:
    missing = [suffix for suffix in PARTS if f"{stem}{suffix}".lower() not in present]
    if missing:
        raise LoadRefused(
            of_files.parts_missing(name, PurePosixPath(stem).name, missing),
            Text(
                "Ein Shapefile besteht aus .shp, .shx, .dbf, .prj und manchmal .cpg: Sie werden alle gebraucht.",
                "A Shapefile consists of .shp, .shx, .dbf, .prj and sometimes .cpg files: all of them are needed.",
            ),
        )


def _refuse_truncated(name: str, open_part: Callable[[str], BinaryIO]) -> None:
    """Compare the length of the files with their headers, as GDAL reads missing parts as features without geometry."""
    with open_part(".shp") as file:
        header, size = file.read(28), file.seek(0, os.SEEK_END)
    if not header.startswith(SHP_START):
        raise LoadRefused(
            Text(f"{name} ist kein Shapefile, oder es ist beschädigt.", f"{name} is not a Shapefile, or is damaged."),
            of_refusals.EXPORT_AGAIN,
        )
    short = size < 2 * int.from_bytes(header[24:28], "big")
    with open_part(".dbf") as file:
        header, size = file.read(12), file.seek(0, os.SEEK_END)
    records, start, length = (int.from_bytes(header[begin:end], "little") for begin, end in ((4, 8), (8, 10), (10, 12)))
    if short or size < start + records * length:
        raise LoadRefused(of_refusals.truncated(name), of_refusals.GET_WHOLE)
