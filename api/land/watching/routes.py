"""Routes of what people watch: a plot, an area, a saved search, an inquiry; what happened; and the daily digest."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.records.ogc.bodies import MessageLanguage
from api.service.dependencies import CurrentPerson, CurrentService, PersonalConnection, RecordId
from api.service.openapi import problem_responses
from api.service.problems import Refusal
from geo.access import Caller
from geo.land.watching import digests, events, watches
from geo.land.watching.adding import add
from geo.land.watching.noting import note
from geo.land.watching.watches import Target, Watch
from geo.records.layers.layer import Text
from geo.settings import MAILBOX
from geo.store.database import AsyncConnection

router = APIRouter(prefix="/api/watches", tags=["Watching"])

Coordinates = Annotated[list[Any], Field(max_length=1_000)]


class PolygonIn(BaseModel):
    """An area in GeoJSON (CRS84)."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["Polygon", "MultiPolygon"]
    coordinates: Annotated[
        Coordinates, Field(examples=[[[[7.4, 51.5], [7.5, 51.5], [7.5, 51.6], [7.4, 51.6], [7.4, 51.5]]]])
    ]


class WatchIn(BaseModel):
    """What to watch: exactly one of a plot, an area drawn or recorded, a saved search, an inquiry."""

    model_config = ConfigDict(extra="forbid")

    plot: RecordId | None = None
    area: PolygonIn | None = None
    name: Annotated[str | None, Field(max_length=1000, description="What an area that was drawn is called.")] = None
    industrial_area: RecordId | None = None
    search: RecordId | None = None
    inquiry: RecordId | None = None

    @property
    def target(self) -> Target:
        """What is to be watched. Raises Refusal (422) unless it is one thing."""
        things = {name: getattr(self, name) for name in ("plot", "area", "industrial_area", "search", "inquiry")}
        given = [name for name, value in things.items() if value is not None]
        if len(given) != 1 or (self.area is not None and not self.name):
            raise Refusal(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "Name exactly one of plot, area (with a name), industrial_area, search and inquiry.",
            )
        kind = "area" if given[0] in ("area", "industrial_area") else given[0]
        area = self.area.model_dump() if self.area else None
        return Target(kind, **{**things, "area": area}, name=self.name if self.area else None)  # pyright: ignore[reportArgumentType]


class EventOut(BaseModel):
    """Something that happened to what is watched."""

    id: int
    plot: int | None
    name: Annotated[str | None, Field(description="The plot's name.")]
    kind: Literal["created", "changed", "deleted", "entered", "left", "redefined"]
    at: datetime
    is_shown: Annotated[bool, Field(description="Whether the caller sees the plot now.")]
    sentence: str


class WatchOut(BaseModel):
    """Something that is watched, and what happened to it since it was last looked at, the latest first."""

    id: int
    kind: Literal["plot", "area", "search", "inquiry"]
    title: str
    plot: int | None
    industrial_area: int | None
    search: int | None
    inquiry: int | None
    area: Annotated[dict[str, Any] | None, Field(description="An area that was drawn, in GeoJSON.")]
    began_at: datetime
    broken: Annotated[str | None, Field(description="Why it cannot be evaluated; null if it can.")]
    events: list[EventOut]


class WatchesOut(BaseModel):
    """What the caller watches."""

    watches: list[WatchOut]
    last_event: Annotated[int, Field(description="Send it to `/api/watches/looked` when this has been looked at.")]
    began_anew: Annotated[
        bool,
        Field(description="Whether the caller's rights have changed, so that only what comes from now on is told."),
    ]


class Looked(BaseModel):
    """Up to which event the caller has looked."""

    model_config = ConfigDict(extra="forbid")

    event: Annotated[int, Field(ge=0, le=2**63 - 1)]


class DigestOut(BaseModel):
    """The daily digest: where it goes, and whether this service sends any."""

    email: str | None
    language: Literal["de", "en"]
    is_sent: Annotated[bool, Field(description="Whether the operator has set a mail server.")]
    failure: Annotated[str | None, Field(description="Why the last one could not be sent.")]


class DigestIn(BaseModel):
    """Where the daily digest is to go."""

    model_config = ConfigDict(extra="forbid")

    email: Annotated[
        str | None,
        Field(max_length=254, pattern=MAILBOX, description="Null: no digest."),
    ] = None
    language: Literal["de", "en"] = "de"


WatchId = Annotated[RecordId, Path(alias="watchId", description="The watch's id.")]


@router.get("", responses=problem_responses(401, 503))
async def list_watches(
    caller: CurrentPerson, connection: PersonalConnection, language: MessageLanguage, response: Response
) -> WatchesOut:
    """Return what the caller watches, with what happened since they last looked, as they may see it now."""
    response.headers["Cache-Control"] = "private, no-store"
    noted = await note(connection, caller)
    titles = await events.names(connection, noted.watches, caller)
    found = [
        await _watch(connection, one, caller, titles[one.id], noted.broken.get(one.id), language)
        for one in noted.watches
    ]
    last = await events.last_event(connection)
    return WatchesOut(watches=found, last_event=last, began_anew=noted.began_anew)


@router.post("", status_code=201, responses=problem_responses(401, 403, 404, 409, 413, 422, 503))
async def begin_watch(
    caller: CurrentPerson,
    connection: PersonalConnection,
    language: MessageLanguage,
    response: Response,
    wanted: WatchIn,
) -> WatchOut:
    """Watch something from now on. What is watched already is returned as it is."""
    response.headers["Cache-Control"] = "private, no-store"
    watch = await add(connection, caller, wanted.target)
    titles = await events.names(connection, [watch], caller)
    return await _watch(connection, watch, caller, titles[watch.id], None, language)


@router.delete("/{watchId}", status_code=204, responses=problem_responses(401, 403, 404, 503))
async def end_watch(_caller: CurrentPerson, connection: PersonalConnection, watch: WatchId) -> None:
    """No longer watch something."""
    if not await watches.remove(connection, watch):
        raise watches.NothingToWatch


@router.post("/looked", status_code=204, responses=problem_responses(401, 403, 413, 503))
async def note_look(_caller: CurrentPerson, connection: PersonalConnection, looked: Looked) -> None:
    """Note that the caller has looked at everything up to an event: the next list begins after it."""
    await watches.look(connection, looked.event)


@router.get("/digest", responses=problem_responses(401, 503))
async def digest(
    caller: CurrentPerson,
    connection: PersonalConnection,
    service: CurrentService,
    language: MessageLanguage,
    response: Response,
) -> DigestOut:
    """Return where the caller's daily digest goes."""
    response.headers["Cache-Control"] = "private, no-store"
    return await _digest(connection, is_sent=service.settings.smtp_host is not None)


@router.put("/digest", responses=problem_responses(401, 403, 413, 503))
async def subscribe(
    caller: CurrentPerson,
    connection: PersonalConnection,
    service: CurrentService,
    response: Response,
    wanted: DigestIn,
) -> DigestOut:
    """Have the daily digest sent to an address, or nowhere. It begins with what happens from now on."""
    response.headers["Cache-Control"] = "private, no-store"
    await note(connection, caller)
    await digests.subscribe(connection, wanted.email, wanted.language)
    return await _digest(connection, is_sent=service.settings.smtp_host is not None)


async def _digest(connection: AsyncConnection, *, is_sent: bool) -> DigestOut:
    found = await digests.subscription(connection)
    return DigestOut(email=found.email, language=found.language, is_sent=is_sent, failure=found.failure)


async def _watch(
    connection: AsyncConnection, watch: Watch, caller: Caller, title: Text, broken: Text | None, language: str
) -> WatchOut:
    happened = await events.events(connection, watch, caller, after=watch.looked_event)
    shown = [
        EventOut(
            id=one.id,
            plot=one.plot,
            name=one.name,
            kind=one.kind,
            at=one.at,
            is_shown=one.is_shown,
            sentence=one.sentence.in_language(language),
        )
        for one in happened
    ]
    names = ("id", "kind", "plot", "industrial_area", "search", "inquiry", "began_at")
    return WatchOut(
        **{name: getattr(watch, name) for name in names},
        area=dict(watch.area) if watch.area else None,
        title=title.in_language(language),
        broken=broken and broken.in_language(language),
        events=shown,
    )
