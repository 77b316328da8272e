"""What the routes of the rollout ask for, and how they write what geo.rollout finds."""

from collections.abc import Callable, Coroutine
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends, Query, Response
from pydantic import Field

from api.service.dependencies import AskedCaller, freshness
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
        description="West, south, east and north in degrees (CRS84); null where there is no place.",
        examples=[[7.3, 51.4, 7.6, 51.6]],
    ),
]


def insiders_of(*layers: str) -> Callable[..., Coroutine[Any, Any, None]]:
    """What refuses callers who see these layers as the public does, and lets nobody else keep the answer."""

    async def check(caller: AskedCaller, response: Response) -> None:
        if caller.audience_of(*layers) is Audience.PUBLIC:
            raise RecordsNotPublic(
                "The state of the rollout is internal, since it tells of single trenches and operators.",
                "Public are the figures of /api/kpis and the layer expansion_areas.",
            )
        response.headers.update(freshness(Audience.INTERNAL))

    return check


Insiders = Depends(insiders_of(*LAYERS))
SiteInsiders = Depends(insiders_of(*SITE_LAYERS))


async def day(
    on: Annotated[
        str | None,
        Query(
            description="The day at whose end the state is told, today unless set. Records are as they are now.",
            examples=["2024-06-30"],
        ),
    ] = None,
) -> date:
    """The day asked about. Raises UnknownDay."""
    return datetime.now(CITY_TIME).date() if on is None else parse_day(on)


AskedDay = Annotated[date, Depends(day)]


def record(found: Any) -> dict[str, Any]:
    """The fields of a row of geo.rollout for JSON."""
    return {field.name: written(getattr(found, field.name)) for field in fields(found)}


def in_kilometres(values: dict[str, Any], found: Any) -> dict[str, Any]:
    """The same with lengths in exact kilometres: ``laid_m`` as ``laid_km``, ``length_m`` as ``km``."""
    lengths = {name: getattr(found, name) for name in values if name.endswith("_m")}
    kept = {name: value for name, value in values.items() if name not in lengths}
    return kept | {
        "km" if name == "length_m" else f"{name.removesuffix('_m')}_km": json_number(kilometres(value))
        for name, value in lengths.items()
    }


def written(value: Any) -> Any:
    """A value for JSON: decimals as numbers with all of their digits."""
    return json_number(value) if isinstance(value, Decimal) else value


def labelled(codes: Codes, code: str | None, language: str) -> str | None:
    """What people call a code."""
    return None if code is None else codes[code].in_language(language)
