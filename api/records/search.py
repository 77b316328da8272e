"""The search route of the map page: names, addresses, parcels and numbers; and the records that a form refers to."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.service.dependencies import CurrentCaller, RequestedLanguage, SnapshotConnection, freshness
from api.service.openapi import problem_responses
from api.service.problems import ParameterError, Refusal
from geo.formatting import day, with_unit
from geo.land.matching.uses import uses_in
from geo.records.layers.layer import Audience
from geo.records.search import SEARCHED_LAYERS, Hit, SearchedLayer, choices, search, single
from geo.store.database import LARGEST_ID

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
    title: Annotated[
        str,
        Field(
            description="What the record is called, else the layer's term and its id.",
            examples=["Westfalenhütte, Baufeld 3"],
        ),
    ]
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
    q: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=200,
            description="The search text as typed. It may be left out with `layer`: the records entered last, newest "
            "first.",
            examples=["hafen"],
        ),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST, description="Maximum number of hits.")] = 10,
    layer: Annotated[
        str | None,
        Query(
            max_length=63,
            description="Only single records of this layer, which a text of digits also finds by their id.",
            examples=["plots"],
        ),
    ] = None,
    id: Annotated[  # noqa: A002 - the name of the parameter in the URL
        int | None, Query(ge=1, le=LARGEST_ID, description="With `layer`: only the record with this id.")
    ] = None,
) -> SearchOut:
    """Find plots, industrial areas, districts, expansion areas and sensitive sites by name, address or parcel.

    Insiders also find what else has a name or a number: properties, connections by address, inquiries, companies,
    operators, trenches and their clusters, mobile-site requests and so on. Each word may match the beginning or the
    inside of a word; umlauts may be written as `ae` or `a`. If there are few hits, similar words are included.
    """
    audiences = {one.key: caller.audience_of(one.key) for one in caller.visible_layers()}
    only = _only(layer, audiences)
    if only and (id is not None or q is None):
        found = await choices(connection, only, audiences, limit=limit, record=id)
    elif q is None or id is not None:
        raise _refusal("id" if q else "q", "An `id` needs its `layer`" if q else "Give a search text, or a `layer`")
    else:
        found = await search(connection, q, audiences, limit=limit, only=only)
    response.headers.update(freshness(caller.audience))
    return SearchOut(hits=[_hit(hit, language) for hit in found])


def _only(layer: str | None, audiences: Mapping[str, Audience]) -> SearchedLayer | None:
    """Return how the records of the layer that was asked for are found; raises Refusal if they are not."""
    if layer is None:
        return None
    found = single(layer, audiences[layer]) if layer in audiences else None
    if found is None:
        keys = {one.layer.key for one in SEARCHED_LAYERS if one.layer.key in audiences}
        known = ", ".join(sorted(key for key in keys if single(key, audiences[key])))
        raise _refusal("layer", f"“{layer}” is not searched by record; these are: {known}")
    return found


def _refusal(parameter: str, detail: str) -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, detail, [ParameterError(parameter=parameter, detail=detail)])


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
        title=hit.title or f"{layer.singular.in_language(language)} {hit.record}",
        subtitle=f"{hit.records} {TRENCHES[language]}" if is_group else _subtitle(hit, language),
        filter={hit.searched.search.texts[0]: str(hit.title)} if is_group else None,
        centre=centre,
        bbox=[round(degree, 7) for degree in hit.bounds] if hit.bounds else None,
    )


def _subtitle(hit: Hit, language: str) -> str:
    values = ((name, hit.details.get(name)) for name in hit.searched.search.details)
    words = (_word(hit, name, value, language) for name, value in values if value is not None)
    return " · ".join(word for word in words if word != hit.title)


def _word(hit: Hit, name: str, value: Any, language: str) -> str:
    if (hit.searched.layer.key, name) == ("inquiries", "use"):
        return uses_in(language).get(str(value).casefold(), str(value))
    column = hit.searched.layer.column(name)
    if column.codes and value in column.codes:
        return column.codes[value].in_language(language)
    if column.unit:
        return with_unit(Decimal(str(value)), column.unit, language, column.unit.value.decimals)
    if name.endswith("_on"):
        return day(date.fromisoformat(value), language)
    return str(value)
