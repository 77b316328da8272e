"""Resolution of references: from the source_id in a cell to the record it refers to.

A record of the same source takes precedence, else the match must be the only one in all sources. Rows of the file
count as records of its source. Records that people call by a name (`Layer.known_by`) are found by it first.
"""

from difflib import get_close_matches

from psycopg import sql

from geo.loading.columns import Plan
from geo.loading.reasons import of_loads
from geo.loading.report import Problem
from geo.loading.staging import target
from geo.records.layers import ALL_LAYERS
from geo.records.layers.layer import Layer
from geo.store.catalogue import TableColumn
from geo.store.database import NOW, Connection


def resolve_references(connection: Connection, plan: Plan, source: str) -> None:
    """Fill ``refs`` with the distinct values of each reference column and the records they refer to, if any."""
    for column in plan.references:
        connection.execute(_resolution(plan, column), {"source": source, "column": column.name})
    if plan.references:
        connection.execute("analyze refs")


def reference_problems(connection: Connection, plan: Plan, source: str) -> list[Problem]:
    """Return the rows whose references match no record, or several; of a constant one problem for all rows."""
    problems: list[Problem] = []
    for column in plan.references:
        assert column.references
        found = connection.execute(
            sql.SQL(
                """
                select s.row_number, s.source_id, r.value, r.sources
                from staged as s
                join refs as r on r.value = s.{column}
                where r.column_name = %s
                  and r.id is null
                order by s.row_number
                """
            ).format(column=sql.Identifier(column.name)),
            [column.name],
        )
        is_constant = column.name in plan.constants
        layer = ALL_LAYERS.get(column.references)
        names = _names(connection, layer) if layer and layer.known_by and found.rowcount else None
        for row, source_id, value, sources in found:
            if sources:
                reason = of_loads.ambiguous_reference(column.references, sources)
            elif layer and names is not None:
                near = get_close_matches(value, names, 1)
                reason = of_loads.unknown_name(layer.singular, layer.key, value, near[0] if near else None)
            else:
                reason = of_loads.unknown_reference(column.references, source)
            # A constant is the mapping's mistake, not that of each row.
            problems.append(
                Problem(None if is_constant else row, None if is_constant else source_id, column.name, value, reason)
            )
            if is_constant:
                break
    return problems


def _names(connection: Connection, layer: Layer) -> list[str]:
    """Return what people call the records of a layer, the first of their names first."""
    columns = sql.SQL(" union all ").join(
        sql.SQL("select {} from {} where {} is not null").format(name, sql.Identifier(NOW, layer.key), name)
        for name in map(sql.Identifier, layer.known_by)
    )
    return [name for (name,) in connection.execute(columns)]


def _resolution(plan: Plan, column: TableColumn) -> sql.Composed:
    assert column.references
    key = column.references.removeprefix(f"{NOW}.")
    table = sql.Identifier(NOW, key)
    refers_to_itself = table == target(plan)
    layer = ALL_LAYERS.get(key)
    names = (*(layer.known_by if layer else ()), "source_id")
    staged = {"source_id", *(each.name for each in plan.loaded)} if refers_to_itself else set()
    known = [
        part.format(table=table, name=sql.Identifier(name), place=sql.Literal(place))
        for place, name in enumerate(names)
        for part in (KNOWN, *((OWN_ROWS,) if name in staged else ()))
    ]
    return sql.SQL(RESOLUTION).format(column=sql.Identifier(column.name), known=sql.SQL(" union all ").join(known))


KNOWN = sql.SQL("select id, source, {name} as name, {place} as place from {table}")

# New rows already have their ids, so that rows of one file can refer to each other.
OWN_ROWS = sql.SQL(
    """
    select s.id, s.source, s.{name}, {place}
    from staged as s
    where not exists (select from existing as e where e.source_id = s.source_id)
    """
)
RESOLUTION = """
    insert into refs (column_name, value, id, sources)
    with wanted as (
        select distinct {column} as value
        from staged
        where {column} is not null
    ),
    known as (
        {known}
    ),
    matched as (
        select w.value, k.id, k.source, k.place = min(k.place) over (partition by w.value) as is_meant
        from wanted as w
        join known as k on k.name = w.value
    )
    select
        %(column)s,
        w.value,
        coalesce(
            min(m.id) filter (where m.source = %(source)s),
            case when count(m.id) = 1 then min(m.id) end
        ),
        coalesce(array_agg(distinct m.source order by m.source) filter (where m.id is not null), '{{}}')
    from wanted as w
    left join matched as m on m.value = w.value and m.is_meant
    group by w.value
"""
