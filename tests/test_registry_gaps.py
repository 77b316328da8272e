"""A sentence names what a new layer lacks and the call to add, before anything else fails because of it."""

from dataclasses import replace

import psycopg
import pytest

from geo.records.layers import LAYERS
from geo.records.layers.layer import Column, Layer, Text
from geo.store.database import Connection, conninfo
from scripts.column_types import FILE, document
from tests.conftest import create_database, database, drop_database
from tests.registry_gaps import IncompleteLayersError, migrate_completely, registry_gaps

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


def test_the_types_of_columns_that_are_known_without_a_database_are_the_databases(connection: Connection) -> None:
    assert FILE.read_text("utf-8") == document(connection), "run: python -m scripts.column_types"


def test_every_step_of_a_new_layer_is_named_until_it_is_done(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LAYERS, "charging_points", POINTS)
    call = "call complete_layer('charging_points', counted_by => 'kind')"
    for step, gap in (
        (
            TABLE,
            "charging_points has no table: create it, `like record including all`, in a new migration of "
            "geo/store/schema.",
        ),
        (call, f"charging_points is not complete: {call} in a new migration of geo/store/schema."),
    ):
        assert registry_gaps(connection) == [gap]
        connection.execute("set local search_path = flurwerk, public")
        connection.execute(step.encode())
    assert registry_gaps(connection) == []


def test_a_column_added_later_without_a_second_call_is_named(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    slope = Column("slope", Text("Gefälle", "Slope"))
    monkeypatch.setitem(LAYERS, "plots", replace(LAYERS["plots"], columns=(*LAYERS["plots"].columns, slope)))
    connection.execute("alter table flurwerk.plots add column slope numeric")
    assert registry_gaps(connection) == [
        "plots.slope is not kept in history: call complete_layer('plots') again after adding the column in a "
        "new migration of geo/store/schema."
    ]
    connection.execute("call flurwerk.complete_layer('plots')")
    assert registry_gaps(connection) == []


def test_points_counted_by_another_column_than_they_are_drawn_by_are_named(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LAYERS, "access_points", replace(LAYERS["access_points"], drawn_by=("name", "kind")))
    assert registry_gaps(connection) == [
        "The points of access_points are counted by kind, and drawn by name: let its `drawn_by` begin with kind, or "
        "change `counted_by` in a migration that is not yet on main."
    ]


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        (POINTS, "charging_points has no table"),
        (replace(LAYERS["plots"], geometry="Point", drawn_by=()), "plots is described with the geometry Point"),
        (
            replace(LAYERS["plots"], columns=(*LAYERS["plots"].columns, Column("view", Text("Blick", "View")))),
            "plots.view is described but not in the table",
        ),
    ],
    ids=["table", "geometry", "column"],
)
def test_if_a_gap_makes_migrating_fail_the_error_names_it(
    server_url: str, monkeypatch: pytest.MonkeyPatch, layer: Layer, sentence: str
) -> None:
    monkeypatch.setitem(LAYERS, layer.key, layer)
    create_database(server_url, "with_gaps")
    with (
        psycopg.connect(conninfo(database(server_url, "with_gaps"))) as connection,
        pytest.raises(IncompleteLayersError, match=sentence),
    ):
        migrate_completely(connection)
    drop_database(server_url, "with_gaps")


def test_columns_and_tables_missing_on_one_side_are_named(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.execute(TABLE)
    connection.execute("alter table flurwerk.plots add column slope numeric")
    described = replace(LAYERS["plots"], columns=(*LAYERS["plots"].columns, Column("view", Text("Blick", "View"))))
    monkeypatch.setitem(LAYERS, "plots", described)
    assert registry_gaps(connection) == [
        "The table charging_points is no layer: describe it in geo/records/layers.",
        "plots.slope is not described: add a Column to the layer in geo/records/layers.",
        "plots.view is described but not in the table: add it in a new migration of geo/store/schema.",
    ]
