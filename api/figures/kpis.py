"""Routes of the indicators: their figures, splits, trends and the records behind them."""

import json
from decimal import Decimal
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Response

from api.figures.kpi_models import FigureDetail, FigureOut, Link, PartOut, Trend, TrendPointOut
from api.service.dependencies import (
    CurrentCaller,
    FiguresConnection,
    RequestedIndicator,
    RequestedLanguage,
    RequestedPeriod,
    freshness,
)
from api.service.openapi import problem_responses
from geo.access import Caller
from geo.figures.kpis import Indicator, Kind, answers, evaluation
from geo.figures.kpis.answers import SPLITS, Answer
from geo.figures.kpis.area_of_city import FORMER
from geo.formatting import json_number
from geo.periods import Period
from geo.records.layers.layer import Audience
from geo.rhythm import own_rhythm
from geo.store.database import LARGEST_ID

MEDIA_TYPE = "application/geo+json"
LARGEST_PAGE = 10_000
MOST_PERIODS = 20

router = APIRouter(prefix="/api/kpis", tags=["Indicators"])

WITHOUT_NUL = r"^[^\x00]*$"
"""The pattern of texts that the database can be asked for."""

RequestedPart = Annotated[
    str | None,
    Query(
        description="Only the figures of this part of the city or county, by its key. Not for the public.",
        examples=["05958004"],
        max_length=500,
        pattern=WITHOUT_NUL,
    ),
]


@router.get("", responses=problem_responses(403, 404, 503))
async def list_figures(
    period: RequestedPeriod,
    language: RequestedLanguage,
    caller: CurrentCaller,
    connection: FiguresConnection,
    response: Response,
    part: RequestedPart = None,
) -> list[FigureOut]:
    """Return the figures of all indicators that are defined for a period, in the report's order."""
    known = evaluation.in_force(await answers.indicators(connection), period)
    found = await answers.figures(connection, known, period, lambda indicator: _audience(caller, indicator), part)
    response.headers.update(freshness(caller.audience))
    return [FigureOut.model_validate(_columns(answer, caller, language)) for answer in found]


@router.get("/trend", responses=problem_responses(403, 404, 503))
async def list_trends(
    period: RequestedPeriod,
    language: RequestedLanguage,
    caller: CurrentCaller,
    connection: FiguresConnection,
    response: Response,
    periods: Annotated[int, Query(ge=1, le=MOST_PERIODS, description="Number of reported periods.")] = 6,
    part: RequestedPart = None,
) -> list[Trend]:
    """Return all indicators over the reported periods up to the one in which the period ends, in the report's order."""
    known = evaluation.in_force(await answers.indicators(connection), period)
    shown = own_rhythm().until(period, periods)
    found = await answers.trends(connection, known, shown, lambda indicator: _audience(caller, indicator), part)
    response.headers.update(freshness(caller.audience))
    return [_trend(points, caller, language) for points in found]


@router.get("/{key}", responses=problem_responses(403, 404, 503))
async def one_figure(
    period: RequestedPeriod,
    language: RequestedLanguage,
    caller: CurrentCaller,
    connection: FiguresConnection,
    indicator: RequestedIndicator,
    response: Response,
    by: Annotated[
        Literal[SPLITS] | None,  # pyright: ignore[reportInvalidTypeForm]
        Query(description="Split the figure by a level of the city's parts, or by month."),
    ] = None,
) -> FigureDetail:
    """Return one indicator's figure for a period with its counting rule and, on request, its parts.

    Parts of the city are those in force at the end of the period. The public gets no split of a stock, nor by another
    level than the districts. A ratio has the records of its numerator and denominator, which it links to.
    """
    indicator = evaluation.definition(indicator, period)
    audience = _audience(caller, indicator)
    (answer,) = await answers.figures(connection, [indicator], period, lambda _: audience)
    split = await answers.split(connection, indicator, period, by, audience) if by else None
    response.headers.update(freshness(caller.audience))
    return FigureDetail(
        **_columns(answer, caller, language),
        product=indicator.product.in_language(language),
        kind=_kind(indicator),
        rule=indicator.rule.in_language(language),
        layer=indicator.layer,
        by=by,
        parts=None if split is None else [_part(part, indicator) for part in split.parts],
        parts_note=split.note.in_language(language) if split and split.note else None,
        links=_links(indicator, period, audience),
    )


@router.get(
    "/{key}/contributions",
    response_class=Response,
    responses={
        200: {
            "description": "A page of records, ordered by id, with a link to the `next` page if there is one. "
            "Coordinates are longitude and latitude (CRS84).",
            "headers": {"Link": {"description": "The `next` page, if any.", "schema": {"type": "string"}}},
            "content": {MEDIA_TYPE: {"schema": {"$ref": "https://geojson.org/schema/FeatureCollection.json"}}},
        },
        **problem_responses(403, 404, 503),
    },
)
async def list_contributions(
    period: RequestedPeriod,
    caller: CurrentCaller,
    connection: FiguresConnection,
    indicator: RequestedIndicator,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Maximum number of records per page.")] = 1000,
    after: Annotated[int, Query(ge=0, le=LARGEST_ID, description="The page starts after this id.")] = 0,
) -> Response:
    """Return the records behind a figure as GeoJSON, each with the amount that it contributes. Not for the public."""
    audience = _audience(caller, indicator)
    page = await answers.contributions(connection, indicator, period, audience, limit=limit, after=after)
    headers = freshness(audience)
    collection = page.collection
    if page.next_after is not None:
        href = _contributions(indicator, period, limit=limit, after=page.next_after)
        headers["Link"] = f'<{href}>; rel="next"; type="{MEDIA_TYPE}"'
        links = json.dumps([{"rel": "next", "href": href, "type": MEDIA_TYPE}])
        # The collection is JSON text from PostgreSQL and is not parsed: the links are inserted before its last brace.
        collection = f'{collection.removesuffix("}")}, "links": {links}}}'
    return Response(collection, headers=headers, media_type=MEDIA_TYPE)


def _audience(caller: Caller, indicator: Indicator) -> Audience:
    # The parts of an earlier day are told to whoever sees a figure: by them it is split.
    return caller.audience_of(*(layer for layer in indicator.layers if layer != FORMER))


def _columns(answer: Answer, caller: Caller, language: str) -> dict[str, Any]:
    columns: dict[str, Any] = {
        name: json_number(value) if isinstance(value, Decimal) else value
        for name, value in answer.figure.as_record(language).items()
    }
    columns |= {
        "suppressed": answer.is_hidden,
        "recorded": answer.is_recorded,
        "decimals": answer.figure.indicator.decimals,
    }
    if answer.is_hidden:
        columns |= {"actual": None, "actual_rounded": None}
    if caller.audience_of("remarks") is Audience.PUBLIC:
        # Remarks are written for colleagues. The public reads only those that the report prints.
        columns |= {"remark": None}
    return columns


def _trend(points: list[Answer], caller: Caller, language: str) -> Trend:
    indicator = points[0].figure.indicator
    return Trend(
        key=indicator.key,
        label=indicator.label.in_language(language),
        unit=indicator.unit.symbol(language),
        decimals=indicator.decimals,
        kind=_kind(indicator),
        layer=indicator.layer,
        shows_records=len(indicator.sides) == 1 and answers.shows_records(_audience(caller, indicator)),
        points=[TrendPointOut.model_validate(_columns(point, caller, language)) for point in points],
    )


def _kind(indicator: Indicator) -> Literal["flow", "stock"]:
    return "stock" if indicator.kind is Kind.STOCK else "flow"


def _part(part: answers.Part, indicator: Indicator) -> PartOut:
    return PartOut(
        part=part.part,
        actual=None if part.amount is None else json_number(part.amount),
        suppressed=part.is_hidden,
        recorded=part.is_hidden or part.amount is not None or not indicator.is_sum,
    )


def _links(indicator: Indicator, period: Period, audience: Audience) -> list[Link]:
    if not answers.shows_records(audience):
        return []
    return [
        Link(rel="contributions", href=_contributions(side, period), type=MEDIA_TYPE)
        for side in indicator.sides
        if side.in_force(period)
    ]


def _contributions(indicator: Indicator, period: Period, **more: int) -> str:
    return f"/api/kpis/{quote(indicator.key)}/contributions?{urlencode({'period': period.name, **more})}"
