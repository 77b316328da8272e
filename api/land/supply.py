"""The route of the supply of commercial land, for the land-strategy agency and, in part, for the public."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from api.records.item_urls import item_urls
from api.service.dependencies import CurrentCaller, FiguresConnection, RequestedLanguage, freshness
from api.service.openapi import problem_responses
from geo.formatting import json_number
from geo.land.supply import LAYERS, MeasureCount, Row, Supply, parse_dimensions, supply_for
from geo.land.supply.document import row_record, window_record
from geo.land.supply.filters import measure_provenance, row_provenance, window_provenance
from geo.periods import parse_day, parse_instant
from geo.records.layers.layer import Audience
from geo.records.provenance import Provenance

router = APIRouter(prefix="/api/land-supply", tags=["Land"])

Number = int | float
ItemUrls = Callable[[Mapping[str, Provenance]], dict[str, str]]
Items = Annotated[
    dict[str, str],
    Field(
        description="URLs of the features behind each figure, by its name. The figure is the sum of their `area_m2` "
        "(offered, take-up, purchases) or `remaining_m2`, their number, or the median of their values."
    ),
]


class PartLabel(BaseModel):
    """A row's value in one dimension."""

    code: Annotated[
        str | None,
        Field(
            description="A code, a district's key, `outside` or `unlocated`; null if not stated.",
            examples=["immediate"],
        ),
    ]
    label: Annotated[str, Field(examples=["sofort"])]


class WindowOut(BaseModel):
    """Take-up and purchases of the last `years` years before the day."""

    years: Annotated[int, Field(examples=[3])]
    takeup_ha: Annotated[Number, Field(description="Land sold, leased or let on ground lease, in hectares; exact.")]
    takeup_ha_per_year: Annotated[Number, Field(description="Mean per year, rounded to the square metre.")]
    range_years: Annotated[
        Number | None, Field(description="Remaining land ÷ mean take-up, in years; null without take-up.")
    ]
    range_note: Annotated[str | None, Field(description="Why there is no range.", examples=["kein Umsatz"])]
    bought_ha: Annotated[Number, Field(description="Land that the agency bought, in hectares; exact.")]
    bought_markup_percent: Annotated[
        Number | None,
        Field(
            description="Area-weighted markup of the purchase price over the standard ground value; null unless both "
            "are known, and for the public."
        ),
    ]
    items: Items


class RowOut(BaseModel):
    """The land on offer in one part, or in all. Areas are exact hectares; all after `offered_ha` are remaining land."""

    part: Annotated[dict[str, PartLabel], Field(description="By dimension; empty in the total.")]
    plots: Annotated[int, Field(description="Plots on offer.")]
    offered_ha: Annotated[Number, Field(description="Total area of these plots.")]
    left_ha: Annotated[Number, Field(description="Remaining area of these plots.")]
    unrestricted_ha: Annotated[Number, Field(description="Of plots without a restriction.")]
    minor_ha: Annotated[Number, Field(description="Of plots whose most severe restriction is minor.")]
    serious_ha: Annotated[Number, Field(description="Of plots with a serious restriction.")]
    divisible_ha: Annotated[Number, Field(description="Of plots that may be divided.")]
    brownfield_ha: Annotated[Number, Field(description="Of brownfields.")]
    asking_price_eur_m2: Annotated[Number | None, Field(description="Median of the plots in €/m²; null if unknown.")]
    asking_markup_percent: Annotated[
        Number | None, Field(description="Median markup over the standard ground value; null if unknown.")
    ]
    windows: Annotated[
        list[WindowOut] | None, Field(description="The last one, three and five years; null if not public.")
    ]
    items: Items


class MeasureOut(BaseModel):
    """The number of measures of the land strategy with this horizon and status."""

    horizon: Annotated[str | None, Field(description="Null if not stated.", examples=["short"])]
    status: Annotated[str, Field(description="`done`, `started` or `planned`.", examples=["started"])]
    measures: int
    items: Items


class SupplyOut(BaseModel):
    """The supply of commercial land on a day."""

    day: Annotated[date, Field(description="The reference day, on which the windows end.")]
    by: Annotated[list[str], Field(description="The dimensions of the split.", examples=[["horizon", "ownership"]])]
    rows: Annotated[list[RowOut], Field(description="The parts; their areas add up to the total exactly.")]
    total: RowOut
    measures: Annotated[list[MeasureOut] | None, Field(description="Null if not public.")]
    withheld: Annotated[
        list[str], Field(description="The parts withheld from this audience.", examples=[["measures", "rows.windows"]])
    ]


async def audience(caller: CurrentCaller) -> Audience:
    """Return the audience to which the caller belongs for the layers of the supply."""
    return caller.audience_of(*LAYERS)


async def instant(
    as_of: Annotated[
        str | None,
        Query(
            description="Use the records as they were then: at the end of a day, or at a timestamp (local time unless "
            "it has an offset).",
            examples=["2024-01-15"],
        ),
    ] = None,
) -> datetime | None:
    """Return the requested instant; None means now. Raises UnknownInstant, also for an instant in the future."""
    return None if as_of is None else parse_instant(as_of)


async def day(
    on: Annotated[
        str | None,
        Query(
            description="The reference day, on which the periods of take-up and purchases end; by default the day of "
            "`as_of`, or else today. It does not affect what is on offer.",
            examples=["2024-06-30"],
        ),
    ] = None,
) -> date | None:
    """Return the requested reference day, if any. Raises UnknownDay."""
    return None if on is None else parse_day(on)


async def dimensions(
    by: Annotated[
        str | None,
        Query(
            description="Any of `horizon`, `zoning`, `district`, `ownership`, separated by commas.",
            examples=["horizon,ownership"],
        ),
    ] = None,
) -> tuple[str, ...]:
    """Return the dimensions of the split. Raises UnknownDimension."""
    return parse_dimensions(by)


@router.get("", responses=problem_responses(503))
async def land_supply(
    request: Request,
    by: Annotated[tuple[str, ...], Depends(dimensions)],
    as_of: Annotated[datetime | None, Depends(instant)],
    on: Annotated[date | None, Depends(day)],
    language: RequestedLanguage,
    audience: Annotated[Audience, Depends(audience)],
    connection: FiguresConnection,
    response: Response,
) -> SupplyOut:
    """Return the land on offer, its take-up and range, purchases, and the measures to gain more land.

    The public sees what can be derived from public records: for transactions the totals and the split by ownership,
    without prices; no measures. Every figure links to the features behind it.
    """
    found = await supply_for(connection, by, as_of, audience, on)
    urls_of = partial(item_urls, str(request.base_url), as_of=as_of)

    def row_out(row: Row) -> dict[str, Any]:
        return _row(found, row, language, audience, urls_of)

    response.headers.update(freshness(audience))
    return SupplyOut.model_validate(
        {
            "day": found.day,
            "by": list(by),
            "rows": [row_out(row) for row in found.rows],
            "total": row_out(found.total),
            "measures": None if found.measures is None else [_measure(count, urls_of) for count in found.measures],
            "withheld": list(found.withheld),
        }
    )


def _row(found: Supply, row: Row, language: str, audience: Audience, urls_of: ItemUrls) -> dict[str, Any]:
    windows = None
    if row.windows is not None:
        windows = [
            {
                "years": window.years,
                **_numbers(window_record(row, window, language)),
                "items": urls_of(window_provenance(found, row, window, audience)),
            }
            for window in row.windows
        ]
    part = {name: {"code": code, "label": found.label(name, code, language)} for name, code in row.part.items()}
    items = urls_of(row_provenance(found, row))
    return {"part": part, **_numbers(row_record(row)), "windows": windows, "items": items}


def _measure(count: MeasureCount, urls_of: ItemUrls) -> dict[str, Any]:
    items = urls_of(measure_provenance(count))
    return {"horizon": count.horizon, "status": count.status, "measures": count.measures, "items": items}


def _numbers(record: dict[str, Any]) -> dict[str, Any]:
    return {name: json_number(value) if isinstance(value, Decimal) else value for name, value in record.items()}
