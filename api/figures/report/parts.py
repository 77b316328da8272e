"""The route of the parts of the city that a period can be reported by."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.figures.report.parameters import Reader, ReportedPeriod
from api.figures.report.reading import read
from api.figures.report.reports import Part
from api.service.dependencies import CurrentService, RequestedLanguage, freshness
from api.service.openapi import problem_responses
from geo.figures.kpis import evaluation
from geo.figures.kpis.reform_notes import plural
from geo.figures.report.extract import levels_within
from geo.periods import Period
from geo.records.layers.layer import Audience
from geo.store.database import Connection

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


@router.get("/reports/{period}/parts", responses=problem_responses(403, 503))
async def list_parts(
    service: CurrentService,
    caller: Reader,
    period: ReportedPeriod,
    language: RequestedLanguage,
    response: Response,
    part: Part = None,
) -> PartsOut:
    """Return the parts that can be reported on alone (`part`), and the levels to split by (`by`).

    With `part`, the levels of which that part has parts. Not for the public.
    """
    response.headers.update(freshness(Audience.INTERNAL))
    return await read(service, caller, lambda connection: _parts(connection, period, part, language))


def _parts(connection: Connection, period: Period, part: str | None, language: str) -> PartsOut:
    reforms = evaluation.reforms(connection)
    upper = evaluation.names_of(connection, reforms.parts(period))
    return PartsOut(
        period=period.name,
        parts=[PartOfCityOut(key=key, name=name) for key, name in upper.items()],
        levels=[
            LevelOut(key=level, label=plural(level).in_language(language))
            for level in levels_within(connection, period, part, reforms)
        ],
    )
