"""Roles that are not as they should be: `migrate` corrects them, and `check` names them."""

import logging
from collections.abc import Iterator

import psycopg
import pytest
from click.testing import CliRunner

from api.cli import main
from geo.access.inspection import faults
from geo.migrate import migrate
from geo.store.database import Connection, conninfo
from tests.records import insert, one
from tests.test_access.helpers import LogIn, is_open


@pytest.fixture
def owner(database_url: str) -> Iterator[Connection]:
    """A connection as the database's owner; the roles are put in order afterwards."""
    with psycopg.connect(conninfo(database_url)) as connection:
        yield connection
        connection.rollback()
        connection.execute("drop role if exists anna, team, bert")
        migrate(connection)


def test_an_installation_whose_people_share_the_services_logins_is_brought_over(
    owner: Connection, log_in: LogIn, caplog: pytest.LogCaptureFixture
) -> None:
    """They keep their rights, but not the login; what they may have placed on it is removed, and their sessions end."""
    owner.execute("create role anna login; grant flurwerk_editor to anna with admin option")
    owner.execute("create role team; grant flurwerk_reader to team; create role bert login; grant team to bert")
    owner.execute("revoke flurwerk_editor_rights from flurwerk_editor")
    owner.execute("grant select on flurwerk.parties to flurwerk_editor")
    owner.commit()
    anna, bert = log_in("anna"), log_in("bert")
    anna.execute("set role flurwerk_editor")
    anna.execute("alter role flurwerk_editor set statement_timeout = '1ms'")

    with caplog.at_level(logging.WARNING, "flurwerk"):
        migrate(owner)
    assert not is_open(anna)
    assert not is_open(bert)
    assert "Ended sessions of logins that had the rights of the service's own: 2" in caplog.text
    assert "statement_timeout=1ms" in caplog.text
    assert list(faults(owner)) == []
    held = owner.execute(
        "select roleid::regrole::text, member::regrole::text, admin_option from pg_auth_members"
        " where member::regrole::text in ('anna', 'team')"
    ).fetchall()
    assert sorted(held) == [("flurwerk_editor_rights", "anna", False), ("flurwerk_reader_rights", "team", False)]
    owner.commit()

    insert(log_in("anna"), "operators", name="Netz", kind="carrier")
    assert one(log_in("bert"), "select count(*) from flurwerk_for_internal.plots") == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        log_in("anna").execute("set role flurwerk_editor")


@pytest.mark.parametrize(
    ("change", "named", "remedy"),
    [
        ("grant flurwerk_editor to anna", "flurwerk_editor: anna is a member", 'revoke "flurwerk_editor" from "anna"'),
        ("grant flurwerk_reader_rights to anna with admin option", "anna: It can grant", "revoke admin option for"),
        ("grant flurwerk_admin_rights to flurwerk_public", "flurwerk_public: It is a member of", "from"),
        ("grant flurwerk_editor_rights to flurwerk_reader_rights", "flurwerk_reader_rights: It is a member", "revoke"),
        ("revoke flurwerk_public_rights from flurwerk_public", "flurwerk_public: It lacks", "grant"),
        ("alter role flurwerk_reader createdb", "flurwerk_reader: It has the attributes: createdb.", "nocreatedb;"),
        ("alter role flurwerk_editor_rights login", "flurwerk_editor_rights: It has the attributes: login.", "nologin"),
        ("alter role flurwerk_admin noinherit nologin", "It has the attributes: noinherit nologin.", "inherit login;"),
        ("alter role flurwerk_reader set work_mem = '64kB'", "flurwerk_reader: It has settings", "reset all;"),
        ("alter role flurwerk_tiles rename to away", "flurwerk_tiles: It is missing.", 'create role "flurwerk_tiles"'),
        ("grant execute on function lo_create(oid) to public", "public: Every role can store data", "lo_create(oid)"),
    ],
)
def test_check_names_what_is_wrong_and_migrate_corrects_it(
    owner: Connection, database_url: str, change: str, named: str, remedy: str
) -> None:
    def check(*arguments: str) -> tuple[str, str]:
        environment = {"FLURWERK_DATABASE_URL": database_url, "FLURWERK_LANGUAGE": "en"}
        result = CliRunner(env=environment).invoke(main, ["check", *arguments])
        assert result.exit_code == 0, result.output
        return result.stdout, result.stderr

    owner.execute("create role anna login; grant flurwerk_reader_rights to anna")
    owner.commit()
    assert check() == ("Nothing found.\n", "")
    owner.execute(change.encode())
    owner.commit()
    stdout, stderr = check()
    assert stdout == ""
    assert stderr.startswith("Database roles (")
    assert named in stderr
    assert remedy in stderr
    assert check("--format", "csv")[1] == stderr
    assert check("--period", "2023-H2")[1] == "", "it is not about figures"
    migrate(owner)
    assert check() == ("Nothing found.\n", "")
    owner.execute("drop role if exists away")
    owner.commit()
