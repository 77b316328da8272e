"""The rows as the merge would leave them: the file's values on top of the recorded ones, with generated columns."""

from psycopg import sql

from geo.loading.columns import WKT_COLUMN, Plan
from geo.loading.staging import DELETE, column_defaults, names, target, value_columns
from geo.store.database import Connection


def create_merged_rows(connection: Connection, plan: Plan) -> None:
    """Create the temporary table ``merged_rows``: structured like the layer's table, but without its constraints."""
    connection.execute("drop table if exists pg_temp.merged_rows")
    connection.execute(sql.SQL("create temporary table merged_rows (like {} including generated)").format(target(plan)))
    required = [column.name for column in plan.table.columns if column.required]
    connection.execute(
        sql.SQL("alter table merged_rows add column row_number bigint, {}").format(
            sql.SQL(", ").join(
                sql.SQL("alter column {} drop not null").format(sql.Identifier(name)) for name in required
            )
        )
    )
    connection.execute(_fill_statement(connection, plan))
    connection.execute("create index on merged_rows (row_number)")
    connection.execute("analyze merged_rows")


def _fill_statement(connection: Connection, plan: Plan) -> sql.Composed:
    defaults = column_defaults(connection, plan)
    given = value_columns(plan)
    own = [column.name for column in plan.table.loadable if column.name != "source_id"]
    columns = [*own, *(["geom"] if plan.table.geometry_type else [])]

    def value(name: str) -> sql.Composable:
        if name in given:
            return sql.Identifier("i", name)
        if name in defaults:
            return sql.SQL("coalesce({}, {})").format(sql.Identifier("t", name), defaults[name])
        return sql.Identifier("t", name)

    return sql.SQL(
        """
        insert into merged_rows (row_number, id, source, source_id, {columns})
        select i.row_number, i.id, i.source, i.source_id, {values}
        from incoming as i
        left join {table} as t on t.id = i.id
        where i.action <> {delete}
        """
    ).format(
        columns=names(columns),
        values=sql.SQL(", ").join(value(name) for name in columns),
        table=target(plan),
        delete=sql.Literal(DELETE),
    )


def shown_value(plan: Plan, name: str) -> sql.Composable:
    """Return the SQL for a column's value in a report, as in the file if it has one (s: staged, w: merged_rows)."""
    if name == "geom":
        return sql.SQL("null")
    given = name in value_columns(plan)
    return sql.SQL("{}::text").format(sql.Identifier("s" if given else "w", name))


def name_in_file(column: str) -> str:
    """Return the name of a column in reports, which for the geometry is its name in table files."""
    return WKT_COLUMN if column == "geom" else column
