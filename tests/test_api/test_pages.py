"""The map over HTTP: for whom, in which language, and what the browser may do with it."""

import socket

import pytest

from api.app import create_app
from geo.settings import load_settings
from tests.browser import READY, launched
from tests.test_api.helpers import Api, running, wait_until


def test_the_root_leads_to_the_map(public: Api) -> None:
    response = public.get("/")
    assert (response.status_code, response.headers["location"]) == (307, "/maps/overview")


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_map_comes_as_one_page_in_the_language_asked_for(public: Api, lang: str) -> None:
    response = public.get("/maps/overview", period="2023-H2", lang=lang)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<html lang="{lang}"' in response.text
    assert "2023-H2" in response.text or "2023" in response.text


def test_the_page_may_load_nothing_from_anywhere(public: Api) -> None:
    headers = public.get("/maps/overview", period="2023-H2").headers
    policy = dict(rule.strip().split(" ", 1) for rule in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert "connect-src" not in policy
    assert not [sources for sources in policy.values() if "http" in sources or "*" in sources]
    assert headers["cache-control"] == "public, max-age=60"


def test_the_public_gets_the_public_map_only(public: Api, internal: Api) -> None:
    assert "audience" in public.problem(403, "/maps/overview", period="2023-H2", audience="internal")["detail"]
    own = internal.get("/maps/overview", period="2023-H2")
    assert own.headers["cache-control"] == "private, no-store"
    shown = internal.get("/maps/overview", period="2023-H2", audience="public")
    assert shown.headers["cache-control"] == "public, max-age=60"
    assert "intern" in own.text
    assert own.text != shown.text


@pytest.mark.parametrize("audience", ["public", "internal"])
def test_a_browser_draws_the_served_map_within_what_its_policy_allows(city_url: str, audience: str) -> None:
    app = create_app(load_settings(database_url=city_url, anonymous_audience=audience))
    complaints: list[str] = []
    asked: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener, running(app, listener), launched() as browser:
        page = browser.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(url := f"http://127.0.0.1:{listener.getsockname()[1]}/maps/overview?period=2023-H2")
        wait_until(lambda: page.evaluate(READY), 60)
    assert complaints == []
    assert [address for address in asked if not address.startswith(("data:", "blob:"))] == [url]
