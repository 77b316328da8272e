"""The maps over HTTP: audiences, languages and the content security policy."""

import socket
from pathlib import Path

import pytest

from api.app import create_app
from geo.settings import load_settings
from tests.browser import READY, launched
from tests.test_api.helpers import Api, api, running, wait_until


def test_the_root_is_the_advisors_map_even_without_a_database(tmp_path: Path) -> None:
    """The page needs only its own files, so it can report that the service does not respond."""
    with api(load_settings(database_url="postgresql://nobody@127.0.0.1:1/nowhere", home=tmp_path)) as client:
        response = client.get("/")
    assert response.status_code == 200
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "style=" not in response.text
    assert "<script>" not in response.text


@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_map_is_one_page_in_the_requested_language(public: Api, lang: str) -> None:
    response = public.get("/maps/overview", period="2023-H2", lang=lang)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<html lang="{lang}"' in response.text
    assert "2023-H2" in response.text or "2023" in response.text


def test_the_page_may_load_nothing_from_other_hosts(public: Api) -> None:
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
def test_a_browser_draws_the_map_within_its_policy(city_url: str, audience: str) -> None:
    app = create_app(load_settings(database_url=city_url, anonymous_audience=audience))
    errors: list[str] = []
    requested: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener, running(app, listener), launched() as browser:
        page = browser.new_page()
        page.on(
            "console", lambda message: errors.append(message.text) if message.type in {"error", "warning"} else None
        )
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("request", lambda request: requested.append(request.url))
        page.goto(url := f"http://127.0.0.1:{listener.getsockname()[1]}/maps/overview?period=2023-H2")
        wait_until(lambda: page.evaluate(READY), 60)
    assert errors == []
    assert [address for address in requested if not address.startswith(("data:", "blob:"))] == [url]
