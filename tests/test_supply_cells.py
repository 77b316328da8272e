"""Every cell of the supply knows its filter: the records that meet it add up to the cell."""

from typing import Any

import psycopg
import pytest
from psycopg import sql

from geo.layers.base import Audience
from geo.supply import WINDOWS, Row, Supply, supply
from geo.supply.filters import MEDIAN_CELLS, PLOT_CELLS, Behind, Condition, behind_measures, behind_plots, behind_window
from tests.records import Connection

PROPERTIES = """
    with worst as (
        select plot, max(case severity when 'serious' then 2 else 1 end) as severity
        from plot_restrictions
        group by plot
    ),
    plots as (
        select p.*, s.status, s.remaining_m2, coalesce(p.district_key, 'unlocated') as district,
            (array['none', 'minor', 'serious'])[1 + coalesce(w.severity, 0)] as restriction
        from flurwerk.plots as p
        join plot_supply as s on s.plot = p.id
        left join worst as w on w.plot = p.id
    ),
    transactions as (
        select t.*, p.horizon as "plot.horizon", p.zoning as "plot.zoning",
            coalesce(t.district_key, p.district_key, 'unlocated') as district
        from flurwerk.transactions as t
        left join flurwerk.plots as p on p.id = t.plot
    )
"""


def condition(asked: Condition) -> sql.Composable:
    name = sql.Identifier(asked.property)
    if asked.operator in {"is null", "is not null"}:
        return sql.SQL("{} {}").format(name, sql.SQL(asked.operator))
    if isinstance(asked.value, tuple):
        return sql.SQL("{} = any ({})").format(name, sql.Literal(list(asked.value)))
    return sql.SQL("{} {} {}").format(name, sql.SQL(asked.operator), sql.Literal(asked.value))


def added_up(connection: Connection, behind: Behind) -> Any:
    amount = (
        sql.SQL("coalesce(sum({}), 0)").format(sql.Identifier(behind.amount)) if behind.amount else sql.SQL("count(*)")
    )
    statement = sql.SQL("{} select {} from {} where {}").format(
        sql.SQL(PROPERTIES),
        amount,
        sql.Identifier(behind.layer),
        sql.SQL(" and ").join(map(condition, behind.conditions)),
    )
    found = connection.execute(statement).fetchone()
    assert found is not None
    return found[0]


def lines(found: Supply) -> tuple[Row, ...]:
    return (*found.rows, found.total)


@pytest.mark.parametrize("by", ["", "district", "horizon,ownership", "zoning"])
def test_the_records_behind_a_cell_add_up_to_it(sample: psycopg.Connection[Any], by: str) -> None:
    found = supply(sample, by)
    for row in lines(found):
        for cell in PLOT_CELLS:
            assert added_up(sample, behind_plots(row, cell)) == getattr(row, cell)
        for window in row.windows or ():
            taken = behind_window(found, row, window.years, "taken")
            bought = behind_window(found, row, window.years, "bought")
            assert (added_up(sample, taken), added_up(sample, bought)) == (window.taken_m2, window.bought_m2)


def test_the_plots_behind_a_median_have_it(sample: psycopg.Connection[Any]) -> None:
    for row in lines(supply(sample, "zoning,ownership")):
        for cell in MEDIAN_CELLS:
            assert (added_up(sample, behind_plots(row, cell)) > 0) == (getattr(row, cell) is not None)


def test_the_measures_behind_a_count_are_as_many(sample: psycopg.Connection[Any]) -> None:
    counts = supply(sample).measures
    assert counts
    for count in counts:
        assert added_up(sample, behind_measures(count)) == count.measures


def test_the_public_ones_ask_for_public_properties_only(sample: psycopg.Connection[Any]) -> None:
    found = supply(sample, "ownership", audience=Audience.PUBLIC)
    for row in lines(found):
        assert [window.years for window in row.windows or ()] == list(WINDOWS)
        for window in row.windows or ():
            behind = behind_window(found, row, window.years, "taken", Audience.PUBLIC)
            assert {asked.property for asked in behind.conditions} <= {"kind", "sector", "agreed_on"}
