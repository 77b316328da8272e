"""Indicators over several half-years: the same figures, and the same suppression, as for each half-year alone."""

from typing import Any

import pytest

from tests.test_api.helpers import Api

HALVES = ["2021-H1", "2021-H2", "2022-H1", "2022-H2", "2023-H1", "2023-H2"]
SHOWN = ("period", "target", "actual", "actual_rounded", "suppressed", "recorded")


def trends(client: Api, **parameters: object) -> dict[str, dict[str, Any]]:
    return {trend["key"]: trend for trend in client.json("/api/kpis/trend", **parameters)}


@pytest.mark.parametrize("audience", ["public", "internal"])
def test_every_point_is_the_figure_of_its_half_year(request: pytest.FixtureRequest, audience: str) -> None:
    client: Api = request.getfixturevalue(audience)
    found = trends(client, period="2023-H2")
    for at, half in enumerate(HALVES):
        for figure in client.json("/api/kpis", period=half):
            point = found[figure["key"]]["points"][at]
            assert point == {name: figure[name] for name in SHOWN}


def test_the_trends_are_the_reports_indicators_in_its_order_with_six_half_years(public: Api) -> None:
    listed = public.json("/api/kpis/trend", period="2023-H2")
    figures = public.json("/api/kpis", period="2023-H2")
    assert [trend["key"] for trend in listed] == [figure["key"] for figure in figures]
    assert all([point["period"] for point in trend["points"]] == HALVES for trend in listed)
    assert {trend["key"]: trend["kind"] for trend in listed}["trench_laid_km"] == "stock"
    assert {trend["label"] for trend in listed} == {figure["label"] for figure in figures}


def test_a_trend_has_targets_beside_the_actuals(internal: Api) -> None:
    points = trends(internal, period="2023-H2", periods=2)["public_land_m2"]["points"]
    assert [(point["target"], point["actual"]) for point in points] == [(None, None), (10000.25, 6000.5)]


def test_a_trend_shows_the_half_years_that_the_agency_publishes(public: Api, internal: Api) -> None:
    at = HALVES.index("2022-H1")
    shown = trends(public, period="2023-H2")["funded_connections"]["points"][at]
    assert shown == trends(internal, period="2023-H2")["funded_connections"]["points"][at]
    assert shown["actual"] == 1


def test_a_trend_ends_with_the_half_year_in_which_the_period_ends(public: Api) -> None:
    for period in ("2023", "2023-Q3", "2023-08"):
        points = trends(public, period=period, periods=2)["inquiries"]["points"]
        assert [point["period"] for point in points] == HALVES[-2:]
    first = trends(public, period="0001-H1", periods=20)["inquiries"]["points"]
    assert [point["period"] for point in first] == ["0001-H1"]


def test_a_trend_says_whether_its_records_may_be_seen(public: Api, internal: Api) -> None:
    for client in (public, internal):
        for key, trend in trends(client, period="2023-H2").items():
            status = client.get(f"/api/kpis/{key}/contributions", period="2023-H2").status_code
            assert trend["shows_records"] == (status == 200), key
            assert trend["layer"] == client.json(f"/api/kpis/{key}")["layer"]


def test_trends_may_be_cached_like_figures(public: Api, internal: Api) -> None:
    assert public.get("/api/kpis/trend").headers["cache-control"] == "public, max-age=60"
    assert internal.get("/api/kpis/trend").headers["cache-control"] == "private, no-store"
