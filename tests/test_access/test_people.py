"""People's database logins: what they cannot do to the service, their names in history, the end of their sessions."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo

from geo.access import Role, people
from geo.access.logins import LoginError
from geo.access.people import add, remove
from geo.settings import load_settings
from geo.store.database import Connection, conninfo
from tests.records import insert, one
from tests.test_access.helpers import PEOPLE, LogIn, is_open
from tests.test_api.helpers import api


@pytest.fixture
def owner(database_url: str) -> Iterator[Connection]:
    """A connection as the database's owner; people who are left are removed afterwards."""
    with psycopg.connect(conninfo(database_url)) as connection:
        yield connection
        connection.rollback()
        for name in PEOPLE:
            with suppress(LoginError):
                remove(connection, name)


def become(connection: Connection, group: str) -> None:
    """Set the role, as PostgreSQL 15 lets a member do; 16 refuses it."""
    with suppress(errors.InsufficientPrivilege):
        connection.execute(f"set role {group}".encode())


@pytest.mark.parametrize("role", people.ROLES)
@pytest.mark.parametrize(
    "statement",
    [
        "set role flurwerk_{role}",
        "set session authorization flurwerk_{role}",
        "alter role flurwerk_{role} password 'mine'",
        "alter role flurwerk_{role} set statement_timeout = '1ms'",
        "alter role flurwerk_{role} in database {database} set statement_timeout = '1ms'",
        "grant flurwerk_{role}_rights to flurwerk_public",
        "grant flurwerk_{role} to anna",
        "create role mine",
        "select lo_create(0)",
        "select lo_creat(-1)",
        "select lo_from_bytea(0, 'mine')",
        "select hash from flurwerk_access.tokens",
        "delete from flurwerk_history.operators",
    ],
)
def test_a_persons_login_cannot_change_the_service_or_store_data_beside_the_tables(
    owner: Connection, log_in: LogIn, role: Role, statement: str
) -> None:
    add(owner, "anna", role, None)
    anna = log_in("anna")
    for group in ("none", role.group):
        become(anna, group)
        with pytest.raises(errors.InsufficientPrivilege):
            anna.execute(statement.format(role=role, database=anna.info.dbname).encode())


@pytest.mark.parametrize("role", people.ROLES)
def test_what_a_person_does_to_the_group_does_not_reach_the_service(
    owner: Connection, log_in: LogIn, database_url: str, role: Role
) -> None:
    """Until PostgreSQL 15 a member may become its group, and any role may change its own password and settings."""
    add(owner, "anna", role, None)
    anna = log_in("anna")
    become(anna, role.group)
    for statement in (
        f"alter role {role.group} set statement_timeout = '1ms'",
        f"alter role {role.group} password 'mine'",
        f"drop owned by {role.group}",
    ):
        with suppress(errors.InsufficientPrivilege):
            anna.execute(statement.encode())
    assert not one(owner, "select rolcanlogin from pg_roles where rolname = %s", role.group)
    owner.rollback()
    with api(load_settings(database_url=database_url)) as service:
        assert service.get("/api/kpis").status_code == 200
    with psycopg.connect(conninfo(make_conninfo(database_url, user=role.login))) as connection:
        assert one(connection, "show statement_timeout") == "0"
        assert one(connection, "select count(*) from flurwerk_for_internal.plots") == 0
        assert one(connection, "select has_table_privilege('flurwerk.operators', 'delete')") == (role is Role.EDITOR)


def test_a_persons_login_edits_under_its_own_name_only(owner: Connection, log_in: LogIn) -> None:
    add(owner, "anna", Role.EDITOR, None)
    anna = log_in("anna")
    for other in ("bert", "flurwerk", "flurwerk_editor"):
        anna.execute("select set_config('flurwerk.actor', %s, false)", [other])
        insert(anna, "operators", name="Netz", kind="carrier")
    become(anna, Role.EDITOR.group)
    anna.execute("update flurwerk.operators set note = 'geprüft'")
    assert anna.execute("select distinct recorded_by from flurwerk.operators").fetchall() == [("anna",)]
    assert anna.execute("select distinct ended_by from flurwerk_history.operators").fetchall() == [("anna",)]


def test_a_removed_login_reads_nothing_in_sessions_that_are_open(
    owner: Connection, log_in: LogIn, shared_url: str
) -> None:
    """Not even in one that had become the group, nor in another database of the server."""
    add(owner, "anna", Role.EDITOR, None)
    anna, elsewhere = log_in("anna"), log_in("anna", shared_url)
    become(anna, Role.EDITOR.group)
    assert one(anna, "select count(email) from flurwerk.parties") == 0
    assert remove(owner, "anna") == 2
    for session in (anna, elsewhere):
        with pytest.raises(psycopg.OperationalError):
            session.execute("select email from flurwerk.parties")
    assert one(owner, "select count(*) from pg_roles where rolname = 'anna'") == 0


def test_a_downgraded_login_reads_no_more_in_sessions_that_are_open(owner: Connection, log_in: LogIn) -> None:
    add(owner, "anna", Role.EDITOR, None)
    add(owner, "bert", Role.EDITOR, None)
    anna, bert = log_in("anna"), log_in("bert")
    become(anna, Role.EDITOR.group)
    assert add(owner, "anna", Role.READER, None) == 1
    with pytest.raises(psycopg.OperationalError):
        anna.execute("select email from flurwerk.parties")
    assert is_open(bert), "sessions of others go on"
    again = log_in("anna")
    assert one(again, "select count(*) from flurwerk_for_internal.plots") == 0
    with pytest.raises(errors.InsufficientPrivilege):
        again.execute("select email from flurwerk.parties")


def test_sessions_of_a_login_that_is_given_a_higher_role_go_on(owner: Connection, log_in: LogIn) -> None:
    add(owner, "anna", Role.READER, None)
    anna = log_in("anna")
    assert add(owner, "anna", Role.EDITOR, None) is None
    assert one(anna, "select count(email) from flurwerk.parties") == 0


def test_a_new_password_ends_the_sessions_begun_with_the_old_one(owner: Connection, log_in: LogIn) -> None:
    """Giving the same role again also completes a change that was interrupted before the sessions were ended."""
    add(owner, "anna", Role.READER, None)
    anna = log_in("anna")
    assert add(owner, "anna", Role.READER, people.make_password()) == 1
    assert not is_open(anna)


@contextmanager
def modest(owner: Connection) -> Iterator[None]:
    """Within the context the owner is no superuser, but may create roles and grant the groups."""
    owner.execute("create role modest createrole")
    # What PostgreSQL 16 gives to the one who creates the groups.
    for role in people.ROLES:
        owner.execute(f"grant {role.group} to modest with admin option".encode())
    owner.execute("set role modest")
    owner.commit()
    try:
        yield
    finally:
        owner.rollback()
        owner.execute("reset role")
        owner.execute("drop role modest")
        owner.commit()


def test_an_owner_who_is_no_superuser_ends_the_sessions_of_people_too(owner: Connection, log_in: LogIn) -> None:
    with modest(owner):
        add(owner, "anna", Role.EDITOR, None)
        first = log_in("anna")
        assert add(owner, "anna", Role.READER, None) == 1
        second = log_in("anna")
        assert remove(owner, "anna") == 1
    assert not is_open(first)
    assert not is_open(second)


def test_a_login_whose_sessions_cannot_be_ended_has_lost_its_rights_and_can_be_removed_later(
    owner: Connection, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(owner, "anna", Role.EDITOR, None)
    anna = log_in("anna")
    with monkeypatch.context() as patched, modest(owner):
        # As in PostgreSQL 16, where createrole is not enough to join a role that somebody else has created.
        patched.setattr("geo.access.logins._join", lambda connection, roles: None)
        with pytest.raises(LoginError, match="pg_signal_backend"):
            remove(owner, "anna")
    with pytest.raises(errors.InsufficientPrivilege):
        anna.execute("select email from flurwerk.parties")
    assert not one(owner, "select rolcanlogin from pg_roles where rolname = 'anna'")
    assert remove(owner, "anna") == 1
    assert not is_open(anna)


def test_a_login_whose_removal_was_interrupted_can_be_given_a_role_again(owner: Connection, log_in: LogIn) -> None:
    add(owner, "anna", Role.EDITOR, None)
    owner.execute("revoke flurwerk_editor_rights from anna")
    owner.execute("alter role anna nologin")
    owner.execute(f"comment on role anna is '{people.BEING_REMOVED}'")
    add(owner, "anna", Role.READER, None)
    assert one(log_in("anna"), "select count(*) from flurwerk_for_internal.plots") == 0
    assert one(owner, "select shobj_description('anna'::regrole, 'pg_authid')") is None


def test_a_login_that_owns_objects_is_named_and_left_as_it_is(owner: Connection, log_in: LogIn) -> None:
    add(owner, "anna", Role.READER, None)
    owner.execute("create schema annas authorization anna")
    owner.commit()
    anna = log_in("anna")
    with pytest.raises(LoginError, match="owner of schema annas"):
        remove(owner, "anna")
    assert one(anna, "select count(*) from flurwerk_for_internal.plots") == 0
    owner.execute("drop schema annas")


def test_a_login_can_change_its_role_and_be_removed(owner: Connection) -> None:
    add(owner, "bert", Role.EDITOR, people.make_password())
    add(owner, "bert", Role.READER, None)
    assert one(owner, "select pg_has_role('bert', 'flurwerk_reader_rights', 'usage')")
    assert not one(owner, "select pg_has_role('bert', 'flurwerk_editor_rights', 'usage')")
    remove(owner, "bert")
    with pytest.raises(LoginError, match="no login “bert”"):
        remove(owner, "bert")


@pytest.mark.parametrize(
    "name", ["flurwerk", "flurwerk_admin", "flurwerk_x", "pg_monitor", "Anna", "an na", 'a"b', "", "1a", "a" * 64]
)
def test_a_name_that_cannot_be_a_persons_is_refused(connection: Connection, name: str) -> None:
    with pytest.raises(LoginError, match="cannot be a login"):
        add(connection, name, Role.READER, None)
    with pytest.raises(LoginError, match="cannot be a login"):
        remove(connection, name)


def test_a_login_of_another_application_is_left_alone(owner: Connection) -> None:
    owner.execute("create role gis login")
    owner.commit()
    for change in (lambda: add(owner, "gis", Role.READER, None), lambda: remove(owner, "gis")):
        with pytest.raises(LoginError, match="not for Flurwerk"):
            change()
    owner.execute("drop role gis")
    owner.commit()
