"""What each audience sees: one plain view a layer in the schemas for_public, for_internal and for_editing.

Plain views and not row-level security: its policies keep PostGIS from using the spatial index.
"""

from collections.abc import Iterator

from psycopg import sql

from geo.database import Connection
from geo.layers import LAYERS
from geo.layers.base import Audience, Layer

SCHEMAS = {Audience.PUBLIC: "for_public", Audience.INTERNAL: "for_internal", Audience.PERSONAL: "for_editing"}

COMMON = ("source", "source_id", "note", "recorded_from")
"""What all but the public see of the columns that every record has, unless the layer itself describes them."""


def create_audience_views(connection: Connection) -> None:
    """Create the audiences' schemas anew, each with the view of every layer that the audience sees."""
    for schema in SCHEMAS.values():
        connection.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(schema)))
        connection.execute(sql.SQL("create schema {}").format(sql.Identifier(schema)))
    for statement in audience_views():
        connection.execute(statement)


def audience_views() -> Iterator[sql.Composed]:
    """The statements that create the views, audience by audience and layer by layer."""
    for audience in SCHEMAS:
        for layer in LAYERS.values():
            if sees(audience, layer):
                yield view_statement(audience, layer)


def sees(audience: Audience, layer: Layer) -> bool:
    """Whether an audience sees records of the layer at all."""
    return audience is not Audience.PUBLIC or layer.audience is Audience.PUBLIC


def view_statement(audience: Audience, layer: Layer) -> sql.Composed:
    """``create view`` for the rows, columns and geometry of a layer that an audience sees."""
    names = [column.name for column in layer.visible_columns(audience)]
    derived = {column.name for column in layer.derived}
    selected: list[sql.Composable] = [sql.SQL("r.id")]
    if audience is not Audience.PUBLIC:
        selected += [sql.Identifier("r", name) for name in COMMON if not layer.describes(name)]
    selected += [sql.Identifier("d" if name in derived else "r", name) for name in names]
    if layer.geometry:
        shown = layer.public_geometry if audience is Audience.PUBLIC else "r.geom"
        selected.append(sql.SQL("{} as geom").format(sql.SQL(shown)))  # pyright: ignore[reportArgumentType]
    return sql.SQL("create view {view} as select {selected} from flurwerk.{table} as r {joined} where {rows}").format(
        view=sql.Identifier(SCHEMAS[audience], layer.key),
        selected=sql.SQL(", ").join(selected),
        table=sql.Identifier(layer.key),
        joined=sql.SQL(" ").join(
            sql.SQL("join flurwerk.{} as d on d.{} = r.id").format(sql.Identifier(view), sql.Identifier(on))
            for view, on in layer.derived_from
        ),
        rows=sql.SQL(layer.public_rows if audience is Audience.PUBLIC else "true"),  # pyright: ignore[reportArgumentType]
    )
