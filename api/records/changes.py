"""The change feed, for partners that keep a copy of the records."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from api.records.formats import AS_JSON, JSON
from api.records.links import WebLink, absolute_url, self_link
from api.records.ogc.parameters import LARGEST_PAGE, CrsUri, Limit
from api.service.dependencies import CurrentCaller, CurrentService, FiguresConnection
from api.service.openapi import problem_responses
from geo.access import Caller, Role
from geo.records.changes import answers, read
from geo.records.layers.layer import Audience
from geo.store.database import AsyncConnection
from geo.store.pools import borrow

PATH = "/api/changes"

router = APIRouter(prefix="/api", tags=["Changes"])


async def record_connection(
    service: CurrentService, caller: CurrentCaller, change_connection: FiguresConnection
) -> AsyncIterator[AsyncConnection]:
    """Yield the connection that reads the records' content: one of the caller's own role.

    The changes themselves are read as the role reader, since the public can read neither tables nor history. For all
    other callers both are the same connection.
    """
    if caller.role is not Role.PUBLIC:
        yield change_connection
        return
    async with borrow(service.pools[caller.role]) as borrowed:
        yield borrowed


class Change(BaseModel):
    """A change to a record. Handle inserts and updates alike: store the feature, replacing any earlier version."""

    layer: Annotated[str, Field(examples=["plots"])]
    id: Annotated[int, Field(examples=[17])]
    operation: Annotated[
        Literal["insert", "update", "delete"],
        Field(description="Also `delete` if the caller can no longer see the record."),
    ]
    recorded_at: Annotated[
        str, Field(description="When the change was recorded.", examples=["2023-08-01T10:00:00.000000Z"])
    ]
    feature: Annotated[
        dict[str, Any] | None,
        Field(description="The record's latest version as a GeoJSON Feature; null if it is deleted."),
    ]


class Changes(BaseModel):
    """A page of changes, in the order in which they were recorded."""

    changes: list[Change]
    cursor: Annotated[str, Field(description="Send this as `since` next time; store it with your copy.")]
    more: Annotated[bool, Field(description="Whether more changes are available: then request them at once.")]
    links: Annotated[list[WebLink], Field(description="`self`, and `next` if more changes are available.")]


@router.get(
    "/changes",
    response_class=Response,
    responses={
        200: {"model": Changes, "description": "A page of changes. It may be empty even if there are more."},
        **problem_responses(410, 503),
    },
)
async def list_changes(
    request: Request,
    caller: CurrentCaller,
    change_connection: FiguresConnection,
    record_connection: Annotated[AsyncConnection, Depends(record_connection, scope="function")],
    since: Annotated[
        str | None,
        Query(
            description="The `cursor` of the previous page. Without it, the feed starts with all existing records as "
            "inserts; with `now`, it starts empty, for a copy that is made right afterwards.",
            examples=["now"],
        ),
    ] = None,
    layers: Annotated[
        str | None,
        Query(
            description="Only these layers, separated by commas; by default all that the caller sees. The cursor keeps "
            "the selection.",
            examples=["plots,industrial_areas"],
        ),
    ] = None,
    crs: CrsUri = None,
    limit: Limit = 1000,
) -> Response:
    """Return inserts, updates and deletions in the order in which they were recorded.

    To keep a copy, start without `since`, store the features and remove the deleted ones. Repeat with the `cursor` as
    `since` while there is `more`, and later whenever you like. A record that changed several times appears once, in its
    latest version. 410 means that the records were restored from a backup or that you now see others: start again.
    """
    named = {"since": since, "layers": layers, "crs": crs}
    given = {name: text for name, text in named.items() if text is not None}
    seen = {layer.key: layer for layer in caller.visible_layers()}
    selection = await read(change_connection, seen, visible(caller), min(limit, LARGEST_PAGE), given)
    page = await answers.page(change_connection, record_connection, selection)
    links = [self_link(request, PATH, AS_JSON)]
    if page.more:
        following = {**request.query_params, "since": page.cursor}
        links.append(WebLink(href=absolute_url(request, PATH, **following), rel="next", type=JSON))
    rest = {
        "cursor": page.cursor,
        "more": page.more,
        "links": [link.model_dump(exclude_none=True) for link in links],
    }
    text = f'{{"changes":{page.changes},{json.dumps(rest, separators=(",", ":"))[1:]}'
    # Never cached: the same request returns more as soon as more is recorded.
    return Response(text, headers={"Cache-Control": "private, no-store"}, media_type=JSON)


def visible(caller: Caller) -> dict[str, Audience]:
    """Return the layers that a caller sees, each with its audience. The feed never contains personal data."""
    return {layer.key: caller.audience_of(layer.key).impersonal for layer in caller.visible_layers()}
