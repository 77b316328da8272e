"""The merge: staged rows against the layer's table, compared and written set by set."""

from typing import NamedTuple

from psycopg import sql

from geo.loading.columns import Plan
from geo.loading.staging import DELETE, INSERT, KEEP, UPDATE, names, target, value_columns
from geo.store.database import Connection


class Counts(NamedTuple):
    """How many staged rows there are for each action."""

    insert: int = 0
    update: int = 0
    keep: int = 0
    delete: int = 0


def compare(connection: Connection, plan: Plan) -> None:
    """Decide for each row whether it is new, changed or as it was; known rows take over their record's id."""
    columns = value_columns(plan)
    changed = sql.SQL("({}) is distinct from ({})").format(names(columns, "t"), names(columns, "i"))
    connection.execute(
        sql.SQL(
            """
            update staged as s
            set id = t.id,
                action = case when {changed} then {update} else {keep} end
            from {table} as t
            join incoming as i
                on i.source = t.source
                and i.source_id = t.source_id
            where s.row_number = i.row_number
            """
        ).format(
            changed=changed if columns else sql.SQL("false"),
            update=sql.Literal(UPDATE),
            keep=sql.Literal(KEEP),
            table=target(plan),
        )
    )


def vanished(connection: Connection, plan: Plan, source: str) -> list[str]:
    """The source_ids of the source's records that the file lacks."""
    found = connection.execute(
        sql.SQL(
            """
            select t.source_id
            from {table} as t
            where t.source = %s
              and not exists (select from staged as s where s.source_id = t.source_id)
            order by t.id
            """
        ).format(table=target(plan)),
        [source],
    )
    return [source_id for (source_id,) in found]


def stage_removal(connection: Connection, plan: Plan, source: str) -> None:
    """Mark what has vanished for removal: it joins the staged rows, with the row number 0."""
    connection.execute(
        sql.SQL(
            """
            insert into staged (row_number, action, id, source_id)
            select 0, {delete}, t.id, t.source_id
            from {table} as t
            where t.source = %s
              and not exists (select from staged as s where s.source_id = t.source_id)
            """
        ).format(table=target(plan), delete=sql.Literal(DELETE)),
        [source],
    )


def count_actions(connection: Connection) -> Counts:
    """How many staged rows there are for each action."""
    return Counts(**dict(connection.execute("select action, count(*) from staged group by action").fetchall()))


def leave_out(connection: Connection, rows: list[int]) -> None:
    """Take rows out of what is to be merged."""
    connection.execute("update staged set action = %s where row_number in (select unnest(%s::bigint[]))", [KEEP, rows])


def merge(connection: Connection, plan: Plan) -> None:
    """Write what is to be inserted, updated and removed in one statement.

    One statement, because the triggers that look at the whole (is more sold than the plot has?) and the foreign
    keys then see the end of it and not a state half-way.
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
    # What goes makes room for what comes under the same unique key.
    return sql.SQL("order by action" if counts.delete else "")


def _when_changed(columns: list[str]) -> sql.Composable:
    if not columns:
        return sql.SQL("")
    assignments = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(column), sql.Identifier("i", column)) for column in columns
    )
    return sql.SQL("when matched then update set {}").format(assignments)
