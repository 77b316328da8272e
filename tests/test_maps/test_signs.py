"""Every layer with a geometry is on both maps, with its own or its geometry's signs, or listed as an exception."""

from dataclasses import replace

import psycopg
import pytest

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Layer, Search
from geo.records.layers.views import view_statement
from maps.folium_map.legend import DRAWN_BY_PERIOD, LEFT_OUT, drawing_order, legend
from maps.folium_map.overview import overview
from maps.folium_map.overview_sql import drawings
from maps.interactive.groups import ORDER, map_layers
from maps.signs import SHAPES, SIGNS, WITHOUT_SIGNS
from tests.records import Connection, insert
from tests.test_complete_layers import PLACES, new_layer
from tests.test_maps.helpers import PERIOD, OpenMap, features_of, insert_city

AUDIENCES = (Audience.INTERNAL, Audience.PUBLIC)
LOCATED = {key for key, layer in LAYERS.items() if layer.geometry}
COMPUTED = {"obstructions", "cells"}
"""What the advisors' map shows in addition to the layers' own geometries."""
located = pytest.mark.parametrize("geometry", [geometry for geometry in PLACES if geometry])


def on_the_advisors_map(audience: Audience) -> dict[str, int]:
    """Return the layers of the advisors' map by key, each with its position from top to bottom."""
    return {one.layer: place for place, one in enumerate(map_layers(lambda _: audience))}


def test_every_layer_with_a_geometry_is_on_both_maps_or_listed_as_an_exception() -> None:
    assert on_the_advisors_map(Audience.INTERNAL).keys() | WITHOUT_SIGNS.keys() == LOCATED | {"obstructions"}
    drawn = {drawing.layer for drawing in drawings(Audience.INTERNAL)}
    assert drawn | LEFT_OUT.keys() | WITHOUT_SIGNS.keys() == LOCATED


def test_exceptions_are_layers_that_are_not_drawn() -> None:
    named = {*SIGNS, *DRAWN_BY_PERIOD, *ORDER}
    both = sorted(WITHOUT_SIGNS.keys() & named) + sorted(LEFT_OUT.keys() & {*DRAWN_BY_PERIOD})
    assert both == [], f"{', '.join(both)}: remove them from WITHOUT_SIGNS (maps/signs.py) or LEFT_OUT (legend.py)"
    unknown = sorted({*named, *WITHOUT_SIGNS, *LEFT_OUT} - LOCATED - COMPUTED - {*SHAPES.values()})
    assert unknown == [], f"{', '.join(unknown)}: no layer of that name has a geometry"


@pytest.mark.parametrize("layer", [key for key, signs in SIGNS.items() if signs.column])
def test_signs_by_a_column_exist_for_each_of_its_codes(layer: str) -> None:
    signs = SIGNS[layer]
    codes = LAYERS[layer].column(signs.column or "").codes or {}
    missing = codes.keys() - {entry.key.rpartition("-")[2] for entry in signs.entries}
    assert not missing, (
        f"{layer} with the {signs.column} {', '.join(sorted(missing))} would not be drawn: add a Style for it to SIGNS "
        "in maps/signs.py"
    )
    assert signs.column in LAYERS[layer].drawn_by or layer == "plots", (
        f"tiles of {layer} do not carry {signs.column}: add it to the layer's `drawn_by`"
    )


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_entry_of_the_overviews_legend_is_in_the_drawing_order(audience: Audience) -> None:
    entries = [entry.key for group in legend(audience) for entry in group.entries]
    assert sorted(drawing_order(audience)) == sorted(entries)


@pytest.mark.parametrize("audience", AUDIENCES)
@located
def test_a_new_layer_is_on_the_advisors_map_between_plots_and_industrial_areas(
    monkeypatch: pytest.MonkeyPatch, geometry: str, audience: Audience
) -> None:
    layer, _ = new_layer(geometry)
    monkeypatch.setitem(LAYERS, layer.key, layer)
    (drawn,) = (one for one in map_layers(lambda _: audience) if one.layer == layer.key)
    assert (drawn.title, [entry.label for entry in drawn.entries]) == (layer.title, [layer.title])
    assert drawn.is_tiled
    places = on_the_advisors_map(audience)
    assert places["plots"] < places[layer.key] < places["industrial_areas"]


@pytest.mark.parametrize("audience", AUDIENCES)
@located
def test_a_new_layer_is_on_the_overview_with_what_its_audience_may_see(
    connection: Connection, monkeypatch: pytest.MonkeyPatch, geometry: str, audience: Audience
) -> None:
    layer = make(connection, monkeypatch, geometry)
    insert_city(connection)
    for status in ("open", "planned"):
        insert(connection, layer.key, name=f"one {status}", status=status, geom=PLACES[geometry][0])
    html = overview(connection, PERIOD, audience=audience)
    found = [feature["properties"] for feature in features_of(html, layer.key)]
    assert [one["title"] for one in found] == ["one open", "one planned"][: 1 if audience is Audience.PUBLIC else 2]
    assert {one["class"] for one in found} == {layer.key}
    assert [one.get("status") for one in found] == [None] if audience is Audience.PUBLIC else ["open", "planned"]
    assert f'data-group="{layer.key}"' in html


@located
def test_the_overviews_search_finds_a_record_of_a_new_layer_and_opens_its_popup(
    connection: Connection, monkeypatch: pytest.MonkeyPatch, open_map: OpenMap, geometry: str
) -> None:
    layer = make(connection, monkeypatch, geometry)
    monkeypatch.setitem(LAYERS, layer.key, replace(layer, searched=(Search(20, ("name",)),)))
    insert_city(connection)
    insert(connection, layer.key, name="Am Kanal", status="open", geom=PLACES[geometry][0])
    opened = open_map(overview(connection, PERIOD, audience=Audience.INTERNAL))
    opened.page.fill("#search", "kanal")
    opened.page.press("#search", "Enter")
    popup = opened.text(".leaflet-popup .popup").split("\n")
    assert popup[0] == "Am Kanal"
    assert popup.index("Status") < popup.index("open")
    assert opened.page.is_checked(f'[data-entry="{layer.key}"]')


def make(connection: psycopg.Connection, monkeypatch: pytest.MonkeyPatch, geometry: str) -> Layer:
    """Add a new layer to the database and the registry, with the views that the maps read."""
    layer, migration = new_layer(geometry)
    monkeypatch.setitem(LAYERS, layer.key, layer)
    connection.execute(migration.encode())
    for audience in AUDIENCES:
        connection.execute(view_statement(audience, layer))
    return layer
