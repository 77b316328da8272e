"""Every error is answered with a problem document that says what to do and reveals nothing internal."""

import logging
import re
from pathlib import Path

import pytest

from api.service import problems
from geo.figures.kpis import answers
from geo.settings import load_settings
from tests.test_api.helpers import Api, api, problem


def error_parameters(found: dict[str, list[dict[str, str]]]) -> list[str]:
    return [error["parameter"] for error in found["errors"]]


@pytest.mark.parametrize("text", ["2023-H3", "", "23", "2023-13", "2023-H2; drop table plots"])
@pytest.mark.parametrize(
    "url", ["/api/kpis", "/api/kpis/inquiries", "/api/kpis/inquiries/contributions", "/maps/overview"]
)
def test_an_invalid_period_is_refused_with_the_known_forms(public: Api, url: str, text: str) -> None:
    found = public.problem(400, url, period=text)
    assert found["type"] == "urn:flurwerk:problem:unknown-period"
    assert "2023-Q3" in found["detail"]
    assert error_parameters(found) == ["period"]


def test_an_unknown_indicator_is_not_found_and_the_known_ones_are_named(public: Api) -> None:
    for url in ("/api/kpis/sales", "/api/kpis/sales/contributions", "/api/kpis/settlements", "/api/kpis/settlements:x"):
        found = public.problem(404, url)
        assert found["type"] == "urn:flurwerk:problem:unknown-indicator"
        assert "public_land_m2" in found["detail"]
        assert error_parameters(found) == ["key"]


@pytest.mark.parametrize(
    ("url", "parameter"),
    [
        ("/api/kpis/inquiries?by=week", "by"),
        ("/api/kpis?lang=fr", "lang"),
        ("/api/kpis/trend?periods=0", "periods"),
        ("/api/kpis/trend?periods=21", "periods"),
        ("/api/kpis/inquiries/contributions?limit=0", "limit"),
        ("/api/kpis/inquiries/contributions?limit=10001", "limit"),
        ("/api/kpis/inquiries/contributions?limit=many", "limit"),
        ("/api/kpis/inquiries/contributions?after=-1", "after"),
        ("/api/kpis/inquiries/contributions?after=9223372036854775808", "after"),
        ("/maps/overview?audience=personal", "audience"),
    ],
)
def test_a_bad_value_is_a_bad_request_that_names_the_parameter(internal: Api, url: str, parameter: str) -> None:
    found = problem(internal.request("GET", url), 400)
    assert error_parameters(found) == [parameter]
    assert parameter in found["detail"]


def test_an_unknown_parameter_is_refused_and_the_known_ones_are_named(public: Api) -> None:
    found = public.problem(400, "/api/kpis/inquiries", perod="2023")
    assert found["detail"] == "“perod” is unknown. Known parameters: by, lang, period."
    assert error_parameters(found) == ["perod"]
    assert "This resource has no parameters" in public.problem(400, "/api/health/live", x=1)["detail"]


def test_a_parameter_given_twice_is_refused(public: Api) -> None:
    found = problem(public.request("GET", "/api/kpis?period=2023&period=2024"), 400)
    assert "more than once" in found["detail"]


def test_unknown_addresses_and_methods_are_problems_too(public: Api) -> None:
    assert "/api/openapi.json" in public.problem(404, "/nowhere")["detail"]
    response = public.request("POST", "/api/kpis")
    problem(response, 405)
    assert response.headers["allow"] == "GET"


def test_an_internal_error_gives_the_caller_an_id_and_the_log_the_details(
    public: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(answers, "figures", fail)
    response = public.get("/api/kpis")
    found = problem(response, 500)
    assert "secret" not in response.text
    assert re.fullmatch("[0-9a-f]{12}", found["id"])
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert found["id"] in record.getMessage()
    assert record.exc_info
    assert response.headers["x-content-type-options"] == "nosniff"


def test_a_statement_that_takes_too_long_is_cancelled(city_url: str) -> None:
    with api(load_settings(database_url=city_url, statement_timeout_s=0.001)) as client:
        response = client.get("/api/kpis", period="2023")
        found = problem(response, 503)
    assert found["type"] == "urn:flurwerk:problem:statement-timeout"
    assert int(response.headers["retry-after"]) > 0


def test_a_database_that_was_not_migrated_is_reported_as_such(server_url: str, tmp_path: Path) -> None:
    with api(load_settings(database_url=server_url, home=tmp_path)) as client:
        assert client.json("/api/health/live") == {"status": "alive"}
        for url in ("/api/health/ready", "/api/kpis", "/maps/overview"):
            found = client.problem(503, url)
            assert found["type"] == "urn:flurwerk:problem:not-migrated"
            assert "flurwerk migrate" in found["detail"]


def test_a_migrated_database_is_ready(public: Api) -> None:
    assert public.json("/api/health/ready") == {"status": "ready"}
    assert public.get("/api/health/ready").headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "url", ["/", "/api/kpis", "/api/openapi.json", "/nowhere", "/api/kpis?x=1", "/api/health/live"]
)
def test_every_response_carries_the_security_headers(public: Api, url: str) -> None:
    headers = public.request("GET", url).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["cache-control"]


def test_head_answers_like_get_without_a_body(public: Api) -> None:
    get, head = (public.request(method, "/api/kpis?period=2023") for method in ("GET", "HEAD"))
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers == get.headers


def test_large_responses_are_compressed_if_the_client_accepts_it(public: Api) -> None:
    plain = public.request("GET", "/api/kpis?period=2023", headers={"Accept-Encoding": "identity"})
    compressed = public.request("GET", "/api/kpis?period=2023", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert compressed.headers["content-encoding"] == "gzip"
    assert compressed.json() == plain.json()
    assert int(compressed.headers["content-length"]) < len(plain.content)


def test_the_openapi_document_describes_every_route_with_its_errors(public: Api) -> None:
    # Here with their full paths; test_ogc/test_openapi.py covers the document as served.
    document = public.app.openapi()
    assert set(document["paths"]) == {
        "/api",
        "/api/attachments",
        "/api/attachments/{attachmentId}/content",
        "/api/activity",
        "/api/activity/read",
        "/api/changes",
        "/api/changes/batch",
        "/api/changes/batch/undo",
        "/api/changes/latest",
        "/api/changes/own",
        "/api/changes/own/undo",
        "/api/changes/stream",
        "/api/collections",
        "/api/deliveries",
        "/api/deliveries/{delivery}",
        "/api/deliveries/{delivery}/inspection",
        "/api/deliveries/{delivery}/load",
        "/api/loads",
        "/api/loads/{load}/undo",
        "/api/looks",
        "/api/overlays/{overlay}/info",
        "/api/collections/{collectionId}",
        "/api/collections/{collectionId}/items",
        "/api/collections/{collectionId}/queryables",
        "/api/collections/{collectionId}/schema",
        "/api/collections/{collectionId}/items/{featureId}",
        "/api/collections/{collectionId}/items/{featureId}/history",
        "/api/collections/{collectionId}/tiles",
        "/api/collections/{collectionId}/tiles/{tileMatrixSetId}",
        "/api/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
        "/api/conformance",
        "/api/dcat",
        "/api/demand",
        "/api/health/live",
        "/api/health/ready",
        "/api/inquiries/{inquiryId}/matches",
        "/api/kpis",
        "/api/kpis/trend",
        "/api/plots/{plotId}/expose",
        "/api/shortlist",
        "/api/kpis/{key}",
        "/api/kpis/{key}/contributions",
        "/api/land-supply",
        "/api/plots/{plotId}/cut",
        "/api/reports",
        "/api/reports/{period}",
        "/api/reports/{period}/diff",
        "/api/reports/{period}/documents/{document}",
        "/api/reports/{period}/file",
        "/api/reports/{period}/maps",
        "/api/reports/{period}/parts",
        "/api/reports/{period}/releases",
        "/api/session",
        "/api/mobile-requests",
        "/api/mobile-requests/{requestId}/site",
        "/api/rollout/ahead",
        "/api/rollout/consents",
        "/api/rollout/handovers",
        "/api/rollout/handovers/{number}/undo",
        "/api/rollout/letters",
        "/api/rollout/obstructions",
        "/api/rollout/obstructions/places",
        "/api/rollout/progress",
        "/api/rollout/timeline",
        "/api/plots/{plotId}/surroundings",
        "/api/reservations/due",
        "/api/saved-searches",
        "/api/saved-searches/{searchId}",
        "/api/search",
        "/api/shortlists",
        "/api/shortlists/{shortlistId}",
        "/api/shortlists/{shortlistId}/plots",
        "/api/watches",
        "/api/watches/digest",
        "/api/watches/looked",
        "/api/watches/{watchId}",
        "/api/matches",
        "/api/plots/{plotId}/inquiries",
        "/api/tileMatrixSets",
        "/api/tileMatrixSets/{tileMatrixSetId}",
        "/api/tiles",
        "/api/tiles/{tileMatrixSetId}",
        "/api/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
        "/maps/cells",
        "/maps/interactive",
        "/maps/overview",
    }
    for operation in (operation for path in document["paths"].values() for operation in path.values()):
        assert operation["description"]
        assert "HTTPValidationError" not in str(operation["responses"])
        for status in ("400", "500"):
            assert problems.MEDIA_TYPE in operation["responses"][status]["content"]
        assert all(parameter["description"] for parameter in operation.get("parameters", []))
    named = set(re.findall(r"#/components/schemas/(\w+)", public.get("/api/openapi.json").text))
    assert named == set(document["components"]["schemas"])


def test_there_are_no_pages_that_load_scripts_from_elsewhere(public: Api) -> None:
    for url in ("/docs", "/redoc"):
        public.problem(404, url)
