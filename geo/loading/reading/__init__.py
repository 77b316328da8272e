"""Readers that turn files into streams of batches, one per format, chosen by the file's suffix."""

from pathlib import Path

from geo.loading.reading.features import open_features
from geo.loading.reading.gis import FORMATS, GisSource
from geo.loading.reading.ods import OdsBook
from geo.loading.reading.parquet import ParquetSource
from geo.loading.reading.sheet import SheetSource
from geo.loading.reading.source import Batch, Source
from geo.loading.reading.text import CsvSource
from geo.loading.reading.xlsx import XlsxBook
from geo.loading.reading_options import ReadingOptions
from geo.loading.report import LoadRefused

__all__ = ["Batch", "ReadingOptions", "Source", "open_source"]

TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
READABLE = "CSV (also .csv.gz), XLSX, ODS, GeoJSON, GeoPackage, Shapefile (.shp or .zip), FlatGeobuf and GeoParquet"


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
        return SheetSource(XlsxBook(path), layer, options)
    if suffix == ".ods":
        return SheetSource(OdsBook(path), layer, options)
    if suffix in {".parquet", ".geoparquet"}:
        return ParquetSource(path)
    if suffix in {".geojson", ".json"} and (features := open_features(path, options)):
        return features
    if suffix in {*FORMATS, ".shp", ".zip"}:
        return GisSource(path, layer, options)
    raise LoadRefused(f"{path.name} has an unsupported format.", f"Supported formats are {READABLE}.")


def _refuse_unreadable(path: Path) -> None:
    if not path.is_file():
        raise LoadRefused(f"There is no file {path}.", "Check the path.")
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise LoadRefused(f"{path.name} cannot be opened ({error.strerror}).", "Check its permissions.") from error
    if empty:
        raise LoadRefused(f"{path.name} is empty.", "Get the file again.")
