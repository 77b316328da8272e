"""Dependencies of the report's routes: a caller who may read it, and the period."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Path

from api.service.dependencies import CurrentCaller
from api.service.problems import Refusal
from geo.access import Caller
from geo.figures.kpis import FAMILIES, INDICATORS
from geo.periods import Period, parse_period
from geo.records.layers import reporting
from geo.records.layers.layer import Audience

LAYERS = frozenset(
    {
        *reporting.LAYERS,
        *(layer for indicator in INDICATORS for layer in indicator.layers),
        *(layer for family in FAMILIES for layer in family.indicator.layers),
    }
)
"""The layers whose records a report shows."""


async def reader(caller: CurrentCaller) -> Caller:
    """Return the caller if they may read internal records of all the report's layers. Raises Refusal (403)."""
    if caller.audience_of(*LAYERS) is Audience.PUBLIC:
        detail = (
            "Your token is limited to some layers, but the report shows more. Ask for a token without that limit."
            if caller.name
            else "The report is internal. Sign in as a reader, or send a reader's token as “Authorization: Bearer …”."
        )
        raise Refusal(HTTPStatus.FORBIDDEN, detail, name="report-not-public", title="The report is internal")
    return caller


async def period(
    period: Annotated[
        str,
        Path(
            description="A year, half, quarter or month: `2023`, `2023-H2`, `2023-Q3`, `2023-07`.", examples=["2023-H2"]
        ),
    ],
) -> Period:
    """Return the period of the requested report. Raises UnknownPeriod."""
    return parse_period(period)


Reader = Annotated[Caller, Depends(reader)]
ReportedPeriod = Annotated[Period, Depends(period)]
