"""A token for some layers shows nothing that is derived from, or named by, records of other internal layers."""

import json
from collections.abc import Iterator

import psycopg
import pytest

from geo.access import Caller, Role
from geo.records.layers import LAYERS
from geo.records.layers.distances import DISTANCES
from geo.records.layers.layer import Audience, Layer
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.records import Connection, insert, line, update
from tests.test_api.helpers import Api, answer_as, api, problem
from tests.test_editing.helpers import api_as

PLOTS = "/api/collections/plots"
DISCLOSING = {
    "fibre_m": {"trenches", "connections"},
    "taken_m2": {"transactions", "reservations"},
    "reserved_m2": {"transactions", "reservations"},
}
"""The columns of plots that disclose other layers, and which."""
VIEW_COLUMNS = """
    select distinct source.relname, a.attname
    from pg_rewrite as rule
    join pg_class as view on view.oid = rule.ev_class
    join pg_depend as d on d.classid = 'pg_rewrite'::regclass and d.objid = rule.oid
        and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0
    join pg_class as source on source.oid = d.refobjid
    join pg_attribute as a on a.attrelid = source.oid and a.attnum = d.refobjsubid
    where view.relnamespace = 'flurwerk'::regnamespace
      and view.relname = %s
"""
ALWAYS_SHOWN = {"id", "geom", "district_key"}
"""Columns that disclose nothing in a layer of which the public sees all records."""


def reader(*layers: str) -> Caller:
    return Caller(Role.READER, "reader of some", frozenset(layers))


@pytest.fixture(scope="module")
def service(sample_url: str) -> Iterator[Api]:
    """The service with the sample city; `acting` says as whom it answers."""
    with api(load_settings(database_url=sample_url)) as client:
        yield client


def acting(service: Api, *layers: str) -> Api:
    """Return the service as it answers a reader of these layers."""
    answer_as(service.app, lambda _: reader(*layers))
    return service


@pytest.mark.parametrize("name", DISCLOSING)
def test_a_column_that_discloses_other_layers_is_unknown_without_them(service: Api, name: str) -> None:
    plots_only = acting(service, "plots")
    assert name not in plots_only.json(f"{PLOTS}/schema")["properties"]
    assert name not in plots_only.json(f"{PLOTS}/queryables")["properties"]
    features = plots_only.json(f"{PLOTS}/items", limit=1000)["features"]
    assert len(features) > 100
    assert not any(name in feature["properties"] for feature in features)
    assert name not in plots_only.json(f"{PLOTS}/items/1")["properties"]
    for form in ("csv", "geojson", "html"):
        response = plots_only.get(f"{PLOTS}/items", f=form, limit=5)
        assert response.status_code == 200
        assert name not in response.text, form
    for parameters in ({name: "1"}, {"sortby": name}, {"properties": name}, {"filter": f"{name} > 5"}):
        problem(plots_only.get(f"{PLOTS}/items", **parameters), 400)
    assert name not in json.dumps(plots_only.json("/api/changes", layers="plots", limit=1000))


def test_such_a_column_is_shown_with_the_layers_that_it_discloses(service: Api) -> None:
    client = acting(service, "plots", "trenches", "connections")
    properties = client.json(f"{PLOTS}/items/1")["properties"]
    feed = client.json("/api/changes", layers="plots", limit=1)["changes"]
    assert "fibre_m" in properties
    assert "taken_m2" not in properties
    assert "fibre_m" in feed[0]["feature"]["properties"]


def test_a_change_of_a_reference_names_no_record_of_a_layer_outside_the_token(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as city:
        trench = _funded_by_another(city)
    for layers, labels in ((("trenches",), [None, None]), (("trenches", "programmes"), ["Programm A", "Programm B"])):
        with api_as(reader(*layers), load_settings(database_url=database_url)) as client:
            versions = client.json(f"/api/collections/trenches/items/{trench}/history")["versions"]
        (change,) = versions[0]["changes"]
        assert change["name"] == "programme"
        assert [change["before_label"], change["after_label"]] == labels


def _funded_by_another(city: Connection) -> int:
    """A trench that changed from one programme to another."""
    first, second = (insert(city, "programmes", name=f"Programm {x}", funding="funded") for x in "AB")
    trench = insert(city, "trenches", programme=first, geom=line((395000, 5705000), (395100, 5705000)))
    update(city, "trenches", trench, programme=second)
    return trench


@pytest.mark.parametrize("layer", [layer for layer in LAYERS.values() if layer.geometry], ids=lambda layer: layer.key)
def test_tiles_contain_no_column_that_discloses_other_layers(layer: Layer) -> None:
    """All callers of an audience share the cached tiles, whatever layers their tokens are for."""
    disclosing = {
        column.name
        for view in layer.derived_views
        if view.discloses
        for column in view.columns
        if column.audience is not Audience.PUBLIC
    }
    drawn = {*layer.drawn_by, layer.drawn_label, layer.overdue_after, *(column for _, column in layer.drawn_steps)}
    assert not disclosing & drawn


def test_the_registry_says_which_layers_a_derived_view_discloses(connection: Connection) -> None:
    """Compared with the columns that the view reads: those that the public does not see are another layer's secret."""
    distances = {view.name for view in DISTANCES}
    for layer in LAYERS.values():
        for view in layer.derived_views:
            if all(column.audience is Audience.PUBLIC for column in view.columns):
                continue
            if view.name in distances:
                read = connection.execute(
                    "select layer from flurwerk.distance_definitions where distance = %s",
                    [view.name.removeprefix("plot_")],
                )
                measured_to = [LAYERS[key] for (key,) in read]
                disclosed = {one.key for one in measured_to if not _is_wholly_public(one)}
            else:
                disclosed = _disclosed(connection, view.name, layer.key)
            assert disclosed == {*view.discloses}, (
                f"{view.name}: in geo/records/layers, set discloses=({', '.join(sorted(disclosed))})"
            )


def _disclosed(connection: Connection, view: str, own: str) -> set[str]:
    found: set[str] = set()
    for table, column in connection.execute(VIEW_COLUMNS, [view]).fetchall():
        if table not in LAYERS:
            found |= _disclosed(connection, table, own)
        elif table != own and not _is_public(table, column):
            found.add(table)
    return found


def _is_wholly_public(layer: Layer) -> bool:
    """Whether the public sees all records of the layer, if not all columns."""
    return layer.audience is Audience.PUBLIC and layer.shows_all(Audience.PUBLIC)


def _is_public(table: str, column: str) -> bool:
    layer = LAYERS[table]
    if not _is_wholly_public(layer):
        return False
    return column in ALWAYS_SHOWN | {column.name for column in layer.visible_columns(Audience.PUBLIC)}
