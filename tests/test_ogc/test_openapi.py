"""The OpenAPI document has version 3.0, although FastAPI generates 3.1."""

from typing import Any

import pytest

from api.service.openapi import in_version_3_0
from tests.test_api.helpers import Api

UNKNOWN_TO_3_0 = {"const", "prefixItems", "propertyNames", "$defs", "webhooks", "patternProperties", "if"}


def nodes(node: Any) -> list[dict[str, Any]]:
    """Every object within a document."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return ([node] if isinstance(node, dict) else []) + [found for part in inner for found in nodes(part)]


def test_the_document_contains_nothing_of_3_1(public: Api) -> None:
    response = public.get("/api/openapi.json")
    assert response.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    document = response.json()
    assert document["openapi"] == "3.0.3"
    for node in nodes(document):
        assert not UNKNOWN_TO_3_0 & set(node)
        assert node.get("type") != "null"
        assert not isinstance(node.get("type"), list)
        assert not isinstance(node.get("examples"), list)
        assert isinstance(node.get("exclusiveMinimum", True), bool)
        if "$ref" in node:
            assert set(node) == {"$ref"}
            assert node["$ref"].startswith("#/components/schemas/")


def test_the_document_says_how_long_a_page_may_be(public: Api) -> None:
    paths = public.json("/api/openapi.json")["paths"]
    parameters = {one["name"]: one for one in paths["/collections/{collectionId}/items"]["get"]["parameters"]}
    limit = parameters["limit"]["schema"]
    assert (limit["type"], limit["minimum"], limit["maximum"], limit["default"]) == ("integer", 1, 10_000, 100)
    assert set(parameters) >= {"bbox", "bbox-crs", "crs", "datetime", "properties", "sortby", "cursor", "filters"}
    assert set(paths) >= {
        "/",
        "/conformance",
        "/collections",
        "/collections/{collectionId}",
        "/collections/{collectionId}/items/{featureId}",
    }
    assert not [path for path in paths if path.startswith("/api")]


@pytest.mark.parametrize("origin", ["http://test", "https://geo.example.org"])
def test_paths_are_relative_to_the_landing_page(public: Api, origin: str) -> None:
    document = public.json(f"{origin}/api/openapi.json")
    assert document["servers"] == [{"url": f"{origin}/api"}]
    for path, item in document["paths"].items():
        # A stream has no end.
        if "{" in path or "get" not in item or path == "/changes/stream":
            continue
        (server,) = item.get("servers", document["servers"])
        response = public.get(server["url"] + path)
        assert "There is nothing at" not in response.text
        assert str(response.status_code) in item["get"]["responses"]


INFO = "/overlays/{overlay}/info"
REQUIRED = {("/shortlist", "plots"), ("/reports/{period}/file", "f"), (INFO, "longitude"), (INFO, "latitude")}
"""The query parameters that are required."""


def test_query_parameters_state_their_style(public: Api) -> None:
    """The conformance tests of OGC API – Features compare these members, even those that have their defaults."""
    for name, path in public.json("/api/openapi.json")["paths"].items():
        for parameter in path.get("get", {}).get("parameters", []):
            if parameter["in"] == "query":
                assert parameter["style"] == "form"
                assert parameter["explode"] is (parameter["name"] == "filters")
                assert parameter["required"] is ((name, parameter["name"]) in REQUIRED)


def test_a_box_is_described_as_in_the_standard(public: Api) -> None:
    operation = public.json("/api/openapi.json")["paths"]["/collections/{collectionId}/items"]["get"]
    (box,) = (one["schema"] for one in operation["parameters"] if one["name"] == "bbox")
    assert (box["type"], box["items"]["type"], box["minItems"], box["maxItems"]) == ("array", "number", 4, 6)
    assert [(one["minItems"], one["maxItems"]) for one in box["oneOf"]] == [(4, 4), (6, 6)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, {"type": "integer", "nullable": True}),
        (
            {"anyOf": [{"type": "integer"}, {"type": "number"}, {"type": "null"}], "title": "A"},
            {"anyOf": [{"type": "integer"}, {"type": "number"}], "nullable": True, "title": "A"},
        ),
        (
            {"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]},
            {"allOf": [{"$ref": "#/components/schemas/A"}], "nullable": True},
        ),
        ({"const": "a", "type": "string"}, {"enum": ["a"], "type": "string"}),
        ({"type": "string", "examples": ["a", "b"]}, {"type": "string", "example": "a"}),
        ({"examples": {"one": {"value": 1}}}, {"examples": {"one": {"value": 1}}}),
        ({"exclusiveMinimum": 0}, {"minimum": 0, "exclusiveMinimum": True}),
        ({"exclusiveMaximum": 1.5}, {"maximum": 1.5, "exclusiveMaximum": True}),
        (
            {"$ref": "#/components/schemas/A", "description": "d"},
            {"allOf": [{"$ref": "#/components/schemas/A"}], "description": "d"},
        ),
        (
            {"$ref": "https://geojson.org/schema/Feature.json"},
            {"type": "object", "externalDocs": {"url": "https://geojson.org/schema/Feature.json"}},
        ),
        (
            {"type": "array", "prefixItems": [{"type": "string"}, {"type": "string"}]},
            {"type": "array", "items": {"anyOf": [{"type": "string"}]}},
        ),
    ],
)
def test_schemas_are_converted_to_3_0(given: dict[str, Any], expected: dict[str, Any]) -> None:
    document = {"openapi": "3.1.0", "components": {"schemas": {"Tested": given}}}
    assert in_version_3_0(document) == {"openapi": "3.0.3", "components": {"schemas": {"Tested": expected}}}


def test_properties_named_like_keywords_are_kept() -> None:
    named = {"properties": {"const": {"type": "string"}, "examples": {"const": 1}, "type": {"type": ["null"]}}}
    converted = in_version_3_0({"components": {"schemas": {"A": named}}})["components"]["schemas"]["A"]["properties"]
    assert converted["const"] == {"type": "string"}
    assert converted["examples"] == {"enum": [1]}
    assert set(converted) == {"const", "examples", "type"}
