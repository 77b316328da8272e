"""Finds staged rows that repeat unique values, within the file or of records that it does not touch."""

from psycopg import sql

from geo.loading.columns import Plan
from geo.loading.diagnosis.merged_rows import shown_value
from geo.loading.reasons import of_loads
from geo.loading.report import Problem
from geo.loading.staging import target
from geo.records.messages import sentence
from geo.store.database import NOW, Connection

UNIQUE = """
    select
        c.conname,
        (
            select array_agg(a.attname::text order by a.attnum)
            from pg_attribute as a
            where a.attrelid = c.conrelid
              and a.attnum = any (c.conkey)
        ),
        i.indnullsnotdistinct
    from pg_constraint as c
    join pg_index as i on i.indexrelid = c.conindid
    where c.conrelid = %s::regclass
      and c.contype = 'u'
    order by c.conname
"""
RECORD_KEY = ["source", "source_id"]


def duplicate_problems(connection: Connection) -> list[Problem]:
    """Return the rows whose source_id occurs more than once in the file."""
    found = connection.execute(
        """
        select row_number, source_id
        from staged
        where source_id in (
            select source_id
            from staged
            where source_id is not null
            group by source_id
            having count(*) > 1
        )
        order by row_number
        """
    )
    return [Problem(row, source_id, "source_id", source_id, of_loads.DUPLICATE_SOURCE_ID) for row, source_id in found]


def unique_problems(connection: Connection, plan: Plan) -> list[Problem]:
    """Return the rows that violate unique constraints other than that on source_id."""
    constraints = connection.execute(UNIQUE, [f"{NOW}.{plan.table.name}"]).fetchall()
    return [
        problem
        for name, columns, are_nulls_same in constraints
        if sorted(columns) != RECORD_KEY
        for problem in _repetitions(connection, plan, name, columns, are_nulls_same=are_nulls_same)
    ]


def _repetitions(
    connection: Connection, plan: Plan, constraint: str, columns: list[str], *, are_nulls_same: bool
) -> list[Problem]:
    comparison = sql.SQL("{} is not distinct from {}" if are_nulls_same else "{} = {}")
    same = sql.SQL(" and ").join(
        comparison.format(sql.Identifier("o", name), sql.Identifier("w", name)) for name in columns
    )
    query = sql.SQL(
        """
        select w.row_number, w.source_id, concat_ws(', ', {values})
        from merged_rows as w
        join staged as s on s.row_number = w.row_number
        where exists (select from merged_rows as o where o.row_number <> w.row_number and {same})
           or exists (
               select
               from {table} as o
               where {same}
                 and not exists (select from staged as other where other.id = o.id)
           )
        order by w.row_number
        """
    ).format(values=sql.SQL(", ").join(shown_value(plan, name) for name in columns), same=same, table=target(plan))
    reason = sentence(constraint, plan.table.name)
    return [
        Problem(row, source_id, ", ".join(columns), value, reason)
        for row, source_id, value in connection.execute(query)
    ]
