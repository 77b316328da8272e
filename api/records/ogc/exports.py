"""Sends files of records to clients."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from fastapi import Request, Response
from starlette.types import Receive, Scope, Send

from api.service.dependencies import Service, limit_exports
from geo.access import Caller, Role
from geo.file_names import attachment
from geo.periods import CITY_TIME
from geo.records.exports import Export, ExportsBusy, csv_blocks, list_file_name, write_file
from geo.store.database import AsyncConnection
from geo.store.pools import borrow, set_statement_timeout

WAIT_S = 10
"""How many seconds a request waits for its turn."""
STALL_S = 60
"""How many seconds a client may take to read a block, as others are waiting."""
BLOCK = 256 * 1024


class FileResponse(Response):
    """A file of records. Nothing is sent before it is certain that the records can be read.

    CSV is streamed from the database. Other formats are written to a file first, so that sending it blocks neither the
    database nor the next export. If an error occurs, the connection is aborted, so that an incomplete file does not
    look complete; if the client disconnects, the work stops. Raises Refusal (429), before anything is sent, if the
    caller's allowance is used up.
    """

    def __init__(self, service: Service, caller: Caller, export: Export, headers: Mapping[str, str]) -> None:
        self.service = service
        self.caller = caller
        self.role = role_of_files(caller.role)
        self.export = export
        super().__init__(
            headers={**headers, "Content-Disposition": _disposition(export)},
            media_type=export.format.media_type,
        )
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the file. Stop if the client disconnects."""
        work = asyncio.create_task(self._send(scope, send))
        leaving = asyncio.create_task(_disconnected(receive))
        try:
            await asyncio.wait({work, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
        finally:
            for task in (work, leaving):
                task.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await task

    async def _send(self, scope: Scope, send: Send) -> None:
        # Not earlier: the route still held a connection of the pool from which counting needs one.
        await limit_exports(Request(scope), self.service, self.caller)
        if scope.get("is_head"):
            await self._start(send)
            await send({"type": "http.response.body", "body": b""})
        elif self.export.format.suffix == ".csv":
            async with self._turn() as connection, csv_blocks(connection, self.export) as blocks:
                await self._send_blocks(send, blocks)
        else:
            with await self._write_temporary() as file:
                self.headers["content-length"] = str(os.fstat(file.fileno()).st_size)
                await self._send_blocks(send, _read(file))

    async def _start(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})

    async def _send_blocks(self, send: Send, blocks: AsyncIterator[bytes]) -> None:
        first = await anext(blocks, b"")
        await self._start(send)
        await _send_block(send, first)
        async for block in blocks:
            await _send_block(send, block)
        await send({"type": "http.response.body", "body": b""})

    async def _write_temporary(self) -> BinaryIO:
        """Return the finished file, opened and already unlinked, so that nothing remains once it is closed."""
        folder = Path(tempfile.mkdtemp(prefix="flurwerk-export-", dir=self.service.settings.export_folder))
        try:
            path = folder / f"{self.export.layer.key}{self.export.format.suffix}"
            async with self._turn() as connection:
                await write_file(connection, self.export, path)
            return path.open("rb")
        finally:
            shutil.rmtree(folder)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection, waiting while too many files are being made. Raises ExportsBusy after WAIT_S."""
        try:
            async with asyncio.timeout(WAIT_S):
                await self.service.exporting.acquire()
        except TimeoutError:
            raise ExportsBusy("Several files are already being made.", "Try again in a moment.") from None
        try:
            async with borrow(self.service.pools[self.role]) as connection:
                await set_statement_timeout(connection, self.service.settings.export_timeout_s)
                yield connection
        finally:
            self.service.exporting.release()


def role_of_files(role: Role) -> Role:
    """Return the role that reads the records of files. It never sees personal columns."""
    return Role.PUBLIC if role is Role.PUBLIC else Role.READER


def _disposition(export: Export) -> str:
    now = datetime.now(CITY_TIME)
    if not export.format.is_labelled:
        return f'attachment; filename="{export.layer.key}-{now:%Y-%m-%d}{export.format.suffix}"'
    return attachment(list_file_name(export, now.date()))


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_block(send: Send, block: bytes) -> None:
    async with asyncio.timeout(STALL_S):
        await send({"type": "http.response.body", "body": block, "more_body": True})


async def _read(file: BinaryIO) -> AsyncIterator[bytes]:
    while block := await asyncio.to_thread(file.read, BLOCK):
        yield block
