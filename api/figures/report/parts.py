"""The route of the parts of the city that a period can be reported by."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.figures.report.parameters import Reader
from api.figures.report.reading import ReportRequest, read
from api.figures.report.reports import RequestedReport
from api.service.dependencies import CurrentService, RequestedLanguage, freshness
from api.service.openapi import problem_responses
from geo.figures.kpis import evaluation
from geo.figures.kpis.reform_notes import plural
from geo.figures.report.extract import levels_within
from geo.records.layers.layer import Audience
from geo.store.database import Connection, as_recorded

router = APIRouter(prefix="/api", tags=["Reports"])


class PartOfCityOut(BaseModel):
    """A part of the upper level."""

    key: Annotated[str, Field(examples=["05958004"])]
    name: str


class LevelOut(BaseModel):
    """A level of parts by which the report can be split."""

    key: Annotated[str, Field(examples=["statistical"])]
    label: Annotated[str, Field(description="What its parts are called.")]


class PartsOut(BaseModel):
    """The parts of the upper level at the end of a period, and the levels by which its report can be split."""

    period: Annotated[str, Field(examples=["2023-H2"])]
    parts: list[PartOfCityOut]
    levels: Annotated[list[LevelOut], Field(description="The highest first.")]


@router.get("/reports/{period}/parts", responses=problem_responses(403, 404, 503))
async def list_parts(
    service: CurrentService,
    caller: Reader,
    wanted: RequestedReport,
    language: RequestedLanguage,
    response: Response,
) -> PartsOut:
    """Return the parts that can be reported on alone (`part`), and the levels to split by (`by`).

    They are those that the report itself knows: of a release as recorded then, also if a reform has been loaded since.
    With `part`, the levels of which that part has parts. Not for the public.
    """
    response.headers.update(freshness(Audience.INTERNAL))
    return await read(service, caller, lambda connection: parts_of(connection, wanted, language))


def parts_of(connection: Connection, wanted: ReportRequest, language: str) -> PartsOut:
    """Return the parts and levels that the requested report can be limited to and split by. Raises UnknownPart."""
    period = wanted.period
    with as_recorded(connection, wanted.recorded_at(connection)):
        reforms = evaluation.reforms(connection)
        upper = evaluation.names_of(connection, reforms.parts(period))
        return PartsOut(
            period=period.name,
            parts=[PartOfCityOut(key=key, name=name) for key, name in upper.items()],
            levels=[
                LevelOut(key=level, label=plural(level).in_language(language))
                for level in levels_within(connection, period, wanted.extract.part, reforms)
            ],
        )
