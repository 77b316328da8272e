"""Sessions of the web page: what the cookie permits and for how long, CSRF protection, and the audit log."""

import logging
from collections.abc import Iterator
from datetime import datetime
from http.cookies import Morsel, SimpleCookie
from typing import Any, NamedTuple

import httpx
import psycopg
import pytest

from api.service import assets
from api.service.callers import COOKIE, CSRF_HEADER
from geo.access import Role, sessions, tokens
from geo.settings import load_settings
from geo.store.database import Connection, conninfo
from tests.records import one
from tests.test_access.helpers import CALLERS
from tests.test_api.helpers import Api, api, problem

URL = "/api/session"
PARTIES = "/api/collections/parties"
OPERATORS = "/api/collections/operators/items"
OPERATOR = {"type": "Feature", "geometry": None, "properties": {"name": "Netz GmbH", "kind": "carrier"}}
CHROMIUM = {"Sec-Fetch-Site": "same-origin", "Origin": "http://test"}


class SignedIn(NamedTuple):
    """A browser after signing in: the secret in its cookie, and the session as returned to the page."""

    secret: str
    session: dict[str, Any]

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a reading request."""
        return {"Cookie": f"{COOKIE}={self.secret}"}

    @property
    def writing(self) -> dict[str, str]:
        """The headers of a writing request."""
        return self.headers | CHROMIUM | {CSRF_HEADER: self.session["csrf"]}


@pytest.fixture
def database_url(districts_url: str) -> str:
    """A database of the test's own with two districts."""
    return districts_url


@pytest.fixture
def owner(database_url: str) -> Iterator[Connection]:
    """The owner's connection to that database; commits every statement."""
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        yield connection


@pytest.fixture
def service(database_url: str, owner: Connection) -> Iterator[Api]:
    """The service for that database."""
    with api(load_settings(database_url=database_url)) as client:
        yield client


def cookie(response: httpx.Response) -> Morsel[str]:
    """The cookie that a response sets."""
    return SimpleCookie(response.headers["set-cookie"])[COOKIE]


def deletes_cookie(response: httpx.Response) -> bool:
    return cookie(response).value == "" and cookie(response)["max-age"] == "0"


def sign_in(service: Api, token: str, **headers: str) -> SignedIn:
    """Sign in from a new browser, unless the headers contain a cookie."""
    response = service.request("POST", URL, json={"token": token}, headers={"Cookie": "other=1"} | headers)
    assert response.status_code == 200, response.text
    return SignedIn(cookie(response).value, response.json())


def editor(service: Api, owner: Connection, name: str = "Erika") -> SignedIn:
    return sign_in(service, tokens.create(owner, name, Role.EDITOR))


def test_a_token_becomes_a_cookie_that_no_script_and_no_other_site_gets(owner: Connection, service: Api) -> None:
    token = tokens.create(owner, "Rita", Role.READER, layers=["plots", "parties"])
    response = service.request("POST", URL, json={"token": token}, headers=CHROMIUM)
    found = cookie(response)
    assert (found["path"], found["httponly"], found["samesite"]) == ("/", True, "strict")
    assert not found["secure"]
    assert not found["domain"]
    session = response.json()
    assert (session["name"], session["role"], session["layers"]) == ("Rita", "reader", ["parties", "plots"])
    remaining = datetime.fromisoformat(session["expires_at"]) - datetime.now().astimezone()
    assert 11.9 < remaining.total_seconds() / 3600 <= 12
    assert response.headers["cache-control"] == "no-store"
    assert token not in response.text + str(response.headers)
    assert found.value not in response.text


def test_over_https_the_cookie_is_for_https_only(owner: Connection, service: Api) -> None:
    token = tokens.create(owner, "Rita", Role.READER)
    response = service.request("POST", f"https://test{URL}", json={"token": token})
    assert cookie(response)["secure"]


def test_the_cookie_grants_what_the_token_grants(owner: Connection, service: Api) -> None:
    assert service.get(PARTIES).status_code == 404
    signed_in = editor(service, owner)
    answer = service.request("GET", PARTIES, headers=signed_in.headers)
    assert answer.status_code == 200
    assert "email" in service.request("GET", f"{PARTIES}/queryables", headers=signed_in.headers).json()["properties"]
    tile = service.request("GET", "/api/tiles/WebMercatorQuad/0/0/0", headers=signed_in.headers)
    assert tile.status_code == 200
    for found in (answer, tile):
        assert "private" in found.headers["cache-control"]
        assert {"Cookie", "Authorization"} <= {*found.headers["vary"].split(", ")}
    assert "Cookie" in service.get("/api/kpis").headers["vary"]


def test_scripts_and_styles_may_be_cached_whoever_signs_in(owner: Connection, service: Api) -> None:
    signed_in = editor(service, owner)
    for headers in ({}, signed_in.headers):
        cached = service.request("GET", assets.path("web/js/main.js"), headers=headers).headers
        assert cached["cache-control"].startswith("public")
        assert "Cookie" not in cached["vary"]


@pytest.mark.parametrize("name", [name for name, caller in CALLERS.items() if caller.name])
def test_every_role_sees_by_cookie_what_it_sees_by_token(service: Api, owner: Connection, name: str) -> None:
    caller = CALLERS[name]
    layers = sorted(caller.layers) if caller.layers else None
    token = tokens.create(owner, name, caller.role, layers=layers)
    signed_in = sign_in(service, token)
    assert (signed_in.session["role"], signed_in.session["layers"]) == (caller.role.value, layers)
    for path in ("/api/collections", "/api/collections/plots/schema", f"{PARTIES}/items"):
        by_token, by_cookie = (
            service.request("GET", path, headers=headers)
            for headers in ({"Authorization": f"Bearer {token}"}, signed_in.headers)
        )
        assert by_cookie.status_code == by_token.status_code
        assert by_cookie.status_code == 404 or by_cookie.json().keys() == by_token.json().keys()
    listed = service.request("GET", "/api/collections", headers=signed_in.headers).json()["collections"]
    assert [one["id"] for one in listed] == [layer.key for layer in caller.visible_layers()]


def test_a_token_in_the_header_takes_precedence_over_the_cookie(owner: Connection, service: Api) -> None:
    """A GIS client sends its configured token, regardless of any session in a browser."""
    signed_in = editor(service, owner)
    reader = {"Authorization": f"Bearer {tokens.create(owner, 'Rita', Role.READER)}"}
    session = service.request("GET", URL, headers=signed_in.headers | reader).json()
    assert (session["name"], session["csrf"]) == ("Rita", None)
    assert service.request("GET", PARTIES, headers=signed_in.headers | {"Authorization": "Bearer x"}).status_code == 401


def test_the_page_can_read_its_current_session(owner: Connection, service: Api, database_url: str) -> None:
    anonymous = {"name": None, "role": "public", "layers": None, "expires_at": None, "csrf": None}
    assert service.json(URL) == anonymous
    signed_in = editor(service, owner)
    assert service.request("GET", URL, headers=signed_in.headers).json() == signed_in.session
    with api(load_settings(database_url=database_url, anonymous_audience="internal")) as internal:
        assert internal.json(URL) == anonymous | {"role": "reader"}
        assert internal.request("GET", URL, headers=signed_in.headers).json()["role"] == "editor"


def test_writing_by_cookie_requires_the_csrf_token(owner: Connection, service: Api) -> None:
    signed_in, other = editor(service, owner), editor(service, owner, "Anna")
    for given in (None, "", "x", other.session["csrf"], "ü"):
        headers = signed_in.headers | CHROMIUM | ({} if given is None else {CSRF_HEADER: given.encode()})
        found = problem(service.request("POST", OPERATORS, json=OPERATOR, headers=headers), 403)
        assert found["type"] == "urn:flurwerk:problem:csrf"
        assert found["errors"][0]["parameter"] == CSRF_HEADER
    assert one(owner, "select count(*) from flurwerk.operators") == 0
    assert service.request("POST", OPERATORS, json=OPERATOR, headers=signed_in.writing).status_code == 201
    assert one(owner, "select recorded_by from flurwerk.operators") == "Erika"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://other.example.org"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://other.example.org"},
        {"Sec-Fetch-Site": "none", "Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "https://other.example.org"},
        {"Sec-Fetch-Site": "", "Origin": "null"},
    ],
)
def test_no_page_of_another_site_can_write_or_sign_in_or_out(
    owner: Connection, service: Api, headers: dict[str, str]
) -> None:
    token = tokens.create(owner, "Rita", Role.READER)
    signed_in = editor(service, owner)
    for method, url, body in (
        ("POST", OPERATORS, OPERATOR),
        ("POST", URL, {"token": token}),
        ("DELETE", URL, None),
    ):
        found = problem(service.request(method, url, json=body, headers=signed_in.writing | headers), 403)
        assert found["type"] == "urn:flurwerk:problem:other-site"
    assert service.request("GET", PARTIES, headers=signed_in.headers).status_code == 200


def test_writing_by_token_needs_no_csrf_token_and_may_come_from_another_site(owner: Connection, service: Api) -> None:
    bearer = {"Authorization": f"Bearer {tokens.create(owner, 'QGIS', Role.EDITOR)}", "Origin": "https://example.org"}
    assert service.request("POST", OPERATORS, json=OPERATOR, headers=bearer).status_code == 201


def test_a_reader_cannot_write_by_cookie_either(owner: Connection, service: Api) -> None:
    signed_in = sign_in(service, tokens.create(owner, "Rita", Role.READER))
    problem(service.request("POST", OPERATORS, json=OPERATOR, headers=signed_in.writing), 403)


def test_signing_out_ends_the_session_on_the_server(owner: Connection, service: Api) -> None:
    signed_in = editor(service, owner)
    problem(service.request("DELETE", URL, headers=signed_in.headers | CHROMIUM), 403)
    response = service.request("DELETE", URL, headers=signed_in.writing)
    assert response.status_code == 204
    assert deletes_cookie(response)
    assert one(owner, "select count(*) from flurwerk_access.sessions") == 0
    problem(service.request("GET", PARTIES, headers=signed_in.headers), 401)
    # Signing out again is harmless, and so is signing out without a session.
    assert service.request("DELETE", URL, headers=signed_in.writing).status_code == 204
    assert service.request("DELETE", URL).status_code == 204


def test_signing_in_again_ends_the_previous_session(owner: Connection, service: Api) -> None:
    first = editor(service, owner)
    second = sign_in(service, tokens.create(owner, "Anna", Role.EDITOR), **first.headers)
    assert second.secret != first.secret
    assert one(owner, "select string_agg(token, ',') from flurwerk_access.sessions") == "Anna"


ENDS = {
    "revoked": "update flurwerk_access.tokens set revoked_at = now()",
    "expired": "update flurwerk_access.tokens set expires_on = flurwerk.today() - 1",
    "ended": "update flurwerk_access.sessions set expires_at = now()",
    "unknown": "delete from flurwerk_access.tokens",
}


@pytest.mark.parametrize("state", ENDS)
def test_a_session_ends_at_once_and_locks_nobody_out(
    owner: Connection, service: Api, caplog: pytest.LogCaptureFixture, state: str
) -> None:
    """With its token, or after its time: one clear refusal deletes the cookie, and the page becomes anonymous."""
    signed_in = editor(service, owner)
    owner.execute(ENDS[state].encode())
    for method, url, headers in (("GET", PARTIES, signed_in.headers), ("POST", OPERATORS, signed_in.writing)):
        response = service.request(method, url, headers=headers)
        found = problem(response, 401)
        assert found["type"] == "urn:flurwerk:problem:session-ended"
        assert "Sign in again" in found["detail"]
        assert deletes_cookie(response)
    assert f"{state} session" in caplog.text
    response = service.request("GET", URL, headers=signed_in.headers)
    assert (response.status_code, response.json()["role"], response.json()["csrf"]) == (200, "public", None)
    assert deletes_cookie(response)
    assert service.request("DELETE", URL, headers=signed_in.writing).status_code == 204
    renewed = sign_in(service, tokens.create(owner, "Anna", Role.EDITOR), **signed_in.headers)
    assert service.request("GET", PARTIES, headers=renewed.headers).status_code == 200


def test_a_session_ends_with_the_last_day_of_its_token(owner: Connection, service: Api) -> None:
    token = tokens.create(owner, "Heute", Role.READER, expires_on=one(owner, "select flurwerk.today()"))
    ends = datetime.fromisoformat(sign_in(service, token).session["expires_at"])
    midnight = one(owner, "select (flurwerk.today() + 1)::timestamp at time zone 'Europe/Berlin'")
    assert ends <= midnight


def test_an_invalid_token_is_refused_and_not_repeated_in_the_response(
    owner: Connection, service: Api, caplog: pytest.LogCaptureFixture
) -> None:
    revoked = tokens.create(owner, "Entzogen", Role.ADMIN)
    tokens.revoke(owner, "Entzogen")
    answers = [service.request("POST", URL, json={"token": token}) for token in (revoked, "flw_unknown-unknown")]
    assert len({answer.text for answer in answers}) == 1
    assert "set-cookie" not in answers[0].headers
    assert problem(answers[0], 401)["detail"].startswith("This token is not valid here")
    assert "revoked token Entzogen" in caplog.text
    for body in ({}, {"token": ""}, {"token": 7}, {"token": "x" * 201}, [], b"{", b'{"token":"\\ud800"}'):
        sent = {"content": body} if isinstance(body, bytes) else {"json": body}
        response = service.request("POST", URL, headers={"Content-Type": "application/json"}, **sent)
        problem(response, 400)
        assert "xxx" not in response.text
    problem(service.request("GET", PARTIES, headers={"Cookie": f"{COOKIE}=flw_session_ü".encode()}), 401)


def test_the_audit_log_has_sign_ins_and_sign_outs_and_no_log_has_a_secret(
    owner: Connection, service: Api, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = tokens.create(owner, "Erika", Role.EDITOR)
    signed_in = sign_in(service, token)
    service.request("GET", PARTIES, headers=signed_in.headers)
    service.request("POST", OPERATORS, json=OPERATOR, headers=signed_in.headers)
    service.request("DELETE", URL, headers=signed_in.writing)
    service.request("GET", PARTIES, headers=signed_in.headers)
    lines = [record.getMessage() for record in caplog.records if record.name == "flurwerk.audit"]
    started, no_csrf, ended, unknown = lines
    assert started.startswith('session started: name="Erika" role=editor client=')
    assert no_csrf.startswith('refused: status=403 name="Erika" client=')
    assert ended.startswith('session ended: name="Erika" client=')
    assert 'reason="unknown session"' in unknown
    for secret in (token, signed_in.secret, tokens.digest(signed_in.secret).hex(), signed_in.session["csrf"]):
        assert secret not in caplog.text


def test_only_the_hash_is_stored_and_the_last_use_is_recorded_once_a_minute(owner: Connection, service: Api) -> None:
    signed_in = editor(service, owner)
    assert signed_in.secret.startswith(sessions.SECRET_PREFIX)
    assert signed_in.secret not in str(
        owner.execute("select s.*, s.hash::text from flurwerk_access.sessions as s").fetchall()
    )
    last = "select last_used_at from flurwerk_access.{}"
    first = one(owner, last.format("sessions"))
    service.request("GET", PARTIES, headers=signed_in.headers)
    assert one(owner, last.format("sessions")) == first
    owner.execute("update flurwerk_access.sessions set last_used_at = now() - interval '2 minutes'")
    owner.execute("update flurwerk_access.tokens set last_used_at = null")
    service.request("GET", PARTIES, headers=signed_in.headers)
    assert one(owner, last.format("sessions")) > first
    assert one(owner, last.format("tokens")) > first


def test_expired_sessions_are_deleted_by_the_next_sign_in(owner: Connection, service: Api) -> None:
    editor(service, owner)
    owner.execute("update flurwerk_access.sessions set expires_at = now() - interval '1 second'")
    editor(service, owner, "Anna")
    assert one(owner, "select string_agg(token, ',') from flurwerk_access.sessions") == "Anna"
