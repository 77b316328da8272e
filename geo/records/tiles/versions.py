"""The version of a tile. It is composed of the versions of what its layers show, the day, and the edition.

It is not a hash of the tile, since PostGIS may write the same tile differently. The database knows all but the edition.
"""

from functools import cache
from hashlib import sha256

from psycopg import sql

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.layers.views import audience_views, sees
from geo.records.tiles import tile_sql
from geo.records.tiles.tile import DEEPEST, Tile, TileRequest, View

TEXT = sql.SQL(
    """(
        select concat_ws(
            '-',
            sum(v.version),
            -- Distinguishes states with the same number of changes, such as one before and one after a restore.
            to_hex((extract(epoch from max(v.changed_at)) * 1000000)::bigint),
            case when bool_or(s.depends_on_day) then to_char(flurwerk.day_shown(), 'YYYYMMDD') end
        )
        from flurwerk.layer_sources as s
        join flurwerk.layer_versions as v on v.layer = any (s.counted)
        where s.view = any (string_to_array(%(views)s, ','))
    )"""
)
"""The expression of the version of the views in the parameter ``views``."""

VERSION = sql.SQL("select {} as version").format(TEXT)


@cache
def edition() -> str:
    """Return a hash (eight characters) of the views and of the statements that draw tiles; an upgrade may change it."""
    sources = [statement.as_string() for statement in audience_views()]
    for layer in LAYERS.values():
        for audience in (Audience.PUBLIC, Audience.INTERNAL):
            if not layer.geometry or not sees(audience, layer):
                continue
            for view in (View(layer, audience), View(layer, audience, with_steps=True)):
                for z in range(DEEPEST + 1):
                    ways = tile_sql.ways(view, TileRequest((view,), Tile(z, 0, 0)))
                    sources += [way.statement.as_string() for way in ways]
    return sha256("\0".join(sources).encode()).hexdigest()[:8]
