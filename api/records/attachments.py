"""Routes to upload a photo or document of a record, and to fetch it as its audience sees it.

All else is done to attachments as to any record: listed, captioned, put in order, made public, deleted and undone.
"""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import PurePath
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from api.records.attachment_bytes import Reading, write_objects
from api.records.links import absolute_url, items
from api.records.loads import editable_layer
from api.records.ogc.bodies import MessageLanguage
from api.records.ogc.etags import is_fresh
from api.records.ogc.refusals import raising_rejection
from api.records.ranges import Unsatisfiable, wanted_part
from api.service.dependencies import CurrentCaller, CurrentEditor, CurrentService, RecordId, Service
from api.service.openapi import problem_responses
from api.service.problems import ParameterError, Refusal
from geo.loading.deliveries import plain_name
from geo.records import editing
from geo.records.attachments import storing
from geo.records.attachments.files import Content, NotAccepted, Rendition, unpacked
from geo.records.features import Crs
from geo.records.layers import LAYERS, codes
from geo.records.layers.belongings import BELONGINGS, Belonging
from geo.records.layers.layer import Audience
from geo.store.database import AsyncConnection
from geo.store.objects import Place
from geo.store.pools import borrow, borrow_to_write
from geo.text import Text
from maps.process import run_module

UPLOADS = "/api/attachments"
"""The path to which photos and documents are uploaded."""
ATTACHMENTS = LAYERS["attachments"]
SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "application/pdf": ".pdf"}
WAIT_S = 30
"""How many seconds an upload waits for its turn to be decoded."""
DECODING_S = 60
"""How many seconds decoding a file may take."""
CONTAINED = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The policy of what was uploaded: opened by itself, it runs nothing and loads nothing."""

COLUMNS = ", ".join(of.column for of in BELONGINGS)
ONE_RECORD = Text(
    f"Nennen Sie den Datensatz, zu dem die Datei gehört, mit genau einem von {COLUMNS}.",
    f"Name the record that the file belongs to by exactly one of {COLUMNS}.",
)
NOT_THERE = Text(
    "Diese Datei gibt es nicht, oder Sie dürfen sie nicht sehen.", "There is no such attachment, or you may not see it."
)
DECODING = Text(
    "Es werden gerade viele Fotos hochgeladen. Versuchen Sie es gleich noch einmal.",
    "Many photos are being uploaded. Try again in a moment.",
)
TOO_SLOW = Text(
    "Die Datei zu prüfen dauert zu lange. Versuchen Sie es noch einmal, oder laden Sie sie kleiner hoch.",
    "Examining the file takes too long. Try again, or upload it smaller.",
)

router = APIRouter(prefix=UPLOADS, tags=["Attachments"])

RenditionName = Literal["full", "medium", "small"]
BELONGS_TO = "The record that the file belongs to: exactly one of the four is given."
Of = Annotated[RecordId | None, Query(description=BELONGS_TO)]


class Uploaded(BaseModel):
    """An uploaded photo or document: a record of the collection `attachments`."""

    id: int
    media_type: Annotated[str, Field(examples=list(codes.MEDIA_TYPE))]
    width_px: Annotated[int | None, Field(description="Of a picture, turned upright.")]
    height_px: int | None
    is_new: Annotated[bool, Field(description="Whether the record did not have the same file before.")]


@router.post(
    "",
    status_code=201,
    responses={
        200: {"model": Uploaded, "description": "The record has this file already; nothing was changed."},
        **problem_responses(400, 403, 404, 413, 415, 422, 503),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {name: {"schema": {"type": "string", "format": "binary"}} for name in codes.MEDIA_TYPE},
        }
    },
)
async def upload(
    request: Request,
    response: Response,
    service: CurrentService,
    caller: CurrentEditor,
    language: MessageLanguage,
    name: Annotated[
        str, Query(description="The file's name, for people. It says nothing about its type.", min_length=1)
    ],
    plot: Of = None,
    property_: Annotated[RecordId | None, Query(alias="property", description=BELONGS_TO)] = None,
    inquiry: Of = None,
    mobile_request: Of = None,
    caption: Annotated[str | None, Query(description="What is to be seen.", max_length=500)] = None,
    is_public: Annotated[bool, Query(description="Of a plot: shown to everybody while the plot is public.")] = False,
) -> Uploaded:
    """Upload a photo (JPEG, PNG, WebP) or document (PDF) of a record: its bytes are the body.

    Its type is found out from its bytes. Photos are stored upright and without anything but the picture: no position,
    no camera. The same file of the same record is stored once, so an upload whose answer was lost can be sent again.
    """
    of, record = _record(language, plot=plot, property=property_, inquiry=inquiry, mobile_request=mobile_request)
    editable_layer(caller, ATTACHMENTS.key, language)
    editable_layer(caller, of.layer, language)
    # Received as a whole first, so that a slow client holds no connection to the database.
    sent = await request.body()
    digest = storing.fingerprint(sent)
    async with borrow(service.pools[caller.role]) as connection:
        is_known = await storing.is_kept(connection, digest)
    content = None if is_known else await _decoded(service, sent, language)
    places = content and await write_objects(service, caller, digest, content)
    properties = {of.column: record, "file_name": plain_name(name), "sha256": digest}
    properties |= {"caption": caption, "is_public": is_public}
    async with (
        borrow_to_write(service.pools[caller.role], actor=caller.name) as connection,
        raising_rejection(connection, ATTACHMENTS, None, language),
    ):
        added = await _add(connection, of, record, digest, content, places, properties)
        stored = await _uploaded(connection, *added)
    if not stored.is_new:
        response.status_code = HTTPStatus.OK
    response.headers["Location"] = absolute_url(request, f"{items(ATTACHMENTS.key)}/{stored.id}")
    return stored


async def _add(
    connection: AsyncConnection,
    of: Belonging,
    record: int,
    digest: str,
    content: Content | None,
    places: Mapping[Rendition, Place] | None,
    properties: dict[str, object],
) -> tuple[int, bool]:
    """Return the attachment, and whether it is new."""
    same = await storing.same_file(connection, of, record, digest)
    if same is not None:
        return same, False
    if content is not None:
        await storing.keep(connection, digest, content, places)
    members = await editing.members_of(connection, ATTACHMENTS)
    document = {"type": "Feature", "geometry": None, "properties": properties}
    return await editing.create(connection, members, editing.read_feature(members, document, Crs.CRS84)), True


async def _uploaded(connection: AsyncConnection, attachment: int, is_new: bool) -> Uploaded:
    row = await (
        await connection.execute(
            "select media_type, width_px, height_px from flurwerk.attachments where id = %s", [attachment]
        )
    ).fetchone()
    assert row
    return Uploaded(id=attachment, media_type=row[0], width_px=row[1], height_px=row[2], is_new=is_new)


async def _decoded(service: Service, sent: bytes, language: str) -> Content:
    """Return what is stored of a file. Raises Refusal: 415 if it is not accepted, 503 if too many wait."""
    try:
        async with asyncio.timeout(WAIT_S):
            await service.decoding.acquire()
    except TimeoutError:
        raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, DECODING.in_language(language)) from None
    try:
        return unpacked(await run_module("geo.records.attachments", sent, DECODING_S))
    except TimeoutError:
        raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, TOO_SLOW.in_language(language)) from None
    except NotAccepted as error:
        raise Refusal(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            error.one_line(language),
            name="file-not-accepted",
            title="The file is not accepted",
            headers={"Accept-Post": ", ".join(codes.MEDIA_TYPE)},
        ) from None
    finally:
        service.decoding.release()


def _record(language: str, **given: int | None) -> tuple[Belonging, int]:
    named = [(of, record) for of in BELONGINGS if (record := given[of.column]) is not None]
    if len(named) != 1:
        detail = ONE_RECORD.in_language(language)
        raise Refusal(HTTPStatus.BAD_REQUEST, detail, [ParameterError(parameter="plot", detail=detail)])
    return named[0]


@router.get(
    "/{attachmentId}/content",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "The photo or document.",
            "content": {name: {"schema": {"type": "string", "format": "binary"}} for name in codes.MEDIA_TYPE},
        },
        206: {"description": "The part of it that was asked for."},
        304: {"description": "The client has it already."},
        **problem_responses(404, 416, 503),
    },
)
async def content(
    service: CurrentService,
    caller: CurrentCaller,
    language: MessageLanguage,
    attachment: Annotated[RecordId, Path(alias="attachmentId", description="The attachment's id.", examples=[1])],
    rendition: Annotated[
        RenditionName,
        Query(description="`full`, or smaller: at most 1600 (`medium`) or 480 (`small`) pixels. Documents are `full`."),
    ] = "full",
    if_none_match: Annotated[str | None, Header(description="The `ETag` that the client has.")] = None,
    range_: Annotated[str | None, Header(alias="Range", description="A part of the bytes: `bytes=0-999`.")] = None,
    if_range: Annotated[str | None, Header(description="The `ETag` of which a part is wanted.")] = None,
) -> Response:
    """Return a photo or document. Documents are sent to be saved, never shown within the service."""
    audience = caller.audience_of(ATTACHMENTS.key).impersonal
    async with borrow(service.pools[caller.role]) as connection:
        stored = await storing.find(connection, audience, attachment, rendition)
    if stored is None:
        raise Refusal(HTTPStatus.NOT_FOUND, NOT_THERE.in_language(language))
    tag = f'"{stored.digest}"'
    headers = _headers(stored, audience, attachment, tag)
    if is_fresh(if_none_match, tag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    try:
        wanted = wanted_part(range_ if if_range in (None, tag) else None, stored.size)
    except Unsatisfiable:
        raise Refusal(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            f"There are {stored.size:,} bytes.",
            headers={"Content-Range": f"bytes */{stored.size}"},
        ) from None
    start, end = wanted or (0, stored.size)
    # Begun before the head is sent, so that it can be said what is wrong.
    parts = await Reading(service, caller, audience, attachment, rendition).content(stored, start, end)
    if parts is None:
        raise Refusal(HTTPStatus.NOT_FOUND, NOT_THERE.in_language(language))
    headers["Content-Length"] = str(end - start)
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{stored.size}"

    return StreamingResponse(
        parts,
        status_code=HTTPStatus.PARTIAL_CONTENT if wanted else HTTPStatus.OK,
        headers=headers,
        media_type=stored.media_type,
    )


def _headers(stored: storing.Stored, audience: Audience, attachment: int, tag: str) -> dict[str, str]:
    suffix = SUFFIXES[stored.media_type]
    plain = f"datei-{attachment}"
    in_full = quote(PurePath(stored.file_name or plain).stem + suffix, safe="")
    shown = "inline" if stored.media_type.startswith("image/") else "attachment"
    return {
        "ETag": tag,
        # A photo does not change, but who sees it does.
        "Cache-Control": "public, max-age=60" if audience is Audience.PUBLIC else "private, no-cache",
        "Accept-Ranges": "bytes",
        "Content-Disposition": f"{shown}; filename=\"{plain}{suffix}\"; filename*=UTF-8''{in_full}",
        "Content-Security-Policy": CONTAINED,
    }
