"""Routes for the weekly meeting: obstructions, the consent clock and letters of intent."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.rollout.shared import Bounds, Insiders, Number, RequestedDay, in_kilometres, json_value, labelled, record
from api.service.dependencies import RequestedLanguage, SnapshotConnection, freshness
from api.service.openapi import problem_responses
from geo.records.layers import codes_of
from geo.records.layers.layer import Audience
from geo.rollout.consents import Application, State, consents
from geo.rollout.letters import letters
from geo.rollout.obstructed import obstructed_geojson
from geo.rollout.obstructions import HeldUp, Obstruction, held_up, obstructions
from geo.workdays import time_limit_law

LAW = f" ({time_limit_law()})" if time_limit_law() else ""

router = APIRouter(prefix="/api/rollout", tags=["Broadband"], dependencies=[Insiders])


class HeldUpOut(BaseModel):
    """The combined effect of several obstructions. Days and kilometres that they share count once."""

    obstructions: int
    open: Annotated[int, Field(description="Number of these that are still open.")]
    days: Annotated[int, Field(description="Days on which at least one was open: the union of the intervals.")]
    km: Annotated[
        Number, Field(description="Length of the obstructed trenches, each counted once; exact, inside the city.")
    ]
    trenches: int
    connections: Annotated[
        int,
        Field(description="Number of connections that are obstructed directly, without those made before or dropped."),
    ]


class ByKind(HeldUpOut):
    """The combined effect of one kind of obstruction."""

    kind: Annotated[str, Field(examples=["ordnance"])]
    label: Annotated[str, Field(examples=["Kampfmittel"])]


class ByResponsible(HeldUpOut):
    """The combined effect of the obstructions for which one party is responsible."""

    responsible: Annotated[str | None, Field(description="Null if none is named.")]


class ObstructionOut(BaseModel):
    """An obstruction of a trench, a cluster or a connection."""

    id: int
    source_id: str | None
    kind: Annotated[str, Field(examples=["ordnance"])]
    label: Annotated[str, Field(examples=["Kampfmittel"])]
    responsible: str | None
    trench: Annotated[int | None, Field(description="The trench's id.")]
    cluster: str | None
    connection: Annotated[int | None, Field(description="The connection's id.")]
    address: Annotated[str | None, Field(description="The connection's address.")]
    from_on: date
    until_on: Annotated[date | None, Field(description="The last day; null if not known yet.")]
    over_on: Annotated[
        date | None,
        Field(
            description="The day by which nothing was left to be held up: the trench laid or discarded, the connection "
            "made or dropped, or all trenches of the cluster."
        ),
    ]
    is_open: Annotated[bool, Field(description="Whether it holds something up on the day.")]
    days: Annotated[
        int,
        Field(
            description="Number of days up to the day or `over_on`, including the first and last; 0 if it was over "
            "before."
        ),
    ]
    km: Annotated[
        Number,
        Field(
            description="Length of the trench, or of the cluster's trenches planned by its end, without what was laid "
            "before it began or is discarded by the day; exact, inside the city."
        ),
    ]
    trenches: int
    connections: int
    bounds: Bounds


class ObstructionsOut(BaseModel):
    """The obstructions up to a day."""

    on: date
    total: HeldUpOut
    by_kind: list[ByKind]
    by_responsible: list[ByResponsible]
    rows: Annotated[list[ObstructionOut], Field(description="Open ones first, then by duration, longest first.")]


class ApplicationOut(BaseModel):
    """An undecided application for consent to a trench."""

    trench: Annotated[int, Field(description="The trench's id.")]
    source_id: str | None
    cluster: str | None
    operator: str | None
    km: Annotated[Number, Field(description="The trench's whole length; exact.")]
    state: Annotated[
        Literal["deemed", "running", "incomplete"],
        Field(
            description="`deemed`: the period has ended, consent is deemed given; `running`: the period is running; "
            "`incomplete`: not known to be complete, so no period is running."
        ),
    ]
    applied_on: date | None
    complete_on: date | None
    three_months_on: Annotated[date | None, Field(description="Three calendar months after it was complete.")]
    extended_until: date | None
    ends_on: Annotated[
        date | None,
        Field(
            description="The last day of the period: after three months, or the next working day if that is a "
            f"Saturday, Sunday or public holiday{LAW}; or the end of the extension."
        ),
    ]
    deemed_from: Annotated[
        date | None, Field(description="The first day on which consent is deemed given, unless decided before.")
    ]
    days_left: Annotated[int | None, Field(description="Days until `ends_on`; negative if that has passed.")]
    works_began: Annotated[bool, Field(description="Whether works have begun nevertheless.")]
    bounds: Bounds


class ConsentsOut(BaseModel):
    """The consent clock on a day."""

    on: date
    counts: Annotated[
        dict[str, int], Field(description="Applications by state, including decided ones (`permitted`, `refused`).")
    ]
    rows: Annotated[list[ApplicationOut], Field(description="Undecided applications, those past their period first.")]


class LetterOut(BaseModel):
    """A letter of intent: connections promised and delivered."""

    id: int
    source_id: str | None
    operator: str
    signed_on: Annotated[
        date | None, Field(description="Day of signing, or the earliest later step; null if not known.")
    ]
    ended_on: date | None
    terminated_on: date | None
    promised: Annotated[int | None, Field(description="Connections promised.")]
    areas: Annotated[int, Field(description="Number of expansion areas that belong to it.")]
    planned_connections: Annotated[int | None, Field(description="Connections planned in these areas.")]
    delivered: Annotated[
        int | None,
        Field(
            description="The operator's connections in these areas that were connected on or after the day of signing; "
            "null if that day or the areas are not known."
        ),
    ]
    delivered_percent: Annotated[Number | None, Field(description="Delivered ÷ promised.")]
    bounds: Bounds


class LettersOut(BaseModel):
    """The letters of intent signed by a day, in order of signing."""

    on: date
    rows: list[LetterOut]


@router.get("/obstructions", responses=problem_responses(403, 503))
async def rollout_obstructions(
    on: RequestedDay, language: RequestedLanguage, connection: SnapshotConnection
) -> ObstructionsOut:
    """Return obstructions with their days and kilometres, by kind and by responsible party. Not for the public."""
    found = await obstructions(connection, on)
    totals = await held_up(connection, on)
    kinds = [one for one in totals if one.by == "kind"]
    return ObstructionsOut.model_validate(
        {
            "on": on,
            "total": next(_held_up(one, language) for one in totals if one.by == "all"),
            "by_kind": [_held_up(one, language) for one in kinds],
            "by_responsible": [_held_up(one, language) for one in totals if one.by == "responsible"],
            "rows": [_held_up(one, language) for one in found],
        }
    )


@router.get(
    "/obstructions/places",
    response_class=Response,
    responses={
        200: {
            "description": "A point for a symbol for each obstruction and the lines of its trenches, both with its id.",
            "content": {"application/geo+json": {"schema": {"type": "object"}}},
        },
        **problem_responses(403, 503),
    },
)
async def rollout_obstructed(on: RequestedDay, language: RequestedLanguage, connection: SnapshotConnection) -> Response:
    """Return the places affected by obstructions open on the day, as GeoJSON for a map. Not for the public."""
    found = await obstructed_geojson(connection, on, language)
    return Response(found, media_type="application/geo+json", headers=freshness(Audience.INTERNAL))


@router.get("/consents", responses=problem_responses(403, 503))
async def rollout_consents(on: RequestedDay, connection: SnapshotConnection) -> ConsentsOut:
    """Return undecided applications for consent, and when consent is deemed given. Not for the public.

    § 127 Abs. 3 TKG: three months after receipt of the complete application (§§ 187, 188 BGB), unless the period was
    extended or consent was refused.
    """
    found = await consents(connection, on)
    return ConsentsOut(
        on=on,
        counts={state.value: found.counts[state] for state in State},
        rows=[_application(one, on) for one in found.undecided],
    )


@router.get("/letters", responses=problem_responses(403, 503))
async def rollout_letters(on: RequestedDay, connection: SnapshotConnection) -> LettersOut:
    """Return letters of intent with the connections promised and delivered. Not for the public."""
    found = await letters(connection, on)
    rows = [record(one) | {"delivered_percent": json_value(one.delivered_percent)} for one in found]
    return LettersOut.model_validate({"on": on, "rows": rows})


def _held_up(one: HeldUp | Obstruction, language: str) -> dict[str, Any]:
    return in_kilometres(record(one), one) | {"label": labelled(codes_of("obstructions", "kind"), one.kind, language)}


def _application(one: Application, on: date) -> ApplicationOut:
    clock = {
        "state": one.state(on).value,
        "ends_on": one.ends_on,
        "deemed_from": one.deemed_from,
        "days_left": one.days_left(on),
    }
    return ApplicationOut.model_validate(in_kilometres(record(one), one) | clock)
