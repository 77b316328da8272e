"""The job of the process that writes a file, and how it is transmitted. Imports only the standard library."""

import json
import struct
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import BinaryIO

LENGTH = struct.Struct(">I")
END = LENGTH.pack(0)
"""Sent after the last block, so that a truncated stream can be detected."""

Explanation = tuple[str, str, str, str]
"""A field's name, label, unit, and further explanation."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be written from blocks of CSV rows, whose columns are ``fields`` (name and kind) in this order.

    ``name`` is that of the layer or sheet; ``headings`` are what a sheet calls the fields, ``mark`` is above its
    printed pages.
    ``count`` is the number of rows; for formats without a maximum it may be too small.
    """

    format: str
    path: str
    name: str
    fields: list[tuple[str, str]]
    headings: list[str]
    geometry: str | None
    crs: str
    is_indexed: bool
    count: int
    explanations: list[Explanation]
    language: str
    mark: str = ""


def packed(block: bytes) -> bytes:
    """Return a block with its length in front, as it is sent."""
    return LENGTH.pack(len(block)) + block


def sent(job: Job) -> bytes:
    """Return the job as it is sent, before all blocks."""
    return packed(json.dumps(asdict(job)).encode())


def receive_job(stream: BinaryIO) -> Job:
    """Return the job at the beginning of a stream."""
    return Job(**json.loads(next(receive_blocks(stream))))


def receive_blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the blocks of a stream up to its end. Raises EOFError if it is truncated."""
    while size := LENGTH.unpack(_exactly(stream, LENGTH.size))[0]:
        yield _exactly(stream, size)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    read = stream.read(size)
    if len(read) < size:
        raise EOFError("the stream of rows is truncated")
    return read
