"""Where records count and none of them has a place, no part prints 0: in no output of a split."""

import io
from collections.abc import Iterator

import pytest
from openpyxl import load_workbook

from api.cli.kpis import split as command_rows
from geo.figures.kpis import Indicator, evaluation
from geo.figures.report.content import content
from geo.figures.report.document import canonical, report_of
from geo.figures.report.extract import Extract
from geo.figures.report.model import Report
from geo.periods import parse_period
from geo.records.layers.layer import Audience
from geo.settings import load_settings
from maps.figures.report.content import Edition
from maps.figures.report.content import content as printed
from maps.figures.report.writing import document
from maps.folium_map.figures import lines
from tests.conftest import filled_database
from tests.records import Connection, insert, square, two_districts
from tests.test_api.helpers import api
from tests.test_profile.declaring import declared, indicator

H2 = parse_period("2023-H2")
ABSENT = "nicht erfasst"
FIXED = ABSENT.replace(" ", "\N{NO-BREAK SPACE}")


def two_inquiries(city: Connection) -> None:
    """Two inquiries without a place, and one of the year before in the west."""
    for _ in range(2):
        insert(city, "inquiries", kind="plot", received_on="2023-08-01")
    insert(city, "inquiries", kind="plot", received_on="2022-08-01", geom="POINT(395000 5702000)")


@pytest.fixture
def city(districts: Connection) -> Connection:
    two_inquiries(districts)
    return districts


def of(city: Connection, key: str = "inquiries") -> Indicator:
    return evaluation.find(evaluation.indicators(city), key)


def split(city: Connection, period: str = "2023-H2") -> dict[str, object]:
    return dict(evaluation.by_district(city, of(city), parse_period(period)))


def test_the_parts_of_a_period_are_not_recorded_where_no_record_has_a_place(city: Connection) -> None:
    """As soon as one has, those of the others are 0; so they are where none counts at all."""
    assert split(city) == {"West": None, "Ost": None, "unlocated": 2}
    assert split(city, "2022-H2") == {"West": 1, "Ost": 0}
    assert split(city, "2024-H2") == {"West": 0, "Ost": 0}
    insert(city, "inquiries", kind="plot", received_on="2023-08-02", geom="POINT(389000 5702000)")
    assert split(city) == {"West": 0, "Ost": 0, "outside": 1, "unlocated": 2}


def test_lower_parts_of_a_part_are_not_recorded_where_no_record_of_it_has_a_place(city: Connection) -> None:
    """Office take-ups name West, and none of them tells where in it."""
    insert(city, "districts", key="v", name="Viertel", kind="statistical", geom=square(390000, 5700000, 5000))
    insert(city, "office_takeups", kind="lease", area_m2=500, district="West", agreed_on="2023-08-01")

    def parts() -> dict[str, object]:
        return {one.part: one.exact for one in content(city, H2, extract=Extract("01")).splits["office_takeup_m2"]}

    assert parts() == {"Viertel": None, "unassigned": 500}
    insert(
        city, "office_takeups", kind="lease", area_m2=40, agreed_on="2023-08-01", geom="POINT(391000 5709000)"
    )  # fmt: skip
    assert parts() == {"Viertel": 0, "unassigned": 540}


def test_every_output_says_so(city: Connection) -> None:
    """The report's table in all formats that are read here, the command's, and the map's box."""
    (row,) = [record for record in command_rows(city, [of(city)], H2, "district", "de") if record["district"] == "West"]
    assert (row["actual"], row["recorded"]) == (None, False)
    drawn = next(line for line in lines(city, H2, Audience.INTERNAL, "de") if line.key == "inquiries")
    assert [(share.part, share.amount, share.text) for share in drawn.shares][:2] == [
        ("West", None, ABSENT),
        ("Ost", None, ABSENT),
    ]
    report = content(city, H2)
    assert report_of(canonical(report)).splits == report.splits
    (table, _) = printed(Edition(report, (), "A", "de"))["splits"]
    assert {row["part"]: row["cells"][0] for row in table["rows"]} == {"West": FIXED, "Ost": FIXED, "ohne Ort": "2"}
    assert table["totals"][0] == "2"
    assert [row[:2] for row in sheet_of_splits(report)[-4:]] == [
        ("West", ABSENT),
        ("Ost", ABSENT),
        ("ohne Ort", 2),
        ("Summe", 2),
    ]


def test_the_api_and_the_page_tell_that_they_are_not_recorded(unplaced_url: str) -> None:
    with api(load_settings(database_url=unplaced_url, anonymous_audience="internal")) as client:
        found = client.json("/api/kpis/inquiries", period="2023-H2", by="district")
    assert {one["part"]: (one["actual"], one["recorded"]) for one in found["parts"]} == {
        "West": (None, False),
        "Ost": (None, False),
        "unlocated": (2, True),
    }


@pytest.fixture
def unplaced_url(server_url: str, template: str) -> Iterator[str]:
    def fill(city: Connection) -> None:
        two_districts(city)
        two_inquiries(city)

    with filled_database(server_url, template, "unplaced", fill) as url:
        yield url


def test_a_share_of_area_of_a_part_is_none_where_no_record_has_a_polygon(city: Connection) -> None:
    """Measures may lack one: what they cover of a part is not known, so it is not 0 %."""
    share = declared(
        indicator(key="measured", layer="measures", measure="area_share", from_="started_on", position=91)
    )["measured"]
    given = {"kind": "purchase", "name": "M"}
    insert(city, "measures", started_on="2023-01-01", **given)

    def own(part: str) -> object:
        return evaluation.totals(city, [(share, H2)], part=part)[share.key, H2.name]

    assert [own("01"), own("02")] == [None, None]
    assert dict(evaluation.by_district(city, share, H2)) == {"West": None, "Ost": None}
    insert(city, "measures", started_on="2023-01-01", geom=square(391000, 5701000, 1000), **given)
    assert [own("01"), own("02")] == [1, 0]
    assert dict(evaluation.by_district(city, share, H2)) == {"West": 1, "Ost": 0}


def sheet_of_splits(report: Report) -> list[tuple[object, ...]]:
    book = load_workbook(io.BytesIO(document(Edition(report, (), "A", "de"), "xlsx")))
    (sheet,) = [sheet for sheet in book.worksheets if sheet.title.startswith("Aufteilung")]
    return list(sheet.iter_rows(values_only=True))
