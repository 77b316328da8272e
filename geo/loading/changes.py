"""What a load does to the values of existing records, column by column, and the questions that it raises.

An empty cell removes a value. A formula without a result, an export without a column's contents or half a file look the
same, so a load that empties or removes much asks first.
"""

from collections.abc import Iterable

from psycopg import sql

from geo.loading.columns import Plan
from geo.loading.diagnosis.merged_rows import name_in_file
from geo.loading.reasons import of_loads
from geo.loading.report import ColumnChange, Question
from geo.loading.staging import UPDATE, value_columns
from geo.store.database import Connection

ACCEPT_EMPTYING = "--accept-emptying"
ACCEPT_PRUNING = "--accept-pruning"


def column_changes(connection: Connection, plan: Plan) -> list[ColumnChange]:
    """Return for each column that the load sets how many values it fills, changes and empties."""
    columns = value_columns(plan)
    if not columns:
        return []
    row = connection.execute(_counting(plan, columns)).fetchone()
    assert row
    quads = zip(*[iter(row)] * 4, strict=True)
    return [ColumnChange(name_in_file(name), *counts) for name, counts in zip(columns, quads, strict=True)]


def emptying_question(changes: Iterable[ColumnChange], share: float) -> Question | None:
    """Return the question whether values may be emptied, if they are more than the share of a column's."""
    much = [
        (change.column, change.emptied, change.present) for change in changes if change.emptied > share * change.present
    ]
    return Question.of(of_loads.empties(much), ACCEPT_EMPTYING) if much else None


def pruning_question(removed: int, present: int, share: float) -> Question | None:
    """Return the question whether records may be removed, if they are more than the share of the source's."""
    return Question.of(of_loads.prunes(removed, present), ACCEPT_PRUNING) if removed > share * present else None


def _counting(plan: Plan, columns: list[str]) -> sql.Composed:
    return sql.SQL(
        """
        select {counts}
        from existing as e
        left join incoming as i on i.id = e.id and i.action = {update}
        left join staged as s on s.row_number = i.row_number
        """
    ).format(
        counts=sql.SQL(", ").join(_counts(plan, name) for name in columns),
        update=sql.Literal(UPDATE),
    )


def _counts(plan: Plan, name: str) -> sql.Composed:
    """Return the columns present, filled, changed and emptied. A list without elements counts as empty."""
    is_list = plan.table.by_name[name].type.endswith("[]")
    old, new, cell = (
        sql.SQL("nullif({}, '{{}}')" if is_list else "{}").format(sql.Identifier(alias, name)) for alias in "eis"
    )
    # An empty cell of a column with a default stores the default: the value is lost all the same.
    return sql.SQL(
        """
        count({old}),
        count(*) filter (where i.id is not null and {old} is null and {new} is not null),
        count(*) filter (where {cell} is not null and {old} is not null and {new} is distinct from {old}),
        count(*) filter (
            where i.id is not null and {cell} is null and {old} is not null and {new} is distinct from {old}
        )
        """
    ).format(old=old, new=new, cell=cell)
