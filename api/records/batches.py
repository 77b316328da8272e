"""Routes of several changes at once, all or none, and of undoing them together."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any, Self

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from api.records.ogc.bodies import MessageLanguage
from api.records.ogc.editing import IdempotencyKey
from api.records.ogc.refusals import KEY_REUSED, REUSED, changed_message, problem_of
from api.records.undo import NO_HISTORY, ExactId, Named, Version, changed_since, made_by
from api.service.dependencies import CurrentEditor, WritingConnection
from api.service.openapi import problem_responses
from api.service.problems import Kind, MemberError, Refusal, Rejection
from geo.access import Caller
from geo.records.editing import KeyReused, Malformed, Members, batches, members_of, parse, undo
from geo.records.editing.faults import InvalidRecord, StillReferenced, VersionConflict
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Layer, Text
from geo.settings import Language
from geo.store.database import AsyncConnection

MOST_CHANGES = 500
REFUSED = Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "batch-refused", "Some of the changes are refused, so none was made")
NO_RECORD = Text("Diesen Datensatz gibt es nicht mehr.", "This record no longer exists.")

router = APIRouter(prefix="/api/changes/batch", tags=["Editing"])


class WantedChange(BaseModel):
    """A change of a record (`id` and `version`), or a new record without a place (neither)."""

    model_config = ConfigDict(extra="forbid")

    layer: Annotated[str, Field(description="The layer's key.", examples=["plots"])]
    id: ExactId | None = None
    version: Version | None = None
    properties: Annotated[
        dict[str, Any],
        Field(
            description="The properties to set, as in a merge patch; those of a new record.", examples=[{"note": "x"}]
        ),
    ]

    @model_validator(mode="after")
    def _has_both_or_neither(self) -> Self:
        if self.id is None and self.version is not None:
            # Whoever has lost the id of a record does not mean a second one.
            raise PydanticCustomError("no_id", "The version is of which record? Send its id too; of a new one, neither")
        return self


class WantedChanges(BaseModel):
    """Changes that are made together."""

    model_config = ConfigDict(extra="forbid")

    changes: Annotated[list[WantedChange], Field(min_length=1, max_length=MOST_CHANGES)]


class NamedChanges(BaseModel):
    """Changes that are undone together."""

    model_config = ConfigDict(extra="forbid")

    changes: Annotated[list[Named], Field(min_length=1, max_length=MOST_CHANGES)]


class Written(BaseModel):
    """A record that was written."""

    layer: str
    id: int
    version: Annotated[str | None, Field(description="Its version, by which the change is undone; null: deleted.")]


class WrittenRecords(BaseModel):
    """The records that were written, in the order of the request."""

    changes: list[Written]


@router.post("", responses=problem_responses(400, 403, 404, 413, 422, 503))
async def change_records(
    request: Request,
    caller: CurrentEditor,
    connection: WritingConnection,
    language: MessageLanguage,
    wanted: WantedChanges,
    key: IdempotencyKey = None,
) -> WrittenRecords:
    """Change or create several records, all or none, in the given order: one may take what an earlier one gives free.

    What is refused is told for each change: `errors` point into the request (`/changes/3/properties/zoning`). A change
    of a record needs the `version` that the editor has seen.
    """
    members = await _members(caller, connection, [change.layer for change in wanted.changes])
    exact = await _exact_properties(request, language)
    changes = [
        batches.Wanted(members[one.layer], properties, one.id, one.version)
        for one, properties in zip(wanted.changes, exact, strict=True)
    ]
    try:
        return _written(await batches.apply(connection, changes, key))
    except batches.BatchRefused as error:
        raise _rejection(error, [change.members.layer for change in changes], language) from None
    except KeyReused:
        raise Rejection(problem_of(REUSED, KEY_REUSED.in_language(language))) from None


@router.post("/undo", responses=problem_responses(400, 403, 404, 413, 422, 503))
async def undo_changes(
    caller: CurrentEditor, connection: WritingConnection, language: MessageLanguage, named: NamedChanges
) -> WrittenRecords:
    """Undo several changes by the caller, all or none, the last one first."""
    assert caller.name is not None
    members = await _members(caller, connection, [change.layer for change in named.changes])
    changes = [batches.Undoing(members[one.layer], one.id, one.version) for one in named.changes]
    try:
        return _written(await batches.undo_all(connection, changes, caller.name))
    except batches.BatchRefused as error:
        raise _rejection(error, [change.members.layer for change in changes], language) from None


async def _exact_properties(request: Request, language: Language) -> list[dict[str, Any]]:
    """Return the properties of each change with the numbers as they were sent, of which the model makes floats."""
    try:
        document = parse(await request.body())
    except Malformed as error:
        raise Refusal(HTTPStatus.BAD_REQUEST, error.message.in_language(language)) from None
    return [change["properties"] for change in document["changes"]]


async def _members(caller: Caller, connection: AsyncConnection, keys: Sequence[str]) -> dict[str, Members]:
    found: dict[str, Members] = {}
    for key in dict.fromkeys(keys):
        layer = LAYERS.get(key)
        if layer is None or not caller.sees(layer):
            raise Refusal(HTTPStatus.NOT_FOUND, f"There is no layer “{key}”. Known layers: {', '.join(LAYERS)}.")
        if caller.audience_of(key) is not Audience.PERSONAL:
            raise Refusal(HTTPStatus.FORBIDDEN, f"Your token does not include the layer “{key}”.")
        found[key] = await members_of(connection, layer)
    return found


def _written(done: Sequence[batches.Done]) -> WrittenRecords:
    return WrittenRecords(changes=[Written(layer=one.layer, id=one.id, version=one.version) for one in done])


def _rejection(error: batches.BatchRefused, layers: Sequence[Layer], language: Language) -> Rejection:
    errors = [
        MemberError(pointer=f"/changes/{at}{pointer}", detail=message.in_language(language))
        for at, reason in error.refused.items()
        for pointer, message in _reasons(reason, layers[at], language)
    ]
    detail = Text(
        f"Nichts ist geändert: {len(error.refused)} von {len(layers)} Änderungen werden abgelehnt.",
        f"Nothing has been changed: {len(error.refused)} of {len(layers)} changes are refused.",
    )
    return Rejection(problem_of(REFUSED, detail.in_language(language), errors=errors))


def _reasons(reason: batches.Refused | None, layer: Layer, language: Language) -> list[tuple[str, Text]]:
    if reason is None:
        return [("", NO_RECORD)]
    if isinstance(reason, InvalidRecord):
        return [(fault.pointer, fault.message) for fault in reason.faults]
    if isinstance(reason, StillReferenced):
        return [("", reason.message)]
    if isinstance(reason, VersionConflict):
        return [("/version", changed_message(reason, layer, language))]
    if isinstance(reason, undo.ChangedSince):
        return [("/version", changed_since(reason))]
    return [("", made_by(reason.by) if isinstance(reason, undo.OthersChange) else NO_HISTORY)]
