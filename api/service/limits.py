"""Limits the size of requests."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.service import problems

LONGEST_QUERY = 32_000
"""Characters of a query. Many proxies and clients truncate or refuse longer URLs."""


class Limits:
    """Middleware that refuses a query or body that is too large, by its declared size and by what is received."""

    def __init__(self, app: ASGIApp, largest_body: int, larger: Mapping[str, int]) -> None:
        """Take the largest body, and the paths whose bodies may be larger."""
        self.app = app
        self.largest_body = largest_body
        self.larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if len(scope["query_string"]) > LONGEST_QUERY:
            detail = (
                f"The query has more than {LONGEST_QUERY:,} characters. Simplify its geometries, or split the request "
                "in two."
            )
            await problems.plain(HTTPStatus.REQUEST_URI_TOO_LONG, detail)(scope, receive, send)
            return
        largest = self.larger.get(scope["path"], self.largest_body)
        declared = Request(scope).headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > largest:
            await problems.plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _detail(largest))(scope, receive, send)
            return
        received = 0

        async def receive_on() -> Message:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > largest:
                    raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _detail(largest).removesuffix("."))
            return message

        await self.app(scope, receive_on, send)


def _detail(largest: int) -> str:
    return f"The body has more than {largest:,} bytes. Send it in parts."
