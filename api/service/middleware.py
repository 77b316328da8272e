"""The outermost middleware: security headers, HEAD, unexpected errors, and protection of internal records."""

import asyncio
import ipaddress
import logging
from http import HTTPStatus
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.service import problems
from api.service.callers import COOKIE
from geo.settings import Audience

log = logging.getLogger("flurwerk.api")

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""Defaults for responses that do not set these headers themselves."""


class Envelope:
    """The outermost layer of the application.

    It responds to unexpected errors, adds the security headers, and handles HEAD like GET. It also ensures that
    anything beyond the public view is sent over the loopback interface only, however the server was started.
    """

    def __init__(self, app: ASGIApp, audience: Audience) -> None:
        self.app = app
        self.audience = audience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_head = scope["method"] == "HEAD"
        has_credentials = any(_is_credential(name, value) for name, value in scope["headers"])
        has_started = False

        async def send_on(message: Message) -> None:
            nonlocal has_started
            if message["type"] == "http.response.start":
                has_started = True
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if _is_shared_asset(headers):
                    await send(message)
                    return
                headers.add_vary_header("Authorization")
                headers.add_vary_header("Cookie")
                if has_credentials:
                    # Even where the content is public, it is a response to a caller with a token or a cookie.
                    headers["Cache-Control"] = headers["Cache-Control"].replace("public", "private")
            elif is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        request = Request(scope, receive)
        if self.audience != "public" and not _is_local(request):
            detail = "This server shows internal records, so it can be used only from its own machine, as localhost."
            await problems.plain(HTTPStatus.MISDIRECTED_REQUEST, detail)(scope, receive, send_on)
            return
        try:
            await self.app({**scope, "method": "GET", "is_head": True} if is_head else scope, receive, send_on)
        except ClientDisconnect:
            # Nobody is left to be answered, and nothing is wrong with the service.
            log.info("client left: %s %s", scope["method"], quote(request.url.path))
        except asyncio.CancelledError:
            # The service has been stopped, and this took longer than it waits for.
            if has_started:
                # Without its end, the server closes the connection, so that nobody takes the response for complete.
                log.warning("cut by the end of the service: %s %s", scope["method"], quote(request.url.path))
                return
            ending = problems.ServiceEnding("The service has been stopped.", "Try again in a moment.")
            await (await problems.known(request, ending))(scope, receive, send_on)
        except Exception as error:
            if has_started:
                raise
            await problems.unexpected(request, error)(scope, receive, send_on)


def _is_shared_asset(headers: MutableHeaders) -> bool:
    """Return whether the response is the same for all callers: a script or style, unlike a tile."""
    return "immutable" in headers["Cache-Control"] and "Authorization" not in headers.get("Vary", "")


def _is_credential(name: bytes, value: bytes) -> bool:
    """Return whether the header contains a token or a session cookie, valid or not."""
    return name == b"authorization" or (name == b"cookie" and f"{COOKIE}=".encode() in value)


def _is_local(request: Request) -> bool:
    """Return whether the request came over the loopback interface and its Host header names that interface.

    The name is checked because a foreign page could point its own domain at this machine and would then be allowed to
    read the responses (DNS rebinding). A server without an IP address is a test or a Unix socket.
    """
    server = request.scope.get("server")
    address = _address(server[0]) if server else None
    if address is None:
        return True
    name = request.url.hostname or ""
    named = _address(name)
    return address.is_loopback and (name == "localhost" if named is None else named.is_loopback)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
