"""The documents of a scheduled draft over HTTP, for insiders on every host."""

from collections.abc import Iterator
from datetime import date

import pytest

from geo.figures.report.documents import Document
from geo.figures.report.schedule import run_due_duties
from geo.settings import load_settings
from geo.store.database import Connection
from tests.conftest import filled_database
from tests.test_api.helpers import Api, api, problem

NAME = "flurwerk-2023-H2-entwurf.pdf"
URL = f"/api/reports/2023-H2/documents/{NAME}"
PDF = b"%PDF-1.7\x00\xff"


def drafted(connection: Connection) -> None:
    """Keep a draft of two documents."""
    documents = [Document(NAME, "application/pdf", PDF), Document("a.html", "text/html; charset=utf-8", b"<p>")]
    run_due_duties(connection, lambda _: documents, date(2024, 1, 2), by="anna on app1")


@pytest.fixture(scope="module")
def url(server_url: str, template: str) -> Iterator[str]:
    """A database with that draft, for reading only."""
    with filled_database(server_url, template, "report_drafts", drafted) as found:
        yield found


@pytest.fixture(scope="module")
def internal(url: str) -> Iterator[Api]:
    """The service as readers see it."""
    with api(load_settings(database_url=url, anonymous_audience="internal")) as client:
        yield client


def test_the_periods_list_the_documents_of_their_draft(internal: Api) -> None:
    (period,) = (one for one in internal.json("/api/reports")["periods"] if one["documents"])
    assert period["period"] == "2023-H2"
    found = [{name: one[name] for name in ("name", "media_type", "size", "made_by")} for one in period["documents"]]
    assert found == [
        {"name": "a.html", "media_type": "text/html; charset=utf-8", "size": 3, "made_by": "anna on app1"},
        {"name": NAME, "media_type": "application/pdf", "size": len(PDF), "made_by": "anna on app1"},
    ]


def test_a_document_is_downloaded_byte_for_byte_and_once_while_it_stays(internal: Api) -> None:
    response = internal.get(URL)
    assert (response.status_code, response.content) == (200, PDF)
    headers = response.headers
    assert headers["content-type"] == "application/pdf"
    assert headers["content-disposition"] == f'attachment; filename="{NAME}"'
    assert headers["cache-control"] == "private, no-cache"
    again = internal.request("GET", URL, headers={"If-None-Match": headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_page_among_the_documents_is_never_shown_as_one_of_the_service(internal: Api) -> None:
    headers = internal.get("/api/reports/2023-H2/documents/a.html").headers
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["content-disposition"].startswith("attachment;")
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("address", "status", "parameter"),
    [
        ("/api/reports/2023-H2/documents/b.html", 404, "document"),
        (f"/api/reports/2024-H1/documents/{NAME}", 404, "document"),
        ("/api/reports/2023-H2/documents/%00", 400, "document"),
        ("/api/reports/2023-H2/documents/..%5Ca", 400, "document"),
        (f"/api/reports/2023-H3/documents/{NAME}", 400, "period"),
        (f"{URL}?draft=true", 400, "draft"),
    ],
)
def test_an_error_names_the_parameter_that_is_invalid_or_matches_nothing(
    internal: Api, address: str, status: int, parameter: str
) -> None:
    found = problem(internal.request("GET", address), status)
    assert [error["parameter"] for error in found["errors"]] == [parameter]


def test_the_public_gets_neither_a_document_nor_word_of_it(url: str) -> None:
    with api(load_settings(database_url=url)) as public:
        for address in (URL, "/api/reports/2023-H2/documents/b.html"):
            assert problem(public.get(address), 403)["type"] == "urn:flurwerk:problem:report-not-public"
