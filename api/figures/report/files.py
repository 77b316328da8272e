"""A period's report as a file, and its maps: made by processes of their own."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field, TypeAdapter

from api.figures.report.asking import Reader
from api.figures.report.reading import Wanted, read
from api.figures.report.reports import WantedReport
from api.records.ogc.etags import is_fresh
from api.service.dependencies import AskedLanguage, AskedService, Service, freshness, limit_exports
from api.service.openapi import problem_responses
from geo.access import Caller
from geo.figures.report.model import Report
from geo.records.layers.layer import Audience
from geo.settings import Language, Settings
from geo.store.database import Connection
from maps.figures.report.process import ReportsBusy, make, show_maps
from maps.figures.report.writing import DRAWN, FORMS, MEDIA_TYPES, Form

MAPS_KEPT = 8
"""Of how many releases the maps are kept in memory, about a megabyte each."""
WAIT_S = 30
"""How long a request waits for its turn."""

router = APIRouter(prefix="/api", tags=["Reports"])


class MapOut(BaseModel):
    """A map of the report."""

    key: Annotated[str, Field(examples=["trenches"])]
    title: str
    alt: Annotated[str, Field(description="What it shows, for those who do not see it.")]
    note: Annotated[str, Field(description="Its figures in a sentence.")]
    svg: Annotated[str, Field(description="The drawing.")]


class MapsOut(BaseModel):
    """The maps of a report: land, trenches, connections and mobile sites; fewer where a release defines fewer."""

    maps: list[MapOut]


MAPS = TypeAdapter(list[MapOut])


class Order(NamedTuple):
    """What is to be made: the name of the file, the tag of what never changes, and the job as the process takes it."""

    name: str
    tag: str | None
    sent: bytes


@router.get(
    "/reports/{period}/file",
    response_class=Response,
    responses={
        200: {
            "description": "The file.",
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()},
        },
        304: {"description": "You have that file of the release already."},
        **problem_responses(403, 404, 503),
    },
    dependencies=[Depends(limit_exports)],
)
async def report_file(
    asked: AskedService,
    caller: Reader,
    wanted: WantedReport,
    language: AskedLanguage,
    request: Request,
    f: Annotated[
        Form,
        Query(description=f"The form: {', '.join(FORMS)}; `pictures` are its maps and charts.", examples=["csv"]),
    ],
) -> Response:
    """The report as a document: for Word, Excel and printing, as a page, or as text. Internal."""
    order = await _order(asked, caller, wanted, f, language)
    headers = _headers(order.tag)
    if order.tag and is_fresh(request.headers.get("if-none-match"), order.tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    made = await _in_turn(asked, lambda: make(order.sent, asked.settings.handout_timeout_s))
    headers |= {"Content-Disposition": f'attachment; filename="{order.name}"', "Content-Language": language}
    return Response(made, headers=headers, media_type=MEDIA_TYPES[f])


@router.get("/reports/{period}/maps", responses=problem_responses(403, 404, 503))
async def report_maps(
    asked: AskedService, caller: Reader, wanted: WantedReport, language: AskedLanguage, response: Response
) -> MapsOut:
    """The report's maps, each with its figures in words. Internal."""
    order = await _order(asked, caller, wanted, "pictures", language)
    response.headers.update(freshness(Audience.INTERNAL))
    return MapsOut(maps=MAPS.validate_json(await _maps(asked, order)))


async def _maps(asked: Service, order: Order) -> bytes:
    """The maps as JSON; those of a release are drawn once, and kept for a while."""
    kept = asked.drawn_maps
    if order.tag in kept:
        return kept[order.tag]

    async def draw() -> bytes:
        # Somebody else may have had them drawn while this one waited for its turn.
        return kept.get(order.tag or "") or await show_maps(order.sent, asked.settings.handout_timeout_s)

    drawn = await _in_turn(asked, draw)
    if order.tag:
        kept[order.tag] = drawn
        for tag in list(kept)[:-MAPS_KEPT]:
            del kept[tag]
    return drawn


async def _order(asked: Service, caller: Caller, wanted: Wanted, form: Form, language: Language) -> Order:
    return await read(asked, caller, lambda connection: _read(connection, wanted, form, language, asked.settings))


def _read(connection: Connection, wanted: Wanted, form: Form, language: Language, settings: Settings) -> Order:
    # They bring geopandas along, which the rest of the service can do without.
    from maps.figures.report.content import Edition
    from maps.figures.report.job import Job, packed
    from maps.figures.report.pictures.places import places_of

    report = wanted(connection)
    places = places_of(connection, report) if form in DRAWN else None
    template = str(settings.report_template.resolve()) if settings.report_template else None
    job = Job(form, language, settings.publisher_name, report, places, template)
    ending = "zip" if form == "pictures" else form
    name = f"{Edition(report, (), settings.publisher_name, language).name}.{ending}"
    return Order(name, _tag(report, form, language), packed(job))


def _tag(report: Report, form: Form, language: Language) -> str | None:
    return f'"{report.status.hash}.{form}.{language}.{report.status.version}"' if report.status.hash else None


def _headers(tag: str | None) -> dict[str, str]:
    return {"Cache-Control": "private, no-cache", "ETag": tag} if tag else freshness(Audience.INTERNAL)


async def _in_turn(asked: Service, making: Callable[[], Awaitable[bytes]]) -> bytes:
    """What is made, when fewer are being made than may be at once."""
    try:
        async with asyncio.timeout(WAIT_S):
            await asked.handouts.acquire()
    except TimeoutError:
        raise ReportsBusy("Several documents are being made already.", "Try again in a moment.") from None
    try:
        return await making()
    finally:
        asked.handouts.release()
