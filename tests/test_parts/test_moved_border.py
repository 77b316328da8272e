"""A later move of the city's outer border changes no figure of a period before it; later ones follow the new border."""

import json
import random
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal

import psycopg
import pytest

from geo.figures.checks.period import AffectedFigure, findings_of
from geo.figures.kpis import INDICATORS, Indicator, evaluation, kpi_sql, places, records_geojson
from geo.figures.kpis.disclosure import cells_hidden, counts
from geo.figures.kpis.suppression import TOTAL, Cell
from geo.figures.releases.corrections import corrections
from geo.figures.releases.verifying import verify
from geo.figures.report.content import content
from geo.figures.report.extract import Extract
from geo.periods import parse_period
from geo.store.database import as_recorded, conninfo
from tests.records import Connection, insert, line, square
from tests.test_parts.halves import LARGER_WEST, OBLIQUE_WEST, SMALLER_WEST, enlarge_west, reshape_west
from tests.test_profile.declaring import declared, indicator
from tests.test_releases.helpers import publish, settled, since

DAY = "2024-04-01"
BEFORE, MONTH, AFTER = (parse_period(name) for name in ("2023-H2", "2024-03", "2024-H1"))
LAID, CONNECTIONS = (evaluation.find(INDICATORS, key) for key in ("trench_laid_km", "funded_connections"))
TRENCHES = {"layer": "trenches", "from_": "laid_on", "until": ["discarded_on"]}
ADDRESSES = {"layer": "connections", "date": "connected_on"}
TABLES = (
    indicator(key="dug", position=91, measure="length", unit="m", rounding=0.001, **TRENCHES)
    + indicator(key="longest", position=92, measure="length", unit="m", aggregation="max", **TRENCHES)
    + indicator(key="number", position=93, **TRENCHES)
    + indicator(key="addresses", position=94, **ADDRESSES)
    + indicator(key="inside", position=95, filter="district_key <> 'outside'", **ADDRESSES)
)


@pytest.fixture(scope="module")
def known() -> dict[str, Indicator]:
    """The built-in indicators and some that a profile declares, by their keys."""
    return {each.key: each for each in INDICATORS} | declared(TABLES)


@pytest.fixture
def city(districts: Connection) -> Connection:
    """West and Ost, from x = 390000; a trench and an address on each side of the outer border, and one far inside."""
    fill(districts)
    return districts


def fill(city: Connection) -> None:
    """The trench across the border is 3 km long, of which 2 km lie inside it; the other one, of 2 km, in both parts."""
    programme = insert(city, "programmes", name="P", funding="funded")
    for way in (((389000, 5701000), (392000, 5701000)), ((399000, 5702000), (401000, 5702000))):
        insert(city, "trenches", programme=programme, laid_on="2023-08-01", geom=line(*way))
    for x in (389500, 390500, 395000):
        for day in ("2023-08-01", "2024-03-01"):
            insert(city, "connections", programme=programme, connected_on=day, geom=f"POINT({x} 5705000)")


def figure(city: Connection, asked: Indicator, period: str = "2023-H2", part: str | None = None) -> Decimal | None:
    return evaluation.totals(city, [(asked, parse_period(period))], part=part)[asked.key, period]


def split(city: Connection, asked: Indicator, period: str = "2023-H2", level: str = "district") -> dict[str, Decimal]:
    """The parts of a figure that are not 0; they add up to its total, as its records, months and map do."""
    when = parse_period(period)
    parts = evaluation.by_district(city, asked, when, level=level)
    total = figure(city, asked, period) or 0
    shown = evaluation.reforms(city).parts(when, level)
    upper = evaluation.reforms(city).parts(when)
    ((page, _),) = city.execute(*records_geojson.geojson(asked, when, limit=1000, parts=upper)).fetchall()
    sums = [
        sum(part.amount or 0 for part in parts),
        sum(row.amount for row in evaluation.rows(city, asked, when, level=level)),
        sum(row.amount for row in evaluation.rows(city, asked, when, level=level, by_part=True)),
        sum(month.amount or 0 for month in evaluation.by_month(city, asked, when)),
        sum(drawn.amount for drawn in places.contributions(city, asked, when, shown)),
        sum(Decimal(str(record["properties"]["amount"])) for record in json.loads(page)["features"]),
    ]
    assert sums == [total] * 6
    return {part.part: part.amount for part in parts if part.amount}


def test_a_line_across_the_border_keeps_its_length_in_past_periods_and_has_the_new_one_in_later_ones(
    city: Connection,
) -> None:
    """3 km, of which 2 lay inside; with the enlarged west all 3 do. 2 km more are not touched by it."""
    assert split(city, LAID) == {"West": 3, "Ost": 1}
    enlarge_west(city, DAY)
    assert split(city, LAID) == {"West": 3, "Ost": 1}
    assert split(city, LAID, "2024-03") == {"West": 3, "Ost": 1}
    assert split(city, LAID, "2024-H1") == {"West, Neuland": 4, "Ost": 1}
    assert [figure(city, LAID, period, part="01") for period in ("2023-H2", "2024-H1")] == [3, 4]
    reshape_west(city, "2025-04-01", SMALLER_WEST)
    assert [split(city, LAID, period) for period in ("2023-H2", "2024-H2")] == [
        {"West": 3, "Ost": 1},
        {"West, Neuland": 4, "Ost": 1},
    ]
    assert split(city, LAID, "2025-H1") == {"West, Neuland": 2, "Ost": 1}


def test_an_address_outside_counts_from_the_period_in_which_the_border_includes_it(city: Connection) -> None:
    """In each period there are one address beyond the border and two inside."""
    assert split(city, CONNECTIONS) == {"West": 2}
    enlarge_west(city, DAY)
    assert split(city, CONNECTIONS) == {"West": 2}
    assert split(city, CONNECTIONS, "2024-03") == {"West": 2}
    assert split(city, CONNECTIONS, "2024-H1") == {"West, Neuland": 3}


def test_an_address_that_the_city_has_ceded_counts_in_the_periods_before(city: Connection) -> None:
    reshape_west(city, DAY, SMALLER_WEST)
    assert split(city, CONNECTIONS) == {"West": 2}
    assert split(city, CONNECTIONS, "2024-H1") == {"West, Neuland": 1}
    assert split(city, LAID) == {"West": 3, "Ost": 1}
    assert split(city, LAID, "2024-H1") == {"West, Neuland": 2, "Ost": 1}


def test_what_a_profile_declares_follows_the_border_of_the_time_too(
    city: Connection, known: dict[str, Indicator]
) -> None:
    """Lengths, the longest, counts by the part with most of a line, the row “outside”, and filters by place."""
    enlarge_west(city, DAY)
    assert split(city, known["dug"]) == {"West": 3000, "Ost": 1000}
    assert split(city, known["dug"], "2024-H1") == {"West, Neuland": 4000, "Ost": 1000}
    assert [figure(city, known["longest"], period) for period in ("2023-H2", "2024-H1")] == [2000, 3000]
    assert split(city, known["number"]) == {"West": 2}
    assert split(city, known["addresses"]) == {"West": 2, "outside": 1}
    assert split(city, known["addresses"], "2024-H1") == {"West, Neuland": 3}
    assert [figure(city, known["inside"], period) for period in ("2023-H2", "2024-H1")] == [2, 3]


def test_lower_parts_and_what_lies_in_none_of_them_add_up_to_the_total_of_the_time(city: Connection) -> None:
    """A quarter across the outer border, whose part beyond it did not count before the reform."""
    insert(city, "districts", key="q", name="Q", kind="statistical", geom=square(389500, 5700000, 2000))
    assert split(city, LAID, level="statistical") == {"Q": Decimal("1.5"), "outside": Decimal("2.5")}
    enlarge_west(city, DAY)
    assert split(city, LAID, level="statistical") == {"Q": Decimal("1.5"), "outside": Decimal("2.5")}
    assert split(city, LAID, "2024-H1", level="statistical") == {"Q": 2, "outside": 3}
    assert split(city, CONNECTIONS, level="statistical") == {"outside": 2}


@pytest.mark.parametrize("geom", [OBLIQUE_WEST, LARGER_WEST])
def test_any_line_keeps_its_length_to_the_millimetre(city: Connection, geom: str) -> None:
    """Three hundred lines at odd coordinates across all borders; the sum and every record's share stay."""
    drawn = random.Random(7)
    (programme,) = city.execute("select id from flurwerk.programmes").fetchone() or (None,)
    for _ in range(300):
        x, y = drawn.uniform(386000, 404000), drawn.uniform(5699000, 5710000)
        way = [(x + drawn.uniform(-900, 900), y + drawn.uniform(-900, 900)) for _ in range(4)]
        insert(city, "trenches", programme=programme, laid_on="2023-08-01", geom=line((x, y), *way))
    total, parts = figure(city, LAID), split(city, LAID)
    rows = evaluation.rows(city, LAID, BEFORE, by_part=True)
    reshape_west(city, DAY, geom)
    assert (figure(city, LAID), split(city, LAID)) == (total, parts)
    assert evaluation.rows(city, LAID, BEFORE, by_part=True) == rows
    assert figure(city, LAID, "2024-H1") != total
    assert split(city, LAID, "2024-H1")


@pytest.fixture
def kept(districts_url: str) -> Iterator[Connection]:
    """The same city in a database of the test's own."""
    with closing(psycopg.connect(conninfo(districts_url))) as connection:
        fill(connection)
        connection.commit()
        yield connection


def test_releases_and_figures_as_recorded_before_agree_and_nothing_is_a_correction(kept: Connection) -> None:
    """Neither of the whole nor of one part; and a release made after the reform agrees after the next one."""
    publish(kept, BEFORE)
    then = settled(kept)
    own = content(kept, BEFORE, then, extract=Extract("01"))
    enlarge_west(kept, DAY)
    kept.commit()
    assert since(kept, then) == {}
    assert corrections(kept, AFTER) == ()
    with as_recorded(kept, then):
        assert [split(kept, each) for each in (LAID, CONNECTIONS)] == [{"West": 3, "Ost": 1}, {"West": 2}]
        assert content(kept, BEFORE, then, extract=Extract("01")) == own
    publish(kept, AFTER)
    publish(kept, BEFORE, reason="Neugliederung")
    kept.rollback()
    reshape_west(kept, "2025-04-01", SMALLER_WEST)
    kept.commit()
    verdicts = [verify(kept, *asked) for asked in (("2023-H2", 1), ("2023-H2", 2), ("2024-H1", 1))]
    assert [(verdict.failure, verdict.discrepancies) for verdict in verdicts] == [(None, [])] * 3
    assert all(verdict.values for verdict in verdicts)


def test_a_corrected_border_of_then_is_a_correction_with_its_cause(kept: Connection) -> None:
    """No record was written meanwhile but that of the former part."""
    enlarge_west(kept, DAY)
    kept.commit()
    publish(kept, BEFORE)
    settled(kept)
    kept.execute("update flurwerk.former_districts set geom = st_geomfromtext(%s, 25832)", [SMALLER_WEST])
    kept.commit()
    found = {each.key: each for each in corrections(kept, AFTER)}
    assert {key: each.exact for key, each in found.items()} == {"trench_laid_km": -1, "funded_connections": -1}
    assert {cause.what.de.partition(" durch ")[2] for each in found.values() for cause in each.causes} == {
        "geänderte Bezirke"
    }


def test_what_lay_outside_at_the_periods_end_is_found_and_nothing_else(city: Connection) -> None:
    """The address beyond the border would have counted before, and counts since."""

    def found(period: str) -> list[tuple[str, tuple[AffectedFigure, ...]]]:
        return [(odd.finding.check, odd.figures) for odd in findings_of(city, parse_period(period))]

    missed = ("outside", (AffectedFigure("funded_connections", Decimal(1), False),))
    assert found("2023-H2") == [missed]
    enlarge_west(city, DAY)
    assert found("2023-H2") == [missed]
    assert found("2024-H1") == []
    reshape_west(city, "2025-04-01", SMALLER_WEST)
    assert found("2023-H2") == [missed]
    assert found("2024-H1") == []


def test_the_public_gets_no_months_of_a_year_in_which_the_border_moved(city: Connection) -> None:
    """March, counted inside the old border, and the half-year, inside the new one, would tell a single address."""
    enlarge_west(city, DAY)
    reforms = evaluation.reforms(city)

    def hidden(period: str) -> bool:
        asked = parse_period(period)
        query = counts(CONNECTIONS, asked, reforms)
        rows = city.execute(*query).fetchall() if query else []
        return Cell(period, TOTAL) in cells_hidden(CONNECTIONS, asked, rows, today=date(2026, 1, 1), reforms=reforms)

    assert {period: hidden(period) for period in ("2024-01", "2024-Q1", "2024-H1", "2025-01")} == {
        "2024-01": True,
        "2024-Q1": True,
        "2024-H1": False,
        "2025-01": False,
    }


def test_without_a_reform_the_statements_are_those_without_borders(
    city: Connection, known: dict[str, Indicator]
) -> None:
    """So they cost what they did; after one, only what touches the parts that changed is placed again."""
    asked = [(each, period) for each in known.values() for period in (BEFORE, MONTH, AFTER)]
    plain = kpi_sql.totals(asked)
    assert kpi_sql.totals(asked, reforms=evaluation.reforms(city)) == plain
    assert "_then" not in plain.statement.as_string(None)
    enlarge_west(city, DAY)
    query = kpi_sql.totals([(LAID, BEFORE)], reforms=evaluation.reforms(city))
    city.execute("set local track_functions = 'all'")
    city.execute(*query)
    calls = dict(
        city.execute(
            "select funcname, calls from pg_stat_xact_user_functions where funcname in ('line_then', 'line_in_parts')"
        ).fetchall()
    )
    assert calls == {"line_then": 2, "line_in_parts": 2}
