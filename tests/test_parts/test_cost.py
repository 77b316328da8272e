"""The figures of one municipality read what it holds, not what the county does."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from psycopg import sql

from geo.figures.kpis import INDICATORS, Indicator, Kind, evaluation, kpi_sql
from geo.figures.kpis.countable import placed_by
from geo.periods import parse_period
from geo.records.layers import LAYERS
from geo.store.database import as_recorded
from tests.conftest import LendFilled
from tests.records import Connection, insert

H2 = parse_period("2023-H2")
NOW, THEN = None, datetime(2100, 1, 1, tzinfo=UTC)
PART = "05958055"
COUNTY = """
    insert into districts (key, name, kind, geom)
    select '05958' || lpad(n::text, 3, '0'), 'Gemeinde ' || n, 'district',
        st_multi(st_makeenvelope(x, y, x + 2000, y + 2000, 25832))
    from generate_series(0, 99) as n
    cross join lateral (select 390000 + n % 10 * 2000 as x, 5700000 + n / 10 * 2000 as y) as corner
"""
# In each municipality as many records of each kind: two of them of the period, eight of the eight years before.
EACH = """
    from districts as d
    cross join generate_series(0, 9) as n
    cross join lateral (
        select
            case when n < 2 then date '2023-08-01' else date '2023-08-01' - n * 365 end as day,
            st_translate(st_centroid(d.geom), n * 10, 0) as point
    ) as at
    order by n, d.key
"""
RECORDS = (
    "insert into inquiries (kind, received_on, geom) select 'plot', day, point" + EACH,
    "insert into office_takeups (kind, area_m2, agreed_on, geom) select 'lease', 100, day, point" + EACH,
    "insert into mobile_requests (radius_m, received_on, geom) select 100, day, point" + EACH,
    "insert into connections (programme, connected_on, geom) select (select id from programmes), day, point" + EACH,
    """
    insert into trenches (programme, planned_on, laid_on, geom)
    select (select id from programmes), day - 500, case when n % 2 = 0 then day end,
        st_multi(st_makeline(point, st_translate(point, 50, 0)))
    """
    + EACH,
    """
    insert into plots (source_id, name, ownership, offered_on, geom)
    select d.key || '-' || n, 'P', 'public', date '2010-01-01', st_multi(st_expand(point, 4))
    """
    + EACH,
    """
    insert into transactions (plot, kind, sector, role, area_m2, agreed_on)
    select (select id from plots where source_id = d.key || '-' || n), 'sale', 'public', 'seller', 50, day
    """
    + EACH,
    """
    insert into properties (source_id, name, use, geom) select d.key || '-' || n, 'H', 'hall', point
    """
    + EACH,
    """
    insert into brokerages (property, kind, agreed_on)
    select (select id from properties where source_id = d.key || '-' || n), 'lease', day
    """
    + EACH,
)


def fill(county: Connection) -> None:
    """A hundred municipalities that hold the same, in each one line that leads into the next."""
    county.execute("set search_path = flurwerk, public")
    county.execute(COUNTY)
    insert(county, "programmes", name="P", funding="funded")
    for statement in RECORDS:
        county.execute(statement.encode())
    county.execute(
        """
        insert into trenches (programme, planned_on, laid_on, geom)
        select (select id from programmes), '2023-01-01', '2023-08-01',
            st_multi(st_makeline(st_centroid(geom), st_translate(st_centroid(geom), 2000, 0)))
        from districts
        """
    )
    county.execute("reset search_path")
    county.commit()
    county.autocommit = True
    county.execute("vacuum (analyze)")


@pytest.fixture
def county(lend_filled: LendFilled) -> Iterator[Connection]:
    """The county; what the test does is rolled back."""
    with lend_filled(fill) as connection:
        yield connection


def known(county: Connection) -> list[Indicator]:
    return [one for one in evaluation.indicators(county) if one.layer not in ("letters_of_intent", "settlements")]


def read(county: Connection, indicator: Indicator, part: str | None, at: datetime | None = NOW) -> dict[str, int]:
    """Return by table how many of its rows or of its index's entries the figure's statement reads."""
    query = kpi_sql.totals([(indicator, H2)], part=part)
    with as_recorded(county, at):
        county.execute("set local enable_seqscan = off")
        explain = sql.SQL("explain (analyze, timing off, format json) ") + query.statement
        ((found,),) = county.execute(explain, query.parameters).fetchall()
    rows: dict[str, int] = {}
    waiting: list[Mapping[str, Any]] = [found[0]["Plan"]]
    while waiting:
        node = waiting.pop()
        waiting += node.get("Plans", [])
        table = node.get("Relation Name")
        # The first record at hand tells that the layer is recorded.
        if table and node.get("Parent Relationship") != "InitPlan":
            entries = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            rows[table] = rows.get(table, 0) + entries * node["Actual Loops"]
    return rows


@pytest.mark.parametrize("at", [NOW, THEN])
def test_a_municipality_with_a_hundredth_of_the_records_reads_about_a_hundredth(
    county: Connection, at: datetime | None
) -> None:
    """Of flows only those of the period. Deals and brokerages lie where their plot or property does: see below."""
    for indicator in known(county):
        if placed_by(LAYERS[indicator.layer]) is None:
            whole, own = (read(county, indicator, part, at)[indicator.layer] for part in (None, PART))
            assert whole >= 200, indicator.key
            assert 0 < own * 50 <= whole, indicator.key


@pytest.mark.parametrize("at", [NOW, THEN])
def test_lines_in_one_part_or_two_are_read_from_an_index_alone(county: Connection, at: datetime | None) -> None:
    """Their rows lie all over the table, so that the table would cost a page for each."""
    for key in ("trench_planned_km", "trench_laid_km"):
        query = kpi_sql.totals([(evaluation.find(known(county), key), H2)], part=PART)
        with as_recorded(county, at):
            county.execute("set local enable_seqscan = off")
            explained = county.execute(sql.SQL("explain ") + query.statement, query.parameters).fetchall()
        for part in ("first", "second"):
            assert f"Index Only Scan using trenches_{part}_part_counted" in str(explained)


def test_a_municipality_of_before_a_reform_places_what_touches_it(county: Connection) -> None:
    """The border has not moved, so its figures stay; nearly all records of the county are left out before placing."""
    keys = ("05958054", PART, "05958056")
    asked = [(indicator, H2) for indicator in known(county)]
    now = {key: evaluation.totals(county, asked, part=key) for key in keys}
    county.execute(
        """
        insert into flurwerk.former_districts (key, name, kind, geom, valid_until)
        select key, name, kind, geom, '2024-04-01' from flurwerk.districts;
        update flurwerk.districts set valid_from = '2024-04-01', name = 'Neu ' || name
        """
    )
    assert {key: evaluation.totals(county, asked, part=key) for key in keys} == now
    laid = evaluation.find(known(county), "trench_laid_km")
    query = kpi_sql.totals([(laid, H2)], part=PART, reforms=evaluation.reforms(county))
    explain = sql.SQL("explain (analyze, timing off) ") + query.statement
    plan = "\n".join(row for (row,) in county.execute(explain, query.parameters).fetchall())
    (placed,) = re.findall(r"Function Scan on line_then .*loops=(\d+)", plan)
    assert 0 < int(placed) <= 15


@pytest.mark.parametrize("at", [NOW, THEN])
def test_deals_of_a_municipality_are_found_by_its_plots_from_an_index_of_the_period(
    county: Connection, at: datetime | None
) -> None:
    """The period's deals stand side by side in an index; of the plots only the municipality's are read."""
    for key, place in (("public_land_m2", "plots"), ("properties_brokered", "properties")):
        indicator = evaluation.find(known(county), key)
        found = read(county, indicator, PART, at)
        assert found[place] <= 2 * 10
        assert found[indicator.layer] <= 200


def test_all_municipalities_add_up_to_the_county_and_are_those_of_the_split(county: Connection) -> None:
    """Also where a line leads from one into the next, or a deal has an area of its own in another than its plot's."""
    elsewhere = "MULTIPOLYGON(((401000 5711500, 401010 5711500, 401010 5711510, 401000 5711510, 401000 5711500)))"
    county.execute(
        """
        update flurwerk.transactions
        set geom = st_geomfromtext(%s, 25832)
        where id in (select min(id) from flurwerk.transactions where agreed_on = '2023-08-01')
        """,
        [elsewhere],
    )
    names = dict(county.execute("select name, key from flurwerk.districts").fetchall())
    asked = [(indicator, H2) for indicator in known(county)]
    own = {name: evaluation.totals(county, asked, part=key) for name, key in names.items()}
    whole = evaluation.totals(county, asked)
    for indicator, _ in asked:
        key = indicator.key, H2.name
        split = {part: amount for part, amount in evaluation.by_district(county, indicator, H2) if part in names}
        assert {name: totals[key] for name, totals in own.items()} == split, indicator.key
        assert sum(amount or 0 for amount in split.values()) == whole[key], indicator.key


def test_a_municipality_as_recorded_earlier_is_that_of_then(county: Connection) -> None:
    """Deals moved, connections dropped and lines discarded since are found among the earlier versions."""
    (then,) = county.execute("select max(recorded_from) from flurwerk.districts").fetchone() or (None,)
    asked = [(indicator, H2) for indicator in known(county)]
    before = evaluation.totals(county, asked, part=PART)
    here = "where st_intersects(geom, (select geom from flurwerk.districts where key = %s))"
    county.execute(f"update flurwerk.plots set geom = st_translate(geom, 2000, 0) {here}".encode(), [PART])
    for table in ("inquiries", "office_takeups", "mobile_requests", "connections", "trenches"):
        county.execute(f"delete from flurwerk.{table} {here}".encode(), [PART])
    county.execute("update flurwerk.brokerages set cancelled_on = '2023-12-01'")
    assert set(evaluation.totals(county, asked, part=PART).values()) == {0}
    with as_recorded(county, then):
        assert evaluation.totals(county, asked, part=PART) == before
    assert all(amount for (key, _), amount in before.items() if key != "private_land_m2")


def test_a_line_through_many_municipalities_counts_in_each_of_them_once(county: Connection) -> None:
    laid = evaluation.find(known(county), "trench_laid_km")

    def own() -> list[Any]:
        keys = ("05958050", "05958054", "05958059")
        return [evaluation.totals(county, [(laid, H2)], part=key)[laid.key, H2.name] for key in keys]

    before = own()
    (programme,) = county.execute("select id from flurwerk.programmes").fetchone() or (0,)
    across = "MULTILINESTRING((391000 5711700, 409000 5711700))"
    insert(county, "trenches", programme=programme, laid_on="2023-08-01", geom=across)
    assert [after - earlier for after, earlier in zip(own(), before, strict=True)] == [1, 2, 1]


def test_every_flow_over_places_of_its_own_is_indexed_by_part_and_date(county: Connection) -> None:
    """Derived from the indicators: a new one without such an index would read all that its municipality ever held."""
    for indicator in INDICATORS:
        layer = LAYERS[indicator.layer]
        if indicator.kind is Kind.FLOW and layer.geometry and layer.geometry != "MultiLineString":
            found = county.execute(
                """
                select schemaname
                from pg_indexes
                where tablename = %s and indexdef like %s
                order by 1
                """,
                [indicator.layer, f"%(district_key, {indicator.dates[0]})%"],
            ).fetchall()
            assert found == [("flurwerk",), ("flurwerk_history",)], indicator.key
