"""The route by which the page asks what lies at a place of an overlay: state services seldom allow browsers to ask."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, Field

from api.service.dependencies import freshness, limit_computations
from api.service.openapi import problem_responses
from api.service.problems import Refusal
from geo.ground.asking import NoAnswer
from geo.ground.overlays import overlay, told_of
from geo.records.layers.layer import Audience

ASKING = ThreadPoolExecutor(4, thread_name_prefix="overlays")
"""Of their own: services that do not answer must not keep others from what threads are for."""

router = APIRouter(prefix="/api/overlays", tags=["Pages"])


class FactOut(BaseModel):
    """What the map service tells of a feature, as it writes it."""

    name: str
    value: str


class OverlayInfo(BaseModel):
    """What a map service tells of a place. All texts are its own: they are data, never markup."""

    is_answered: Annotated[bool, Field(description="Whether the service has answered in time, in a readable form.")]
    features: Annotated[list[list[FactOut]], Field(description="The features there, if it answers with GeoJSON.")]
    text: Annotated[str, Field(description="Otherwise its answer as text, without any markup that it had.")]


@router.get("/{overlay}/info", responses=problem_responses(400, 404, 429), dependencies=[Depends(limit_computations)])
async def info(
    key: Annotated[str, Path(alias="overlay", max_length=40, description="The overlay's key in the profile.")],
    longitude: Annotated[float, Query(ge=-180, le=180, description="Degrees (WGS 84).", examples=[7.4653])],
    latitude: Annotated[float, Query(ge=-85, le=85, description="Degrees (WGS 84).", examples=[51.5136])],
    response: Response,
    zoom: Annotated[float, Query(ge=0, le=24, description="The map's zoom level, with 512-pixel tiles.")] = 16,
) -> OverlayInfo:
    """Return what the WMS of an overlay tells of a place (GetFeatureInfo). Only the profile's address is asked."""
    response.headers.update(freshness(Audience.INTERNAL))
    try:
        asked = overlay(key)
    except KeyError:
        asked = None
    if asked is None or asked.info_format is None:
        raise Refusal(HTTPStatus.NOT_FOUND, f"There is no overlay “{key}” that tells what lies at a place.")
    try:
        told = await asyncio.get_running_loop().run_in_executor(ASKING, told_of, asked, longitude, latitude, zoom)
    except NoAnswer:
        return OverlayInfo(is_answered=False, features=[], text="")
    features = [[FactOut(name=fact.name, value=fact.value) for fact in facts] for facts in told.features]
    return OverlayInfo(is_answered=True, features=features, text=told.text)
