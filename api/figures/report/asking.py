"""What the report's routes ask for: somebody who may read it, and the period."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Path

from api.service.dependencies import AskedCaller
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


async def reader(caller: AskedCaller) -> Caller:
    """Who is asking, if the whole report is theirs to read: it holds internal records of all these layers."""
    if caller.audience_of(*LAYERS) is Audience.PUBLIC:
        detail = (
            "Your token is for some layers only, and the report shows more. Ask for one without that limit."
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
    """The period whose report is asked for."""
    return parse_period(period)


Reader = Annotated[Caller, Depends(reader)]
ReportedPeriod = Annotated[Period, Depends(period)]
