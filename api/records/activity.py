"""Routes of what has been done to the records: in sentences, with what is new for the reader."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.service.dependencies import CurrentCaller, CurrentService, RequestedLanguage, SnapshotConnection
from api.service.openapi import problem_responses
from api.service.problems import Refusal
from geo.access import Caller
from geo.figures.kpis.answers import RecordsNotPublic
from geo.periods import CITY_TIME
from geo.records.activity import (
    Entry,
    ReadUpTo,
    RecordChange,
    Wanted,
    note_read,
    read_activity,
    read_up_to,
    record_name,
    sentence,
)
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Layer
from geo.store.pools import borrow_to_write

LARGEST_PAGE = 200
MOST_NAMED = 50
"""How many of an entry's records are named."""

router = APIRouter(prefix="/api/activity", tags=["Changes"])

Place = Annotated[str, Field(pattern=r"^[0-9]{1,19}$", examples=["123456"])]


class ActivityRecord(BaseModel):
    """A record that was changed."""

    id: int
    name: Annotated[str, Field(description="Its name, or what it is and what it belongs to.", examples=["Hafen 12"])]
    operation: Literal["insert", "update", "delete"]


class ActivityEntry(BaseModel):
    """What one transaction did to one layer: a single change, a batch, or the load of a file."""

    layer: Annotated[str, Field(examples=["plots"])]
    layer_title: Annotated[str, Field(examples=["Gewerbegrundstücke"])]
    at: datetime
    by: Annotated[str, Field(description="Name of the token or login that made the change.", examples=["anna"])]
    is_own: Annotated[bool, Field(description="Whether the caller made it.")]
    is_new: Annotated[bool, Field(description="Whether others made it since the caller read last.")]
    kind: Literal["record", "batch", "load"]
    number: Annotated[int, Field(description="How many records were changed.")]
    sentence: Annotated[str, Field(examples=["anna hat das Grundstück „Hafen 12“ angelegt."])]
    records: Annotated[list[ActivityRecord], Field(description=f"At most {MOST_NAMED}; none of a load.")]


class ActivityPage(BaseModel):
    """Entries, the latest first."""

    entries: list[ActivityEntry]
    read_at: Annotated[
        datetime | None, Field(description="When the caller read last; null if never, or not signed in.")
    ]
    up_to: Annotated[Place, Field(description="Send this to `/api/activity/read` once all of this has been read.")]
    next_before: Annotated[str | None, Field(description="The value of `before` for earlier entries; null: none.")]


class Read(BaseModel):
    """Up to where the caller has read."""

    up_to: Annotated[Place, Field(description="The `up_to` of the first page that was read.")]


@router.get("", responses=problem_responses(403, 404, 503))
async def activity(
    caller: CurrentCaller,
    connection: SnapshotConnection,
    language: RequestedLanguage,
    response: Response,
    layer: Annotated[str | None, Query(description="Only this layer.", examples=["plots"])] = None,
    whose: Annotated[Literal["all", "own", "others"], Query(description="Only the caller's own, or others'.")] = "all",
    by: Annotated[str | None, Query(max_length=63, description="Only this person's.", examples=["anna"])] = None,
    before: Annotated[
        str | None, Query(pattern=r"^[0-9]{1,19}$", description="Only earlier ones: the `next_before` of a page.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Maximum number of entries.")] = 50,
) -> ActivityPage:
    """Return what has been done to the records that the caller may read the history of, in sentences, latest first.

    A batch or a load of a file is one entry. What others did since the caller read last is new, until `PUT
    /api/activity/read`. Not for the public.
    """
    layers = _layers(caller, layer)
    wanted = Wanted(
        limit,
        before=int(before) if before else None,
        by=caller.name or "" if whose == "own" else by,
        but_by=caller.name if whose == "others" else None,
    )
    found = await read_activity(connection, layers, caller.audience_of, wanted)
    read = await read_up_to(connection, caller.name) if caller.name else None
    response.headers["Cache-Control"] = "private, no-store"
    return ActivityPage(
        entries=[_entry(entry, caller, read, language) for entry in found.entries],
        read_at=read.read_at.astimezone(CITY_TIME) if read else None,
        up_to=str(found.horizon),
        next_before=None if found.next_before is None else str(found.next_before),
    )


@router.put("/read", status_code=204, responses=problem_responses(401, 403, 503))
async def read_activity_up_to(service: CurrentService, caller: CurrentCaller, read: Read) -> None:
    """Note that the caller has read everything up to here. It is known wherever they sign in, and to nobody else."""
    if caller.name is None:
        raise Refusal(
            HTTPStatus.UNAUTHORIZED,
            "Only who has signed in has read anything. Send a token as “Authorization: Bearer …”.",
        )
    async with borrow_to_write(service.pools[caller.role], actor=caller.name) as connection:
        await note_read(connection, caller.name, int(read.up_to))


def _layers(caller: Caller, key: str | None) -> list[Layer]:
    """Return the layers that are told of. Raises RecordsNotPublic if the caller sees none of them from inside."""
    if key is not None and (key not in LAYERS or not caller.sees(LAYERS[key])):
        raise Refusal(HTTPStatus.NOT_FOUND, f"There is no layer “{key}”. Known layers: {', '.join(LAYERS)}.")
    asked = [LAYERS[key]] if key is not None else list(LAYERS.values())
    inside = [layer for layer in asked if caller.audience_of(layer.key) is not Audience.PUBLIC]
    if not inside:
        raise RecordsNotPublic("What was done to the records is internal.", "Send a reader's token.")
    return inside


def _entry(entry: Entry, caller: Caller, read: ReadUpTo | None, language: str) -> ActivityEntry:
    is_own = caller.name is not None and entry.by == caller.name
    kind = "load" if entry.load else "record" if len(entry.records) == 1 else "batch"
    return ActivityEntry(
        layer=entry.layer.key,
        layer_title=entry.layer.title.in_language(language),
        at=entry.at.astimezone(CITY_TIME),
        by=entry.by,
        is_own=is_own,
        is_new=read is not None and not is_own and read.is_new(entry),
        kind=kind,
        number=entry.number,
        sentence=sentence(entry, is_own=is_own).in_language(language),
        records=[_record(entry.layer, record, language) for record in entry.records[:MOST_NAMED]],
    )


def _record(layer: Layer, record: RecordChange, language: str) -> ActivityRecord:
    return ActivityRecord(
        id=record.id, name=record_name(layer, record).in_language(language), operation=record.operation
    )
