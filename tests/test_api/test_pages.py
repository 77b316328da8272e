"""The map over HTTP: for whom, in which language, and what the browser may do with it."""

import socket
from pathlib import Path

import pytest

from api.app import create_app
from geo.settings import load_settings
from tests.browser import READY, launched
from tests.test_api.helpers import Api, api, running, wait_until


def test_the_root_is_the_advisors_map_whatever_becomes_of_the_database(tmp_path: Path) -> None:
    """The page itself asks for nothing but its own files, and so can say that the service does not answer."""
    with api(load_settings(database_url="postgresql://nobody@127.0.0.1:1/nowhere", home=tmp_path)) as alone:
        response = alone.get("/")
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "style=" not in response.text
    assert "<script>" not in response.text


def test_a_basemap_is_the_only_other_host_that_the_page_may_ask(tmp_path: Path) -> None:
    style = "https://tiles.example.org/styles/grey.json"
    with api(load_settings(home=tmp_path, database_url="postgresql://127.0.0.1:1/no", basemap_style=style)) as served:
        policy = served.get("/").headers["content-security-policy"]
    assert "connect-src 'self' https://tiles.example.org;" in policy
    assert "img-src 'self' data: blob: https://tiles.example.org;" in policy
    assert policy.count("http") == 2


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
