"""The empty file that people fill in."""

from geo.loading.columns import REQUIRED_MARK, WKT_COLUMN, required_columns
from geo.records.layers import LAYERS
from geo.store.catalogue import describe
from geo.store.database import Connection


def template(connection: Connection, layer: str) -> str:
    """A CSV of nothing but the header, required columns marked with ``*``; German Excel opens it as a table.

    The geometry stands in ``geometry`` as WKT; points may have ``x`` and ``y`` in its place.
    """
    table = describe(connection, LAYERS[layer].key)
    names = ["source_id", *(column.name for column in table.loadable if column.name != "source_id")]
    if table.geometry_type:
        names.append(WKT_COLUMN)
    required = required_columns(table)
    header = ";".join(name + REQUIRED_MARK if name in required else name for name in names)
    return f"\ufeff{header}\r\n"
