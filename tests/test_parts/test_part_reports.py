"""The report of one municipality: its own figures, targets and maps, and nothing that is the whole's or another's."""

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal

import psycopg
import pytest
import shapely
from docx import Document
from openpyxl import load_workbook

from api.figures.report.parts import parts_of
from api.figures.report.reading import ReportRequest
from geo.figures.kpis.evaluation import UnknownPart
from geo.figures.kpis.figures import compute
from geo.figures.releases import assembling, chain, publishing
from geo.figures.report.content import content
from geo.figures.report.document import canonical, report_of
from geo.figures.report.extract import Extract
from geo.figures.report.model import Cell, Line, Report
from geo.periods import parse_period
from geo.store.database import Connection, conninfo
from maps.figures.report.content import Edition
from maps.figures.report.content import content as printed
from maps.figures.report.job import Job, dump_job, load_job
from maps.figures.report.pictures.city import maps
from maps.figures.report.pictures.places import drawable
from maps.figures.report.reading import places_of
from maps.figures.report.writing import document
from tests.conftest import filled_database
from tests.records import insert, one, sale, square
from tests.test_parts.county import EAST, HAMLET, VILLAGE, WEST, fill
from tests.test_parts.halves import reform_into_halves

H2 = parse_period("2023-H2")
PARTS_OF_CITY = ("trench_laid_km", "public_land_m2", "funded_connections", "mobile_requests")


@pytest.fixture
def county(county_url: str) -> Iterator[Connection]:
    """The county; what a test changes is rolled back."""
    with psycopg.connect(conninfo(county_url)) as connection:
        yield connection
        connection.rollback()


def of(connection: Connection, part: str, level: str | None = None, period: str = "2023-H2") -> Report:
    return assembling.draft(connection, parse_period(period), extract=Extract(part, level))


def cells(report: Report, key: str) -> dict[str, Cell]:
    own = report.line(key)
    named = {(column.content, column.period): cell for column, cell in zip(report.columns, own.cells, strict=True)}
    return {content: named[content, report.period] for content in ("target", "actual")}


def actual(report: Report, key: str) -> Decimal | None:
    return cells(report, key)["actual"].exact


def lines(report: Report) -> list[Line]:
    return [*report.lines, *report.key_figures]


def test_the_figures_of_all_parts_and_of_no_part_add_up_to_the_wholes(county: Connection) -> None:
    whole = assembling.draft(county, H2)
    parts = [of(county, key) for key in (WEST, EAST)]
    for key in PARTS_OF_CITY:
        rest = sum(one.exact or 0 for one in whole.splits[key] if one.part in ("outside", "unlocated"))
        assert sum(actual(part, key) or 0 for part in parts) + rest == (actual(whole, key) or 0)
    assert [actual(part, "trench_laid_km") for part in parts] == [7, 3]
    assert [actual(part, "public_land_m2") for part in parts] == [0, 100]
    assert actual(whole, "public_land_m2") == 107


def test_targets_are_its_own_and_what_others_report_or_remark_is_not_printed_as_its(county: Connection) -> None:
    west, east = of(county, WEST), of(county, EAST)
    assert cells(east, "public_land_m2")["target"].exact == 500
    assert cells(west, "public_land_m2")["target"].exact is None
    assert not [line.remark for report in (west, east) for line in lines(report) if line.remark]
    assert [line.key for line in east.lines if line.is_manual] == []
    # A target of its own on a reported line is shown; the whole's figure of it is not.
    assert [line.key for line in west.lines if line.is_manual] == ["visits"]
    assert cells(west, "visits") == {"target": Cell(Decimal(40), Decimal(40)), "actual": Cell()}


def test_a_figure_of_records_without_a_place_is_the_wholes_alone(county: Connection) -> None:
    operator = insert(county, "operators", name="O", kind="carrier")
    insert(county, "letters_of_intent", operator=operator, signed_on="2023-08-01")
    assert actual(assembling.draft(county, H2), "letters_of_intent") == 1
    west = of(county, WEST)
    assert "letters_of_intent" not in [line.key for line in lines(west)]
    assert not [one.de for one in west.sentences if "LOI" in one.de]
    insert(county, "targets", kpi="letters_of_intent", period="2023-H2", value=2, part=WEST)
    assert cells(of(county, WEST), "letters_of_intent") == {"target": Cell(Decimal(2), Decimal(2)), "actual": Cell()}
    assert {one.indicator.key: one.actual for one in compute(county, [H2], part=WEST)}["letters_of_intent"] is None


def test_a_figure_of_records_of_which_none_has_a_place_is_not_recorded_in_a_part(county: Connection) -> None:
    """As for the whole, it is 0 where no record counts; as soon as one has a place, a part counts those in it."""
    for day in ("2022-08-01", "2023-08-01"):
        insert(county, "inquiries", kind="plot", received_on=day)
    earlier, none = parse_period("2022-H2"), parse_period("2024-H2")
    assert actual(assembling.draft(county, H2), "inquiries") == 1
    west = of(county, WEST)
    assert cells(west, "inquiries")["actual"] == Cell(not_recorded=True)
    assert west.splits["inquiries"] == ()
    found = {(one.indicator.key, one.period): one for one in compute(county, [earlier, H2, none], part=WEST)}
    assert [found["inquiries", one.name].actual for one in (earlier, H2, none)] == [None, None, 0]
    assert not found["inquiries", H2.name].is_recorded
    insert(county, "inquiries", kind="plot", received_on="2023-08-02", geom="POINT(405000 5702000)")
    assert [actual(of(county, key), "inquiries") for key in (WEST, EAST)] == [0, 1]


def test_lines_of_major_projects_are_those_in_the_part(county: Connection) -> None:
    def projects(report: Report) -> dict[str, Decimal | None]:
        return {line.key: actual(report, line.key) for line in report.lines if line.key.startswith("settlements:")}

    assert projects(assembling.draft(county, H2)) == {"settlements:west-park": 1, "settlements:ost-park": 1}
    assert projects(of(county, WEST)) == {"settlements:west-park": 1}
    assert projects(of(county, EAST)) == {"settlements:ost-park": 1}


def test_it_is_split_by_the_lower_parts_within_it_which_add_up_exactly(county: Connection) -> None:
    west = of(county, WEST)
    assert west.level == "statistical"
    split = {key: {one.part: one.exact for one in west.splits[key]} for key in west.splits}
    assert split["trench_laid_km"] == {"Weiler": 1, "Dorf": 5, "unassigned": 1}
    assert split["funded_connections"] == {"Weiler": 0, "Dorf": 4}
    for key, parts in split.items():
        if west.definitions[key].nothing is not None and parts:
            assert sum(amount or 0 for amount in parts.values()) == actual(west, key)
    records = west.records["trench_laid_km"]
    assert {one.source_id: (one.amount, one.district) for one in records} == {
        "across": (6, "Weiler|Dorf"),
        "north": (1, "unassigned"),
    }
    assert [one.source_id for one in of(county, EAST).records["public_land_m2"]] == ["east"]
    assert west.records["public_land_m2"] == ()


def test_a_part_without_lower_parts_has_no_split_and_its_documents_no_annex_of_it(county: Connection) -> None:
    county.execute("delete from flurwerk.districts where key = any (%s)", [[HAMLET, VILLAGE]])
    west = of(county, WEST)
    assert (west.level, dict(west.splits)) == ("district", {})
    assert {one.district for one in west.records["trench_laid_km"]} == {"West"}
    assert printed(Edition(west, (), "A", "de"))["splits"] == []
    assert "Aufteilung" not in document(Edition(west, (), "A", "de"), "md").decode()


def test_no_record_of_a_kind_is_not_recorded_and_never_zero(county: Connection) -> None:
    assert cells(of(county, WEST), "mobile_requests")["actual"] == Cell(not_recorded=True)
    row = {one["key"]: one for one in table(of(county, WEST))}["mobile_requests"]
    assert (row["actual"], row["recorded"], row["part"]) == ("", "false", WEST)
    insert(county, "mobile_requests", received_on="2023-08-01", geom="POINT(405000 5702000)")
    assert cells(of(county, WEST), "mobile_requests")["actual"].exact == 0


def table(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(document(Edition(report, (), "A", "de"), "csv").decode())))


def test_files_of_different_parts_have_different_names(county: Connection) -> None:
    """Whatever letters their keys have, so that none replaces the other's."""
    found: set[str] = set()
    for key in ("Ä/1", "Ö/1", "-1", "../..", "%%", "S-d", "s-d", "S-D"):
        county.execute("update flurwerk.districts set key = %s where name = 'West'", [key])
        found.add(Edition(of(county, key), (), "A", "de").name)
    assert len({name.lower() for name in found}) == 8, "Windows and macOS do not tell capitals apart"
    assert all(re.fullmatch(r"flurwerk-2023-H2-[A-Za-z0-9-]+-entwurf", name) for name in found), found
    assert "flurwerk-2023-H2-s-d-entwurf" in found


def test_documents_name_the_part_and_say_that_it_is_no_publication(county: Connection) -> None:
    edition = Edition(of(county, WEST), (), "Kreis", "de")
    found = printed(edition)
    assert (found["title"], found["subject"]) == ("Halbjahresbericht West", "Halbjahresbericht West 2. Halbjahr 2023")
    assert edition.name == f"flurwerk-2023-H2-{WEST}-entwurf"
    assert f"gilt nur einem Teil: West (Stadtbezirk, Schlüssel {WEST})." in found["part_note"]
    assert found["origin"][0] == {"label": "Bericht eines Teils", "value": found["part_note"]}
    assert (found["words"]["splits"], found["words"]["district"]) == (
        "Aufteilung: Statistische Bezirke", "Statistischer Bezirk",
    )  # fmt: skip
    assert "in keinem davon" in [row["part"] for split in found["splits"] for row in split["rows"]]
    assert printed(Edition(of(county, WEST), (), "Kreis", "en"))["title"] == "Half-yearly report West"
    for form in ("md", "html"):
        text = document(edition, form).decode()
        assert "Bericht eines Teils" in text
        assert "Bemerkung zum Kreis" not in text


def test_word_and_workbook_of_a_part_say_so_too(county: Connection) -> None:
    edition = Edition(of(county, WEST), (), "Kreis", "de")
    paragraphs = [one.text for one in Document(io.BytesIO(document(edition, "docx"))).paragraphs]
    assert paragraphs[0] == "Halbjahresbericht West"
    assert any(
        text.startswith("Bericht eines Teils. Dortmund: Dieser Bericht gilt nur einem Teil: West")
        for text in paragraphs
    )
    assert "Aufteilung: Statistische Bezirke" in paragraphs
    book = load_workbook(io.BytesIO(document(edition, "xlsx")))
    assert "Aufteilung Statistische Bezirke" in book.sheetnames
    assert [row[1].value for row in book["Stand und Herkunft"].iter_rows(min_row=5, max_row=5)] == [
        printed(edition)["part_note"]
    ]


def test_its_json_keeps_the_part_and_the_wholes_is_as_before(county: Connection) -> None:
    west, whole = of(county, WEST), content(county, H2)
    again = report_of(canonical(west))
    assert (again.part, again.level, again.splits) == (west.part, "statistical", west.splits)
    assert not {b'"part":null', b'"level":'} & {
        mark for mark in (b'"part":null', b'"level":') if mark in canonical(whole)
    }


def test_its_maps_show_the_part_with_its_lower_parts_and_what_counts_in_it(county: Connection) -> None:
    west = of(county, WEST)
    found = places_of(county, west)
    sent = load_job(dump_job(Job("pictures", "de", "A", west.without_table(), found)))
    assert sent.places
    assert (sent.places.part, sent.places.level, sent.places.districts) == (found.part, found.level, found.districts)
    assert sent.report.part == west.part
    places = drawable(found)
    assert places.part
    assert [place.name for place in places.districts] == ["Weiler", "Dorf"]
    assert [area.name for area in places.areas] == ["West-Park"]
    laid = places.counted["trench_laid_km"]
    assert (laid.total, laid.records) == (7, 2)
    assert all(places.part.geometry.covers(spot.geometry) for spot in laid.spots)
    assert shapely.union_all([spot.geometry for spot in laid.spots]).length == 7000
    drawn = {one.key: one for one in maps(places, "de")}
    assert drawn["trenches"].title == "West: Trassen des geförderten Ausbaus am 31.12.2023"
    assert "Statistische Bezirke: Dorf 5,0, Weiler 1,0, in keinem davon 1,0." in drawn["trenches"].note
    assert drawn["connections"].alt.startswith("West: Geförderte Breitbandanschlüsse im 2. Halbjahr 2023. Karte: West.")
    assert "Hof" not in drawn["connections"].svg


def test_unknown_parts_are_refused_with_what_they_are(county: Connection) -> None:
    def refused(part: str, level: str | None = None) -> str:
        with pytest.raises(UnknownPart) as caught:
            of(county, part, level)
        return f"{caught.value.message} {caught.value.hint}"

    assert refused("09") == f"There is no part “09”. Known: {WEST} (West), {EAST} (Ost)."
    assert refused(VILLAGE).startswith("“W2” (Dorf) is a part of the level “statistical”.")
    assert "is itself of the level “district”" in refused(WEST, "district")
    county.execute("delete from flurwerk.districts where kind = 'statistical' and key = 'O1'")
    assert f"no parts of the level “statistical” within “{EAST}” (Ost)" in refused(EAST, "statistical")
    county.execute("delete from flurwerk.districts where kind = 'statistical'")
    with pytest.raises(UnknownPart, match="There are no parts of the level “statistical” at the end of 2023-H2"):
        assembling.draft(county, H2, extract=Extract(level="statistical"))


def test_a_part_that_ended_in_the_period_is_refused_with_the_day(districts: Connection) -> None:
    districts.execute("delete from flurwerk.districts where key = '01'")
    insert(
        districts, "former_districts", key="01", name="West", kind="district", valid_until="2023-10-01",
        geom=square(390000, 5700000, 10000),
    )  # fmt: skip
    insert(
        districts, "districts", key="03", name="Neu", kind="district", valid_from="2024-02-01",
        geom=square(390000, 5700000, 10000),
    )  # fmt: skip
    with pytest.raises(UnknownPart, match=r"“01” \(West\) was a part until 2023-09-30, but not at the end of 2023-H2"):
        of(districts, "01")
    assert of(districts, "01", period="2023-Q3").part
    with pytest.raises(UnknownPart, match=r"“03” \(Neu\) is a part since 2024-02-01, after the end of 2023-H2"):
        of(districts, "03")


def test_earlier_periods_show_the_part_of_then_and_nothing_where_there_was_none(districts: Connection) -> None:
    reform_into_halves(districts, "2023-04-01")
    districts.execute("delete from flurwerk.former_districts where key = '02'")
    for day in ("2022-08-01", "2023-08-01"):
        sale(districts, agreed_on=day, plot=insert_plot(districts), area_m2=100)
    north = of(districts, "02")
    assert [(point.period, point.shown) for point in north.trends["public_land_m2"]][-3:] == [
        ("2022-H2", None), ("2023-H1", 0), ("2023-H2", 100),
    ]  # fmt: skip
    (note,) = north.notes
    assert note.de.startswith("Stadtbezirke neu gegliedert am 01.04.2023: frühere Zeiträume zeigen")
    assert note.de in printed(Edition(north, (), "A", "de"))["part_note"]


def insert_plot(connection: Connection) -> int:
    return insert(
        connection, "plots", name="P", ownership="public", offered_on="2022-01-01", geom=square(405000, 5707000, 100)
    )


def test_findings_are_those_that_affect_the_part(county: Connection) -> None:
    """A day on a Sunday is told in the report of the part in which the sale counts."""
    county.execute("update flurwerk.transactions set agreed_on = '2023-08-06' where source_id = 'east'")
    assert "east" in [doubt.source_id for doubt in of(county, EAST).doubts]
    assert "east" not in [doubt.source_id for doubt in of(county, WEST).doubts]
    assert of(county, EAST).corrections == ()


def test_after_publishing_the_part_is_taken_from_the_release(server_url: str, template: str) -> None:
    """Later changes do not show, and the published split has the same figure; the draft shows them."""
    with filled_database(server_url, template, "county_published", fill) as url, psycopg.connect(conninfo(url)) as city:
        publishing.publish(city, H2, reason=None, accept="zur Probe")
        city.execute("update flurwerk.transactions set area_m2 = 60 where source_id = 'east'")
        city.commit()
        release = chain.latest(city, "2023-H2")
        assert release
        whole, east = assembling.current(city, H2), assembling.current(city, H2, Extract(EAST))
        assert actual(east, "public_land_m2") == 100
        assert {one.part: one.exact for one in whole.splits["public_land_m2"]}["Ost"] == 100
        assert (east.status, east.is_extract) == (whole.status, True)
        found = printed(Edition(east, (), "A", "de"))
        assert found["state"] == "Auszug aus der Veröffentlichung, Fassung 1"
        assert {"label": "Prüfsumme der ganzen Fassung (SHA-256)", "value": release.hash} in found["origin"]
        assert Edition(east, (), "A", "de").name == f"flurwerk-2023-H2-{EAST}"
        assert actual(of(city, EAST), "public_land_m2") == 60
        city.execute("update flurwerk.districts set key = 'Ost/Süd' where key = %s", [EAST])
        city.commit()
        with pytest.raises(UnknownPart, match="Release 1 of 2023-H2 shows what was recorded then, a draft what is now"):
            assembling.current(city, H2, Extract("Ost/Süd"))
        for wanted, key in ((ReportRequest(H2), EAST), (ReportRequest(H2, is_draft=True), "Ost/Süd")):
            assert key in [part.key for part in parts_of(city, wanted, "de").parts]
        by_level = assembling.current(city, H2, Extract(level="statistical"))
        assert by_level.lines == whole.lines
        assert {one.part: one.exact for one in by_level.splits["public_land_m2"]}["Hof"] == 100
        assert one(city, "select count(*) from flurwerk.releases") == 1
