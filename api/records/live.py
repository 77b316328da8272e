"""What has just changed, for pages that show records: as a stream of server-sent events, or by asking."""

import json
import random
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from starlette.types import Receive, Scope, Send

from api.records.changes import visible
from api.service.callers import Credentials
from api.service.connections import ANONYMOUS
from api.service.dependencies import CurrentCaller, CurrentService, Service, figures_role
from api.service.openapi import problem_responses
from api.service.problems import Refusal
from api.service.streams import PER_ADDRESS, PER_NAME, EndOfStream, Stream, Streams, TooManyStreams, next_message
from geo.access import Caller, Role
from geo.records.changes import news as news_of
from geo.records.changes.news import News, State
from geo.settings import Settings
from geo.store.pools import Pool, borrow, borrow_autocommit

EVENTS = "text/event-stream"
HEARTBEAT_S = 15.0
"""How often a stream says that it is alive. Proxies close connections on which nothing is sent for a minute."""
RETRY_MS = (1_000, 4_000)
"""After how many milliseconds a client comes back: not all at the same moment."""
NOT_BUFFERED = {"Cache-Control": "private, no-store, no-transform", "X-Accel-Buffering": "no"}
SHARE_OF_CONNECTIONS = 0.5
"""How many of a process's connections of clients may be streams."""

router = APIRouter(prefix="/api/changes", tags=["Changes"])

Since = Annotated[str | None, Query(description="The `cursor` of the previous answer. Without it, nothing is new yet.")]


class NewChange(BaseModel):
    """A record that has changed, or is shown differently because another has."""

    layer: Annotated[str, Field(examples=["plots"])]
    id: Annotated[int, Field(examples=[17])]
    operation: Annotated[
        Literal["insert", "update", "delete"],
        Field(description="Also `delete` if the caller can no longer see the record."),
    ]
    recorded_at: Annotated[str, Field(examples=["2023-08-01T10:00:00.000000Z"])]
    by: Annotated[
        str | None,
        Field(description="Who made the change, for callers who may read the record's history; else null."),
    ]


class Latest(BaseModel):
    """What is new, in the order in which it was recorded."""

    cursor: Annotated[str, Field(description="Send this as `since` next time.")]
    is_reset: Annotated[bool, Field(description="Anything may have changed: read everything that you show again.")]
    changes: Annotated[list[NewChange], Field(description="Empty after a reset.")]


class Database:
    """What streams ask: the database, as the callers who wait."""

    def __init__(self, pools: dict[Role, Pool]) -> None:
        self._pools = pools

    async def state(self) -> State:
        """Return whether there may be news for anybody."""
        async with borrow_autocommit(self._pools[Role.PUBLIC]) as connection:
            return await news_of.state(connection)

    async def news(self, view: Caller, since: str | None) -> News:
        """Return what is new for those who see the same, since a cursor."""
        async with AsyncExitStack() as stack:
            finding = await stack.enter_async_context(borrow(self._pools[figures_role(view)]))
            showing = finding
            if figures_role(view) is not view.role:
                showing = await stack.enter_async_context(borrow(self._pools[view.role]))
            seen = {layer.key: layer for layer in view.visible_layers()}
            return await news_of.news(finding, showing, seen, visible(view), since)

    async def still_valid(self, streams: Iterable[Stream]) -> list[Stream]:
        """Return those of the streams whose callers are still let in with the same rights."""
        async with borrow_autocommit(self._pools[Role.PUBLIC]) as connection:
            return [
                stream
                for stream in streams
                if stream.caller.name is None or await stream.credentials.caller(connection) == stream.caller
            ]


class EventStream(StreamingResponse):
    """The response that tells a stream's messages, and removes the stream when its client leaves."""

    def __init__(self, streams: Streams, stream: Stream, first: News) -> None:
        self._streams, self._stream = streams, stream
        super().__init__(_events(stream, first), media_type=EVENTS, headers=NOT_BUFFERED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream until it ends or the client leaves."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._streams.leave(self._stream)


def streams_of(settings: Settings, pools: dict[Role, Pool]) -> Streams:
    """Return the streams of an application."""
    return Streams(Database(pools), max(1, int(settings.client_connections * SHARE_OF_CONNECTIONS)))


@router.get(
    "/latest",
    responses={200: {"model": Latest, "description": "What is new."}, **problem_responses(503)},
)
async def latest_changes(
    service: CurrentService, caller: CurrentCaller, response: Response, since: Since = None
) -> Latest:
    """Return which records have changed since a cursor, without their content, for a page that shows them.

    A copy is kept by `/api/changes`, which this follows.
    """
    found = await Database(dict(service.pools)).news(caller, since)
    response.headers["Cache-Control"] = "private, no-store"
    return Latest.model_validate(_document(found))


@router.get(
    "/stream",
    response_class=Response,
    responses={
        200: {
            "description": "Events until the client leaves: `changes` (as `/api/changes/latest` returns them, with the "
            "cursor as id) and `alive`.",
            "content": {EVENTS: {"schema": {"type": "string"}}},
        },
        **problem_responses(429, 503),
    },
)
async def stream_changes(
    request: Request,
    service: CurrentService,
    caller: CurrentCaller,
    since: Since = None,
    last_event_id: Annotated[
        str | None, Header(description="Set by browsers that come back; precedes `since`.")
    ] = None,
) -> Response:
    """Send which records change, as server-sent events, within seconds. A caller has few streams; others get 429.

    The first event tells what is new since the cursor. The stream ends when the caller's token or session does, and
    when the service stops: come back with the last event's id, and nothing is missed.
    """
    if request.scope.get("is_head"):
        return Response(media_type=EVENTS, headers=NOT_BUFFERED)
    stream, most = _stream(request, service, caller)
    try:
        await service.streams.join(stream, most)
    except TooManyStreams:
        raise Refusal(
            HTTPStatus.TOO_MANY_REQUESTS,
            "There are too many open streams. Ask /api/changes/latest instead, or try again in a minute.",
            name="too-many-streams",
            title="Too many streams",
            headers={"Retry-After": "60"},
        ) from None
    try:
        # Only now, so that what is recorded meanwhile is among the stream's messages.
        first = await Database(dict(service.pools)).news(caller, last_event_id or since)
    except BaseException:
        service.streams.leave(stream)
        raise
    return EventStream(service.streams, stream, first)


def _stream(request: Request, service: Service, caller: Caller) -> tuple[Stream, int]:
    """Return a stream for the caller, and how many it may have."""
    if caller.name is not None:
        return Stream(caller, f"token {caller.name}", Credentials.of(request)), PER_NAME
    address = request.client.host if request.client else "-"
    anonymous = Caller(ANONYMOUS[service.settings.anonymous_audience])
    return Stream(anonymous, f"address {address}", Credentials(None, None)), PER_ADDRESS


async def _events(stream: Stream, first: News) -> AsyncIterator[str]:
    yield f"retry: {random.randint(*RETRY_MS)}\n\n"
    yield _event(first)
    while True:
        try:
            message = await next_message(stream, HEARTBEAT_S)
        except EndOfStream:
            return
        # An event and no comment: scripts are not told of comments.
        yield _event(message) if message else "event: alive\ndata: \n\n"


def _event(message: News) -> str:
    text = json.dumps(_document(message), ensure_ascii=False, separators=(",", ":"))
    return f"event: changes\nid: {message.cursor}\ndata: {text}\n\n"


def _document(message: News) -> dict[str, Any]:
    return {"cursor": message.cursor, "is_reset": message.is_reset, "changes": message.changes}
