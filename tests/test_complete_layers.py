"""One procedure completes a layer's table: a new one, and every existing one in the same way as its migrations did."""

import re
from collections.abc import Callable, Iterator

import psycopg
import pytest

from geo.migrate import migrate
from geo.records.layers import LAYERS
from geo.records.layers.columns import DISTRICT_KEY, DISTRICT_NAME, NAME, public
from geo.records.layers.layer import COMMON_COLUMNS, Audience, Column, Layer, Text
from geo.settings import load_settings
from geo.store.database import as_recorded, conninfo
from tests.records import Connection, delete, insert, line, one, square, two_districts, update, violated_constraint
from tests.test_api.helpers import api
from tests.test_changes.helpers import Partner
from tests.test_tiles.helpers import place, read, url

TWIN = "twin"
"""A table with a layer's own columns, completed by the procedure."""
ADDED = ("district_key", "district_keys", "district_lengths_m", "city_length_m", "geom_web")
"""The columns that the procedure adds."""
COMMON = {*ADDED, *COMMON_COLUMNS}
"""All columns that are not a layer's own."""

PIECES = {"keep_pieces_on_insert", "keep_pieces_on_update", "place_named_again"}
"""The triggers of the parts of the city, in force or not."""
RESPONSIBLE = {"keep_responsibility", "end_responsibility", "restore_responsibility"}
"""The triggers of layers whose records say since when who is responsible for them."""
OWN_TRIGGERS = {
    **dict.fromkeys(("expansion_areas", "trenches", "network_nodes", "ducts", "cables"), RESPONSIBLE),
    **{key: {"refuse_formerly_responsible"} for key in ("operators", "clusters")},
    "districts": {"districts_changed", "districts_in_force_once", *PIECES},
    "former_districts": {"former_districts_in_force_once", *PIECES},
    "transactions": {
        "fit_plot_on_insert",
        "fit_plot_on_update",
        "respect_reservations_on_insert",
        "respect_reservations_on_update",
    },
    "reservations": {"fit_plot_on_insert", "fit_plot_on_update"},
    "plots": {"keep_area", "restore_belongings"},
    "properties": {"restore_belongings"},
    "inquiries": {"restore_belongings"},
    "mobile_requests": {"restore_belongings", *RESPONSIBLE},
    "attachments": {"describe"},
    "memos": {"keep_own"},
    "connections": {"dwellings_counted_on_insert", "dwellings_counted_on_update", *RESPONSIBLE},
    "programmes": {"counts_dwellings", "refuse_formerly_responsible"},
    "manual_indicators": {"refuse_computed", "refuse_unknown_goal"},
    "office_takeups": {"place_by_name"},
}
"""The triggers of rules that only one layer has."""
DISTANCES = {"distances_on_insert", "distances_on_update", "distances_on_delete"}
"""The triggers of tables between which distances are measured."""
SEEN = {"seen_on_insert", "seen_on_update", "seen_on_delete"}
"""The triggers of tables on which it depends what an audience sees; `migrate` makes them by the registry."""
OWN_INDEXES = {"trenches": {"CREATE INDEX ON flurwerk.twin USING gin (district_keys)"}}
"""Indexes on common columns that only one layer has: figures of one part find its trenches."""
NOT_NEEDED = {"office_takeups": {"place_none"}, "districts": {"place", "place_none"}}
"""Triggers that these layers do not have: a take-up is located by name, a district lies in no other."""

every_layer = pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS.keys())


def definitions(connection: Connection, query: str, table: str) -> dict[str, str]:
    """Return the names and definitions that a query yields for a table, as if the table were called twin."""
    own = re.compile(rf"\b(flurwerk|flurwerk_history|flurwerk_as_of)\.{table}\b")
    rows = connection.execute(query.encode(), {"table": table}).fetchall()
    return {own.sub(rf"\1.{TWIN}", name): own.sub(rf"\1.{TWIN}", definition) for name, definition in rows}


def triggers(connection: Connection, table: str) -> dict[str, str]:
    """Return the triggers of a table, by name."""
    query = """
        select tgname, pg_get_triggerdef(oid)
        from pg_trigger
        where tgrelid = format('flurwerk.%%I', %(table)s::text)::regclass and not tgisinternal
    """
    return definitions(connection, query, table)


def indexes(connection: Connection, table: str) -> set[str]:
    """Return the indexes of a table and its history, without their names."""
    query = """
        select schemaname || '.' || indexname, regexp_replace(indexdef, 'INDEX \\w+ ON', 'INDEX ON')
        from pg_indexes
        where schemaname in ('flurwerk', 'flurwerk_history') and tablename = %(table)s
    """
    return set(definitions(connection, query, table).values())


def columns(connection: Connection, table: str) -> dict[str, str]:
    """Return the columns of a table, its history and its view of the past, with their types."""
    query = """
        select format('%%s.%%s.%%s', relnamespace::regnamespace, relname, attname), format_type(atttypid, atttypmod)
        from pg_attribute
        join pg_class on pg_class.oid = attrelid
        where relnamespace::regnamespace::text in ('flurwerk', 'flurwerk_history', 'flurwerk_as_of')
          and relname = %(table)s
          and attnum > 0
          and not attisdropped
    """
    return definitions(connection, query, table)


def geometry_rules(connection: Connection, table: str) -> dict[str, str]:
    """Return the check constraints of a table's geometry, by their names without the table's."""
    query = """
        select replace(conname, %(table)s, ''), pg_get_constraintdef(oid)
        from pg_constraint
        where conrelid = format('flurwerk.%%I', %(table)s::text)::regclass and conname like '%%geom%%'
    """
    return definitions(connection, query, table)


def own_columns(connection: Connection, layer: Layer) -> list[tuple[str, str]]:
    return connection.execute(
        """
        select attname, format_type(atttypid, atttypmod)
        from pg_attribute
        where attrelid = format('flurwerk.%%I', %s::text)::regclass
          and attnum > 0
          and not attisdropped
          and attname <> all (%s)
          and attname not in (
              select attname from pg_attribute where attrelid = 'flurwerk.record'::regclass
          )
        order by attnum
        """,
        [layer.key, list(ADDED)],
    ).fetchall()


def complete(connection: Connection, layer: Layer, table: str) -> None:
    counted_by = layer.drawn_by[0] if layer.geometry == "Point" else None
    connection.execute(
        "call flurwerk.complete_layer(%s, counted_by => %s, keeps_history => %s)",
        [table, counted_by, layer.keeps_history],
    )


@pytest.fixture
def twin(connection: Connection) -> Callable[[Layer], None]:
    """A function that creates a table with a layer's own columns and completes it."""

    def make(layer: Layer) -> None:
        own = [f'"{name}" {kind}' for name, kind in own_columns(connection, layer)]
        declared = ", ".join(["like flurwerk.record including all", *own])
        connection.execute(f"create table flurwerk.{TWIN} ({declared})".encode())
        complete(connection, layer, TWIN)

    return make


@every_layer
def test_each_layer_has_the_triggers_that_the_procedure_creates_and_those_of_its_own_rules(
    connection: Connection, twin: Callable[[Layer], None], layer: Layer
) -> None:
    twin(layer)
    unneeded = NOT_NEEDED.get(layer.key, ())
    created = {name: text for name, text in triggers(connection, TWIN).items() if name not in unneeded}
    found = triggers(connection, layer.key)
    own = {name for name in found if name in OWN_TRIGGERS.get(layer.key, set()) | DISTANCES | SEEN}
    assert {name: text for name, text in found.items() if name not in own} == created
    assert OWN_TRIGGERS.get(layer.key, set()) <= own


@every_layer
def test_each_layer_has_the_columns_and_geometry_rules_that_the_procedure_creates(
    connection: Connection, twin: Callable[[Layer], None], layer: Layer
) -> None:
    twin(layer)
    created = columns(connection, TWIN)
    if layer.key == "districts":
        created = {name: kind for name, kind in created.items() if not name.endswith(".district_key")}
    assert columns(connection, layer.key) == created
    assert geometry_rules(connection, layer.key) == geometry_rules(connection, TWIN)


@every_layer
def test_each_layer_has_the_indexes_that_the_procedure_creates_and_others_only_on_its_own_columns(
    connection: Connection, twin: Callable[[Layer], None], layer: Layer
) -> None:
    twin(layer)
    created = indexes(connection, TWIN)
    if layer.key == "districts":
        created = {text for text in created if not text.endswith("(district_key)")}
    found = indexes(connection, layer.key)
    # Where figures are counted by district, the date that counts follows in the same index.
    counted = {text for text in found if "(district_key" in text}
    assert {text for text in created if not (counted and text.endswith("(district_key)"))} <= found
    # Partial indexes, too, are the layer's own.
    others = [text for text in found - created - counted - OWN_INDEXES.get(layer.key, set()) if " WHERE " not in text]
    assert [text for text in others if set(re.findall(r"\w+", text.rpartition("(")[2])) <= COMMON] == []


@pytest.mark.parametrize(
    "layer", [layer for layer in LAYERS.values() if layer.key != "districts"], ids=lambda layer: layer.key
)
def test_completing_a_layer_again_changes_nothing(connection: Connection, layer: Layer) -> None:
    before = snapshot(connection, layer.key)
    complete(connection, layer, layer.key)
    complete(connection, layer, layer.key)
    assert snapshot(connection, layer.key) == before


def snapshot(connection: Connection, table: str) -> list[object]:
    """Return everything about a table that the procedure could change."""
    counted = "select (select count(*) from tile_counts) + (select version from layer_versions where layer = %s)"
    return [
        triggers(connection, table),
        columns(connection, table),
        indexes(connection, table),
        geometry_rules(connection, table),
        one(connection, counted, table),
    ]


# New layers

PLACES = {
    "Point": ("POINT(395000 5705000)", "POINT(405000 5705000)"),
    "MultiLineString": (line((395000, 5705000), (395000, 5705100)), line((405000, 5705000), (405000, 5705100))),
    "MultiPolygon": (square(395000, 5705000, 100), square(405000, 5705000, 100)),
    None: (None, None),
}
"""A place in the west and one in the east for each geometry type."""


def new_layer(geometry: str | None) -> tuple[Layer, str]:
    """Return a layer that is partly public, and the migration that creates its table."""
    key = f"new_{(geometry or 'none').lower()}"
    district = DISTRICT_NAME._replace(columns=public(*DISTRICT_NAME.columns))
    has_district = geometry in ("Point", "MultiPolygon")
    layer = Layer(
        key=key,
        title=Text("Neue Ebene", "New layer"),
        description=Text("Was neu ist.", "What is new."),
        singular=Text("neue Ebene", "new layer"),
        searched=(),
        expected_inside=False if geometry else None,
        columns=(
            *public(NAME),
            Column("status", Text("Status", "Status")),
            *(public(DISTRICT_KEY) if has_district else ()),
            *(Column(name, Text(name, name)) for name in ADDED[1:4] if geometry == "MultiLineString"),
        ),
        geometry=geometry,  # pyright: ignore[reportArgumentType]
        geometry_required=geometry is not None,
        audience=Audience.PUBLIC,
        derived_views=(district,) if has_district else (),
        public_rows="r.status = 'open'",
        drawn_by=("status",),
    )
    shape = f", geom geometry({geometry}, 25832) not null" if geometry else ""
    counted = ", counted_by => 'status'" if geometry == "Point" else ""
    migration = f"""
        set local search_path = flurwerk, public;
        create table {key} (like record including all, name text not null, status text not null{shape});
        call complete_layer('{key}'{counted});
    """
    return layer, migration


def make(connection: Connection, monkeypatch: pytest.MonkeyPatch, geometry: str | None) -> Layer:
    """Add a new layer to the database and the registry."""
    layer, migration = new_layer(geometry)
    monkeypatch.setitem(LAYERS, layer.key, layer)
    with connection.transaction():
        connection.execute(migration.encode())
    migrate(connection)
    return layer


@pytest.fixture
def committed(database_url: str) -> Iterator[Connection]:
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        two_districts(connection)
        yield connection


@pytest.mark.parametrize("geometry", PLACES)
def test_a_new_layer_completed_by_one_call_is_recorded_and_partly_public(
    committed: Connection, monkeypatch: pytest.MonkeyPatch, database_url: str, geometry: str | None
) -> None:
    layer = make(committed, monkeypatch, geometry)
    west = {"geom": PLACES[geometry][0]} if geometry else {}
    changed, removed = (
        insert(committed, layer.key, name=name, status="open", **west) for name in ("changed", "removed")
    )
    insert(committed, layer.key, name="planned", status="planned", **west)
    before = one(committed, "select clock_timestamp()")
    update(committed, layer.key, changed, name="renamed")
    delete(committed, layer.key, removed)
    names = f"select array_agg(name order by id) from {layer.key}"
    assert one(committed, names) == ["renamed", "planned"]
    with as_recorded(committed, before):
        assert one(committed, names) == ["changed", "removed", "planned"]
    assert one(committed, f"select array_agg(operation order by id) from flurwerk_history.{layer.key}") == [
        "update",
        "delete",
    ]
    assert one(committed, "select version from layer_versions where layer = %s", layer.key) == 6
    with api(load_settings(database_url=database_url)) as client:
        seen = client.json(f"/api/collections/{layer.key}/items")["features"]
        assert [feature["properties"]["name"] for feature in seen] == ["renamed"]
        assert "status" not in seen[0]["properties"]
        past = client.json(f"/api/collections/{layer.key}/items", **{"as_of": before.isoformat()})["features"]
        assert [feature["properties"]["name"] for feature in past] == ["changed", "removed"]
        assert [change[1:] for change in Partner(client, layers=layer.key).read()] == [(layer.key, changed)]


@pytest.mark.parametrize("geometry", [geometry for geometry in PLACES if geometry])
def test_a_new_layer_with_a_geometry_has_districts_and_tiles_that_follow_it(
    committed: Connection, monkeypatch: pytest.MonkeyPatch, database_url: str, geometry: str
) -> None:
    layer = make(committed, monkeypatch, geometry)
    west, east = PLACES[geometry]
    record = insert(committed, layer.key, name="seen", status="open", geom=west)
    insert(committed, layer.key, name="unseen", status="planned", geom=west)
    where = "district_keys[1]" if geometry == "MultiLineString" else "district_key"
    assert one(committed, f"select {where} from {layer.key} where id = %s", record) == "01"
    tile = place(committed, 395000, 5705050).tile(16)
    with api(load_settings(database_url=database_url)) as client:
        shown = read(client.get(url(layer.key, tile)).content, tile)[layer.key]
        assert [feature.id for feature in shown] == [record]
        committed.execute(
            f"update {layer.key} set geom = st_geomfromtext(%s, 25832) where id = %s".encode(), [east, record]
        )
        assert read(client.get(url(layer.key, tile)).content, tile) == {}
    assert one(committed, f"select {where} from {layer.key} where id = %s", record) == "02"
    counts = "select array_agg(array[status, count::text] order by status) from tile_counts where level = 17"
    assert one(committed, counts) == ([["open", "1"], ["planned", "1"]] if geometry == "Point" else None)
    nothing = f"{geometry} EMPTY"
    constraint = violated_constraint(
        committed, lambda: insert(committed, layer.key, name="x", status="open", geom=nothing)
    )
    assert constraint == f"{layer.key}_geom_not_empty"


def test_records_in_a_table_that_is_completed_are_located_and_counted(connection: Connection) -> None:
    two_districts(connection)
    connection.execute(
        "create table flurwerk.filled (like record including all, kind text, geom geometry(Point, 25832))"
    )
    insert(connection, "filled", kind="a", geom="POINT(405000 5705000)")
    insert(connection, "filled", kind="a")
    connection.execute("call complete_layer('filled', counted_by => 'kind')")
    assert connection.execute("select district_key from filled order by id").fetchall() == [("02",), (None,)]
    assert one(connection, "select sum(count) from tile_counts where layer = 'filled' and level = 17") == 1
    assert one(connection, "select count(*) from flurwerk_history.filled") == 0


def test_a_column_added_to_a_complete_table_is_recorded_after_another_call(connection: Connection) -> None:
    connection.execute("create table flurwerk.growing (like record including all)")
    connection.execute("call complete_layer('growing')")
    connection.execute("alter table growing add column colour text")
    connection.execute("call complete_layer('growing')")
    record = insert(connection, "growing", colour="red")
    update(connection, "growing", record, colour="blue")
    assert one(connection, "select colour from flurwerk_history.growing") == "red"
    assert "colour" in {name.rpartition(".")[2] for name in columns(connection, "growing") if "as_of" in name}


@pytest.mark.parametrize(
    ("declared", "counted_by", "message"),
    [
        (None, None, "there is no table flurwerk.broken"),
        ("id bigint primary key", None, "table broken has no column source, source_id, note, recorded_from,"),
        ("like record", None, "table broken is not unique by source and source_id"),
        (
            "like record including all, geom geometry(Polygon, 25832)",
            None,
            r"column geom of table broken is geometry\(Polygon,25832\)",
        ),
        (
            "like record including all, geom geometry(Point, 4326)",
            "id",
            r"column geom of table broken is geometry\(Point,4326\)",
        ),
        ("like record including all, geom geometry(Point, 25832)", None, "table broken has points, which maps count"),
        ("like record including all, geom geometry(Point, 25832)", "kind", "has no column kind to count its points by"),
        ("like record including all", "note", "table broken has no points to count by note"),
    ],
)
def test_the_error_names_what_keeps_a_table_from_being_completed(
    connection: Connection, declared: str | None, counted_by: str | None, message: str
) -> None:
    if declared:
        connection.execute(f"create table flurwerk.broken ({declared})".encode())
    with pytest.raises(psycopg.Error, match=message):
        connection.execute("call complete_layer('broken', counted_by => %s)", [counted_by])
