"""The source's records as they are: the temporary table ``existing``, with which the staged rows are compared.

Once a load has written many rows, the table's statistics do not know its source for a while: they promise no row, and a
join by them takes hours. This copy has statistics of its own, taken when it is made.
"""

from psycopg import sql

from geo.loading.columns import Plan
from geo.loading.staging import names, target, value_columns
from geo.store.database import Connection


def create_existing(connection: Connection, plan: Plan, source: str) -> None:
    """Create ``existing``: id, source_id and the columns that the load sets, of the source's records."""
    columns = names(["id", "source_id", *value_columns(plan)])
    connection.execute("drop table if exists pg_temp.existing")
    connection.execute(
        sql.SQL("create temporary table existing as select {columns} from {table} where source = {source}").format(
            columns=columns, table=target(plan), source=sql.Literal(source)
        )
    )
    connection.execute("analyze existing (id, source_id)")


def analyze_written(connection: Connection, plan: Plan, written: int) -> None:
    """Renew the table's statistics if the load has written many of its rows, as autovacuum does only a minute later."""
    row = connection.execute(
        "select reltuples from pg_class where oid = %s::regclass", [target(plan).as_string()]
    ).fetchone()
    if written > max(FEW_ROWS, WRITTEN_SHARE * (row[0] if row else 0)):
        connection.execute(sql.SQL("analyze {}").format(target(plan)))


FEW_ROWS = 1000
WRITTEN_SHARE = 0.1
"""As many rows, or this share of the table, leave its statistics good enough."""
