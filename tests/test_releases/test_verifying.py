"""A release is verified by its hashes and by computing it again; only tampering is reported, not ordinary changes."""

from dataclasses import replace
from importlib import import_module

import pytest

from geo.figures.kpis import INDICATORS, evaluation
from geo.figures.releases.release import NotPublished
from geo.figures.releases.verifying import Verdict, verify
from geo.rhythm import Rhythm
from geo.store.database import Connection
from tests.records import delete, one, sale, update
from tests.test_releases.helpers import PERIOD, publish, tamper


def texts(verdict: Verdict) -> list[str]:
    return [discrepancy.in_language("en") for discrepancy in verdict.discrepancies]


def test_an_untouched_release_is_intact(published: Connection) -> None:
    for number in (1, 2, None):
        verdict = verify(published, PERIOD.name, number)
        assert verdict.holds
        assert verdict.values > 100


def test_later_corrections_deletions_and_new_records_do_not_matter(published: Connection) -> None:
    update(published, "transactions", one(published, "select id from transactions where source_id = 't-1'"), area_m2=1)
    delete(published, "transactions", one(published, "select id from transactions where source_id = 't-2'"))
    sale(published, area_m2=5)
    for statement in (
        "delete from trenches",
        "delete from remarks",
        "update targets set value = 1",
        "update manual_actuals set value = 13",
        "update manual_indicators set label = 'Anders', position = 12",
        "delete from districts where key = '02'",
        "update programmes set funding = 'self_financed'",
    ):
        published.execute(statement.encode())
    published.commit()
    publish(published, PERIOD, reason="alles anders")
    for number in (1, 2, 3):
        assert verify(published, PERIOD.name, number).holds, number


def test_a_later_definition_of_an_indicator_does_not_matter(
    published: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release is computed by the definitions that it contains, even by those that the code no longer has."""
    changed = [
        replace(indicator, contributions=indicator.contributions.replace("t.area_m2", "2 * t.area_m2"), position=77)
        for indicator in INDICATORS
        if indicator.key != "trench_laid_km"
    ]
    monkeypatch.setattr(evaluation, "INDICATORS", changed)
    publish(published, PERIOD, reason="anders gezählt")
    for number in (1, 2, 3):
        assert verify(published, PERIOD.name, number).holds, number


@pytest.mark.parametrize("months", [3, 12])
def test_another_rhythm_does_not_matter(published: Connection, monkeypatch: pytest.MonkeyPatch, months: int) -> None:
    """An agency that reports by the quarter from now on keeps the columns and trends of what it has published."""
    for module in ("geo.figures.report.columns", "geo.figures.report.content"):
        monkeypatch.setattr(import_module(module), "own_rhythm", lambda: Rhythm(months))
    for number in (1, 2):
        verdict = verify(published, PERIOD.name, number)
        assert texts(verdict) == []
        assert verdict.values > 100


def test_a_changed_history_is_detected(published: Connection) -> None:
    tamper(
        published,
        "flurwerk_history.transactions",
        "update flurwerk_history.transactions set area_m2 = 3000 where source_id = 't-1'",
    )
    verdict = verify(published, PERIOD.name, 1)
    assert not verdict.holds
    assert verdict.broken == []
    assert "actual public_land_m2 2023-H2: published 3200, recomputed 3000" in texts(verdict)
    assert any(each.startswith("record public_land_m2 transactions ") for each in texts(verdict))
    assert verify(published, PERIOD.name, 2).holds


@pytest.mark.parametrize(
    ("table", "statement", "fact"),
    [
        ("transactions", "update transactions set area_m2 = 3101 where source_id = 't-1'", "actual"),
        ("transactions", "update transactions set source_id = 't-9' where source_id = 't-1'", "record"),
        ("transactions", "update transactions set cancelled_on = null where source_id = 't-2'", "record"),
        ("transactions", "delete from transactions where source_id = 't-1'", "record"),
        ("plots", "update plots set district_key = '02'", "part"),
        ("programmes", "update programmes set funding = 'self_financed'", "actual"),
        ("targets", "update targets set value = 4000", "target"),
        ("remarks", "update remarks set text = 'schlecht'", "remark"),
        ("manual_actuals", "delete from manual_actuals", "actual"),
    ],
)
def test_a_record_changed_without_history_is_detected(
    published: Connection, table: str, statement: str, fact: str
) -> None:
    tamper(published, table, statement)
    assert fact in {discrepancy.fact[0] for discrepancy in verify(published, PERIOD.name).discrepancies}


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("update releases set document = replace(document, '3200', '9900') where number = 1", 1),
        ("update releases set document = replace(document, 'is null', 'is not null') where number = 2", 2),
        ("update releases set reason = 'ein anderer' where number = 2", 2),
        ("delete from releases where number = 1", 2),
    ],
)
def test_a_changed_or_removed_release_is_detected(published: Connection, statement: str, number: int) -> None:
    tamper(published, "releases", statement)
    verdict = verify(published, PERIOD.name, number)
    assert verdict.broken
    assert not verdict.holds


def test_definitions_of_a_changed_release_are_not_run(published: Connection) -> None:
    """Definitions are SQL; whoever changes a release could have inserted other statements."""
    tamper(published, "releases", "update releases set document = replace(document, 'select', 'selekt')")
    verdict = verify(published, PERIOD.name)
    assert (verdict.failure, verdict.discrepancies, len(verdict.broken)) == (None, [], 2)


def test_a_migration_that_removed_a_column_is_detected(published: Connection) -> None:
    published.execute("alter table inquiries rename column duplicate_of to copy_of")
    published.execute("drop view flurwerk_as_of.inquiries cascade")
    published.execute("call track('inquiries')")
    published.commit()
    verdict = verify(published, PERIOD.name)
    assert verdict.failure is not None
    assert "duplicate_of does not exist" in verdict.failure.en


def test_an_unpublished_period_cannot_be_verified(city: Connection) -> None:
    with pytest.raises(NotPublished):
        verify(city, "2022-H1")
