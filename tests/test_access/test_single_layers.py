"""Every route with a token for every single layer: beyond that layer it is answered as the public is."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import mapbox_vector_tile
import pytest
from fastapi import FastAPI, Request

from geo.access import Caller, Role
from geo.migrate import migrate
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.settings import load_settings
from tests.conftest import filled_database
from tests.test_access.marking import Marking, marks_in
from tests.test_access.walking import all_at_once, paths, queries, routes
from tests.test_api.helpers import Api, answer_as, api

LAYER = "x-layer"
"""The header that says for which layer the token is; without it, the caller is the public."""
READING = {"/api/matches": {"fibre_required": True, "access": "motorway", "plot": 1}}
"""The routes that read by POST, and what is sent to them."""
OF_PEOPLE = ("/api/saved-searches", "/api/shortlists", "/api/watches", "/api/watches/digest")
"""Routes that are refused to whoever has not signed in."""
SHOWS_MORE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("/api/session", *OF_PEOPLE), tuple(LAYERS)),
    # Refused to the public; of a token's own layer alone, see test_activity/test_routes.py.
    "/api/activity": tuple(LAYERS),
    "/api/kpis": ("remarks", "inquiries"),
    "/api/kpis/{key}": ("remarks", "inquiries"),
    "/api/kpis/{key}/contributions": ("inquiries",),
    "/api/matches": ("access_points",),
    "/api/inquiries/{inquiryId}/matches": ("inquiries",),
    "/api/plots/{plotId}/inquiries": ("inquiries",),
    "/api/plots/{plotId}/surroundings": ("plots", "plot_restrictions", "transactions"),
    "/maps/interactive": ("plots", "connections"),
}
"""Routes without a collection that show more than the public's answer with a token for one of these layers.

Not those that list layers or records of several: what is about the token's own layer is left out of the comparison.
"""
VARYING = re.compile(rb'\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)|(?<="cursor":")[^"]*|\?v=[\w-]+')
"""Matches what differs without telling anything: times, and the versions of several layers together."""
KPIS = ("inquiries", "public_land_m2")
ALSO = {"/api/collections/{collectionId}/items": "f=csv", "/api/search": "q=Marked"}
"""Further queries: the format that stands for all files, which contain the same, and the start of marked texts."""
OTHERS = [[key for key, one in LAYERS.items() if (one.audience is Audience.PUBLIC) is known] for known in (True, False)]
"""The layers that the public sees, and those that it does not. Each walk asks about another one of both."""


class Address(NamedTuple):
    """What is asked, and about which collection, if its path has one."""

    route: str
    url: str
    collection: str | None
    body: Any = None


class Answer(NamedTuple):
    """What is answered."""

    status: int
    kind: str
    body: bytes


Ask = Callable[[Address, str | None], Answer]


@pytest.fixture(scope="module")
def marks() -> dict[bytes, str]:
    """The layers by their marks, once the city has been made."""
    return {}


@pytest.fixture(scope="module")
def city(server_url: str, template: str, marks: dict[bytes, str]) -> Iterator[str]:
    """A database with that city, for reading only."""

    def fill(connection: Any) -> None:
        # Privileges on a database itself are not copied from its template.
        migrate(connection)
        marks.update(Marking(connection).mark())

    with filled_database(server_url, template, "marked", fill) as url:
        yield url


@pytest.fixture(scope="module")
def service(city: str, made_once: None) -> Iterator[Api]:
    """The service over that city; a header says for which layer the token is."""

    def stated(request: Request) -> Caller:
        layer = request.headers.get(LAYER)
        return Caller(Role.READER, "reader", frozenset({layer})) if layer else Caller(Role.PUBLIC)

    with api(load_settings(database_url=city, handout_timeout_s=600)) as client:
        answer_as(client.app, stated)
        yield client


@pytest.fixture(scope="module")
def ask(service: Api) -> Ask:
    """Asks as the reader of a layer, or as the public; the public's answers are recorded."""

    def ask(address: Address, layer: str | None) -> Answer:
        method = "GET" if address.body is None else "POST"
        headers = {LAYER: layer} if layer else {}
        response = service.request(method, address.url, headers=headers, json=address.body)
        return Answer(response.status_code, response.headers.get("content-type", ""), response.content)

    of_the_public: dict[str, Answer] = {}

    def recorded(address: Address, layer: str | None) -> Answer:
        if layer:
            return ask(address, layer)
        if address.url not in of_the_public:
            of_the_public[address.url] = ask(address, None)
        return of_the_public[address.url]

    return recorded


def addresses(app: FastAPI, layer: str) -> Iterator[Address]:
    """Yield every route's addresses. Of collections: the layer's own, and one of each of OTHERS."""
    number = list(LAYERS).index(layer)
    others = {keys[number % len(keys)] for keys in OTHERS}
    for route in routes(app, "GET"):
        for path, values in paths(route):
            collection = values.get("collectionId")
            if collection not in (None, layer, *others) or values.get("key", KPIS[0]) not in KPIS:
                continue
            tried = ["", all_at_once(app, route)]
            if collection == layer:
                tried += queries(app, route, files=False)
            if collection in (None, layer) and route.path in ALSO:
                tried.append(ALSO[route.path])
            for query in dict.fromkeys(tried):
                yield Address(route.path, f"{path}?{query}", collection)
    for path, body in READING.items():
        yield Address(path, path, None, body)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_token_for_one_layer_is_told_of_others_what_the_public_is(
    service: Api, ask: Ask, marks: Mapping[bytes, str], layer: str
) -> None:
    """No marked value of another layer, and apart from the token's own layer the same answers."""
    own: set[bytes] = set()
    for address in addresses(service.app, layer):
        public, answer = ask(address, None), ask(address, layer)
        assert answer.status < 500, address
        # Numbers may be part of a figure.
        hidden = {mark for mark in marks_in(public.body) if mark in marks and not mark.isdigit()}
        assert not hidden, f"{address.url} shows {hidden} to the public"
        if answer == public:
            continue
        more = {mark: marks[mark] for mark in marks_in(answer.body) - marks_in(public.body) if mark in marks}
        own |= more.keys()
        assert {*more.values()} <= {layer}, f"{address.url} shows {more} with a token for {layer} alone"
        # A page shows more where its JSON does.
        is_compared = address.collection != layer and "f=html" not in address.url
        if is_compared and layer not in SHOWS_MORE.get(address.route, ()):
            assert comparable(answer, layer) == comparable(public, layer), (
                f"{address.url} shows more than the public sees with a token for {layer} alone: if it is to, add the "
                f"layer to the route in SHOWS_MORE"
            )
    assert own, "nothing of the token's own layer was shown"


def comparable(answer: Answer, layer: str) -> Any:
    """Return an answer without its time and without what is about the layer."""
    if answer.status >= 400:
        return "refused" if answer.status in (401, 403) else answer.status
    if "mapbox-vector-tile" in answer.kind:
        drawn: dict[str, Any] = mapbox_vector_tile.decode(answer.body) if answer.body else {}
        return {name: features for name, features in drawn.items() if name != layer}
    body = VARYING.sub(b"", answer.body)
    return _without(json.loads(body), layer) if "json" in answer.kind else body


def _without(value: Any, layer: str) -> Any:
    if isinstance(value, dict):
        return {name: _without(one, layer) for name, one in value.items() if name != layer}
    if isinstance(value, list):
        return [_without(one, layer) for one in value if not _is_about(one, layer)]
    return value


def _is_about(value: Any, layer: str) -> bool:
    names = names_of(layer)
    if isinstance(value, dict):
        return any(_is_about(one, layer) for one in value.values() if isinstance(one, str))
    return isinstance(value, str) and (value in names or re.search(rf"/{layer}(/|$)", value) is not None)


@cache
def names_of(layer: str) -> frozenset[str]:
    """Return the layer's key and titles."""
    described = LAYERS[layer]
    return frozenset({layer, described.title.de, described.title.en})
