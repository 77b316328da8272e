"""The statements that write a record to its table. The rules are enforced by the database."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import sql

from geo.records.editing.geometry import Shape
from geo.records.layers.layer import Layer
from geo.store.database import HISTORY, NOW, Query


class Default:
    """The type of `DEFAULT`, which stands for the column's default in the database."""


DEFAULT = Default()


def insert(layer: Layer, values: Mapping[str, Any]) -> Query:
    """Insert a record; returns a row with its id."""
    parameters: dict[str, Any] = {}
    written = _expressions(values, parameters)
    statement = sql.SQL(
        """
        insert into {table} ({columns})
        values ({values})
        returning id
        """
    ).format(table=_table(layer), columns=_joined(map(sql.Identifier, written)), values=_joined(written.values()))
    return Query(statement, parameters)


def update(layer: Layer, record: int, values: Mapping[str, Any]) -> Query:
    """Set columns of a record."""
    parameters: dict[str, Any] = {"record": record}
    written = _expressions(values, parameters)
    statement = sql.SQL(
        """
        update {table}
        set {assignments}
        where id = %(record)s
        """
    ).format(
        table=_table(layer),
        assignments=_joined(
            sql.SQL("{} = {}").format(sql.Identifier(name), expression) for name, expression in written.items()
        ),
    )
    return Query(statement, parameters)


def delete(layer: Layer, record: int) -> Query:
    """Delete a record; its last version remains in the history."""
    statement = sql.SQL("delete from {} where id = %(record)s").format(_table(layer))
    return Query(statement, {"record": record})


def lock(layer: Layer, record: int) -> Query:
    """Lock a record until the transaction ends; returns a row with its version, writer and time."""
    statement = sql.SQL(
        """
        select to_hex((extract(epoch from recorded_from) * 1e6)::bigint), recorded_by, recorded_from
        from {}
        where id = %(record)s
        for no key update
        """
    ).format(_table(layer))
    return Query(statement, {"record": record})


def lock_several(layer: Layer, records: Sequence[int]) -> Query:
    """Lock records until the transaction ends, one after the other by their ids."""
    statement = sql.SQL(
        """
        select
        from {}
        where id = any (%(records)s)
        order by id
        for no key update
        """
    ).format(_table(layer))
    return Query(statement, {"records": list(records)})


def changes(layer: Layer, record: int, version: str) -> Query:
    """Select the names of the columns in which an earlier version of a record differs from the current one."""
    statement = sql.SQL(
        """
        select n.key
        from {table} as r
        join {history} as h using (id)
        cross join jsonb_each(to_jsonb(r)) as n
        join jsonb_each(to_jsonb(h)) as o using (key)
        where r.id = %(record)s
          and to_hex((extract(epoch from h.recorded_from) * 1e6)::bigint) = %(version)s
          and n.value <> o.value
        """
    ).format(table=_table(layer), history=sql.Identifier(HISTORY, layer.key))
    return Query(statement, {"record": record, "version": version})


CONSTRAINTS = """
    from pg_constraint as c
    join pg_class as t on t.oid = c.conrelid
    join pg_namespace as s on s.oid = t.relnamespace
"""


def constrained_columns(layer: Layer, constraint: str) -> Query:
    """Select the columns of a constraint of the layer's table."""
    statement = sql.SQL(
        """
        select a.attname
        {}
        join pg_attribute as a on a.attrelid = t.oid and a.attnum = any (c.conkey)
        where c.conname = %(constraint)s
          and t.relname = %(table)s
          and s.nspname = %(schema)s
        order by a.attnum
        """
    ).format(sql.SQL(CONSTRAINTS))
    return Query(statement, {"constraint": constraint, "table": layer.key, "schema": NOW})


def constraint_names(layer: Layer) -> Query:
    """Select the names of the constraints of the layer's table."""
    statement = sql.SQL("select c.conname {} where t.relname = %(table)s and s.nspname = %(schema)s").format(
        sql.SQL(CONSTRAINTS)
    )
    return Query(statement, {"table": layer.key, "schema": NOW})


def _table(layer: Layer) -> sql.Identifier:
    return sql.Identifier(NOW, layer.key)


def _joined(parts: Any) -> sql.Composed:
    return sql.SQL(", ").join(parts)


def _expressions(values: Mapping[str, Any], parameters: dict[str, Any]) -> dict[str, sql.Composable]:
    """Return the expression for each column; adds the values to the parameters."""
    found: dict[str, sql.Composable] = {}
    for number, (name, value) in enumerate(values.items()):
        if value is DEFAULT:
            found[name] = sql.SQL("default")
        elif isinstance(value, Shape):
            found[name] = value.expression(parameters)
        else:
            parameters[f"value{number}"] = value
            found[name] = sql.Placeholder(f"value{number}")
    return found
