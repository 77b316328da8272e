"""A report names the corrections of earlier published figures, once, and does not add them to its own figures."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from geo.figures.kpis import INDICATORS, evaluation
from geo.figures.releases import assembling, publishing
from geo.figures.releases.assembling import draft, published
from geo.figures.releases.corrections import corrections
from geo.figures.releases.verifying import verify
from geo.figures.report.model import Correction
from geo.periods import parse_period
from geo.store.database import Connection, conninfo
from maps.figures.report import values
from tests.records import insert, line, plot, sale, update
from tests.test_releases.helpers import PERIOD, publish, reported, settled

NEXT, THEN = parse_period("2024-H1"), parse_period("2024-H2")


def named(connection: Connection, period: str = "2024-H1") -> dict[tuple[str, str], Correction]:
    """Return the corrections in a draft of the period, by corrected period and indicator."""
    found = draft(connection, parse_period(period)).corrections
    return {(correction.period, correction.key): correction for correction in found}


@pytest.fixture
def sold(city: Connection) -> int:
    """A sale of 3,200 m² that was published and later cancelled."""
    party = insert(city, "parties", kind="person", name="Erika Mustermann")
    record = sale(city, source_id="t-1", area_m2=3200, plot=plot(city, name="Hafen Nord"), party=party)
    city.commit()
    publish(city, PERIOD)
    update(city, "transactions", record, cancelled_on="2024-02-03")
    city.commit()
    return record


def test_a_sale_cancelled_later_is_named_with_the_record_that_caused_it(city: Connection, sold: int) -> None:
    found = named(city)
    assert {*found} == {("2023-H2", "public_land_m2"), ("2023-H2", "public_land_plots")}
    correction = found["2023-H2", "public_land_m2"]
    assert (correction.exact, correction.shown, correction.decimals) == (-3200, -3200, 0)
    assert correction.unit is not None
    assert correction.unit.de == "m²"
    (cause,) = correction.causes
    assert (cause.layer, cause.id, cause.source_id, cause.amount) == ("transactions", sold, "t-1", -3200)
    assert cause.what == (
        "Verkauf Hafen Nord (t-1) storniert am 03.02.2024",
        "Sale Hafen Nord (t-1) cancelled on 3 Feb 2024",
    )
    assert "Mustermann" not in repr(found)


def test_a_correction_is_never_added_to_the_new_periods_figure(city: Connection, sold: int) -> None:
    sale(city, area_m2=500, agreed_on="2024-03-01")
    city.commit()
    assert draft(city, NEXT).line("public_land_m2").cells[-1].exact == 500


def test_a_correction_in_a_published_report_is_not_repeated_in_the_next(city: Connection, sold: int) -> None:
    publish(city, NEXT)
    assert named(city, "2024-H2") == {}
    sale(city, area_m2=40)
    city.commit()
    assert named(city, "2024-H2")["2023-H2", "public_land_m2"].exact == 40
    # A new version of the report that named it names it again, since readers have only that version.
    assert named(city)["2023-H2", "public_land_m2"].exact == -3160


def test_a_new_version_of_the_corrected_period_ends_its_corrections(city: Connection, sold: int) -> None:
    publish(city, PERIOD, reason="Verkauf storniert")
    assert named(city) == {}


def test_a_correction_appears_neither_in_its_own_period_nor_in_earlier_ones(city: Connection, sold: int) -> None:
    assert named(city, "2023-H2") == {}
    assert named(city, "2023-H1") == {}
    assert named(city, "2023") == {}


def test_a_draft_as_of_an_instant_has_the_corrections_known_then(city: Connection, sold: int) -> None:
    instant = settled(city)
    sale(city, area_m2=40)
    publish(city, PERIOD, reason="Nachtrag")
    assert draft(city, NEXT).corrections == ()
    (land, plots) = draft(city, NEXT, instant).corrections
    assert (land.exact, plots.exact) == (-3200, -1)


def test_a_correction_is_verified_with_its_release(city: Connection, sold: int) -> None:
    release = publish(city, NEXT)
    assert len(published(release).corrections) == 2
    update(city, "transactions", sold, cancelled_on=None)
    city.commit()
    publishing.publish(city, PERIOD, reason="doch nicht storniert", accept="zur Probe", unchanged=True)
    publish(city, NEXT, reason="doch nicht storniert")
    assert verify(city, NEXT.name, 1).holds
    assert verify(city, NEXT.name, 2).holds


def test_corrections_use_the_definitions_with_which_the_period_was_published(
    city: Connection, sold: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = [
        replace(indicator, contributions=indicator.contributions.replace("t.area_m2", "2 * t.area_m2"))
        for indicator in INDICATORS
    ]
    monkeypatch.setattr(evaluation, "INDICATORS", changed)
    assert named(city)["2023-H2", "public_land_m2"].exact == -3200


def test_a_correction_smaller_than_the_figures_rounding_is_not_rounded_to_zero(city: Connection) -> None:
    funded = insert(city, "programmes", name="P", funding="funded")
    city.commit()
    publish(city, PERIOD)
    sale(city, area_m2=30)
    insert(city, "trenches", programme=funded, planned_on="2023-05-01", geom=line((395000, 5705000), (395340, 5705000)))
    city.commit()
    found = named(city)
    land, trenches = (found["2023-H2", key] for key in ("public_land_m2", "trench_planned_km"))
    assert (land.shown, land.decimals) == (30, 0)
    assert (trenches.exact, trenches.shown, trenches.decimals) == (Decimal("0.34"), Decimal("0.3"), 1)


def test_a_correction_is_the_difference_of_what_is_printed_before_and_after(city: Connection) -> None:
    """140 m² and 260 m² print as 100 and 300; the difference of 120 m² would print as 100. So with reported figures."""
    first = sale(city, area_m2=140)
    record = reported(city, "2023-H2", 2.4)
    city.commit()
    publish(city, PERIOD)
    update(city, "transactions", first, area_m2=260)
    update(city, "manual_actuals", record, value=2.6)
    city.commit()
    found = named(city)
    land, events = (found["2023-H2", key] for key in ("public_land_m2", "events"))
    assert (land.exact, land.shown, land.printed) == (120, 200, (100, 300))
    assert (events.exact, events.shown, events.printed) == (Decimal("0.2"), 1, (2, 3))
    assert (
        values.correction_line(land, "de")
        .replace("\N{NO-BREAK SPACE}", " ")
        .startswith("Korrektur zu 2023-H2: 100 m² → 300 m², +200 m² (")
    )
    release = publish(city, NEXT)
    assert published(release).corrections == (land, events)
    assert verify(city, NEXT.name).holds


def test_a_release_of_an_earlier_version_is_verified_by_the_exact_difference(
    city: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It rounded the difference and told no printed figures."""
    first = sale(city, area_m2=140)
    city.commit()
    publish(city, PERIOD)
    update(city, "transactions", first, area_m2=260)
    city.commit()

    def as_before(*given: Any) -> tuple[Correction, ...]:
        return tuple(replace(each, shown=Decimal(100), printed=None) for each in corrections(*given))

    monkeypatch.setattr(assembling, "corrections", as_before)
    release = publish(city, NEXT)
    assert b'"printed"' not in release.document.encode()
    assert verify(city, NEXT.name).holds


def test_a_reported_actual_is_corrected_too(city: Connection) -> None:
    record = reported(city, "2023-H2", 12)
    city.commit()
    publish(city, PERIOD)
    update(city, "manual_actuals", record, value=14)
    city.commit()
    correction = named(city)["2023-H2", "events"]
    assert (correction.label.de, correction.exact, correction.shown) == ("Veranstaltungen", 2, 2)
    assert correction.causes[0].what.de == "Ist 12 → 14"


def test_changes_that_cancel_out_cause_no_correction(city: Connection) -> None:
    first, second = (sale(city, area_m2=1000) for _ in range(2))
    city.commit()
    publish(city, PERIOD)
    update(city, "transactions", first, area_m2=900)
    update(city, "transactions", second, area_m2=1100)
    city.commit()
    assert named(city) == {}


def test_readers_can_create_drafts_with_corrections(city: Connection, sold: int, database_url: str) -> None:
    """A reader's rights suffice to see the same corrections."""
    with psycopg.connect(conninfo(database_url), user="flurwerk_reader") as reader:
        assert draft(reader, NEXT).corrections == draft(city, NEXT).corrections
