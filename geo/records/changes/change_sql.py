"""The statement that finds the changed records, in order. Their content is read from the audience's view."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from psycopg import sql

from geo.records.changes.feed import FeedRequest, Position
from geo.records.changes.sources import Source, sources
from geo.records.features.feature_sql import Query
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.seen import view_name
from geo.store.database import LARGEST_ID

BY_DAY, BY_TRANSACTION, BY_NUMBER = range(3)
"""The stages of a page: changes by the day alone, of layers in the order of transactions, of those the public sees."""

PAGE = """
select
    c.stage,
    c.layer,
    c.id,
    c.xid::text,
    c.number,
    to_char(c.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as recorded_at,
    not c.is_stock and case c.layer {is_known} end as is_known,
    not c.is_stock and case c.layer {was_seen} end as was_seen
from (
    select
        *,
        case stage
            when {by_transaction} then xid < %(start)s::xid8
            when {by_number} then number <= %(start_number)s
            else false
        end as is_stock
    from ({changes}) as c (stage, layer, id, xid, number, at)
    order by stage, xid, number, layer, id
    limit %(fetched)s
) as c
order by c.stage, c.xid, c.number, c.layer, c.id
"""

WRITTEN = """
(
    select {stage}, {number}, r.id, r.recorded_xid, 0::bigint, r.recorded_from
    from flurwerk.{table} as r
    where (r.recorded_xid, r.id) > (%(xid)s::xid8, {last_id})
      and r.recorded_xid < %(horizon)s::xid8
    order by r.recorded_xid, r.id
    limit %(fetched)s
)
"""

ENDED = """
(
    select {stage}, {number}, h.id, h.ended_xid, 0::bigint, h.recorded_until
    from flurwerk_history.{history} as h
    where {is_deletion}
      and (h.ended_xid, h.id) > (%(covered_xid)s::xid8, {last_id})
      and h.ended_xid < %(horizon)s::xid8
      and not exists (select from flurwerk.{table} as r where r.id = h.id)
    order by h.ended_xid, h.id
    limit %(fetched)s
)
"""

DEPENDENT = """
(
    select {stage}, {number}, r.id, o.xid, 0::bigint, o.at
    from ({source}) as o (key, xid, at)
    -- A record that was written later appears there.
    join flurwerk.{table} as r on {own} = o.key and r.recorded_xid < o.xid
    where (o.xid, r.id) > (%(covered_xid)s::xid8, {last_id})
    order by o.xid, r.id
    limit %(fetched)s
)
"""

SEEN = """
(
    select {stage}, {number}, s.id, '0'::xid8, s.number, s.recorded_from
    from flurwerk.seen_records as s
    where s.view = {view}
      and s.number > %(number)s
      and s.number <= %(until_number)s
      and (
          s.digest is not null
          or exists (select from flurwerk.seen_days as d where d.view = s.view and d.id = s.id)
          -- What is gone concerns only those who may have it.
          or (s.first_number <= %(number)s and s.number > %(start_number)s)
      )
    order by s.number
    limit %(fetched)s
)
"""

ON_DAYS = """
(
    select {stage}, {number}, o.id, '0'::xid8, 0::bigint, o.day::timestamp at time zone 'Europe/Berlin'
    from ({source}) as o (id, day)
    where ({number}, o.id) > (%(passed_layer)s, %(passed_id)s::bigint)
    order by o.id
    limit %(fetched)s
)
"""

SEEN_DAYS = """
    select d.id, max(d.day)
    from flurwerk.seen_days as d
    join flurwerk.seen_records as s using (view, id)
    where d.view = {view}
      and d.day > %(day)s
      and d.day <= %(until)s
      -- One after the position is still to be delivered.
      and s.number <= %(number)s
    group by d.id
"""

LAST_DAYS = """
    select r.id, max(t.day)
    from ({source}) as t (key, day)
    join flurwerk.{table} as r on {own} = t.key
    where t.day > %(day)s
      and t.day <= %(until)s
      -- One after the position is still to be delivered.
      and (r.recorded_xid, {number}, r.id) <= (%(xid)s::xid8, %(layer)s, %(id)s::bigint)
    group by r.id
"""


def page(request: FeedRequest) -> Query:
    """Select the changes in order, one more than the page holds.

    The columns are stage, layer (its number), id, transaction and number (0 in the other stages), instant as text,
    ``is_known`` (a reader may already have the record) and ``was_seen`` (the audience may have seen it). Both are false
    in the initial copy.
    """
    cursor = request.cursor
    # The initial copy already shows the effects of earlier deletions and of earlier changes to other tables.
    covered = max(cursor.position, Position(cursor.start))
    until = cursor.until or request.today
    parameters: dict[str, Any] = {
        "fetched": request.limit + 1,
        "xid": str(cursor.position.xid),
        "layer": cursor.position.layer,
        "id": cursor.position.id,
        "known_below": str(cursor.position.xid + cursor.position.is_within),
        "covered_xid": str(covered.xid),
        "start": str(cursor.start),
        "horizon": str(request.horizon),
        "number": cursor.number,
        "start_number": cursor.start_number,
        "until_number": request.number,
        "day": cursor.day,
        "until": until,
        "passed_layer": cursor.passed[0],
        "passed_id": cursor.passed[1],
    }
    layers = [(request.layers[key], audience) for key, audience in cursor.layers.items()]
    changes: list[sql.Composable] = []
    for number, (layer, audience) in enumerate(layers):
        if audience is Audience.PUBLIC:
            changes.append(_seen(number, layer))
        else:
            changes.append(_written(number, layer, cursor.position))
            if covered.xid < request.horizon:
                changes += _indirect(number, layer, covered)
        if until - cursor.day >= timedelta(days=1):
            changes += _by_day(number, layer, audience)
    statement = sql.SQL(PAGE).format(
        by_transaction=sql.Literal(BY_TRANSACTION),
        by_number=sql.Literal(BY_NUMBER),
        is_known=_by_layer([_is_known(layer, audience) for layer, audience in layers]),
        was_seen=_by_layer([_was_seen(layer, audience) for layer, audience in layers]),
        changes=sql.SQL("union all").join(changes),
    )
    return Query(statement, parameters)


def _seen(number: int, layer: Layer) -> sql.Composed:
    return sql.SQL(SEEN).format(
        stage=sql.Literal(BY_NUMBER), number=sql.Literal(number), view=sql.Literal(view_name(layer, Audience.PUBLIC))
    )


def _written(number: int, layer: Layer, position: Position) -> sql.Composed:
    return sql.SQL(WRITTEN).format(
        stage=sql.Literal(BY_TRANSACTION),
        number=sql.Literal(number),
        table=sql.Identifier(layer.key),
        last_id=_last_id(number, position),
    )


def _indirect(number: int, layer: Layer, covered: Position) -> Iterator[sql.Composed]:
    """Yield the selections of deletions and of changes by other tables after the covered position."""
    names = {
        "stage": sql.Literal(BY_TRANSACTION),
        "number": sql.Literal(number),
        "table": sql.Identifier(layer.key),
        "last_id": _last_id(number, covered),
    }
    is_deletion = sql.SQL("h.operation = 'delete'")
    if not layer.keeps_history:
        is_deletion = sql.SQL("h.layer = {}").format(sql.Literal(layer.key))
    yield sql.SQL(ENDED).format(
        history=sql.Identifier(layer.key if layer.keeps_history else "erasures"), is_deletion=is_deletion, **names
    )
    for source in sources(layer):
        yield sql.SQL(DEPENDENT).format(source=source.changes, own=_own(source), **names)


def _by_day(number: int, layer: Layer, audience: Audience) -> Iterator[sql.Composed]:
    found: list[sql.Composed] = []
    if audience is Audience.PUBLIC:
        found.append(sql.SQL(SEEN_DAYS).format(view=sql.Literal(view_name(layer, audience))))
    else:
        found += [
            sql.SQL(LAST_DAYS).format(
                number=sql.Literal(number), table=sql.Identifier(layer.key), source=source.days, own=_own(source)
            )
            for source in sources(layer)
            if source.days is not None
        ]
    for source in found:
        yield sql.SQL(ON_DAYS).format(stage=sql.Literal(BY_DAY), number=sql.Literal(number), source=source)


def _own(source: Source) -> sql.SQL:
    return sql.SQL(source.own)  # pyright: ignore[reportArgumentType]


def _last_id(number: int, position: Position) -> sql.Literal:
    """Return the id up to which the layer's records of the position's transaction have been delivered."""
    if number == position.layer:
        return sql.Literal(position.id)
    return sql.Literal(-1 if number > position.layer else LARGEST_ID)


def _by_layer(choices: list[sql.Composable]) -> sql.Composed:
    # Only the expression for the row's own layer is evaluated.
    cases = [sql.SQL("when {} then {}").format(sql.Literal(number), choice) for number, choice in enumerate(choices)]
    return sql.SQL(" ").join(cases)


def _is_known(layer: Layer, audience: Audience) -> sql.Composable:
    if audience is Audience.PUBLIC:
        return _was_seen(layer, audience)
    if not layer.keeps_history:
        return sql.SQL("true")
    return sql.SQL(
        """(
            exists (
                select from flurwerk_history.{table} as h where h.id = c.id and h.recorded_xid < %(known_below)s::xid8
            )
            or exists (select from flurwerk.{table} as r where r.id = c.id and r.recorded_xid < %(known_below)s::xid8)
        )"""
    ).format(table=sql.Identifier(layer.key))


def _was_seen(layer: Layer, audience: Audience) -> sql.Composable:
    if audience is not Audience.PUBLIC:
        return sql.SQL("true")
    return sql.SQL(
        """exists (
            select
            from flurwerk.seen_records as s
            where s.view = {view}
              and s.id = c.id
              and s.first_number <= %(number)s
        )"""
    ).format(view=sql.Literal(view_name(layer, audience)))
