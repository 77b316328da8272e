"""Jobs done in the tests' own process: starting another one takes most of what a job takes."""

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
from maps.land.handouts import process
from maps.land.handouts.job import load_job
from maps.land.handouts.making import make


@contextmanager
def loading_in_this_process() -> Iterator[None]:
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


@contextmanager
def handouts_in_this_process() -> Iterator[list[bytes]]:
    """Have services in this process make hand-outs here, which imports once what drawing needs; yield their jobs.

    That a process of its own makes the same file is proven in test_expose, and by a test of the page.
    """
    sent: list[bytes] = []

    async def run(_module: str, job: bytes, _seconds: float | None) -> bytes:
        sent.append(job)
        return make(load_job(job))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process, "run_module", run)
        yield sent
