"""What a layer of the registry still lacks in the database, in sentences that name the call to add.

It reads the catalogue only, so that it answers where the migration's last step, the audiences' views, has failed.
"""

from typing import Any

from geo.records.layers import LAYERS
from geo.records.layers.layer import COMMON_COLUMNS, Layer
from geo.store.catalogue import describe
from geo.store.database import Connection

MIGRATION = "in a new migration of geo/store/schema"
SHAPES = {"Point": "point", "MultiLineString": "line", "MultiPolygon": "area"}
TABLES = """
    select c.relname
    from pg_class as c
    join pg_attribute as a on a.attrelid = c.oid and a.attname = 'source_id'
    where c.relnamespace = 'flurwerk'::regnamespace
      and c.relkind = 'r'
      and c.relname <> 'record'
"""
TRIGGERS = """
    select t.tgname, encode(t.tgargs, 'escape')
    from pg_trigger as t
    where t.tgrelid = format('flurwerk.%%I', %s::text)::regclass
      and not t.tgisinternal
"""


def registry_gaps(connection: Connection) -> list[str]:
    """A sentence for each thing that a layer lacks in the database, and for each table that no layer describes."""
    tables = {name for (name,) in connection.execute(TABLES)}
    found = [f"The table {name} is no layer: describe it in geo/layers." for name in sorted(tables - LAYERS.keys())]
    for layer in LAYERS.values():
        if layer.key in tables:
            found += _of_layer(connection, layer)
        else:
            found.append(f"{layer.key} has no table: create it, `like record including all`, {MIGRATION}.")
    return found


def _of_layer(connection: Connection, layer: Layer) -> list[str]:
    table = describe(connection, layer.key)
    triggers: dict[str, str] = dict(connection.execute(TRIGGERS, [layer.key]).fetchall())
    return [
        *_columns(layer, {column.name for column in table.columns}),
        *_recorded(layer, triggers),
        *(_geometry(layer, table.geometry_type, table.by_name) if layer.geometry or table.geometry_type else ()),
        *_counted(layer, triggers),
    ]


def _columns(layer: Layer, stored: set[str]) -> list[str]:
    described = {column.name for column in layer.columns}
    placed = {"district_key", "district_keys", "district_lengths_m", "city_length_m"}
    missing = described - stored
    found = [f"{layer.key}.{name} is described but not in the table: add it {MIGRATION}." for name in missing - placed]
    if missing & placed:
        shape = SHAPES.get(layer.geometry or "", "point")
        found.append(f"{layer.key} does not know its district: call place('{layer.key}', '{shape}') {MIGRATION}.")
    found += [
        f"{layer.key}.{name} is not described: add a Column to the layer in geo/layers."
        for name in stored - described - COMMON_COLUMNS.keys()
    ]
    return sorted(found)


def _recorded(layer: Layer, triggers: dict[str, str]) -> list[str]:
    if "stamp" in triggers:
        return []
    return [f"{layer.key} is not recorded: call track('{layer.key}') {MIGRATION}."]


def _geometry(layer: Layer, stored: str | None, columns: dict[str, Any]) -> list[str]:
    if layer.geometry != stored:
        return [
            f"{layer.key} is described with the geometry {layer.geometry}, its table has {stored}: make them agree."
        ]
    if "geom_web" in columns:
        return []
    return [f"{layer.key} has no geometry for tiles: call show_on_web('{layer.key}') {MIGRATION}."]


def _counted(layer: Layer, triggers: dict[str, str]) -> list[str]:
    if layer.geometry != "Point":
        return []
    if not layer.drawn_by:
        return [f"{layer.key} is a layer of points that no column splits: name one in its `drawn_by` in geo/layers."]
    wanted = f"{layer.drawn_by[0]}\\000"
    counted = triggers.get("cells_on_insert")
    if counted == wanted:
        return []
    by = f"by {counted.removesuffix(chr(92) + '000')}" if counted else "not at all"
    return [
        f"The points of {layer.key} are counted {by}, and drawn by {layer.drawn_by[0]}: "
        f"call count_cells('{layer.key}', '{layer.drawn_by[0]}') {MIGRATION}."
    ]
