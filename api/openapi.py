"""The OpenAPI document: what FastAPI derives from the routes, with this service's errors."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI

from api.problems import MEDIA_TYPE, PLAIN_TYPE, Problem

TEMPLATE = "#/components/schemas/{model}"
DESCRIPTION = """
The figures of a city's commercial land and broadband rollout, and the records that make them up.

Every figure is the sum of its contributions, and any figure can be opened down to them. The public sees all figures;
counts of fewer than three connections, and those from which such a count could be worked out, are `null` with
`suppressed: true`. Of the records it sees those of public layers, in their public form.

Numbers are JSON numbers with all digits of the exact figure, up to fifteen. Errors are problem documents (RFC 9457).
"""
EXAMPLES: dict[int, dict[str, Any]] = {
    400: {
        "type": "urn:flurwerk:problem:unknown-period",
        "title": "Unknown period",
        "status": 400,
        "detail": "“2023-H3” is not a period. Write a year, half, quarter or month: 2023, 2023-H2, 2023-Q3 or 2023-07.",
        "errors": [{"parameter": "period", "detail": "“2023-H3” is not a period."}],
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
    500: {
        "type": PLAIN_TYPE,
        "title": "Internal Server Error",
        "status": 500,
        "detail": "This is our fault, not yours. Whoever runs this service finds it in its log as 5f0c1a9be3d2.",
        "id": "5f0c1a9be3d2",
    },
    503: {
        "type": "urn:flurwerk:problem:database-unavailable",
        "title": "The database does not answer",
        "status": 503,
        "detail": "The database does not answer. Try again in a moment.",
    },
}


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The description of these errors for a route."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": TEMPLATE.format(model=Problem.__name__)},
                    "example": EXAMPLES[status],
                }
            },
        }
        for status in statuses
    }


class Application(FastAPI):
    """FastAPI, describing problem documents in the place of its own errors."""

    def openapi(self) -> dict[str, Any]:
        """The document, made once."""
        if not self.openapi_schema:
            document = super().openapi()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            schema = Problem.model_json_schema(ref_template=TEMPLATE)
            schemas.update(schema.pop("$defs", {}))
            schemas[Problem.__name__] = schema
            for path in document["paths"].values():
                for operation in path.values():
                    operation["responses"].pop("422", None)
                    operation["responses"] |= {str(k): v for k, v in problem_responses(400, 500).items()}
        assert self.openapi_schema is not None
        return self.openapi_schema
