"""Helpers to edit through the service."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
from fastapi import Request

from geo.access import Caller
from geo.settings import Settings
from tests.records import Connection, insert, line, one, square
from tests.test_api.helpers import Api, answer_as, api, problem

GEOJSON = "application/geo+json"
PATCH = "application/merge-patch+json"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
STORED = {"Content-Crs": f"<{EPSG}25832>"}
SHAPES = {
    "Point": {"type": "Point", "coordinates": [395000.0, 5705000.0]},
    "MultiLineString": {"type": "MultiLineString", "coordinates": [[[395000.0, 5705000.0], [395010.0, 5705000.0]]]},
    "MultiPolygon": {
        "type": "MultiPolygon",
        "coordinates": [
            [[[395000, 5705000], [395100, 5705000], [395100, 5705100], [395000, 5705100], [395000, 5705000]]]
        ],
    },
}
"""A geometry of each type in EPSG:25832, in the western district."""


CONTENT = "c" * 64
"""The checksum of a document that attachments can have."""


@contextmanager
def api_as(default: Caller, settings: Settings) -> Iterator[Api]:
    """Start the service for this caller, whose name the header `X-Name` overrides."""

    def stated(request: Request) -> Caller:
        return replace(default, name=request.headers.get("x-name", default.name))

    with api(settings) as client:
        answer_as(client.app, stated)
        yield client


def items(layer: str, record: int | str | None = None) -> str:
    """The address of a layer's features, or of one of them."""
    return f"/api/collections/{layer}/items" + ("" if record is None else f"/{record}")


def feature(shape: Any = None, **properties: Any) -> dict[str, Any]:
    """A Feature."""
    return {"type": "Feature", "geometry": shape, "properties": properties}


def send(
    client: Api, method: str, url: str, document: Any = None, tag: str | None = None, **headers: str
) -> httpx.Response:
    """Send a request with a JSON document, by default in EPSG:25832 and in English."""
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    sent = {"Content-Type": PATCH if method == "PATCH" else GEOJSON, "Accept-Language": "en", **STORED}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    if tag is not None:
        sent["If-Match"] = tag
    return client.request(method, url, content=None if document is None else content, headers=sent)


def create(client: Api, layer: str, document: Any) -> int:
    """Create a record and return its id."""
    response = send(client, "POST", items(layer), document)
    assert response.status_code == 201, response.text
    return int(response.headers["location"].rsplit("/", 1)[1])


def fetch(client: Api, layer: str, record: int) -> tuple[dict[str, Any], str]:
    """Return a feature in EPSG:25832, and its tag."""
    response = client.get(items(layer, record), crs=f"{EPSG}25832")
    assert response.status_code == 200, response.text
    return response.json(), response.headers["etag"]


def errors_of(response: httpx.Response, status: int = 422) -> dict[str, str]:
    """Return the error of each faulty member, by its JSON pointer."""
    return {error["pointer"]: error["detail"] for error in problem(response, status)["errors"]}


def versions(records: Connection, layer: str, record: int) -> list[tuple[str, str, str]]:
    """The versions of a record in history: operation, who wrote it, who ended it."""
    return records.execute(
        f"""
        select operation, recorded_by, ended_by from flurwerk_history.{layer} where id = %s order by recorded_until
        """.encode(),
        [record],
    ).fetchall()


def fill(city: Connection) -> None:
    """Insert a record of every layer that others refer to, with id 1."""
    area = "MULTIPOLYGON(((395000 5705000, 395100 5705000, 395100 5705100, 395000 5705100, 395000 5705000)))"
    point = "POINT(395000 5705000)"
    insert(city, "industrial_areas", name="West", geom=area)
    insert(city, "parties", kind="company", name="Stahl GmbH")
    insert(city, "operators", name="Netz GmbH", kind="carrier")
    insert(city, "programmes", name="Förderung", funding="funded")
    insert(city, "letters_of_intent", operator=1)
    insert(city, "clusters", key="HG-01")
    insert(city, "plots", name="Am Waldrand", ownership="public", official_area_m2=10000, geom=area)
    insert(city, "plot_restrictions", plot=1, kind="flood", severity="minor")
    insert(city, "inquiries", kind="plot")
    insert(city, "properties", name="Halle", geom=point)
    insert(city, "trenches", programme=1, geom=line((395000, 5705000), (395010, 5705000)))
    insert(city, "connections", geom=point)
    insert(city, "mobile_requests", geom=point)
    insert(city, "transactions", plot=1, kind="sale", sector="public", role="seller", area_m2=4000)
    insert(city, "settlements", industrial_area=1)
    insert(city, "targets", kpi="inquiries", period="2022", value=1)
    events = {"area": "Kundenservice", "product": "Gründen", "label": "Veranstaltungen"}
    insert(city, "manual_indicators", key="events", position=8, **events)
    document = "insert into flurwerk.attachment_contents (media_type, sha256) values ('application/pdf', %s)"
    city.execute(document, [CONTENT])
    insert(city, "districts", key="03", name="Mitte", kind="statistical", geom=square(395000, 5705000, 100))
    assert one(city, "select id from plots") == 1
