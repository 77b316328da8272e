"""The fields of a file, and the SQL expressions of their values."""

from collections.abc import Iterable

from psycopg import sql

from geo.csv_cells import FORMULA
from geo.records.exports.export import TABLES, Export, Field, Kind
from geo.records.features.selection import ID
from geo.records.filters.queryables import GEOMETRY
from geo.store.database import SRID

KINDS = {
    "text": Kind.TEXT,
    "smallint": Kind.INTEGER,
    "integer": Kind.INTEGER,
    "bigint": Kind.INTEGER,
    "numeric": Kind.NUMBER,
    "double precision": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
    "date": Kind.DATE,
    "timestamp with time zone": Kind.TIMESTAMP,
}

SEPARATOR = "\x1f"
"""Separates the values of a list in the rows that are sent to the process that writes the file."""

PLACES = (GEOMETRY, "x", "y")
"""The names of the fields that hold the geometry."""


def fields(export: Export, types: Iterable[tuple[str, str]]) -> list[Field]:
    """Return the fields of a file: id, properties, geometry; ``types`` are names and types of the view's columns."""
    known = dict(types)
    names = [ID, *(name for name in export.wanted.properties if name != ID)]
    found = [Field(name, kind_of(known[name])) for name in names]
    if not export.layer.geometry:
        return found
    if export.format.key not in TABLES:
        return [*found, Field(GEOMETRY, Kind.GEOMETRY)]
    if export.layer.geometry == "Point":
        return [*found, Field("x", Kind.NUMBER), Field("y", Kind.NUMBER)]
    return [*found, Field(GEOMETRY, Kind.TEXT)]


def kind_of(column_type: str) -> Kind:
    """Return the kind of values of a column of that type."""
    kind = KINDS[column_type.removesuffix("[]")]
    if not column_type.endswith("[]"):
        return kind
    return Kind.NUMBERS if kind in (Kind.INTEGER, Kind.NUMBER) else Kind.LIST


def cell(export: Export, field: Field) -> sql.Composable:
    """Return the expression of a field's value."""
    if export.layer.geometry and field.name in PLACES:
        return _geometry(export, field)
    column = sql.Identifier("r", field.name)
    is_csv = export.format.key == "csv"
    if field.kind in (Kind.LIST, Kind.NUMBERS):
        column = sql.SQL("array_to_string({}, {})").format(column, sql.Literal("|" if is_csv else SEPARATOR))
    if field.kind in (Kind.LIST, Kind.TEXT):
        return csv_safe(column) if is_csv else column
    if field.kind is Kind.BOOLEAN:
        return sql.SQL("{}::text").format(column)
    if field.kind is Kind.TIMESTAMP:
        # A CSV file uses the form of GeoJSON; Arrow can read only UTC.
        form = "to_json({}) #>> '{{}}'" if is_csv else "to_char({} at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.USZ')"
        return sql.SQL(form).format(column)
    return column


def csv_safe(text: sql.Composable) -> sql.Composable:
    """Return the SQL equivalent of `geo.csv_cells.csv_cell` for a text."""
    return sql.SQL("case when {0} ~ {1} then '''' || {0} else {0} end").format(text, sql.Literal(FORMULA))


def _geometry(export: Export, field: Field) -> sql.Composable:
    crs = export.wanted.crs
    shown: sql.Composable = sql.Identifier("r", "geom")
    if crs.srid != SRID:
        shown = sql.SQL("st_transform({}, {})").format(shown, sql.Literal(crs.srid))
    if field.kind is Kind.GEOMETRY:
        return sql.SQL("encode(st_asbinary({}, 'NDR'), 'hex')").format(shown)
    if field.kind is Kind.TEXT:
        return sql.SQL("st_astext({}, {})").format(shown, sql.Literal(crs.digits))
    ordinate = sql.SQL("st_x" if field.name == "x" else "st_y")
    return sql.SQL("round({}({})::numeric, {})").format(ordinate, shown, sql.Literal(crs.digits))
