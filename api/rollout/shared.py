"""Access check, parameters and JSON conversion that the routes of the rollout share."""

from collections.abc import Callable, Coroutine
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends, Query, Response
from pydantic import Field

from api.service.dependencies import CurrentCaller, freshness
from geo.figures.kpis.answers import RecordsNotPublic
from geo.formatting import json_number
from geo.periods import CITY_TIME, parse_day
from geo.records.layers.layer import Audience, Codes
from geo.rollout import LAYERS, SITE_LAYERS
from geo.rollout.measures import kilometres

Number = int | float
Bounds = Annotated[
    list[float] | None,
    Field(
        min_length=4,
        max_length=4,
        description="West, south, east and north in degrees (CRS84); null without a location.",
        examples=[[7.3, 51.4, 7.6, 51.6]],
    ),
]


def insiders_only(*layers: str) -> Callable[..., Coroutine[Any, Any, None]]:
    """Return a dependency that refuses callers with only public access to these layers and prevents caching."""

    async def check(caller: CurrentCaller, response: Response) -> None:
        if caller.audience_of(*layers) is Audience.PUBLIC:
            lacking = [layer for layer in layers if caller.audience_of(layer) is Audience.PUBLIC]
            raise RecordsNotPublic(
                "The state of the rollout is internal because it reveals individual trenches and operators.",
                f"It needs a token for {', '.join(lacking)}. The figures at /api/kpis and the layer expansion_areas "
                "are public.",
            )
        response.headers.update(freshness(Audience.INTERNAL))

    return check


Insiders = Depends(insiders_only(*LAYERS))
SiteInsiders = Depends(insiders_only(*SITE_LAYERS))


async def day(
    on: Annotated[
        str | None,
        Query(
            description="Report the state at the end of this day, by default today, based on the current records.",
            examples=["2024-06-30"],
        ),
    ] = None,
) -> date:
    """Return the requested day, by default today. Raises UnknownDay."""
    return datetime.now(CITY_TIME).date() if on is None else parse_day(on)


RequestedDay = Annotated[date, Depends(day)]


def record(found: Any) -> dict[str, Any]:
    """Return the fields of a row of geo.rollout as JSON values."""
    return {field.name: json_value(getattr(found, field.name)) for field in fields(found)}


def in_kilometres(values: dict[str, Any], found: Any) -> dict[str, Any]:
    """Return the values with lengths in exact kilometres: ``laid_m`` as ``laid_km``, ``length_m`` as ``km``."""
    lengths = {name: getattr(found, name) for name in values if name.endswith("_m")}
    kept = {name: value for name, value in values.items() if name not in lengths}
    return kept | {
        "km" if name == "length_m" else f"{name.removesuffix('_m')}_km": json_number(kilometres(value))
        for name, value in lengths.items()
    }


def json_value(value: Any) -> Any:
    """Return the value for JSON: a decimal as a number with all of its digits."""
    return json_number(value) if isinstance(value, Decimal) else value


def labelled(codes: Codes, code: str | None, language: str) -> str | None:
    """Return the label of a code; None without a code."""
    return None if code is None else codes[code].in_language(language)
