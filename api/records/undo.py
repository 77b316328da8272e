"""Routes of the caller's own latest changes and of undoing them."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.records.ogc.bodies import MessageLanguage
from api.records.ogc.refusals import raising_rejection
from api.service.dependencies import CurrentEditor, SnapshotConnection, WritingConnection
from api.service.openapi import problem_responses
from api.service.problems import Problem, Refusal, Rejection
from geo.access import Caller
from geo.periods import CITY_TIME
from geo.records.editing import members_of, undo
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Layer, Text
from geo.store.database import LARGEST_ID

router = APIRouter(prefix="/api/changes/own", tags=["Editing"])

Operation = Literal["insert", "update", "delete"]
# Strict, since Pydantic would read true as the record 1.
ExactId = Annotated[int, Field(strict=True, ge=0, le=LARGEST_ID, examples=[17])]
Version = Annotated[
    str,
    Field(
        pattern="^[0-9a-f]{1,16}$",
        description="The part of the record's `ETag` before the dot; for a deleted record that of its deletion.",
        examples=["62f0a1b2c3d4e"],
    ),
]


class Named(BaseModel):
    """A change, identified by the version that it created."""

    layer: Annotated[str, Field(description="The layer's key.", examples=["plots"])]
    id: ExactId
    version: Version


class OwnChange(Named):
    """A change by the caller that has not been superseded."""

    operation: Operation
    recorded_at: Annotated[str, Field(examples=["2023-12-31T10:15:00.123456+01:00"])]
    label: Annotated[str | None, Field(description="The record's name, number or address.")]
    changed: Annotated[list[str], Field(description="The members of the Feature that an update changed.")]


class OwnChanges(BaseModel):
    """The caller's latest changes, newest first."""

    changes: list[OwnChange]


class Undone(BaseModel):
    """The result: the record was deleted, set back by an update, or inserted again with the same id."""

    layer: str
    id: int
    operation: Operation


@router.get("", responses=problem_responses(403, 503))
async def own_changes(
    caller: CurrentEditor,
    connection: SnapshotConnection,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=100, description="Maximum number of changes.")] = 20,
) -> OwnChanges:
    """Return the caller's latest changes that can be undone because nobody has changed the records since."""
    assert caller.name is not None
    layers = [layer for layer in LAYERS.values() if _may_edit(caller, layer)]
    found = await undo.own_changes(connection, layers, caller.name, limit)
    response.headers["Cache-Control"] = "private, no-store"
    return OwnChanges(
        changes=[
            OwnChange(
                layer=change.layer,
                id=change.id,
                version=change.version,
                operation=change.operation,
                recorded_at=change.recorded_at.astimezone(CITY_TIME).isoformat(),
                label=change.label,
                changed=change.changed,
            )
            for change in found
        ]
    )


@router.post("/undo", responses=problem_responses(403, 404, 409, 413, 422, 503))
async def undo_change(
    caller: CurrentEditor, connection: WritingConnection, language: MessageLanguage, change: Named
) -> Undone:
    """Undo a change by the caller: delete what it inserted, restore what it updated or deleted.

    Refused (409) if somebody has changed the record since, or if it would break the database's rules (409, 422). The
    undo is recorded as another change.
    """
    assert caller.name is not None
    layer = LAYERS.get(change.layer)
    if layer is None or not caller.sees(layer):
        raise Refusal(HTTPStatus.NOT_FOUND, f"There is no layer “{change.layer}”. Known layers: {', '.join(LAYERS)}.")
    if not _may_edit(caller, layer):
        raise Refusal(HTTPStatus.FORBIDDEN, f"Your token does not include the layer “{layer.key}”.")
    members = await members_of(connection, layer)
    try:
        async with raising_rejection(connection, layer, change.id, language):
            done = await undo.undo(connection, members, change.id, change.version, caller.name)
    except undo.ChangedSince as error:
        raise Rejection(_changed_since(error, language)) from None
    except undo.NoHistory:
        raise _refused(NO_HISTORY, language) from None
    except undo.OthersChange as error:
        raise _refused(made_by(error.by), language) from None
    if done is None:
        raise Refusal(HTTPStatus.NOT_FOUND, f"There is no record {change.id} in “{layer.key}”, and there never was.")
    return Undone(layer=layer.key, id=change.id, operation=done)


NO_HISTORY = Text(
    "Von Datensätzen zu Personen wird keine frühere Fassung aufbewahrt: bitte den Datensatz selbst ändern.",
    "Earlier versions of personal records are not kept. Please change the record yourself.",
)


def made_by(by: str) -> Text:
    """Say that a change is somebody else's."""
    return Text(
        f"Das ist eine Änderung von {by}: zurücknehmen lässt sich nur die eigene.",
        f"This change was made by {by}. You can undo your own changes only.",
    )


def changed_since(error: undo.ChangedSince) -> Text:
    """Say who has changed the record since."""
    at = error.at.astimezone(CITY_TIME)
    return Text(
        f"Die Änderung lässt sich nicht mehr zurücknehmen: {error.by} hat den Datensatz am {at:%d.%m.%Y um %H:%M:%S} "
        "weiter geändert.",
        f"The change can no longer be undone: {error.by} changed the record on {at:%Y-%m-%d at %H:%M:%S}.",
    )


def _changed_since(error: undo.ChangedSince, language: str) -> Problem:
    at = error.at.astimezone(CITY_TIME)
    problem = _problem(changed_since(error), language)
    problem.changed_by, problem.changed_at, problem.changed = error.by, at.isoformat(), list(error.names) or None
    return problem


def _refused(message: Text, language: str) -> Rejection:
    return Rejection(_problem(message, language))


def _problem(message: Text, language: str) -> Problem:
    return Problem(
        type="urn:flurwerk:problem:not-undone",
        title="The change cannot be undone",
        status=HTTPStatus.CONFLICT,
        detail=message.in_language(language),
    )


def _may_edit(caller: Caller, layer: Layer) -> bool:
    return caller.audience_of(layer.key) is Audience.PERSONAL
