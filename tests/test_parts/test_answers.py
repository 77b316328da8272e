"""What the API tells of parts on other levels and days: to insiders all, to the public nothing that tells records."""

from collections.abc import Iterator

import pytest

from geo.settings import load_settings
from tests.conftest import filled_database
from tests.records import Connection, insert, square, two_districts
from tests.test_api.helpers import Api, api
from tests.test_parts.halves import reform_into_halves

KEY = "funded_connections"


def fill(city: Connection) -> None:
    """In each of four half-years four connections in the south-west, one in the north-east; a reform in April 2024."""
    two_districts(city)
    for number, x in enumerate((390000, 400000)):
        insert(
            city, "districts", key=f"s{number}", name=f"S{number}", kind="statistical", geom=square(x, 5700000, 10000)
        )
    programme = insert(city, "programmes", name="P", funding="funded")
    for day in ("2023-02-01", "2023-08-01", "2024-02-01", "2024-08-01"):
        for place in ["POINT(395000 5702000)"] * 4 + ["POINT(405000 5707000)"]:
            insert(city, "connections", programme=programme, connected_on=day, geom=place)
    reform_into_halves(city, "2024-04-01")


@pytest.fixture(scope="module")
def city_url(server_url: str, template: str) -> Iterator[str]:
    """A database with that city, for reading only."""
    with filled_database(server_url, template, "reformed_city", fill) as url:
        yield url


@pytest.fixture(scope="module")
def public(city_url: str) -> Iterator[Api]:
    """The service as the public sees it."""
    with api(load_settings(database_url=city_url)) as client:
        yield client


@pytest.fixture(scope="module")
def internal(city_url: str) -> Iterator[Api]:
    """The service as insiders see it."""
    with api(load_settings(database_url=city_url, anonymous_audience="internal")) as client:
        yield client


def parts(client: Api, period: str, by: str = "district") -> dict[str, float | None]:
    found = client.json(f"/api/kpis/{KEY}", period=period, by=by)
    assert all(part["actual"] is None for part in found["parts"] if part["suppressed"])
    return {part["part"]: part["actual"] for part in found["parts"]}


def test_insiders_see_the_parts_at_the_periods_end_and_a_note(internal: Api) -> None:
    assert parts(internal, "2023-H2") == {"West": 4, "Ost": 1}
    assert parts(internal, "2024-H1") == {"Süd": 4, "Nord": 1}
    assert parts(internal, "2024-H2") == {"Süd": 4, "Nord": 1}
    notes = [
        internal.json(f"/api/kpis/{KEY}", period=period, by="district")["parts_note"]
        for period in ("2023-H2", "2024-H1", "2024-H2")
    ]
    assert notes == [
        "Stadtbezirke: Stand 31.12.2023; neu gegliedert am 01.04.2024.",
        "Stadtbezirke: Stand 30.06.2024; neu gegliedert am 01.04.2024.",
        None,
    ]
    english = internal.json(f"/api/kpis/{KEY}", period="2023-H2", by="district", lang="en")
    assert english["parts_note"] == "Districts as of 31 Dec 2023; reorganised on 1 Apr 2024."


def test_records_behind_a_figure_name_the_part_of_the_periods_end(internal: Api) -> None:
    for period, expected in (("2023-H2", {"West", "Ost"}), ("2024-H1", {"Süd", "Nord"})):
        found = internal.json(f"/api/kpis/{KEY}/contributions", period=period)
        assert {feature["properties"]["district"] for feature in found["features"]} == expected


def test_insiders_split_by_a_lower_level(internal: Api) -> None:
    assert parts(internal, "2023-H2", "statistical") == {"S0": 4, "S1": 1}
    assert internal.json(f"/api/kpis/{KEY}", period="2023-H2", by="statistical")["parts_note"] is None


@pytest.mark.parametrize("period", ["2023-H1", "2024-H2"])
def test_a_lower_level_is_not_for_the_public(public: Api, period: str) -> None:
    """A hidden part of it would follow from the district's figure and its other parts."""
    answer = public.get(f"/api/kpis/{KEY}", period=period, by="statistical")
    assert answer.status_code == 403
    assert "by statistical are internal" in answer.text


@pytest.mark.parametrize("period", ["2024", "2024-H1", "2024-H2", "2024-02", "2024-08"])
def test_in_the_year_of_a_reform_the_public_sees_no_parts(public: Api, period: str) -> None:
    """The same months counted by old and by new parts would tell who lies between their borders.

    So would months inside the outer border of then, which may have moved.
    """
    assert set(parts(public, period).values()) == {None}
    is_published = period in ("2024", "2024-H1", "2024-H2")
    assert public.json(f"/api/kpis/{KEY}", period=period)["suppressed"] is not is_published


def test_in_other_years_the_public_sees_what_it_saw_before_the_reform(public: Api) -> None:
    """A single connection in Ost hides both, as the total is published."""
    assert parts(public, "2023-H2") == {"West": None, "Ost": None}


def test_an_unknown_split_is_refused_with_those_that_there_are(internal: Api) -> None:
    answer = internal.get(f"/api/kpis/{KEY}", period="2023-H2", by="quarter")
    assert answer.status_code == 400
    assert "'district', 'statistical' or 'month'" in answer.text
