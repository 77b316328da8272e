"""The contents of tiles: every record, at its place, with only the properties that a map needs."""

from collections import Counter
from typing import Any

import psycopg
import pytest
import shapely

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.layers.views import sees
from geo.records.tiles import Tile, fields
from geo.records.tiles.matrices import DEFINED
from geo.records.tiles.tile import BUFFER, DEEPEST_COUNTED, EXTENT, View
from geo.store.database import conninfo
from tests.records import Connection, insert, line, one, plot, sale, square, two_districts
from tests.test_api.helpers import Api
from tests.test_tiles.helpers import CITY, draw, drawn, features, pixel, place, read, tiles_around

LIMIT = 500_000
CENTRE = (395000, 5705000)


def box(connection: Connection, tile: Tile, margin: float = 0) -> tuple[float, float, float, float]:
    """West, south, east and north of a tile, as the database has them."""
    row = connection.execute(
        "select st_xmin(e), st_ymin(e), st_xmax(e), st_ymax(e) from st_tileenvelope(%s, %s, %s, margin => %s) as e",
        [*tile, margin],
    ).fetchone()
    assert row
    return row


def source(connection: Connection, key: str, tile: Tile) -> dict[int, Any]:
    """The records of a layer in a tile and its buffer, by id, transformed to web mercator by the database."""
    rows = connection.execute(
        f"""
        select id, st_asbinary(st_transform(geom, 3857))
        from flurwerk.{key}
        where st_transform(geom, 3857) && st_tileenvelope(%s, %s, %s, margin => {BUFFER / EXTENT})
        """.encode(),
        tile,
    )
    return {record: shapely.from_wkb(geometry) for record, geometry in rows}


@pytest.mark.parametrize("z", [13, 14, 16, 18])
def test_points_are_drawn_one_by_one_within_a_pixel_of_their_records(dense: Api, dense_url: str, z: int) -> None:
    with psycopg.connect(conninfo(dense_url)) as connection:
        tile = place(connection, *CENTRE).tile(z)
        frame = shapely.box(*box(connection, tile))
        known = source(connection, "connections", tile)
    found = {feature.id: feature.geometry for feature in features(dense, "connections", tile) if feature.id}
    # A point on an edge may be in both tiles.
    inside, near = frame.buffer(-pixel(z)), frame.buffer(pixel(z))
    assert {record for record, point in known.items() if inside.contains(point)} <= found.keys()
    assert found.keys() <= {record for record, point in known.items() if near.contains(point)}
    assert all(point.distance(known[record]) <= pixel(z) for record, point in found.items())


@pytest.mark.parametrize(
    ("key", "z"), [("trenches", 12), ("trenches", 15), ("plots", 10), ("plots", 12), ("plots", 14)]
)
def test_lines_and_areas_are_drawn_within_a_pixel_of_their_records(
    dense: Api, dense_url: str, key: str, z: int
) -> None:
    with psycopg.connect(conninfo(dense_url)) as connection:
        tile = place(connection, *CENTRE).tile(z)
        known = source(connection, key, tile)
        frame = shapely.box(*box(connection, tile))
    found = [feature for feature in features(dense, key, tile) if feature.id]
    assert len(found) > 2
    for feature in found:
        assert feature.id
        record, near = known[feature.id], 1.01 * pixel(z)
        assert record.buffer(near).covers(feature.geometry)
        visible = record.intersection(frame)
        assert visible.is_empty or feature.geometry.buffer(near).covers(visible)


@pytest.mark.parametrize("key", ["connections", "trenches", "plots"])
def test_no_record_is_left_out_at_any_scale(dense: Api, key: str) -> None:
    many = round({"connections": 200_000, "trenches": 20_000, "plots": 5_000}[key] * CITY)
    world = features(dense, key, Tile(0, 0, 0))
    assert sum(feature.count for feature in world) == many
    for z in (5, 8, 9, 10):
        found = [feature for tile in tiles_around(z) for feature in features(dense, key, tile)]
        single = {feature.id for feature in found if feature.id}
        counted = sum(feature.count for feature in found if not feature.id)
        # Lines that cross the edge of a tile are merged on both sides.
        assert many <= len(single) + counted <= many * (1.1 if key == "trenches" else 1)


@pytest.mark.parametrize("z", [*range(14)])
def test_no_tile_is_larger_than_half_a_megabyte(dense: Api, z: int) -> None:
    for tile in tiles_around(z):
        sizes = [
            len(dense.get(f"/api/tiles/WebMercatorQuad/{z}/{tile.y}/{tile.x}", collections=collections).content)
            for collections in ("connections", "trenches", "plots", "connections,trenches,plots")
        ]
        assert max(sizes) <= LIMIT, (tile, sizes)


def test_a_tile_with_more_points_than_any_city_has_counts_instead(connection: Connection) -> None:
    two_districts(connection)
    insert(connection, "programmes", name="P", funding="funded")
    connection.execute(
        """
        insert into connections (address, dwellings, programme, geom)
        select 'A', 1, p.id, st_setsrid(st_makepoint(395000 + n % 100, 5705000 + n / 100), 25832)
        from programmes as p, generate_series(1, 10500) as n
        """
    )
    tile = place(connection, 395050, 5705050).tile(14)
    around = [Tile(14, tile.x + x, tile.y + y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
    found = [feature for other in around for feature in drawn(connection, "connections", other)]
    assert sum(feature.count for feature in found) == 10_500
    assert len(found) < 2_000


def test_counts_are_by_cell_and_status(connection: Connection) -> None:
    two_districts(connection)
    programme = insert(connection, "programmes", name="P", funding="funded")
    known = {"programme": programme, "address": "A", "dwellings": 1}
    for status in ({}, {}, {"connected_on": "2023-08-01"}):
        insert(connection, "connections", geom="POINT(395000 5705000)", **known, **status)
    insert(connection, "connections", geom="POINT(399000 5709000)", **known)
    connection.execute("set constraints all immediate")
    here, there = place(connection, 395000, 5705000), place(connection, 399000, 5709000)
    for z in range(DEEPEST_COUNTED + 1):
        found = drawn(connection, "connections", here.tile(z))
        near = Counter[str]()
        for feature in found:
            assert feature.id is None
            if feature.geometry.distance(shapely.Point(here)) <= 16 * pixel(z):
                near[feature.properties["status"]] += feature.count
        assert near["connected"] == 1
        is_apart = shapely.Point(here).distance(shapely.Point(there)) > 32 * pixel(z)
        assert near["recorded"] == (2 if is_apart else near["recorded"])
        assert sum(feature.count for feature in found) == 3 + (there.tile(z) == here.tile(z))


def test_datetime_selects_by_the_date_of_the_layer_at_every_scale(dense: Api, dense_url: str) -> None:
    with psycopg.connect(conninfo(dense_url)) as connection:
        many = one(
            connection,
            "select count(*) from flurwerk.connections where connected_on between '2023-09-01' and '2023-09-30'",
        )
        tile = place(connection, *CENTRE).tile(15)
    found = features(dense, "connections", Tile(0, 0, 0), datetime="2023-09-01/2023-09-30")
    assert sum(feature.count for feature in found) == many
    assert {feature.properties["status"] for feature in found} == {"connected"}
    single = features(dense, "connections", tile, datetime="2023-09-01/2023-09-30")
    assert single
    assert all("2023-09-01" <= feature.properties["date"] <= "2023-09-30" for feature in single)
    assert features(dense, "connections", tile, datetime="1990-01-01") == []


def test_a_record_smaller_than_a_pixel_is_counted_in_exactly_one_tile(connection: Connection) -> None:
    two_districts(connection)
    plot(connection, side=5, offered_on="2023-01-01")
    insert(
        connection,
        "trenches",
        programme=insert(connection, "programmes", name="P", funding="funded"),
        geom=line((395000, 5705000), (395003, 5705000)),
    )
    here = place(connection, 395000, 5705000)
    for key, status in (("plots", "available"), ("trenches", "planned")):
        for z in (3, 9, 11):
            tile = here.tile(z)
            around = [Tile(z, tile.x + x, tile.y + y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
            (found,) = [feature for other in around for feature in drawn(connection, key, other)]
            assert found.count == 1
            assert found.id is None
            assert found.properties["status"] == status
            assert found.geometry.distance(shapely.Point(here)) <= 16 * pixel(z)


def test_the_public_sees_the_geometry_of_notarised_deals_only(connection: Connection) -> None:
    two_districts(connection)
    sale(connection, geom=square(395000, 5705000, 50))
    known = sale(connection, geom=square(395100, 5705000, 50), notarised_on="2023-09-01")
    tile = place(connection, 395060, 5705020).tile(15)
    assert [feature.id for feature in drawn(connection, "transactions", tile, Audience.PUBLIC)] == [known]
    assert len(drawn(connection, "transactions", tile)) == 2
    world = drawn(connection, "transactions", Tile(0, 0, 0), Audience.PUBLIC)
    assert [feature.count for feature in world] == [1]


def test_plots_that_are_not_on_offer_are_in_no_public_tile(connection: Connection) -> None:
    two_districts(connection)
    shown = plot(connection, offered_on="2023-01-01")
    plot(connection, x=395200)
    tile = place(connection, 395100, 5705050).tile(14)
    assert [feature.id for feature in drawn(connection, "plots", tile, Audience.PUBLIC)] == [shown]
    assert len(drawn(connection, "plots", tile)) == 2


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.INTERNAL])
def test_tiles_have_the_columns_that_a_map_is_drawn_by_and_no_free_text_but_a_label(audience: Audience) -> None:
    for layer in LAYERS.values():
        if not layer.geometry or not sees(audience, layer):
            continue
        named = dict(fields.described(View(layer, audience)))
        assert layer.drawn_by, layer.key
        assert not named.keys() & {"note", "description", "address", "contact", "reason", "number", "source_id"}
        assert all(column.audience is not Audience.PERSONAL for column in named.values())
        if audience is Audience.PUBLIC:
            public = {column.name for column in layer.visible_columns(audience)} | {fields.DATE, fields.COUNT.name}
            assert named.keys() <= public


def test_labels_are_in_tiles_of_large_scales_only(dense: Api, dense_url: str) -> None:
    with psycopg.connect(conninfo(dense_url)) as connection:
        here = place(connection, *CENTRE)
    assert all("name" not in feature.properties for feature in features(dense, "plots", here.tile(11)))
    (feature, *_) = features(dense, "plots", here.tile(12))
    assert feature.properties["name"].startswith("Grundstück Nummer")
    assert {"status", "zoning", "ownership", "horizon", "remaining_m2", "date"} <= feature.properties.keys()
    assert isinstance(feature.properties["remaining_m2"], float)


@pytest.mark.parametrize("key", [layer.key for layer in LAYERS.values() if layer.geometry])
def test_every_layer_can_be_drawn_at_every_scale_for_everyone_who_sees_it(sample: Connection, key: str) -> None:
    for audience in (Audience.PUBLIC, Audience.INTERNAL):
        if sees(audience, LAYERS[key]):
            for z in (0, 11, 12, 13, 18):
                for tile in tiles_around(z)[:2]:
                    read(draw(sample, key, tile, audience), tile)
    assert DEFINED > 18
