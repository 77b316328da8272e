"""The rows as they would be: what the file brings over what is recorded, derived columns included."""

from psycopg import sql

from geo.loading.columns import WKT_COLUMN, Plan
from geo.loading.staging import DELETE, column_defaults, names, target, value_columns
from geo.store.database import Connection


def create_would_be(connection: Connection, plan: Plan) -> None:
    """The temporary table ``would_be``: of the form of the layer's table, without its constraints."""
    connection.execute("drop table if exists pg_temp.would_be")
    connection.execute(sql.SQL("create temporary table would_be (like {} including generated)").format(target(plan)))
    required = [column.name for column in plan.table.columns if column.required]
    connection.execute(
        sql.SQL("alter table would_be add column row_number bigint, {}").format(
            sql.SQL(", ").join(
                sql.SQL("alter column {} drop not null").format(sql.Identifier(name)) for name in required
            )
        )
    )
    connection.execute(_filling(connection, plan))
    connection.execute("create index on would_be (row_number)")
    connection.execute("analyze would_be")


def _filling(connection: Connection, plan: Plan) -> sql.Composed:
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
        insert into would_be (row_number, id, source, source_id, {columns})
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
    """A column's value for a report: as the file has it (aliases: s for staged, w for would_be)."""
    if name == "geom":
        return sql.SQL("null")
    given = name in value_columns(plan)
    return sql.SQL("{}::text").format(sql.Identifier("s" if given else "w", name))


def file_name(column: str) -> str:
    """What the report calls a column: the geometry by its name in a table file."""
    return WKT_COLUMN if column == "geom" else column
