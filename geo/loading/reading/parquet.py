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

from geo.loading import reasons
from geo.loading.converting.columns import RawColumn
from geo.loading.converting.shown import Unfit
from geo.loading.reading.arrow_values import exact
from geo.loading.reading.source import BATCH_ROWS, Batch, Source, guarded
from geo.loading.report import LoadRefused
from geo.periods import CITY_TIME

DEFAULT_CRS = "OGC:CRS84"
"""The CRS of GeoParquet files that do not name one."""

BOX = frozenset({"xmin", "ymin", "zmin", "xmax", "ymax", "zmax"})


class ParquetSource(Source):
    """A Parquet file; its primary geometry column, if it has one, is read as WKB."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.geometry: str | None = None
        with self._refusing_errors(), pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            self._int96 = _int96_columns(file)
            self.total = self.counted = file.metadata.num_rows
            if b"geo" in (schema.metadata or {}):
                self._read_geo(json.loads(schema.metadata[b"geo"]))
        self.names = [
            name for name in schema.names if name != self.geometry and not _is_bounding_box(schema.field(name).type)
        ]
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
                f"{self.path.name} encodes its geometry as {column['encoding']}.",
                "Export it as GeoParquet with WKB encoding.",
            )
        crs = column.get("crs", DEFAULT_CRS)
        self.crs = json.dumps(crs) if isinstance(crs, dict) else crs

    @contextmanager
    def _refusing_errors(self) -> Iterator[None]:
        try:
            yield
        except (pa.ArrowException, OSError, KeyError, ValueError) as error:
            raise LoadRefused(
                f"{self.path.name} is not a Parquet file, or is damaged.", "Export the data again."
            ) from error


def _is_bounding_box(kind: pa.DataType) -> bool:
    """Return whether this is the type of a column that GeoParquet calls a covering, which follows from the geometry."""
    return pa.types.is_struct(kind) and {field.name for field in kind} <= BOX


def _int96_columns(file: pq.ParquetFile) -> set[str]:
    leaves = [file.schema.column(index) for index in range(len(file.schema.names))]
    return {leaf.path for leaf in leaves if leaf.physical_type == "INT96"}


def _one_day(moment: Any) -> Any:
    """Return a time of the old type INT96, UTC from Spark and local from Impala, if its day is the same in both."""
    if not isinstance(moment, datetime) or moment.date() == moment.replace(tzinfo=UTC).astimezone(CITY_TIME).date():
        return moment
    return Unfit(moment.isoformat(" "), reasons.UNKNOWN_ZONE)
