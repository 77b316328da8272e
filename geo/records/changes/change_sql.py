"""The statement that finds the changed records, in order. Their content is read from the audience's view."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from psycopg import sql

from geo.records.changes.feed import FeedRequest, Position
from geo.records.features.feature_sql import Query
from geo.records.layers.layer import Audience, Dependency, Layer
from geo.store.database import LARGEST_ID

PAGE = """
select
    c.layer,
    c.id,
    c.xid::text,
    to_char(c.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as recorded_at,
    not c.is_stock and case c.layer {is_known} end as is_known,
    not c.is_stock and case c.layer {was_seen} end as was_seen
from (
    select *, xid > '0'::xid8 and xid < %(start)s::xid8 as is_stock
    from ({changes}) as c
    order by xid, layer, id
    limit %(fetched)s
) as c
order by c.xid, c.layer, c.id
"""

WRITTEN = """
(
    select {number} as layer, r.id, r.recorded_xid as xid, r.recorded_from as at
    from flurwerk.{table} as r
    where (r.recorded_xid, r.id) > (%(xid)s::xid8, {last_id})
      and r.recorded_xid < %(horizon)s::xid8
    order by r.recorded_xid, r.id
    limit %(fetched)s
)
"""

ENDED = """
(
    select {number}, h.id, h.ended_xid, h.recorded_until
    from history.{history} as h
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
    select {number}, r.id, o.xid, o.at
    from (
        select t.{key} as key, t.recorded_xid as xid, t.recorded_from as at
        from flurwerk.{other} as t
        where t.recorded_xid >= %(covered_xid)s::xid8
          and t.recorded_xid < %(horizon)s::xid8
        {ended}
    ) as o
    -- A record that was written later appears there.
    join flurwerk.{table} as r on {own} = o.key and r.recorded_xid < o.xid
    where (o.xid, r.id) > (%(covered_xid)s::xid8, {last_id})
    order by o.xid, r.id
    limit %(fetched)s
)
"""

DEPENDENT_ENDED = """
        union
        select t.{key}, t.ended_xid, t.recorded_until
        from history.{other} as t
        where t.ended_xid >= %(covered_xid)s::xid8
          and t.ended_xid < %(horizon)s::xid8
"""

BY_DAY = """
(
    select {number}, r.id, '0'::xid8, (t.{last_day} + 1)::timestamp at time zone 'Europe/Berlin'
    from flurwerk.{other} as t
    join flurwerk.{table} as r on {own} = t.{key}
    where t.{last_day} >= %(day)s
      and t.{last_day} < %(until)s
      and ({number}, r.id) > (%(passed_layer)s, %(passed_id)s::bigint)
      -- One after the position is still to be delivered.
      and (r.recorded_xid, {number}, r.id) <= (%(xid)s::xid8, %(layer)s, %(id)s::bigint)
    order by r.id
    limit %(fetched)s
)
"""


def page(request: FeedRequest) -> Query:
    """Select the changes in order, one more than the page holds.

    The columns are layer (its number), id, transaction (0: changed by the day), instant as text, ``is_known`` (a reader
    may already have the record) and ``was_seen`` (the audience may have seen it). Both are false in the initial copy.
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
        "day": cursor.day,
        "until": until,
        "passed_layer": cursor.passed[0],
        "passed_id": cursor.passed[1],
    }
    layers = [(request.layers[key], audience) for key, audience in cursor.layers.items()]
    changes: list[sql.Composable] = []
    for number, (layer, audience) in enumerate(layers):
        changes.append(_written(number, layer, cursor.position))
        if covered.xid < request.horizon:
            changes += _indirect(number, layer, audience, covered)
        if until - cursor.day >= timedelta(days=1):
            changes += _by_day(number, layer, audience)
    statement = sql.SQL(PAGE).format(
        is_known=_by_layer([_is_known(layer) for layer, _ in layers]),
        was_seen=_by_layer([_was_seen(layer, audience) for layer, audience in layers]),
        changes=sql.SQL("union all").join(changes),
    )
    return Query(statement, parameters)


def _written(number: int, layer: Layer, position: Position) -> sql.Composed:
    return sql.SQL(WRITTEN).format(
        number=sql.Literal(number), table=sql.Identifier(layer.key), last_id=_last_id(number, position)
    )


def _indirect(number: int, layer: Layer, audience: Audience, covered: Position) -> Iterator[sql.Composed]:
    """Yield the selections of deletions and of changes by other tables after the covered position."""
    number_sql = sql.Literal(number)
    table = sql.Identifier(layer.key)
    last_id = _last_id(number, covered)
    is_deletion = sql.SQL("h.operation = 'delete'")
    if not layer.keeps_history:
        is_deletion = sql.SQL("h.layer = {}").format(sql.Literal(layer.key))
    yield sql.SQL(ENDED).format(
        number=number_sql,
        table=table,
        history=table if layer.keeps_history else sql.Identifier("erasures"),
        is_deletion=is_deletion,
        last_id=last_id,
    )
    for dependency in layer.dependencies(audience):
        names = _names(dependency)
        ended = sql.SQL(DEPENDENT_ENDED if not dependency.is_computed else "").format(**names)
        yield sql.SQL(DEPENDENT).format(number=number_sql, table=table, last_id=last_id, ended=ended, **names)


def _by_day(number: int, layer: Layer, audience: Audience) -> Iterator[sql.Composed]:
    for dependency in layer.dependencies(audience):
        if dependency.last_day:
            yield sql.SQL(BY_DAY).format(
                number=sql.Literal(number),
                table=sql.Identifier(layer.key),
                last_day=sql.Identifier(dependency.last_day),
                **_names(dependency),
            )


def _names(dependency: Dependency) -> dict[str, sql.Composable]:
    return {
        "other": sql.Identifier(dependency.table),
        "key": sql.Identifier(dependency.key),
        "own": sql.SQL(dependency.own),  # pyright: ignore[reportArgumentType]
    }


def _last_id(number: int, position: Position) -> sql.Literal:
    """Return the id up to which the layer's records of the position's transaction have been delivered."""
    if number == position.layer:
        return sql.Literal(position.id)
    return sql.Literal(-1 if number > position.layer else LARGEST_ID)


def _by_layer(choices: list[sql.Composable]) -> sql.Composed:
    # Only the expression for the row's own layer is evaluated.
    cases = [sql.SQL("when {} then {}").format(sql.Literal(number), choice) for number, choice in enumerate(choices)]
    return sql.SQL(" ").join(cases)


def _is_known(layer: Layer) -> sql.Composable:
    if not layer.keeps_history:
        return sql.SQL("true")
    return sql.SQL(
        """(
            exists (select from history.{table} as h where h.id = c.id and h.recorded_xid < %(known_below)s::xid8)
            or exists (select from flurwerk.{table} as r where r.id = c.id and r.recorded_xid < %(known_below)s::xid8)
        )"""
    ).format(table=sql.Identifier(layer.key))


def _was_seen(layer: Layer, audience: Audience) -> sql.Composable:
    if audience is not Audience.PUBLIC or layer.public_versions == "true":
        return sql.SQL("true")
    return sql.SQL(
        """(
            exists (select from flurwerk.{table} as r where r.id = c.id and ({public_versions}))
            or exists (select from history.{table} as r where r.id = c.id and ({public_versions}))
        )"""
    ).format(
        table=sql.Identifier(layer.key),
        public_versions=sql.SQL(layer.public_versions),  # pyright: ignore[reportArgumentType]
    )
