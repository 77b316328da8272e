"""Which properties of a layer an audience may filter by. Whatever it does not see is unknown here."""

from collections.abc import Iterable

from psycopg import sql

from geo.records.filters.expression import Kind, Queryable
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import LOCATED, SCHEMAS
from geo.store.database import Query

GEOMETRY = "geometry"
"""The name of the geometry, as in GeoJSON. ``geom``, its column, is understood too."""

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


FOR_ANSWERING = ("geom_web", LOCATED)
"""Columns that say nothing of their own: the geometry once more, for tiles, and whether there is one, for sorting."""


def column_types(layer: Layer, audience: Audience) -> Query:
    """Rows of name and type: the columns of the view that an audience (public or internal) has of a layer."""
    statement = sql.SQL(
        """
        select attname, format_type(atttypid, null)
        from pg_attribute
        where attrelid = format('%%I.%%I', %(schema)s::text, %(view)s::text)::regclass
          and attnum > 0
          and not attisdropped
          and attname <> all(%(unasked)s)
        order by attnum
        """
    )
    return Query(
        sql.Composed([statement]),
        {"schema": SCHEMAS[audience], "view": layer.key, "unasked": list(FOR_ANSWERING)},
    )


def queryables(
    layer: Layer, audience: Audience, types: Iterable[tuple[str, str]], alias: str = "r"
) -> dict[str, Queryable]:
    """The properties by their name; ``types`` are the rows of ``column_types``, ``alias`` stands for the view."""
    codes = {column.name: column.codes for column in layer.visible_columns(audience)}
    found: dict[str, Queryable] = {}
    for column, type_name in types:
        if kind := KINDS.get(type_name):
            name = GEOMETRY if kind is Kind.GEOMETRY else column
            found[name] = Queryable(name, sql.Identifier(alias, column), kind, codes.get(column))
    return found
