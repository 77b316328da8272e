"""Routes for handing all records of an operator or a cluster to its successor, and for taking that back."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Literal

import psycopg
from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from api.records.ogc.bodies import MessageLanguage
from api.records.ogc.refusals import problem_of
from api.records.undo import ExactId
from api.service.dependencies import CurrentEditor, WritingConnection
from api.service.openapi import problem_responses
from api.service.problems import Kind as ProblemKind
from api.service.problems import Refusal, Rejection
from geo.access import Caller
from geo.periods import CITY_TIME
from geo.records.layers.layer import Audience
from geo.records.messages import explain
from geo.rollout import handing_over
from geo.rollout.handing_over import Kind

router = APIRouter(prefix="/api/rollout/handovers", tags=["Editing"])

REFUSED = ProblemKind(HTTPStatus.UNPROCESSABLE_ENTITY, "handover-refused", "Nothing was handed over")


class WantedHandover(BaseModel):
    """Who hands all records over to whom, and from which day on."""

    model_config = ConfigDict(extra="forbid")

    kind: Annotated[Literal["operator", "cluster"], Field(description="What hands over.")]
    giving: Annotated[ExactId, Field(description="The id of the operator or cluster that hands over.")]
    taking: Annotated[ExactId, Field(description="The id of its successor.")]
    since: Annotated[date, Field(description="The first day on which the successor is responsible; not in the future.")]


class WrittenLayer(BaseModel):
    """How many records of a layer were written."""

    layer: str
    records: int


class HandoverOut(BaseModel):
    """What was written, and the number by which all of it is taken back."""

    number: Annotated[str, Field(examples=["74512"])]
    layers: list[WrittenLayer]


@router.post("", responses=problem_responses(400, 403, 422, 503))
async def hand_over(
    caller: CurrentEditor, connection: WritingConnection, language: MessageLanguage, wanted: WantedHandover
) -> HandoverOut:
    """Hand all records of an operator or a cluster to its successor from a day on, all or none.

    Statements about earlier days keep showing who was responsible then. The operator or cluster ends on the day before;
    letters of intent and obstructions stay with whom they name.
    """
    _refuse_limited(caller)
    try:
        handing_over.refuse_future(wanted.since, datetime.now(CITY_TIME).date())
        number, written = await handing_over.hand_over_async(
            connection, Kind(wanted.kind), wanted.giving, wanted.taking, wanted.since
        )
    except handing_over.NoHandover as error:
        raise Rejection(problem_of(REFUSED, " ".join(error.parts(language)))) from None
    except psycopg.IntegrityError as error:
        raise _rejection(error, language) from None
    return HandoverOut(number=number, layers=[WrittenLayer(**one._asdict()) for one in written])


@router.post("/{number}/undo", responses=problem_responses(400, 403, 422, 503))
async def undo_handover(
    caller: CurrentEditor,
    connection: WritingConnection,
    language: MessageLanguage,
    number: Annotated[str, Path(pattern="^[0-9]{1,18}$", description="The number of the handover.")],
) -> HandoverOut:
    """Take a handover back as a whole; not if one of its records has been changed since."""
    _refuse_limited(caller)
    try:
        written = await handing_over.undo_handover_async(connection, number)
    except psycopg.IntegrityError as error:
        raise _rejection(error, language) from None
    return HandoverOut(number=number, layers=[WrittenLayer(**one._asdict()) for one in written])


def _refuse_limited(caller: Caller) -> None:
    lacking = [layer for layer in handing_over.LAYERS if caller.audience_of(layer) is not Audience.PERSONAL]
    if lacking:
        raise Refusal(HTTPStatus.FORBIDDEN, f"Your token does not include {', '.join(lacking)}.")


def _rejection(error: psycopg.IntegrityError, language: str) -> Rejection:
    explained = explain(error)
    detail = explained.in_language(language) if explained else str(error.diag.message_primary)
    return Rejection(problem_of(REFUSED, detail))
