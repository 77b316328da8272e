"""What audiences see change: the views for which the database keeps digests of what they show (0030_changes_seen.sql).

They are kept for the public's view of every layer. Of the other views, a record's own version tells whoever sees the
record of each change to it; the other tables that they depend on may be hidden from a token for some layers. So a
layer's internal view is kept too, as a token for this layer alone sees it, if it depends on other tables by more than
the public knows. Where a column discloses other layers, whoever sees it sees these layers, and so all their changes.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from psycopg import sql

from geo.records.layers import ALL_LAYERS, LAYERS
from geo.records.layers.layer import Audience, Dependency, Layer
from geo.records.layers.views import SCHEMAS, property_names, sees
from geo.store.database import NOW, Connection

KEY_TYPE = """(
    select format_type(atttypid, atttypmod)
    from pg_attribute
    where attrelid = {source}::regclass
      and attname = {key}
)"""


class SeenView(NamedTuple):
    """A view of a layer; the layer without columns that disclose others."""

    layer: Layer
    audience: Audience

    @property
    def name(self) -> str:
        """Schema and layer."""
        return view_name(self.layer, self.audience)

    @property
    def dependencies(self) -> tuple[Dependency, ...]:
        """The other tables that the view depends on."""
        return self.layer.dependencies(self.audience)

    @property
    def is_kept(self) -> bool:
        """Whether digests are kept of what the view shows."""
        if self.audience is Audience.PUBLIC:
            return True
        return any(not (d.is_computed or is_wholly_public(d.table)) for d in self.dependencies)


def view_name(layer: Layer, audience: Audience) -> str:
    """Return the name of an audience's view of a layer, under which its changes are counted if it is kept."""
    return f"{SCHEMAS[audience]}.{layer.key}"


def public_view(table: str) -> str:
    """Return the name of the public's view of a table that it sees wholly."""
    return view_name(ALL_LAYERS[table], Audience.PUBLIC)


def is_wholly_public(table: str) -> bool:
    """Return whether the public sees all records of a table with all columns that the layer describes."""
    layer = ALL_LAYERS.get(table)
    return (
        layer is not None
        and layer.audience is Audience.PUBLIC
        and layer.shows_all(Audience.PUBLIC)
        and all(column.audience is Audience.PUBLIC for column in layer.columns)
    )


def seen_view(layer: Layer, audience: Audience) -> SeenView:
    """Return the view of an audience as a token for this layer alone sees it, without personal columns."""
    return SeenView(layer.limited_to(()), audience.impersonal)


def is_kept(layer: Layer, audience: Audience) -> bool:
    """Return whether the database keeps digests of what the audience sees of the layer."""
    return seen_view(layer, audience).is_kept


def counted(layer: Layer, audience: Audience) -> tuple[str, ...]:
    """Return what to count for the version of a view: names in ``layer_versions``."""
    view = seen_view(layer, audience)
    if view.is_kept:
        return (view.name,)
    return (layer.key, *(_counted(dependency.table) for dependency in view.dependencies))


def changes_counted(layer: Layer, audience: Audience) -> str:
    """Return the name in ``layer_versions`` under which changes of the layer's records count for an audience."""
    return counted(layer, audience)[0]


def keep_seen(connection: Connection) -> None:
    """Store which views are kept and what tiles count, and compare all records. The views must have been created."""
    for statement in statements():
        connection.execute(statement)
    connection.execute("call flurwerk.renew_seen()")


def statements(layers: Mapping[str, Layer] = LAYERS) -> Iterator[sql.Composed]:
    """Yield the statements that describe the views of these layers to the database."""
    for table in ("seen_sources", "seen_views", "layer_sources"):
        yield sql.SQL("delete from {}").format(sql.Identifier(NOW, table))
    for audience in (Audience.PUBLIC, Audience.INTERNAL):
        for layer in layers.values():
            if not sees(audience, layer):
                continue
            yield _count(layer, audience)
            if (view := seen_view(layer, audience)).is_kept:
                yield from _keep(view)


def _count(layer: Layer, audience: Audience) -> sql.Composed:
    view = seen_view(layer, audience)
    return sql.SQL(
        "insert into flurwerk.layer_sources (view, counted, depends_on_day) values ({}, {}::text[], {})"
    ).format(
        sql.Literal(view.name),
        sql.Literal(list(counted(layer, audience))),
        sql.Literal(any(dependency.last_day for dependency in view.dependencies)),
    )


def _counted(table: str) -> str:
    return public_view(table) if is_wholly_public(table) else table


def _keep(view: SeenView) -> Iterator[sql.Composed]:
    yield sql.SQL("insert into flurwerk.seen_views (view, layer, digest, is_numbered) values ({}, {}, {}, {})").format(
        sql.Literal(view.name),
        sql.Literal(view.layer.key),
        sql.Literal(_digest(view).as_string()),
        sql.Literal(view.audience is Audience.PUBLIC),
    )
    own = Dependency(view.layer.key, "id")
    for dependency in dict.fromkeys((own, *view.dependencies)):
        yield sql.SQL(
            "insert into flurwerk.seen_sources (view, table_name, key, key_type, own, last_day)"
            " values ({}, {}, {}, {}, {}, {})"
        ).format(
            sql.Literal(view.name),
            sql.Literal(dependency.table),
            sql.Literal(dependency.key),
            sql.SQL(KEY_TYPE).format(source=sql.Literal(f"{NOW}.{dependency.table}"), key=sql.Literal(dependency.key)),
            sql.Literal(dependency.own),
            sql.Literal(dependency.last_day),
        )


def _digest(view: SeenView) -> sql.Composed:
    names = [*property_names(view.layer, view.audience), *(["geom"] if view.layer.geometry else [])]
    return sql.SQL("md5(row({})::text)::uuid").format(sql.SQL(", ").join(sql.Identifier("r", name) for name in names))
