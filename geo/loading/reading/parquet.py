"""GeoParquet (and plain Parquet), read by pyarrow in batches."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geo.loading.reading.source import BATCH_ROWS, Batch, Source, guarded
from geo.loading.report import LoadRefused

DEFAULT_CRS = "OGC:CRS84"
"""The CRS of GeoParquet files that do not name one."""


class ParquetSource(Source):
    """A Parquet file; its primary geometry column, if it has one, is read as WKB."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.geometry: str | None = None
        with self._refusing_errors(), pq.ParquetFile(path) as file:
            schema = file.schema_arrow
            self.total = file.metadata.num_rows
            if b"geo" in (schema.metadata or {}):
                self._read_geo(json.loads(schema.metadata[b"geo"]))
        # Struct columns are bounding boxes of the geometry; no layer has columns of that type.
        self.names = [
            name for name in schema.names if name != self.geometry and not pa.types.is_struct(schema.field(name).type)
        ]
        self.has_geometry = self.geometry is not None

    def batches(self, wanted: Sequence[str], with_geometry: bool) -> Iterator[Batch]:
        """Yield the rows with the wanted columns, in batches."""
        read = [*wanted, self.geometry] if with_geometry and self.geometry else list(wanted)
        done = 0
        with pq.ParquetFile(self.path) as file:
            for record in guarded(file.iter_batches(BATCH_ROWS, columns=read), self._refusing_errors):
                columns: dict[str, Any] = {name: _plain(record.column(name)) for name in wanted}
                wkb = record.column(self.geometry) if with_geometry and self.geometry else None
                yield Batch(np.arange(done + 1, done + len(record) + 1), columns, wkb)
                done += len(record)

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


def _plain(column: Any) -> Any:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
