"""Resolution of references: from the source_id in a cell to the record it refers to.

A record of the same source takes precedence, else the match must be the only one in all sources. Rows of the file
count as records of its source.
"""

from psycopg import sql

from geo.loading.columns import Plan
from geo.loading.reasons import of_loads
from geo.loading.report import Problem
from geo.loading.staging import target
from geo.store.catalogue import TableColumn
from geo.store.database import NOW, Connection


def resolve_references(connection: Connection, plan: Plan, source: str) -> None:
    """Fill ``refs`` with the distinct values of each reference column and the records they refer to, if any."""
    for column in plan.references:
        connection.execute(_resolution(plan, column), {"source": source, "column": column.name})
    if plan.references:
        connection.execute("analyze refs")


def reference_problems(connection: Connection, plan: Plan, source: str) -> list[Problem]:
    """Return the rows whose references match no record, or several; of a constant one problem for all rows."""
    problems: list[Problem] = []
    for column in plan.references:
        assert column.references
        found = connection.execute(
            sql.SQL(
                """
                select s.row_number, s.source_id, r.value, r.sources
                from staged as s
                join refs as r on r.value = s.{column}
                where r.column_name = %s
                  and r.id is null
                order by s.row_number
                """
            ).format(column=sql.Identifier(column.name)),
            [column.name],
        )
        is_constant = column.name in plan.constants
        for row, source_id, value, sources in found:
            if sources:
                reason = of_loads.ambiguous_reference(column.references, sources)
            else:
                reason = of_loads.unknown_reference(column.references, source)
            # A constant is the mapping's mistake, not that of each row.
            problems.append(
                Problem(None if is_constant else row, None if is_constant else source_id, column.name, value, reason)
            )
            if is_constant:
                break
    return problems


def _resolution(plan: Plan, column: TableColumn) -> sql.Composed:
    assert column.references
    table = sql.Identifier(NOW, column.references.removeprefix(f"{NOW}."))
    refers_to_itself = table == target(plan)
    return sql.SQL(RESOLUTION).format(
        column=sql.Identifier(column.name),
        table=table,
        own_rows=sql.SQL(OWN_ROWS if refers_to_itself else ""),
    )


# New rows already have their ids, so that rows of one file can refer to each other.
OWN_ROWS = """
    union
    select s.id, s.source, s.source_id
    from staged as s
    where not exists (select from existing as e where e.source_id = s.source_id)
"""
RESOLUTION = """
    insert into refs (column_name, value, id, sources)
    with wanted as (
        select distinct {column} as value
        from staged
        where {column} is not null
    ),
    known as (
        select id, source, source_id
        from {table}
        {own_rows}
    )
    select
        %(column)s,
        w.value,
        coalesce(
            min(k.id) filter (where k.source = %(source)s),
            case when count(k.id) = 1 then min(k.id) end
        ),
        coalesce(array_agg(distinct k.source order by k.source) filter (where k.id is not null), '{{}}')
    from wanted as w
    left join known as k on k.source_id = w.value
    group by w.value
"""
