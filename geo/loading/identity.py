"""Doubts whether the file's ids mean the records that they match: too similar to known ones, or on other things."""

from psycopg import sql

from geo.loading.columns import Plan
from geo.loading.reasons import of_loads
from geo.loading.report import Question
from geo.loading.staging import INSERT, UPDATE
from geo.records.layers import LAYERS
from geo.store.database import Connection

ACCEPT_SIMILAR = "--accept-similar"
ACCEPT_REPLACING = "--accept-replacing"

MOVED_M = 30
"""From this distance on a record counts as moved. A better survey or another point of the same house is nearer."""

REPLACED_SHARE = 0.25
"""The share of the matched records that may become other things; a delivery of the same things has almost none."""

EXAMPLES = 3


def similar_question(connection: Connection) -> Question | None:
    """Return the question whether new ids are known ones in another spelling: 123 for 00123, t-1 for T-1.

    Ids that the file has in both spellings are different: it says so itself.
    """
    found = connection.execute(SIMILAR, {"insert": INSERT}).fetchall()
    if not found:
        return None
    return Question.of(of_loads.similar(len(found), found[:EXAMPLES]), ACCEPT_SIMILAR)


# Zeros at the beginning of a number are left out, except after a decimal point or comma: 1.05 is not 1.5.
SIMILAR = r"""
    with unknown as (
        select source_id, regexp_replace(lower(source_id), '(^|[^0-9.,])0+(?=[0-9])', '\1', 'g') as spelling
        from staged
        where action = %(insert)s
    ),
    missing as (
        select e.source_id, regexp_replace(lower(e.source_id), '(^|[^0-9.,])0+(?=[0-9])', '\1', 'g') as spelling
        from existing as e
        where not exists (select from staged as s where s.source_id = e.source_id)
    )
    select u.source_id, min(m.source_id)
    from unknown as u
    join missing as m on m.spelling = u.spelling
    group by u.source_id
    order by u.source_id
"""


def replacing_question(connection: Connection, plan: Plan, matched: int) -> Question | None:
    """Return the question whether matched ids are on other things than before, as in another contractor's delivery.

    A record becomes another thing if its place is more than `MOVED_M` away and none of its texts stays; where the load
    brings no places, if at least two texts, dates or numbers are compared, one of them a text, and none stays.
    """
    if not matched:
        return None
    found = connection.execute(_replaced(plan)).fetchall()
    if len(found) <= REPLACED_SHARE * matched:
        return None
    return Question.of(of_loads.replaces(len(found), matched, found[:2]), ACCEPT_REPLACING)


def _replaced(plan: Plan) -> sql.Composed:
    texts, others = _telling(plan)
    return sql.SQL(
        """
        select source_id, round(distance), was, becomes
        from (
            select
                i.source_id,
                {distance} as distance,
                {same_texts} as same_texts,
                {other_texts} as other_texts,
                {same_others} as same_others,
                {other_others} as other_others,
                {was} as was,
                {becomes} as becomes
            from existing as e
            join incoming as i on i.id = e.id
            where i.action = {update}
        ) as compared
        where case
            when distance is not null then distance > {moved} and same_texts = 0
            else other_texts >= 1 and other_texts + other_others >= 2 and same_texts + same_others = 0
        end
        order by source_id
        """
    ).format(
        distance=sql.SQL("st_distance(e.geom, i.geom)" if plan.has_geometry else "null::float8"),
        same_texts=_count(texts, sql.SQL("=")),
        other_texts=_count(texts, sql.SQL("<>")),
        same_others=_count(others, sql.SQL("=")),
        other_others=_count(others, sql.SQL("<>")),
        was=_shown(texts, sql.SQL("e")),
        becomes=_shown(texts, sql.SQL("i")),
        update=sql.Literal(UPDATE),
        moved=sql.Literal(MOVED_M),
    )


def _telling(plan: Plan) -> tuple[list[sql.Identifier], list[sql.Identifier]]:
    """Return the columns that tell which thing a record is: texts, and dates and numbers.

    Codes and references are the same for many records.
    """
    coded = {column.name for column in LAYERS[plan.table.name].columns if column.codes}
    own = [column for column in plan.loaded if not column.references and column.name not in coded]
    texts = [sql.Identifier(column.name) for column in own if column.type == "text"]
    others = [sql.Identifier(column.name) for column in own if column.type not in {"text", "text[]", "boolean"}]
    return texts, others


def _count(columns: list[sql.Identifier], operator: sql.SQL) -> sql.Composable:
    """Return the SQL for how many of the columns have a value before and after, and are equal or not."""
    compared = [
        sql.SQL("nullif(lower(e.{column}::text) {operator} lower(i.{column}::text), false)").format(
            column=column, operator=operator
        )
        for column in columns
    ]
    return sql.SQL("num_nonnulls({})").format(sql.SQL(", ").join(compared)) if compared else sql.SQL("0")


def _shown(columns: list[sql.Identifier], alias: sql.SQL) -> sql.Composable:
    values = [sql.SQL("{}.{}").format(alias, column) for column in columns]
    return sql.SQL("left(concat_ws(', ', {}), 60)").format(sql.SQL(", ").join([sql.SQL("null"), *values]))
