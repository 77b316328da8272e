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
from geo.rollout.areas import Counts
from geo.rollout.consents import Application, consents
from geo.rollout.consents import State as ConsentState
from geo.rollout.letters import Letter, NoShare, Promised, State, letters, totals
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
    promises: Annotated[
        Literal["self_financed", "programme", "all"],
        Field(
            description="Which connections count: `self_financed`: those of no funded programme; `programme`: those of "
            "`programme`; `all`."
        ),
    ]
    programme: Annotated[str | None, Field(description="Name of the programme that it promises.")]
    signed_on: Annotated[
        date | None, Field(description="Day of signing, or the earliest later step; null if not known.")
    ]
    deadline_on: Annotated[date | None, Field(description="The last day of the promise, also one to come.")]
    ended_on: Annotated[date | None, Field(description="The last day of the promise, if it has come by the day.")]
    terminated_on: date | None
    state: Annotated[
        State,
        Field(
            description="`fulfilled` as soon as the promise is; `missed` or `unknown` once the deadline is over; "
            "`terminated`; else `in_force`."
        ),
    ]
    promised: Annotated[int | None, Field(description="Connections promised.")]
    counts: Annotated[Counts, Field(description="What `promised` counts, and `delivered`, too (addresses if unknown).")]
    areas: Annotated[int, Field(description="Number of expansion areas that belong to it.")]
    planned_connections: Annotated[int | None, Field(description="Connections planned in these areas.")]
    planned_counts: Annotated[Counts | None, Field(description="What `planned_connections` counts; null without any.")]
    delivered: Annotated[
        int | None,
        Field(
            description="The operator's connections in these areas that it promises and that were made from the day of "
            "signing to its end, each credited to one letter: the first signed of those in force on that day. Null if "
            "that day, the areas or the dwellings are not known."
        ),
    ]
    delivered_percent: Annotated[Number | None, Field(description="Delivered ÷ promised, both of one unit.")]
    missing: Annotated[int | None, Field(description="Promised and not delivered; null if that is not known.")]
    no_share: Annotated[NoShare | None, Field(description="Why there is no `delivered_percent`.")]
    bounds: Bounds


class PromisedOut(BaseModel):
    """The letters together whose numbers count the same; those of which one is not known are left out."""

    counts: Annotated[Counts, Field(description="What both numbers count: `address` or `dwelling`.")]
    letters: Annotated[int, Field(description="Number of letters.")]
    promised: int
    delivered: int
    delivered_percent: Number | None


class LettersOut(BaseModel):
    """The letters of intent signed by a day, in order of signing."""

    on: date
    rows: list[LetterOut]
    totals: Annotated[list[PromisedOut], Field(description="One for each unit in which letters promise.")]


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
        counts={state.value: found.counts[state] for state in ConsentState},
        rows=[_application(one, on) for one in found.undecided],
    )


@router.get("/letters", responses=problem_responses(403, 503))
async def rollout_letters(on: RequestedDay, connection: SnapshotConnection) -> LettersOut:
    """Return letters of intent with the connections promised and delivered. Not for the public."""
    found = await letters(connection, on)
    return LettersOut(
        on=on,
        rows=[LetterOut.model_validate(record(one) | _outcome(one)) for one in found],
        totals=[PromisedOut.model_validate(record(one) | _share(one)) for one in totals(found)],
    )


def _outcome(one: Letter) -> dict[str, Any]:
    return {"state": one.state, "missing": one.missing, "no_share": one.no_share} | _share(one)


def _share(one: Letter | Promised) -> dict[str, Any]:
    return {"delivered_percent": json_value(one.delivered_percent)}


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
