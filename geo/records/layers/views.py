"""What each audience sees: one plain view a layer in the schemas flurwerk_for_public, flurwerk_for_internal and
flurwerk_for_editing.

Beside each of them a schema whose name ends in ``_past`` shows the same of the records as they were recorded at the
setting ``flurwerk.as_of``. Plain views and not row-level security: its policies keep PostGIS from using the spatial
index.
"""

from collections.abc import Iterator, Mapping
from typing import LiteralString

from psycopg import sql

from geo.records.layers import LAYERS
from geo.records.layers.layer import COMMON_COLUMNS, Audience, DerivedView, Layer
from geo.store.database import AS_RECORDED, NOW, Connection

SCHEMAS = {
    Audience.PUBLIC: "flurwerk_for_public",
    Audience.INTERNAL: "flurwerk_for_internal",
    Audience.PERSONAL: "flurwerk_for_editing",
}
PAST_SCHEMAS = {audience: f"{schema}_past" for audience, schema in SCHEMAS.items()}
"""The schemas of the views as recorded; reading them needs ``flurwerk.as_of`` (geo.store.database.set_as_of)."""

COMMON = ("source", "source_id", "note", "recorded_from")
"""What all but the public see of the columns that every record has, unless the layer itself describes them."""

GEOMETRIES = ("geom", "geom_web")
"""The columns of a layer's geometry: as stored, and in web mercator for tiles, which show no past."""


LOCATED = "is_located"
"""Of a layer whose records may lack a geometry: whether the audience sees one of the record."""


RENDITIONS = "attachment_renditions"
"""The view of the bytes of those attachments that an audience sees."""

RENDITIONS_VIEW: LiteralString = """
create view {schema}.attachment_renditions as
select
    a.id as attachment,
    c.rendition,
    c.media_type,
    c.digest,
    c.content,
    c.size_bytes,
    c.bucket,
    c.object_key
from {attachments} as a
join flurwerk.attachments as stored using (id)
join flurwerk.attachment_renditions as c on c.sha256 = stored.sha256
"""


def create_audience_views(connection: Connection) -> None:
    """Create in each audience's schema the view of every layer that the audience sees. There must be none yet."""
    for schema in (*SCHEMAS.values(), *PAST_SCHEMAS.values()):
        connection.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(schema)))
    for statement in audience_views():
        connection.execute(statement)


def audience_views(layers: Mapping[str, Layer] = LAYERS) -> Iterator[sql.Composed]:
    """The statements that create the views of these layers, audience by audience and layer by layer."""
    for audience in SCHEMAS:
        for layer in layers.values():
            if sees(audience, layer):
                yield view_statement(audience, layer)
                yield view_statement(audience, layer, is_past=True)
        if "attachments" in layers:
            yield sql.SQL(RENDITIONS_VIEW).format(
                schema=sql.Identifier(SCHEMAS[audience]), attachments=view_of(audience, layers["attachments"])
            )


def sees(audience: Audience, layer: Layer) -> bool:
    """Whether an audience sees records of the layer at all."""
    return audience is not Audience.PUBLIC or layer.audience is Audience.PUBLIC


def property_names(layer: Layer, audience: Audience) -> tuple[str, ...]:
    """Return the properties of a layer's features that an audience sees, in the order of its view."""
    common = () if audience is Audience.PUBLIC else tuple(name for name in COMMON if not layer.has_column(name))
    return (*common, *(column.name for column in layer.visible_columns(audience)))


def view_of(audience: Audience, layer: Layer, *, is_past: bool = False) -> sql.Identifier:
    """The view that an audience has of a layer: of the records as they are now, or as recorded."""
    return sql.Identifier((PAST_SCHEMAS if is_past else SCHEMAS)[audience], layer.key)


def view_statement(audience: Audience, layer: Layer, *, is_past: bool = False) -> sql.Composed:
    """``create view`` for the rows, columns and geometry of a layer that an audience sees."""
    schema = sql.Identifier(AS_RECORDED if is_past else NOW)
    origin = {column.name: view.name for view in layer.derived_views for column in view.columns}
    selected: list[sql.Composable] = [sql.SQL("r.id")]
    selected += [sql.Identifier(origin.get(name, "r"), name) for name in property_names(layer, audience)]
    if layer.geometry:
        names = ("geom",) if is_past else GEOMETRIES
        selected += [_geometry(layer, audience, name) for name in names]
        if not layer.geometry_required:
            shown = sql.SQL(_geometry_shown(layer, audience))  # pyright: ignore[reportArgumentType]
            selected.append(sql.SQL("r.geom is not null and ({}) as {}").format(shown, sql.Identifier(LOCATED)))
    rows = sql.SQL(layer.public_rows if audience is Audience.PUBLIC else "true")  # pyright: ignore[reportArgumentType]
    return sql.SQL("create view {view} as select {selected} from {schema}.{table} as r {joined} where {rows}").format(
        view=view_of(audience, layer, is_past=is_past),
        selected=sql.SQL(", ").join(selected),
        schema=schema,
        table=sql.Identifier(layer.key),
        joined=sql.SQL(" ").join(_joined(schema, view) for view in layer.visible_views(audience)),
        rows=rows.format(schema=schema),
    )


def _joined(schema: sql.Identifier, view: DerivedView) -> sql.Composed:
    # The record comes first, whether or not the view has a row for it: pages keep to the order of the records.
    return sql.SQL("left join {schema}.{view} on {on} = {of}").format(
        schema=schema,
        view=sql.Identifier(view.name),
        on=sql.Identifier(view.name, view.on),
        of=sql.Identifier("r", view.of),
    )


def _geometry_shown(layer: Layer, audience: Audience) -> str:
    return layer.public_geometry if audience is Audience.PUBLIC else "true"


def _geometry(layer: Layer, audience: Audience, name: str) -> sql.Composable:
    condition = _geometry_shown(layer, audience)
    if condition == "true":
        return sql.Identifier("r", name)
    return sql.SQL("case when {condition} then {column} end as {name}").format(
        condition=sql.SQL(condition),  # pyright: ignore[reportArgumentType]
        column=sql.Identifier("r", name),
        name=sql.Identifier(name),
    )


def columns_inside(layer: Layer) -> list[str]:
    """The columns of a layer's table that are not personal; what is not described is taken to be."""
    names = {**COMMON_COLUMNS, **{column.name: column for column in layer.columns}}
    without_geometry = () if layer.geometry else ("geom", "geom_web")
    return [
        name
        for name, column in names.items()
        if column.audience is not Audience.PERSONAL and name not in without_geometry
    ]
