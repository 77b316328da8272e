"""Parts of a level that overlap, leave gaps or are in force twice are findings, as is naming one that is not there."""

import pytest

from geo.figures.checks import Finding, run
from geo.figures.checks.parts import CHECKS, GAPS, OVERLAPPING, TWICE, UNKNOWN, WANTED
from geo.figures.checks.period import findings_of
from geo.periods import parse_period
from tests.records import Connection, insert, square
from tests.test_parts.halves import SOUTH, reform_into_halves


def details(found: list[Finding]) -> list[str]:
    return [finding.detail for finding in found]


def test_a_clean_city_has_no_findings(sample: Connection) -> None:
    for check in CHECKS:
        assert run(sample, check) == []


def test_a_reform_without_gaps_has_no_findings(districts: Connection) -> None:
    reform_into_halves(districts, "2024-04-01")
    for check in CHECKS:
        assert run(districts, check) == []


@pytest.mark.parametrize("kind", ["district", "statistical"])
def test_overlapping_parts_of_one_level_are_found(districts: Connection, kind: str) -> None:
    insert(districts, "districts", key="a", name="A", kind=kind, geom=square(391000, 5701000, 100))
    insert(districts, "districts", key="b", name="B", kind=kind, geom=square(391050, 5701000, 100))
    assert "5000.0 m² with b" in details(run(districts, OVERLAPPING))


def test_a_hole_in_the_city_and_what_a_lower_level_leaves_free_are_found(connection: Connection) -> None:
    ring = "(0 0, 30 0, 30 30, 0 30, 0 0), (10 10, 20 10, 20 20, 10 20, 10 10)"
    insert(connection, "districts", key="a", name="A", kind="district", geom=f"MULTIPOLYGON(({ring}))")
    assert details(run(connection, GAPS)) == ["100.0 m² enclosed"]
    insert(connection, "districts", key="s", name="S", kind="statistical", geom=square(0, 0, 5))
    assert sorted(details(run(connection, GAPS))) == ["100.0 m² enclosed", "775.0 m² in no statistical"]


def test_states_of_one_day_are_found(districts: Connection) -> None:
    given = {"key": "09", "name": "Süd", "kind": "district", "geom": SOUTH, "valid_until": "2000-01-01"}
    insert(districts, "former_districts", **given)
    assert sorted(details(run(districts, TWICE))) == ["with 01 from the beginning", "with 02 from the beginning"]
    districts.execute("update flurwerk.districts set valid_from = '2000-01-01'")
    assert run(districts, TWICE) == []
    insert(
        districts,
        "former_districts",
        **given | {"name": "Neu", "valid_from": "1999-01-01", "valid_until": "1999-05-05"},
    )
    assert sorted(details(run(districts, TWICE))) == ["with 09 from 1999-01-01", "with 09 from the beginning"]


def test_who_wants_a_district_that_is_gone_is_found(districts: Connection) -> None:
    insert(districts, "inquiries", kind="plot", received_on="2024-01-16", districts=["West", "Ost"])
    insert(districts, "inquiries", kind="plot", received_on="2024-01-16", closed_on="2024-01-17", districts=["West"])
    assert run(districts, WANTED) == []
    reform_into_halves(districts, "2024-04-01")
    assert details(run(districts, WANTED)) == ["Ost, West"]
    assert findings_of(districts, parse_period("2024-H1")) == []


def test_a_target_of_a_part_that_never_was_is_found_and_one_of_a_former_part_is_not(districts: Connection) -> None:
    given = {"kpi": "inquiries", "period": "2024-H1", "value": 5}
    for part in ("01", None):
        insert(districts, "targets", **given, part=part)
    assert run(districts, UNKNOWN) == []
    insert(districts, "targets", **given, part="99")
    assert details(run(districts, UNKNOWN)) == ["99, inquiries, 2024-H1"]
    (found,) = findings_of(districts, parse_period("2024-H1"))
    assert (found.finding.check, found.keys) == ("unknown_part", ("inquiries",))
    gone = {"key": "99", "name": "Alt", "kind": "district", "geom": SOUTH, "valid_until": "2000-01-01"}
    insert(districts, "former_districts", **gone)
    assert run(districts, UNKNOWN) == []
