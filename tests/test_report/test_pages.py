"""The report over HTTP: access, releases and drafts, files, and errors."""

from asyncio import Semaphore
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import psycopg
import pytest

from api.figures.report import files
from geo.access import Role, tokens
from geo.figures.report.document import report_of
from geo.figures.report.known import periods_to_report
from geo.periods import parse_period
from geo.settings import load_settings
from geo.store.database import Connection, conninfo
from tests.conftest import filled_database
from tests.records import insert, plot, sale, two_districts, update
from tests.test_api.helpers import Api, api, problem
from tests.test_releases.helpers import publish

READING = ("/api/reports", "/api/reports/2023-H2", "/api/reports/2023-H2/releases", "/api/reports/2023-H2/diff")


def cancelled_after_publishing(connection: Connection) -> None:
    """Publish a half-year; then cancel its only sale and set a target."""
    two_districts(connection)
    sold = sale(connection, source_id="t-1", area_m2=3200, plot=plot(connection, name="Hafen Nord"))
    connection.commit()
    publish(connection)
    update(connection, "transactions", sold, cancelled_on="2024-02-03")
    insert(connection, "targets", kpi="inquiries", period="2023-H2", value="7.5")


@pytest.fixture(scope="module")
def url(server_url: str, template: str) -> Iterator[str]:
    """A database with that half-year, for reading only."""
    with filled_database(server_url, template, "report_pages", cancelled_after_publishing) as found:
        yield found


@pytest.fixture(scope="module")
def internal(url: str) -> Iterator[Api]:
    """The service as readers see it."""
    with api(load_settings(database_url=url, anonymous_audience="internal")) as client:
        yield client


@pytest.fixture(scope="module")
def public(url: str) -> Iterator[Api]:
    """The service as the public sees it."""
    with api(load_settings(database_url=url)) as client:
        yield client


def sold(client: Api, query: str = "") -> Decimal | None:
    """The area sold in the half-year, as printed in the report at this address."""
    found = report_of(client.request("GET", f"/api/reports/2023-H2{query}").text)
    return found.line("public_land_m2").cells[-1].shown


@pytest.mark.parametrize("path", READING)
def test_the_report_is_for_insiders_for_all_its_layers(public: Api, url: str, path: str) -> None:
    found = problem(public.get(path), 403)
    assert found["type"] == "urn:flurwerk:problem:report-not-public"
    assert "Sign in" in found["detail"]
    with psycopg.connect(conninfo(url)) as connection:
        number = READING.index(path)
        whole = tokens.create(connection, f"all {number}", Role.READER)
        some = tokens.create(connection, f"some {number}", Role.READER, layers=["plots", "targets"])
    limited = public.request("GET", path, headers={"Authorization": f"Bearer {some}"})
    assert "limited to some layers" in problem(limited, 403)["detail"]
    read = public.request("GET", path, headers={"Authorization": f"Bearer {whole}"})
    assert read.status_code == 200, read.text
    assert read.headers["cache-control"].startswith("private")


def test_the_release_is_shown_unless_a_draft_is_requested(internal: Api) -> None:
    assert sold(internal) == sold(internal, "?release=1") == 3200
    assert sold(internal, "?draft=true") == 0
    assert internal.json("/api/reports/2023-H2", draft="true")["status"]["state"] == "draft"
    releases = internal.json("/api/reports/2023-H2/releases")["releases"]
    assert sold(internal, f"?as_of={releases[0]['recorded_at']}".replace("+", "%2B")) == 3200
    assert [release["number"] for release in releases] == [1]
    assert releases[0]["hash"] == internal.json("/api/reports/2023-H2")["status"]["hash"]


def test_a_release_may_be_cached_and_a_draft_may_not(internal: Api) -> None:
    tag = internal.get("/api/reports/2023-H2").headers["etag"]
    again = internal.request("GET", "/api/reports/2023-H2", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.content == b""
    draft = internal.get("/api/reports/2023-H2", draft="true").headers
    assert "etag" not in draft
    assert draft["cache-control"] == "private, no-store"


def test_the_difference_names_the_record_its_change_and_who_made_it(internal: Api) -> None:
    found = internal.json("/api/reports/2023-H2/diff", lang="de")
    (area, _) = figures = found["figures"]
    assert [figure["key"] for figure in figures] == ["public_land_m2", "public_land_plots"]
    assert (area["before"], area["after"], area["difference"], area["unit"]) == ("3200", "0", "-3200", "m²")
    (record,) = area["records"]
    assert (record["effect"], record["source_id"], record["difference"]) == ("disappeared", "t-1", "-3200")
    assert "storniert am 03.02.2024" in record["cause"]
    assert record["writes"][0]["operation"] == "update"
    assert record["writes"][0]["by"]
    (target,) = found["set_values"]
    assert (target["layer"], target["key"], target["before"], target["after"]) == ("targets", "inquiries", None, "7.5")
    assert found["after"] == {"number": None, "recorded_at": None}


def test_the_next_report_contains_a_correction(internal: Api) -> None:
    found = report_of(internal.get("/api/reports/2024-H1").text)
    (correction,) = [one for one in found.corrections if one.key == "public_land_m2"]
    assert (correction.period, correction.shown) == ("2023-H2", -3200)


@pytest.mark.parametrize(
    ("address", "status", "parameter"),
    [
        ("/api/reports/2023-H3", 400, "period"),
        ("/api/reports/drop", 400, "period"),
        ("/api/reports/2023-H2?release=2", 404, "release"),
        ("/api/reports/2023-H1?release=1", 404, "release"),
        ("/api/reports/2023-H2?release=0", 400, "release"),
        ("/api/reports/2023-H2?release=2147483648", 400, "release"),
        ("/api/reports/2023-H2?release=1&draft=true", 400, "release"),
        ("/api/reports/2023-H2?as_of=9999-01-01", 400, "as_of"),
        ("/api/reports/2023-H1/diff", 404, "release"),
        ("/api/reports/2023-H2/diff?from=2", 404, "release"),
        ("/api/reports/2023-H2/diff?to=2", 404, "release"),
        ("/api/reports/2023-H2/diff?to=yesterday", 400, "to"),
        ("/api/reports/2023-H2?relase=1", 400, "relase"),
    ],
)
def test_an_error_names_the_parameter_that_is_invalid_or_matches_nothing(
    internal: Api, address: str, status: int, parameter: str
) -> None:
    found = problem(internal.request("GET", address), status)
    assert [error["parameter"] for error in found["errors"]] == [parameter]


def test_the_listed_periods_are_those_with_records_or_releases(internal: Api) -> None:
    found = internal.json("/api/reports")
    known = {one["period"]: one for one in found["periods"]}
    assert (known["2023-H2"]["state"], known["2023-H2"]["number"]) == ("release", 1)
    assert known["2023"]["state"] == "draft"
    assert "2023-H1" not in known
    assert known["2023-H2"]["duties"] == []
    assert found["next"]["due_on"] > found["next"]["period"][:4]


def test_periods_to_report_are_half_years_and_years_that_have_begun() -> None:
    names = {"2022-Q4", "2021-03", "2024", "2030-H1"}
    found = [period.name for period in periods_to_report(names, date(2024, 3, 1))]
    assert found == ["2024", "2024-H1", "2023", "2023-H2", "2022", "2022-H2", "2021", "2021-H1"]
    assert parse_period(found[0]).year == "2024"


def test_the_pages_contain_no_records_and_follow_the_content_security_policy(public: Api) -> None:
    for path in ("/report", "/report/2023-H2", "/report/2023-H2?release=1&lang=en"):
        response = public.request("GET", path)
        assert response.status_code == 200
        assert "unsafe" not in response.headers["content-security-policy"]
        assert "style=" not in response.text
        assert "<script>" not in response.text
        assert "Hafen Nord" not in response.text
    assert '<html lang="en">' in response.text


def test_an_invalid_period_gives_a_page_with_status_404(public: Api) -> None:
    for wrong in ("2023-H3", "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E"):
        response = public.request("GET", f"/report/{wrong}")
        assert response.status_code == 404
        assert response.headers["content-type"].startswith("text/html")
        assert "<script>" not in response.text
    moved = public.request("GET", "/report/2023-h2?lang=en")
    assert (moved.status_code, moved.headers["location"]) == (308, "/report/2023-H2?lang=en")


FILES = {"xlsx": b"PK", "pdf": b"%PDF-", "csv": b""}


@pytest.mark.parametrize("form", FILES)
def test_a_document_has_its_name_and_type_and_may_be_cached(internal: Api, form: str) -> None:
    response = internal.get("/api/reports/2023-H2/file", f=form, lang="de")
    assert response.status_code == 200, response.text
    assert response.headers["content-disposition"] == f'attachment; filename="flurwerk-2023-H2.{form}"'
    assert response.headers["content-language"] == "de"
    assert response.content.startswith(FILES[form])
    again = {"If-None-Match": response.headers["etag"]}
    assert internal.request("GET", f"/api/reports/2023-H2/file?f={form}&lang=de", headers=again).status_code == 304


def test_a_drafts_file_is_named_a_draft_and_has_its_figures(internal: Api) -> None:
    draft = internal.get("/api/reports/2023-H2/file", f="json", draft="true")
    assert 'filename="flurwerk-2023-H2-entwurf.json"' in draft.headers["content-disposition"]
    assert draft.headers["cache-control"] == "private, no-store"
    assert report_of(draft.text).line("public_land_m2").cells[-1].shown == 0
    found = problem(internal.get("/api/reports/2023-H2/file", f="odt"), 400)
    assert [error["parameter"] for error in found["errors"]] == ["f"]


def test_the_maps_embed_their_fonts_and_have_alternative_text(internal: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    found = internal.json("/api/reports/2023-H2/maps", lang="en")["maps"]
    (land,) = found
    assert land["key"] == "land"
    assert "3,200" in land["alt"]
    assert "@font-face" in land["svg"]
    assert "<script" not in land["svg"]


def test_maps_are_drawn_once_until_what_they_show_changes(
    server_url: str, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[bytes] = []

    async def draw(job: bytes, _: float) -> bytes:
        drawn.append(job)
        return b"[]"

    monkeypatch.setattr(files, "show_maps", draw)
    path = "/api/reports/2023-H2/maps"
    with (
        filled_database(server_url, template, "report_maps", cancelled_after_publishing) as url,
        api(load_settings(database_url=url, anonymous_audience="internal")) as internal,
    ):
        for _ in range(2):
            internal.json(path, draft="true")
        assert len(drawn) == 1
        with psycopg.connect(conninfo(url)) as connection:
            insert(connection, "targets", kpi="public_land_m2", period="2023-H2", value="7.5")
        internal.json(path, draft="true")
        assert len(drawn) == 1, "a target is on no map"
        with psycopg.connect(conninfo(url)) as connection:
            sale(connection, source_id="t-2", area_m2=1000, plot=plot(connection, x=396000, name="Hafen Süd"))
        internal.json(path, draft="true")
        assert len(drawn) == 2


def test_a_request_that_waits_too_long_for_a_document_gets_503(internal: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "WAIT_S", 0)
    monkeypatch.setattr(internal.app.state, "service", replace(internal.app.state.service, handouts=Semaphore(0)))
    found = problem(internal.get("/api/reports/2023-H2/file", f="csv"), 503)
    assert found["type"] == "urn:flurwerk:problem:reports-busy"
