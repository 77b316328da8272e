"""Sites for the mobile network: requests with their state, and all that is known around one of them."""

import json
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from api.rollout.asking import Number, SiteInsiders, labelled, record
from api.service.dependencies import AskedLanguage, RecordId, SnapshotConnection
from api.service.openapi import problem_responses
from api.service.problems import ParameterError, Refusal
from geo.records.layers import codes
from geo.rollout.sites import FORECAST_WITHIN_M, Candidate, Property, Request, Sensitive, requests, site

router = APIRouter(prefix="/api/mobile-requests", tags=["Mobile network"], dependencies=[SiteInsiders])

Degrees = Annotated[float, Field(description="In degrees (CRS84).")]


class RequestOut(BaseModel):
    """An operator's request for a site within a search ring."""

    id: int
    source_id: str | None
    operator: str | None
    technology: str | None
    status: Annotated[str, Field(examples=["proposed"])]
    status_label: Annotated[str, Field(examples=["Standort vorgeschlagen"])]
    since: Annotated[date | None, Field(description="Since when it has been in this state; null: not known.")]
    days: Annotated[int | None, Field(description="For how many days, up to today.")]
    received_on: Annotated[date | None, Field(description="Or the earliest later step.")]
    deadline_on: date | None
    radius_m: Number | None
    min_height_m: Number | None
    candidates: Annotated[int, Field(description="Sites proposed for it.")]
    lon: Degrees
    lat: Degrees


class RequestsOut(BaseModel):
    """All requests."""

    rows: Annotated[list[RequestOut], Field(description="Those under way first, the longest in their state first.")]


class Polygon(BaseModel):
    """A polygon as GeoJSON has it."""

    type: Literal["Polygon"]
    coordinates: list[list[list[float]]]


class SensitiveOut(BaseModel):
    """A sensitive site near a candidate."""

    id: int
    name: str
    kind: Annotated[str, Field(examples=["school"])]
    label: Annotated[str, Field(examples=["Schule"])]
    distance_m: Annotated[Number, Field(description="From the candidate.")]
    lon: Degrees
    lat: Degrees


class CandidateOut(BaseModel):
    """A candidate for the site."""

    id: int
    kind: Annotated[str, Field(examples=["building"])]
    label: Annotated[str, Field(examples=["Gebäude"])]
    ownership: Annotated[str | None, Field(examples=["public"])]
    property: Annotated[int | None, Field(description="The property's id.")]
    property_name: str | None
    height_m: Number | None
    reaches_height: Annotated[bool | None, Field(description="The smallest height asked for; null: not known.")]
    result: Annotated[str, Field(examples=["suitable"])]
    result_label: Annotated[str, Field(examples=["geeignet"])]
    reason: str | None
    assessed_on: date | None
    distance_m: Annotated[Number, Field(description="From the ring's centre.")]
    in_ring: Annotated[bool | None, Field(description="Null where the request has no radius.")]
    lon: Degrees
    lat: Degrees
    forecast_due: Annotated[
        bool,
        Field(
            description=f"Whether a sensitive site lies within {FORECAST_WITHIN_M} m, so that by the city's own rule a "
            "forecast of emissions is due."
        ),
    ]
    sensitive_sites: Annotated[list[SensitiveOut], Field(description="These sites, the nearest first.")]


class PropertyOut(BaseModel):
    """A public property inside the ring."""

    id: int
    name: str
    address: str | None
    use: str | None
    label: Annotated[str | None, Field(description="What people call its use.", examples=["Büro"])]
    height_m: Number | None
    reaches_height: Annotated[bool | None, Field(description="The smallest height asked for; null: not known.")]
    distance_m: Annotated[Number, Field(description="From the ring's centre.")]
    lon: Degrees
    lat: Degrees


class SiteOut(BaseModel):
    """What is known around a request."""

    request: RequestOut
    ring: Annotated[Polygon | None, Field(description="The search ring (CRS84); null where it has no radius.")]
    candidates: Annotated[list[CandidateOut], Field(description="The suitable ones first, then the nearest.")]
    properties: Annotated[
        list[PropertyOut], Field(description="Public ones inside the ring, not withdrawn, the nearest first.")
    ]


@router.get("", responses=problem_responses(403, 503))
async def list_mobile_requests(language: AskedLanguage, connection: SnapshotConnection) -> RequestsOut:
    """Every request for a mobile site with its state and for how long it has been in it. Not for the public."""
    return RequestsOut(rows=[_request(one, language) for one in await requests(connection)])


@router.get("/{requestId}/site", responses=problem_responses(403, 404, 503))
async def mobile_site(
    request_id: Annotated[RecordId, Path(alias="requestId", description="The request's id.", examples=[1])],
    language: AskedLanguage,
    connection: SnapshotConnection,
) -> SiteOut:
    """A request's ring with its candidates, the public properties inside it and sensitive sites near. Not public."""
    found = await site(connection, request_id)
    if found is None:
        error = ParameterError(parameter="requestId", detail=f"“{request_id}” is unknown")
        raise Refusal(HTTPStatus.NOT_FOUND, f"There is no request “{request_id}” for a mobile site.", [error])
    return SiteOut.model_validate(
        {
            "request": _request(found.request, language),
            "ring": found.request.ring and json.loads(found.request.ring),
            "candidates": [_candidate(one, found.sensitive, language) for one in found.candidates],
            "properties": [_property(one, language) for one in found.properties],
        }
    )


def _request(one: Request, language: str) -> RequestOut:
    label = {"status_label": labelled(codes.MOBILE_STATUS, one.status, language)}
    return RequestOut.model_validate(record(one) | label)


def _candidate(one: Candidate, sensitive: list[Sensitive], language: str) -> dict[str, Any]:
    near = [
        record(found) | {"label": labelled(codes.SENSITIVE_SITE, found.kind, language)}
        for found in sensitive
        if found.candidate == one.id
    ]
    labels = {
        "label": labelled(codes.CANDIDATE, one.kind, language),
        "result_label": labelled(codes.RESULT, one.result, language),
    }
    return record(one) | labels | {"forecast_due": bool(near), "sensitive_sites": near}


def _property(one: Property, language: str) -> dict[str, Any]:
    return record(one) | {"label": labelled(codes.PROPERTY_USE, one.use, language)}
