"""Routes of the log of loads, and of undoing a load as a whole."""

import asyncio
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from api.records.ogc.bodies import MessageLanguage
from api.service.dependencies import CurrentEditor, CurrentService, Service, SnapshotConnection
from api.service.openapi import problem_responses
from api.service.problems import Problem, Refusal, Rejection
from geo.access import Caller
from geo.loading.log import Load, latest_loads_async
from geo.loading.undoing import NotUndone, undo_load
from geo.periods import CITY_TIME
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Layer
from geo.store.database import LARGEST_ID, login_conninfo
from geo.store.sessions import open_session
from geo.text import Text

LoadNumber = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The number of the load in the log.")]

router = APIRouter(prefix="/api/loads", tags=["Loading"])


class LoggedLoad(BaseModel):
    """A load of a file: what it did, and whether it was undone."""

    id: int
    layer: Annotated[str, Field(examples=["trenches"])]
    source: Annotated[str, Field(examples=["netzbau"])]
    file_name: str
    file_sha256: str
    rows: int
    inserted: int
    changed: int
    unchanged: int
    removed: int
    recorded_at: datetime
    recorded_by: str
    undone_at: datetime | None
    undone_by: str | None


class LoggedLoads(BaseModel):
    """The latest loads, newest first."""

    loads: list[LoggedLoad]


@router.get("", responses=problem_responses(403, 404, 503))
async def loads(
    caller: CurrentEditor,
    connection: SnapshotConnection,
    language: MessageLanguage,
    response: Response,
    layer: Annotated[str | None, Query(description="Only loads of this layer.", examples=["trenches"])] = None,
    limit: Annotated[int, Query(ge=1, le=500, description="Maximum number of loads.")] = 50,
) -> LoggedLoads:
    """Return the latest loads of the layers that the caller edits."""
    if layer is not None:
        editable_layer(caller, layer, language)
    found = await latest_loads_async(connection, limit, layer)
    response.headers["Cache-Control"] = "private, no-store"
    return LoggedLoads(loads=[_logged(load) for load in found if _edits(caller, load.layer)])


@router.post("/{load}/undo", responses=problem_responses(403, 404, 409, 503))
async def undo(
    load: LoadNumber, service: CurrentService, caller: CurrentEditor, language: MessageLanguage
) -> LoggedLoad:
    """Undo a load as a whole: delete what it added, restore what it changed or removed.

    Refused (409) if one of its records has been changed since, or if other records refer to a new one.
    """
    # With a session of its own: a large load takes longer than a pooled connection may be kept.
    try:
        undone = await asyncio.to_thread(_undo, service, caller, load, language)
    except NotUndone as error:
        problem = Problem(
            type="urn:flurwerk:problem:not-undone",
            title="The load cannot be undone",
            status=HTTPStatus.CONFLICT,
            detail=error.one_line(language),
        )
        raise Rejection(problem) from None
    return _logged(undone)


def editable_layer(caller: Caller, key: str, language: str) -> Layer:
    """Return the layer of that key. Raises Refusal: 404 if there is none, 403 if the caller may not edit it.

    ``language`` is that of the refusal.
    """
    layer = LAYERS.get(key)
    if layer is None or not caller.sees(layer):
        listed = ", ".join(LAYERS)
        unknown = Text(
            f"Einen Layer „{key}“ gibt es nicht. Bekannte Layer: {listed}.",
            f"There is no layer “{key}”. Known layers: {listed}.",
        )
        raise Refusal(HTTPStatus.NOT_FOUND, unknown.in_language(language))
    if not _edits(caller, key):
        excluded = Text(
            f"Ihr Zugang umfasst den Layer „{key}“ nicht.", f"Your token does not include the layer “{key}”."
        )
        raise Refusal(HTTPStatus.FORBIDDEN, excluded.in_language(language))
    return layer


def _edits(caller: Caller, key: str) -> bool:
    return key in LAYERS and caller.audience_of(key) is Audience.PERSONAL


def _undo(service: Service, caller: Caller, number: int, language: str) -> Load:
    with open_session(login_conninfo(service.settings, caller.role.login)) as connection:
        connection.execute("select set_config('flurwerk.actor', %s, false)", [caller.name])
        connection.commit()
        return undo_load(connection, number, lambda load: editable_layer(caller, load.layer, language))


def _logged(load: Load) -> LoggedLoad:
    local = load._replace(
        recorded_at=load.recorded_at.astimezone(CITY_TIME),
        undone_at=load.undone_at.astimezone(CITY_TIME) if load.undone_at else None,
    )
    return LoggedLoad(**local._asdict())
