"""Tiles with the months of a lifecycle's steps, from which a map shows the state at the end of any month."""

from typing import Any

import psycopg
import pytest

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience
from geo.records.tiles import Tile, View, fields
from geo.store.database import conninfo
from tests.records import Connection, insert, line, two_districts
from tests.test_api.helpers import Api
from tests.test_tiles.helpers import SET, drawn, features, place, tiles_around, url
from tests.test_tiles.test_drawing import LIMIT

HERE = (395_000, 5_705_000)
STEPS = {"steps": "true"}
NAMES = {"planned", "permitted", "cleared", "started", "laid", "discarded", "due", "overdue"}


def trench(connection: Connection, metres: float = 500, **dates: str) -> None:
    programme = insert(connection, "programmes", name="P", funding="funded")
    x, y = HERE
    insert(connection, "trenches", programme=programme, geom=line((x, y), (x + metres, y)), **dates)


def months(connection: Connection, z: int) -> list[dict[str, Any]]:
    """The steps of each feature around the trench."""
    tile = place(connection, *HERE).tile(z)
    found = drawn(connection, "trenches", tile, with_steps=True)
    return [{name: one.properties[name] for name in NAMES & one.properties.keys()} for one in found]


@pytest.mark.parametrize("z", [9, 11, 12, 15])
def test_a_step_is_the_month_of_its_date_counted_from_january_2000(connection: Connection, z: int) -> None:
    """January 2000 is 0, December 1999 −1, February 2024 is 24 × 12 + 1; a step without a date is missing.

    What is due on 31 December 2030 is overdue from January 2031 on, 31 × 12.
    """
    two_districts(connection)
    trench(
        connection,
        planned_on="1999-12-31",
        permitted_on="2000-01-01",
        cleared_on="2000-01-31",
        laid_on="2024-02-29",
        due_on="2030-12-31",
    )
    (found,) = months(connection, z)
    assert found == {"planned": -1, "permitted": 0, "cleared": 0, "laid": 289, "due": 371, "overdue": 372}


@pytest.mark.parametrize("z", [9, 12, 15])
def test_a_step_without_its_own_date_has_the_month_of_the_date_that_counts(connection: Connection, z: int) -> None:
    two_districts(connection)
    trench(connection, started_on="2022-05-10", accepted_on="2022-08-01", discarded_on="2022-09-01")
    (found,) = months(connection, z)
    assert found == {"planned": 268, "started": 268, "laid": 271, "discarded": 272}


@pytest.mark.parametrize("z", [3, 10, 12])
def test_counts_of_lines_that_are_too_small_have_months_too(connection: Connection, z: int) -> None:
    two_districts(connection)
    for laid in ("2022-08-01", "2022-08-31", "2022-09-01"):
        trench(connection, 3, laid_on=laid)
    tile = place(connection, *HERE).tile(z)
    found = drawn(connection, "trenches", tile, with_steps=True)
    assert sorted((one.properties["laid"], one.count) for one in found) == [(271, 2), (272, 1)]


@pytest.mark.parametrize("z", [8, 10, 12])
def test_no_month_of_any_trench_is_lost_at_any_scale(dense: Api, dense_url: str, z: int) -> None:
    """For every month, the tiles have at least as many laid trenches as the records, and no other month occurs."""
    found = [feature for tile in tiles_around(z) for feature in features(dense, "trenches", tile, **STEPS)]
    with psycopg.connect(conninfo(dense_url)) as connection:
        known = dict(
            connection.execute(
                """
                select (extract(year from laid_on) * 12 + extract(month from laid_on) - 24001)::integer, count(*)
                from flurwerk.trenches
                where laid_on is not null
                group by 1
                """
            ).fetchall()
        )
    single = {one.id: one.properties["laid"] for one in found if one.id and "laid" in one.properties}
    counted = {
        month: sum(one.count for one in found if not one.id and one.properties.get("laid") == month)
        + sum(laid == month for laid in single.values())
        for month in known
    }
    assert len(known) == 3
    # Lines that cross the edge of a tile are merged on both sides.
    assert all(many <= counted[month] <= many * 1.1 for month, many in known.items())
    assert {one.properties["laid"] for one in found if "laid" in one.properties} == known.keys()


@pytest.mark.parametrize("z", [6, 7, 8, 9, 10, 12, 13])
def test_no_tile_with_steps_is_larger_than_half_a_megabyte(dense: Api, z: int) -> None:
    for tile in tiles_around(z):
        for key in ("connections", "trenches"):
            assert len(dense.get(url(key, tile), **STEPS).content) <= LIMIT, (key, tile)


def test_connections_have_their_months_at_scales_that_draw_them_one_by_one(dense: Api, dense_url: str) -> None:
    with psycopg.connect(conninfo(dense_url)) as connection:
        tile = place(connection, *HERE).tile(14)
        known = dict(
            connection.execute(
                "select id, to_char(connected_on, 'YYYY-MM') from flurwerk.connections where connected_on is not null"
            ).fetchall()
        )
    found = [one for one in features(dense, "connections", tile, **STEPS) if "connected" in one.properties]
    assert len(found) > 100
    for one in found:
        assert one.id
        year, month = divmod(one.properties["connected"] + 24_000, 12)
        assert f"{year}-{month + 1:02}" == known[one.id]


def test_tiles_have_steps_on_request_only_and_both_are_cached_separately(dense: Api) -> None:
    tile = Tile(12, 2132, 1362)
    for _ in range(2):
        assert all("planned" in one.properties for one in features(dense, "trenches", tile, **STEPS))
        assert all(not NAMES & one.properties.keys() for one in features(dense, "trenches", tile))
        assert all("status" in one.properties for one in features(dense, "trenches", tile, steps="false"))


def test_a_layer_without_steps_is_drawn_as_usual(dense: Api) -> None:
    tile = Tile(12, 2132, 1362)
    assert {one.id for one in features(dense, "plots", tile, **STEPS)} == {
        one.id for one in features(dense, "plots", tile)
    }


def test_the_description_has_the_steps_on_request_only(dense: Api) -> None:
    address = f"/api/collections/trenches/tiles/{SET}"
    found = dense.json(address, f="tilejson", **STEPS)
    assert set(found["vector_layers"][0]["fields"]) >= NAMES
    assert "steps=true" in found["tiles"][0]
    assert dense.get(found["tiles"][0].format(z=12, x=2132, y=1362)).status_code == 200
    (layer,) = dense.json(address, steps="true", lang="en")["layers"]
    laid = layer["propertiesSchema"]["properties"]["laid"]
    assert laid["type"] == "integer"
    assert "January 2000" in laid["description"]
    assert "laid" not in dense.json(address)["layers"][0]["propertiesSchema"]["properties"]


@pytest.mark.parametrize("text", ["maybe", "1", ""])
def test_a_value_that_is_neither_true_nor_false_is_refused(dense: Api, text: str) -> None:
    for address in (f"/api/tiles/{SET}/12/1362/2132", f"/api/tiles/{SET}"):
        if (address, text) != (f"/api/tiles/{SET}", "1"):  # There the framework reads it, and takes 1 for true.
            assert dense.problem(400, address, steps=text)["errors"][0]["parameter"] == "steps"


def test_the_public_gets_no_step_from_a_hidden_column() -> None:
    for layer in LAYERS.values():
        public = {column.name for column in layer.visible_columns(Audience.PUBLIC)}
        shown = {column.name for _, column in fields.steps(View(layer, Audience.PUBLIC, with_steps=True))}
        assert shown <= public
