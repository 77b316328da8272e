"""The search route of the map page: names, addresses, parcels and numbers."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.service.dependencies import CurrentCaller, RequestedLanguage, SnapshotConnection, freshness
from api.service.openapi import problem_responses
from geo.land.matching.uses import uses_in
from geo.records.search import Hit, search

LARGEST = 50
TRENCHES = {"de": "Trassen", "en": "trenches"}

router = APIRouter(prefix="/api/search", tags=["Features"])


class HitOut(BaseModel):
    """A record that was found."""

    layer: Annotated[str, Field(description="The layer's key.", examples=["plots"])]
    layer_title: Annotated[str, Field(examples=["Gewerbegrundstücke"])]
    id: Annotated[
        int | None, Field(description="The record's id; null if the hit represents several records, see `filter`.")
    ]
    title: Annotated[str, Field(examples=["Westfalenhütte, Baufeld 3"])]
    subtitle: Annotated[
        str, Field(description="Details that distinguish it from other hits.", examples=["Innenstadt-Nord · verfügbar"])
    ]
    filter: Annotated[
        dict[str, str] | None,
        Field(description="For a hit that represents several records: the properties they share."),
    ]
    centre: Annotated[
        list[float] | None, Field(description="Longitude and latitude; null without a location.", max_length=2)
    ]
    bbox: Annotated[list[float] | None, Field(description="West, south, east, north.", max_length=4)]


class SearchOut(BaseModel):
    """The hits, best first."""

    hits: list[HitOut]


@router.get("", responses=problem_responses(503))
async def find(
    caller: CurrentCaller,
    connection: SnapshotConnection,
    language: RequestedLanguage,
    response: Response,
    q: Annotated[str, Query(min_length=1, max_length=200, description="The search text as typed.", examples=["hafen"])],
    limit: Annotated[int, Query(ge=1, le=LARGEST, description="Maximum number of hits.")] = 10,
) -> SearchOut:
    """Find plots, industrial areas and districts by name, address or parcel.

    Insiders also find access points, properties, inquiries by number, mobile-site requests by identifier, and clusters
    of trenches. Each word may match the beginning or the inside of a word; umlauts may be written as `ae` or `a`. If
    there are few hits, similar words are included.
    """
    audiences = {layer.key: caller.audience_of(layer.key) for layer in caller.visible_layers()}
    found = await search(connection, q, audiences, limit=limit)
    response.headers.update(freshness(caller.audience))
    return SearchOut(hits=[_hit(hit, language) for hit in found])


def _hit(hit: Hit, language: str) -> HitOut:
    layer = hit.searched.layer
    centre = None
    if hit.bounds:
        west, south, east, north = hit.bounds
        centre = [round((west + east) / 2, 7), round((south + north) / 2, 7)]
    is_group = hit.record is None
    return HitOut(
        layer=layer.key,
        layer_title=layer.title.in_language(language),
        id=hit.record,
        title=hit.title,
        subtitle=f"{hit.records} {TRENCHES[language]}" if is_group else _subtitle(hit, language),
        filter={hit.searched.search.texts[0]: hit.title} if is_group else None,
        centre=centre,
        bbox=[round(degree, 7) for degree in hit.bounds] if hit.bounds else None,
    )


def _subtitle(hit: Hit, language: str) -> str:
    values = ((name, hit.details[name]) for name in hit.searched.search.details)
    words = (_word(hit, name, value, language) for name, value in values if value is not None)
    return " · ".join(word for word in words if word != hit.title)


def _word(hit: Hit, name: str, value: Any, language: str) -> str:
    if (hit.searched.layer.key, name) == ("inquiries", "use"):
        return uses_in(language).get(str(value).casefold(), str(value))
    codes = hit.searched.layer.column(name).codes
    return codes[value].in_language(language) if codes and value in codes else str(value)
