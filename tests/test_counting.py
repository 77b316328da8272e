"""A figure reads only the records that count, from indexes, both now and as recorded earlier."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from geo.figures.kpis import INDICATORS, Indicator, evaluation, kpi_sql
from geo.figures.kpis.indicator import PARTS_OF_LINE
from geo.periods import parse_period
from geo.store.database import as_recorded
from tests.records import Connection, insert, line, one, two_districts

H2 = parse_period("2023-H2")
INDEXES = {
    "funded_connections": "connections_counted",
    "trench_planned_km": "trenches_planned_counted",
    "trench_laid_km": "trenches_laid_counted",
}


def known(connection: Connection, key: str) -> Indicator:
    return evaluation.find(evaluation.indicators(connection), key)


def plan(connection: Connection, indicator: Indicator) -> str:
    """Return the query plan of the total, as PostgreSQL would choose it for large tables."""
    connection.execute("set local enable_seqscan = off")
    connection.execute("set local enable_bitmapscan = off")
    query = kpi_sql.totals([(indicator, H2)])
    text = query.statement.as_string(connection)
    return "\n".join(row for (row,) in connection.execute(b"explain " + text.encode(), query.parameters).fetchall())


@pytest.mark.parametrize("key", INDEXES)
def test_the_largest_tables_are_counted_by_an_index_only_scan(connection: Connection, key: str) -> None:
    found = plan(connection, known(connection, key))
    assert f"Index Only Scan using {INDEXES[key]}" in found


@pytest.mark.parametrize("key", INDEXES)
def test_their_earlier_versions_are_counted_by_index_only_scans(connection: Connection, key: str) -> None:
    indicator = known(connection, key)
    with as_recorded(connection, datetime(2024, 1, 15, tzinfo=UTC)):
        found = plan(connection, indicator)
    # One scan of the table and one of its history; a third may look whether there is any record at all.
    assert found.count(f"Index Only Scan using {INDEXES[key]}") in (2, 3)


def test_planned_trenches_are_looked_up_by_the_day_that_ended_their_planning(connection: Connection) -> None:
    """Most trenches ever planned have been laid since, and are not read."""
    found = plan(connection, known(connection, "trench_planned_km"))
    assert "Index Cond: ((COALESCE(LEAST(laid_reached_on, discarded_on)" in found


def test_the_requested_instant_is_parsed_once_per_statement(connection: Connection) -> None:
    """It is a text in a setting; parsing it for every row took longer than counting the rows."""
    with as_recorded(connection, datetime(2024, 1, 15, tzinfo=UTC)):
        found = plan(connection, known(connection, "inquiries"))
    assert "InitPlan" in found
    conditions = [row for row in found.splitlines() if "Cond:" in row or "Filter:" in row]
    assert not [row for row in conditions if "current_setting" in row]


def test_a_past_records_reference_is_looked_up_by_id(connection: Connection) -> None:
    """The versions of a deal's plot are found by index, without reading the whole table."""
    with as_recorded(connection, datetime(2024, 1, 15, tzinfo=UTC)):
        found = plan(connection, known(connection, "public_land_m2"))
    assert "Index Scan using plots_pkey on plots" in found
    assert "Subquery Scan" not in found


def test_past_figures_are_counted_by_several_processes(connection: Connection) -> None:
    connection.execute("set local parallel_setup_cost = 0")
    connection.execute("set local parallel_tuple_cost = 0")
    connection.execute("set local min_parallel_index_scan_size = 0")
    connection.execute("set local min_parallel_table_scan_size = 0")
    with as_recorded(connection, datetime(2024, 1, 15, tzinfo=UTC)):
        found = plan(connection, known(connection, "trench_laid_km"))
    assert "Parallel Index Only Scan using trenches_laid_counted" in found


def test_every_flow_of_a_dated_table_finds_its_earlier_versions_by_date(connection: Connection) -> None:
    for indicator in INDICATORS:
        indexes = one(
            connection,
            """
            select count(*) from pg_indexes where schemaname = 'flurwerk_history' and tablename = %s and indexdef ~ %s
            """,
            indicator.layer,
            r"USING btree \((COALESCE\(LEAST\()?\w+_on\y",
        )
        assert indexes, indicator.key


def test_a_total_of_lines_is_the_sum_of_their_parts_by_district(connection: Connection) -> None:
    """The total counts each line as a whole, not its parts."""
    two_districts(connection)
    funded = insert(connection, "programmes", name="P", funding="funded")
    # One leads from outside the city through West into Ost, one lies outside.
    for x, length in ((389500, 12000), (389000, 500)):
        insert(
            connection,
            "trenches",
            programme=funded,
            planned_on="2023-01-01",
            laid_on="2023-08-01",
            geom=line((x, 5705000), (x + length, 5705000)),
        )
    laid = known(connection, "trench_laid_km")
    assert PARTS_OF_LINE in laid.contributions
    parts = evaluation.by_district(connection, laid, H2)
    total = evaluation.totals(connection, [(laid, H2)])[laid.key, H2.name]
    assert len([part for part in parts if part.amount]) == 2
    assert total == sum((part.amount or 0 for part in parts), Decimal()) > 0
