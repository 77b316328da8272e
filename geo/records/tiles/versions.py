"""The version of a tile: of every table that its layers show records of, of the day, and of the way tiles are drawn.

It is never a hash of the tile, which PostGIS does not write the same twice. The database knows the first two parts.
"""

from functools import cache
from hashlib import sha256

from psycopg import sql

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.layers.views import audience_views, sees
from geo.records.tiles import tile_sql
from geo.records.tiles.tile import DEEPEST, Asked, Tile, View

TEXT = sql.SQL(
    """(
        select concat_ws(
            '-',
            sum(v.version),
            -- Tells two states apart that have as many changes, one of them of a database that was restored since.
            to_hex((extract(epoch from max(v.changed_at)) * 1000000)::bigint),
            case when bool_or(s.depends_on_day) then to_char(flurwerk.day_shown(), 'YYYYMMDD') end
        )
        from flurwerk.layer_sources as s
        join flurwerk.layer_versions as v on v.layer = any (s.tables)
        where s.view = any (string_to_array(%(views)s, ','))
    )"""
)
"""The expression of the version of the views that the parameter ``views`` names."""

VERSION = sql.SQL("select {} as version").format(TEXT)


@cache
def edition() -> str:
    """What the views show and how tiles are drawn from them, in eight characters: an upgrade may change it."""
    made_from = [statement.as_string() for statement in audience_views()]
    for layer in LAYERS.values():
        for audience in (Audience.PUBLIC, Audience.INTERNAL):
            if not layer.geometry or not sees(audience, layer):
                continue
            for view in (View(layer, audience), View(layer, audience, with_steps=True)):
                for z in range(DEEPEST + 1):
                    ways = tile_sql.ways(view, Asked((view,), Tile(z, 0, 0)))
                    made_from += [way.statement.as_string() for way in ways]
    return sha256("\0".join(made_from).encode()).hexdigest()[:8]
