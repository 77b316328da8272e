"""Changes of who is responsible that a load makes without a later day, so that they hold for the past as well."""

from psycopg import sql

from geo.loading.columns import Plan
from geo.loading.reasons import of_loads
from geo.loading.staging import UPDATE, target
from geo.store.database import Connection
from geo.text import Text

SINCE = "responsible_since"
RESPONSIBLE = ("operator", "programme", "cluster")

CORRECTED = """
    select count(*), min(t.source_id)
    from incoming as i
    join {table} as t on t.source = i.source and t.source_id = i.source_id
    where i.action = {update}
      and ({new}) is distinct from ({old})
      and coalesce({since}, '-infinity') <= coalesce(t.responsible_since, '-infinity')
"""


def corrections_note(connection: Connection, plan: Plan) -> Text | None:
    """Return what is told of such changes before they are merged; None if there are none."""
    loaded = [name for name in RESPONSIBLE if any(column.name == name for column in plan.loaded)]
    if SINCE not in plan.table.by_name or not loaded:
        return None
    has_day = any(column.name == SINCE for column in plan.loaded)
    row = connection.execute(
        sql.SQL(CORRECTED).format(
            update=sql.Literal(UPDATE),
            table=target(plan),
            new=sql.SQL(", ").join(sql.Identifier("i", name) for name in loaded),
            old=sql.SQL(", ").join(sql.Identifier("t", name) for name in loaded),
            since=sql.Identifier("i" if has_day else "t", SINCE),
        )
    ).fetchone()
    return of_loads.corrected(row[0], row[1]) if row and row[0] else None
