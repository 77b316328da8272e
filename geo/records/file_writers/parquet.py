"""Writes GeoParquet 1.1."""

import json
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq
from pyproj import CRS

from geo.records.file_writers.job import Job

ROW_GROUP_SIZE = 20_000


def write_parquet(job: Job, schema: pa.Schema, rows: Iterator[pa.RecordBatch]) -> None:
    """Write the rows, one row group at a time."""
    if job.geometry:
        schema = schema.with_metadata({"geo": json.dumps(_geo(job))})
    waiting: list[pa.RecordBatch] = []
    with pq.ParquetWriter(job.path, schema, compression="zstd") as writer:
        for batch in rows:
            waiting.append(batch)
            if sum(map(len, waiting)) >= ROW_GROUP_SIZE:
                writer.write_table(pa.Table.from_batches(waiting))
                waiting = []
        if waiting:
            writer.write_table(pa.Table.from_batches(waiting))


def _geo(job: Job) -> dict[str, object]:
    column = {"encoding": "WKB", "geometry_types": [job.geometry], "crs": CRS(job.crs).to_json_dict()}
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
