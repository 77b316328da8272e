"""Converts errors of edits to problem documents in the caller's language."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from api.records.ogc.etags import etag
from api.service.problems import Kind, MemberError, Problem, Rejection
from geo.periods import CITY_TIME
from geo.records import editing
from geo.records.features import Crs, answers
from geo.records.layers.layer import Audience, Layer, Text
from geo.store.database import AsyncConnection

INVALID = Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-record", "The record breaks a rule")
NEEDED = Kind(HTTPStatus.CONFLICT, "still-needed", "Others refer to the record")
CHANGED = Kind(HTTPStatus.PRECONDITION_FAILED, "changed-meanwhile", "Someone else has changed the record")
UNCONDITIONAL = Kind(HTTPStatus.PRECONDITION_REQUIRED, "precondition-required", "State which version you mean")
REUSED = Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "key-reused", "Saved before with other content")
MALFORMED = Kind(HTTPStatus.BAD_REQUEST, "malformed-document", "The body cannot be read")

KEY_REUSED = Text(
    "Diese Eingabe wurde schon einmal mit anderem Inhalt gespeichert. Bitte den gespeicherten Datensatz suchen und "
    "dort ändern.",
    "A request with this Idempotency-Key was stored before, with other content. Find that record and change it, or "
    "send another key.",
)
CONDITION_MISSING = Text(
    "Bitte den „ETag“ des abgerufenen Datensatzes als „If-Match“ mitsenden, damit nicht überschrieben wird, was andere "
    "geändert haben.",
    "Send the ETag of the feature that you have as “If-Match”, so that you do not overwrite changes by others.",
)


@asynccontextmanager
async def raising_rejection(
    connection: AsyncConnection, layer: Layer, record: int | None, language: str
) -> AsyncIterator[None]:
    """Raise Rejection with a problem document for any error of an edit within the context."""
    try:
        yield
    except editing.InvalidRecord as error:
        errors = [MemberError(pointer=at, detail=said.in_language(language)) for at, said in error.faults]
        detail = " ".join(dict.fromkeys(one.detail for one in errors))
        raise Rejection(problem_of(INVALID, detail, errors=errors)) from error
    except editing.KeyReused as error:
        raise Rejection(problem_of(REUSED, KEY_REUSED.in_language(language))) from error
    except editing.Malformed as error:
        raise Rejection(problem_of(MALFORMED, error.message.in_language(language))) from error
    except editing.StillReferenced as error:
        raise Rejection(problem_of(NEEDED, error.message.in_language(language))) from error
    except editing.VersionRequired as error:
        raise Rejection(problem_of(UNCONDITIONAL, CONDITION_MISSING.in_language(language))) from error
    except editing.VersionConflict as error:
        assert record is not None
        feature = await answers.feature(connection, layer, Audience.PERSONAL, record, Crs.CRS84)
        headers = {"ETag": etag(feature)} if feature else None
        raise Rejection(_changed(error, layer, language), headers) from error


def changed_message(error: editing.VersionConflict, layer: Layer, language: str) -> Text:
    """Say who has changed the record since the editor fetched it."""
    at = error.at.astimezone(CITY_TIME)
    names = ", ".join(layer.label("geom" if name == "geometry" else name).in_language(language) for name in error.names)
    listed = f" ({names})" if names else ""
    return Text(
        f"Der Datensatz ist ein anderer als der abgerufene: {error.by} hat ihn am {at:%d.%m.%Y um %H:%M:%S} "
        f"geändert{listed}. Bitte neu abrufen und die eigene Änderung daran vornehmen.",
        f"The record is not the one that you have: {error.by} changed it on {at:%Y-%m-%d at %H:%M:%S}{listed}. "
        "Please fetch it again and apply your change to the new version.",
    )


def _changed(error: editing.VersionConflict, layer: Layer, language: str) -> Problem:
    at = error.at.astimezone(CITY_TIME)
    message = changed_message(error, layer, language)
    problem = problem_of(CHANGED, message.in_language(language))
    problem.changed_by, problem.changed_at, problem.changed = error.by, at.isoformat(), list(error.names) or None
    return problem


def problem_of(kind: Kind, detail: str, errors: list[MemberError] | None = None) -> Problem:
    """Return the problem document of an edit that is refused."""
    return Problem(
        type=f"urn:flurwerk:problem:{kind.name}",
        title=kind.title,
        status=kind.status,
        detail=detail,
        errors=None if errors is None else [*errors],
    )
