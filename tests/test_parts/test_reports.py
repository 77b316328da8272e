"""A report tells of a reform, a release keeps the parts of its day, and it still agrees after the next reform."""

from collections.abc import Iterator

import psycopg
import pytest

from geo.figures.releases import publishing
from geo.figures.releases.verifying import verify
from geo.figures.report.content import content
from geo.figures.report.document import canonical, report_of
from geo.periods import parse_period
from geo.store.database import Connection, conninfo
from maps.figures.report.content import Edition
from maps.figures.report.content import content as printed
from maps.figures.report.reading import places_of
from tests.records import insert, line
from tests.test_parts.halves import reform_into_halves

H2 = parse_period("2023-H2")
NOTE = "Stadtbezirke: Stand 31.12.2023; neu gegliedert am 01.04.2024."


@pytest.fixture
def city(districts_url: str) -> Iterator[Connection]:
    """Two districts, with a trench through both, in a database of the test's own."""
    with psycopg.connect(conninfo(districts_url)) as connection:
        programme = insert(connection, "programmes", name="P", funding="funded")
        insert(
            connection, "trenches", programme=programme, laid_on="2023-08-01",
            geom=line((399000, 5702000), (403000, 5702000)),
        )  # fmt: skip
        connection.commit()
        yield connection


def test_a_report_without_reforms_says_nothing_and_its_document_is_as_before(city: Connection) -> None:
    report = content(city, H2)
    assert report.notes == ()
    assert b'"notes"' not in canonical(report)


def test_a_report_of_a_period_before_a_reform_shows_the_parts_of_then_and_says_so(city: Connection) -> None:
    reform_into_halves(city, "2024-04-01")
    report = content(city, H2)
    assert [part.part for part in report.splits["trench_laid_km"]] == ["West", "Ost"]
    assert {one.district for one in report.records["trench_laid_km"]} == {"West|Ost"}
    assert [note.de for note in report.notes] == [NOTE]
    assert report_of(canonical(report)).notes == report.notes
    assert printed(Edition(report, (), "A", "de"))["words"]["splits_hint"].endswith(NOTE)
    assert [place.name for place in places_of(city, report).districts] == ["West", "Ost"]
    assert content(city, parse_period("2024-H2")).notes == ()


def test_releases_agree_with_the_records_whenever_the_parts_change(city: Connection) -> None:
    publishing.publish(city, H2, reason=None, accept="zur Probe")
    reform_into_halves(city, "2024-04-01")
    city.commit()
    publishing.publish(city, H2, reason="Neugliederung", accept="zur Probe")
    city.execute("update flurwerk.districts set name = name || ' neu', valid_from = '2024-06-01'")
    city.commit()
    found = [verify(city, "2023-H2", number) for number in (1, 2)]
    assert [(verdict.holds, verdict.discrepancies) for verdict in found] == [(True, []), (True, [])]
    assert all(verdict.values for verdict in found)
