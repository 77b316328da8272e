"""Who may edit which layer."""

import psycopg
import pytest

from geo.access import Caller, Role, tokens
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.records import Connection, one
from tests.test_api.helpers import api, problem
from tests.test_editing.helpers import api_as, feature, items, send

A_FEW = frozenset({"operators", "plots"})


def requests(layer: str) -> list[tuple[str, str, object]]:
    return [
        ("POST", items(layer), feature(None)),
        ("PUT", items(layer, 1), feature(None)),
        ("PATCH", items(layer, 1), {}),
        ("DELETE", items(layer, 1), None),
    ]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (Caller(Role.PUBLIC), 401),
        (Caller(Role.READER), 401),
        (Caller(Role.READER, "rita"), 403),
        (Caller(Role.READER, "rita", A_FEW), 403),
    ],
)
def test_only_editors_edit(city_url: str, who: Caller, status: int) -> None:
    with api_as(who, load_settings(database_url=city_url)) as client:
        for layer in LAYERS:
            for method, url, document in requests(layer):
                problem(send(client, method, url, document, "*"), status)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMIN])
def test_editors_edit_every_layer_that_their_token_is_for(city_url: str, role: Role) -> None:
    settings = load_settings(database_url=city_url)
    with api_as(Caller(role, "erika"), settings) as client:
        for layer in LAYERS:
            problem(send(client, "POST", items(layer), {}), 422)
    with api_as(Caller(role, "erika", A_FEW), settings) as client:
        for key, layer in LAYERS.items():
            # For them, a layer that the public does not see does not exist.
            others = 403 if layer.audience is Audience.PUBLIC else 404
            problem(send(client, "POST", items(key), {}), 422 if key in A_FEW else others)


def test_options_names_the_allowed_methods_and_media_types(city_url: str) -> None:
    with api_as(Caller(Role.PUBLIC), load_settings(database_url=city_url)) as client:
        response = client.request("OPTIONS", items("plots"))
        assert (response.status_code, response.headers["allow"]) == (200, "GET, HEAD, OPTIONS, POST")
        assert response.headers["accept-post"] == "application/geo+json, application/json"
        response = client.request("OPTIONS", items("plots", 1))
        assert response.headers["allow"] == "GET, HEAD, OPTIONS, PUT, PATCH, DELETE"
        assert response.headers["accept-patch"] == "application/merge-patch+json"
        problem(client.request("OPTIONS", items("parties")), 404)


def test_the_token_determines_who_is_recorded_as_editor(database_url: str, records: Connection) -> None:
    with psycopg.connect(conninfo(database_url)) as owner:
        bearer = {role: f"Bearer {tokens.create(owner, f'{role} token', role)}" for role in (Role.READER, Role.EDITOR)}
    document = feature(None, name="A", kind="carrier")
    with api(load_settings(database_url=database_url)) as client:
        anonymous = send(client, "POST", items("operators"), document)
        problem(anonymous, 401)
        assert anonymous.headers["www-authenticate"].startswith("Bearer")
        problem(send(client, "POST", items("operators"), document, Authorization=bearer[Role.READER]), 403)
        created = send(client, "POST", items("operators"), document, Authorization=bearer[Role.EDITOR])
        assert created.status_code == 201
        changed = send(
            client, "PATCH", created.headers["location"], {"properties": {"name": "B"}}, created.headers["etag"],
            Authorization=bearer[Role.EDITOR],
        )  # fmt: skip
        assert changed.status_code == 204
    assert one(records, "select recorded_by from operators") == "editor token"
    assert (
        one(records, "select recorded_by || ', ' || ended_by from flurwerk_history.operators")
        == "editor token, editor token"
    )
