"""What the process that writes a file is told, and how. It imports nothing but the standard library."""

import json
import struct
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import BinaryIO

LENGTH = struct.Struct(">I")
END = LENGTH.pack(0)
"""Behind the last block, so that what was cut off is told from what has ended."""

Explanation = tuple[str, str, str, str]
"""Of a field: its name, label, unit, and what else there is to say."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be written of blocks of CSV rows, which have the fields (name and kind) in their order.

    ``count`` is how many rows there are, where the format bounds that.
    """

    format: str
    path: str
    name: str
    fields: list[tuple[str, str]]
    geometry: str | None
    crs: str
    is_indexed: bool
    count: int
    explanations: list[Explanation]
    language: str


def packed(block: bytes) -> bytes:
    """A block as it is sent."""
    return LENGTH.pack(len(block)) + block


def sent(job: Job) -> bytes:
    """The job as it is sent, before all blocks."""
    return packed(json.dumps(asdict(job)).encode())


def receive_job(stream: BinaryIO) -> Job:
    """The job at the beginning of a stream."""
    return Job(**json.loads(next(receive_blocks(stream))))


def receive_blocks(stream: BinaryIO) -> Iterator[bytes]:
    """The blocks of a stream up to its end. Raises EOFError where it is cut off."""
    while size := LENGTH.unpack(_exactly(stream, LENGTH.size))[0]:
        yield _exactly(stream, size)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    read = stream.read(size)
    if len(read) < size:
        raise EOFError("the rows are cut off")
    return read
