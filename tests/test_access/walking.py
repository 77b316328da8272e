"""Calls all routes of the service as found in the application, so that new ones are included.

A route with a path parameter, a required parameter or a format that is unknown here fails until it is added.
"""

import io
import logging
import math
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pyarrow.parquet
from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.service import assets
from geo.records.exports import FILES, LISTS
from geo.records.layers import LAYERS
from tests.test_access.helpers import PLANTED, RequestAs
from tests.test_handouts.helpers import Pdf

ZOOM = 13
LONGITUDE, LATITUDE = 7.4875, 51.4857
"""Where the planted records lie: 395000 5705000 in EPSG:25832."""
COLUMN = int((LONGITUDE + 180) / 360 * 2**ZOOM)
ROW = int((1 - math.asinh(math.tan(math.radians(LATITUDE))) / math.pi) / 2 * 2**ZOOM)

PATH_VALUES: dict[str, tuple[str, ...]] = {
    "collectionId": tuple(LAYERS),
    "featureId": ("1", "2"),
    "key": ("inquiries", "public_land_m2", "properties_brokered", "funded_connections", "settlements:hafen"),
    **dict.fromkeys(("inquiryId", "plotId"), ("1",)),
    "tileMatrixSetId": ("WebMercatorQuad",),
    **dict.fromkeys(("z", "tileMatrix"), (str(ZOOM),)),
    **dict.fromkeys(("y", "tileRow"), (str(ROW),)),
    **dict.fromkeys(("x", "tileCol"), (str(COLUMN),)),
    "overlay": ("plans",),
    "requestId": ("1", "2"),
    "attachmentId": ("1", "2"),
    "period": ("2023-H2",),
    "document": ("entwurf.csv",),
    "delivery": ("00000000-0000-0000-0000-000000000001",),
    **dict.fromkeys(("load", "number"), ("1",)),
    # Parameters of the pages' assets.
    "version": (assets.digest(),),
    "name": ("pages.css",),
}
"""Values for the parameters of paths."""

QUERY_VALUES: dict[str, tuple[str, ...]] = {
    "period": ("2023",),
    "plots": ("1",),
    "by": ("district",),
    "as_of": ("2023-01-01",),
    "q": ("Halle", "Hafen"),
    "longitude": ("7.4875",),
    "latitude": ("51.4857",),
    "collections": ("plots,transactions,parties,inquiries", "plots"),
}
"""Values to try for query parameters, besides the defaults; must include all required parameters."""

FORMATS: dict[str, tuple[str, ...]] = {}
"""The formats of routes whose parameter ``f`` does not list them, by path."""

ENDLESS = ("/api/changes/stream",)
"""Routes whose answers end when the client leaves, see test_changes/test_live.py."""

SLOW = ("/api/reports/{period}/file", "/api/reports/{period}/maps")
"""Routes that take a process seconds: called in each format, but not with each other parameter."""

IN_PROCESSES = {*FILES, *LISTS} - {"csv-excel"}
"""Formats of files that each need a process of its own; lists for people are asked for as CSV."""

ACCEPTED = ("*/*", "application/json", "application/geo+json", "text/html", "text/csv", "application/ld+json")


@dataclass(frozen=True)
class Answer:
    """The response to a caller at one address."""

    route: str
    path: str
    query: str
    accepted: str
    values: Mapping[str, str]
    """The parameters of the path."""
    status: int
    headers: Mapping[str, str]
    is_personal: bool
    """Whether the headers, the body or the files packed in it contain a planted value."""

    def __str__(self) -> str:
        return f"{self.path}?{self.query} {self.accepted}"


@dataclass
class Walk:
    """All responses to one caller, and the log lines written meanwhile."""

    answers: list[Answer] = field(default_factory=list)
    log: list[str] = field(default_factory=list)


def walk(app: FastAPI, request_as: RequestAs, name: str, *, is_thorough: bool) -> Walk:
    """Call every GET route as this caller: every path without a query, and those of collections with every query.

    A thorough walk also tries every query of the other routes and, for the layer of people, files and other Accept
    headers. Files of other layers cannot contain anything personal, since files are read without personal columns.
    """
    found = Walk()
    with _collecting_log(found.log):
        for route in routes(app, "GET"):
            for path, values in paths(route):
                is_of_people = is_thorough and values.get("collectionId") == "parties"
                tried = queries(app, route, files=is_of_people) if is_thorough or "collectionId" in values else []
                for query in dict.fromkeys(["", *tried]):
                    # Who names a format gets it, whatever else would be accepted.
                    is_negotiated = is_of_people and "f=" not in query
                    for accepted in ACCEPTED if is_negotiated else ACCEPTED[:1]:
                        response = request_as(name, f"{path}?{query}", headers={"Accept": accepted})
                        is_personal = PLANTED.encode() in everything_in(response)
                        answered = (response.status_code, response.headers, is_personal)
                        found.answers.append(Answer(route.path, path, query, accepted, values, *answered))
    return found


@contextmanager
def _collecting_log(lines: list[str]) -> Iterator[None]:
    """Collect all lines of the log, including debug messages."""

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    root, listener = logging.getLogger(), Listener()
    before = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.removeHandler(listener)
        root.setLevel(before)


def routes(app: FastAPI, *methods: str) -> list[APIRoute]:
    """Return the routes that take one of these methods and are not endless. Asserts that all documented were found."""
    found = list(_walk(app.routes))
    assert {*app.openapi()["paths"]} <= {route.path for route in found}
    return [route for route in found if (route.methods or set()) & {*methods} and route.path not in ENDLESS]


def _walk(found: Iterable[Any]) -> Iterator[APIRoute]:
    for route in found:
        if isinstance(route, APIRoute):
            yield route
        else:
            # An included router. Anything else, such as a folder of files, is not supported yet.
            assert route.include_context.prefix == "", route
            yield from _walk(route.original_router.routes)


def paths(route: APIRoute) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The route's paths, with the values of its parameters."""
    names = re.findall(r"{(\w+)", route.path)
    for name in names:
        assert name in PATH_VALUES, f"{route.path}: add values of {name} to PATH_VALUES in {__name__}."
    for values in product(*(PATH_VALUES[name] for name in names)):
        path = route.path
        for name, value in zip(names, values, strict=True):
            path = re.sub(rf"{{{name}(:\w+)?}}", quote(value, safe=":"), path)
        assert "{" not in path, f"{route.path}: {path}"
        yield path, dict(zip(names, values, strict=True))


def queries(app: FastAPI, route: APIRoute, *, files: bool) -> list[str]:
    """The queries to try: every format, alone and with each other parameter that is known here.

    Without ``files``, those of IN_PROCESSES are omitted.
    """
    declared = _declared(app, route)
    required = {name for name, parameter in declared.items() if parameter.get("required")}
    for name in required - {"f"}:
        assert name in QUERY_VALUES, f"{route.path}: add values of {name} to QUERY_VALUES in {__name__}."
    formats: list[dict[str, str]] = [] if "f" in required else [{}]
    if "f" in declared:
        listed = _listed(declared["f"]["schema"]) or FORMATS.get(route.path, ())
        assert listed, f"{route.path}: add its formats to FORMATS in {__name__}."
        formats += [{"f": form} for form in listed if files or form not in IN_PROCESSES]
    always = {name: QUERY_VALUES[name][0] for name in required - {"f"}}
    tried = () if route.path in SLOW else QUERY_VALUES
    others = [{name: value} for name in tried if name in declared for value in QUERY_VALUES[name]]
    return [urlencode(always | form | other) for form in formats for other in ({}, *others)]


def all_at_once(app: FastAPI, route: APIRoute) -> str:
    """The query with a value of every parameter that is known here."""
    return urlencode({name: QUERY_VALUES[name][0] for name in _declared(app, route) if name in QUERY_VALUES})


def everything_in(response: httpx.Response) -> bytes:
    """The bytes of a response: its headers, its body, and the files packed in it."""
    body = response.content
    found = repr(response.headers).encode() + body
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            found += b"".join(archive.read(name) for name in archive.namelist())
    if body[:5] == b"%PDF-":
        found += Pdf(body).everything()
    if body[:4] == b"PAR1":
        found += repr(pyarrow.parquet.read_table(io.BytesIO(body)).to_pylist()).encode()
    return found


def _declared(app: FastAPI, route: APIRoute) -> dict[str, dict[str, Any]]:
    operation = app.openapi()["paths"].get(route.path, {}).get("get", {})
    return {found["name"]: found for found in operation.get("parameters", ()) if found["in"] == "query"}


def _listed(schema: dict[str, Any]) -> tuple[str, ...]:
    for part in (schema, *schema.get("anyOf", ()), *schema.get("allOf", ())):
        if "enum" in part:
            return tuple(part["enum"])
    return ()
