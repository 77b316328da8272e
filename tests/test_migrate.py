"""A database is migrated to this version's schema exactly once, even by several processes at the same time."""

from collections.abc import Iterator
from threading import Thread

import psycopg
import pytest

from geo import migrate as migrating
from geo.figures.kpis import checking
from geo.migrate import MigrationError, is_current, migrate
from geo.own_views import VIEW_COMMENT
from geo.profile import profile
from geo.records.layers import reporting
from geo.records.messages import explain
from geo.store.database import conninfo, first_line
from geo.store.scripts import Script, scripts
from tests.conftest import create_database, database, drop_database
from tests.records import Connection, insert, one, plot, violated_constraint

OF_AN_OPERATOR = """
    create schema reporting;
    create view reporting.plots as select id, name from flurwerk_for_internal.plots;
    create view reporting.names as select name from reporting.plots;
    create materialized view reporting.remaining as select sum(remaining_m2) from flurwerk.plot_supply;
    create function reporting.count_plots() returns bigint
        begin atomic select count(*) from flurwerk_for_public.plots; end;
    create function reporting.name_of(plot flurwerk_for_internal.plots) returns text language sql as 'select plot.name';
    create function reporting.refuse() returns trigger language plpgsql as 'begin return null; end';
    create trigger refuse instead of insert on flurwerk_for_internal.plots
        for each row execute function reporting.refuse();
    create view flurwerk_for_public.own as select transaction from flurwerk_as_of.transaction_places;
"""
OPERATORS_NAMES = [
    "function reporting.count_plots()",
    "function reporting.name_of(flurwerk_for_internal.plots)",
    "materialized view reporting.remaining",
    "trigger refuse on flurwerk_for_internal.plots",
    "view flurwerk_for_public.own",
    "view reporting.names",
    "view reporting.plots",
]
STATE = """
    select array_agg(c.oid order by c.oid), obj_description('flurwerk_as_of'::regnamespace, 'pg_namespace')
    from pg_class as c
    where c.relkind in ('r', 'v', 'm')
"""


@pytest.fixture
def empty_url(server_url: str) -> Iterator[str]:
    """An empty database."""
    create_database(server_url, "empty")
    yield database(server_url, "empty")
    drop_database(server_url, "empty")


def test_every_migration_is_applied_once_and_in_order(empty_url: str) -> None:
    with psycopg.connect(conninfo(empty_url)) as connection:
        assert not is_current(connection)
        assert migrate(connection) == [script.name for script in scripts("schema")]
        assert migrate(connection) == []
        assert is_current(connection)


def test_goals_that_the_profile_no_longer_names_are_told_and_new_ones_refused(
    database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    given = {"position": 5, "area": "Kundenservice", "product": "Gründen", "goals": ["2"]}
    with psycopg.connect(conninfo(database_url)) as connection:
        insert(connection, "manual_indicators", key="fairs", label="Messen", **given)
        connection.commit()
        monkeypatch.setattr(reporting, "GOALS", {})
        monkeypatch.setattr(checking, "profile", lambda: profile().model_copy(update={"goals": {}}))
        assert migrate(connection) == []
        assert "there is no goal “2”, which reported indicators serve (fairs)" in caplog.text
        refused = violated_constraint(
            connection, lambda: insert(connection, "manual_indicators", key="new", label="Neu", **given)
        )
        assert refused == "manual_indicators_goals_known"


def test_two_migrations_at_once_apply_everything_once(empty_url: str) -> None:
    applied: list[list[str]] = []

    def run() -> None:
        with psycopg.connect(conninfo(empty_url)) as connection:
            applied.append(migrate(connection))

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    assert sorted(map(len, applied)) == [0, len(scripts("schema"))]


def test_a_migration_that_has_changed_since_is_refused(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute("update public.flurwerk_migrations set checksum = 'other' where name = '0005_plots'")
        with pytest.raises(MigrationError, match="0005_plots has changed"):
            migrate(connection)


def test_a_database_of_a_newer_version_is_refused(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute("insert into public.flurwerk_migrations (name, checksum) values ('9999_later', '')")
        with pytest.raises(MigrationError, match="newer version"):
            migrate(connection)


def test_our_views_on_what_a_migration_replaces_are_put_aside(empty_url: str) -> None:
    """Databases that have been in use have views where a fresh one, migrated at once, has none yet."""
    early = [script for script in scripts("schema") if script.name < "0010"]
    (names,) = (view for view in scripts("schema/views") if view.name == "party_names")
    with psycopg.connect(conninfo(empty_url)) as connection:
        connection.execute(LIST_OF_MIGRATIONS)
        for script in early:
            connection.execute(script.text.encode())
            connection.execute(
                "insert into public.flurwerk_migrations (name, checksum) values (%s, %s)",
                [script.name, script.checksum],
            )
        connection.execute(b"set local search_path = as_of, public; " + names.text.encode())
        connection.commit()
        # It drops as_of.parties, as the schema was called then.
        assert "0010_changes" in migrate(connection)
        assert is_current(connection)
        assert one(connection, "select to_regclass('flurwerk_as_of.party_names')") is not None


LIST_OF_MIGRATIONS = """
    create table public.flurwerk_migrations (
        name text primary key,
        checksum text not null,
        applied_at timestamptz not null default now()
    )
"""


def test_replaying_the_views_keeps_all_of_them(database_url: str) -> None:
    views = """
        select count(*)
        from pg_class
        where relkind = 'v'
          and relnamespace::regnamespace::text in ('flurwerk', 'flurwerk_as_of', 'flurwerk_for_internal')
    """
    with psycopg.connect(conninfo(database_url)) as connection:
        before = one(connection, views)
        migrate(connection)
        assert one(connection, views) == before > 50


def test_views_of_another_version_are_detected_and_replayed(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute("comment on schema flurwerk_as_of is 'made by an earlier version'")
        assert not is_current(connection)
        migrate(connection)
        assert is_current(connection)


def test_a_dropped_view_is_created_again(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute("drop view flurwerk_for_public.plots")
        assert not is_current(connection)
        assert migrate(connection) == []
        assert is_current(connection)


def test_a_view_that_this_version_no_longer_has_is_dropped(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute("create view flurwerk_for_internal.given_up as select wanted_m2 from flurwerk.wanted_land")
        connection.execute(f"comment on view flurwerk_for_internal.given_up is '{VIEW_COMMENT}'")
        outdate(connection)
        migrate(connection)
        assert one(connection, "select to_regclass('flurwerk_for_internal.given_up')") is None


def outdate(connection: Connection) -> None:
    connection.execute("comment on schema flurwerk_as_of is 'made by an earlier version'")
    connection.commit()


def state(connection: Connection) -> object:
    return connection.execute(STATE).fetchone()


def test_an_operators_objects_on_the_views_survive_a_migration_without_changes(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute(OF_AN_OPERATOR)
        before = state(connection)
        assert migrate(connection) == []
        assert state(connection) == before
        assert one(connection, "select reporting.count_plots()") == 0


def test_an_operators_view_in_our_schema_is_granted_to_nobody(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute(OF_AN_OPERATOR)
        migrate(connection)
        assert one(connection, "select has_table_privilege('flurwerk_public', 'flurwerk_for_public.plots', 'select')")
        assert not one(connection, "select has_table_privilege('flurwerk_public', 'flurwerk_for_public.own', 'select')")


def test_views_on_which_an_operators_objects_depend_are_not_replaced(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute(OF_AN_OPERATOR)
        outdate(connection)
        before = state(connection)
        with pytest.raises(MigrationError) as refused:
            migrate(connection)
        assert refused.value.message == f"Views or functions of your own depend on Flurwerk's: {join(OPERATORS_NAMES)}."
        assert refused.value.hint == "Drop or move them, then migrate again."
        assert state(connection) == before

        connection.execute("drop schema reporting cascade; drop view flurwerk_for_public.own")
        migrate(connection)
        assert is_current(connection)


def join(names: list[str]) -> str:
    return ", ".join(names)


def test_a_migration_that_alters_a_column_under_an_operators_view_changes_nothing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_another(folder: str) -> list[Script]:
        later = [Script("9998_table", "create table later ()"), Script("9999_notes", ALTERING)]
        return scripts(folder) + (later if folder == "schema" else [])

    monkeypatch.setattr(migrating, "scripts", with_another)
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute("create view public.notes as select note from flurwerk.operators")
        connection.commit()
        before = state(connection)
        with pytest.raises(MigrationError, match=r"depend on Flurwerk's: view public\.notes\. Drop or move them"):
            migrate(connection)
        assert state(connection) == before

        connection.execute("drop view public.notes")
        assert migrate(connection) == ["9998_table", "9999_notes"]


ALTERING = """
    drop view flurwerk_as_of.operators;
    alter table flurwerk.operators alter column note type varchar;
    alter table flurwerk_history.operators alter column note type varchar;
    call flurwerk.show_past('operators');
"""


def test_tracking_a_table_with_one_more_column_leaves_an_operators_view_of_its_past(database_url: str) -> None:
    with psycopg.connect(conninfo(database_url)) as connection:
        connection.execute("create view public.past as select name from flurwerk_as_of.operators")
        connection.execute("alter table flurwerk.operators add column colour text")
        connection.execute("call flurwerk.track('operators')")
        connection.execute("set flurwerk.as_of = 'now'")
        assert one(connection, "select count(*) from public.past") == 0
        assert one(connection, "select count(colour) from flurwerk_as_of.operators") == 0


def test_a_text_that_is_too_long_for_its_new_limit_is_named(connection: Connection) -> None:
    connection.execute("alter table flurwerk.plots drop constraint plots_note_length")
    long, _, longer = (plot(connection, x=395000 + 200 * i, note="x" * (10_001 if i != 1 else 5)) for i in range(3))
    with pytest.raises(psycopg.errors.CheckViolation) as caught:
        connection.execute("call flurwerk.limit_texts('plots')")
    assert (
        first_line(caught.value) == f"shorten note of plots to 10000 characters first, in the records {long}, {longer}"
    )
    assert explain(caught.value) is None, "the command shows that line"
