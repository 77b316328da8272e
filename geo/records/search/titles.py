"""What a record is called, and the one that a column refers to."""

from collections.abc import Mapping

from psycopg import sql

from geo.records.layers.column_types import column_types
from geo.records.layers.layer import Audience, Layer, Search
from geo.records.layers.views import view_of
from geo.records.search.searched import SearchedLayer, single

NAMING = "case when {0} !~ '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$' then {0} end"
"""A source's identifier, if it is one that people know: records without one get a UUID."""


def title(search: Search, alias: str = "r") -> sql.Composed:
    """Return the expression of a record's title, over the alias of its view; null if it has none."""
    names = [
        sql.SQL(NAMING).format(sql.Identifier(alias, "source_id"))
        if name == "source_id"
        else sql.Identifier(alias, name)
        for name in search.texts
    ]
    return sql.SQL("coalesce({})").format(sql.SQL(", ").join(names))


def target_of(layer: Layer, name: str, audiences: Mapping[str, Audience]) -> SearchedLayer | None:
    """Return how the records are found that a column refers to; None if it refers to none that the caller sees."""
    column = column_types()[layer.key].get(name)
    key = column.references if column else None
    return single(key, audiences[key]) if key and key in audiences else None


def referred(
    layer: Layer, name: str, value: sql.Composable, audiences: Mapping[str, Audience], *, is_past: bool = False
) -> sql.Composable | None:
    """Return the title of the record that a column refers to, and the value of a column that refers to none.

    None if the caller may not see that record. ``audiences``: the audience as which the caller sees each layer.
    ``is_past``: as recorded at the instant that the connection shows.
    """
    column = column_types()[layer.key].get(name)
    if column is None or column.references is None:
        return value
    target = target_of(layer, name, audiences)
    if target is None:
        return None
    return sql.SQL("(select {} from {} as target where target.id = {})").format(
        title(target.search, "target"), view_of(audiences[target.layer.key], target.layer, is_past=is_past), value
    )
