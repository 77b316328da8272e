"""The attributes of a GIS file as it stores them, read past GDAL where that would coerce what does not fit."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from geo.loading.converting.columns import RawColumn
from geo.loading.reading.dbf import Dbf
from geo.loading.reading.dbf_encoding import LANGUAGE_BYTE, dbf_encoding
from geo.loading.reading.geopackage import GeoPackageValues
from geo.loading.reasons import of_files
from geo.loading.report import LoadRefused
from geo.text import Text


class RawValues(Protocol):
    """The attributes of one layer of a file."""

    names: list[str]
    """All columns, those too that GDAL leaves out."""

    counted: int
    """The number of records in the file, counted without GDAL."""

    deleted: int
    """How many of them are marked as deleted; GDAL skips them."""

    @property
    def notes(self) -> Sequence[Text]:
        """What is to be told about the records read so far."""
        ...

    def inexact(self, names: Sequence[str]) -> list[str]:
        """Return those of the columns that GDAL would not deliver as they are stored."""
        ...

    def reading(self, names: Sequence[str]) -> AbstractContextManager[Callable[[list[int]], dict[str, RawColumn]]]:
        """Give a function that returns the columns of the next records, whose feature numbers GDAL has delivered."""
        ...


def raw_values(path: Path, layer: str, info: dict[str, Any], encoding: str | None) -> RawValues | None:
    """Return the attributes of a layer, or None if GDAL delivers those of its format exactly.

    ``info`` is what GDAL tells about the layer. Raises LoadRefused if the parts of
    a Shapefile do not belong together.
    """
    match info["driver"]:
        case "GPKG":
            return GeoPackageValues(path, layer, info)
        case "ESRI Shapefile":
            return _shapefile(path, info["features"], encoding)
    return None


def _shapefile(path: Path, shapes: int, encoding: str | None) -> Dbf:
    content, cpg = _parts(path)
    name = path.name
    dbf = Dbf(content, name, dbf_encoding(encoding, cpg, content[LANGUAGE_BYTE], name))
    if shapes not in {dbf.counted, dbf.counted - dbf.deleted}:
        raise LoadRefused(
            of_files.not_belonging(name, shapes, dbf.counted),
            Text(
                "Holen oder exportieren Sie das ganze Shapefile noch einmal.",
                "Get or export the whole Shapefile again.",
            ),
        )
    return dbf


def _parts(path: Path) -> tuple[Any, bytes | None]:
    """Return the content of the .dbf and the .cpg next to a .shp, whatever the case of their suffixes."""
    siblings = {part.name.lower(): part for part in path.parent.iterdir()}
    cpg = siblings.get(f"{path.stem}.cpg".lower())
    dbf = siblings[f"{path.stem}.dbf".lower()]
    return np.memmap(dbf, np.uint8, "r"), cpg.read_bytes() if cpg else None
