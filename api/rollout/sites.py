"""Routes of sites for the mobile network: requests with their status, and the surroundings of one request."""

import json
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from api.rollout.shared import Number, SiteInsiders, labelled, record
from api.service.dependencies import RecordId, RequestedLanguage, SnapshotConnection
from api.service.openapi import problem_responses
from api.service.problems import ParameterError, Refusal
from geo.records.layers import codes_of
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
    since: Annotated[date | None, Field(description="Since when it has had this status; null if not known.")]
    days: Annotated[int | None, Field(description="Days with this status, up to today.")]
    received_on: Annotated[date | None, Field(description="Day of receipt, or the earliest later step.")]
    deadline_on: date | None
    radius_m: Number | None
    min_height_m: Number | None
    candidates: Annotated[int, Field(description="Number of sites proposed for it.")]
    lon: Degrees
    lat: Degrees


class RequestsOut(BaseModel):
    """All requests."""

    rows: Annotated[list[RequestOut], Field(description="Open ones first, those longest in their status first.")]


class Polygon(BaseModel):
    """A polygon in GeoJSON."""

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
    reaches_height: Annotated[
        bool | None, Field(description="Whether it reaches the required height; null if not known.")
    ]
    result: Annotated[str, Field(examples=["suitable"])]
    result_label: Annotated[str, Field(examples=["geeignet"])]
    reason: str | None
    assessed_on: date | None
    distance_m: Annotated[Number, Field(description="From the ring's centre.")]
    in_ring: Annotated[bool | None, Field(description="Null if the request has no radius.")]
    lon: Degrees
    lat: Degrees
    forecast_due: Annotated[
        bool,
        Field(
            description=f"Whether a sensitive site is within {FORECAST_WITHIN_M} m, so that the city's rules require a "
            "forecast of emissions."
        ),
    ]
    sensitive_sites: Annotated[
        list[SensitiveOut], Field(description="The sensitive sites within that distance, nearest first.")
    ]


class PropertyOut(BaseModel):
    """A public property inside the ring."""

    id: int
    name: str
    address: str | None
    use: str | None
    label: Annotated[str | None, Field(description="Label of its use.", examples=["Büro"])]
    height_m: Number | None
    reaches_height: Annotated[
        bool | None, Field(description="Whether it reaches the required height; null if not known.")
    ]
    distance_m: Annotated[Number, Field(description="From the ring's centre.")]
    lon: Degrees
    lat: Degrees


class SiteOut(BaseModel):
    """A request with its search ring, candidates and public properties."""

    request: RequestOut
    ring: Annotated[Polygon | None, Field(description="The search ring (CRS84); null if the request has no radius.")]
    candidates: Annotated[list[CandidateOut], Field(description="Suitable ones first, then by distance.")]
    properties: Annotated[
        list[PropertyOut], Field(description="Public properties in the ring that are not withdrawn, nearest first.")
    ]


@router.get("", responses=problem_responses(403, 503))
async def list_mobile_requests(language: RequestedLanguage, connection: SnapshotConnection) -> RequestsOut:
    """Return all requests for a mobile site with their status and its duration. Not for the public."""
    return RequestsOut(rows=[_request(one, language) for one in await requests(connection)])


@router.get("/{requestId}/site", responses=problem_responses(403, 404, 503))
async def mobile_site(
    request_id: Annotated[RecordId, Path(alias="requestId", description="The request's id.", examples=[1])],
    language: RequestedLanguage,
    connection: SnapshotConnection,
) -> SiteOut:
    """Return a request's search ring with candidates, public properties and sensitive sites. Not for the public."""
    found = await site(connection, request_id)
    if found is None:
        error = ParameterError(parameter="requestId", detail=f"“{request_id}” is unknown")
        raise Refusal(
            HTTPStatus.NOT_FOUND, f"There is no request for a mobile site with the id “{request_id}”.", [error]
        )
    return SiteOut.model_validate(
        {
            "request": _request(found.request, language),
            "ring": found.request.ring and json.loads(found.request.ring),
            "candidates": [_candidate(one, found.sensitive, language) for one in found.candidates],
            "properties": [_property(one, language) for one in found.properties],
        }
    )


def _request(one: Request, language: str) -> RequestOut:
    label = {"status_label": labelled(codes_of("mobile_requests", "status"), one.status, language)}
    return RequestOut.model_validate(record(one) | label)


def _candidate(one: Candidate, sensitive: list[Sensitive], language: str) -> dict[str, Any]:
    near = [
        record(found) | {"label": labelled(codes_of("sensitive_sites", "kind"), found.kind, language)}
        for found in sensitive
        if found.candidate == one.id
    ]
    labels = {
        "label": labelled(codes_of("mobile_candidates", "kind"), one.kind, language),
        "result_label": labelled(codes_of("mobile_candidates", "result"), one.result, language),
    }
    return record(one) | labels | {"forecast_due": bool(near), "sensitive_sites": near}


def _property(one: Property, language: str) -> dict[str, Any]:
    return record(one) | {"label": labelled(codes_of("properties", "use"), one.use, language)}
