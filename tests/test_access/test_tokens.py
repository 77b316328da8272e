"""Access tokens: accepted headers, expiry, and the audit log."""

import base64
import logging
from collections.abc import Iterator
from datetime import date, timedelta

import httpx
import psycopg
import pytest

from api.service import audit
from geo.access import Role, tokens
from geo.access.tokens import TokenError
from geo.settings import load_settings
from geo.store.database import Connection, conninfo
from tests.records import one
from tests.test_api.helpers import Api, api, problem, program

URL = "/api/collections/parties"


@pytest.fixture
def owner(database_url: str) -> Iterator[Connection]:
    """The owner's connection to the test's own database; commits every statement."""
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        yield connection


@pytest.fixture
def service(database_url: str) -> Iterator[Api]:
    """The service for that database."""
    with api(load_settings(database_url=database_url)) as client:
        yield client


def status(service: Api, authorization: str) -> int:
    return service.request("GET", URL, headers={"Authorization": authorization}).status_code


def test_a_token_is_accepted_as_bearer_or_as_password_of_any_user(owner: Connection, service: Api) -> None:
    token = tokens.create(owner, "Partner", Role.READER)
    assert service.get(URL).status_code == 404
    assert status(service, f"Bearer {token}") == 200
    assert status(service, f"bearer  {token} ") == 200
    for user in ("", "egal"):
        assert status(service, "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()) == 200


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer flw_wrong",
        "Bearer ü",
        "Basic !!!",
        "Basic " + base64.b64encode(b"user:").decode(),
        "Basic " + base64.b64encode(b"\xff:\xff").decode(),
        "Digest username=x",
        "",
    ],
)
def test_any_other_authorization_header_is_refused(service: Api, header: str) -> None:
    response = service.request("GET", URL, headers={b"Authorization": header.encode()})
    assert problem(response, 401)["detail"].startswith("The Authorization header has no token that is valid here")
    assert response.headers["www-authenticate"].startswith("Bearer")


def test_two_authorization_headers_are_refused_even_if_valid(owner: Connection, service: Api) -> None:
    token = tokens.create(owner, "Partner", Role.READER)
    twice = [("Authorization", f"Bearer {token}"), ("Authorization", f"Bearer {token}")]
    assert service.request("GET", URL, headers=twice).status_code == 401


def test_a_token_is_not_accepted_as_a_parameter(owner: Connection, service: Api) -> None:
    token = tokens.create(owner, "Partner", Role.READER)
    for name in ("token", "access_token", "key"):
        assert token not in str(service.problem(400, "/api/collections", **{name: token}))


def test_unknown_expired_and_revoked_tokens_get_the_same_response_and_the_log_says_which(
    owner: Connection, service: Api, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    expired = tokens.create(owner, "Gestern", Role.EDITOR)
    owner.execute("update flurwerk_access.tokens set expires_on = flurwerk.today() - 1 where name = 'Gestern'")
    revoked = tokens.create(owner, "Entzogen", Role.ADMIN)
    tokens.revoke(owner, "Entzogen")
    answers = {
        service.request("GET", URL, headers={"Authorization": f"Bearer {token}"}).text
        for token in ("flw_unknown-unknown", expired, revoked)
    }
    assert len(answers) == 1
    assert "unknown token" in caplog.text
    assert "expired token Gestern" in caplog.text
    assert "revoked token Entzogen" in caplog.text


def test_a_token_is_valid_through_its_last_day_unless_revoked(owner: Connection, service: Api) -> None:
    today = one(owner, "select flurwerk.today()")
    token = tokens.create(owner, "Partner", Role.READER, expires_on=today)
    assert status(service, f"Bearer {token}") == 200
    tokens.revoke(owner, "Partner")
    assert status(service, f"Bearer {token}") == 401


def test_only_the_hash_is_stored_and_the_last_use_is_recorded_once_a_minute(owner: Connection, service: Api) -> None:
    token = tokens.create(owner, "Partner", Role.READER)
    assert len(token) > 40
    assert token not in str(owner.execute("select t.*, t.hash::text from flurwerk_access.tokens as t").fetchall())
    last = "select last_used_at from flurwerk_access.tokens"
    assert one(owner, last) is None
    assert status(service, f"Bearer {token}") == 200
    first = one(owner, last)
    assert first is not None
    assert status(service, f"Bearer {token}") == 200
    assert one(owner, last) == first
    owner.execute("update flurwerk_access.tokens set last_used_at = now() - interval '2 minutes'")
    assert status(service, f"Bearer {token}") == 200
    assert one(owner, last) > first - timedelta(seconds=1)


def test_recording_the_last_use_delays_no_request(owner: Connection, service: Api, database_url: str) -> None:
    token = tokens.create(owner, "Partner", Role.READER)
    with psycopg.connect(conninfo(database_url)) as busy:
        busy.execute("update flurwerk_access.tokens set last_used_at = now() - interval '1 day'")
        assert status(service, f"Bearer {token}") == 200


def test_sign_ins_and_refusals_are_audited_without_any_secret(
    owner: Connection, service: Api, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    token = tokens.create(owner, "Landplanung", Role.READER)

    def lines(word: str) -> list[str]:
        return [
            record.getMessage() for record in caplog.records if record.name == "flurwerk.audit" and word in record.msg
        ]

    for _ in range(3):
        status(service, f"Bearer {token}")
    (line,) = lines("signed in")
    assert 'name="Landplanung" role=reader client=' in line
    assert line.endswith(f"method=GET path={URL}")
    monkeypatch.setattr(audit, "SILENCE_S", -1)
    status(service, f"Bearer {token}")
    assert len(lines("signed in")) == 2
    service.get("/api/kpis/inquiries/contributions", period="2023")
    (line,) = lines("refused")
    assert "status=403 name=- client=" in line
    assert "inquiries” are internal" in line
    status(service, "Bearer flw_someone-elses-token")
    assert len(lines("refused")) == 2
    for secret in (token, tokens.digest(token).hex(), "someone-elses"):
        assert secret not in caplog.text


def test_an_invalid_token_cannot_be_created_and_the_error_says_why(owner: Connection) -> None:
    tokens.create(owner, "Partner", Role.READER)
    for name in ("", "two\nlines", "x" * 64, " x"):
        with pytest.raises(TokenError, match="cannot be a token's name"):
            tokens.create(owner, name, Role.READER)
    with pytest.raises(TokenError, match="already"):
        tokens.create(owner, "Partner", Role.READER)
    with pytest.raises(TokenError, match="There is no layer “plts”"):
        tokens.create(owner, "other", Role.READER, layers=["plots", "plts"])
    with pytest.raises(TokenError, match="2020-01-01 is in the past"):
        tokens.create(owner, "other", Role.READER, expires_on=date(2020, 1, 1))
    with pytest.raises(TokenError, match="The tokens are: Partner"):
        tokens.revoke(owner, "Partnr")


def test_insiders_without_a_token_may_still_sign_in(owner: Connection, database_url: str) -> None:
    """If everybody on the machine is a reader, a token still gives the rights of an editor."""
    token = tokens.create(owner, "Partner", Role.EDITOR)
    with api(load_settings(database_url=database_url, anonymous_audience="internal")) as service:
        assert "email" not in service.json(f"{URL}/queryables")["properties"]
        response = service.request("GET", f"{URL}/queryables", headers={"Authorization": f"Bearer {token}"})
        assert "email" in response.json()["properties"]


def test_no_line_of_the_programs_log_contains_a_token(owner: Connection, database_url: str) -> None:
    """Neither that of the header nor one in the URL, of which the access log shows the path."""
    token = tokens.create(owner, "Partner", Role.READER)
    with program(FLURWERK_DATABASE_URL=database_url, FLURWERK_PORT="8900") as (process, url):
        for path in (URL, f"{URL}?token={token}", f"/{token}"):
            httpx.get(f"{url}{path}", headers={"Authorization": f"Bearer {token}"}, timeout=60)
        process.terminate()
        assert process.stderr is not None
        log = process.stderr.read()
    assert "signed in: name=" in log
    assert "?token HTTP/1.1" in log
    assert token not in log
