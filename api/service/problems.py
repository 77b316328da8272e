"""Converts errors to RFC 9457 problem documents, based on one table."""

import logging
import secrets
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any, NamedTuple

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api.service import audit
from api.service.weights import language_of
from geo.errors import BilingualError, ConnectionsBusy, DatabaseUnavailable, DiskFull, FlurwerkError, ProcessKilled
from geo.figures.kpis.answers import RecordsNotPublic
from geo.figures.kpis.evaluation import UnknownIndicator, UnknownPart
from geo.figures.releases.release import NotPublished
from geo.land.dossiers import HandoutsBusy
from geo.land.matching import InquiryUnknown, PlotUnknown
from geo.land.saved.keeping import NameTaken, NotKept, NotYours, Outdated, TooMany, UnusableName
from geo.land.saved.searches import UnusableSearch
from geo.land.saved.shortlists import OtherPlots
from geo.land.supply import UnknownDimension
from geo.land.watching.watches import NothingToWatch, UnusableArea
from geo.migrate import MigrationError
from geo.periods import UnknownDay, UnknownInstant, UnknownPeriod
from geo.records.changes import CursorExpired, FeedNotReady
from geo.records.editing import Busy
from geo.records.exports import ExportsBusy, TooManyRows
from geo.records.features import BadParameter
from geo.store.objects import ObjectStoreFailed
from maps.figures.report.process import ReportsBusy, ReportTooSlow
from maps.folium_map.process import MapTooSlow
from maps.land.handouts.process import HandoutTooSlow
from maps.process import ProfileBroken

MEDIA_TYPE = "application/problem+json"
PLAIN_TYPE = "about:blank"
RETRY_AFTER_S = 5
CHALLENGE = 'Bearer realm="Flurwerk"'
CALLER_STATUSES = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
"""The statuses that refuse a request because of its caller; the audit log records them."""

log = logging.getLogger("flurwerk.api")


class ParameterError(BaseModel):
    """An error in one parameter of a request."""

    parameter: Annotated[str, Field(description="Name of the parameter.")]
    detail: str


class MemberError(BaseModel):
    """An error in one member of a request's body."""

    pointer: Annotated[str, Field(description="Its location (JSON pointer, RFC 6901); empty for the whole body.")]
    detail: str


class Problem(BaseModel):
    """An error as a problem document (RFC 9457)."""

    type: Annotated[str, Field(description="URI of the kind of problem; `about:blank` if the status says it all.")]
    title: Annotated[str, Field(description="The kind of problem in a few words; the same for all problems of a kind.")]
    status: Annotated[int, Field(description="The HTTP status.")]
    detail: Annotated[str, Field(description="What is wrong with this request, and what to do about it.")]
    errors: Annotated[
        list[ParameterError | MemberError] | None,
        Field(description="The parameters or members of the body that are wrong, if any."),
    ] = None
    changed_by: Annotated[str | None, Field(description="Who changed the record meanwhile.")] = None
    changed_at: Annotated[str | None, Field(description="When the record was changed.")] = None
    changed: Annotated[list[str] | None, Field(description="The properties that have changed.")] = None
    id: Annotated[str | None, Field(description="Identifies the entry in the server's log, if there is one.")] = None


class Kind(NamedTuple):
    """The status, name and title with which errors of a class are reported, and the parameter at fault if known."""

    status: HTTPStatus
    name: str
    title: str
    parameter: str | None = None


class Refusal(Exception):
    """A request that is refused with a problem document. ``reason`` is a more detailed text for the log.

    Without a ``name``, the type of the problem is ``about:blank``.
    """

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        errors: list[ParameterError] | None = None,
        *,
        reason: str | None = None,
        name: str | None = None,
        title: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.reason = reason or detail
        self.status = status
        self.detail = detail
        self.errors = errors
        self.name = name
        self.title = title
        self.headers = headers


class Rejection(Exception):
    """A request that is refused with this problem document."""

    def __init__(self, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(problem.detail)
        self.problem = problem
        self.headers = headers


class ServiceEnding(FlurwerkError):
    """The service has been stopped and waits no longer for the request."""


UNAVAILABLE = Kind(HTTPStatus.SERVICE_UNAVAILABLE, "database-unavailable", "The database does not answer")
NOT_MIGRATED = Kind(HTTPStatus.SERVICE_UNAVAILABLE, "not-migrated", "The database is not ready for this version")
TOO_SLOW = Kind(HTTPStatus.SERVICE_UNAVAILABLE, "statement-timeout", "The database took too long")

KINDS: dict[type[Exception], Kind] = {
    BadParameter: Kind(HTTPStatus.BAD_REQUEST, "bad-parameter", "A parameter cannot be used"),
    UnknownPeriod: Kind(HTTPStatus.BAD_REQUEST, "unknown-period", "Unknown period", "period"),
    UnknownInstant: Kind(HTTPStatus.BAD_REQUEST, "unknown-instant", "Unknown instant", "as_of"),
    UnknownDay: Kind(HTTPStatus.BAD_REQUEST, "unknown-day", "Unknown day", "on"),
    UnknownDimension: Kind(HTTPStatus.BAD_REQUEST, "unknown-dimension", "Unknown dimension", "by"),
    UnknownIndicator: Kind(HTTPStatus.NOT_FOUND, "unknown-indicator", "Unknown indicator", "key"),
    UnknownPart: Kind(HTTPStatus.NOT_FOUND, "unknown-part", "Unknown part", "part"),
    InquiryUnknown: Kind(HTTPStatus.NOT_FOUND, "unknown-inquiry", "Unknown inquiry", "inquiryId"),
    NotPublished: Kind(HTTPStatus.NOT_FOUND, "not-published", "Not published", "release"),
    PlotUnknown: Kind(HTTPStatus.NOT_FOUND, "unknown-plot", "Unknown plot", "plotId"),
    NotKept: Kind(HTTPStatus.NOT_FOUND, "not-kept", "There is no such saved search or shortlist"),
    NotYours: Kind(HTTPStatus.FORBIDDEN, "not-yours", "Somebody else's"),
    NameTaken: Kind(HTTPStatus.CONFLICT, "name-taken", "The name is taken"),
    OtherPlots: Kind(HTTPStatus.CONFLICT, "other-plots", "The shortlist has other plots"),
    TooMany: Kind(HTTPStatus.CONFLICT, "too-many", "There are too many"),
    Outdated: Kind(HTTPStatus.PRECONDITION_FAILED, "outdated", "Somebody has changed it meanwhile"),
    UnusableName: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "unusable-name", "The name cannot be used"),
    UnusableSearch: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "unusable-search", "The search cannot be used"),
    UnusableArea: Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "unusable-area", "The area cannot be used"),
    NothingToWatch: Kind(HTTPStatus.NOT_FOUND, "nothing-to-watch", "There is nothing to watch"),
    RecordsNotPublic: Kind(HTTPStatus.FORBIDDEN, "records-not-public", "The records are internal"),
    CursorExpired: Kind(HTTPStatus.GONE, "cursor-expired", "The cursor is no longer valid", "since"),
    FeedNotReady: NOT_MIGRATED,
    TooManyRows: Kind(HTTPStatus.BAD_REQUEST, "too-many-rows", "Too many records for the format", "f"),
    ExportsBusy: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "exports-busy", "Other files are being made"),
    HandoutsBusy: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "handouts-busy", "Other hand-outs are being made"),
    HandoutTooSlow: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "handout-timeout", "The hand-out took too long"),
    ReportsBusy: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "reports-busy", "Other documents are being made"),
    ReportTooSlow: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "report-timeout", "The report took too long"),
    MapTooSlow: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "map-timeout", "The map took too long"),
    ProcessKilled: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "process-killed", "The file could not be made"),
    ProfileBroken: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "profile-broken", "The agency's profile cannot be used"),
    DatabaseUnavailable: UNAVAILABLE,
    ConnectionsBusy: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "connections-busy", "The service is busy"),
    ServiceEnding: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "service-ending", "The service is ending"),
    ObjectStoreFailed: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "object-store", "The object store cannot be used"),
    DiskFull: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "disk-full", "The disk is full"),
    Busy: Kind(HTTPStatus.SERVICE_UNAVAILABLE, "busy", "Others are changing the same records"),
    MigrationError: NOT_MIGRATED,
    FlurwerkError: Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "misconfigured", "The service is not set up correctly"),
    psycopg.errors.QueryCanceled: TOO_SLOW,
    psycopg.errors.UndefinedTable: NOT_MIGRATED,
    psycopg.errors.UndefinedColumn: NOT_MIGRATED,
    psycopg.errors.UndefinedFunction: NOT_MIGRATED,
}
DETAILS = {
    TOO_SLOW: "The request took too long and was cancelled. Request less at once, or try again later.",
    NOT_MIGRATED: "The database does not have this version's schema. Run: flurwerk migrate",
}


def add_handlers(app: FastAPI) -> None:
    """Register the handlers that turn errors into problem documents. The middleware handles all others."""
    for error in KINDS:
        app.add_exception_handler(error, known)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(Rejection, _rejected)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def answer(problem: Problem, headers: Mapping[str, str] | None = None, *, retry: bool = False) -> JSONResponse:
    """Return the problem as a response. It is not cached, since the next request may succeed."""
    added = {"Cache-Control": "no-store"} | ({"Retry-After": str(RETRY_AFTER_S)} if retry else {})
    content = problem.model_dump(exclude_none=True)
    return JSONResponse(content, problem.status, dict(headers or {}) | added, media_type=MEDIA_TYPE)


def plain(
    status: HTTPStatus,
    detail: str,
    errors: Sequence[ParameterError] | None = None,
    headers: Mapping[str, str] | None = None,
    log_id: str | None = None,
) -> JSONResponse:
    """Return a problem response whose type is ``about:blank``: its status says what kind of problem it is."""
    blamed: list[ParameterError | MemberError] = [*(errors or ())]
    found = Problem(
        type=PLAIN_TYPE, title=status.phrase, status=status, detail=detail, errors=blamed or None, id=log_id
    )
    return answer(found, headers)


def unexpected(request: Request, error: Exception) -> JSONResponse:
    """Log an unexpected error under a new id, and return a problem response with that id."""
    log_id = secrets.token_hex(6)
    log.error("problem %s in %s %s", log_id, request.method, request.url.path, exc_info=error)
    detail = f"This is a fault of the service, not of your request. Its operator finds it in the log as {log_id}."
    return plain(HTTPStatus.INTERNAL_SERVER_ERROR, detail, log_id=log_id)


async def known(request: Request, error: Exception) -> JSONResponse:
    """Return the problem response to an error of one of the known kinds."""
    kind = next(KINDS[ancestor] for ancestor in type(error).__mro__ if ancestor in KINDS)
    if kind.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return unexpected(request, error)
    detail = _told(request, error) if isinstance(error, FlurwerkError) else DETAILS[kind]
    if kind.status in CALLER_STATUSES:
        audit.refused(request, kind.status, detail)
    is_passing = kind.status == HTTPStatus.SERVICE_UNAVAILABLE
    if is_passing:
        log.warning("%s %s: %s", request.method, request.url.path, error.__cause__ or error)
    parameter = error.parameter if isinstance(error, BadParameter) else kind.parameter
    found = Problem(
        type=f"urn:flurwerk:problem:{kind.name}",
        title=kind.title,
        status=kind.status,
        detail=detail,
        errors=[ParameterError(parameter=parameter, detail=detail)] if parameter else None,
    )
    return answer(found, retry=is_passing)


def _told(request: Request, error: FlurwerkError) -> str:
    """Return message and hint, of the few errors that have both languages in that of the request."""
    if not isinstance(error, BilingualError):
        return str(error)
    return error.one_line(language_of(request, request.app.state.service.settings.language))


async def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)
    if error.status in CALLER_STATUSES:
        audit.refused(request, error.status, error.reason)
    challenge = {"WWW-Authenticate": CHALLENGE} if error.status == HTTPStatus.UNAUTHORIZED else {}
    found = Problem(
        type=f"urn:flurwerk:problem:{error.name}" if error.name else PLAIN_TYPE,
        title=error.title or error.status.phrase,
        status=error.status,
        detail=error.detail,
        errors=[*error.errors] if error.errors else None,
    )
    return answer(found, challenge | dict(error.headers or {}))


async def _rejected(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Rejection)
    return answer(error.problem, error.headers)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    errors = [ParameterError(parameter=_name(found["loc"]), detail=found["msg"]) for found in error.errors()]
    detail = "; ".join(f"{found.parameter}: {found.detail}" for found in errors)
    return plain(HTTPStatus.BAD_REQUEST, f"{detail}.", errors)


def _name(location: tuple[Any, ...]) -> str:
    """Return the parameter's name without its location in the request, such as ``query``."""
    return ".".join(map(str, location[1:])) or str(location[0])


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    details = {
        HTTPStatus.NOT_FOUND: f"There is nothing at {request.url.path}. The API is described at /api/openapi.json.",
        HTTPStatus.METHOD_NOT_ALLOWED: f"{request.method} is not possible at {request.url.path}.",
    }
    return plain(status, details.get(status, f"{error.detail}."), headers=error.headers)
