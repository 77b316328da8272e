"""Figures and their splits over HTTP: numbers, labels, and what is suppressed for the public."""

import pytest

from geo.rhythm import own_rhythm
from tests.test_api.helpers import Api

COLUMNS = [
    *("key", "label", "unit", "period", "target", "actual", "actual_rounded", "remark", "suppressed", "recorded"),
    "decimals",
]


def figures(client: Api, period: str) -> dict[str, dict[str, object]]:
    return {figure["key"]: figure for figure in client.json("/api/kpis", period=period)}


def test_the_list_has_every_indicator_in_the_reports_order_with_the_columns_of_the_command(public: Api) -> None:
    listed = public.json("/api/kpis", period="2023-H2")
    assert [figure["key"] for figure in listed][:3] == ["inquiries", "public_land_m2", "private_land_m2"]
    assert "settlements:phoenix-west" in {figure["key"] for figure in listed}
    assert [list(figure) for figure in listed] == [COLUMNS] * len(listed)


def test_numbers_are_json_numbers_with_every_digit(internal: Api) -> None:
    found = figures(internal, "2023-H2")["public_land_m2"]
    assert found == {
        "key": "public_land_m2",
        "label": "davon: Grundstücksgröße Verkauf / Erbpacht öffentlicher Grundstücke in m²",
        "unit": "m²",
        "period": "2023-H2",
        "target": 10000.25,
        "actual": 6000.5,
        "actual_rounded": 6000,
        "remark": "Bemerkung",
        "suppressed": False,
        "recorded": True,
        "decimals": 0,
    }
    assert '"actual":6000.5,"actual_rounded":6000,' in internal.get("/api/kpis", period="2023-H2").text


def test_remarks_are_for_insiders(public: Api, internal: Api) -> None:
    assert figures(public, "2023-H2")["public_land_m2"] == figures(internal, "2023-H2")["public_land_m2"] | {
        "remark": None
    }
    assert public.json("/api/kpis/public_land_m2", period="2023-H2")["remark"] is None


def test_labels_are_in_the_requested_language(public: Api) -> None:
    english = public.json("/api/kpis/inquiries", period="2023", lang="en")
    german = public.json("/api/kpis/inquiries", period="2023", lang="de")
    assert english["label"] == "Inquiries for commercial properties and land"
    assert (english["unit"], german["unit"]) == ("number", "Anzahl")
    assert german["rule"].startswith("Gezählt werden")
    assert public.json("/api/kpis/inquiries", period="2023") == german


def test_the_default_period_is_the_last_complete_half_year(public: Api) -> None:
    assert {figure["period"] for figure in public.json("/api/kpis")} == {own_rhythm().last_over().name}


def test_a_single_figure_has_its_definition_and_links(internal: Api) -> None:
    found = internal.json("/api/kpis/public_land_m2", period="2023-H2")
    assert list(found)[: len(COLUMNS)] == COLUMNS
    assert (found["kind"], found["layer"], found["by"], found["parts"]) == ("flow", "transactions", None, None)
    assert found["links"] == [
        {
            "rel": "contributions",
            "href": "/api/kpis/public_land_m2/contributions?period=2023-H2",
            "type": "application/geo+json",
        }
    ]


def test_an_indicator_of_a_family_is_found_by_its_key(public: Api) -> None:
    found = public.json("/api/kpis/settlements:phoenix-west", period="2023")
    assert (found["actual"], found["recorded"]) == (None, False)


@pytest.mark.parametrize("key", ["inquiries", "public_land_m2", "funded_connections", "trench_laid_km"])
@pytest.mark.parametrize("by", ["district", "month"])
def test_the_parts_add_up_to_the_figure(internal: Api, key: str, by: str) -> None:
    found = internal.json(f"/api/kpis/{key}", period="2023-H2", by=by)
    assert found["by"] == by
    if not found["recorded"]:
        assert {part["actual"] for part in found["parts"]} <= {found["actual"]} == {None}
        return
    assert sum(part["actual"] for part in found["parts"]) == found["actual"]


def test_parts_are_districts_by_name_or_months(internal: Api) -> None:
    by_district = internal.json("/api/kpis/inquiries", period="2023-H2", by="district")["parts"]
    assert by_district == [
        {"part": "West", "actual": 1, "suppressed": False, "recorded": True},
        {"part": "Ost", "actual": 0, "suppressed": False, "recorded": True},
        {"part": "unlocated", "actual": 1, "suppressed": False, "recorded": True},
    ]
    by_month = internal.json("/api/kpis/inquiries", period="2023-Q3", by="month")["parts"]
    assert [(part["part"], part["actual"]) for part in by_month] == [("2023-07", 0), ("2023-08", 1), ("2023-09", 0)]


def parts(client: Api, period: str, by: str = "district") -> dict[str, tuple[object, bool]]:
    found = client.json("/api/kpis/funded_connections", period=period, by=by)["parts"]
    return {part["part"]: (part["actual"], part["suppressed"]) for part in found}


def test_a_single_connection_is_suppressed_and_so_is_what_would_reveal_it(public: Api) -> None:
    assert parts(public, "2023-08") == {"West": (None, True), "Ost": (None, True)}
    assert parts(public, "2023-Q3") == {"West": (None, True), "Ost": (None, True)}
    # August's figure is the half-year's minus November's, so November's is hidden too, in both districts.
    assert parts(public, "2023-Q4") == {"West": (None, True), "Ost": (None, True)}
    assert parts(public, "2023-H2") == {"West": (9, False), "Ost": (7, False)}
    assert parts(public, "2023") == {"West": (9, False), "Ost": (7, False)}


def test_totals_of_three_or_more_are_public(public: Api) -> None:
    months = {"2023-07": 0, "2023-08": 6, "2023-09": 0, "2023-10": 0, "2023-11": 10, "2023-12": 0}
    assert parts(public, "2023-H2", "month") == {month: (actual, False) for month, actual in months.items()}
    assert figures(public, "2023-H2")["funded_connections"]["actual"] == 16
    assert figures(public, "2023-08")["funded_connections"]["actual"] == 6


@pytest.mark.parametrize(
    ("key", "period", "published"), [("funded_connections", "2022-05", "2022"), ("inquiries", "2023-08", "2023-H2")]
)
def test_a_total_below_three_is_suppressed_unless_the_agency_publishes_it(
    public: Api, internal: Api, key: str, period: str, published: str
) -> None:
    found = figures(public, period)[key]
    assert (found["actual"], found["actual_rounded"], found["suppressed"]) == (None, None, True)
    assert figures(internal, period)[key]["actual"] == 1
    assert figures(public, published)[key] == figures(internal, published)[key]


def test_a_deal_is_suppressed_where_the_public_does_not_see_its_date(public: Api) -> None:
    """Of the three deals of the half-year, the one of October has no public date. Which month it is stays hidden."""
    found = public.json("/api/kpis/public_land_m2", period="2023-H2", by="month")["parts"]
    assert [part["actual"] for part in found] == [None] * 6
    assert public.json("/api/kpis/public_land_m2", period="2023-H2")["actual"] == 6000.5
    assert not public.json("/api/kpis/public_land_m2", period="2023-Q1")["recorded"]


def test_the_public_gets_a_stock_as_the_report_prints_it_and_no_parts(public: Api, internal: Api) -> None:
    """The difference of two days would be the length of single trenches."""
    url = "/api/kpis/trench_laid_km"
    assert not public.json(url, period="2023-H2")["suppressed"]
    assert public.json(url, period="2023-09")["suppressed"]
    for by in ("month", "district"):
        assert "half-year" in public.problem(403, url, period="2023-H2", by=by)["detail"]
        assert internal.get(url, period="2023-H2", by=by).status_code == 200


@pytest.mark.parametrize("period", ["２０２３-08", "٢٠٢٣-08", "2023-0８"])
def test_a_period_in_digits_of_other_scripts_is_refused(public: Api, period: str) -> None:
    """It would be another name of the period, by which nothing is hidden."""
    assert "is not a period" in public.problem(400, "/api/kpis/funded_connections", period=period)["detail"]


def test_insiders_see_every_count(internal: Api) -> None:
    assert parts(internal, "2023-08") == {"West": (5, False), "Ost": (1, False)}


def test_public_responses_may_be_cached_for_a_minute_and_internal_ones_not_at_all(public: Api, internal: Api) -> None:
    for url in ("/api/kpis", "/api/kpis/inquiries", "/api/kpis/trend"):
        assert public.get(url).headers["cache-control"] == "public, max-age=60"
        assert internal.get(url).headers["cache-control"] == "private, no-store"
