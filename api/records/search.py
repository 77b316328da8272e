"""The search of the page, over names, addresses, parcels and numbers."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.service.dependencies import AskedCaller, AskedLanguage, SnapshotConnection, freshness
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
    id: Annotated[int | None, Field(description="The record; null where the hit stands for several, see `filter`.")]
    title: Annotated[str, Field(examples=["Westfalenhütte, Baufeld 3"])]
    subtitle: Annotated[str, Field(description="What tells it from others.", examples=["Innenstadt-Nord · verfügbar"])]
    filter: Annotated[
        dict[str, str] | None, Field(description="Of a hit that stands for several records: the properties they share.")
    ]
    centre: Annotated[
        list[float] | None, Field(description="Longitude and latitude; null where it has no place.", max_length=2)
    ]
    bbox: Annotated[list[float] | None, Field(description="West, south, east, north.", max_length=4)]


class SearchOut(BaseModel):
    """What was found, the best first."""

    hits: list[HitOut]


@router.get("", responses=problem_responses(503))
async def find(
    caller: AskedCaller,
    connection: SnapshotConnection,
    language: AskedLanguage,
    response: Response,
    q: Annotated[str, Query(min_length=1, max_length=200, description="What people type.", examples=["hafen"])],
    limit: Annotated[int, Query(ge=1, le=LARGEST, description="How many hits at most.")] = 10,
) -> SearchOut:
    """Plots, industrial areas and districts by name, address or parcel; for insiders more.

    Insiders find access points, properties, inquiries by number, mobile-site requests by their identifier and clusters
    of trenches, too. Each word may be the beginning of one or stand within one; umlauts may be written out (`ae`) or
    left out (`a`). Where little is found so, words that look alike are taken.
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
