"""Logins that draw tiles cannot store them, and the login that stores them cannot read records."""

from dataclasses import replace

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from geo.access.roles import TILE_LOGIN, Role
from geo.records.layers import LAYERS
from geo.records.layers.columns import public
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.views import view_of, view_statement
from geo.records.tiles import Tile, TileRequest, tile_sql, view
from geo.records.tiles.tile import DEEPEST
from geo.store.database import conninfo
from tests.records import Connection

READABLE = """
    select c.oid::regclass::text
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where starts_with(n.nspname, 'flurwerk')
      and c.relkind in ('r', 'v', 'm')
      and has_any_column_privilege(%s, c.oid, 'select')
    order by 1
"""


def test_the_tile_login_reads_versions_and_tiles_and_nothing_else(connection: Connection) -> None:
    found = [name for (name,) in connection.execute(READABLE, [TILE_LOGIN])]
    assert found == ["layer_sources", "layer_versions", "tile_cache"]


@pytest.mark.parametrize("role", Role)
def test_no_role_reads_or_writes_the_stored_tiles(connection: Connection, role: Role) -> None:
    held = connection.execute(
        "select privilege from unnest(array['select', 'insert', 'update', 'delete', 'truncate']) as privilege"
        " where has_table_privilege(%s, 'flurwerk.tile_cache', privilege)",
        [role.login],
    ).fetchall()
    assert held == []


@pytest.mark.parametrize("relation", ["flurwerk_for_public.plots", "flurwerk.tile_counts", "flurwerk.connections"])
def test_the_tile_login_cannot_read_records(database_url: str, relation: str) -> None:
    with (
        psycopg.connect(conninfo(make_conninfo(database_url, user=TILE_LOGIN))) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(sql.SQL("select from {}").format(sql.Identifier(*relation.split("."))))


@pytest.mark.parametrize(
    "layer", [layer for layer in LAYERS.values() if layer.geometry == "Point"], ids=lambda layer: layer.key
)
def test_a_public_layer_of_points_is_drawn_from_what_the_public_can_read(connection: Connection, layer: Layer) -> None:
    """If a layer of points becomes public, the public's login may run the statements of its tiles at every scale."""
    published = replace(layer, audience=Audience.PUBLIC, columns=public(*layer.columns))
    login = sql.Identifier(Role.PUBLIC.login)
    relation = view_of(Audience.PUBLIC, published)
    connection.execute(sql.SQL("drop view if exists {}").format(relation))
    connection.execute(view_statement(Audience.PUBLIC, published))
    connection.execute(sql.SQL("grant select on {} to {}").format(relation, login))
    connection.execute(sql.SQL("set local role {}").format(login))
    seen = view(published, Audience.PUBLIC)
    for z in range(DEEPEST + 1):
        for way in tile_sql.ways(seen, TileRequest((seen,), Tile(z, 0, 0))):
            assert connection.execute(way.statement, way.parameters).fetchone() is not None


def test_the_public_cannot_read_counts_of_internal_points(connection: Connection) -> None:
    query = "select has_table_privilege(%s, 'flurwerk.tile_counts', 'select')"
    assert connection.execute(query, [Role.PUBLIC.login]).fetchone() == (False,)
    assert connection.execute(query, [Role.READER.login]).fetchone() == (True,)
