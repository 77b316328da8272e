"""The route of the demand for commercial land and the supply that matches it, for the land-strategy agency."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from api.land.supply import Items, Number, PartLabel, instant
from api.records.item_urls import item_urls
from api.service.dependencies import CurrentCaller, RequestedLanguage, SnapshotConnection, freshness
from api.service.openapi import problem_responses
from geo.figures.kpis.answers import RecordsNotPublic
from geo.formatting import json_number
from geo.land.demand import DIMENSIONS, Demand, DemandRow, demand_for
from geo.land.demand.document import row_record
from geo.land.demand.filters import row_provenance
from geo.land.supply import parse_dimensions
from geo.records.layers.layer import Audience

LAYERS = ("inquiries", "plots", "districts")

router = APIRouter(prefix="/api/demand", tags=["Land"])


class DemandRowOut(BaseModel):
    """The inquiries of one part, or of all, and the plots on offer that match them."""

    part: Annotated[dict[str, PartLabel], Field(description="By dimension; empty in the total.")]
    inquiries: Annotated[int, Field(description="Open inquiries for land.")]
    smallest_ha: Annotated[Number, Field(description="Sum of the smallest areas that they can use; exact.")]
    largest_ha: Annotated[Number, Field(description="Sum of the largest areas that they can use; exact.")]
    plots: Annotated[int, Field(description="Plots on offer that match at least one of them.")]
    plots_ha: Annotated[Number, Field(description="Remaining area of these plots; exact.")]
    unmet: Annotated[int, Field(description="Inquiries without a matching plot on offer.")]
    items: Items


class DemandOut(BaseModel):
    """The demand for commercial land on a day."""

    day: date
    by: Annotated[list[str], Field(description="The dimensions of the split.", examples=[["size_class", "zoning"]])]
    rows: Annotated[
        list[DemandRowOut],
        Field(description="The parts. An inquiry for several districts counts once in each and once in the total."),
    ]
    total: DemandRowOut


async def dimensions(
    by: Annotated[
        str | None,
        Query(description="Any of `size_class`, `zoning`, `district`, separated by commas.", examples=["size_class"]),
    ] = None,
) -> tuple[str, ...]:
    """Return the dimensions of the split. Raises UnknownDimension."""
    return parse_dimensions(by, DIMENSIONS)


@router.get("", responses=problem_responses(403, 503))
async def land_demand(
    request: Request,
    by: Annotated[tuple[str, ...], Depends(dimensions)],
    as_of: Annotated[datetime | None, Depends(instant)],
    language: RequestedLanguage,
    caller: CurrentCaller,
    connection: SnapshotConnection,
    response: Response,
) -> DemandOut:
    """Return the open inquiries for land, the area they need, and the plots on offer that match. Not for the public."""
    audience = caller.audience_of(*LAYERS)
    if audience is Audience.PUBLIC:
        raise RecordsNotPublic("Inquiries and their totals are internal.", "/api/land-supply is public.")
    found = await demand_for(connection, by, as_of)
    response.headers.update(freshness(audience))
    base = str(request.base_url)
    return DemandOut.model_validate(
        {
            "day": found.day,
            "by": list(by),
            "rows": [_row(found, row, language, base, as_of) for row in found.rows],
            "total": _row(found, found.total, language, base, as_of),
        }
    )


def _row(found: Demand, row: DemandRow, language: str, base: str, as_of: datetime | None) -> dict[str, Any]:
    numbers = {
        name: json_number(value) if isinstance(value, Decimal) else value for name, value in row_record(row).items()
    }
    part = {name: {"code": code, "label": found.label(name, code, language)} for name, code in row.part.items()}
    return {"part": part, **numbers, "items": item_urls(base, row_provenance(row), as_of)}
