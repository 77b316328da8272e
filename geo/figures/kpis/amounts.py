"""The expressions by which contributions become figures and their parts."""

from typing import LiteralString

from psycopg import sql

from geo.figures.kpis.indicator import RATIO_DIGITS, Aggregation, Indicator
from geo.figures.kpis.parts import Parts
from geo.figures.kpis.recorded import dates_recorded
from geo.figures.kpis.within_part import PartOfCity

# A ratio is told to a fixed number of decimals, from a quotient with so many more that they do not depend on how it is
# rounded: Indicator.divided computes the same.
RATIO: LiteralString = """
    round(
        coalesce(sum(c.amount) filter (where not c.is_base), 0) * {factor}::numeric * 1.000000000000000000000000000000
        / nullif(sum(c.amount) filter (where c.is_base), 0),
        {digits}
    )
"""


def value(indicator: Indicator) -> sql.Composable:
    """Return the figure of contributions ``c`` as an aggregate expression."""
    if indicator.aggregation is Aggregation.RATIO:
        return sql.SQL(RATIO).format(factor=sql.Literal(indicator.factor), digits=sql.Literal(RATIO_DIGITS))
    return sql.SQL("max(c.amount)" if indicator.aggregation is Aggregation.MAX else "sum(c.amount)")


def total(indicator: Indicator, is_recorded: sql.Composable) -> sql.Composable:
    """Return the figure of contributions ``c``: of a sum 0 where nothing counts, unless it is not recorded."""
    if indicator.is_share_of_area:
        return sql.SQL("case when bool_or(not c.is_base) or {recorded} then {value} end").format(
            recorded=is_recorded, value=value(indicator)
        )
    if not indicator.is_sum:
        return value(indicator)
    return sql.SQL("case when count(*) > 0 or {} then coalesce(sum(c.amount), 0) end").format(is_recorded)


def part(indicator: Indicator, is_recorded: sql.Composable) -> sql.Composable:
    """Return the amount of a row ``p`` of ``parts``, likewise."""
    if indicator.is_share_of_area:
        return sql.SQL("case when exists (select from parts where amount > 0) or {} then p.amount end").format(
            is_recorded
        )
    if not indicator.is_sum:
        return sql.SQL("p.amount")
    return sql.SQL("case when exists (select from parts) or {} then coalesce(p.amount, 0) end").format(is_recorded)


def part_of_city(indicator: Indicator, is_recorded: sql.Composable) -> sql.Composable:
    """Return the amount of a row ``p`` of ``parts``: of a sum not 0 if no record that counts has a place."""
    if not indicator.is_sum:
        return part(indicator, is_recorded)
    return sql.SQL(
        """
        case
            when p.key is not null then p.amount
            when exists (select from parts where has_place) or not exists (select from parts) and {} then 0
        end
        """
    ).format(is_recorded)


def has_place(indicator: Indicator, district: str, parts: Parts | PartOfCity) -> sql.Composable:
    """Return the condition over ``c`` for contributions that tell how a sum is divided among the parts."""
    if not indicator.is_sum or dates_recorded(indicator) is None:
        return sql.SQL("true")
    if isinstance(parts, PartOfCity):
        return sql.SQL("c.geom is not null")
    return sql.SQL("c.{} is not null").format(sql.Identifier(district))
