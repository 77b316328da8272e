"""Matches from the service: what each caller sees, and what is refused."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from geo.access import Caller, Role
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.records import one
from tests.test_api.helpers import Api, api, problem
from tests.test_editing.helpers import api_as

URL = "/api/matches"
CALL = {
    "min_m2": 8000,
    "zoning": "GE",
    "divisible": True,
    "fibre_required": True,
    "access": "motorway",
    "needed_by": "2027-03-31",
}
BIGGEST = 2**63 - 1


@pytest.fixture(scope="module")
def reader(sample_url: str) -> Iterator[Api]:
    """The sample city as insiders see it."""
    with api(load_settings(database_url=sample_url, anonymous_audience="internal")) as client:
        yield client


@pytest.fixture(scope="module")
def public(sample_url: str) -> Iterator[Api]:
    """The sample city as the public sees it."""
    with api(load_settings(database_url=sample_url)) as client:
        yield client


@pytest.fixture(scope="module")
def waiting(sample_url: str) -> int:
    """An open inquiry that wants GE land."""
    with psycopg.connect(conninfo(sample_url)) as connection:
        return one(connection, "select min(inquiry) from wanted_land where zoning = 'GE'")


def post(client: Api, url: str = URL, **body: Any) -> dict[str, Any]:
    """Send a request that must succeed and return its answer."""
    response = client.request("POST", url, json=body)
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "private, no-store"
    return response.json()


def refusal(client: Api, **body: Any) -> dict[str, Any]:
    """Send a body that must be refused and return the problem document."""
    return problem(client.request("POST", URL, json=body), 400)


def test_the_call_is_answered_with_ranked_plots_and_reasons(reader: Api) -> None:
    found = post(reader, **CALL, limit=5)
    assert found["offered"] == found["matched"] + found["excluded"] > 100
    assert len(found["matches"]) == 5
    assert [match["rank"] for match in found["matches"]] == [1, 2, 3, 4, 5]
    assert [match["score"] for match in found["matches"]] == sorted(
        (match["score"] for match in found["matches"]), reverse=True
    )
    criteria = ["size", "zoning", "divisible", "fibre", "access", "needed_by", "restrictions", "reservation"]
    for match in found["matches"]:
        assert [one["key"] for one in match["criteria"]] == criteria
        assert not match["fails"]
        assert all(one["reason"] for one in match["criteria"])
        assert match["plot"]["zoning"] in ("GE", "G", "GEe", "par34")
    assert found["inquiry"] | {"districts": None} == dict.fromkeys(found["inquiry"]) | CALL | {"min_m2": 8000}
    assert found["excluded_plots"] == []
    assert found["plot"] is None


def test_weights_are_reported_and_can_be_changed(reader: Api) -> None:
    default = {one["key"]: one for one in post(reader, **CALL)["criteria"]}
    assert (default["fibre"]["weight"], default["fibre"]["hard"], default["fibre"]["asked"]) == (2, False, True)
    assert (default["size"]["hard"], default["budget"]["asked"]) == (True, False)
    assert default["size"]["excluded"] > 0
    changed = post(reader, **CALL, weights={"fibre": 5.5}, hard=["fibre"], reaches={"fibre": [10, 20]})
    after = {one["key"]: one for one in changed["criteria"]}
    assert (after["fibre"]["weight"], after["fibre"]["hard"], after["size"]["hard"]) == (5.5, True, False)
    assert (after["fibre"]["default_weight"], after["fibre"]["default_hard"]) == (2, False)
    assert after["fibre"]["excluded"] == changed["excluded"] > 0


def test_excluded_plots_are_listed_with_reasons_on_request(reader: Api) -> None:
    found = post(reader, **CALL, excluded=1000)
    assert len(found["excluded_plots"]) == found["excluded"]
    for match in found["excluded_plots"]:
        assert match["rank"] is None
        verdicts = {one["key"]: one for one in match["criteria"]}
        assert all(verdicts[key]["hard"] and verdicts[key]["fit"] == "does_not_fit" for key in match["fails"])
    last = found["excluded_plots"][-1]
    assert post(reader, **CALL, plot=last["plot"]["id"])["plot"] == last
    assert post(reader, **CALL, plot=BIGGEST)["plot"] is None


def test_if_nothing_matches_the_nearest_misses_are_listed(reader: Api) -> None:
    found = post(reader, min_m2=5_000_000)
    assert (found["matched"], found["matches"]) == (0, [])
    assert len(found["excluded_plots"]) == 5
    assert found["excluded_plots"][0]["criteria"][0]["reason"].endswith("5.000.000 m² gesucht")
    assert post(reader, min_m2=5_000_000, excluded=0)["excluded_plots"] == []


def test_distances_to_the_network_are_hidden_from_the_public(public: Api, reader: Api) -> None:
    found = post(public, **CALL, limit=1000)
    assert found["matched"] == post(reader, **CALL)["matched"]
    for match in found["matches"]:
        verdicts = {one["key"]: one for one in match["criteria"]}
        assert (verdicts["fibre"]["fit"], verdicts["fibre"]["degree"]) == ("unknown", None)
        assert verdicts["fibre"]["reason"] == "nicht öffentlich"
        assert verdicts["access"]["reason"].startswith("Autobahnanschlussstelle in ")
    assert post(public, **CALL, hard=["fibre"])["excluded"] == 0


def test_a_token_for_some_layers_shows_only_what_these_show(sample_url: str) -> None:
    some = Caller(Role.READER, "some", frozenset({"plots", "trenches", "inquiries", "access_points"}))
    with api_as(some, load_settings(database_url=sample_url)) as client:
        verdicts = {one["key"]: one for one in post(client, **CALL)["matches"][0]["criteria"]}
    assert verdicts["fibre"]["reason"] == "nicht öffentlich"
    assert "Anschlussstelle" in verdicts["access"]["reason"]


def test_a_recorded_inquiry_is_answered_like_a_body_with_its_columns(reader: Api, waiting: int) -> None:
    found = reader.json(f"/api/inquiries/{waiting}/matches", limit=3, weights="size:5", hard="zoning", plot=1)
    body = {name: value for name, value in found["inquiry"].items() if name not in ("id", "number", "place")}
    if found["inquiry"]["place"]:
        body["geometry"] = {"type": "Point", "coordinates": found["inquiry"]["place"]}
    assert found["inquiry"]["id"] == waiting
    sent = post(reader, **body, limit=3, weights={"size": 5}, hard=["zoning"])
    assert [one["plot"]["id"] for one in sent["matches"]] == [one["plot"]["id"] for one in found["matches"]]
    assert sent["criteria"] == found["criteria"]


def test_a_plots_inquiries_are_those_that_it_would_serve(reader: Api, waiting: int) -> None:
    best = reader.json(f"/api/inquiries/{waiting}/matches", limit=1)["matches"][0]
    found = reader.json(f"/api/plots/{best['plot']['id']}/inquiries", limit=1000, excluded=3)
    assert found["waiting"] > found["served"] + 3 > 3
    assert len(found["inquiries"]) == found["served"]
    assert len(found["excluded_inquiries"]) == 3
    (same,) = [one for one in found["inquiries"] if one["inquiry"]["id"] == waiting]
    assert (same["score"], same["criteria"]) == (best["score"], best["criteria"])
    assert found["plot"] == best["plot"]


def test_answers_are_english_on_request(reader: Api) -> None:
    found = post(reader, f"{URL}?lang=en", **CALL, limit=1)
    assert found["criteria"][0]["label"] == "Size"
    assert "m² left" in found["matches"][0]["criteria"][0]["reason"]


def test_the_public_sees_no_inquiries(public: Api) -> None:
    for url in ("/api/inquiries/1/matches", "/api/plots/1/inquiries"):
        assert public.problem(403, url)["type"] == "urn:flurwerk:problem:records-not-public"


def test_an_unknown_inquiry_or_plot_is_not_found(reader: Api) -> None:
    for url, name in (
        (f"/api/inquiries/{BIGGEST}/matches", "inquiryId"),
        (f"/api/plots/{BIGGEST}/inquiries", "plotId"),
    ):
        assert reader.problem(404, url)["errors"][0]["parameter"] == name


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("min_m2", 0),
        ("min_m2", "much"),
        ("min_m2", 1e-300),
        ("budget_eur_m2", 5e-324),
        ("zoning", "GX"),
        ("tenure", "steal"),
        ("access", "moon"),
        ("needed_by", "spring"),
        ("near_m", -1),
        ("districts", "Hörde"),
        ("use", "x" * 501),
        ("weights", {"colour": 1}),
        ("weights", {"size": 11}),
        ("hard", ["colour"]),
        ("reaches", {"fibre": [5, 1]}),
        ("reaches", {"fibre": [5]}),
        ("limit", 0),
        ("limit", 1001),
        ("plot", 0),
        ("colour", "red"),
    ],
)
def test_a_bad_member_is_refused_by_name(public: Api, member: str, value: object) -> None:
    found = refusal(public, **{member: value})
    assert {error["parameter"].split(".")[0] for error in found["errors"]} == {member}


def test_contradicting_areas_are_refused(public: Api) -> None:
    assert refusal(public, min_m2=2, max_m2=1)["errors"][0]["parameter"] == "max_m2"


@pytest.mark.parametrize("coordinates", [[7.4], [7.4, 91], [180, 51], ["a", "b"], [7.4, 51.5, 3]])
def test_invalid_or_distant_coordinates_are_refused(public: Api, coordinates: object) -> None:
    found = refusal(public, geometry={"type": "Point", "coordinates": coordinates})
    assert found["errors"][0]["parameter"].startswith("geometry.coordinates")


def test_invalid_json_is_refused(public: Api) -> None:
    problem(public.request("POST", URL, content=b"{", headers={"Content-Type": "application/json"}), 400)
    problem(public.request("POST", URL, content=b"\x00", headers={"Content-Type": "application/json"}), 400)
    problem(public.request("POST", URL), 400)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("weights", "size"),
        ("weights", "size:11"),
        ("hard", "colour"),
        ("reaches", "fibre:50"),
        ("limit", "0"),
        ("plot", "-1"),
        ("colour", "red"),
    ],
)
def test_a_bad_parameter_is_refused_by_name(reader: Api, waiting: int, parameter: str, value: str) -> None:
    found = reader.problem(400, f"/api/inquiries/{waiting}/matches", **{parameter: value})
    assert [error["parameter"] for error in found["errors"]] == [parameter]
