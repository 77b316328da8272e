"""What every response gets, and what no request gets past."""

import ipaddress
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.service import problems
from api.service.callers import COOKIE
from geo.settings import Audience

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
"""Set where a route has not set its own."""


class Envelope:
    """The outermost layer of the application.

    It answers unexpected errors, adds the security headers, answers HEAD like GET, and sees to it that anything but
    the public view leaves by the loopback interface only, whichever way the server was started.
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
        is_somebodys = any(_tells_who_asks(name, value) for name, value in scope["headers"])
        has_started = False

        async def send_on(message: Message) -> None:
            nonlocal has_started
            if message["type"] == "http.response.start":
                has_started = True
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                if _is_everybodys(headers):
                    await send(message)
                    return
                headers.add_vary_header("Authorization")
                headers.add_vary_header("Cookie")
                if is_somebodys:
                    # Even where the answer is what everybody gets: it is for whoever sent the token or the cookie.
                    headers["Cache-Control"] = headers["Cache-Control"].replace("public", "private")
            elif is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        request = Request(scope, receive)
        if self.audience != "public" and not _is_local(request):
            detail = "This server shows internal records, and therefore only to its own machine, by its own name."
            await problems.plain(HTTPStatus.MISDIRECTED_REQUEST, detail)(scope, receive, send_on)
            return
        try:
            await self.app({**scope, "method": "GET", "is_head": True} if is_head else scope, receive, send_on)
        except Exception as error:
            if has_started:
                raise
            await problems.unexpected(request, error)(scope, receive, send_on)


def _is_everybodys(headers: MutableHeaders) -> bool:
    """Whether a browser may keep the answer whoever signs in or out: a script or style, not a tile, which says so."""
    return "immutable" in headers["Cache-Control"] and "Authorization" not in headers.get("Vary", "")


def _tells_who_asks(name: bytes, value: bytes) -> bool:
    """Whether a header holds a token or a session, good or not."""
    return name == b"authorization" or (name == b"cookie" and f"{COOKIE}=".encode() in value)


def _is_local(request: Request) -> bool:
    """Whether a request came over the loopback interface and asked for it by name.

    The name counts because a page elsewhere on the web can point its own name at this machine and would then be
    allowed to read the answers (DNS rebinding). What is no address is no network socket: a test, a Unix socket.
    """
    server = request.scope.get("server")
    address = _address(server[0]) if server else None
    if address is None:
        return True
    name = request.url.hostname or ""
    asked_for = _address(name)
    return address.is_loopback and (name == "localhost" if asked_for is None else asked_for.is_loopback)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
