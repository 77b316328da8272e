"""The size of requests is limited, and only configured origins may send cross-origin requests."""

from collections.abc import AsyncIterator, Iterator

import pytest
from fastapi import Request

from api.app import create_app
from api.service.limits import LONGEST_QUERY
from api.serving import refuse_exposure
from geo.errors import ConfigurationError
from geo.settings import load_settings
from tests.test_api.helpers import Api, api, problem

SITE = "https://karte.example.org"


@pytest.fixture
def service(shared_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """A service with small limits and two allowed origins."""
    monkeypatch.setenv("FLURWERK_CORS_ORIGINS", f"{SITE}, https://example.org")
    with api(load_settings(database_url=shared_url, largest_body=1000)) as client:

        @client.app.post("/length")
        async def length(request: Request) -> int:
            return len(await request.body())

        yield client


async def chunks(number: int) -> AsyncIterator[bytes]:
    for _ in range(number):
        yield b"x" * 100


def test_a_body_is_limited_by_its_declared_and_by_its_actual_length(service: Api) -> None:
    assert service.request("POST", "/length", content=b"x" * 1000).json() == 1000
    assert "1,000 bytes" in problem(service.request("POST", "/length", content=b"x" * 1001), 413)["detail"]
    assert service.request("POST", "/length", content=chunks(10)).json() == 1000
    assert "1,000 bytes" in problem(service.request("POST", "/length", content=chunks(11)), 413)["detail"]
    understated = {"Content-Length": "5"}
    assert (
        "1,000 bytes"
        in problem(service.request("POST", "/length", content=chunks(11), headers=understated), 413)["detail"]
    )


def test_a_query_that_is_too_long_is_refused(service: Api) -> None:
    found = service.problem(414, "/api/collections", filter="x" * LONGEST_QUERY)
    assert "32,000 characters" in found["detail"]


def test_only_configured_origins_are_allowed(service: Api) -> None:
    answer = service.request("GET", "/api", headers={"Origin": SITE})
    assert answer.headers["access-control-allow-origin"] == SITE
    assert {"Link", "ETag", "Content-Crs"} <= {*answer.headers["access-control-expose-headers"].split(", ")}
    assert "access-control-allow-credentials" not in answer.headers
    other = service.request("GET", "/api", headers={"Origin": "https://other.example.org"})
    assert "access-control-allow-origin" not in other.headers
    preflight = {
        "Origin": SITE,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization, if-match",
    }
    assert service.request("OPTIONS", "/api", headers=preflight).status_code == 200


def test_no_origin_is_allowed_by_default(shared_url: str) -> None:
    with api(load_settings(database_url=shared_url)) as service:
        assert "access-control-allow-origin" not in service.request("GET", "/api", headers={"Origin": SITE}).headers


def test_internal_records_are_never_for_other_origins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise, a page of another site could read what is only for this machine."""
    monkeypatch.setenv("FLURWERK_CORS_ORIGINS", "*")
    settings = load_settings(anonymous_audience="internal")
    with pytest.raises(ConfigurationError, match="CORS_ORIGINS"):
        refuse_exposure(settings)
    assert not any("CORS" in repr(middleware) for middleware in create_app(settings).user_middleware)


@pytest.mark.parametrize("value", ["karte.example.org", "https://example.org/karte", "https://*.example.org"])
def test_an_invalid_origin_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLURWERK_CORS_ORIGINS", value)
    with pytest.raises(ConfigurationError, match="separated by commas"):
        load_settings()
