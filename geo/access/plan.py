"""The SQL that an administrator of the database server runs once, so that the owner of Flurwerk's tables needs no more.

Roles belong to the whole server, and on PostgreSQL 15 whoever may create them is nearly a superuser (release notes of
PostgreSQL 16, “Privileges”). So the administrator creates roles, database and extensions, and the owner the rest.
"""

from importlib.resources import files
from typing import LiteralString

from psycopg import pq, sql
from psycopg.conninfo import conninfo_to_dict

from geo.access.roles import GROUPS, LOGINS
from geo.errors import ConfigurationError
from geo.settings import Settings
from geo.store.database import login_password
from geo.store.requirements import EXTENSIONS, SHARED, template_name
from geo.text import Text

RESERVED = ("public", "none")
"""Names that no role can have."""

ABOUT_PASSWORD = "If it exists, its password stays as it is."
ABOUT_NO_PASSWORD = (
    "It gets no password, since the URL has none: set one (\\\\password) unless the server knows it otherwise."
)


def plan(settings: Settings, *, may_restore: bool = True) -> str:
    """Return the script for psql. With ``may_restore``, the owner may also create databases, from a template.

    Raises ConfigurationError if no database is configured, or if its URL does not name the owner and a database.
    """
    owner, database, password = _named(settings)
    given, template = conninfo_to_dict(settings.database_url or ""), template_name(database)
    values: dict[str, sql.Composable] = {
        # As part of a comment, in which a name cannot end the line.
        "psql": _unquoted("".join(f"--{each}={given[each]} " for each in ("host", "port") if given.get(each))),
        "owner": sql.Identifier(owner),
        "owner_name": sql.Literal(owner),
        "database": sql.Identifier(database),
        "database_name": sql.Literal(database),
        "template": sql.Identifier(template),
        "template_name": sql.Literal(template),
        "about_password": sql.SQL(ABOUT_PASSWORD if password else ABOUT_NO_PASSWORD),
        "create_owner": _creation(owner, password),
        "group_names": sql.SQL(", ").join(map(sql.Literal, GROUPS)),
        "login_names": sql.SQL(", ").join(map(sql.Literal, LOGINS)),
        "passwords": _passwords(settings),
        "extensions": sql.SQL("").join(
            sql.SQL("create extension if not exists {} with schema public;\n").format(sql.Identifier(name))
            for name in EXTENSIONS
        ),
    }
    names = ("plan.sql", "plan_restoring.sql") if may_restore else ("plan.sql",)
    return "".join(_script(name).format(**values).as_string() for name in names)


def _named(settings: Settings) -> tuple[str, str, str]:
    """Return owner, database and the owner's password (or an empty text), as the URL has them."""
    given = conninfo_to_dict(settings.database_url or "")
    owner, database = str(given.get("user") or ""), str(given.get("dbname") or "")
    if not owner or not database:
        raise ConfigurationError(
            Text(
                "FLURWERK_DATABASE_URL fehlt oder nennt nicht Eigentümer und Datenbank.",
                "FLURWERK_DATABASE_URL is missing, or does not name the owner and the database.",
            ),
            Text(
                "Setzen Sie es auf die gewünschte Datenbank: postgresql://eigentuemer:kennwort@host:port/datenbank.",
                "Set it to the database that you want: postgresql://owner:password@host:port/database.",
            ),
        )
    if database in SHARED:
        raise ConfigurationError(
            Text(
                f"{database} ist eine Datenbank des Servers selbst.", f"{database} is a database of the server itself."
            ),
            Text("Nennen Sie in FLURWERK_DATABASE_URL eine andere.", "Name another one in FLURWERK_DATABASE_URL."),
        )
    # psql's \connect would take a name with these for a whole address.
    if not (owner + database).isprintable() or "=" in database or "://" in database or "$plan$" in owner + database:
        raise ConfigurationError(
            Text(
                "Die Namen in FLURWERK_DATABASE_URL haben Zeichen, mit denen psql nicht umgehen kann.",
                "The names in FLURWERK_DATABASE_URL have characters that psql cannot use.",
            )
        )
    if owner in (*RESERVED, *LOGINS, *GROUPS) or owner.startswith("pg_"):
        raise ConfigurationError(
            Text(f"{owner} kann die Datenbank nicht besitzen.", f"{owner} cannot own the database."),
            Text(
                "Nennen Sie in FLURWERK_DATABASE_URL eine andere Rolle.", "Name another role in FLURWERK_DATABASE_URL."
            ),
        )
    return owner, database, str(given.get("password") or "")


def _creation(owner: str, password: str) -> sql.Composable:
    """Return the expression that is the statement which creates the owner."""
    if not password:
        return sql.SQL("format('create role %I login', {})").format(sql.Literal(owner))
    return sql.SQL("format('create role %I login password %L', {}, {})").format(
        sql.Literal(owner), sql.Literal(_verifier(owner, password))
    )


def _passwords(settings: Settings) -> sql.Composable:
    derived = {login: login_password(settings, login) for login in LOGINS}
    if not any(derived.values()):
        return sql.SQL(
            "-- Without passwords, since there is no FLURWERK_SECRET and no password in the URL to derive them from:\n"
            "-- the server has to know the service by its account (peer) or its certificate.\n"
        )
    statements = [
        sql.SQL("alter role {} password {};\n").format(sql.Identifier(login), sql.Literal(_verifier(login, password)))
        for login, password in derived.items()
        if password
    ]
    return sql.SQL("").join(statements)


def _verifier(role: str, password: str) -> str:
    """Return the SCRAM verifier of a role's password, as the server stores it. Needs no connection."""
    unconnected = pq.PGconn.connect_start(b"host=/")
    try:
        return unconnected.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    finally:
        unconnected.finish()


def _script(name: str) -> sql.SQL:
    text: str = files("geo.access").joinpath(name).read_text("utf-8")
    return sql.SQL(text)  # pyright: ignore[reportArgumentType]


def _unquoted(text: str) -> sql.SQL:
    one_line: LiteralString = " ".join(text.split()) + " " if text else ""  # pyright: ignore[reportAssignmentType]
    return sql.SQL(one_line)
