"""The types that describe exported files: formats, fields, exports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from geo.errors import FlurwerkError
from geo.records.features import FeatureQuery
from geo.records.layers.layer import Audience, Layer, Text
from geo.settings import Language


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A file format. ``most_rows`` is the maximum number of rows in a file, None if unlimited.

    ``is_labelled``: it is a table for people, with labels as headings, and words instead of codes.
    """

    key: str
    media_type: str
    suffix: str
    title: Text
    most_rows: int | None = None
    is_labelled: bool = False


MOST_IN_SHEET = 1_048_575
"""The rows of a sheet, minus the header."""

FILES: dict[str, FileFormat] = {
    known.key: known
    for known in (
        FileFormat("csv", "text/csv", ".csv", Text("CSV (Text)", "CSV (text)")),
        FileFormat(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ".xlsx",
            Text("Excel (XLSX)", "Excel (XLSX)"),
            most_rows=MOST_IN_SHEET,
        ),
        FileFormat("gpkg", "application/geopackage+sqlite3", ".gpkg", Text("GeoPackage", "GeoPackage")),
        FileFormat("fgb", "application/flatgeobuf", ".fgb", Text("FlatGeobuf", "FlatGeobuf")),
        FileFormat("parquet", "application/vnd.apache.parquet", ".parquet", Text("GeoParquet", "GeoParquet")),
    )
}
"""The file formats for programs by key: fields are named as in GeoJSON, and have the same values."""

LISTS: dict[str, FileFormat] = {
    known.key: known
    for known in (
        FileFormat(
            "xlsx-labelled",
            FILES["xlsx"].media_type,
            ".xlsx",
            Text("Excel mit Bezeichnungen (XLSX)", "Excel with labels (XLSX)"),
            most_rows=MOST_IN_SHEET,
            is_labelled=True,
        ),
        FileFormat(
            "csv-excel",
            FILES["csv"].media_type,
            ".csv",
            Text("CSV für Excel", "CSV for Excel (German)"),
            is_labelled=True,
        ),
    )
}
"""The file formats for people by key: the requested columns in their order, without geometry, as a list shows them."""

TABLES = ("csv", "xlsx")
"""The formats without a geometry type, in which geometries are written to cells."""


class Kind(StrEnum):
    """The type of a field's values."""

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
    """The content of a file. ``limit`` is None if all selected records are exported.

    Raises ValueError for the audience PERSONAL.
    """

    format: FileFormat
    layer: Layer
    audience: Audience
    wanted: FeatureQuery
    limit: int | None
    language: Language
    audiences: Mapping[str, Audience] = field(default_factory=dict[str, Audience])
    """The audience as which the caller sees each layer; lists for people name the records of others by it."""

    @property
    def is_internal(self) -> bool:
        """Whether the file may contain what the public does not see."""
        return self.audience is not Audience.PUBLIC

    def __post_init__(self) -> None:
        if self.audience is Audience.PERSONAL:
            raise ValueError("personal data cannot be exported")


def authority(export: Export) -> str:
    """Return the name of the CRS in GIS formats. They all write x before y, for which GeoParquet has the name CRS84."""
    crs = export.wanted.crs
    return "OGC:CRS84" if crs.is_geographic and export.format.key == "parquet" else f"EPSG:{crs.srid}"


class TooManyRows(FlurwerkError):
    """More records than a file of the format can hold."""

    def __init__(self, file_format: FileFormat) -> None:
        others = ", ".join(known.key for known in (*FILES.values(), *LISTS.values()) if not known.most_rows)
        super().__init__(
            f"A file of the format {file_format.key} can hold at most {file_format.most_rows:,} records, "
            "and there are more.",
            f"Set f to one of {others}, select fewer records, or set limit.",
        )


class ExportsBusy(FlurwerkError):
    """The maximum number of files is being written at the moment."""


class WritingFailed(RuntimeError):
    """The process that writes a file has failed; the message is its error output."""
