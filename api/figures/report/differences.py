"""The route that explains why a published report differs from the current records or from another release."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.figures.report.parameters import Reader, ReportedPeriod
from api.figures.report.reading import read
from api.figures.report.reports import LARGEST_NUMBER
from api.service.dependencies import CurrentService, RequestedLanguage, freshness
from api.service.openapi import problem_responses
from geo.figures.kpis.evaluation import Row
from geo.figures.releases.differing import Difference, RecordDifference
from geo.figures.releases.explaining import Explanation, Side, explain
from geo.figures.releases.set_values import SetDifference
from geo.figures.releases.wording import cause_text
from geo.figures.releases.writes import Write
from geo.formatting import plain
from geo.records.layers.layer import Audience

NOW = "now"
SIDES: tuple[Literal["before"], Literal["after"]] = ("before", "after")

router = APIRouter(prefix="/api", tags=["Reports"])

Exact = Annotated[str | None, Field(description="Exact value as text; null if there is none.", examples=["-3200"])]


class SideOut(BaseModel):
    """A version of the report; the current records if `number` is null."""

    number: int | None
    recorded_at: datetime | None


class WriteOut(BaseModel):
    """A change to a record, or to one that it refers to."""

    at: datetime
    by: Annotated[str, Field(description="Name of the token or login that made the change.")]
    operation: Literal["insert", "update", "delete"]


class RecordDifferenceOut(BaseModel):
    """A record whose contribution has changed, and why."""

    effect: Literal["appeared", "disappeared", "changed"]
    layer: Annotated[str, Field(examples=["transactions"])]
    id: int
    source: str
    source_id: str
    label: Annotated[str, Field(description="The record's usual name.")]
    before: Exact
    after: Exact
    difference: Exact
    cause: Annotated[str, Field(description="What happened to the record, in words.")]
    writes: Annotated[list[WriteOut], Field(description="The changes, in chronological order.")]


class DifferenceOut(BaseModel):
    """A figure whose contributions have changed; the records' differences add up to that of the figure."""

    key: Annotated[str, Field(examples=["public_land_m2"])]
    label: str
    unit: Annotated[str | None, Field(description="Null for a count.", examples=["m²"])]
    before: Exact
    after: Exact
    difference: Exact
    not_recorded: Annotated[
        list[Literal["before", "after"]],
        Field(description="The sides on which the figure is not recorded, as the layer had no record by then."),
    ]
    records: list[RecordDifferenceOut]


class SetDifferenceOut(BaseModel):
    """A target, a remark or a reported actual that has changed."""

    layer: Literal["targets", "remarks", "manual_actuals"]
    id: int
    key: Annotated[str, Field(description="The indicator's key.")]
    period: str
    before: Annotated[str | None, Field(description="The old value; null if none.")]
    after: Annotated[str | None, Field(description="The new value; null if none.")]
    writes: list[WriteOut]


class ExplanationOut(BaseModel):
    """The differences between two versions of a period's report."""

    period: Annotated[str, Field(examples=["2023-H2"])]
    before: SideOut
    after: SideOut
    figures: list[DifferenceOut]
    set_values: list[SetDifferenceOut]


@router.get("/reports/{period}/diff", responses=problem_responses(403, 404, 503))
async def explain_difference(
    service: CurrentService,
    caller: Reader,
    period: ReportedPeriod,
    language: RequestedLanguage,
    response: Response,
    before: Annotated[
        int | None,
        Query(alias="from", ge=1, le=LARGEST_NUMBER, description="A release; the latest by default.", examples=[1]),
    ] = None,
    to: Annotated[
        str,
        Query(
            pattern="^(now|[1-9][0-9]{0,8})$",
            description="Another release, or `now` for the current records.",
            examples=[NOW],
        ),
    ] = NOW,
) -> ExplanationOut:
    """Return which records appeared, disappeared or changed between two versions of a report, by whom and when.

    Not for the public.
    """
    after = None if to == NOW else int(to)
    found = await read(service, caller, lambda connection: explain(connection, period, before, after))
    response.headers.update(freshness(Audience.INTERNAL))
    return _explanation(found, language)


def _explanation(found: Explanation, language: str) -> ExplanationOut:
    return ExplanationOut(
        period=found.period,
        before=_side(found.before),
        after=_side(found.after),
        figures=[_figure(difference, language) for difference in found.differences],
        set_values=[_set_value(changed) for changed in found.set_values],
    )


def _side(side: Side) -> SideOut:
    return SideOut(number=side.number, recorded_at=side.recorded_at)


def _figure(difference: Difference, language: str) -> DifferenceOut:
    unit = difference.indicator.unit.printed
    return DifferenceOut(
        key=difference.indicator.key,
        label=difference.indicator.label.in_language(language),
        unit=unit.in_language(language) if unit else None,
        before=_exact(difference.before),
        after=_exact(difference.after),
        difference=_exact(difference.difference),
        not_recorded=[side for side, is_absent in zip(SIDES, difference.not_recorded, strict=True) if is_absent],
        records=[_record(record, language) for record in difference.records],
    )


def _record(record: RecordDifference, language: str) -> RecordDifferenceOut:
    happened = cause_text(record.layer, record.writes, by_definition=record.by_definition)
    return RecordDifferenceOut(
        effect=record.effect,
        layer=record.layer,
        id=record.id,
        source=record.source,
        source_id=record.source_id,
        label=record.label.in_language(language),
        before=_amount(record.before),
        after=_amount(record.after),
        difference=_exact(record.difference),
        cause=happened.in_language(language),
        writes=_writes(record.writes),
    )


def _set_value(changed: SetDifference) -> SetDifferenceOut:
    return SetDifferenceOut(
        layer=changed.layer,  # pyright: ignore[reportArgumentType]
        id=changed.id,
        key=changed.key,
        period=changed.period,
        before=changed.before,
        after=changed.after,
        writes=_writes(changed.writes),
    )


def _writes(writes: Sequence[Write]) -> list[WriteOut]:
    return [WriteOut(at=write.at, by=write.by, operation=write.operation) for write in writes]


def _amount(row: Row | None) -> str | None:
    return _exact(row.amount) if row else None


def _exact(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
