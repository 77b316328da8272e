"""A distance is a row in the database and an entry in the registry; a migration keeps an older database's distances."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import psycopg
import pytest
from psycopg import sql

from api.cli import sample
from api.cli.sample import load_sample, sample_folder
from geo import migrate as migrating
from geo import own_views
from geo.access import Role
from geo.loading import diagnosis, pipeline
from geo.loading.mapping import FileMapping
from geo.migrate import migrate
from geo.records.layers import LAYERS
from geo.records.layers.distances import distance
from geo.records.layers.layer import Audience, Text
from geo.settings import load_settings
from geo.store.catalogue import describe
from geo.store.database import as_recorded, conninfo
from geo.store.scripts import scripts
from tests.conftest import create_database, database, drop_database
from tests.records import Connection, delete, insert, line, one, plot, square, two_districts, update
from tests.test_access.helpers import logged_in
from tests.test_api.helpers import api
from tests.test_changes.helpers import Partner

ITEMS = "/api/collections/plots/items"
SCHOOL = "insert into distance_definitions (distance, layer, condition) values ('school', 'sensitive_sites', %s)"
WITHIN = "insert into distance_definitions (distance, layer, within_m) values ('site', 'sensitive_sites', %s)"


@pytest.fixture
def city(database_url: str) -> Iterator[Connection]:
    with psycopg.connect(conninfo(database_url), autocommit=True) as connection:
        two_districts(connection)
        yield connection


def school(connection: Connection, x: float, kind: str = "school") -> int:
    return insert(connection, "sensitive_sites", name="S", kind=kind, geom=f"POINT({x} 5705050)")


def define_schools(connection: Connection, monkeypatch: pytest.MonkeyPatch, audience: Audience) -> None:
    """Add the row and the entry of a new distance."""
    connection.execute(SCHOOL, ["r.kind = 'school'"])
    plots = LAYERS["plots"]
    entry = distance(
        "school", Text("Entfernung zur Schule", "Distance to school"), ("sensitive_sites",), audience=audience
    )
    monkeypatch.setitem(LAYERS, "plots", replace(plots, derived_views=(*plots.derived_views, entry)))
    migrate(connection)


def test_a_row_and_an_entry_define_a_distance_that_is_stored_filterable_and_in_the_feed(
    city: Connection, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    near, far = (plot(city, x=x, name=str(x), offered_on="2023-01-01") for x in (395000, 396000))
    school(city, 394000)
    school(city, 394990, kind="hospital")
    define_schools(city, monkeypatch, Audience.PUBLIC)
    stored = "select array_agg(school_m::float8 order by plot) from plot_school"
    assert one(city, stored) == [1000, 2000]
    moved = school(city, 396200)
    assert one(city, stored) == [1000, 100]
    with api(load_settings(database_url=database_url)) as client:
        found = client.json(ITEMS, filter="school_m < 500")["features"]
        assert [feature["id"] for feature in found] == [far]
        assert found[0]["properties"]["school_m"] == 100
        partner = Partner(client, layers="plots")
        partner.read()
        update(city, "sensitive_sites", moved, kind="hospital")
        assert [change[2] for change in partner.read()] == [far]
        update(city, "sensitive_sites", moved, name="ohne Bedeutung")
        assert partner.read() == []
    assert one(city, stored) == [1000, 2000]
    with as_recorded(city, one(city, "select clock_timestamp()")):
        assert one(city, "select count(*) from flurwerk_for_internal_past.plots where school_m is not null") == 0
        assert one(city, "select count(*) from school_distances") == 0
    delete(city, "plots", near)
    assert one(city, "select array_agg(plot) from school_distances") == [far]


def test_an_internal_distance_is_hidden_from_the_public_and_leaves_public_tiles_unchanged(
    city: Connection, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plot(city, offered_on="2023-01-01")
    define_schools(city, monkeypatch, Audience.INTERNAL)
    with (
        api(load_settings(database_url=database_url, anonymous_audience="internal")) as internal,
        api(load_settings(database_url=database_url)) as public,
    ):
        inside, outside = Partner(internal, layers="plots"), Partner(public, layers="plots")
        inside.read()
        outside.read()
        school(city, 394000)
        assert len(inside.read()) == 1
        assert outside.read() == []
        assert public.json(ITEMS)["features"][0]["properties"].keys() & {"school_m", "fibre_m"} == set()
        public.problem(400, ITEMS, filter="school_m < 500")
    sources = "select array_agg(table_name) from seen_sources where view = %s"
    assert "school_distances" in one(city, sources, "flurwerk_for_internal.plots")
    assert "school_distances" not in one(city, sources, "flurwerk_for_public.plots")


def test_a_place_beyond_the_maximum_distance_does_not_count(city: Connection) -> None:
    plot(city, x=395000)
    first = school(city, 394400)
    city.execute(WITHIN, [500])
    stored = "select site_m::float8 from plot_site"
    assert one(city, stored) is None
    second = school(city, 394600)
    assert one(city, stored) == 400
    city.execute("update distance_definitions set within_m = 300 where distance = 'site'")
    assert one(city, stored) is None
    city.execute("update distance_definitions set within_m = null where distance = 'site'")
    delete(city, "sensitive_sites", second)
    assert one(city, stored) == 600
    delete(city, "sensitive_sites", first)
    assert one(city, stored) is None


def test_a_removed_definition_leaves_no_objects_behind(city: Connection) -> None:
    objects = "select count(*) from pg_class where relname like '%%school%%' or relname like '%%site_%%'"
    triggers = "select count(*) from pg_trigger where tgfoid = 'flurwerk.note_distances'::regproc"
    before = one(city, objects), one(city, triggers)
    city.execute(SCHOOL, ["r.kind = 'school'"])
    city.execute("update distance_definitions set layer = 'properties', condition = 'true' where distance = 'school'")
    plot(city, x=395000)
    insert(city, "properties", name="H", geom="POINT(394990 5705050)")
    assert one(city, "select school_m::float8 from plot_school") == 10
    assert one(city, triggers) == before[1] + 3
    city.execute("delete from distance_definitions where distance = 'school'")
    assert (one(city, objects), one(city, triggers)) == before
    assert one(city, "select count(*) from layer_versions where layer = 'school_distances'") == 0


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("school", "schools", "true"), "there is no layer schools with places to measure school to"),
        (("school", "operators", "true"), "there is no layer operators with places to measure school to"),
        (("school", "sensitive_sites", "r.sort = 'a'"), "column r.sort does not exist"),
        (("School", "sensitive_sites", "true"), "distance_definitions_distance_form"),
        (("neighbour", "plots", "true"), "distance_definitions_layer_other"),
    ],
)
def test_a_definition_that_cannot_be_measured_is_refused_and_creates_nothing(
    city: Connection, row: tuple[str, str, str], message: str
) -> None:
    plot(city)
    school(city, 394000)
    with pytest.raises(psycopg.Error, match=message):
        city.execute("insert into distance_definitions (distance, layer, condition) values (%s, %s, %s)", row)
    assert one(city, "select to_regclass('school_distances') is null")
    school(city, 395000)


@pytest.mark.parametrize("role", Role)
def test_only_the_owner_can_write_definitions(database_url: str, role: Role) -> None:
    with logged_in(database_url, role.login) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("update flurwerk.distance_definitions set condition = 'true'")


# An older database

EARLIER = "0023_past"
OLD = """
    select plot, fibre_m, motorway_m, rail_m, port_m, f.layer, f.record, f.recorded_xid, a.recorded_from
    from flurwerk.fibre_distances as f join flurwerk.access_distances as a using (plot) order by plot
"""
NEW = """
    select
        plot, f.distance_m, m.distance_m, r.distance_m, o.distance_m,
        f.layer, f.record, f.recorded_xid,
        (select max(t.at) from (values (m.recorded_from), (r.recorded_from), (o.recorded_from)) as t (at))
    from flurwerk.fibre_distances as f
    join flurwerk.motorway_distances as m using (plot)
    join flurwerk.rail_distances as r using (plot)
    join flurwerk.port_distances as o using (plot)
    order by plot
"""
OLD_VIEWS = {
    "plot_fibre": "select plot, fibre_m from fibre_distances",
    "plot_access": "select plot, motorway_m, rail_m, port_m from access_distances",
}
"""The views of the earlier version."""


def name_indicators(connection: Connection) -> None:
    """Store the computed indicators, which records may refer to, without this version's views."""
    connection.execute("set local search_path = flurwerk, public")
    own_views.store_computed_indicators(connection)


def without_later_columns(connection: Connection, table: str) -> FileMapping:
    """Let the columns of a sample file be ignored that the table did not have yet."""
    known = {column.name for column in describe(connection, table).columns}
    return FileMapping(ignore=tuple(column.name for column in LAYERS[table].columns if column.name not in known))


@pytest.fixture
def earlier(server_url: str) -> Iterator[Connection]:
    """A database as the earlier version created it, with its views and the sample data."""
    create_database(server_url, "earlier")
    with psycopg.connect(conninfo(database(server_url, "earlier"))) as connection:
        with pytest.MonkeyPatch.context() as patch:
            known = [script for script in scripts("schema") if script.name <= EARLIER]
            patch.setattr(migrating, "scripts", lambda folder: known if folder == "schema" else [])
            patch.setattr(own_views, "create", name_indicators)
            patch.setattr(migrating.grants, "grant", lambda connection: None)
            # It knew no parts that are no longer in force, and no outline.
            patch.setattr(migrating.levels, "renew", lambda connection: None)
            patch.setattr(migrating, "keep_outline", lambda connection: None)
            assert migrate(connection)[-1] == EARLIER
            tables = {name for (name,) in connection.execute("select relname from pg_class where relkind = 'r'")}
            # The sample's connections have a later column, and obstructions need them; distances are of plots.
            tables -= {"connections", "obstructions"}
            # It kept no log of loads, and did not know parts that are in force twice.
            patch.setattr(pipeline, "record_load", lambda *_: 0)
            patch.setattr(diagnosis, "refuse_in_force_twice", lambda *_: None)
            patch.setattr(sample, "LAYERS", {key: layer for key, layer in LAYERS.items() if key in tables})
            patch.setattr(sample, "_without_references", partial(without_later_columns, connection))
            load_sample(connection, sample_folder())
        for schema in ("flurwerk", "as_of"):
            connection.execute(sql.SQL("set local search_path = {}, public").format(sql.Identifier(schema)))
            for name, query in OLD_VIEWS.items():
                connection.execute(f"create view {name} as {query}".encode())
        connection.execute("create schema for_internal")
        connection.execute(
            "create view for_internal.plots as select id, fibre_m, port_m from flurwerk.plots as r"
            " left join flurwerk.plot_fibre as f on f.plot = r.id left join flurwerk.plot_access as a on a.plot = r.id"
        )
        connection.commit()
        yield connection
    drop_database(server_url, "earlier")


def test_an_older_database_keeps_its_distances_and_when_they_were_recorded(earlier: Connection) -> None:
    before = earlier.execute(OLD).fetchall()
    assert len(before) > 200
    assert migrate(earlier)[-1] == scripts("schema")[-1].name
    assert earlier.execute(NEW).fetchall() == before
    assert one(earlier, "select count(fibre_m) from flurwerk_for_internal.plots") == len(before)
    record = insert(earlier, "plots", name="neu", ownership="public", geom=square(391000, 5705000, 50))
    programme = one(earlier, "select min(id) from programmes")
    laid = line((391060, 5705000), (391060, 5705050))
    insert(earlier, "trenches", programme=programme, laid_on="2023-01-01", geom=laid)
    earlier.commit()
    assert one(earlier, "select distance_m::float8 from fibre_distances where plot = %s", record) <= 10
