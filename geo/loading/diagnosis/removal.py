"""Finds records staged for removal that cannot be removed because others refer to them."""

from psycopg import sql

from geo.loading.columns import Plan
from geo.loading.reasons import of_loads
from geo.loading.report import Problem
from geo.loading.staging import DELETE, target
from geo.store.database import NOW, Connection

# References that are set to null on removal do not prevent it.
REFERRING = """
    select r.relname, a.attname, k.attname
    from pg_constraint as c
    join pg_class as r on r.oid = c.conrelid
    join pg_attribute as a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    join pg_attribute as k on k.attrelid = c.confrelid and k.attnum = c.confkey[1]
    where c.confrelid = %s::regclass
      and c.contype = 'f'
      and c.confdeltype in ('a', 'r')
    order by r.relname, a.attname
"""


def removal_problems(connection: Connection, plan: Plan) -> list[Problem]:
    """Return the staged removals to which other records refer."""
    if not connection.execute("select 1 from staged where action = %s limit 1", [DELETE]).fetchone():
        return []
    return [
        Problem(None, source_id, None, None, of_loads.still_referenced(table, rows))
        for table, column, key in connection.execute(REFERRING, [f"{NOW}.{plan.table.name}"]).fetchall()
        for source_id, rows in connection.execute(_references(plan, table, column, key), [DELETE])
    ]


def _references(plan: Plan, table: str, column: str, key: str) -> sql.Composed:
    # Records that this load changes or removes itself may no longer refer to the record afterwards.
    untouched = sql.SQL("and not exists (select from staged as o where o.id = r.id)")
    return sql.SQL(
        """
        select s.source_id, count(*)
        from staged as s
        join {removed} as t on t.id = s.id
        join {table} as r on r.{column} = t.{key}
        where s.action = %s
          {untouched}
        group by s.id, s.source_id
        order by s.id
        """
    ).format(
        removed=target(plan),
        key=sql.Identifier(key),
        table=sql.Identifier(NOW, table),
        column=sql.Identifier(column),
        untouched=untouched if table == plan.table.name else sql.SQL(""),
    )
