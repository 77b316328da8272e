"""The floor: the time that psql takes for the same statement on the same tables."""

import re
import statistics
import subprocess

import psycopg
from psycopg import sql

from geo.records.features import Crs, FeatureQuery, Paging, Selection, feature_sql
from geo.records.features.selection import Cursor
from geo.records.features.values import box
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.layers.views import property_names
from geo.store.database import conninfo
from serving.rows import Row, Tile

RUNS = 41

TILE = """
select octet_length(st_asmvt(t, 'connections', 4096, 'geom', 'id'))
from (
    select id, status, st_asmvtgeom(st_transform(geom, 3857), st_tileenvelope({z}, {x}, {y})) as geom
    from flurwerk.connections
    where geom && st_transform(st_tileenvelope({z}, {x}, {y}, margin => 0.015625), 25832)
) as t
"""
"""The stored points of a tile, each with its status."""


def milliseconds(url: str, row: Row, before: int) -> float | None:
    """Return the median, or None if the row is not a single statement."""
    if row.kind == "harvest" or row.kind == "not modified":
        return None
    statement = _tile(row.tile) if row.tile else _page(url, row, before)
    runs = RUNS if not row.tile or row.tile.z > 12 else 7
    script = "\\timing on\n" + f"{statement};\n" * runs
    done = subprocess.run(
        ["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-d", conninfo(url)],
        input=script, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return statistics.median(float(found) for found in re.findall(r"Time: ([0-9.]+) ms", done.stdout))


def _page(url: str, row: Row, before: int) -> str:
    layer = LAYERS[row.layer]
    wanted = FeatureQuery(
        Selection(box=box(row.selection["bbox"], Crs.CRS84) if "bbox" in row.selection else None),
        Paging(int(row.selection["limit"]), (), Cursor((), before, many=True) if row.position else None),
        Crs.CRS84,
        property_names(layer, Audience.INTERNAL),
    )
    query = feature_sql.page(layer, Audience.INTERNAL, wanted)
    with psycopg.connect(url) as connection:
        return psycopg.ClientCursor(connection).mogrify(query.statement, query.parameters)


def _tile(tile: Tile) -> str:
    parts = {name: sql.Literal(value) for name, value in tile._asdict().items()}
    return sql.SQL(TILE).format(**parts).as_string()  # pyright: ignore[reportArgumentType]
