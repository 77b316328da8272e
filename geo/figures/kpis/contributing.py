"""The statement of an indicator's contributions in a period, by the parts of the city."""

from typing import Any, LiteralString

from psycopg import sql

from geo.figures.kpis import Indicator, Kind
from geo.figures.kpis.indicator import PARTS_OF_LINE, WHOLE_LINE, Aggregation
from geo.figures.kpis.one_part import narrowed
from geo.figures.kpis.parts import IN_FORCE, Parts
from geo.figures.kpis.places_then import columns_read, places_then
from geo.figures.kpis.placing import covered, placed
from geo.figures.kpis.responsible import responsible_in, responsible_then
from geo.periods import Period
from geo.profile.levels import UPPER

FLOW_CONDITION: LiteralString = "c.date >= %({first})s and c.date < %({end})s"
# The state at the end of the last day. Written this way, an index finds the records that have not ended yet.
STOCK_CONDITION: LiteralString = "c.from_on < %({end})s and coalesce(c.until_on, 'infinity') >= %({end})s"


def contributing(
    indicator: Indicator,
    period: Period,
    suffix: str,
    parameters: dict[str, Any],
    *,
    whole: bool = False,
    parts: Parts = IN_FORCE,
    within: str | None = None,
) -> sql.Composable:
    """Return the contributions that count in the period, as ``(…) as c``. Adds the values to bind to ``parameters``.

    With ``whole`` a line contributes one row without a district, of the same total amount, which is faster to add up.
    Of a ratio, the contributions to both sides, with a column ``is_base`` for the denominator's. ``indicator`` is the
    definition that counts, whichever is in force. The district of each row is that of ``parts``, and what lies outside
    of the city is told by those that were the city then. ``within`` is the name of a bound key of a part: then only
    those in it need to be returned, others may be left out.
    """
    if indicator.aggregation is Aggregation.RATIO:
        sides = [
            _side(
                side,
                period,
                f"{suffix}s{number}",
                parameters,
                whole=whole,
                parts=parts,
                within=within,
                is_base=number > 0,
            )
            for number, side in enumerate(indicator.sides)
        ]
        return sql.SQL("({}) as c").format(sql.SQL(" union all ").join(sides))
    names = {"first": f"first{suffix}", "end": f"end{suffix}"}
    parameters |= {names["first"]: period.first, names["end"]: period.end}
    contributions: str = indicator.contributions
    covers = indicator.aggregation is Aggregation.COVERAGE
    if within and parts.are_stored and not covers:
        contributions = narrowed(indicator, within)
    if whole or parts.level != UPPER:
        contributions = contributions.replace(PARTS_OF_LINE, WHOLE_LINE)
    read = columns_read(contributions)
    for name, value in indicator.parameters.items():
        contributions = contributions.replace(f"%({name})s", f"%({name}_{suffix})s")
        parameters[f"{name}_{suffix}"] = value
    condition = (FLOW_CONDITION if indicator.kind is Kind.FLOW else STOCK_CONDITION).format(**names)
    then = [] if covers else places_then(read, parts, parameters, within)
    is_placed = parts.level == UPPER
    # Both texts are from the registry and contain nothing from a request.
    counted = sql.SQL("({then} select * from ({contributions}) as c where {condition}) as c").format(
        then=sql.SQL("with {}").format(sql.SQL(", ").join(then)) if then and is_placed else sql.SQL(""),
        contributions=sql.SQL(contributions),  # pyright: ignore[reportArgumentType]
        condition=sql.SQL(condition),  # pyright: ignore[reportArgumentType]
    )
    if covers:
        counted = covered(indicator, counted, parts, parameters, names["end"])
    elif not is_placed:
        counted = placed(indicator, counted, parts, parameters, then)
    dates = indicator.dates if indicator.kind is Kind.FLOW else ()
    return responsible_in(counted, responsible_then(read, parts.handed_over, indicator.layer, dates, names["end"]))


def contributing_of_part(
    indicator: Indicator, period: Period, suffix: str, parameters: dict[str, Any], part: str, parts: Parts
) -> sql.Composable:
    """Return the contributions of one part, as ``(…) as c``."""
    name = f"part{suffix}"
    parameters |= {name: part}
    return sql.SQL("(select * from {counted} where c.district = {part}) as c").format(
        counted=contributing(indicator, period, suffix, parameters, parts=parts, within=name),
        part=sql.Placeholder(name),
    )


def _side(
    side: Indicator,
    period: Period,
    suffix: str,
    parameters: dict[str, Any],
    *,
    whole: bool,
    parts: Parts,
    within: str | None,
    is_base: bool,
) -> sql.Composable:
    """Return the contributions to a side of a ratio, by its definition that is in force."""
    counted = side.in_force(period)
    # Without a definition there is nothing to divide, or to divide by.
    return sql.SQL(
        """
        select c.id, c.{date}, c.amount, c.district, c.{district} as public_district, {is_base} as is_base
        from {counted}
        where {holds}
        """
    ).format(
        date=date_column(side),
        district=sql.Identifier((counted or side).public_district),
        is_base=sql.Literal(is_base),
        counted=contributing(counted or side, period, suffix, parameters, whole=whole, parts=parts, within=within),
        holds=sql.Literal(counted is not None),
    )


def date_column(indicator: Indicator) -> sql.Identifier:
    return sql.Identifier("date" if indicator.kind is Kind.FLOW else "from_on")
