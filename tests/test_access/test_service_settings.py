"""Settings that somebody has placed on the service's logins do not reach its sessions."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from geo.access import Role
from geo.access.roles import LOGINS
from geo.migrate import migrate
from geo.settings import load_settings
from geo.store.database import SERVICE_SETTINGS, SESSION_SETTINGS, Connection, conninfo, login_conninfo
from tests.hostile_settings import HOSTILE
from tests.records import one
from tests.test_api.helpers import api

PLACED = HOSTILE | {"role": "flurwerk_public_rights"}
"""Settings that would stop the service or change its answers."""

RELIED_ON = SESSION_SETTINGS | SERVICE_SETTINGS


@pytest.fixture
def owner(database_url: str) -> Iterator[Connection]:
    """A connection as the database's owner; afterwards the roles have no settings."""
    with psycopg.connect(conninfo(database_url)) as connection:
        yield connection
        connection.rollback()
        migrate(connection)


@pytest.mark.parametrize("is_for_one_database", [False, True])
def test_settings_placed_on_its_logins_do_not_reach_the_service(
    owner: Connection, database_url: str, is_for_one_database: bool
) -> None:
    assert {*RELIED_ON} <= {*PLACED}
    where = sql.SQL(" in database {}").format(sql.Identifier(owner.info.dbname))
    for login in LOGINS:
        for name, value in PLACED.items():
            owner.execute(
                sql.SQL("alter role {}{} set {} = {}").format(
                    sql.Identifier(login),
                    where if is_for_one_database else sql.SQL(""),
                    sql.Identifier(name),
                    sql.Literal(value),
                )
            )
    owner.commit()
    others = "-c statement_timeout=0 -c idle_session_timeout=0 -c idle_in_transaction_session_timeout=0"
    with psycopg.connect(make_conninfo(database_url, user=Role.PUBLIC.login, options=others)) as connection:
        assert one(connection, "show bytea_output") == "escape", "they do hold for others"
        assert one(connection, "select current_user::text") == PLACED["role"]
    settings = load_settings(database_url=database_url)
    for role in Role:
        with psycopg.connect(login_conninfo(settings, role.login)) as connection:
            for name, value in RELIED_ON.items():
                assert one(connection, "select current_setting(%s)", name).startswith(value.replace("\\", "")), name
            assert one(connection, "select current_user::text") == role.login
    with api(settings) as service:
        for path in ("/api/kpis", "/api/collections/plots/items", "/api/health/ready"):
            assert service.get(path).status_code == 200
