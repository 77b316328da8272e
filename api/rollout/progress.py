"""Routes of the rollout's progress: by cluster or programme on a day, and month by month."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.rollout.shared import Bounds, Insiders, Number, RequestedDay, in_kilometres, json_value, record
from api.service.dependencies import RecordId, SnapshotConnection
from api.service.openapi import problem_responses
from geo.periods import month_end
from geo.rollout.ahead import MOST_MONTHS, ahead, months_ahead
from geo.rollout.areas import Counts
from geo.rollout.clusters import cluster_named
from geo.rollout.progress import By, NoShare, Progress, progress, total
from geo.rollout.timeline import Month, timeline

router = APIRouter(prefix="/api/rollout", tags=["Broadband"], dependencies=[Insiders])

Kilometres = Annotated[Number, Field(description="Exact, inside the city.", examples=[12.345])]


class ProgressOut(BaseModel):
    """The progress of one cluster or programme, or of all."""

    part: Annotated[
        str | None,
        Field(
            description="The cluster's key, or the programme's id; null if there is none, and in the total.",
            examples=["WF-01"],
        ),
    ]
    label: Annotated[str | None, Field(description="Name of the cluster or programme.", examples=["WF-01"])]
    planned_km: Annotated[
        Number,
        Field(
            description="Everything built or to be built: planned by the day and not discarded, without duplicates and "
            "existing ducts. Exact, inside the city."
        ),
    ]
    laid_km: Annotated[Number, Field(description="The part that was laid by the day.")]
    laid_percent: Annotated[Number | None, Field(description="Laid ÷ planned; null if nothing is planned.")]
    overdue_km: Annotated[Number, Field(description="The part that was due before the day and not laid by then.")]
    overdue_month_km: Annotated[Number, Field(description="The part overdue by more than a month.")]
    undated_km: Annotated[Number, Field(description="Trenches without any date, which count nowhere else here.")]
    trenches: Annotated[int, Field(description="Number of trenches in `planned_km`.")]
    overdue_trenches: int
    overdue_month_trenches: int
    overbuilt_km: Annotated[
        Number,
        Field(
            description="The part of `planned_km` at most 5 m from another operator's trench, in stretches above 20 m."
        ),
    ]
    planned_connections: Annotated[
        int | None, Field(description="Planned in the expansion areas; null if none states a number.")
    ]
    planned_counts: Annotated[
        Counts | None,
        Field(
            description="What `planned_connections` counts: as the areas say, else as their programmes count. "
            "`unknown` if an area says nothing and has no programme, `mixed` if both are added up."
        ),
    ]
    counts: Annotated[
        Counts | None,
        Field(
            description="What the following numbers count, by the programmes; null if there is no connection or area."
        ),
    ]
    recorded: Annotated[int, Field(description="All connections on record that are not dropped by the day.")]
    passed: Annotated[
        int,
        Field(
            description="Connections passed by the day, including prepared, connected and activated ones; not dropped."
        ),
    ]
    connected: Annotated[int, Field(description="Number connected by the day, including activated ones.")]
    connected_addresses: Annotated[int, Field(description="`connected` in addresses.")]
    connected_dwellings: Annotated[
        int | None, Field(description="`connected` in dwellings; null if a connection has no number of dwellings.")
    ]
    connected_of_plan: Annotated[
        int | None, Field(description="`connected` in what `planned_counts` says; null if that is not known.")
    ]
    connected_percent: Annotated[
        Number | None, Field(description="`connected_of_plan` ÷ `planned_connections`; null: see `no_share`.")
    ]
    no_share: Annotated[NoShare | None, Field(description="Why there is no `connected_percent`.")]
    activated: int
    overdue_connections: Annotated[
        int,
        Field(
            description="Number due before the day and not connected by then. What has no due date is due with its "
            "expansion area, including what the area plans beyond the connections on record, if it counts the same."
        ),
    ]
    overdue_month_connections: int
    overdue_unrecorded: Annotated[
        int, Field(description="The part of `overdue_connections` that is planned, but not on record.")
    ]
    overdue_unrecorded_apart: Annotated[
        int,
        Field(
            description="Planned, due and not on record in areas whose number does not count what their programme "
            "counts (see `planned_counts`): not part of `overdue_connections`."
        ),
    ]
    overbuilt_connections: Annotated[
        int, Field(description="Connections at an address at which another operator has one, too.")
    ]
    bounds: Bounds


class ProgressesOut(BaseModel):
    """The progress of the rollout at the end of a day."""

    on: date
    by: Literal["cluster", "programme"]
    rows: list[ProgressOut]
    total: ProgressOut


class MonthOut(BaseModel):
    """Trenches and connections by their state at the end of a month; each counts in exactly one state."""

    month: Annotated[str, Field(examples=["2023-07"])]
    planned_km: Annotated[Number, Field(description="Planned, or with an application for consent.")]
    permitted_km: Kilometres
    cleared_km: Kilometres
    under_construction_km: Kilometres
    laid_km: Kilometres
    passed: Annotated[int, Field(description="Passed or prepared, but not connected.")]
    connected: Annotated[int, Field(description="Connected, but not activated.")]
    activated: int


class TimelineOut(BaseModel):
    """The rollout month by month; the last month ends with the day."""

    on: date
    months: list[MonthOut]


class AheadOut(BaseModel):
    """What is still to be built of one cluster or programme."""

    part: Annotated[str | None, Field(description="The cluster's key, or the programme's id; null if there is none.")]
    label: Annotated[str | None, Field(description="Name of the cluster or programme.", examples=["WF-01"])]
    due_km: Annotated[Number, Field(description="Due from the day on and by `until`, and not laid yet.")]
    building_km: Annotated[Number, Field(description="Under construction, whenever it is due.")]
    overdue_km: Annotated[Number, Field(description="Due before the day, and not laid yet.")]
    connections: Annotated[int, Field(description="Connections due from the day on and by `until`, not connected yet.")]
    overdue_connections: Annotated[int, Field(description="Due before the day, and not connected yet.")]
    first_due_on: Annotated[date | None, Field(description="The first day on which something of it is due.")]
    last_due_on: date | None
    bounds: Bounds


class DueMonthOut(BaseModel):
    """What is due in a month and not yet built."""

    month: Annotated[str, Field(examples=["2027-03"])]
    due_km: Kilometres
    connections: int


class AllAheadOut(BaseModel):
    """What is still to be built, by its due dates."""

    on: date
    until: date
    by: Literal["cluster", "programme"]
    rows: list[AheadOut]
    months: Annotated[
        list[DueMonthOut], Field(description="All months in which something is due, beyond `until`, too.")
    ]


@router.get("/progress", responses=problem_responses(403, 503))
async def rollout_progress(
    on: RequestedDay,
    connection: SnapshotConnection,
    by: Annotated[By, Query(description="One row per cluster or per programme.")] = By.CLUSTER,
    funding: Annotated[
        Literal["funded", "self_financed"] | None, Query(description="Only programmes with this funding.")
    ] = None,
) -> ProgressesOut:
    """Return kilometres planned, laid and overdue, and connections, by cluster or programme. Not for the public.

    For funded programmes, `planned_km` − `laid_km` and `laid_km` are the indicators trench_planned_km and
    trench_laid_km. Connections count as in funded_connections: an address counts once, or by its dwellings.
    """
    rows = await progress(connection, by, on, funding)
    return ProgressesOut(on=on, by=by.value, rows=[_progress(row) for row in rows], total=_progress(total(rows)))


@router.get("/timeline", responses=problem_responses(403, 503))
async def rollout_timeline(
    on: RequestedDay,
    connection: SnapshotConnection,
    cluster: Annotated[str | None, Query(description="Only this cluster, by its key.", examples=["WF-01"])] = None,
    programme: Annotated[RecordId | None, Query(description="Only this programme, by its id.")] = None,
) -> TimelineOut:
    """Return kilometres and connections by state at the end of each month since the first date. Not for the public."""
    part = None if cluster is None else await cluster_named(connection, "cluster", cluster)
    months = await timeline(connection, on, part, programme)
    return TimelineOut(on=on, months=[_month(month) for month in months])


@router.get("/ahead", responses=problem_responses(403, 503))
async def rollout_ahead(
    on: RequestedDay,
    connection: SnapshotConnection,
    by: Annotated[By, Query(description="One row per cluster or per programme.")] = By.CLUSTER,
    months: Annotated[
        int, Query(ge=0, le=MOST_MONTHS, description="Up to the end of which month after that of `on`.")
    ] = 6,
) -> AllAheadOut:
    """Return where building is going on and what is due in the next months. Not for the public.

    A due date is what operators or programmes have promised; what is overdue is listed, since it is still to come.
    """
    last = month_end(on, months)
    rows, every_month = await ahead(connection, by, on, last), await months_ahead(connection, on)
    return AllAheadOut(
        on=on,
        until=last,
        by=by.value,
        rows=[AheadOut.model_validate(in_kilometres(record(row), row)) for row in rows],
        months=[DueMonthOut.model_validate(in_kilometres(record(month), month)) for month in every_month],
    )


def _progress(row: Progress) -> ProgressOut:
    shares = {
        "laid_percent": json_value(row.laid_percent),
        "connected_of_plan": row.connected_of_plan,
        "connected_percent": json_value(row.connected_percent),
        "no_share": row.no_share,
    }
    return ProgressOut.model_validate(in_kilometres(record(row), row) | shares)


def _month(month: Month) -> MonthOut:
    return MonthOut.model_validate(in_kilometres(record(month), month))
