"""The feed of changes, for partners that keep a copy of the records."""

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from api.records.ogc.formats import AS_JSON
from api.records.ogc.links import address, own
from api.records.ogc.models import JSON, WebLink
from api.records.ogc.parameters import LARGEST_PAGE, CrsUri, Limit
from api.service.dependencies import AskedCaller, AskedService, FiguresConnection
from api.service.openapi import problem_responses
from geo.access import Caller, Role
from geo.records.changes import answers, read
from geo.records.layers.layer import Audience
from geo.store.database import AsyncConnection
from geo.store.pools import borrow

PATH = "/api/changes"

router = APIRouter(prefix="/api", tags=["Changes"])


async def showing(
    asked: AskedService, caller: AskedCaller, finding: FiguresConnection
) -> AsyncIterator[AsyncConnection]:
    """The connection that reads what is told of the records: the caller's own, as everywhere.

    Which records changed is found as the reader, since the public may read neither tables nor history. For all others
    that is their own connection already.
    """
    if caller.role is not Role.PUBLIC:
        yield finding
        return
    async with borrow(asked.pools[caller.role]) as borrowed:
        yield borrowed


class Change(BaseModel):
    """What has become of a record. To insert and to update are the same: put the feature in the place of any other."""

    layer: Annotated[str, Field(examples=["plots"])]
    id: Annotated[int, Field(examples=[17])]
    operation: Annotated[
        Literal["insert", "update", "delete"],
        Field(description="`delete` also for a record that the caller does not see any more."),
    ]
    recorded_at: Annotated[
        str, Field(description="When the change was recorded.", examples=["2023-08-01T10:00:00.000000Z"])
    ]
    feature: Annotated[
        dict[str, Any] | None,
        Field(description="The record as a GeoJSON Feature, in its latest state; null where it is deleted."),
    ]


class Changes(BaseModel):
    """A page of changes, in the order in which they were recorded."""

    changes: list[Change]
    cursor: Annotated[str, Field(description="What to give as `since` next time; to be kept with the copy.")]
    more: Annotated[bool, Field(description="Whether there are more at hand: then ask again at once.")]
    links: Annotated[list[WebLink], Field(description="`self`, and `next` where there are more at hand.")]


@router.get(
    "/changes",
    response_class=Response,
    responses={
        200: {"model": Changes, "description": "A page of changes; it may be empty even where there are more."},
        **problem_responses(410, 503),
    },
)
async def list_changes(
    request: Request,
    caller: AskedCaller,
    finding: FiguresConnection,
    showing: Annotated[AsyncConnection, Depends(showing, scope="function")],
    since: Annotated[
        str | None,
        Query(
            description="The `cursor` of the page before. Without it the feed begins with all records there are, as "
            "inserts; with `now` it begins empty, for a copy that is made right afterwards.",
            examples=["now"],
        ),
    ] = None,
    layers: Annotated[
        str | None,
        Query(
            description="Only these layers, separated by commas; else all that the caller sees. A cursor keeps them.",
            examples=["plots,industrial_areas"],
        ),
    ] = None,
    crs: CrsUri = None,
    limit: Limit = 1000,
) -> Response:
    """What has been inserted, updated and deleted, in the order in which it was recorded.

    Keep a copy: ask without `since`, put the features in and take the deleted ones out, ask again with the `cursor` as
    `since` while there is `more`, and from then on whenever you like. A record that changed several times comes once,
    in its latest state. 410 means that the records were restored from a backup or that you now see others: start again.
    """
    named = {"since": since, "layers": layers, "crs": crs}
    given = {name: text for name, text in named.items() if text is not None}
    asked = await read(finding, visible(caller), min(limit, LARGEST_PAGE), given)
    page = await answers.page(finding, showing, asked)
    links = [own(request, PATH, AS_JSON)]
    if page.more:
        following = {**request.query_params, "since": page.cursor}
        links.append(WebLink(href=address(request, PATH, **following), rel="next", type=JSON))
    rest = {
        "cursor": page.cursor,
        "more": page.more,
        "links": [link.model_dump(exclude_none=True) for link in links],
    }
    text = f'{{"changes":{page.changes},{json.dumps(rest, separators=(",", ":"))[1:]}'
    # Not even for a moment: the same request answers more as soon as more is recorded.
    return Response(text, headers={"Cache-Control": "private, no-store"}, media_type=JSON)


def visible(caller: Caller) -> dict[str, Audience]:
    """The layers that a caller sees, and as whom: whoever asks, what is personal does not leave by the feed."""
    return {layer.key: caller.audience_of(layer.key).impersonal for layer in caller.visible_layers()}
