"""The route of a feature's history: its versions, newest first."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field

from api.records.formats import AS_JSON, GEOJSON, JSON
from api.records.links import WebLink, absolute_url, items, self_link
from api.records.ogc.collections import COLLECTIONS, RequestedLayer
from api.records.ogc.items import record_of, unknown_feature
from api.service.dependencies import CurrentCaller, RequestedLanguage, SnapshotConnection, freshness
from api.service.openapi import problem_responses
from geo.access import Caller
from geo.figures.kpis.answers import RecordsNotPublic
from geo.periods import CITY_TIME, parse_instant
from geo.records.history import GEOMETRY, Change, Version, history
from geo.records.layers.layer import Audience, Layer

LARGEST_PAGE = 1000
GEOMETRY_LABEL = {"de": "Lage", "en": "Location"}

router = APIRouter(prefix=COLLECTIONS, tags=["Features"])


class ChangeOut(BaseModel):
    """A property that an update changed."""

    name: Annotated[str, Field(description="The property, or `geometry`.", examples=["zoning"])]
    label: Annotated[str, Field(description="Label of the property.", examples=["Art der baulichen Nutzung"])]
    unit: Annotated[str | None, Field(examples=["m²"])]
    before: Annotated[Any, Field(description="The old value; null if there was none, and for geometries.")]
    after: Annotated[Any, Field(description="The new value; null if there is none, and for geometries.")]
    before_label: Annotated[str | None, Field(description="Label of the old code, or name of the record referred to.")]
    after_label: Annotated[str | None, Field(examples=["Gewerbegebiet (GE)"])]


class VersionOut(BaseModel):
    """A version of the record: who wrote it when, and what changed."""

    at: datetime
    operation: Literal["insert", "update", "delete"]
    by: Annotated[str, Field(description="Name of the token or login that made the change.", examples=["anna"])]
    changes: Annotated[list[ChangeOut], Field(description="Empty for an insert or a deletion.")]


class HistoryOut(BaseModel):
    """A page of the versions of a record, newest first."""

    layer: Annotated[str, Field(examples=["plots"])]
    id: int
    versions: list[VersionOut]
    links: Annotated[list[WebLink], Field(description="`self`, the `item`, and `next` for earlier versions.")]


@router.get(
    "/{collectionId}/items/{featureId}/history",
    response_model_exclude_none=False,
    responses=problem_responses(403, 404, 503),
)
async def feature_history(
    request: Request,
    caller: CurrentCaller,
    layer: RequestedLayer,
    connection: SnapshotConnection,
    language: RequestedLanguage,
    response: Response,
    feature_id: Annotated[str, Path(alias="featureId", description="The feature's id.", examples=["1"])],
    before: Annotated[
        str | None,
        Query(description="Only versions written before this instant; set by `next` links."),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Maximum number of versions per page.")] = 100,
) -> HistoryOut:
    """Return who changed what in the record and when, also for a deleted record. Not for the public."""
    refuse_outsiders(caller, layer)
    record = record_of(feature_id)
    instant = None if before is None else parse_instant(before)
    found = None
    if record is not None and layer.keeps_history:
        found = await history(
            connection,
            layer,
            record,
            audience_of=caller.audience_of,
            language=language,
            limit=limit,
            before=instant,
        )
    if found is None:
        raise unknown_feature(layer, feature_id)
    path = f"{items(layer.key)}/{record}"
    links = [
        self_link(request, f"{path}/history", AS_JSON),
        WebLink(href=absolute_url(request, path), rel="item", type=GEOJSON),
    ]
    if found.next_before:
        following = {**request.query_params, "before": found.next_before.isoformat()}
        links.append(WebLink(href=absolute_url(request, f"{path}/history", **following), rel="next", type=JSON))
    response.headers.update(freshness(Audience.INTERNAL))
    versions = [_version(version, layer, language) for version in found.versions]
    return HistoryOut(layer=layer.key, id=record or 0, versions=versions, links=links)


def refuse_outsiders(caller: Caller, layer: Layer) -> None:
    """Raise RecordsNotPublic if the caller sees no more of the layer than the public."""
    if caller.audience_of(layer.key) is Audience.PUBLIC:
        raise RecordsNotPublic(f"The history of “{layer.key}” is internal.", "Send a reader's token.")


def _version(version: Version, layer: Layer, language: str) -> VersionOut:
    return VersionOut.model_validate(
        {
            "at": version.at.astimezone(CITY_TIME),
            "operation": version.operation,
            "by": version.by,
            "changes": [_change(change, layer, language) for change in version.changes],
        }
    )


def _change(change: Change, layer: Layer, language: str) -> ChangeOut:
    column = layer.column(change.name) if layer.has_column(change.name) else None
    label = GEOMETRY_LABEL[language] if change.name == GEOMETRY else layer.label(change.name).in_language(language)
    unit = column.unit.symbol(language) if column and column.unit else None
    return ChangeOut(label=label, unit=unit, **change._asdict())
