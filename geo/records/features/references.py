"""Finds the columns of a layer that refer to records of other layers."""

from geo.records.layers.layer import Layer
from geo.store.database import NOW, AsyncConnection

# By name and not as regclass, which requires rights on the tables' schema.
REFERENCES = """
    select a.attname, target.relname
    from pg_constraint as f
    join pg_class as own on own.oid = f.conrelid
    join pg_namespace as schema on schema.oid = own.relnamespace
    join pg_class as target on target.oid = f.confrelid
    join pg_attribute as a on a.attrelid = own.oid and a.attnum = f.conkey[1]
    where f.contype = 'f'
      and f.confkey = array[1::smallint] -- the id
      and schema.nspname = %s
      and own.relname = %s
"""


async def references(connection: AsyncConnection, layer: Layer) -> dict[str, str]:
    """Return the columns that refer to a record, each with the key of that record's layer."""
    return dict(await (await connection.execute(REFERENCES, [NOW, layer.key])).fetchall())
