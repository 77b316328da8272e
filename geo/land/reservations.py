"""Reservations as promises: for whom, how much, until when, and who waits; those of a plot, and those that are due."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, LiteralString

from psycopg import sql

from geo.periods import CITY_TIME
from geo.profile import profile
from geo.records.layers import LAYERS
from geo.records.layers.kept import are_kept
from geo.records.layers.layer import Audience, Text
from geo.records.layers.views import view_of
from geo.store.database import AsyncConnection, Connection, Query

AudienceOf = Callable[..., Audience]
"""Returns the audience as which the caller sees the given layers together."""

NEEDED = tuple(filter(are_kept, ("reservations", "inquiries")))
"""The layers without inside access to which nobody sees a plot's reservations."""

STATES = {
    "holds": Text("gilt", "holds"),
    "waiting": Text("wartet", "waits"),
    "fulfilled": Text("erfüllt", "fulfilled"),
    "expired": Text("abgelaufen", "expired"),
    "released": Text("freigegeben", "released"),
}
"""The states of a reservation (geo/store/schema/views/reservation_states.sql)."""

DUE = {
    "next": Text("An der Reihe", "Next in line"),
    "week": Text("Läuft in den nächsten sieben Tagen ab", "Ends within the next seven days"),
    "soon": Text("Läuft danach ab", "Ends after that"),
    "expired": Text("Abgelaufen", "Expired"),
    "waiting": Text("Warteliste", "Waiting list"),
}
"""What makes a reservation due, in the order in which people want to know."""

WEEK_DAYS = 7

RESERVATIONS: LiteralString = """
    select
        r.id,
        r.plot,
        p.name as plot_name,
        r.area_m2,
        r.queued_on,
        r.reserved_on,
        r.expires_on,
        r.released_on,
        r.note,
        {inquiry} as inquiry,
        {number} as inquiry_number,
        {party} as party,
        {company} as company,
        s.state,
        s.state = 'holds' as holds,
        s.promised_m2,
        s.held_m2,
        s.place,
        s.is_next,
        case when s.state in ('holds', 'waiting', 'expired') then r.expires_on - flurwerk.today() end as days_left,
        -- Waiting has no end that anybody relies on.
        s.state = 'holds' and coalesce(r.expires_on <= flurwerk.today() + %(notice)s, false) as ends_soon,
        e.entered_by,
        e.entered_at
    from {reservations} as r
    join flurwerk.reservation_states as s on s.reservation = r.id
    join {plots} as p on p.id = r.plot
    {joined}
    cross join lateral (
        select v.recorded_by as entered_by, v.recorded_from as entered_at
        from (
            select recorded_by, recorded_from
            from flurwerk.reservations
            where id = r.id
            union all
            select recorded_by, recorded_from
            from flurwerk_history.reservations
            where id = r.id
        ) as v
        order by v.recorded_from
        limit 1
    ) as e
"""

OF_PLOT: LiteralString = """
    where r.plot = %(plot)s
    order by
        array_position(array['holds', 'waiting'], s.state),
        s.place,
        case when s.state = 'holds' then coalesce(r.expires_on, 'infinity') end,
        coalesce(r.reserved_on, r.queued_on) desc,
        r.id desc
"""

# What is over long ago is history: it can be seen at its plot.
WHAT_IS_DUE: LiteralString = """
    where s.is_next
       or s.state = 'waiting'
       or (s.state = 'holds' and r.expires_on <= flurwerk.today() + %(within)s)
       or (s.state = 'expired' and r.reserved_on is not null and r.expires_on >= flurwerk.today() - %(within)s)
    order by
        s.is_next desc,
        s.state = 'holds' desc,
        s.state = 'expired' desc,
        case when s.state <> 'waiting' then r.expires_on end,
        p.name,
        s.place,
        r.id
"""


def notice_days() -> int:
    """Return how many days before its end a reservation is marked, by the agency's profile."""
    return profile().land.reservation_notice_days


def of_plot(plot: int, audience_of: AudienceOf) -> Query:
    """Return the statement for a plot's reservations: those that hold, the waiting list, then earlier ones."""
    return _statement(OF_PLOT, audience_of, {"plot": plot})


async def due_for(connection: AsyncConnection, within_days: int, audience_of: AudienceOf) -> list[dict[str, Any]]:
    """Return what somebody should decide on, as ``due`` does, without what the caller may not see."""
    cursor = await connection.execute(*_statement(WHAT_IS_DUE, audience_of, {"within": within_days}), prepare=False)
    return _due([column.name for column in cursor.description or ()], await cursor.fetchall())


def due(connection: Connection, within_days: int) -> list[dict[str, Any]]:
    """Return the reservations that somebody should decide on, the most pressing first, each with ``due`` (see DUE).

    They are those that end within so many days or have expired as recently, and the waiting list. Areas are m².
    """
    cursor = connection.execute(
        *_statement(WHAT_IS_DUE, lambda *_: Audience.INTERNAL, {"within": within_days}), prepare=False
    )
    return _due([column.name for column in cursor.description or ()], cursor.fetchall())


def today() -> date:
    """Return the day that reservations are judged on."""
    return datetime.now(CITY_TIME).date()


def _statement(rest: LiteralString, audience_of: AudienceOf, bound: dict[str, Any]) -> Query:
    def inside(*keys: str) -> bool:
        return are_kept(*keys) and audience_of(*keys) is not Audience.PUBLIC

    views = {key: view_of(audience_of(key).impersonal, LAYERS[key]) for key in ("plots", "reservations")}
    named: dict[str, sql.Composable] = dict.fromkeys(("inquiry", "number", "party", "company"), sql.NULL)
    joined: list[sql.Composable] = []
    if inside("inquiries"):
        named |= {"inquiry": sql.SQL("r.inquiry"), "number": sql.SQL("i.number")}
        inquiries = view_of(Audience.INTERNAL, LAYERS["inquiries"])
        joined.append(sql.SQL("left join {} as i on i.id = r.inquiry").format(inquiries))
        if inside("parties"):
            # Of people, only those who edit parties see the names.
            named |= {"party": sql.SQL("i.party"), "company": sql.SQL("c.company_name")}
            parties = view_of(Audience.INTERNAL, LAYERS["parties"])
            joined.append(sql.SQL("left join {} as c on c.id = i.party").format(parties))
    statement = sql.SQL(RESERVATIONS + rest).format(**views, **named, joined=sql.SQL(" ").join(joined))
    return Query(statement, {"notice": notice_days(), **bound})


def _due(names: list[str], rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    found = [dict(zip(names, row, strict=True)) for row in rows]
    return [row | {"due": _reason(row)} for row in found]


def _reason(row: dict[str, Any]) -> str:
    if row["state"] != "holds":
        return "next" if row["is_next"] else row["state"]
    return "week" if row["days_left"] <= WEEK_DAYS else "soon"
