"""What the database knows of a table: types, required columns, references, constraints."""

from dataclasses import dataclass
from functools import cached_property

from psycopg.rows import class_row

from geo.store.database import NOW, AsyncConnection, Connection


@dataclass(frozen=True)
class TableColumn:
    """A column of a table. ``references`` is the table whose id a foreign key holds."""

    name: str
    type: str
    required: bool
    has_default: bool
    derived: bool
    references: str | None


@dataclass(frozen=True)
class Table:
    """A table of the schema flurwerk with its columns in their order."""

    name: str
    columns: tuple[TableColumn, ...]

    @cached_property
    def by_name(self) -> dict[str, TableColumn]:
        """The columns by their name."""
        return {column.name: column for column in self.columns}

    @property
    def geometry_type(self) -> str | None:
        """Such as ``MultiPolygon``; None where the table has no geometry."""
        geometry = self.by_name.get("geom")
        return geometry.type.removeprefix("geometry(").split(",")[0] if geometry else None

    @property
    def loadable(self) -> tuple[TableColumn, ...]:
        """The columns that a file may bring: not the identity, what is derived, nor what recording writes."""
        kept = {"id", "source", "recorded_from", "recorded_by", "recorded_xid", "geom"}
        return tuple(column for column in self.columns if not column.derived and column.name not in kept)


COLUMNS = """
    select
        a.attname as name,
        format_type(a.atttypid, a.atttypmod) as type,
        a.attnotnull as required,
        a.atthasdef and a.attgenerated = '' as has_default,
        a.attgenerated <> '' or a.attname in (
            'district_key', 'district_keys', 'district_lengths_m', 'city_length_m'
        ) as derived,
        t.relname as "references"
    from pg_attribute as a
    left join pg_constraint as f
        on f.conrelid = a.attrelid
        and f.contype = 'f'
        and f.conkey = array[a.attnum]
        and f.confkey = array[1::smallint] -- the id
    left join pg_class as t on t.oid = f.confrelid
    where a.attrelid = (
            select oid
            from pg_class
            where relname = %(table)s
              -- A cast to regclass would ask for the right to use the schema.
              and relnamespace = (select oid from pg_namespace where nspname = %(schema)s)
        )
      and a.attnum > 0
      and not a.attisdropped
    order by a.attnum
"""


def describe(connection: Connection, table: str) -> Table:
    """What the database knows of a table; it has no columns where there is none of that name."""
    with connection.cursor(row_factory=class_row(TableColumn)) as cursor:
        columns = cursor.execute(COLUMNS, {"schema": NOW, "table": table}).fetchall()
    return Table(table, tuple(columns))


async def describe_async(connection: AsyncConnection, table: str) -> Table:
    """Like `describe`, on a connection of the web service."""
    async with connection.cursor(row_factory=class_row(TableColumn)) as cursor:
        await cursor.execute(COLUMNS, {"schema": NOW, "table": table})
        return Table(table, tuple(await cursor.fetchall()))


def in_loading_order(connection: Connection, tables: list[str]) -> list[str]:
    """The tables so ordered that each stands behind those it references; otherwise in the given order."""
    waiting = {
        table: {column.references for column in describe(connection, table).columns if column.references} - {table}
        for table in tables
    }
    ordered: list[str] = []
    while waiting:
        ready = next(table for table, needs in waiting.items() if not needs & waiting.keys())
        ordered.append(ready)
        del waiting[ready]
    return ordered
