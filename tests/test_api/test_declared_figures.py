"""Figures that a profile declares, over HTTP: insiders see all, the public no more than of built-in ones."""

import pytest

from geo.figures.kpis import evaluation
from tests.test_api.helpers import Api
from tests.test_profile.declaring import declared, indicator

DEALS = {"layer": "transactions", "date": "agreed_on", "property": "area_m2"}
OWN = (
    indicator(**DEALS, key="inside", position=81)
    + indicator(**DEALS, key="outside", position=82, public=True)
    + indicator(**DEALS, key="largest", position=83, aggregation="max")
    + indicator(**DEALS, key="average", position=84, aggregation="average")
    + indicator("ratios", key="share", position=85, numerator="inside", denominator="outside")
    + indicator(**DEALS, key="ended", position=86, valid_until="2022-12-31")
    + indicator(layer="transactions", from_="agreed_on", measure="area_share", key="covered", position=87)
)


@pytest.fixture(autouse=True)
def _with_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "INDICATORS", tuple(declared(OWN).values()))


def test_insiders_see_everything_and_the_records_of_both_sides_of_a_ratio(internal: Api) -> None:
    found = {each["key"]: each for each in internal.json("/api/kpis", period="2023-H2")}
    assert found["share"]["actual"] == 100
    assert found["share"]["decimals"] == 1
    assert found["inside"]["actual"] == found["outside"]["actual"] > found["largest"]["actual"] > 0
    detail = internal.json("/api/kpis/share", period="2023-H2", by="district")
    assert {part["actual"] for part in detail["parts"]} == {100, None}
    assert not any(part["suppressed"] for part in detail["parts"])
    hrefs = [link["href"] for link in detail["links"]]
    assert [href.split("?")[0] for href in hrefs] == [f"/api/kpis/{key}/contributions" for key in ("inside", "outside")]
    assert all(internal.request("GET", href).json()["features"] for href in hrefs)
    sides = internal.json("/api/kpis/average", period="2023-H2")["links"]
    assert all(internal.request("GET", link["href"]).json()["features"] for link in sides)


def test_insiders_see_the_share_of_area_of_each_part_and_what_covers_it(internal: Api) -> None:
    """Two deals have an area of their own; the others count with none, though their plot has one."""
    detail = internal.json("/api/kpis/covered", period="2023-H2", by="district")
    shares = {part["part"]: part["actual"] for part in detail["parts"]}
    assert 0 < shares["West"] + shares["Ost"] < 1
    assert detail["actual"] == pytest.approx((shares["West"] + shares["Ost"]) / 2)
    deals, city = (internal.request("GET", link["href"]).json()["features"] for link in detail["links"])
    assert (len(deals), len(city)) == (2, 2)


def test_a_ratio_has_no_records_of_its_own(internal: Api) -> None:
    problem = internal.problem(404, "/api/kpis/share/contributions", period="2023-H2")
    assert "inside" in problem["detail"]


def test_what_is_not_defined_in_a_period_is_not_listed_and_not_found(internal: Api) -> None:
    assert "ended" not in {each["key"] for each in internal.json("/api/kpis", period="2023-H2")}
    assert "ended" in {each["key"] for each in internal.json("/api/kpis", period="2022-H2")}
    assert "not defined on 2023-12-31" in internal.problem(404, "/api/kpis/ended", period="2023-H2")["detail"]


@pytest.mark.parametrize(
    ("key", "month", "half", "split"),
    [
        ("inside", True, False, 403),
        ("outside", False, False, 200),
        ("largest", True, True, 403),
        ("average", True, False, 403),
        ("share", True, False, 403),
        ("covered", True, False, 403),
    ],
)
def test_the_public_sees_the_published_totals_unless_the_profile_says_more(
    public: Api, key: str, month: bool, half: bool, split: int
) -> None:
    assert public.json(f"/api/kpis/{key}", period="2023-08")["suppressed"] is month
    assert public.json(f"/api/kpis/{key}", period="2023-H2")["suppressed"] is half
    assert public.get(f"/api/kpis/{key}", period="2023-H2", by="district").status_code == split
    assert public.get(f"/api/kpis/{key}/contributions", period="2023-H2").status_code == 403


def test_the_public_learns_no_district_of_what_is_declared(public: Api) -> None:
    parts = public.json("/api/kpis/outside", period="2023-H2", by="district")["parts"]
    assert [part["part"] for part in parts if part["actual"] or part["suppressed"]] == ["unlocated"]
