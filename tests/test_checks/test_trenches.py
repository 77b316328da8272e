"""Overlapping trenches are found wherever they lie, once each; trenches that only meet are not."""

from collections.abc import Sequence

import psycopg
import pytest

from geo.figures.checks import Finding, run
from geo.figures.checks.geometry import OVERLAPPING_TRENCHES, PARALLEL_TRENCHES
from geo.store.database import as_recorded, conninfo
from tests.records import Connection, delete, insert, line, one, two_districts

Points = Sequence[tuple[float, float]]
X, Y = 395000, 5705000


def found(connection: Connection, *lines: Points) -> tuple[list[str], list[str]]:
    """Return both checks' findings for trenches along these points, given in metres from a corner of cells."""
    for number, points in enumerate(lines):
        insert(
            connection,
            "trenches",
            source_id=str(number),
            programme=one(connection, "select id from programmes"),
            geom=line(*((X + x, Y + y) for x, y in points)),
        )
    return summaries(run(connection, OVERLAPPING_TRENCHES)), summaries(run(connection, PARALLEL_TRENCHES))


def summaries(findings: list[Finding]) -> list[str]:
    return [f"{finding.source_id}: {finding.detail}" for finding in findings]


@pytest.fixture
def city(connection: Connection) -> Connection:
    """A city with a programme."""
    two_districts(connection)
    insert(connection, "programmes", name="P", funding="funded")
    return connection


def test_overlapping_lines_across_many_cells_are_one_finding(city: Connection) -> None:
    long: Points = [(-500, -300), (700, 600)]
    overlapping, parallel = found(city, long, long[::-1])
    assert overlapping == ["0: 1500.0 m with 1"]
    assert parallel == []


@pytest.mark.parametrize("at", [-1.0, 0.0, 99.5, 198.9, 199.995, 200.0])
def test_a_stretch_is_found_at_and_across_the_borders_of_cells(city: Connection, at: float) -> None:
    overlapping, _ = found(city, [(-50, 0), (400, 0)], [(at, 0.004), (at + 1.2, 0.004)])
    assert overlapping == ["0: 1.2 m with 1"]


def test_a_metre_at_an_end_is_no_overlap_and_a_little_more_is(city: Connection) -> None:
    overlapping, _ = found(city, [(0, 0), (100, 0)], [(99, 0), (130, 0)], [(-30, 0), (1.1, 0)])
    assert overlapping == ["0: 1.1 m with 2"]


def test_lines_that_meet_or_cross_do_not_overlap(city: Connection) -> None:
    ends_in_it, crossing, goes_on = [(50, 0), (50, 40)], [(30, -20), (30, 20)], [(100, 0), (160, 5)]
    assert found(city, [(0, 0), (100, 0)], ends_in_it, crossing, goes_on) == ([], [])


def test_lines_up_to_a_metre_apart_are_parallel(city: Connection) -> None:
    _, parallel = found(city, [(0, 0), (100, 0)], [(0, 0.9), (100, 0.9)], [(0, -1.1), (100, -1.1)])
    assert parallel == ["0: 100.0 m within 1 m of 1"]


def test_short_lines_and_lines_of_several_parts_are_checked_as_they_are(city: Connection) -> None:
    insert(
        city,
        "trenches",
        source_id="parts",
        programme=one(city, "select id from programmes"),
        geom=f"MULTILINESTRING(({X} {Y}, {X + 20} {Y}), ({X + 40} {Y}, {X + 60} {Y}))",
    )
    overlapping, _ = found(city, [(39, 0), (61, 0)], [(10, 0), (10.8, 0)])
    assert overlapping == ["parts: 20.0 m with 0"]


def test_trenches_are_found_as_they_were_recorded(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        two_districts(connection)
        insert(connection, "programmes", name="P", funding="funded")
        live = found(connection, [(0, 0), (100, 0)], [(0, 0), (100, 0)], [(0, 0.5), (100, 0.5)])
        then = one(connection, "select clock_timestamp()")
        delete(connection, "trenches", one(connection, "select min(id) from trenches"))
        assert found(connection) == ([], ["1: 100.0 m within 1 m of 2"])
        with as_recorded(connection, then):
            assert summaries(run(connection, OVERLAPPING_TRENCHES)) == live[0] == ["0: 100.0 m with 1"]
            assert summaries(run(connection, PARALLEL_TRENCHES)) == live[1]
