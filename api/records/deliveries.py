"""Routes to upload a file, look at it, try it and load it.

What takes long is answered line by line (NDJSON): ``{"progress": …}`` any number of times, then ``{"result": …}`` or
``{"refused": …}``. If the client leaves, the work ends and nothing is written.
"""

import json
import logging
import tempfile
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

import anyio
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from api.records.loading_process import LoadingFailed, run_job, telling_no_room
from api.records.loads import editable_layer
from api.records.ogc.bodies import MessageLanguage
from api.service.dependencies import CurrentEditor, CurrentService, Service
from api.service.openapi import problem_responses
from api.service.problems import Refusal
from geo.access import Caller
from geo.errors import ProcessKilled
from geo.loading import deliveries
from geo.loading.job import Job
from geo.store.database import SRID, login_conninfo
from geo.store.pools import borrow_to_write
from geo.text import Text

UPLOADS = "/api/deliveries"
"""The path to which files are uploaded."""

DeliveryId = Annotated[UUID, Path(description="The uploaded file, as its upload was answered.")]

router = APIRouter(prefix=UPLOADS, tags=["Loading"])
NDJSON = "application/x-ndjson"
LINES: dict[int | str, dict[str, Any]] = {
    200: {"content": {NDJSON: {"schema": {"type": "string"}}}, "description": "Progress, then the result, line by line"}
}

EMPTY = Text("Die Datei ist leer. Senden Sie ihre Bytes.", "The body is empty. Send the file's bytes.")
GONE = Text(
    "Die hochgeladene Datei ist nicht mehr da. Dateien bleiben einen Tag.",
    "The uploaded file is no longer there. Files are kept for a day.",
)
FAULT = Text(
    "Das ist ein Fehler des Dienstes, den sein Betreiber in dessen Protokoll findet.",
    "This is a fault of the service, which its operator finds in its log.",
)
KILLED = (
    "Das System hat den Vorgang beendet, wie es das tut, wenn der Speicher ausgeht. Laden Sie weniger auf einmal, "
    "oder versuchen Sie es später noch einmal; geschieht es wieder, braucht der Dienst mehr Speicher."
)
SEE_LOG = Text(
    "Ob die Datei trotzdem geladen wurde, steht in der Liste der Ladevorgänge.",
    "The log of loads says whether the file was loaded nevertheless.",
)

log = logging.getLogger("flurwerk.api")


class Uploaded(BaseModel):
    """An uploaded file, which is kept for a day."""

    id: UUID
    file_name: str
    size: Annotated[int, Field(description="Bytes.", ge=0)]


class Reading(BaseModel):
    """How a file is read: the content of a mapping file, as JSON."""

    model_config = ConfigDict(extra="forbid")

    mapping: Annotated[
        dict[str, Any],
        Field(default_factory=dict, description="As in a mapping file.", examples=[{"crs": f"EPSG:{SRID}"}]),
    ]


class Inspecting(Reading):
    """What to look at a file as."""

    layer: Annotated[str | None, Field(description="By default, the layer that the file resembles.")] = None


class Loading(Reading):
    """What to load a file into, and how."""

    layer: Annotated[str, Field(examples=["trenches"])]
    source: Annotated[str, Field(description="Where the records come from.", examples=["netzbau"], min_length=1)]
    dry_run: Annotated[bool, Field(description="Check everything, but write nothing.")] = True
    repair: Annotated[bool, Field(description="Repair invalid polygons.")] = False
    prune: Annotated[bool, Field(description="Delete records of this source that are not in the file.")] = False
    valid_from: Annotated[
        str | None,
        Field(
            description="Districts only: they are as in the file from this day on (`2025-07-01`, `01.07.2025`). What "
            "the file changes or lacks is kept as former districts, for figures of earlier periods.",
            examples=["2025-07-01"],
        ),
    ] = None
    accept_emptying: Annotated[bool, Field(description="Let empty cells delete more than a tenth of a column.")] = False
    accept_pruning: Annotated[
        bool, Field(description="Let `prune` delete, or `valid_from` end, more than a tenth of the source.")
    ] = False
    accept_replacing: Annotated[bool, Field(description="Let known source_ids be on other things than before.")] = False
    accept_similar: Annotated[bool, Field(description="Let new source_ids be known ones but for zeros or case.")] = (
        False
    )


@router.post("", status_code=201, responses=problem_responses(400, 403, 413, 503))
async def upload(
    request: Request,
    service: CurrentService,
    caller: CurrentEditor,
    language: MessageLanguage,
    name: Annotated[str, Query(description="The file's name; its suffix says the format.", min_length=1)],
) -> Uploaded:
    """Upload a file: its bytes are the body. It is kept for a day and belongs to the caller."""
    with telling_no_room():
        file = tempfile.TemporaryFile(dir=service.settings.export_folder)  # noqa: SIM115, closed below
    with file:
        # Received as a whole first, so that a slow client holds no connection to the database.
        async for block in request.stream():
            with telling_no_room():
                file.write(block)
        if not file.tell():
            raise Refusal(HTTPStatus.BAD_REQUEST, EMPTY.in_language(language))
        with telling_no_room():
            file.seek(0)
        async with borrow_to_write(service.pools[caller.role], actor=caller.name) as connection:
            kept = await deliveries.keep(connection, name, _blocks(file))
    return Uploaded(id=kept.id, file_name=kept.file_name, size=kept.size)


@router.post(
    "/{delivery}/inspection", response_class=StreamingResponse, responses=LINES | problem_responses(403, 404, 422, 503)
)
async def inspect(
    delivery: DeliveryId,
    service: CurrentService,
    caller: CurrentEditor,
    language: MessageLanguage,
    wanted: Inspecting,
) -> StreamingResponse:
    """Look at an uploaded file: its columns, its place, the layer it resembles, its first rows as stored."""
    if wanted.layer is not None:
        editable_layer(caller, wanted.layer, language)
    job = _job(service, caller, "inspect", wanted.layer, language, wanted.mapping, {})
    return await _answer(service, caller, delivery, job)


@router.post(
    "/{delivery}/load", response_class=StreamingResponse, responses=LINES | problem_responses(403, 404, 422, 503)
)
async def load(
    delivery: DeliveryId, service: CurrentService, caller: CurrentEditor, language: MessageLanguage, wanted: Loading
) -> StreamingResponse:
    """Load an uploaded file, all of its rows or none; by default only try it."""
    editable_layer(caller, wanted.layer, language)
    options = wanted.model_dump(exclude={"mapping", "layer"})
    job = _job(service, caller, "load", wanted.layer, language, wanted.mapping, options)
    return await _answer(service, caller, delivery, job)


@router.delete("/{delivery}", status_code=204, response_class=Response, responses=problem_responses(403, 404, 503))
async def drop(delivery: DeliveryId, service: CurrentService, caller: CurrentEditor, language: MessageLanguage) -> None:
    """Remove an uploaded file before its day is over."""
    assert caller.name is not None
    async with borrow_to_write(service.pools[caller.role], actor=caller.name) as connection:
        found = await deliveries.drop(connection, delivery, caller.name)
    if not found:
        raise Refusal(HTTPStatus.NOT_FOUND, GONE.in_language(language))


def _job(
    service: Service,
    caller: Caller,
    task: Any,
    layer: str | None,
    language: str,
    mapping: dict[str, Any],
    options: dict[str, Any],
) -> Job:
    assert caller.name is not None
    conninfo = login_conninfo(service.settings, caller.role.login)
    return Job(task, conninfo, caller.name, "", layer, language, mapping, options)


async def _answer(service: Service, caller: Caller, delivery: UUID, job: Job) -> StreamingResponse:
    lines = run_job(service, caller, delivery, job)
    # The first line is awaited here: what is refused before the work begins is answered by a problem document.
    first = await anext(lines)

    async def all_lines() -> AsyncIterator[bytes]:
        try:
            yield first
            async for line in lines:
                yield line
        except (ProcessKilled, LoadingFailed) as error:
            # The status has been sent. A last line says more than an answer that breaks off.
            log.error("%s of delivery %s: %s", job.task, delivery, error)
            yield _told(error, job.language)
        finally:
            with anyio.CancelScope(shield=True):
                await lines.aclose()

    # The second one has nginx pass on each line at once.
    headers = {"Cache-Control": "private, no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(all_lines(), media_type=NDJSON, headers=headers)


def _told(error: ProcessKilled | LoadingFailed, language: str) -> bytes:
    message = FAULT if isinstance(error, LoadingFailed) else Text(KILLED, f"{error.message} {error.hint}")
    refused = {"message": message.in_language(language), "hint": SEE_LOG.in_language(language)}
    return json.dumps({"refused": refused}).encode() + b"\n"


async def _blocks(file: Any) -> AsyncIterator[bytes]:
    while block := file.read(deliveries.PART):
        yield block
