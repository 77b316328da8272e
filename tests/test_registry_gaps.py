"""What a new layer lacks is said in a sentence with the call to add, before anything else fails for it."""

from dataclasses import replace

import pytest

from geo.records.layers import LAYERS
from geo.records.layers.layer import Column, Text
from geo.store.database import Connection
from tests.registry_gaps import registry_gaps

POINTS = replace(LAYERS["access_points"], key="charging_points", drawn_by=("kind",), derived_views=())
TABLE = """
    create table flurwerk.charging_points (
        like flurwerk.record including all,
        name text,
        kind text not null,
        geom geometry(Point, 25832) not null
    )
"""


def test_no_layer_lacks_anything(connection: Connection) -> None:
    assert registry_gaps(connection) == []


def test_every_step_of_a_new_layer_is_named_until_it_is_done(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LAYERS, "charging_points", POINTS)
    for call, sentence in (
        (TABLE, "charging_points has no table: create it, `like record including all`"),
        (
            "call place('charging_points', 'point')",
            "does not know its district: call place('charging_points', 'point')",
        ),
        ("call track('charging_points')", "charging_points is not recorded: call track('charging_points')"),
        ("call show_on_web('charging_points')", "has no geometry for tiles: call show_on_web('charging_points')"),
        ("call count_cells('charging_points', 'kind')", "call count_cells('charging_points', 'kind')"),
    ):
        assert any(sentence in gap for gap in registry_gaps(connection)), sentence
        connection.execute("set local search_path = flurwerk, public")
        connection.execute(call.encode())
        assert not any(sentence in gap for gap in registry_gaps(connection)), sentence
    assert registry_gaps(connection) == []


def test_columns_and_tables_that_only_one_side_knows_are_named(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.execute(TABLE)
    connection.execute("alter table flurwerk.plots add column slope numeric")
    described = replace(LAYERS["plots"], columns=(*LAYERS["plots"].columns, Column("view", Text("Blick", "View"))))
    monkeypatch.setitem(LAYERS, "plots", described)
    assert registry_gaps(connection) == [
        "The table charging_points is no layer: describe it in geo/layers.",
        "plots.slope is not described: add a Column to the layer in geo/layers.",
        "plots.view is described but not in the table: add it in a new migration of geo/schema.",
    ]
