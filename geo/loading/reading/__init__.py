"""Readers that turn files into streams of batches, one per format, chosen by the file's suffix.

GDAL and openpyxl are imported when one of their files is opened: it takes more than a second, which tables of text need
not wait for.
"""

import shutil
import weakref
from dataclasses import replace
from pathlib import Path

from geo.loading.reading.containers import unpack
from geo.loading.reading.features import open_features
from geo.loading.reading.geojson import check_geojson
from geo.loading.reading.kml import KmlSource
from geo.loading.reading.parquet import ParquetSource
from geo.loading.reading.sheet import SheetSource
from geo.loading.reading.source import Batch, Source
from geo.loading.reading.text import CsvSource
from geo.loading.reading_options import ReadingOptions
from geo.loading.reasons import of_refusals
from geo.loading.report import LoadRefused
from geo.text import Text

__all__ = ["Batch", "ReadingOptions", "Source", "open_source"]

TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
READABLE = Text(
    "CSV (auch .csv.gz), XLSX, ODS, GeoPackage, Shapefile, GeoJSON, FlatGeobuf, GeoParquet, File-Geodatabase (.gdb), "
    "GML, KML, KMZ, DXF und MapInfo (.tab, .mif), jeweils auch in einem ZIP",
    "CSV (also .csv.gz), XLSX, ODS, GeoPackage, Shapefile, GeoJSON, FlatGeobuf, GeoParquet, file geodatabase (.gdb), "
    "GML, KML, KMZ, DXF and MapInfo (.tab, .mif), each also in a ZIP",
)


def open_source(path: Path, layer: str, options: ReadingOptions) -> Source:
    """Open a file of any supported format.

    If it has several layers or sheets, the one that the options name is read, else the one named ``layer``.

    Raises LoadRefused if the file is missing, empty, damaged or of another format.
    """
    _refuse_unreadable(path)
    suffix = path.suffix.lower()
    if suffix in TEXT_SUFFIXES or (suffix == ".gz" and Path(path.stem).suffix.lower() in TEXT_SUFFIXES):
        return CsvSource(path, options)
    if suffix in {".xlsx", ".xlsm"}:
        from geo.loading.reading.xlsx import XlsxBook

        return SheetSource(XlsxBook(path), layer, options)
    if suffix == ".ods":
        from geo.loading.reading.ods import OdsBook

        return SheetSource(OdsBook(path), layer, options)
    if suffix in {".parquet", ".geoparquet"}:
        return ParquetSource(path)
    if suffix in {".zip", ".kmz"}:
        return _unpacked(path, layer, options)
    if suffix == ".kml":
        return KmlSource(path, layer, options)
    if suffix == ".dxf":
        from geo.loading.reading.dxf import DxfSource

        return DxfSource(path, layer, options)
    if suffix == ".fgb":
        from geo.loading.reading.flatgeobuf import FlatGeobufSource

        return FlatGeobufSource(path, layer, options)
    if suffix in {".tab", ".mif"}:
        from geo.loading.reading.mapinfo import MapInfoSource

        return MapInfoSource(path, layer, options)
    if suffix in {".geojson", ".json", ".jsonfg"}:
        # Other encodings, and sequences of features, are only read here: what they name is read by the same code.
        with path.open("rb") as file:
            is_plain = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
        named_crs = check_geojson(path) if is_plain else None
        if features := open_features(path, layer, options):
            features.adopt_crs(named_crs)
            return features
    from geo.loading.reading.formats import FORMATS
    from geo.loading.reading.gis import GisSource

    if suffix in FORMATS:
        return GisSource(path, layer, options)
    raise LoadRefused(
        Text(f"Das Format von {path.name} kann nicht gelesen werden.", f"{path.name} has an unsupported format."),
        Text(f"Lesbar sind {READABLE.de}.", f"Supported formats are {READABLE.en}."),
    )


def _unpacked(path: Path, layer: str, options: ReadingOptions) -> Source:
    unpacked = unpack(path, layer, options.layer)
    try:
        source = open_source(unpacked.path, layer, replace(options, layer=None) if unpacked.is_named else options)
    except BaseException:
        shutil.rmtree(unpacked.folder, ignore_errors=True)
        raise
    weakref.finalize(source, shutil.rmtree, unpacked.folder, ignore_errors=True)
    return source


def _refuse_unreadable(path: Path) -> None:
    if path.is_dir() and path.suffix.lower() == ".gdb":
        return
    if not path.is_file():
        raise LoadRefused(Text(f"Die Datei {path} gibt es nicht.", f"There is no file {path}."), of_refusals.CHECK_PATH)
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        cause = of_refusals.cause(error)
        raise LoadRefused(
            Text(
                f"{path.name} kann nicht geöffnet werden ({cause.de}).", f"{path.name} cannot be opened ({cause.en})."
            ),
            Text("Prüfen Sie, wer sie lesen darf.", "Check its permissions."),
        ) from error
    if empty:
        raise LoadRefused(
            Text(f"{path.name} ist leer.", f"{path.name} is empty."),
            Text("Holen Sie die Datei noch einmal.", "Get the file again."),
        )
