"""Routes of a period's report as a file and of its maps. Both are made in separate processes."""

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field, TypeAdapter

from api.figures.report.parameters import Reader
from api.figures.report.reading import ReportRequest, read
from api.figures.report.reports import RequestedReport
from api.records.ogc.etags import is_fresh
from api.service.dependencies import CurrentService, RequestedLanguage, Service, freshness, limit_exports
from api.service.openapi import problem_responses
from geo.access import Caller
from geo.figures.report.model import Report
from geo.profile import profile
from geo.records.layers.layer import Audience
from geo.settings import Language, Settings
from geo.store.database import Connection
from maps.figures.report.content import Edition
from maps.figures.report.job import Job, dump_job
from maps.figures.report.process import ReportsBusy, make, show_maps
from maps.figures.report.reading import places_of
from maps.figures.report.writing import DRAWN, FORMS, MEDIA_TYPES, Form

MAPS_KEPT = 8
"""Number of reports whose maps are cached in memory, about one megabyte each."""
WAIT_S = 30
"""How many seconds a request waits for its turn."""

router = APIRouter(prefix="/api", tags=["Reports"])


class MapOut(BaseModel):
    """A map of the report."""

    key: Annotated[str, Field(examples=["trenches"])]
    title: str
    alt: Annotated[str, Field(description="Text alternative for people who cannot see the map.")]
    note: Annotated[str, Field(description="The map's figures in one sentence.")]
    svg: Annotated[str, Field(description="The map as an SVG drawing.")]


class MapsOut(BaseModel):
    """The maps of a report: land, trenches, connections and mobile sites; fewer if a release defines fewer."""

    maps: list[MapOut]


MAPS = TypeAdapter(list[MapOut])


class Order(NamedTuple):
    """A file to make: its name, its entity tag if it never changes, and the serialized job for the process."""

    name: str
    tag: str | None
    job: bytes


@router.get(
    "/reports/{period}/file",
    response_class=Response,
    responses={
        200: {
            "description": "The file.",
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()},
        },
        304: {"description": "Your copy of the file is up to date."},
        **problem_responses(403, 404, 503),
    },
    dependencies=[Depends(limit_exports)],
)
async def report_file(
    service: CurrentService,
    caller: Reader,
    wanted: RequestedReport,
    language: RequestedLanguage,
    request: Request,
    f: Annotated[
        Form,
        Query(description=f"Format: {', '.join(FORMS)}; `pictures` are its maps and charts.", examples=["csv"]),
    ],
) -> Response:
    """Return the report as a document: for Word, Excel or printing, as a web page, or as text. Not for the public."""
    order = await _order(service, caller, wanted, f, language)
    headers = _headers(order.tag)
    if order.tag and is_fresh(request.headers.get("if-none-match"), order.tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    made = await _in_turn(service, lambda: make(order.job, f, service.settings.handout_timeout_s))
    headers |= {"Content-Disposition": f'attachment; filename="{order.name}"', "Content-Language": language}
    return Response(made, headers=headers, media_type=MEDIA_TYPES[f])


@router.get("/reports/{period}/maps", responses=problem_responses(403, 404, 503))
async def report_maps(
    service: CurrentService, caller: Reader, wanted: RequestedReport, language: RequestedLanguage, response: Response
) -> MapsOut:
    """Return the report's maps, each with its figures in words. Not for the public."""
    job = await read(service, caller, lambda connection: _maps_job(connection, wanted, language))
    response.headers.update(freshness(Audience.INTERNAL))
    return MapsOut(maps=MAPS.validate_json(await _maps(service, job)))


async def _maps(service: Service, job: bytes) -> bytes:
    """Return the maps as JSON. Equal maps are drawn once and cached."""
    cached, key = service.drawn_maps, sha256(job).digest()
    if key in cached:
        return cached[key]

    async def draw() -> bytes:
        # Another request may have drawn them while this one waited for its turn.
        return cached.get(key) or await show_maps(job, service.settings.handout_timeout_s)

    drawn = cached[key] = await _in_turn(service, draw)
    for oldest in list(cached)[:-MAPS_KEPT]:
        del cached[oldest]
    return drawn


def _maps_job(connection: Connection, wanted: ReportRequest, language: Language) -> bytes:
    """Return the job that draws the maps. It is the same for the same maps, whatever else the report contains."""
    report = wanted(connection)
    return dump_job(Job("pictures", language, "", report.without_table(), places_of(connection, report)))


async def _order(service: Service, caller: Caller, wanted: ReportRequest, form: Form, language: Language) -> Order:
    return await read(service, caller, lambda connection: _read(connection, wanted, form, language, service.settings))


def _read(connection: Connection, wanted: ReportRequest, form: Form, language: Language, settings: Settings) -> Order:
    report = wanted(connection)
    places = places_of(connection, report) if form in DRAWN else None
    template = str(settings.report_template.resolve()) if settings.report_template else None
    job = Job(form, language, profile().publisher.name, report, places, template)
    ending = "zip" if form == "pictures" else form
    name = f"{Edition(report, (), profile().publisher.name, language).name}.{ending}"
    return Order(name, _tag(report, form, language), dump_job(job))


def _tag(report: Report, form: Form, language: Language) -> str | None:
    if not report.status.hash or report.is_extract:
        return None
    return f'"{report.status.hash}.{form}.{language}.{report.status.version}"'


def _headers(tag: str | None) -> dict[str, str]:
    return {"Cache-Control": "private, no-cache", "ETag": tag} if tag else freshness(Audience.INTERNAL)


async def _in_turn(service: Service, making: Callable[[], Awaitable[bytes]]) -> bytes:
    """Return the made document, waiting while the maximum number is being made. Raises ReportsBusy after WAIT_S."""
    try:
        async with asyncio.timeout(WAIT_S):
            await service.handouts.acquire()
    except TimeoutError:
        raise ReportsBusy("Several documents are already being made.", "Try again in a moment.") from None
    try:
        return await making()
    finally:
        service.handouts.release()
