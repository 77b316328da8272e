"""Staging of a file's rows: copied to the temporary table ``staged`` and read through the view ``incoming``.

The view has the columns of the layer's table, with references resolved and defaults filled in, so that the later
steps (comparing, merging, diagnosing) are plain SQL over two relations of the same structure.
"""

import io
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.csv
from psycopg import sql

from geo.loading.columns import Plan
from geo.store.database import NOW, Connection

INSERT, UPDATE, KEEP, DELETE = "insert", "update", "keep", "delete"
"""The actions for staged rows. Every row counts as an insert until it has been compared with the table."""


def target(plan: Plan) -> sql.Identifier:
    """Return the layer's table."""
    return sql.Identifier(NOW, plan.table.name)


def value_columns(plan: Plan) -> list[str]:
    """Return the columns that the load sets, the geometry last."""
    return [*(column.name for column in plan.loaded), *(["geom"] if plan.has_geometry else [])]


def names(columns: Iterable[str], alias: str | None = None) -> sql.Composed:
    """Return the columns separated by commas, qualified by the alias if there is one."""
    qualified = (sql.Identifier(alias, column) if alias else sql.Identifier(column) for column in columns)
    return sql.SQL(", ").join(qualified)


def create_staging(connection: Connection, plan: Plan, source: str) -> None:
    """Create the empty temporary tables ``staged`` and ``refs``. References are staged as in the file, as text."""
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(
            sql.Identifier(column.name),
            sql.SQL("text" if column.references else column.type),  # pyright: ignore[reportArgumentType]
        )
        for column in plan.loaded
    )
    geometry = plan.table.by_name["geom"].type if plan.has_geometry else "text"
    drop_staging(connection)
    connection.execute(
        sql.SQL(
            """
            create temporary table staged (
                row_number bigint not null,
                action text not null default {insert},
                id bigint not null default nextval({sequence}),
                source text not null default {source},
                source_id text,
                {columns}
                geom {geometry}
            )
            """
        ).format(
            insert=sql.Literal(INSERT),
            sequence=sql.Literal(_sequence(connection, plan)),
            source=sql.Literal(source),
            columns=columns + sql.SQL(",") if plan.loaded else columns,
            geometry=sql.SQL(geometry),  # pyright: ignore[reportArgumentType]
        )
    )
    connection.execute(REFS)


REFS = """
    create temporary table refs (
        column_name text not null,
        value text not null,
        id bigint,
        sources text[] not null
    )
"""


def drop_staging(connection: Connection) -> None:
    """Drop the staging relations, which an earlier load in the same transaction may have left."""
    connection.execute("drop view if exists pg_temp.incoming")
    connection.execute("drop table if exists pg_temp.staged, pg_temp.refs, pg_temp.existing")


def copy_rows(connection: Connection, plan: Plan, batches: Iterable[pa.Table]) -> None:
    """COPY batches into ``staged``. Each has row_number, then source_id and the value columns as text."""
    statement = sql.SQL("copy staged ({}) from stdin (format csv)").format(
        names(["row_number", "source_id", *value_columns(plan)])
    )
    options = pyarrow.csv.WriteOptions(include_header=False)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for batch in batches:
            text = io.BytesIO()
            pyarrow.csv.write_csv(batch, text, options)
            copy.write(text.getbuffer())
    # Only the columns that joins use; statistics of the others would cost time without any benefit.
    connection.execute("analyze staged (row_number, source_id, id)")


def create_incoming(connection: Connection, plan: Plan) -> None:
    """Create the view ``incoming``: the staged rows in the form of the layer's table."""
    defaults = column_defaults(connection, plan)
    columns = [
        _value(column.name, is_reference=column.references is not None, default=defaults.get(column.name))
        for column in plan.loaded
    ]
    joins = [
        sql.SQL("left join refs as {alias} on {alias}.column_name = {name} and {alias}.value = s.{column}").format(
            alias=sql.Identifier(f"ref_{column.name}"),
            name=sql.Literal(column.name),
            column=sql.Identifier(column.name),
        )
        for column in plan.references
    ]
    connection.execute(
        sql.SQL("create temporary view incoming as select {columns} from staged as s {joins}").format(
            columns=sql.SQL(", ").join(
                [
                    names(["row_number", "action", "id", "source", "source_id"], "s"),
                    *columns,
                    *([sql.SQL("s.geom")] if plan.has_geometry else []),
                ]
            ),
            joins=sql.SQL(" ").join(joins),
        )
    )


def column_defaults(connection: Connection, plan: Plan) -> dict[str, sql.SQL]:
    """Return the defaults of required columns, which are used for empty cells."""
    found = connection.execute(
        """
        select a.attname, pg_get_expr(d.adbin, d.adrelid)
        from pg_attrdef as d
        join pg_attribute as a on a.attrelid = d.adrelid and a.attnum = d.adnum
        where d.adrelid = %s::regclass
          and a.attnotnull
          and a.attgenerated = ''
        """,
        [f"{NOW}.{plan.table.name}"],
    )
    return {name: sql.SQL(expression) for name, expression in found}


def _value(name: str, *, is_reference: bool, default: sql.SQL | None) -> sql.Composed:
    column = sql.Identifier(f"ref_{name}", "id") if is_reference else sql.Identifier("s", name)
    if default is None:
        return sql.SQL("{} as {}").format(column, sql.Identifier(name))
    return sql.SQL("coalesce({}, {}) as {}").format(column, default, sql.Identifier(name))


def _sequence(connection: Connection, plan: Plan) -> str:
    row = connection.execute("select pg_get_serial_sequence(%s, 'id')", [f"{NOW}.{plan.table.name}"]).fetchone()
    assert row
    return row[0]
