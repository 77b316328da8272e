"""Set-based comparison of the staged rows with the layer's table, and their merge into it."""

from typing import NamedTuple

from psycopg import sql

from geo.loading.columns import Plan
from geo.loading.staging import DELETE, INSERT, KEEP, UPDATE, names, target, value_columns
from geo.store.database import Connection


class Counts(NamedTuple):
    """The number of staged rows per action."""

    insert: int = 0
    update: int = 0
    keep: int = 0
    delete: int = 0


def compare(connection: Connection, plan: Plan) -> None:
    """Mark each staged row as new, changed or unchanged. Rows of existing records get the record's id."""
    columns = value_columns(plan)
    changed = sql.SQL("({}) is distinct from ({})").format(names(columns, "e"), names(columns, "i"))
    connection.execute(
        sql.SQL(
            """
            update staged as s
            set id = e.id,
                action = case when {changed} then {update} else {keep} end
            from existing as e
            join incoming as i on i.source_id = e.source_id
            where s.row_number = i.row_number
            """
        ).format(
            changed=changed if columns else sql.SQL("false"),
            update=sql.Literal(UPDATE),
            keep=sql.Literal(KEEP),
        )
    )
    # Most rows are new versions now, and have other ids and actions.
    connection.execute("analyze staged (row_number, source_id, id, action)")


def vanished(connection: Connection) -> list[str]:
    """Return the source_ids of the source's records that are missing from the file."""
    found = connection.execute(
        """
        select e.source_id
        from existing as e
        where not exists (select from staged as s where s.source_id = e.source_id)
        order by e.id
        """
    )
    return [source_id for (source_id,) in found]


def stage_removal(connection: Connection) -> None:
    """Stage the removal of records missing from the file. They are added to ``staged`` with the row number 0."""
    connection.execute(
        """
        insert into staged (row_number, action, id, source_id)
        select 0, %s, e.id, e.source_id
        from existing as e
        where not exists (select from staged as s where s.source_id = e.source_id)
        """,
        [DELETE],
    )


def count_existing(connection: Connection) -> int:
    """Return how many records the source has."""
    row = connection.execute("select count(*) from existing").fetchone()
    return row[0] if row else 0


def count_actions(connection: Connection) -> Counts:
    """Return the number of staged rows per action."""
    return Counts(**dict(connection.execute("select action, count(*) from staged group by action").fetchall()))


def exclude(connection: Connection, rows: list[int]) -> None:
    """Exclude rows from the merge, by their row numbers."""
    connection.execute("update staged set action = %s where row_number in (select unnest(%s::bigint[]))", [KEEP, rows])


def merge(connection: Connection, plan: Plan) -> None:
    """Insert, update and delete the staged rows in one statement.

    A single statement lets foreign keys, and triggers over several rows (is more sold than the plot has?), see the
    final state rather than an intermediate one.
    """
    columns = value_columns(plan)
    connection.execute(
        sql.SQL(
            """
            merge into {table} as t
            using (
                select *
                from incoming
                where action in ({insert}, {update}, {delete})
                {order}
            ) as i on i.id = t.id
            when matched and i.action = {delete} then delete
            {when_changed}
            when not matched then
                insert ({columns})
                overriding system value
                values ({values})
            """
        ).format(
            table=target(plan),
            insert=sql.Literal(INSERT),
            update=sql.Literal(UPDATE),
            delete=sql.Literal(DELETE),
            order=_order(count_actions(connection)),
            when_changed=_when_changed(columns),
            columns=names(["id", "source", "source_id", *columns]),
            values=names(["id", "source", "source_id", *columns], "i"),
        )
    )


def _order(counts: Counts) -> sql.SQL:
    # Deletes come first, to free unique keys that inserted rows reuse.
    return sql.SQL("order by action" if counts.delete else "")


def _when_changed(columns: list[str]) -> sql.Composable:
    if not columns:
        return sql.SQL("")
    assignments = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(column), sql.Identifier("i", column)) for column in columns
    )
    return sql.SQL("when matched then update set {}").format(assignments)
