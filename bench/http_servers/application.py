"""The application with a slow download, for every server; run as a program, it is served as `flurwerk serve` does."""

import asyncio
import sys
from collections.abc import AsyncIterator

from fastapi.responses import StreamingResponse

from api.app import create_app
from api.service.client_connections import ServerConfig
from api.serving import Server
from geo.settings import load_settings

settings = load_settings()
app = create_app(settings)


@app.get("/bench/download")
async def download(seconds: float) -> StreamingResponse:
    """Send a line ten times a second, and at last the word “end”."""

    async def lines() -> AsyncIterator[bytes]:
        for _ in range(round(seconds * 10)):
            yield b"line\n"
            await asyncio.sleep(0.1)
        yield b"end\n"

    return StreamingResponse(lines(), media_type="text/plain")


if __name__ == "__main__":
    config = ServerConfig(app, settings)
    config.host, config.port = "127.0.0.1", int(sys.argv[1])
    Server(config).run()
