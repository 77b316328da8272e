"""How far the rollout has come: by cluster or programme on a day, and month by month."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.rollout.asking import AskedDay, Bounds, Insiders, Number, in_kilometres, record, written
from api.service.dependencies import RecordId, SnapshotConnection
from api.service.openapi import problem_responses
from geo.rollout.progress import By, Progress, progress, total
from geo.rollout.timeline import Month, timeline

router = APIRouter(prefix="/api/rollout", tags=["Broadband"], dependencies=[Insiders])

Kilometres = Annotated[Number, Field(description="Exact, inside the city.", examples=[12.345])]


class ProgressOut(BaseModel):
    """The progress of a cluster or programme, or of all of them."""

    part: Annotated[
        str | None,
        Field(description="The cluster, or the programme's id; null: without one, or the total.", examples=["WF-01"]),
    ]
    label: Annotated[str | None, Field(description="Its name.", examples=["WF-01"])]
    planned_km: Annotated[
        Number,
        Field(
            description="All that is to be or was built: planned by the day, not discarded; neither duplicates nor "
            "ducts that were there already. Exact, inside the city."
        ),
    ]
    laid_km: Annotated[Number, Field(description="What of it was laid by the day.")]
    laid_percent: Annotated[Number | None, Field(description="Laid ÷ planned; null where nothing is planned.")]
    overdue_km: Annotated[Number, Field(description="What of it was due before the day and not laid by then.")]
    overdue_month_km: Annotated[Number, Field(description="The same, by more than a month.")]
    undated_km: Annotated[Number, Field(description="Trenches without any date, which count in nothing else here.")]
    trenches: Annotated[int, Field(description="Trenches of `planned_km`.")]
    overdue_trenches: int
    overdue_month_trenches: int
    planned_connections: Annotated[
        int | None, Field(description="Of the expansion areas; null where none of them tells.")
    ]
    passed: Annotated[
        int,
        Field(description="Connections passed by the day (prepared, connected and activated ones, too), none dropped."),
    ]
    connected: Annotated[int, Field(description="Those connected by the day (activated ones, too).")]
    connected_percent: Annotated[Number | None, Field(description="Connected ÷ planned; null where none are planned.")]
    activated: int
    overdue_connections: Annotated[int, Field(description="Due before the day and not connected by then.")]
    overdue_month_connections: int
    bounds: Bounds


class ProgressesOut(BaseModel):
    """The progress of the rollout at the end of a day."""

    on: date
    by: Literal["cluster", "programme"]
    rows: list[ProgressOut]
    total: ProgressOut


class MonthOut(BaseModel):
    """Trenches and connections by the state that they had at the end of a month; each stands in one state."""

    month: Annotated[str, Field(examples=["2023-07"])]
    planned_km: Annotated[Number, Field(description="Planned, or consent applied for.")]
    permitted_km: Kilometres
    cleared_km: Kilometres
    under_construction_km: Kilometres
    laid_km: Kilometres
    passed: Annotated[int, Field(description="Passed or prepared, not connected.")]
    connected: Annotated[int, Field(description="Connected, not activated.")]
    activated: int


class TimelineOut(BaseModel):
    """The rollout month by month, the last one up to the day."""

    on: date
    months: list[MonthOut]


@router.get("/progress", responses=problem_responses(403, 503))
async def rollout_progress(
    on: AskedDay,
    connection: SnapshotConnection,
    by: Annotated[By, Query(description="Rows by cluster or by programme.")] = By.CLUSTER,
    funding: Annotated[
        Literal["funded", "self_financed"] | None, Query(description="Only programmes with this funding.")
    ] = None,
) -> ProgressesOut:
    """Kilometres planned, laid and overdue, and connections, by cluster or programme. Not for the public.

    Of funded programmes, `planned_km` − `laid_km` and `laid_km` are the indicators trench_planned_km and
    trench_laid_km. Connections count as in funded_connections: an address once, or by its dwellings.
    """
    rows = await progress(connection, by, on, funding)
    return ProgressesOut(on=on, by=by.value, rows=[_progress(row) for row in rows], total=_progress(total(rows)))


@router.get("/timeline", responses=problem_responses(403, 503))
async def rollout_timeline(
    on: AskedDay,
    connection: SnapshotConnection,
    cluster: Annotated[str | None, Query(description="Only this cluster.", examples=["WF-01"])] = None,
    programme: Annotated[RecordId | None, Query(description="Only this programme, by its id.")] = None,
) -> TimelineOut:
    """Kilometres and connections by their state at the end of every month, from the first date on. Not public."""
    months = await timeline(connection, on, cluster, programme)
    return TimelineOut(on=on, months=[_month(month) for month in months])


def _progress(row: Progress) -> ProgressOut:
    shares = {"laid_percent": written(row.laid_percent), "connected_percent": written(row.connected_percent)}
    return ProgressOut.model_validate(in_kilometres(record(row), row) | shares)


def _month(month: Month) -> MonthOut:
    return MonthOut.model_validate(in_kilometres(record(month), month))
