"""An example of each error for the OpenAPI document, by HTTP status."""

from typing import Any

from api.service.problems import PLAIN_TYPE

EXAMPLES: dict[int, dict[str, Any]] = {
    400: {
        "type": "urn:flurwerk:problem:unknown-period",
        "title": "Unknown period",
        "status": 400,
        "detail": "“2023-H3” is not a period. Write a year, half, quarter or month: 2023, 2023-H2, 2023-Q3 or 2023-07.",
        "errors": [{"parameter": "period", "detail": "“2023-H3” is not a period."}],
    },
    401: {
        "type": PLAIN_TYPE,
        "title": "Unauthorized",
        "status": 401,
        "detail": "The Authorization header has no token that is valid here.",
    },
    403: {
        "type": "urn:flurwerk:problem:records-not-public",
        "title": "The records are internal",
        "status": 403,
        "detail": "The records behind “inquiries” are internal.",
    },
    404: {
        "type": "urn:flurwerk:problem:unknown-indicator",
        "title": "Unknown indicator",
        "status": 404,
        "detail": "There is no indicator “sales”.",
        "errors": [{"parameter": "key", "detail": "There is no indicator “sales”."}],
    },
    406: {
        "type": PLAIN_TYPE,
        "title": "Not Acceptable",
        "status": 406,
        "detail": "None of the types in Accept is available. Available types: application/json, text/html.",
    },
    409: {
        "type": "urn:flurwerk:problem:still-needed",
        "title": "Others refer to the record",
        "status": 409,
        "detail": "The record in “Plots” is still needed: “Restrictions” refers to it by “Plot”; please change the "
        "reference there first.",
    },
    410: {
        "type": "urn:flurwerk:problem:cursor-expired",
        "title": "The cursor is no longer valid",
        "status": 410,
        "detail": "The records have been restored or moved since this cursor was issued. Start again without "
        "`since`, with an empty copy.",
        "errors": [{"parameter": "since", "detail": "The records have been restored or moved."}],
    },
    412: {
        "type": "urn:flurwerk:problem:changed-meanwhile",
        "title": "Someone else has changed the record",
        "status": 412,
        "detail": "The record is not the one that you have: schmidt changed it on 2023-12-31 at 10:15:00 (name).",
        "changed_by": "schmidt",
        "changed_at": "2023-12-31T10:15:00+01:00",
        "changed": ["name"],
    },
    413: {
        "type": PLAIN_TYPE,
        "title": "Request Entity Too Large",
        "status": 413,
        "detail": "The body is too large.",
    },
    414: {
        "type": PLAIN_TYPE,
        "title": "Request-URI Too Long",
        "status": 414,
        "detail": "The query has more than 32,000 characters. Simplify its geometries, or split the request in two.",
    },
    415: {
        "type": PLAIN_TYPE,
        "title": "Unsupported Media Type",
        "status": 415,
        "detail": "Bodies of type “text/plain” are not supported here. Send application/geo+json.",
    },
    416: {
        "type": PLAIN_TYPE,
        "title": "Requested Range Not Satisfiable",
        "status": 416,
        "detail": "There are 48,213 bytes.",
    },
    422: {
        "type": "urn:flurwerk:problem:invalid-record",
        "title": "The record breaks a rule",
        "status": 422,
        "detail": "“Area” (m²) must be greater than 0.",
        "errors": [{"pointer": "/properties/area_m2", "detail": "“Area” (m²) must be greater than 0."}],
    },
    428: {
        "type": "urn:flurwerk:problem:precondition-required",
        "title": "State which version you mean",
        "status": 428,
        "detail": "Send the ETag of the feature that you have as “If-Match”, so that you do not overwrite changes "
        "by others.",
    },
    429: {
        "type": "urn:flurwerk:problem:too-many-requests",
        "title": "Too many requests",
        "status": 429,
        "detail": "Too many files within a short time. Try again in 2 s.",
    },
    500: {
        "type": PLAIN_TYPE,
        "title": "Internal Server Error",
        "status": 500,
        "detail": "This is a fault of the service, not of your request. Its operator finds it in the log as "
        "5f0c1a9be3d2.",
        "id": "5f0c1a9be3d2",
    },
    503: {
        "type": "urn:flurwerk:problem:database-unavailable",
        "title": "The database does not answer",
        "status": 503,
        "detail": "The database does not answer. Try again in a moment.",
    },
}
