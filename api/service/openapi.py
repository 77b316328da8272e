"""The OpenAPI document: FastAPI's description of the routes, with this service's errors, converted to version 3.0.

FastAPI writes 3.1, which GIS clients do not read: OGC API – Features is based on 3.0.
"""

import json
import re
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse

from api.service.problem_examples import EXAMPLES
from api.service.problems import MEDIA_TYPE, Problem

VERSION = "3.0.3"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
ROOT = "/api"
"""The landing page's path."""
TEMPLATE = "#/components/schemas/{model}"
DESCRIPTION = """
The figures of a city's commercial land and broadband rollout, and the records that make them up.

Every figure is the sum of its contributions and can be traced back to them. All figures are public, but those
of fewer than three records, and figures from which such a one could be derived, are `null` with `suppressed: true`,
unless the public layers show the same records, or the agency publishes the figure in its report (totals of the periods
that it reports and of longer ones, once they are over). The records behind a figure are internal; public layers show
theirs in their public form.

Numbers are JSON numbers with up to fifteen digits of the exact figure. Errors are problem documents (RFC 9457).
"""
SECURITY_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An access token."},
    "basic": {"type": "http", "scheme": "basic", "description": "An access token as the password of any user."},
}


RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait before trying again.", "schema": {"type": "integer"}}}


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI descriptions of these error responses for a route."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": TEMPLATE.format(model=Problem.__name__)},
                    "example": EXAMPLES[status],
                }
            },
            **({"headers": RETRY_AFTER} if status == HTTPStatus.TOO_MANY_REQUESTS else {}),
        }
        for status in statuses
    }


class Application(FastAPI):
    """FastAPI whose OpenAPI document describes problem documents instead of FastAPI's own errors."""

    def openapi(self) -> dict[str, Any]:
        """Return the document, which is built once."""
        if not self.openapi_schema:
            document = super().openapi()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            document["components"]["securitySchemes"] = SECURITY_SCHEMES
            document["security"] = [{}, *({name: []} for name in SECURITY_SCHEMES)]
            schema = Problem.model_json_schema(ref_template=TEMPLATE)
            schemas.update(schema.pop("$defs", {}))
            schemas[Problem.__name__] = schema
            for path in document["paths"].values():
                for operation in path.values():
                    if "HTTPValidationError" in str(operation["responses"].get("422")):
                        del operation["responses"]["422"]
                    operation["responses"] |= {str(k): v for k, v in problem_responses(400, 401, 414, 429, 500).items()}
                    _write_out_styles(operation)
            _remove_unused(schemas, document)
            self.openapi_schema = in_version_3_0(document)
        assert self.openapi_schema is not None
        return self.openapi_schema


def _remove_unused(schemas: dict[str, Any], document: dict[str, Any]) -> None:
    """Remove schemas without references, such as those of types that are replaced by another schema in JSON."""
    used = set(re.findall(re.escape(TEMPLATE).replace(r"\{model\}", r"(\w+)"), json.dumps(document)))
    for name in set(schemas) - used:
        del schemas[name]


def _write_out_styles(operation: dict[str, Any]) -> None:
    """Write out the style of query parameters: the conformance tests expect it even where it is the default."""
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "query":
            parameter.setdefault("style", "form")
            parameter.setdefault("explode", False)


document = APIRouter()


@document.get("/api/openapi.json", include_in_schema=False)
async def openapi_document(request: Request) -> JSONResponse:
    """Return the description of this service in OpenAPI 3.0."""
    return JSONResponse(relative_to_landing_page(request.app.openapi(), str(request.base_url)), media_type=OPENAPI)


def relative_to_landing_page(document: dict[str, Any], base_url: str) -> dict[str, Any]:
    """Return the document with paths relative to the landing page, where clients look for /collections/…"""
    base = base_url.rstrip("/")
    paths: dict[str, Any] = {}
    for path, item in document["paths"].items():
        if path == ROOT or path.startswith(f"{ROOT}/"):
            paths[path.removeprefix(ROOT) or "/"] = item
        else:
            paths[path] = {"servers": [{"url": base}], **item}
    return document | {"servers": [{"url": base + ROOT}], "paths": paths}


NAMED = {"properties", "schemas", "patternProperties", "responses", "headers", "content", "paths", "callbacks"}
"""Members whose own members are freely named, so that they are not keywords even if they look like some."""
VERBATIM = {"example", "default", "enum", "required"}
UNSUPPORTED = {"propertyNames", "patternProperties", "contentMediaType", "contentEncoding", "$schema", "$comment"}


def in_version_3_0(document: dict[str, Any]) -> dict[str, Any]:
    """Return the version 3.1 document converted to version 3.0."""
    return _convert(document) | {"openapi": VERSION}


def _convert(node: Any) -> Any:
    if isinstance(node, list):
        return [_convert(part) for part in node]
    if not isinstance(node, dict):
        return node
    found: dict[str, Any] = {}
    for name, value in node.items():
        if name in UNSUPPORTED:
            continue
        if name in VERBATIM:
            found[name] = value
        elif name in NAMED and isinstance(value, dict):
            found[name] = {inner: _convert(content) for inner, content in value.items()}
        else:
            found[name] = _convert(value)
    return _convert_reference(_convert_bounds(_convert_null(_convert_keywords(found))))


def _convert_keywords(node: dict[str, Any]) -> dict[str, Any]:
    """Replace ``const``, ``examples`` and tuples by their equivalents in 3.0."""
    if "const" in node:
        node["enum"] = [node.pop("const")]
    if isinstance(node.get("examples"), list):
        examples = node.pop("examples")
        if examples:
            node.setdefault("example", examples[0])
    if "prefixItems" in node:
        parts = node.pop("prefixItems")
        node["items"] = {"anyOf": [part for at, part in enumerate(parts) if part not in parts[:at]]}
    return node


def _convert_null(node: dict[str, Any]) -> dict[str, Any]:
    """Replace the type null by ``nullable``."""
    if isinstance(node.get("type"), list):
        kinds = [{"type": kind} for kind in node.pop("type")]
        node |= kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    for word in ("anyOf", "oneOf"):
        choices = node.get(word)
        if not choices or {"type": "null"} not in choices:
            continue
        others = [choice for choice in choices if choice != {"type": "null"}]
        del node[word]
        node["nullable"] = True
        if len(others) == 1:
            node = {**({"allOf": others} if "$ref" in others[0] else others[0]), **node}
        elif others:
            node[word] = others
    return node


def _convert_bounds(node: dict[str, Any]) -> dict[str, Any]:
    """Write an exclusive bound as in 3.0: a bound and a boolean."""
    for word, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        value = node.get(word)
        if isinstance(value, int | float) and not isinstance(value, bool):
            node |= {bound: value, word: True}
    return node


def _convert_reference(node: dict[str, Any]) -> dict[str, Any]:
    """Convert references: in 3.0 they have no siblings and cannot point to external JSON Schema documents."""
    target = node.get("$ref")
    if not isinstance(target, str):
        return node
    if not target.startswith("#"):
        return {"type": "object", "externalDocs": {"url": target}}
    others = {name: value for name, value in node.items() if name != "$ref"}
    return {"allOf": [{"$ref": target}], **others} if others else node
