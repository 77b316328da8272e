"""The CSV template for a layer."""

from geo.loading.columns import REQUIRED_MARK, WKT_COLUMN, required_columns
from geo.records.layers import LAYERS
from geo.store.catalogue import describe
from geo.store.database import Connection


def template(connection: Connection, layer: str) -> str:
    """Return a CSV with only the header, required columns marked with ``*``. German Excel opens it as a table.

    The geometry goes into ``geometry`` as WKT; for points, columns ``x`` and ``y`` may be used instead.
    """
    table = describe(connection, LAYERS[layer].key)
    names = ["source_id", *(column.name for column in table.loadable if column.name != "source_id")]
    if table.geometry_type:
        names.append(WKT_COLUMN)
    required = required_columns(table)
    header = ";".join(name + REQUIRED_MARK if name in required else name for name in names)
    return f"\ufeff{header}\r\n"
