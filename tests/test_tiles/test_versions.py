"""The version of a tile changes with all that its audience sees change, and with the day (see also test_seen.py)."""

import re

import psycopg
import pytest
from psycopg import sql

from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Layer
from geo.records.layers.seen import seen_view
from geo.records.layers.views import SCHEMAS, property_names, sees
from geo.records.tiles import Tile, TileRequest, view
from geo.records.tiles.versions import VERSION, edition
from geo.store.database import conninfo
from tests.records import Connection, insert, one, plot, sale, two_districts, update

EVERY_VIEW = [
    (audience, layer)
    for audience in (Audience.PUBLIC, Audience.INTERNAL)
    for layer in LAYERS.values()
    if sees(audience, layer)
]


def version(connection: Connection, *keys: str, audience: Audience = Audience.INTERNAL) -> str:
    """The version of a tile of these layers, as a new transaction sees it."""
    request = TileRequest(tuple(view(LAYERS[key], audience) for key in keys), Tile(0, 0, 0))
    found = connection.execute(VERSION, {"views": request.names}).fetchone()
    assert found
    connection.commit()
    return found[0]


def test_a_write_changes_the_version_when_committed_and_not_when_rolled_back(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection, psycopg.connect(conninfo(database_url)) as other:
        two_districts(connection)
        record = plot(connection)
        connection.commit()
        before = version(other, "plots")
        update(connection, "plots", record, name="Anders")
        assert version(other, "plots") == before
        connection.rollback()
        assert version(other, "plots") == before
        update(connection, "plots", record, name="Anders")
        connection.commit()
        assert version(other, "plots") != before


def test_layers_that_determine_the_status_of_plots_change_their_version_and_others_do_not(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        two_districts(connection)
        record = plot(connection)
        connection.commit()
        seen = {version(connection, "plots")}
        insert(connection, "reservations", plot=record, area_m2=100, reserved_on="2023-01-01")
        connection.commit()
        seen.add(version(connection, "plots"))
        sale(connection, plot=record)
        connection.commit()
        seen.add(version(connection, "plots"))
        assert len(seen) == 3
        insert(connection, "operators", name="Netz", kind="carrier")
        connection.commit()
        assert version(connection, "plots") in seen
        assert version(connection, "plots", "operators") != version(connection, "plots")


def test_the_public_version_of_restrictions_changes_with_their_plots(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        two_districts(connection)
        record = plot(connection, offered_on="2023-01-01")
        insert(connection, "plot_restrictions", plot=record, kind="flood", severity="minor")
        connection.commit()
        public = version(connection, "plot_restrictions", audience=Audience.PUBLIC)
        internal = version(connection, "plot_restrictions")
        update(connection, "plots", record, withdrawn_on="2023-02-01")
        connection.commit()
        assert version(connection, "plot_restrictions", audience=Audience.PUBLIC) != public
        assert version(connection, "plot_restrictions") == internal


def test_midnight_in_the_city_changes_the_version_if_the_layer_depends_on_the_day(database_url: str) -> None:
    def at(connection: Connection, instant: str, key: str) -> str:
        # The day that the views show is that of this setting.
        connection.execute("select set_config('flurwerk.as_of', %s, false)", [instant])
        return version(connection, key)

    with psycopg.connect(conninfo(database_url)) as connection:
        late, later, early = "2030-06-30T23:59:59+02:00", "2030-07-01T00:00:00+02:00", "2030-06-30T00:00:00+02:00"
        assert at(connection, late, "plots") == at(connection, early, "plots")
        assert at(connection, late, "plots") != at(connection, later, "plots")
        assert at(connection, late, "trenches") == at(connection, later, "trenches")


def test_a_version_is_never_reused_even_if_a_restored_database_continues_from_a_lower_count(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        (count,) = connection.execute("select version from layer_versions where layer = 'operators'").fetchone() or (0,)
        insert(connection, "operators", name="A", kind="carrier")
        connection.commit()
        first = version(connection, "operators")
        connection.execute("update layer_versions set version = %s where layer = 'operators'", [count])
        insert(connection, "operators", name="B", kind="carrier")
        connection.commit()
        assert one(connection, "select version from layer_versions where layer = 'operators'") == count + 1
        assert version(connection, "operators") != first


@pytest.mark.parametrize(("audience", "layer"), EVERY_VIEW, ids=lambda one: getattr(one, "key", str(one)))
def test_every_table_that_a_view_reads_is_counted_or_compared(
    connection: Connection, audience: Audience, layer: Layer
) -> None:
    view = seen_view(layer, audience)
    counted = one(connection, "select counted from layer_sources where view = %s", view.name)
    known = one(connection, "select array_agg(layer) from layer_versions where layer = any (%s)", counted)
    assert set(known) == set(counted)
    sources = {name.removeprefix("flurwerk_for_public.") for name in counted}
    if view.is_kept:
        assert counted == [view.name]
        sources = set(one(connection, "select array_agg(table_name) from seen_sources where view = %s", view.name))
    # The tables that the planner scans for all that a token for this layer alone sees.
    names = sql.SQL(", ").join(map(sql.Identifier, property_names(view.layer, view.audience)))
    explained = sql.SQL("explain select id, {} from {}").format(names, sql.Identifier(*view.name.split(".")))
    plan = "\n".join(line for (line,) in connection.execute(explained))
    scanned = set(re.findall(r"(?:Seq|Heap|Index|Only) Scan (?:using \w+ )?on (\w+)", plan))
    assert layer.key in scanned
    # A join of which the token sees no column.
    unseen = {dependency.table for dependency in layer.dependencies(audience)} - {
        dependency.table for dependency in view.dependencies
    }
    assert scanned <= sources | unseen


def test_views_get_the_day_only_from_functions_that_the_version_uses_too(connection: Connection) -> None:
    definitions = connection.execute(
        """
        select schemaname || '.' || viewname, lower(definition)
        from pg_views
        where schemaname = any (%s) or (schemaname = 'flurwerk' and viewname in ('plot_supply', 'party_names'))
        """,
        [list(SCHEMAS.values())],
    ).fetchall()
    assert definitions
    for name, definition in definitions:
        assert not re.search(
            r"\b(now|clock_timestamp|transaction_timestamp|statement_timestamp|random)\(", definition
        ), name
        assert not re.search(r"\bcurrent_(date|time|timestamp)\b|\blocaltime", definition), name


def test_an_edition_is_the_same_in_every_process_and_depends_on_how_tiles_are_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = edition()
    assert re.fullmatch("[0-9a-f]{8}", known)
    edition.cache_clear()
    assert edition() == known
    monkeypatch.setattr("geo.records.tiles.tile_sql.EXTENT", 2048)
    edition.cache_clear()
    assert edition() != known
    edition.cache_clear()
