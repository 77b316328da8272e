"""What the weekly meeting is about: obstructions, the consent clock, letters of intent."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.rollout.asking import AskedDay, Bounds, Insiders, Number, in_kilometres, labelled, record, written
from api.service.dependencies import AskedLanguage, SnapshotConnection, freshness
from api.service.openapi import problem_responses
from geo.records.layers import codes
from geo.records.layers.layer import Audience
from geo.rollout.consents import Application, State, consents
from geo.rollout.letters import letters
from geo.rollout.obstructed import obstructed
from geo.rollout.obstructions import HeldUp, Obstruction, held_up, obstructions

router = APIRouter(prefix="/api/rollout", tags=["Broadband"], dependencies=[Insiders])


class HeldUpOut(BaseModel):
    """What several obstructions hold up together: days and kilometres that several of them share count once."""

    obstructions: int
    open: Annotated[int, Field(description="Of these, those that last.")]
    days: Annotated[int, Field(description="Days on which at least one of them held up: the union of the intervals.")]
    km: Annotated[Number, Field(description="Of the trenches held up, each once; exact, inside the city.")]
    trenches: int
    connections: Annotated[int, Field(description="Of those obstructed by themselves.")]


class ByKind(HeldUpOut):
    """The same of a kind of obstruction."""

    kind: Annotated[str, Field(examples=["ordnance"])]
    label: Annotated[str, Field(examples=["Kampfmittel"])]


class ByResponsible(HeldUpOut):
    """The same of whoever is responsible."""

    responsible: Annotated[str | None, Field(description="Null: nobody is named.")]


class ObstructionOut(BaseModel):
    """What holds up a trench, a cluster or a connection."""

    id: int
    source_id: str | None
    kind: Annotated[str, Field(examples=["ordnance"])]
    label: Annotated[str, Field(examples=["Kampfmittel"])]
    responsible: str | None
    trench: Annotated[int | None, Field(description="The trench's id.")]
    cluster: str | None
    connection: Annotated[int | None, Field(description="The connection's id.")]
    address: Annotated[str | None, Field(description="The connection's.")]
    from_on: date
    until_on: Annotated[date | None, Field(description="The last day; null: nobody knows yet.")]
    is_open: Annotated[bool, Field(description="Whether it lasts on the day.")]
    days: Annotated[int, Field(description="Up to the day, first and last included.")]
    km: Annotated[
        Number,
        Field(
            description="Of the trench, or of the cluster's trenches that were planned and not yet laid meanwhile; "
            "exact, inside the city."
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
    rows: Annotated[list[ObstructionOut], Field(description="Those that last first, the longest first.")]


class ApplicationOut(BaseModel):
    """An application for consent to a trench that nobody has decided."""

    trench: Annotated[int, Field(description="The trench's id.")]
    source_id: str | None
    cluster: str | None
    operator: str | None
    km: Annotated[Number, Field(description="The trench's whole length; exact.")]
    state: Annotated[
        Literal["deemed", "running", "incomplete"],
        Field(
            description="`deemed`: the period is over, it counts as consented; `running`: the period runs; "
            "`incomplete`: not known to be complete, so that no period runs."
        ),
    ]
    applied_on: date | None
    complete_on: date | None
    three_months_on: Annotated[date | None, Field(description="Three months after it was complete, by the calendar.")]
    extended_until: date | None
    ends_on: Annotated[
        date | None,
        Field(
            description="The last day of the period: three months, on a Saturday, Sunday or public holiday the next "
            "working day (§ 31 Abs. 3 VwVfG NRW); or the day until which it is extended."
        ),
    ]
    deemed_from: Annotated[
        date | None, Field(description="The first day on which it counts as consented unless it is decided before.")
    ]
    days_left: Annotated[int | None, Field(description="Up to `ends_on`; negative: for how long that has been over.")]
    works_began: Annotated[bool, Field(description="Whether works began all the same.")]
    bounds: Bounds


class ConsentsOut(BaseModel):
    """The consent clock on a day."""

    on: date
    counts: Annotated[
        dict[str, int], Field(description="Applications by state, decided ones (`permitted`, `refused`), too.")
    ]
    rows: Annotated[list[ApplicationOut], Field(description="Those undecided: first those past their period.")]


class LetterOut(BaseModel):
    """A letter of intent: promised against delivered."""

    id: int
    source_id: str | None
    operator: str
    signed_on: Annotated[date | None, Field(description="Or the earliest later step; null: not known.")]
    ended_on: date | None
    terminated_on: date | None
    promised: Annotated[int | None, Field(description="Connections promised.")]
    areas: Annotated[int, Field(description="Expansion areas that belong to it.")]
    planned_connections: Annotated[int | None, Field(description="Of these areas.")]
    delivered: Annotated[
        int | None,
        Field(
            description="The operator's connections inside these areas, connected from the day of signing on; null "
            "where that day or the areas are not known."
        ),
    ]
    delivered_percent: Annotated[Number | None, Field(description="Delivered ÷ promised.")]
    bounds: Bounds


class LettersOut(BaseModel):
    """The letters of intent signed by a day, in that order."""

    on: date
    rows: list[LetterOut]


@router.get("/obstructions", responses=problem_responses(403, 503))
async def rollout_obstructions(
    on: AskedDay, language: AskedLanguage, connection: SnapshotConnection
) -> ObstructionsOut:
    """Obstructions with the days and kilometres that they hold up, by kind and by who is responsible. Not public."""
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
            "description": "Of each a point for a sign and, where it is of trenches, their lines; both with its id.",
            "content": {"application/geo+json": {"schema": {"type": "object"}}},
        },
        **problem_responses(403, 503),
    },
)
async def rollout_obstructed(on: AskedDay, language: AskedLanguage, connection: SnapshotConnection) -> Response:
    """What the obstructions that last on the day hold up, as GeoJSON for a map. Not for the public."""
    found = await obstructed(connection, on, language)
    return Response(found, media_type="application/geo+json", headers=freshness(Audience.INTERNAL))


@router.get("/consents", responses=problem_responses(403, 503))
async def rollout_consents(on: AskedDay, connection: SnapshotConnection) -> ConsentsOut:
    """Applications for consent that nobody has decided, and when they count as consented. Not for the public.

    § 127 Abs. 3 TKG: three months after the complete application came in (§§ 187, 188 BGB), unless the period was
    extended or the consent refused.
    """
    found = await consents(connection, on)
    return ConsentsOut(
        on=on,
        counts={state.value: found.counts[state] for state in State},
        rows=[_application(one, on) for one in found.undecided],
    )


@router.get("/letters", responses=problem_responses(403, 503))
async def rollout_letters(on: AskedDay, connection: SnapshotConnection) -> LettersOut:
    """Letters of intent: connections promised against those delivered. Not for the public."""
    found = await letters(connection, on)
    rows = [record(one) | {"delivered_percent": written(one.delivered_percent)} for one in found]
    return LettersOut.model_validate({"on": on, "rows": rows})


def _held_up(one: HeldUp | Obstruction, language: str) -> dict[str, Any]:
    return in_kilometres(record(one), one) | {"label": labelled(codes.OBSTRUCTION, one.kind, language)}


def _application(one: Application, on: date) -> ApplicationOut:
    clock = {
        "state": one.state(on).value,
        "ends_on": one.ends_on,
        "deemed_from": one.deemed_from,
        "days_left": one.days_left(on),
    }
    return ApplicationOut.model_validate(in_kilometres(record(one), one) | clock)
