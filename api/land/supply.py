"""The supply of commercial land, for the land-strategy agency and, as far as it is public, for everyone."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from api.records.item_urls import item_urls
from api.service.dependencies import AskedCaller, AskedLanguage, FiguresConnection, freshness
from api.service.openapi import problem_responses
from geo.formatting import json_number
from geo.land.supply import LAYERS, MeasureCount, Row, Supply, parse_dimensions, supply_for
from geo.land.supply.document import row_record, window_record
from geo.land.supply.filters import behind_measures, behind_row, behind_window
from geo.periods import parse_day, parse_instant
from geo.records.layers.layer import Audience
from geo.records.provenance import Provenance

router = APIRouter(prefix="/api/land-supply", tags=["Land"])

Number = int | float
Addresses = Callable[[Mapping[str, Provenance]], dict[str, str]]
Items = Annotated[
    dict[str, str],
    Field(
        description="Addresses of the features behind the figures, by the figure's name. Their `area_m2` (offered, "
        "take-up, purchases) or `remaining_m2` adds up to it, or their number, or their own values have it as median."
    ),
]


class PartLabel(BaseModel):
    """What a row holds of one dimension."""

    code: Annotated[
        str | None,
        Field(
            description="A code, a district's key, `outside` or `unlocated`; null: not stated.", examples=["immediate"]
        ),
    ]
    label: Annotated[str, Field(examples=["sofort"])]


class WindowOut(BaseModel):
    """Take-up and purchases of the last so many years before the day."""

    years: Annotated[int, Field(examples=[3])]
    takeup_ha: Annotated[Number, Field(description="Land sold, leased or let on ground lease, in hectares; exact.")]
    takeup_ha_per_year: Annotated[Number, Field(description="Its mean a year, to the square metre.")]
    range_years: Annotated[
        Number | None, Field(description="The land left ÷ the mean take-up, in years; null without take-up.")
    ]
    range_note: Annotated[str | None, Field(description="Why there is no range, in words.", examples=["kein Umsatz"])]
    bought_ha: Annotated[Number, Field(description="Land that the agency bought, in hectares; exact.")]
    bought_markup_percent: Annotated[
        Number | None,
        Field(
            description="Price over ground value of the land bought, area-weighted; null where both are not known, "
            "and for the public."
        ),
    ]
    items: Items


class RowOut(BaseModel):
    """The land on offer of one part, or of all. Areas are hectares, exact; all below `offered_ha` are what is left."""

    part: Annotated[dict[str, PartLabel], Field(description="By dimension; empty in the total.")]
    plots: Annotated[int, Field(description="Plots on offer.")]
    offered_ha: Annotated[Number, Field(description="Their whole area.")]
    left_ha: Annotated[Number, Field(description="Net of what is taken.")]
    unrestricted_ha: Annotated[Number, Field(description="Of plots without a restriction.")]
    minor_ha: Annotated[Number, Field(description="Of plots whose most severe restriction is minor.")]
    serious_ha: Annotated[Number, Field(description="Of plots with a serious restriction.")]
    divisible_ha: Annotated[Number, Field(description="Of plots that may be divided.")]
    brownfield_ha: Annotated[Number, Field(description="Of brownfields.")]
    asking_price_eur_m2: Annotated[Number | None, Field(description="Median of the plots, €/m²; null where unknown.")]
    asking_markup_percent: Annotated[
        Number | None, Field(description="Median of the plots' markups over the ground value; null where unknown.")
    ]
    windows: Annotated[
        list[WindowOut] | None, Field(description="The last one, three and five years; null where not public.")
    ]
    items: Items


class MeasureOut(BaseModel):
    """How many measures of the land strategy have this horizon and state."""

    horizon: Annotated[str | None, Field(description="Null: not stated.", examples=["short"])]
    status: Annotated[str, Field(description="`done`, `started` or `planned`.", examples=["started"])]
    measures: int
    items: Items


class SupplyOut(BaseModel):
    """The supply of commercial land on a day."""

    day: Annotated[date, Field(description="The day before whose end the windows lie.")]
    by: Annotated[list[str], Field(description="The dimensions of the split.", examples=[["horizon", "ownership"]])]
    rows: Annotated[list[RowOut], Field(description="The parts; their areas add up to the total exactly.")]
    total: RowOut
    measures: Annotated[list[MeasureOut] | None, Field(description="Null where not public.")]
    withheld: Annotated[
        list[str], Field(description="What is kept from this audience.", examples=[["measures", "rows.windows"]])
    ]


async def audience(caller: AskedCaller) -> Audience:
    """As whom the caller sees what the supply is made of."""
    return caller.audience_of(*LAYERS)


async def instant(
    as_of: Annotated[
        str | None,
        Query(
            description="Compute from what was recorded then: a day (its end) or a timestamp, in the city's time "
            "unless it names another.",
            examples=["2024-01-15"],
        ),
    ] = None,
) -> datetime | None:
    """The instant asked about; None means now. A day that has not come yet is refused, as by the command."""
    return None if as_of is None else parse_instant(as_of)


async def day(
    on: Annotated[
        str | None,
        Query(
            description="The day of reckoning: take-up and purchases are those of the years before its end. Unless "
            "set, the day of `as_of`, else today. What is on offer is that of the records all the same.",
            examples=["2024-06-30"],
        ),
    ] = None,
) -> date | None:
    """The day of reckoning, if one is asked for."""
    return None if on is None else parse_day(on)


async def dimensions(
    by: Annotated[
        str | None,
        Query(
            description="Some of `horizon`, `zoning`, `district`, `ownership`, separated by commas.",
            examples=["horizon,ownership"],
        ),
    ] = None,
) -> tuple[str, ...]:
    """The dimensions of the split."""
    return parse_dimensions(by)


@router.get("", responses=problem_responses(503))
async def land_supply(
    request: Request,
    by: Annotated[tuple[str, ...], Depends(dimensions)],
    as_of: Annotated[datetime | None, Depends(instant)],
    on: Annotated[date | None, Depends(day)],
    language: AskedLanguage,
    audience: Annotated[Audience, Depends(audience)],
    connection: FiguresConnection,
    response: Response,
) -> SupplyOut:
    """The land on offer, how fast it goes, how long it lasts, what was bought, and the measures to win more.

    The public gets what anybody could add up from public records: of transactions the totals and the split by
    ownership, without prices paid; no measures. Every figure leads to the features that make it up.
    """
    found = await supply_for(connection, by, as_of, audience, on)
    behind = partial(item_urls, str(request.base_url), as_of=as_of)

    def row_out(row: Row) -> dict[str, Any]:
        return _row(found, row, language, audience, behind)

    response.headers.update(freshness(audience))
    return SupplyOut.model_validate(
        {
            "day": found.day,
            "by": list(by),
            "rows": [row_out(row) for row in found.rows],
            "total": row_out(found.total),
            "measures": None if found.measures is None else [_measure(count, behind) for count in found.measures],
            "withheld": list(found.withheld),
        }
    )


def _row(found: Supply, row: Row, language: str, audience: Audience, behind: Addresses) -> dict[str, Any]:
    windows = None
    if row.windows is not None:
        windows = [
            {
                "years": window.years,
                **_numbers(window_record(row, window, language)),
                "items": behind(behind_window(found, row, window, audience)),
            }
            for window in row.windows
        ]
    part = {name: {"code": code, "label": found.label(name, code, language)} for name, code in row.part.items()}
    items = behind(behind_row(found, row))
    return {"part": part, **_numbers(row_record(row)), "windows": windows, "items": items}


def _measure(count: MeasureCount, behind: Addresses) -> dict[str, Any]:
    items = behind(behind_measures(count))
    return {"horizon": count.horizon, "status": count.status, "measures": count.measures, "items": items}


def _numbers(record: dict[str, Any]) -> dict[str, Any]:
    return {name: json_number(value) if isinstance(value, Decimal) else value for name, value in record.items()}
