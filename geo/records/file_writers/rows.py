"""Converts blocks of CSV rows to Arrow batches."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pyarrow as pa
from pyarrow import csv

from geo.records.file_writers.job import Job

SEPARATOR = "\x1f"
LISTS = {"list": pa.list_(pa.string()), "numbers": pa.list_(pa.float64())}
"""The types in Parquet of fields with several values; other formats have a text separated by |."""

TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", "UTC"),
    "list": pa.string(),
    "numbers": pa.string(),
    "geometry": pa.string(),
}
"""The type of each kind of field in the CSV rows."""


def schema(job: Job) -> pa.Schema:
    """Return the schema of a job's batches."""
    return pa.schema([(name, _type(job, kind)) for name, kind in job.fields])


def batches(job: Job, blocks: Iterable[bytes]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of the blocks as batches. Each block holds whole rows, however long they are."""
    reading = csv.ReadOptions(use_threads=False, column_names=[name for name, _ in job.fields])
    parsing = csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)
    converting = csv.ConvertOptions(
        column_types={name: TYPES[kind] for name, kind in job.fields},
        # This is how COPY distinguishes null from an empty text.
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )
    wanted = schema(job)
    for block in blocks:
        reading.block_size = len(block) + 1
        table = csv.read_csv(pa.BufferReader(block), reading, parsing, converting)
        for batch in table.to_batches():
            columns = [_converted(job, kind, batch.column(at)) for at, (_, kind) in enumerate(job.fields)]
            yield pa.record_batch(columns, schema=wanted)


def _type(job: Job, kind: str) -> pa.DataType:
    if kind == "geometry":
        return pa.binary()
    return LISTS[kind] if kind in LISTS and job.format == "parquet" else TYPES[kind]


def _converted(job: Job, kind: str, column: pa.Array) -> pa.Array:
    if kind == "geometry":
        return _mapped(column, bytes.fromhex, pa.binary())
    if kind not in LISTS:
        return column
    if job.format != "parquet":
        return _mapped(column, lambda text: text.replace(SEPARATOR, "|"), pa.string())
    read = float if kind == "numbers" else str
    return _mapped(column, lambda text: [read(part) for part in text.split(SEPARATOR)] if text else [], LISTS[kind])


def _mapped(column: pa.Array, change: Callable[[str], Any], wanted: pa.DataType) -> pa.Array:
    return pa.array([None if text is None else change(text) for text in column.to_pylist()], wanted)
