"""Who was responsible for a record on a day: its operator, programme and cluster then.

A record's columns say who is responsible now. Who was before a handover stands in ``former_responsibilities``, without
gaps from the first day on, so a record of a day is found there or is as it is now. Where nothing was ever handed over
that view is empty, and a join with it costs nothing that can be measured.
"""

from collections.abc import Mapping
from typing import LiteralString

from psycopg import sql

from geo.records.layers.column_types import column_types

DATED: tuple[LiteralString, ...] = ("operator", "programme", "cluster")
"""The columns of who is responsible."""

RECORDS: LiteralString = """
    {layer} as not materialized (
        select {columns}
        from {layer} as r
        left join former_responsibilities as f
            on f.layer = {key}
            and f.record = r.id
            and f.until > {day}
            and coalesce(f.since <= {day}, true)
    )
"""


def formerly(layer: LiteralString, alias: LiteralString, day: LiteralString, as_: LiteralString = "f") -> LiteralString:
    """Return the join that finds who was responsible for a record before a handover after the day, as ``as_``."""
    return f"""left join former_responsibilities as {as_}
            on {as_}.layer = '{layer}'
            and {as_}.record = {alias}.id
            and {as_}.until > {day}
            and coalesce({as_}.since <= {day}, true)"""


def then(alias: LiteralString, column: LiteralString, as_: LiteralString = "f") -> LiteralString:
    """Return the expression of operator, programme or cluster on the day of `formerly`."""
    return f"case when {as_}.record is null then {alias}.{column} else {as_}.{column} end"


def responsible_then(
    read: Mapping[str, set[str]], handed_over: tuple[str, ...], own: str, dates: tuple[str, ...], end: str
) -> sql.Composable | None:
    """Return what stands before a query, in brackets, so that it reads records with who was responsible then.

    None if the query reads nothing of that of a layer that was ``handed_over``. Of the layer ``own`` the first of
    ``dates`` that a record has is its day; without any, and for other layers, the day before the bound ``end``.
    """
    layers = [layer for layer in handed_over if read.get(layer, set()) & {*DATED}]
    if not layers:
        return None
    last = sql.SQL("({}::date - 1)").format(sql.Placeholder(end))
    tables: list[sql.Composable] = []
    for layer in layers:
        given = [sql.Identifier("r", date) for date in dates if layer == own]
        tables.append(records_of(layer, sql.SQL("coalesce({})").format(sql.SQL(", ").join([*given, last]))))
    return sql.SQL("with {}").format(sql.SQL(", ").join(tables))


def records_of(layer: str, day: sql.Composable) -> sql.Composed:
    """Return the expression of a WITH clause that stands for the layer's table, with who was responsible on the day."""
    columns = [
        sql.SQL("case when f.record is null then r.{0} else f.{0} end as {0}").format(sql.Identifier(name))
        if name in DATED
        else sql.Identifier("r", name)
        for name in column_types()[layer]
        if name != "geom_web"
    ]
    return sql.SQL(RECORDS).format(
        layer=sql.Identifier(layer), key=sql.Literal(layer), columns=sql.SQL(", ").join(columns), day=day
    )


def responsible_in(counted: sql.Composable, before: sql.Composable | None) -> sql.Composable:
    """Return contributions ``(…) as c`` that read records with who was responsible then."""
    return counted if before is None else sql.SQL("({} select * from {}) as c").format(before, counted)
