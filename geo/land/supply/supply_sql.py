"""The queries for the supply of land.

All figures are computed by one query over facts: a row per plot on offer and per transaction that counts. It names
tables without a schema, so that it can also evaluate the records as of an earlier time.
"""

from collections.abc import Sequence
from datetime import date
from typing import LiteralString

from psycopg import sql

from geo.figures.kpis.kpi_sql import UNLOCATED
from geo.land.supply.rows import WINDOWS
from geo.records.layers.layer import Audience
from geo.store.database import Query

PLOTS_ON_OFFER: LiteralString = """
        select
            'plots' as layer,
            p.id,
            p.horizon,
            p.zoning,
            coalesce(p.district_key, %(unlocated)s) as district,
            p.ownership,
            null::date as agreed_on,
            p.area_m2 as offered_m2,
            s.remaining_m2 as left_m2,
            r.restriction,
            p.divisible,
            p.brownfield,
            p.asking_price_eur_m2,
            (p.asking_price_eur_m2 / p.ground_value_eur_m2 - 1) * 100 as asking_markup_percent,
            null::numeric as taken_m2,
            null::numeric as bought_m2,
            null::numeric as paid_eur,
            null::numeric as worth_eur
        from plots as p
        join plot_supply as s on s.plot = p.id
        join plot_severity as r on r.plot = p.id
        where s.on_offer
"""

# Nulls for the columns that only plots have: from offered_m2 to asking_markup_percent.
NO_PLOT: LiteralString = """
            null, null, null, null, null, null, null,
            case when t.kind <> 'purchase' then t.area_m2 end as taken_m2,
            case when t.kind = 'purchase' then t.area_m2 end as bought_m2,
"""

DEALS: LiteralString = (
    """
        select
            'transactions',
            t.id,
            p.horizon,
            p.zoning,
            coalesce(t.district_key, p.district_key, %(unlocated)s) as district,
            t.sector as ownership,
            t.agreed_reached_on,
    """
    + NO_PLOT
    + """
            case when t.kind = 'purchase' and t.ground_value_eur_m2 is not null then t.price_eur end,
            case when t.kind = 'purchase' and t.price_eur is not null then t.area_m2 * t.ground_value_eur_m2 end
        from transactions as t
        left join plots as p on p.id = t.plot
        where t.cancelled_on is null
          and (t.kind = 'purchase' or t.plot is not null)
    """
)

# Only public rows and columns of transactions: not the plot, hence none of its facts, and no later dates.
PUBLIC_DEALS: LiteralString = (
    """
        select
            'transactions',
            t.id,
            null,
            null,
            null,
            t.sector as ownership,
            t.agreed_on,
    """
    + NO_PLOT
    + """
            null,
            null
        from transactions as t
        where t.cancelled_on is null
    """
)

FIGURES: LiteralString = """
        count(*) filter (where f.layer = 'plots') as plots,
        coalesce(sum(f.offered_m2), 0) as offered_m2,
        coalesce(sum(f.left_m2), 0) as left_m2,
        coalesce(sum(f.left_m2) filter (where f.restriction = 'none'), 0) as unrestricted_m2,
        coalesce(sum(f.left_m2) filter (where f.restriction = 'minor'), 0) as minor_m2,
        coalesce(sum(f.left_m2) filter (where f.restriction = 'serious'), 0) as serious_m2,
        coalesce(sum(f.left_m2) filter (where f.divisible), 0) as divisible_m2,
        coalesce(sum(f.left_m2) filter (where f.brownfield), 0) as brownfield_m2,
        percentile_cont(0.5) within group (order by f.asking_price_eur_m2)::numeric as asking_price_eur_m2,
        percentile_cont(0.5) within group (order by f.asking_markup_percent)::numeric as asking_markup_percent
"""


DAY: LiteralString = "coalesce(%(day)s::date, flurwerk.day_shown())"

PARTS_AND_TOTAL: LiteralString = """
        with facts as (
            {plots}
            union all
            {deals}
        ),
        dated as (
            select
                *,
                case
                    when agreed_on > {day} then null
                    {windows}
                end as within_years
            from facts
        )
        select
            {dimensions}
            {is_total} as is_total,
            {day} as day,
            {figures},
            {sums}
        from dated as f
        where f.layer = 'plots'
           or f.within_years is not null
        group by grouping sets ({grouped} ())
        """


def rows(by: Sequence[str], audience: Audience, on: date | None = None) -> Query:
    """Return the query for the parts and the total (``is_total``). Windows end on the day ``on``, else the day shown.

    Columns: the dimensions, those of geo.land.supply.rows.Row, the ``day``, and for each window of n years ``taken_n``,
    ``bought_n`` (m²), ``paid_n`` and ``worth_n`` (€, or null).
    """
    dimensions = [sql.Identifier("f", name) for name in by]
    statement = sql.SQL(PARTS_AND_TOTAL).format(
        plots=sql.SQL(PLOTS_ON_OFFER),
        deals=sql.SQL(PUBLIC_DEALS if audience is Audience.PUBLIC else DEALS),
        windows=sql.SQL("\n").join(map(_window, WINDOWS)),
        day=sql.SQL(DAY),
        dimensions=sql.SQL("").join(sql.SQL("{}, ").format(name) for name in dimensions),
        is_total=sql.SQL("grouping({}) = 1").format(dimensions[0]) if by else sql.SQL("true"),
        figures=sql.SQL(FIGURES),
        sums=sql.SQL(",\n").join(map(_sums, WINDOWS)),
        grouped=sql.SQL("({}),").format(sql.SQL(", ").join(dimensions)) if by else sql.SQL(""),
    )
    return Query(statement, {"unlocated": UNLOCATED, "day": on})


def districts() -> Query:
    """Return the query for the districts: rows of key and name."""
    return Query(sql.SQL("select key, name from districts where kind = 'district' order by key"), {})


def measures() -> Query:
    """Return the query for the measures: rows of horizon (or null), status and number of measures."""
    return Query(sql.SQL("select horizon, status, count(*) from measures group by horizon, status"), {})


def _window(years: int) -> sql.Composed:
    return sql.SQL("when agreed_on > {day} - make_interval(years => {years}) then {years}").format(
        day=sql.SQL(DAY), years=sql.Literal(years)
    )


def _sums(years: int) -> sql.Composed:
    within = sql.SQL("filter (where f.within_years <= {})").format(sql.Literal(years))
    return sql.SQL(
        """
            coalesce(sum(f.taken_m2) {within}, 0) as {taken},
            coalesce(sum(f.bought_m2) {within}, 0) as {bought},
            sum(f.paid_eur) {within} as {paid},
            sum(f.worth_eur) {within} as {worth}
        """
    ).format(
        within=within,
        taken=sql.Identifier(f"taken_{years}"),
        bought=sql.Identifier(f"bought_{years}"),
        paid=sql.Identifier(f"paid_{years}"),
        worth=sql.Identifier(f"worth_{years}"),
    )
