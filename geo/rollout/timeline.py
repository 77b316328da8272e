"""The rollout month by month: kilometres of trenches and numbers of connections in each state."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import LiteralString

from psycopg import sql

from geo.figures.kpis.broadband import COUNTED_CONNECTIONS, COUNTED_TRENCHES
from geo.rollout.measures import fetch
from geo.store.database import AsyncConnection


@dataclass(frozen=True, slots=True)
class Month:
    """The state at the end of a month; for the last month, at the end of the requested day.

    Lengths are metres inside the city. Each trench counts only in the furthest state reached by then: planned (or
    applied for), permitted, cleared, under construction or laid. So does each connection: passed (or prepared),
    connected or activated. What was discarded or dropped by then does not count; what is ordered after it was dropped
    counts again from that day on.
    """

    month: str
    planned_m: Decimal
    permitted_m: Decimal
    cleared_m: Decimal
    under_construction_m: Decimal
    laid_m: Decimal
    passed: int
    connected: int
    activated: int


# Who was responsible for a record, from when until when; of one cluster or programme those that were in it then.
SPANS: LiteralString = """(
        select
            r.id as record,
            r.programme,
            (
                select max(f.until)
                from former_responsibilities as f
                where f.layer = {layer} and f.record = r.id
            ) as since,
            null::date as until
        from {table} as r
        where (%(cluster)s::bigint is null or r.cluster = %(cluster)s)
          and (%(programme)s::bigint is null or r.programme = %(programme)s)
        union all
        select f.record, f.programme, f.since, f.until
        from former_responsibilities as f
        where f.layer = {layer}
          and (%(cluster)s::bigint is null or f.cluster = %(cluster)s)
          and (%(programme)s::bigint is null or f.programme = %(programme)s)
    )"""
ALL: LiteralString = "(select id as record, programme, null::date as since, null::date as until from {table})"
"""The same of all records where none was ever handed over."""

# A record is in a state from the month of its date until the month of the first date of any later state. The series
# covers at most 20 years; earlier changes count in its first month.
STATEMENT: LiteralString = f"""
    with stays as (
        select
            s.state,
            t.city_length_m as amount,
            case when w.since > s.from_on then w.since else s.from_on end as from_on,
            least(s.until_on, w.until) as until_on
        from trenches as t
        join {{of_trenches}} as w on w.record = t.id
        cross join lateral (
            values
                ('planned', least(t.planned_reached_on, t.laid_reached_on), least(
                    t.permitted_on, t.cleared_on, t.started_on, t.laid_reached_on, t.discarded_on)),
                ('permitted', t.permitted_on, least(t.cleared_on, t.started_on, t.laid_reached_on, t.discarded_on)),
                ('cleared', t.cleared_on, least(t.started_on, t.laid_reached_on, t.discarded_on)),
                ('under_construction', t.started_on, least(t.laid_reached_on, t.discarded_on)),
                ('laid', t.laid_reached_on, t.discarded_on)
        ) as s (state, from_on, until_on)
        where {COUNTED_TRENCHES}
        union all
        select
            s.state,
            {COUNTED_CONNECTIONS},
            case when w.since > s.from_on then w.since else s.from_on end,
            least(s.until_on, w.until)
        from connections as c
        join {{of_connections}} as w on w.record = c.id
        left join programmes as p on p.id = w.programme
        cross join lateral (
            select
                coalesce(c.passed_on, c.prepared_on) as passed_on,
                case
                    when c.ordered_on > c.dropped_on then greatest(c.ordered_on, coalesce(c.passed_on, c.prepared_on))
                end as anew_on
        ) as d
        cross join lateral (
            values
                ('passed', d.passed_on, least(c.connected_reached_on, c.dropped_on)),
                ('passed', case when d.passed_on is not null then d.anew_on end, c.connected_reached_on),
                ('connected', c.connected_on, c.activated_on),
                ('activated', c.activated_on, null)
        ) as s (state, from_on, until_on)
        where c.district_key <> 'outside'
    ),
    changes as (
        select date_trunc('month', e.day) as month, s.state, sum(e.amount) as amount
        from stays as s
        cross join lateral (values (s.from_on, s.amount), (s.until_on, -s.amount)) as e (day, amount)
        where s.from_on < coalesce(s.until_on, 'infinity')
          and e.day <= %(on)s
        group by 1, 2
    ),
    months as (
        select generate_series(
            greatest(min(month), date_trunc('month', %(on)s::date) - interval '239 months'),
            date_trunc('month', %(on)s::date),
            interval '1 month'
        ) as month
        from changes
        having count(*) > 0
    )
    select
        to_char(m.month, 'YYYY-MM') as month,
        {{sums}}
    from months as m
    left join changes as c on c.month <= m.month
    group by m.month
    order by m.month
"""
LENGTHS = ("planned", "permitted", "cleared", "under_construction", "laid")
NUMBERS = ("passed", "connected", "activated")


async def timeline(
    connection: AsyncConnection, on: date, cluster: int | None = None, programme: int | None = None
) -> list[Month]:
    """Return every month from the first with a date to that of the day; of a cluster or programme, if given its id."""
    sums = [
        sql.SQL("coalesce(sum(c.amount) filter (where c.state = {}), 0){} as {}").format(
            sql.Literal(state), kind, sql.Identifier(name)
        )
        for state, name, kind in (
            *((state, f"{state}_m", sql.SQL("")) for state in LENGTHS),
            *((state, state, sql.SQL("::bigint")) for state in NUMBERS),
        )
    ]
    cursor = await connection.execute("select exists (select from former_responsibilities)")
    is_plain = cluster is None and programme is None and await cursor.fetchone() == (False,)
    spans = {
        f"of_{layer}": sql.SQL(ALL if is_plain else SPANS).format(table=sql.Identifier(layer), layer=sql.Literal(layer))
        for layer in ("trenches", "connections")
    }
    statement = sql.SQL(STATEMENT).format(sums=sql.SQL(", ").join(sums), **spans)
    return await fetch(connection, Month, statement, {"on": on, "cluster": cluster, "programme": programme})
