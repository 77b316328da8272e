"""The terms in which files of records are described."""

from dataclasses import dataclass
from enum import StrEnum

from geo.errors import FlurwerkError
from geo.records.features import Asked
from geo.records.layers.layer import Audience, Layer, Text
from geo.settings import Language


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format of files. ``most_rows``: what one file can hold, where that is bounded."""

    key: str
    media_type: str
    suffix: str
    title: Text
    most_rows: int | None = None


FILES: dict[str, FileFormat] = {
    known.key: known
    for known in (
        FileFormat("csv", "text/csv", ".csv", Text("CSV (Text)", "CSV (text)")),
        FileFormat(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ".xlsx",
            Text("Excel (XLSX)", "Excel (XLSX)"),
            # A sheet's rows, less the header.
            most_rows=1_048_575,
        ),
        FileFormat("gpkg", "application/geopackage+sqlite3", ".gpkg", Text("GeoPackage", "GeoPackage")),
        FileFormat("fgb", "application/flatgeobuf", ".fgb", Text("FlatGeobuf", "FlatGeobuf")),
        FileFormat("parquet", "application/vnd.apache.parquet", ".parquet", Text("GeoParquet", "GeoParquet")),
    )
}
"""The formats of files by their key."""

TABLES = ("csv", "xlsx")
"""The formats that have no geometry of their own: it stands in their cells."""


class Kind(StrEnum):
    """What the values of a field are."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    LIST = "list"
    NUMBERS = "numbers"
    GEOMETRY = "geometry"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a file."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Export:
    """What a file is to hold. ``limit`` is None where all that is selected comes."""

    format: FileFormat
    layer: Layer
    audience: Audience
    asked: Asked
    limit: int | None
    language: Language

    def __post_init__(self) -> None:
        if self.audience is Audience.PERSONAL:
            raise ValueError("files hold nothing personal")


def authority(export: Export) -> str:
    """The CRS as GIS formats name it. In all of them x stands before y; GeoParquet has a name for that."""
    crs = export.asked.crs
    return "OGC:CRS84" if crs.is_geographic and export.format.key == "parquet" else f"EPSG:{crs.srid}"


class TooManyRows(FlurwerkError):
    """More records than a file of the format can hold."""

    def __init__(self, asked: FileFormat) -> None:
        others = ", ".join(known.key for known in FILES.values() if not known.most_rows)
        super().__init__(
            f"A file of the format {asked.key} holds {asked.most_rows:,} records at most, and there are more.",
            f"Take f= one of {others}, select fewer, or set limit.",
        )


class ExportsBusy(FlurwerkError):
    """As many files are being made as may be at once."""


class WritingFailed(RuntimeError):
    """The process that writes a file has ended with an error, which is this one's text."""
