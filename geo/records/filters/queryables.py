"""The properties of a layer by which an audience may filter: only those that it sees."""

from collections.abc import Iterable

from psycopg import sql

from geo.records.filters.expression import Kind, Queryable
from geo.records.layers.layer import COMMON_COLUMNS, Audience, Layer
from geo.records.layers.views import LOCATED, SCHEMAS
from geo.store.database import Query

GEOMETRY = "geometry"
"""The name of the geometry, as in GeoJSON. The column name ``geom`` is accepted as well."""

KINDS = {
    "text": Kind.TEXT,
    "smallint": Kind.NUMBER,
    "integer": Kind.NUMBER,
    "bigint": Kind.NUMBER,
    "numeric": Kind.NUMBER,
    "double precision": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
    "date": Kind.DATE,
    "timestamp with time zone": Kind.TIMESTAMP,
    "text[]": Kind.LIST,
    "geometry": Kind.GEOMETRY,
}


TECHNICAL_COLUMNS = ("geom_web", LOCATED)
"""Columns without content of their own: the geometry for tiles, and whether there is a geometry, for sorting."""


def column_types(layer: Layer, audience: Audience) -> Query:
    """Select name and type of the columns of the view of a layer for an audience (public or internal)."""
    statement = sql.SQL(
        """
        select attname, format_type(atttypid, null)
        from pg_attribute
        where attrelid = format('%%I.%%I', %(schema)s::text, %(view)s::text)::regclass
          and attnum > 0
          and not attisdropped
          and attname <> all(%(technical)s)
        order by attnum
        """
    )
    return Query(
        sql.Composed([statement]),
        {"schema": SCHEMAS[audience], "view": layer.key, "technical": list(TECHNICAL_COLUMNS)},
    )


def queryables(
    layer: Layer, audience: Audience, types: Iterable[tuple[str, str]], alias: str = "r"
) -> dict[str, Queryable]:
    """Return the properties by name; ``types`` are the rows of `column_types`, ``alias`` is the view's alias.

    The view may have more columns than the layer as this caller sees it (geo.access.Caller.visible_layers).
    """
    codes = {column.name: column.codes for column in layer.visible_columns(audience)}
    found: dict[str, Queryable] = {}
    for column, type_name in types:
        kind = KINDS.get(type_name)
        if kind and (layer.has_column(column) or column in COMMON_COLUMNS):
            name = GEOMETRY if kind is Kind.GEOMETRY else column
            found[name] = Queryable(name, sql.Identifier(alias, column), kind, codes.get(column))
    return found
