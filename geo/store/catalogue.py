"""Reads a table's columns from the database catalogue: types, required columns, references."""

from dataclasses import dataclass
from functools import cached_property

from psycopg.rows import class_row

from geo.profile import profile
from geo.store.database import NOW, AsyncConnection, Connection


@dataclass(frozen=True)
class TableColumn:
    """A column of a table. ``references`` is the table that a foreign key refers to by id."""

    name: str
    type: str
    required: bool
    has_default: bool
    derived: bool
    references: str | None


@dataclass(frozen=True)
class Table:
    """A table of the schema flurwerk and its columns in table order."""

    name: str
    columns: tuple[TableColumn, ...]

    @cached_property
    def by_name(self) -> dict[str, TableColumn]:
        """The columns by name."""
        return {column.name: column for column in self.columns}

    @property
    def geometry_type(self) -> str | None:
        """The geometry type, such as ``MultiPolygon``; None if the table has no geometry."""
        geometry = self.by_name.get("geom")
        return geometry.type.removeprefix("geometry(").split(",")[0] if geometry else None

    @property
    def loadable(self) -> tuple[TableColumn, ...]:
        """The columns that a loaded file may contain: neither the id, nor derived columns, nor those of recording."""
        kept = {"id", "source", "recorded_from", "recorded_by", "recorded_xid", "geom"}
        return tuple(column for column in self.columns if not column.derived and column.name not in kept)


COLUMNS = """
    select
        a.attname as name,
        format_type(a.atttypid, a.atttypmod) as type,
        a.attnotnull as required,
        a.atthasdef and a.attgenerated = '' as has_default,
        a.attgenerated <> '' or a.attname in (
            'district_key', 'district_keys', 'district_lengths_m', 'city_length_m',
            'media_type', 'size_bytes', 'width_px', 'height_px', 'written_by'
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
              -- A cast to regclass would require usage rights on the schema.
              and relnamespace = (select oid from pg_namespace where nspname = %(schema)s)
        )
      and a.attnum > 0
      and not a.attisdropped
      and (t.relname is null or t.relname <> all (%(off)s))
    order by a.attnum
"""


def describe(connection: Connection, table: str) -> Table:
    """Return the table and its columns; no columns if there is no such table.

    References to layers that the agency does not keep are left out.
    """
    with connection.cursor(row_factory=class_row(TableColumn)) as cursor:
        columns = cursor.execute(COLUMNS, _bound(table)).fetchall()
    return Table(table, tuple(columns))


async def describe_async(connection: AsyncConnection, table: str) -> Table:
    """Like `describe`, on a connection of the web service."""
    async with connection.cursor(row_factory=class_row(TableColumn)) as cursor:
        await cursor.execute(COLUMNS, _bound(table))
        return Table(table, tuple(await cursor.fetchall()))


def _bound(table: str) -> dict[str, str | list[str]]:
    return {"schema": NOW, "table": table, "off": sorted(profile().modules.off)}


def in_loading_order(connection: Connection, tables: list[str]) -> list[str]:
    """Return the tables ordered so that each follows those it references; otherwise in the given order."""
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
