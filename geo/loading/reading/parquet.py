"""GeoParquet (and plain Parquet), read by pyarrow in batches."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geo.loading.converting.columns import RawColumn
from geo.loading.converting.shown import Unfit
from geo.loading.reading.arrow_values import exact
from geo.loading.reading.source import BATCH_ROWS, Batch, Source, guarded
from geo.loading.reasons import of_files, of_refusals
from geo.loading.report import LoadRefused
from geo.periods import CITY_TIME

DEFAULT_CRS = "OGC:CRS84"
"""The CRS of GeoParquet files that do not name one."""

BOX = frozenset({"xmin", "ymin", "zmin", "xmax", "ymax", "zmax"})


WKB_ENCODINGS = frozenset({"geoarrow.wkb", "ogc.wkb"})
GEOMETRY_NAMES = frozenset({"geometry", "geom", "the_geom", "wkb", "wkb_geometry", "shape"})


class ParquetSource(Source):
    """A Parquet file; its primary geometry column, if it has one, is read as WKB. Bounding boxes are left out."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.geometry: str | None = None
        with self._refusing_errors(), pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            self._int96 = _int96_columns(file)
            self.total = self.counted = file.metadata.num_rows
            boxes = {field.name for field in schema if _is_box(field.type)}
            if b"geo" in (schema.metadata or {}):
                self._read_geo(json.loads(schema.metadata[b"geo"]))
            else:
                self._find_geometry(schema)
        self.names = [name for name in schema.names if name != self.geometry and name not in boxes]
        self.has_geometry = self.geometry is not None

    def batches(self, wanted: Sequence[str], with_geometry: bool) -> Iterator[Batch]:
        """Yield the rows with the wanted columns, in batches."""
        read = [*wanted, self.geometry] if with_geometry and self.geometry else list(wanted)
        done = 0
        # Nanoseconds would not reach beyond the year 2262.
        with pq.ParquetFile(self.path, coerce_int96_timestamp_unit="us") as file:
            for record in guarded(file.iter_batches(BATCH_ROWS, columns=read), self._refusing_errors):
                columns: dict[str, Any] = {name: self._values(name, record.column(name)) for name in wanted}
                wkb = record.column(self.geometry) if with_geometry and self.geometry else None
                yield Batch(np.arange(done + 1, done + len(record) + 1), columns, wkb)
                done += len(record)

    def _values(self, name: str, column: Any) -> RawColumn:
        values = exact(column)
        if name not in self._int96:
            return values
        return [_one_day(value) for value in (values if isinstance(values, list) else values.to_pylist())]

    def _read_geo(self, geo: dict[str, Any]) -> None:
        self.geometry = geo["primary_column"]
        column = geo["columns"][self.geometry]
        if column["encoding"] != "WKB":
            raise LoadRefused(
                of_refusals.encodes_geometry(self.path.name, column["encoding"]), of_refusals.EXPORT_AS_WKB
            )
        crs = column.get("crs", DEFAULT_CRS)
        self.crs = json.dumps(crs) if isinstance(crs, dict) else crs

    def _find_geometry(self, schema: pa.Schema) -> None:
        """Find the geometry of a file without GeoParquet's metadata: a column that says so itself, or of bytes."""
        encodings = {field.name: _extension(field) for field in schema}
        for name, (encoding, metadata) in encodings.items():
            if encoding in WKB_ENCODINGS:
                self.geometry, self.crs = name, _crs_of_extension(metadata)
                return
            if encoding.startswith("geoarrow.") and encoding != "geoarrow.wkt":
                raise LoadRefused(of_refusals.encodes_geometry(self.path.name, encoding), of_refusals.EXPORT_AS_WKB)
        binary = [field.name for field in schema if _is_binary(field.type)]
        named = [name for name in binary if name.lower() in GEOMETRY_NAMES]
        if len(named or binary) == 1:
            self.geometry = (named or binary)[0]

    @contextmanager
    def _refusing_errors(self) -> Iterator[None]:
        try:
            yield
        except (pa.ArrowException, OSError, KeyError, ValueError) as error:
            raise LoadRefused(of_refusals.damaged(self.path.name, "Parquet"), of_refusals.EXPORT_AGAIN) from error


def _int96_columns(file: pq.ParquetFile) -> set[str]:
    leaves = [file.schema.column(index) for index in range(len(file.schema.names))]
    return {leaf.path for leaf in leaves if leaf.physical_type == "INT96"}


def _one_day(moment: Any) -> Any:
    """Return a time of the old type INT96, UTC from Spark and local from Impala, if its day is the same in both."""
    if not isinstance(moment, datetime) or moment.date() == moment.replace(tzinfo=UTC).astimezone(CITY_TIME).date():
        return moment
    return Unfit(moment.isoformat(" "), of_files.UNKNOWN_ZONE)


def _is_binary(kind: pa.DataType) -> bool:
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def _is_box(kind: pa.DataType) -> bool:
    """Return whether these are the extents of geometries, which GeoParquet calls a covering."""
    return pa.types.is_struct(kind) and {field.name for field in kind.fields} <= BOX


def _extension(field: pa.Field) -> tuple[str, bytes]:
    """Return the name of the field's Arrow extension type, empty if it has none, and its metadata."""
    if isinstance(field.type, pa.BaseExtensionType):
        return field.type.extension_name, field.type.__arrow_ext_serialize__()
    metadata = field.metadata or {}
    return metadata.get(b"ARROW:extension:name", b"").decode(), metadata.get(b"ARROW:extension:metadata", b"")


def _crs_of_extension(metadata: bytes) -> str | None:
    crs = json.loads(metadata or b"{}").get("crs")
    return json.dumps(crs) if isinstance(crs, dict) else crs
