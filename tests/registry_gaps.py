"""Finds what a layer of the registry lacks in the database, in sentences that name the call to add."""

import psycopg

from geo.migrate import migrate
from geo.records.layers import LAYERS
from geo.records.layers.layer import COMMON_COLUMNS, Layer
from geo.store.catalogue import describe
from geo.store.database import Connection
from geo.store.scripts import scripts

MIGRATION = "in a new migration of geo/store/schema"
PLACED = {"district_key", "district_keys", "district_lengths_m", "city_length_m"}
"""The columns that complete_layer adds to a table with a geometry."""
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
NOT_KEPT = """
    select attname
    from pg_attribute
    where attrelid = format('flurwerk.%%I', %s::text)::regclass
      and attnum > 0
      and not attisdropped
      and attname <> 'geom_web'
    except
    select attname
    from pg_attribute
    where attrelid = to_regclass(format('flurwerk_history.%%I', %s::text))
"""


class IncompleteLayersError(Exception):
    """The registry and the database's tables differ; the message has a sentence for each gap."""


def migrate_completely(connection: Connection) -> None:
    """Migrate an empty database.

    Raises IncompleteLayersError if the registry and the tables differ, whether or not ``migrate`` fails because of it.
    """
    try:
        migrate(connection)
    except psycopg.Error as error:
        if gaps := _gaps_after_migrations(connection):
            raise IncompleteLayersError(" ".join(gaps)) from error
        raise
    if gaps := registry_gaps(connection):
        raise IncompleteLayersError(" ".join(gaps))


def registry_gaps(connection: Connection) -> list[str]:
    """Return a sentence for each thing that a layer lacks in the database, and for each table without a layer.

    Reads only the catalogue, so that it works without the audiences' views, which ``migrate`` creates last.
    """
    tables = {name for (name,) in connection.execute(TABLES)}
    found = [
        f"The table {name} is no layer: describe it in geo/records/layers." for name in sorted(tables - LAYERS.keys())
    ]
    for layer in LAYERS.values():
        if layer.key in tables:
            found += _of_layer(connection, layer)
        else:
            found.append(f"{layer.key} has no table: create it, `like record including all`, {MIGRATION}.")
    return found


def _gaps_after_migrations(connection: Connection) -> list[str]:
    with connection.transaction(force_rollback=True):
        for script in scripts("schema"):
            connection.execute(script.text.encode())
            connection.execute("set constraints all immediate")
            connection.execute("set local search_path to default")
        return registry_gaps(connection)


def _of_layer(connection: Connection, layer: Layer) -> list[str]:
    table = describe(connection, layer.key)
    stored = {column.name for column in table.columns}
    if layer.geometry != table.geometry_type:
        return [
            f"{layer.key} is described with the geometry {layer.geometry}, its table has {table.geometry_type}: make "
            "them agree."
        ]
    if layer.geometry == "Point" and not layer.drawn_by:
        return [
            f"{layer.key} is a layer of points that no column splits: name one in its `drawn_by` in geo/records/layers."
        ]
    triggers: dict[str, str] = dict(connection.execute(TRIGGERS, [layer.key]).fetchall())
    is_complete = "stamp" in triggers and (layer.geometry is None or "geom_web" in table.by_name)
    if not is_complete:
        return [*_columns(layer, stored | PLACED), f"{layer.key} is not complete: {_call(layer)} {MIGRATION}."]
    return [*_columns(layer, stored), *_history(connection, layer), *_counted(layer, triggers)]


def _call(layer: Layer) -> str:
    options = f", counted_by => '{layer.drawn_by[0]}'" if layer.geometry == "Point" else ""
    options += "" if layer.keeps_history else ", keeps_history => false"
    return f"call complete_layer('{layer.key}'{options})"


def _columns(layer: Layer, stored: set[str]) -> list[str]:
    described = {column.name for column in layer.columns}
    missing = [
        f"{layer.key}.{name} is described but not in the table: add it {MIGRATION}." for name in described - stored
    ]
    unknown = [
        f"{layer.key}.{name} is not described: add a Column to the layer in geo/records/layers."
        for name in stored - described - COMMON_COLUMNS.keys() - PLACED
    ]
    return sorted([*missing, *unknown])


def _history(connection: Connection, layer: Layer) -> list[str]:
    if not layer.keeps_history:
        return []
    return [
        f"{layer.key}.{name} is not kept in history: {_call(layer)} again after adding the column {MIGRATION}."
        for (name,) in connection.execute(NOT_KEPT, [layer.key, layer.key])
        if layer.has_column(name)
    ]


def _counted(layer: Layer, triggers: dict[str, str]) -> list[str]:
    if layer.geometry != "Point":
        return []
    counted = triggers["cells_on_insert"].removesuffix("\\000")
    if counted == layer.drawn_by[0]:
        return []
    return [
        f"The points of {layer.key} are counted by {counted}, and drawn by {layer.drawn_by[0]}: let its `drawn_by` "
        f"begin with {counted}, or change `counted_by` in a migration that is not yet on main."
    ]
