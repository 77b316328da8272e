"""Checks of the rollout: consent, the programme's end, addresses recorded twice, orders after drops, obstructions."""

import pytest

from geo.figures.checks import rollout as checks
from geo.figures.checks import run
from geo.figures.checks.check import Check
from geo.figures.checks.geometry import OVERLAPPING_TRENCHES, PARALLEL_TRENCHES
from geo.figures.checks.period import findings_of
from geo.periods import parse_period
from tests.records import Connection, insert, line, two_districts

X, Y = 395_000, 5_705_000


def details(connection: Connection, check: Check) -> dict[str, str]:
    return {finding.source_id: finding.detail for finding in run(connection, check)}


@pytest.fixture
def city(connection: Connection) -> Connection:
    """A city."""
    two_districts(connection)
    return connection


def test_trenches_laid_before_consent_given_or_deemed_are_found(city: Connection) -> None:
    """Complete on 30 September 2022, three months end on 30 December, a Friday: deemed from the 31st on.

    Complete on 1 October, they would end on Sunday 1 January 2023, a holiday: deemed from 3 January on.
    """
    programme = insert(city, "programmes", name="P", funding="funded")
    given: dict[str, object] = {"applied_on": "2022-09-01", "complete_on": "2022-09-30"}
    cases: dict[str, dict[str, object]] = {
        "deemed": given | {"laid_on": "2022-12-31"},
        "before deemed": given | {"laid_on": "2022-12-30"},
        "permitted": given | {"permitted_on": "2022-11-01", "laid_on": "2022-11-01"},
        "before permitted": given | {"permitted_on": "2022-11-02", "laid_on": "2022-11-01"},
        "refused in time": given | {"refused_on": "2022-12-30", "laid_on": "2023-03-01"},
        "refused too late": given | {"refused_on": "2022-12-31", "laid_on": "2023-03-01"},
        "extended": given | {"extended_until": "2023-01-31", "laid_on": "2023-01-31"},
        "incomplete": {"applied_on": "2022-09-01", "laid_on": "2023-03-01"},
        "holiday": {"complete_on": "2022-10-01", "laid_on": "2023-01-02"},
        "after holiday": {"complete_on": "2022-10-01", "laid_on": "2023-01-03"},
        "without application": {"laid_on": "2023-03-01"},
        "not laid": given,
        "existing": given | {"laid_on": "2022-11-01", "origin": "existing_duct"},
        "discarded": given | {"laid_on": "2022-11-01", "discarded_on": "2023-01-01"},
    }
    for number, (name, dates) in enumerate(cases.items()):
        geom = line((X, Y + 10 * number), (X + 100, Y + 10 * number))
        insert(city, "trenches", source_id=name, programme=programme, geom=geom, **dates)
    assert details(city, checks.CONSENT) == {
        "before deemed": "laid on 2022-12-30, consent of 2022-12-31",
        "before permitted": "laid on 2022-11-01, consent of 2022-11-02",
        "refused in time": "laid on 2023-03-01, consent not given",
        "extended": "laid on 2023-01-31, consent of 2023-02-01",
        "incomplete": "laid on 2023-03-01, consent not given",
        "holiday": "laid on 2023-01-02, consent of 2023-01-03",
    }


def test_connections_after_their_programmes_end_are_found_and_affect_its_figure(city: Connection) -> None:
    programme = insert(city, "programmes", name="P", funding="funded", ended_on="2023-06-30")
    for day in ("2023-06-30", "2023-07-03"):
        insert(city, "connections", source_id=day, programme=programme, connected_on=day, geom=f"POINT({X} {Y})")
    assert details(city, checks.PROGRAMME_OVER) == {
        "2023-07-03": "connected on 2023-07-03, P ended on 2023-06-30",
    }
    found = {
        half: [one.keys for one in findings_of(city, parse_period(half)) if one.check is checks.PROGRAMME_OVER]
        for half in ("2023-H1", "2023-H2")
    }
    assert found == {"2023-H1": [], "2023-H2": [("funded_connections",)]}


def test_addresses_recorded_twice_are_found_once_and_dropped_ones_not(city: Connection) -> None:
    """The same address of one operator, or of two: two findings of different checks, in the same place only."""
    one, two = (insert(city, "operators", name=name, kind="carrier") for name in ("Eins", "Zwei"))
    addresses: dict[str, tuple[str | None, int, dict[str, object]]] = {
        "first": ("Hauptstraße 1a", X, {"operator": one}),
        "again": ("hauptstr.  1 A", X + 10, {"operator": one}),
        "other": ("Hauptstr. 1a", X + 20, {"operator": two}),
        "dropped": ("Hauptstr. 1a", X, {"operator": one, "dropped_on": "2023-01-01"}),
        "neighbour": ("Hauptstr. 1b", X, {"operator": one}),
        "far": ("Hauptstr. 1a", 405_000, {"operator": one}),
        "nowhere": (None, X, {"operator": one}),
        "nowhere either": (None, X, {"operator": two}),
    }
    for name, (address, x, values) in addresses.items():
        insert(city, "connections", source_id=name, address=address, geom=f"POINT({x} {Y})", **values)
    assert details(city, checks.ADDRESS_TWICE) == {"first": "also again"}
    found = [(one.source_id, one.detail) for one in run(city, checks.TWO_OPERATORS)]
    assert found == [("first", "also other of Zwei"), ("again", "also other of Zwei")]


def test_orders_after_a_drop_are_found(city: Connection) -> None:
    for name, ordered in (("anew", "2023-03-02"), ("before", "2023-03-01")):
        dates = {"ordered_on": ordered, "dropped_on": "2023-03-01"}
        insert(city, "connections", source_id=name, geom=f"POINT({X} {Y})", **dates)
    assert details(city, checks.ORDERED_ANEW) == {"anew": "dropped on 2023-03-01, ordered on 2023-03-02"}


def test_obstructions_of_what_is_finished_or_given_up_are_found(city: Connection) -> None:
    programme = insert(city, "programmes", name="P", funding="funded")
    laid = insert(city, "trenches", programme=programme, laid_on="2023-03-01", geom=line((X, Y), (X + 100, Y)))
    dropped, anew = (
        insert(city, "connections", dropped_on="2023-03-01", ordered_on=ordered, geom=f"POINT({X} {Y})")
        for ordered in (None, "2023-04-01")
    )
    known = {"kind": "permit", "from_on": "2023-01-01"}
    insert(city, "obstructions", source_id="open", trench=laid, **known)
    insert(city, "obstructions", source_id="ended", trench=laid, until_on="2023-03-01", **known)
    insert(city, "obstructions", source_id="dropped", connection=dropped, until_on="2023-03-02", **known)
    insert(city, "obstructions", source_id="anew", connection=anew, **known)
    assert details(city, checks.OBSTRUCTION_OVER) == {
        "open": "laid since 2023-03-01",
        "dropped": "dropped since 2023-03-01",
    }


def test_a_known_duplicate_is_not_told_again(city: Connection) -> None:
    """Two trenches marked as duplicates of a third one lie on each other, too; a fourth is still found."""
    programme = insert(city, "programmes", name="P", funding="funded")
    geom = line((X, Y), (X + 100, Y))
    first = insert(city, "trenches", source_id="first", programme=programme, geom=geom)
    for name in ("second", "third"):
        insert(city, "trenches", source_id=name, programme=programme, geom=geom, duplicate_of=first)
    assert details(city, OVERLAPPING_TRENCHES) == details(city, PARALLEL_TRENCHES) == {}
    insert(city, "trenches", source_id="fourth", programme=programme, geom=geom)
    assert details(city, OVERLAPPING_TRENCHES) == {"first": "100.0 m with fourth"}
