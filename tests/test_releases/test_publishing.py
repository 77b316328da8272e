"""A release shows the records as of an instant without running writers, and never changes."""

import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import psycopg
import pytest

from geo.figures.checks.gate import FindingsOpen, UnusableReason
from geo.figures.releases import chain, publishing
from geo.figures.releases.assembling import current, draft, published
from geo.figures.releases.publishing import settled_instant
from geo.figures.releases.release import NotPublishable
from geo.figures.report.document import canonical, report_of
from geo.periods import parse_period
from geo.store.database import Connection, conninfo
from tests.records import insert, one, sale, update
from tests.test_releases.helpers import PERIOD, act_as, publish, reported, settled

WAITING = """
    select count(*)
    from pg_locks
    where locktype = 'advisory'
      and not granted
      and database = (select oid from pg_database where datname = current_database())
"""


def shown(connection: Connection, key: str = "public_land_m2") -> Decimal | None:
    """Return the half-year's actual in the current report."""
    return current(connection, PERIOD).line(key).cells[-1].exact


def test_a_release_contains_figures_records_and_definitions(city: Connection) -> None:
    act_as(city, "anna")
    sold = sale(city, source_id="t-1", area_m2=3249)
    insert(city, "targets", kpi="public_land_m2", period="2023-H2", value=5000)
    reported(city, "2023-H2", 12)
    city.commit()
    release = publish(city, PERIOD)
    report = published(release)
    line = report.line("public_land_m2")
    assert (line.cells[-1].exact, line.cells[-1].shown) == (3249, 3200)
    assert [cell.exact for cell in line.cells] == [None, None, 5000, 3249]
    assert [cell.not_recorded for cell in line.cells] == [False, True, False, False]
    assert [(record.id, record.source_id, record.amount) for record in report.records["public_land_m2"]] == [
        (sold, "t-1", 3249)
    ]
    definition = report.definitions["public_land_m2"]
    assert "t.cancelled_on is null" in definition.contributions
    assert (definition.rounding, definition.rule.de[:5]) == (100, "Summe")
    assert report.line("events").cells[-1].exact == 12
    status = report.status
    assert (status.state, status.number, status.published_by, status.hash) == ("release", 1, "anna", release.hash)
    assert status.recorded_at == release.recorded_at < release.published_at


def test_a_document_read_and_written_again_has_the_same_bytes(city: Connection) -> None:
    sale(city, area_m2=Decimal("1234.50"))
    city.commit()
    document = publish(city, PERIOD).document
    assert canonical(report_of(document)).decode() == document


def test_later_changes_leave_the_current_report_as_it_was_published(city: Connection) -> None:
    sold = sale(city, area_m2=3200)
    city.commit()
    assert current(city, PERIOD).status.state == "draft"
    publish(city, PERIOD)
    update(city, "transactions", sold, cancelled_on="2024-02-03")
    city.commit()
    assert shown(city) == 3200
    assert draft(city, PERIOD).line("public_land_m2").cells[-1].exact == 0


def test_a_second_version_needs_a_reason_and_both_remain(city: Connection) -> None:
    sold = sale(city, area_m2=3200)
    city.commit()
    publish(city, PERIOD)
    update(city, "transactions", sold, area_m2=3000)
    city.commit()
    for reason in (None, " "):
        with pytest.raises(NotPublishable, match=r"already been published \(version 1\)\. State why"):
            publish(city, PERIOD, reason=reason)
    second = publish(city, PERIOD, reason="Fläche berichtigt")
    assert (second.number, second.reason) == (2, "Fläche berichtigt")
    assert shown(city) == 3000
    first = published(chain.find(city, PERIOD.name, 1))
    assert first.line("public_land_m2").cells[-1].exact == 3200
    # A new version of a period already contains the corrected figure.
    assert current(city, PERIOD).corrections == ()


def test_a_report_that_has_not_changed_is_not_published_again_by_mistake(city: Connection) -> None:
    """A change of the records that the report does not show makes no new version either; any that it shows does."""
    sold = sale(city, area_m2=3200)
    city.commit()
    publish(city, PERIOD)
    update(city, "transactions", sold, price_eur=1)
    city.commit()
    with pytest.raises(
        NotPublishable, match=r"Nothing has changed in the report of 2023-H2 since version 1, published "
    ):
        publish(city, PERIOD, reason="noch einmal")
    assert len(chain.releases(city)) == 1
    again = publishing.publish(city, PERIOD, reason="noch einmal", accept="zur Probe", unchanged=True)
    insert(city, "remarks", kpi="public_land_m2", period="2023-H2", text="Hafen")
    city.commit()
    assert (again.number, publish(city, PERIOD, reason="Bemerkung").number) == (2, 3)


def test_findings_prevent_publishing_unless_accepted_with_a_reason(city: Connection) -> None:
    sale(city)
    city.commit()
    with pytest.raises(FindingsOpen, match=r"1 findings .* \(transaction_without_plot\)"):
        publishing.publish(city, PERIOD)
    assert chain.releases(city) == []
    release = publishing.publish(city, PERIOD, accept=" Grundstück \n folgt ")
    assert release.accepted == "Grundstück folgt"
    report = published(release)
    assert [(doubt.check, doubt.keys) for doubt in report.doubts] == [
        ("transaction_without_plot", ("public_land_m2", "public_land_plots"))
    ]
    assert report.status.accepted == "Grundstück folgt"


def test_without_findings_nothing_is_accepted(city: Connection) -> None:
    assert publishing.publish(city, PERIOD, accept="nichts").accepted is None


def test_a_reason_that_is_too_long_is_refused(city: Connection) -> None:
    with pytest.raises(UnusableReason):
        publish(city, reason="x" * 2001)


def test_a_period_that_is_not_over_cannot_be_published(city: Connection) -> None:
    with pytest.raises(NotPublishable, match=r"9998 is not over yet\. It can be published from 9999-01-01; until"):
        publish(city, parse_period("9998"))
    assert chain.releases(city) == []


def test_publishing_waits_for_a_running_writer_and_includes_its_records(city: Connection, database_url: str) -> None:
    with (
        psycopg.connect(conninfo(database_url)) as writer,
        psycopg.connect(conninfo(database_url), autocommit=True) as watcher,
        ThreadPoolExecutor() as threads,
    ):
        sale(writer, area_m2=3200)
        publishing = threads.submit(publish, city, PERIOD)
        while not one(watcher, WAITING):
            assert not publishing.done()
        assert chain.releases(watcher) == []
        writer.commit()
        report = published(publishing.result(timeout=300))
    assert report.line("public_land_m2").cells[-1].exact == 3200


def test_a_writer_that_begins_after_the_instant_neither_waits_nor_is_included(
    city: Connection, database_url: str
) -> None:
    sale(city, area_m2=1000)
    city.commit()
    instant = settled_instant(city)
    with psycopg.connect(conninfo(database_url)) as writer:
        writer.execute("set lock_timeout = '1s'")
        sale(writer, area_m2=500)
        writer.commit()
    assert draft(city, PERIOD, instant).line("public_land_m2").cells[-1].exact == 1000


def test_waiting_for_a_long_writer_lets_others_write_meanwhile(
    city: Connection, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        psycopg.connect(conninfo(database_url)) as long_writer,
        psycopg.connect(conninfo(database_url)) as other,
    ):
        written: list[int] = []

        def others_write(_seconds: float) -> None:
            written.append(sale(other, area_m2=500))
            other.commit()
            long_writer.commit()

        monkeypatch.setattr(publishing, "LOCK_TIMEOUT", "10ms")
        monkeypatch.setattr(publishing, "PAUSE_S", 0)
        monkeypatch.setattr(time, "sleep", others_write)
        sale(long_writer, area_m2=3200)
        instant = settled_instant(city)
    assert len(written) == 1
    assert draft(city, PERIOD, instant).line("public_land_m2").cells[-1].exact == 3700


def test_of_two_simultaneous_publications_only_one_succeeds(city: Connection, database_url: str) -> None:
    """The later one fails because the period has been published meanwhile."""
    with psycopg.connect(conninfo(database_url)) as other, ThreadPoolExecutor() as threads:
        running = [threads.submit(publish, connection, PERIOD) for connection in (city, other)]
        found = [each.exception(timeout=300) for each in running]
    assert sorted(type(error).__name__ for error in found) == ["NoneType", "NotPublishable"]
    assert [release.number for release in chain.releases(city)] == [1]


def test_a_draft_as_of_an_instant_shows_what_was_recorded_then(city: Connection) -> None:
    sale(city, area_m2=1000)
    before = settled(city)
    sale(city, area_m2=500)
    city.commit()
    report = draft(city, PERIOD, before)
    assert report.line("public_land_m2").cells[-1].exact == 1000
    assert (report.status.state, report.status.recorded_at) == ("draft", before)
