"""Who may see the rollout, and what is refused."""

import pytest

from geo.settings import load_settings
from tests.test_api.helpers import Api, api

ROUTES = ("ahead", "progress", "timeline", "obstructions", "consents", "letters")


@pytest.mark.parametrize("url", [*(f"/api/rollout/{name}" for name in ROUTES), "/api/mobile-requests"])
def test_the_public_is_refused_and_referred_to_the_public_figures(sample_url: str, url: str) -> None:
    with api(load_settings(database_url=sample_url)) as public:
        found = public.problem(403, url)
    assert found["type"] == "urn:flurwerk:problem:records-not-public"
    assert "It needs a token for " in found["detail"]
    assert "/api/kpis" in found["detail"]


@pytest.mark.parametrize("name", ROUTES)
@pytest.mark.parametrize("on", ["2023-02-29", "31.12.2023", "1899-12-31", "2999-01-01", ""])
def test_an_invalid_or_future_day_is_refused(sample_api: Api, name: str, on: str) -> None:
    found = sample_api.problem(400, f"/api/rollout/{name}", on=on)
    assert found["type"] == "urn:flurwerk:problem:unknown-day"
    assert found["errors"][0]["parameter"] == "on"


@pytest.mark.parametrize(
    ("url", "parameter"),
    [
        ("/api/rollout/progress?by=district", "by"),
        ("/api/rollout/progress?funding=both", "funding"),
        ("/api/rollout/timeline?programme=0", "programme"),
        ("/api/rollout/timeline?programme=9223372036854775808", "programme"),
        ("/api/rollout/letters?cluster=A", "cluster"),
        ("/api/mobile-requests?on=2023-01-01", "on"),
    ],
)
def test_an_invalid_value_is_refused_by_its_parameters_name(sample_api: Api, url: str, parameter: str) -> None:
    assert sample_api.problem(400, url)["errors"][0]["parameter"] == parameter


def test_answers_must_not_be_cached(sample_api: Api) -> None:
    for url in (*(f"/api/rollout/{name}" for name in ROUTES), "/api/mobile-requests", "/api/mobile-requests/1/site"):
        assert sample_api.get(url).headers["cache-control"] == "private, no-store"
