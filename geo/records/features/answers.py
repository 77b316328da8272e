"""Reads features as GeoJSON text: pages, single features, several by id; and the extent of a layer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from geo.records.features import cursors, feature_sql
from geo.records.features.reading import FeatureQuery
from geo.records.features.selection import Bounds, Crs, Cursor
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import property_names
from geo.store.database import AsyncConnection, Query, set_as_of


class Page(NamedTuple):
    """A page's FeatureCollection as text, and the cursor of the next page, if any."""

    collection: str
    next_cursor: str | None


class Feature(NamedTuple):
    """A Feature as text, and the version of its record if the audience may see it."""

    text: str
    version: str | None


async def page(connection: AsyncConnection, layer: Layer, audience: Audience, wanted: FeatureQuery) -> Page:
    """Return a page of features. Raises BadParameter for a cursor with unusable values."""
    try:
        prepare = None if feature_sql.is_plain(wanted) else False
        row = await _row(connection, feature_sql.page(layer, audience, wanted), wanted.as_of, prepare=prepare)
    except psycopg.DataError:
        # All values but the cursor's have already been parsed as their types.
        if wanted.paging.after is None:
            raise
        raise cursors.unusable() from None
    assert row is not None
    collection, next_values, next_id, many = row
    if next_id is None:
        return Page(collection, None)
    return Page(collection, cursors.write(Cursor(tuple(next_values), next_id, many), wanted.paging.sort, wanted.as_of))


async def feature(
    connection: AsyncConnection,
    layer: Layer,
    audience: Audience,
    record: int,
    crs: Crs,
    as_of: datetime | None = None,
) -> Feature | None:
    """Return a single feature, now or as recorded at ``as_of``; None if the audience sees none with that id."""
    names = property_names(layer, audience)
    row = await _row(connection, feature_sql.one(layer, audience, record, crs, names, is_past=as_of is not None), as_of)
    return Feature(*row) if row else None


async def features(
    connection: AsyncConnection, layer: Layer, audience: Audience, records: Sequence[int], crs: Crs
) -> dict[int, str]:
    """Return features as text by id, without those that the audience does not see."""
    query = feature_sql.several(layer, audience, records, crs, property_names(layer, audience))
    cursor = await connection.execute(query.statement, query.parameters, prepare=False)
    return dict(await cursor.fetchall())


async def extent(connection: AsyncConnection, layer: Layer, audience: Audience) -> Bounds | None:
    """Return the bounds of a layer's features in degrees; None if it has no geometry or no features."""
    if not layer.geometry:
        return None
    row = await _row(connection, feature_sql.extent(layer, audience))
    return Bounds(*row) if row and row[0] is not None else None


async def _row(
    connection: AsyncConnection, query: Query, as_of: datetime | None = None, *, prepare: bool | None = False
) -> tuple[Any, ...] | None:
    if as_of:
        async with connection.transaction():
            await set_as_of(connection, as_of)
            return await _row(connection, query)
    # Most are not prepared: after five runs PostgreSQL would use a generic plan, which fits no particular box.
    cursor = await connection.execute(*query, prepare=prepare)
    return await cursor.fetchone()
