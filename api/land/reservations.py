"""The route of reservations that are due: those that end soon or have expired, and the waiting list."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.service.dependencies import CurrentCaller, RequestedLanguage, SnapshotConnection, freshness
from api.service.openapi import problem_responses
from geo.figures.kpis.answers import RecordsNotPublic
from geo.formatting import json_number
from geo.land.reservations import DUE, NEEDED, STATES, due_for, notice_days, today
from geo.periods import CITY_TIME
from geo.records.layers.layer import Audience

LAYERS = ("plots", *NEEDED)

router = APIRouter(prefix="/api/reservations", tags=["Land"])

Number = int | float


class ReservationOut(BaseModel):
    """A reservation of a plot or a part of it, or somebody who waits for one."""

    id: int
    plot: int
    plot_name: str
    area_m2: Annotated[Number | None, Field(description="Null: all that is left of the plot.")]
    queued_on: Annotated[date | None, Field(description="Since when it is on the waiting list.")]
    reserved_on: Annotated[date | None, Field(description="Since when land is promised; null while it waits.")]
    expires_on: date | None
    released_on: date | None
    note: str | None
    inquiry: int | None
    inquiry_number: str | None
    party: Annotated[int | None, Field(description="The inquiry's party.")]
    company: Annotated[str | None, Field(description="Its name if it is a company.")]
    state: Annotated[str, Field(description=f"{', '.join(f'`{state}`' for state in STATES)}.")]
    state_label: str
    holds: Annotated[bool, Field(description="Whether it is neither released nor expired, nor turned into a deal.")]
    promised_m2: Annotated[Number | None, Field(description="What it promises, less what the inquiry has got since.")]
    held_m2: Annotated[
        Number | None,
        Field(description="What is left of that; less only if somebody said yes to a deal with others."),
    ]
    place: Annotated[int | None, Field(description="Its place on the plot's waiting list.", examples=[1])]
    is_next: Annotated[bool, Field(description="Whether it waits, comes first, and the land is free.")]
    days_left: Annotated[int | None, Field(description="Days until `expires_on`, which still counts.")]
    ends_soon: Annotated[bool, Field(description="Whether it holds and ends within the agency's days of notice.")]
    entered_by: str
    entered_at: datetime


class DueOut(ReservationOut):
    """A reservation that somebody should decide on."""

    due: Annotated[str, Field(description=f"{', '.join(f'`{reason}`' for reason in DUE)}.")]
    due_label: str


class DueReservationsOut(BaseModel):
    """The reservations that somebody should decide on, the most pressing first."""

    on: date
    within_days: int
    rows: list[DueOut]


@router.get("/due", responses=problem_responses(403, 503))
async def due_reservations(
    caller: CurrentCaller,
    connection: SnapshotConnection,
    language: RequestedLanguage,
    response: Response,
    within_days: Annotated[
        int | None,
        Query(
            ge=1,
            le=365,
            description="How many days ahead, and back for those that have expired; by default the agency's days of "
            "notice (`land.reservation_notice_days` of its profile).",
        ),
    ] = None,
) -> DueReservationsOut:
    """Return the reservations that end soon or have just expired, and the waiting list. Not for the public."""
    if caller.audience_of(*LAYERS) is Audience.PUBLIC:
        lacking = [layer for layer in LAYERS if caller.audience_of(layer) is Audience.PUBLIC]
        raise RecordsNotPublic(
            "For whom land is reserved is internal.",
            f"It needs a token for {', '.join(lacking)}. The plots' status is public.",
        )
    days = within_days or notice_days()
    found = await due_for(connection, days, caller.audience_of)
    response.headers.update(freshness(Audience.INTERNAL))
    rows = [reservation_record(row, language) | {"due_label": DUE[row["due"]].in_language(language)} for row in found]
    return DueReservationsOut.model_validate({"on": today(), "within_days": days, "rows": rows})


def reservation_record(row: dict[str, Any], language: str) -> dict[str, Any]:
    """Return a row of geo.land.reservations for JSON: with exact numbers, the city's time, and the state's label."""
    numbers = {name: json_number(value) if isinstance(value, Decimal) else value for name, value in row.items()}
    return numbers | {
        "state_label": STATES[row["state"]].in_language(language),
        "entered_at": row["entered_at"].astimezone(CITY_TIME),
    }
