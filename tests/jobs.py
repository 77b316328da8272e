"""Jobs on uploaded files done in the tests' own process: starting one takes most of what a job takes."""

import asyncio
import io
import json
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager

import pytest

from api.records import loading_process
from geo.loading import working
from geo.loading.job import Job


@contextmanager
def done_in_this_process() -> Iterator[None]:
    """Have services in this process inspect and load files here, one after the other, and tell all lines at the end."""

    async def lines(job: Job) -> AsyncGenerator[bytes]:
        written: list[bytes] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(job.sent())))
            patch.setattr(working, "_write", lambda line: written.append(json.dumps(line).encode() + b"\n"))
            await asyncio.to_thread(working.main)
        for line in written:
            yield line

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading_process, "_lines", lines)
        yield
