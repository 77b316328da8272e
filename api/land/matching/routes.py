"""Routes of matching: the plots that suit an inquiry, and the inquiries that a plot suits."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Path, Query, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from api.land.matching.models import MatchesOut, ServedOut, matches_out, served_out
from api.service.dependencies import (
    AutocommitConnection,
    CurrentCaller,
    RecordId,
    RequestedLanguage,
    SnapshotConnection,
    freshness,
    limit_computations,
)
from api.service.openapi import problem_responses
from geo.access import Caller
from geo.figures.kpis.answers import RecordsNotPublic
from geo.land.matching import Choices, Wish, match_for, served_by_for, wish_for
from geo.land.matching.choosing import choose, read_hard, read_reaches, read_weights
from geo.records.features import BadParameter
from geo.records.layers import codes
from geo.records.layers.layer import Audience, Codes

router = APIRouter(tags=["Land"])

MOST = 1_000


def one_of(known: Codes) -> Any:
    """Return the annotations of a pydantic type that accepts only these codes."""

    def check(value: str) -> str:
        if value not in known:
            raise ValueError(f"Known codes: {', '.join(known)}.")
        return value

    return AfterValidator(check), WithJsonSchema({"type": "string", "enum": list(known)})


Tenure = Annotated[str, *one_of(codes.TENURE)]
Zoning = Annotated[str, *one_of(codes.ZONING)]
Access = Annotated[str, *one_of(codes.ACCESS)]
Area = Annotated[float, Field(ge=0.01, lt=1e10, allow_inf_nan=False)]
Length = Annotated[float, Field(ge=0.1, lt=1e7, allow_inf_nan=False)]
Price = Annotated[float, Field(ge=0.01, lt=1e8, allow_inf_nan=False)]
"""Limits of the columns' numeric types."""
Longitude = Annotated[float, Field(ge=-31, le=49, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=0, le=84, allow_inf_nan=False)]
"""The range in which the stored CRS can be converted unambiguously."""


class PointIn(BaseModel):
    """A point in GeoJSON."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["Point"]
    coordinates: Annotated[tuple[Longitude, Latitude], Field(examples=[[7.42, 51.5]])]


class InquiryIn(BaseModel):
    """The requirements for a plot (the columns of an inquiry, all optional) and their weights."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "min_m2": 8000,
                "zoning": "GE",
                "divisible": True,
                "fibre_required": True,
                "access": "motorway",
                "needed_by": "2027-03-31",
                "weights": {"fibre": 3},
                "hard": ["size", "zoning", "divisible"],
                "limit": 10,
            }
        },
    )

    tenure: Tenure | None = None
    use: Annotated[str | None, Field(max_length=500, description="The use in words, for example `Logistik`.")] = None
    min_m2: Area | None = None
    max_m2: Annotated[Area | None, Field(description="Not less than `min_m2`.")] = None
    zoning: Zoning | None = None
    districts: Annotated[list[str] | None, Field(max_length=100, description="Names of districts.")] = None
    geometry: Annotated[PointIn | None, Field(description="The desired location (CRS84).")] = None
    near_m: Annotated[Length | None, Field(description="Maximum distance from it in metres; 2 km by default.")] = None
    divisible: bool | None = None
    fibre_required: bool | None = None
    access: Access | None = None
    budget_eur_m2: Price | None = None
    needed_by: date | None = None
    weights: Annotated[
        dict[str, float] | None, Field(description="Weights from 0 to 10 by criterion; others keep their default.")
    ] = None
    hard: Annotated[
        list[str] | None,
        Field(max_length=100, description="The criteria that exclude plots, instead of the default ones."),
    ] = None
    reaches: Annotated[
        dict[str, list[float]] | None,
        Field(
            description="By `fibre`, `motorway`, `rail`, `port`: distances in metres up to which plots fit, or partly."
        ),
    ] = None
    limit: Annotated[int, Field(ge=1, le=MOST, description="Maximum number of matching plots in the response.")] = 20
    excluded: Annotated[
        int | None,
        Field(ge=0, le=MOST, description="Maximum number of excluded plots; by default five if none matches."),
    ] = None
    plot: Annotated[RecordId | None, Field(description="A plot to report regardless of its rank.")] = None

    @property
    def wish(self) -> Wish:
        """The requirements. Raises BadParameter if the areas contradict each other."""
        if self.min_m2 is not None and self.max_m2 is not None and self.max_m2 < self.min_m2:
            raise BadParameter("max_m2", "The largest area is less than the smallest.", "Swap them, or omit one.")
        named = {name: getattr(self, name) for name in Wish.__dataclass_fields__ if name in type(self).model_fields}
        place = self.geometry.coordinates if self.geometry else None
        return Wish(**named | {"districts": tuple(self.districts or ()), "place": place})


async def choices(
    weights: Annotated[
        str | None, Query(description="Weights from 0 to 10 by criterion.", examples=["fibre:3,budget:0"])
    ] = None,
    hard: Annotated[
        str | None, Query(description="The criteria that exclude plots; empty for none.", examples=["size,zoning"])
    ] = None,
    reaches: Annotated[
        str | None,
        Query(
            description="By `fibre`, `motorway`, `rail`, `port`: distances in metres up to which plots fit, or partly.",
            examples=["fibre:50:500"],
        ),
    ] = None,
) -> Choices:
    """Return the requested weights, hard criteria and reaches. Raises BadParameter."""
    return choose(read_weights(weights), read_hard(hard), read_reaches(reaches))


RequestedChoices = Annotated[Choices, Depends(choices)]
Limit = Annotated[int, Query(ge=1, le=MOST, description="Maximum number of matches in the response.", examples=[20])]
Excluded = Annotated[
    int | None, Query(ge=0, le=MOST, description="Maximum number of excluded ones, nearest misses first.")
]


@router.post("/api/matches", responses=problem_responses(413, 503), dependencies=[Depends(limit_computations)])
async def matches(
    wanted: Annotated[InquiryIn, Body()],
    language: RequestedLanguage,
    caller: CurrentCaller,
    connection: AutocommitConnection,
    response: Response,
) -> MatchesOut:
    """Return the plots on offer that meet the requirements, best first, with the reason for each criterion.

    Nothing is stored. The distance to fibre is not public: for the public that criterion is unknown.
    """
    chosen = choose(wanted.weights, wanted.hard, wanted.reaches)
    found = await match_for(connection, wanted.wish, chosen, caller)
    response.headers.update(freshness(Audience.INTERNAL))
    return MatchesOut.model_validate(matches_out(found, wanted.limit, wanted.excluded, wanted.plot, language))


@router.get("/api/inquiries/{inquiryId}/matches", responses=problem_responses(403, 404, 503))
async def matches_of_inquiry(
    inquiry: Annotated[RecordId, Path(alias="inquiryId", description="The inquiry's id.")],
    chosen: RequestedChoices,
    language: RequestedLanguage,
    caller: CurrentCaller,
    connection: SnapshotConnection,
    response: Response,
    limit: Limit = 20,
    excluded: Excluded = None,
    plot: Annotated[RecordId | None, Query(description="A plot to report regardless of its rank.")] = None,
) -> MatchesOut:
    """Return the plots on offer that suit a recorded inquiry, best first. Not for the public."""
    _refuse_public(caller)
    found = await match_for(connection, await wish_for(connection, inquiry), chosen, caller)
    response.headers.update(freshness(Audience.INTERNAL))
    return MatchesOut.model_validate(matches_out(found, limit, excluded, plot, language))


@router.get("/api/plots/{plotId}/inquiries", responses=problem_responses(403, 404, 503))
async def inquiries_of_plot(
    plot: Annotated[RecordId, Path(alias="plotId", description="The plot's id.")],
    chosen: RequestedChoices,
    language: RequestedLanguage,
    caller: CurrentCaller,
    connection: SnapshotConnection,
    response: Response,
    limit: Limit = 20,
    excluded: Excluded = None,
) -> ServedOut:
    """Return the open inquiries for land that a plot on offer suits, best match first. Not for the public."""
    _refuse_public(caller)
    found = await served_by_for(connection, plot, chosen, caller)
    response.headers.update(freshness(Audience.INTERNAL))
    return ServedOut.model_validate(served_out(found, limit, excluded or 0, language))


def _refuse_public(caller: Caller) -> None:
    if caller.audience_of("inquiries") is Audience.PUBLIC:
        raise RecordsNotPublic("Inquiries are internal.", "Send your own requirements to /api/matches.")
