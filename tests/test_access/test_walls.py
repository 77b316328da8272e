"""What the service's database logins cannot do, even if somebody injects a statement."""

from collections.abc import Callable

import psycopg
import pytest
from psycopg import errors, sql

from geo.access import Role
from geo.access.grants import DEFINER_FUNCTIONS, EDITORS, KEPT_BY_PEOPLE, RECORDING
from geo.access.roles import LOGINS
from geo.figures.releases import chain
from geo.figures.releases.assembling import published
from geo.records.layers import LAYERS
from geo.store.database import Connection, conninfo
from tests.records import insert, one
from tests.test_access.helpers import PERSONAL, PLANTED, logged_in

every_role = pytest.mark.parametrize("role", Role)
every_read_only_role = pytest.mark.parametrize("role", [Role.PUBLIC, Role.READER])
every_writing_role = pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMIN])

RELATIONS = """
    select c.oid::regclass::text, a.attname
    from pg_class as c
    join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'v', 'm', 'p', 'f')
      and c.relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')
      and has_schema_privilege(%(login)s, c.relnamespace, 'usage')
      and has_column_privilege(%(login)s, c.oid, a.attnum, 'select')
    order by 1, 2
"""
FUNCTIONS = """
    select p.oid::regprocedure::text
    from pg_proc as p
    where p.pronamespace::regnamespace::text not in ('pg_catalog', 'information_schema')
      and p.prosecdef
      and has_schema_privilege(%(login)s, p.pronamespace, 'usage')
      and has_function_privilege(%(login)s, p.oid, 'execute')
      -- Those of PostGIS write nothing.
      and not exists (select from pg_depend where objid = p.oid and deptype = 'e')
"""


@every_role
def test_a_login_is_a_member_of_its_group_alone_and_has_no_attribute_but_login(
    connection: Connection, role: Role
) -> None:
    held = connection.execute(
        "select roleid::regrole::text from pg_auth_members where member::regrole::text = %s", [role.login]
    ).fetchall()
    assert held == [(role.group,)]
    for name, may_log_in in ((role.login, True), (role.group, False)):
        assert one(
            connection,
            """
            select
                rolcanlogin = %s
                and not (rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls)
            from pg_roles
            where rolname = %s
            """,
            may_log_in,
            name,
        )


def test_no_login_has_a_privilege_of_its_own(connection: Connection) -> None:
    """The privileges are the groups'; those that earlier versions granted to the logins are revoked."""
    found = connection.execute(
        """
        select distinct d.refobjid::regrole::text
        from pg_shdepend as d
        where d.refclassid = 'pg_authid'::regclass
          and d.refobjid::regrole::text = any(%s)
          and d.dbid in (0, (select oid from pg_database where datname = current_database()))
        """,
        [list(LOGINS)],
    ).fetchall()
    assert found == []


@every_read_only_role
def test_no_relation_shows_a_personal_value_to_read_only_logins(planted_url: str, role: Role) -> None:
    """Reads every column of every table and view that the login may select: current, as recorded, and history."""
    shown: dict[str, list[str]] = {}
    with logged_in(planted_url, role.login) as connection:
        connection.execute("select set_config('flurwerk.as_of', clock_timestamp()::text, false)")
        for relation, column in connection.execute(RELATIONS, {"login": role.login}):
            shown.setdefault(relation, []).append(column)
        rows = 0
        for relation, columns in shown.items():
            names = sql.SQL(", ").join(map(sql.Identifier, columns))
            found = connection.execute(sql.SQL("select {} from {}").format(names, sql.SQL(relation))).fetchall()  # pyright: ignore[reportArgumentType]
            rows += len(found)
            assert PLANTED not in repr(found), relation
    assert rows > 10
    assert any(relation.startswith("flurwerk_for_public.") for relation in shown)
    assert any(relation.startswith("flurwerk_as_of.") for relation in shown) == (role is Role.READER)


@every_read_only_role
@pytest.mark.parametrize("schema", ["flurwerk", "flurwerk_as_of", "flurwerk_for_editing"])
@pytest.mark.parametrize(("table", "column"), PERSONAL)
def test_a_personal_column_is_refused_by_name(
    planted_url: str, role: Role, schema: str, table: str, column: str
) -> None:
    with logged_in(planted_url, role.login) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(sql.SQL("select {} from {}").format(sql.Identifier(column), sql.Identifier(schema, table)))


def test_an_editor_sees_personal_values(planted_url: str) -> None:
    with logged_in(planted_url, Role.EDITOR.login) as connection:
        assert PLANTED in one(connection, "select string_agg(name, ',') from flurwerk_for_editing.parties")


@every_read_only_role
def test_read_only_logins_can_write_nothing(connection: Connection, role: Role) -> None:
    found = connection.execute(
        """
        select c.oid::regclass::text
        from pg_class as c
        where c.relkind in ('r', 'v', 'm', 'p', 'f')
          and c.relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')
          and (
              has_table_privilege(%(login)s, c.oid, 'insert, update, delete, truncate, references, trigger')
              or has_any_column_privilege(%(login)s, c.oid, 'insert, update, references')
          )
        union all
        select c.oid::regclass::text
        from pg_class as c
        where case c.relkind when 'S' then has_sequence_privilege(%(login)s, c.oid, 'usage, update') end
        union all
        select nspname::text
        from pg_namespace
        where has_schema_privilege(%(login)s, oid, 'create')
        """,
        {"login": role.login},
    ).fetchall()
    # What people keep for themselves: policies show and let change each their own (tests/test_watching).
    own = {f"flurwerk_access.{table}" for table in KEPT_BY_PEOPLE} if role is Role.READER else set[str]()
    assert {name for (name,) in found} == own


@every_role
def test_no_login_can_create_tables_or_schemas(planted_url: str, role: Role) -> None:
    """A login could attach our triggers, which write as the owner, to its own table. Editors stage files in such."""
    for statement in (
        *(() if role in EDITORS else ("create temporary table plots (id int)",)),
        "create table public.plots (id int)",
        "create schema own",
    ):
        with logged_in(planted_url, role.login) as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute(statement.encode())


@pytest.mark.parametrize("role", EDITORS)
def test_no_editor_can_attach_our_triggers_to_a_table_of_its_own(planted_url: str, role: Role) -> None:
    with logged_in(planted_url, role.login) as connection:
        functions = connection.execute(
            "select oid::regprocedure::text from pg_proc where prorettype = 'trigger'::regtype and pronamespace = "
            "'flurwerk'::regnamespace"
        ).fetchall()
        assert functions
        connection.execute("create temporary table plots (id int)")
        for (function,) in functions:
            statement = f"create trigger own before insert on pg_temp.plots for each row execute function {function}"
            with pytest.raises(errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement.encode())


@every_role
def test_of_functions_with_the_owners_rights_a_login_calls_those_only_that_are_meant_for_it(
    connection: Connection, role: Role
) -> None:
    found = [name for (name,) in connection.execute(FUNCTIONS, {"login": role.login})]
    assert {*found} == {name for name, roles in DEFINER_FUNCTIONS.items() if role in roles}


@every_role
@pytest.mark.parametrize("other", ["flurwerk", *(role.login for role in Role)])
def test_no_login_can_become_another(planted_url: str, role: Role, other: str) -> None:
    if other == role.login:
        other = "postgres"
    for statement in ("set role {}", "set session authorization {}"):
        with (
            logged_in(planted_url, role.login) as connection,
            pytest.raises((errors.InsufficientPrivilege, errors.InvalidParameterValue, errors.UndefinedObject)),
        ):
            connection.execute(sql.SQL(statement).format(sql.Identifier(other)))  # pyright: ignore[reportArgumentType]
    with logged_in(planted_url, role.login) as connection:
        # Settings give nobody any privilege.
        connection.execute("set search_path = flurwerk_for_editing, flurwerk; set role none")
        if role in (Role.PUBLIC, Role.READER):
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute("select name, email from parties")


@every_writing_role
def test_editors_can_write_every_layer_but_no_recording_column(connection: Connection, role: Role) -> None:
    for key in LAYERS:
        table = f"flurwerk.{key}"
        allowed = {
            (privilege, name)
            for privilege, name in connection.execute(
                """
                select p, attname
                from pg_attribute
                cross join unnest(array['insert', 'update']) as p
                where attrelid = %(table)s::regclass
                  and attnum > 0
                  and not attisdropped
                  and has_column_privilege(%(login)s, attrelid, attnum, p)
                """,
                {"table": table, "login": role.login},
            )
        }
        names = {name for _, name in allowed}
        assert names & {*RECORDING} == set()
        assert {"source_id", *(column.name for column in LAYERS[key].columns)} <= names
        assert one(connection, "select has_table_privilege(%s, %s, 'select, delete')", role.login, table)
        assert not one(connection, "select has_table_privilege(%s, %s, 'truncate')", role.login, table)


@every_writing_role
@pytest.mark.parametrize(
    "statement",
    [
        "delete from flurwerk_history.transactions",
        "update flurwerk_history.transactions set ended_by = 'bert'",
        "update flurwerk.plots set recorded_by = 'bert'",
        "insert into flurwerk.plots (recorded_from) values ('2020-01-01')",
        "update flurwerk.layer_versions set version = 1",
        "insert into flurwerk.recordings values (pg_current_xact_id(), '2020-01-01')",
        "delete from flurwerk.district_pieces",
        "truncate flurwerk.remarks",
        "update public.flurwerk_migrations set checksum = ''",
        "alter table flurwerk.plots disable trigger all",
        "set session_replication_role = replica",
    ],
)
def test_editors_cannot_write_what_triggers_record(planted_url: str, role: Role, statement: str) -> None:
    with logged_in(planted_url, role.login) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement.encode())


@every_role
def test_no_login_can_read_sessions(planted_url: str, role: Role) -> None:
    """Not even those that sign people in: a session is started, resumed and ended by its secret only."""
    for statement in ("select token from flurwerk_access.sessions", "delete from flurwerk_access.sessions"):
        with logged_in(planted_url, role.login) as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute(statement.encode())


def test_only_admins_can_read_tokens(planted_url: str) -> None:
    for role in (Role.PUBLIC, Role.READER, Role.EDITOR):
        with logged_in(planted_url, role.login) as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute("select name from flurwerk_access.tokens")
    with logged_in(planted_url, Role.ADMIN.login) as connection:
        connection.execute("select name from flurwerk_access.tokens")


@pytest.fixture
def editor(database_url: str) -> Callable[[], psycopg.Connection]:
    """Opens connections as the editors' login to the test's own database."""
    return lambda: psycopg.connect(conninfo(database_url), user=Role.EDITOR.login)


def test_what_an_editor_writes_updates_districts_versions_and_history(
    database_url: str, editor: Callable[[], Connection]
) -> None:
    """The triggers write history, districts and versions, which the editor may not."""
    west = "MULTIPOLYGON(((390000 5700000, 400000 5700000, 400000 5710000, 390000 5710000, 390000 5700000)))"
    with editor() as connection:
        before = one(connection, "select version from flurwerk.layer_versions where layer = 'districts'")
        insert(connection, "districts", key="01", name="West", kind="district", geom=west)
        place = insert(connection, "access_points", kind="port", name="Hafen", geom="POINT(395000 5705000)")
        connection.execute("select set_config('flurwerk.actor', 'anna', true)")
        connection.execute("update flurwerk.access_points set name = 'Nordhafen'")
        connection.execute("delete from flurwerk.access_points")
        connection.commit()
        assert one(connection, "select version from flurwerk.layer_versions where layer = 'districts'") == before + 1
        history = connection.execute(
            """
            select id, name, district_key, recorded_by, ended_by
            from flurwerk_history.access_points
            order by recorded_until
            """
        ).fetchall()
        assert history == [
            (place, "Hafen", "01", Role.EDITOR.login, "anna"),
            (place, "Nordhafen", "01", "anna", "anna"),
        ]
    with psycopg.connect(conninfo(database_url)) as connection:
        assert one(connection, "select count(*) from flurwerk.recordings") == 0


def test_the_recording_instant_cannot_be_set(editor: Callable[[], Connection]) -> None:
    with editor() as connection:
        began = one(connection, "select now()")
        connection.execute(
            "select set_config('flurwerk.recording', pg_current_xact_id() || '|2020-01-01T00:00:00+01', true)"
        )
        connection.execute(
            """
            insert into flurwerk.operators (name, kind)
            select 'Netz', set_config('flurwerk.recording', pg_current_xact_id() || '|2020-01-01', true) || 'carrier'
            where false
            union all
            select 'Netz', 'carrier'
            """
        )
        assert one(connection, "select min(recorded_from) from flurwerk.operators") >= began


@every_role
@pytest.mark.parametrize(
    "statement",
    [
        "insert into flurwerk.releases (period, recorded_at, document) values ('2023-H2', now(), '{}')",
        "update flurwerk.releases set document = '{}'",
        "delete from flurwerk.releases",
        "truncate flurwerk.releases",
        "alter table flurwerk.releases disable trigger all",
        "drop table flurwerk.releases",
    ],
)
def test_no_login_can_change_releases(planted_url: str, role: Role, statement: str) -> None:
    with logged_in(planted_url, role.login) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement.encode())


def test_releases_are_for_insiders(planted_url: str) -> None:
    with logged_in(planted_url, Role.PUBLIC.login) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute("select hash from flurwerk.releases")
    for role in (Role.READER, Role.EDITOR, Role.ADMIN):
        with logged_in(planted_url, role.login) as connection:
            assert one(connection, "select count(document) from flurwerk.releases") == 2


@every_role
@pytest.mark.parametrize(("table", "rows"), [("report_duties", 0), ("report_documents", 1)])
def test_duties_and_drafts_are_read_by_insiders_and_written_by_no_login_of_the_service(
    planted_url: str, role: Role, table: str, rows: int
) -> None:
    named = sql.Identifier("flurwerk", table)
    with logged_in(planted_url, role.login) as connection:
        if role is not Role.PUBLIC:
            assert len(connection.execute(sql.SQL("select from {}").format(named)).fetchall()) == rows
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(sql.SQL("delete from {}").format(named))


def test_a_release_contains_no_personal_value(planted_url: str) -> None:
    with psycopg.connect(conninfo(planted_url)) as connection:
        first, second = chain.releases(connection)
    assert published(second).corrections
    assert PLANTED not in repr([first, second])
