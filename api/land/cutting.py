"""The route that cuts a plot by a line, before a part is sold or leased."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from api.records.formats import GEOJSON
from api.records.ogc.bodies import FEATURES, FeatureDocument, MessageLanguage
from api.records.ogc.items import record_of, unknown_feature
from api.records.ogc.refusals import raising_rejection
from api.service.dependencies import CurrentEditor, SnapshotConnection
from api.service.openapi import problem_responses
from api.service.problems import Refusal
from geo.records.editing import cutting
from geo.records.features import Crs
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience

router = APIRouter(prefix="/api/plots", tags=["Editing"])

PLOTS = LAYERS["plots"]


class PartFacts(BaseModel):
    """The size of a part."""

    area_m2: Annotated[float, Field(description="Measured on the geometry in its stored CRS.")]
    share: Annotated[float, Field(description="Share of the remaining plot, 0 to 1.")]


class Part(BaseModel):
    """One of the parts. The largest is first."""

    type: str
    id: int
    geometry: dict[str, Any]
    properties: PartFacts


class Parts(BaseModel):
    """The parts of the plot, as a FeatureCollection."""

    type: str
    plot: int
    area_m2: Annotated[float, Field(description="Area of the remaining plot.")]
    line: Annotated[
        dict[str, Any], Field(description="The cutting line, extended to the border and snapped to corners.")
    ]
    features: list[Part]


class GeoJson(Response):
    """A response in GeoJSON."""

    media_type = GEOJSON


LINE = {"$ref": "https://geojson.org/schema/LineString.json"}


@router.post(
    "/{plotId}/cut",
    response_class=GeoJson,
    responses={
        200: {"model": Parts, "description": "The parts."},
        **problem_responses(403, 404, 413, 415, 422, 503),
    },
    openapi_extra={"requestBody": {"required": True, "content": {name: {"schema": LINE} for name in FEATURES}}},
)
async def cut_plot(
    caller: CurrentEditor,
    connection: SnapshotConnection,
    plot_id: Annotated[str, Path(alias="plotId", description="The plot's id.", examples=["1"])],
    document: FeatureDocument,
    language: MessageLanguage,
    tolerance: Annotated[
        float,
        Query(
            ge=0,
            le=cutting.LARGEST_TOLERANCE_M,
            description="Tolerance in metres: how far from the border the line may end, and when it snaps to a corner.",
        ),
    ] = 2,
) -> GeoJson:
    """Cut the remaining land of a plot by a line (longitude and latitude). Nothing is stored.

    The geometry of a part can then be used for a deal.
    Land already taken by deals with their own geometry is excluded.
    """
    if caller.audience_of(PLOTS.key) is not Audience.PERSONAL:
        raise Refusal(HTTPStatus.FORBIDDEN, "Your token does not include the layer “plots”.")
    record = record_of(plot_id)
    async with raising_rejection(connection, PLOTS, None, language):
        line = cutting.read_line(document, Crs.CRS84)
        found = None if record is None else await cutting.cut(connection, record, line, tolerance)
    if found is None:
        raise unknown_feature(PLOTS, plot_id)
    return GeoJson(found, headers={"Cache-Control": "private, no-store"})
