"""Finds the staged rows that violate check constraints or lack required values."""

from typing import NamedTuple

from psycopg import sql
from psycopg.rows import class_row

from geo.loading.columns import Plan
from geo.loading.diagnosis.merged_rows import name_in_file, shown_value
from geo.loading.reasons import of_loads, of_shapes, of_values
from geo.loading.report import Problem
from geo.records.layers.layer import Codes, Text
from geo.records.messages import NOT_NULL, sentence
from geo.store.database import NOW, Connection


class Check(NamedTuple):
    """A check constraint: its name, its SQL expression and the columns that it refers to."""

    name: str
    expression: str
    columns: list[str]


CHECKS = """
    select
        c.conname as name,
        pg_get_expr(c.conbin, c.conrelid) as expression,
        (
            select array_agg(a.attname::text order by a.attnum)
            from pg_attribute as a
            where a.attrelid = c.conrelid
              and a.attnum = any (c.conkey)
              and a.attname <> 'id'
        ) as columns
    from pg_constraint as c
    where c.conrelid = %s::regclass
      and c.contype = 'c'
    order by c.conname
"""


def check_problems(connection: Connection, plan: Plan) -> list[Problem]:
    """Return the rows that violate a check constraint."""
    with connection.cursor(row_factory=class_row(Check)) as cursor:
        checks = cursor.execute(CHECKS, [f"{NOW}.{plan.table.name}"]).fetchall()
    return [problem for check in checks for problem in _violations(connection, plan, check)]


def missing_value_problems(connection: Connection, plan: Plan) -> list[Problem]:
    """Return the rows that lack a required value."""
    required = [column.name for column in plan.table.loadable if column.required]
    if plan.table.geometry_type and plan.table.by_name["geom"].required:
        required.append("geom")
    return [
        Problem(row, source_id, name_in_file(name), None, _missing(plan.table.name, name))
        for name in required
        for row, source_id in connection.execute(
            sql.SQL("select row_number, source_id from merged_rows where {} is null order by row_number").format(
                sql.Identifier(name)
            )
        )
    ]


def _missing(table: str, name: str) -> Text:
    return of_loads.MISSING_SOURCE_ID if name == "source_id" else sentence(NOT_NULL, table, name)


def _violations(connection: Connection, plan: Plan, check: Check) -> list[Problem]:
    about_validity = check.columns == ["geom"] and "st_isvalid(" in check.expression.lower()
    query = sql.SQL(
        """
        with violating as (
            select *
            from merged_rows
            where not ({expression})
        )
        select w.row_number, w.source_id, array[{values}]::text[], {detail}
        from violating as w
        join staged as s on s.row_number = w.row_number
        order by w.row_number
        """
    ).format(
        expression=sql.SQL(check.expression),  # pyright: ignore[reportArgumentType]
        values=sql.SQL(", ").join(shown_value(plan, name) for name in check.columns),
        detail=sql.SQL(INVALIDITY if about_validity else "null::text[]"),
    )
    only = check.columns[0] if len(check.columns) == 1 else None
    reason = (
        no_code(plan, check.name, only)
        if only and codes_of(plan, only)
        else sentence(check.name, plan.table.name, only)
    )
    return [
        _problem(row, source_id, check, values, _with_place(reason, detail))
        for row, source_id, values, detail in connection.execute(query)
    ]


def codes_of(plan: Plan, name: str) -> Codes | None:
    """Return the codes that a column allows, None if it allows any value."""
    return plan.layer.column(name).codes if plan.layer.has_column(name) else None


def no_code(plan: Plan, rule: str, column: str) -> Text:
    """Return the text for a value that is none of a column's codes; ``rule`` is the constraint that demands one."""
    return of_values.translated_by_mapping(sentence(rule, plan.table.name, column), column)


INVALIDITY = """
    (
        select array[d.reason, round(st_x(d.location)) || ' ' || round(st_y(d.location))]
        from st_isvaliddetail(w.geom) as d
    )
"""


def _with_place(reason: Text, detail: list[str] | None) -> Text:
    if detail is None:
        return reason
    place = of_shapes.invalidity(*detail)
    return Text(f"{reason.de} ({place.de})", f"{reason.en} ({place.en})")


def _problem(row: int, source_id: str, check: Check, values: list[str | None], reason: Text) -> Problem:
    columns = [name_in_file(name) for name in check.columns]
    given = [(name, value) for name, value in zip(columns, values, strict=True) if value is not None]
    if len(columns) == 1 or not given:
        return Problem(row, source_id, ", ".join(columns), values[0], reason)
    return Problem(
        row,
        source_id,
        ", ".join(name for name, _ in given),
        ", ".join(f"{name} {value}" for name, value in given),
        reason,
    )
