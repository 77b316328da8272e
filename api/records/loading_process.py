"""Runs the process that inspects or loads an uploaded file, and ends it in any case."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager, suppress
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import anyio

from api.service.dependencies import Service
from api.service.problems import Refusal
from geo.access import Caller
from geo.errors import DiskFull, ProcessKilled
from geo.loading import deliveries
from geo.loading.job import Job
from geo.settings import environment_of_processes
from geo.store.pools import borrow_to_write
from geo.text import Text

COMMAND = (sys.executable, "-P", "-m", "geo.loading")
WAIT_S = 10
"""How many seconds a request waits for its turn."""
LONGEST_LINE = 1 << 26
BUSY = Text(
    "Es werden schon mehrere Dateien geladen. Versuchen Sie es gleich noch einmal.",
    "Several files are already being loaded. Try again in a moment.",
)


class LoadingFailed(RuntimeError):
    """The process ended with an error that nobody foresaw; its text is this exception's message."""


async def run_job(service: Service, caller: Caller, delivery: UUID, job: Job) -> AsyncGenerator[bytes]:
    """Yield the lines of a job's process on an uploaded file.

    Raises, before the first line, Refusal: 404 if there is no such file of the caller's, 503 if too many are at work;
    later ProcessKilled or LoadingFailed. However it ends, the process has ended then, and its temporary file is gone.
    """
    assert caller.name is not None
    try:
        async with asyncio.timeout(WAIT_S):
            await service.loading.acquire()
    except TimeoutError:
        raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, BUSY.in_language(job.language)) from None
    try:
        with _folder(service) as folder:
            path = await _written(service, caller, delivery, folder, job.language)
            async with aclosing(_lines(replace(job, path=str(path)))) as lines:
                async for line in lines:
                    yield line
    finally:
        service.loading.release()


@contextmanager
def telling_no_room() -> Iterator[None]:
    """Convert what the system says about a full or missing folder for temporary files into DiskFull."""
    try:
        yield
    except OSError as error:
        raise DiskFull(
            Text("Der Dienst hat keinen Platz für die Datei.", "The service has no room for the file."),
            Text(
                "Wer ihn betreibt, muss Platz für vorübergehende Dateien schaffen.",
                "Its operator has to free space for temporary files.",
            ),
        ) from error


@contextmanager
def _folder(service: Service) -> Iterator[Path]:
    with telling_no_room():
        folder = Path(tempfile.mkdtemp(prefix="flurwerk-delivery-", dir=service.settings.export_folder))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _written(service: Service, caller: Caller, delivery: UUID, folder: Path, language: str) -> Path:
    assert caller.name is not None
    async with borrow_to_write(service.pools[caller.role], actor=caller.name) as connection:
        try:
            with telling_no_room():
                return await deliveries.write_to(connection, delivery, folder, caller.name)
        except deliveries.UnknownDelivery as error:
            raise Refusal(HTTPStatus.NOT_FOUND, error.one_line(language)) from None


async def _lines(job: Job) -> AsyncGenerator[bytes]:
    pipe = asyncio.subprocess.PIPE
    # What it unpacks lies beside the file: a process that is killed cannot remove it.
    environment = {**environment_of_processes(), "TMPDIR": str(Path(job.path).parent)}
    process = await asyncio.create_subprocess_exec(
        *COMMAND, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, limit=LONGEST_LINE
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    complaints = asyncio.create_task(process.stderr.read())
    try:
        with suppress(BrokenPipeError, ConnectionResetError):
            process.stdin.write(job.sent())
            await process.stdin.drain()
            process.stdin.close()
        async for line in process.stdout:
            yield line
        status = await process.wait()
        if status < 0:
            raise ProcessKilled(-status)
        if status:
            raise LoadingFailed((await complaints).decode(errors="replace").strip() or f"status {status}")
    finally:
        if process.returncode is None:
            process.kill()
        # Where the client has left, the framework cancels whatever is awaited outside of such a scope.
        with anyio.CancelScope(shield=True):
            await process.wait()
            await complaints
