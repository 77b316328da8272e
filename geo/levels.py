"""The levels of the city's parts in the database: which kinds a district may have follows from the profile."""

import re

import psycopg
from psycopg import sql

from geo.errors import ConfigurationError
from geo.profile import profile
from geo.profile.levels import UPPER
from geo.store.database import NOW, Connection
from geo.text import Text

TABLES = ("districts", "former_districts")


def known() -> list[str]:
    """Return the keys of the profile's levels, the upper one first."""
    return [UPPER, *(level.key for level in profile().levels)]


def are_current(connection: Connection) -> bool:
    """Return whether the database allows the kinds of the profile's levels, and no others."""
    return all(_allowed(connection, table) == known() for table in TABLES)


def renew(connection: Connection) -> None:
    """Let the database allow the kinds of the profile's levels, and no others.

    Raises ConfigurationError if it holds parts of a level that the profile lacks.
    """
    for table in TABLES:
        if _allowed(connection, table) == known():
            continue
        statement = sql.SQL(
            "alter table {table} drop constraint if exists {name}, add constraint {name} check (kind in ({kinds}))"
        ).format(
            table=sql.Identifier(NOW, table),
            name=sql.Identifier(_constraint(table)),
            kinds=sql.SQL(", ").join(map(sql.Literal, known())),
        )
        try:
            with connection.transaction():
                connection.execute(statement)
        except psycopg.errors.CheckViolation as error:
            raise ConfigurationError(
                Text(
                    "Die Datenbank hat Teile einer Ebene, die das Profil nicht nennt: "
                    f"{', '.join(unknown(connection))}.",
                    "The database has parts of a level that the profile does not name: "
                    f"{', '.join(unknown(connection))}.",
                ),
                Text(
                    "Ergänzen Sie die Ebene in [[levels]] des Profils, oder löschen Sie zuerst ihre Teile.",
                    "Add the level to [[levels]] of the profile, or delete its parts first.",
                ),
            ) from error


def unknown(connection: Connection) -> list[str]:
    """Return the kinds of parts in the database that are no levels of the profile."""
    found = connection.execute(
        """
        select distinct kind
        from (select kind from flurwerk.districts union all select kind from flurwerk.former_districts) as parts
        where kind <> all (%s)
        order by 1
        """,
        [known()],
    )
    return [kind for (kind,) in found]


def _allowed(connection: Connection, table: str) -> list[str] | None:
    """Return the kinds that a table's constraint allows; None without one, or without the table."""
    row = connection.execute(
        """
        select pg_get_constraintdef(oid)
        from pg_constraint
        where conrelid = to_regclass(%s)
          and conname = %s
        """,
        [f"{NOW}.{table}", _constraint(table)],
    ).fetchone()
    return re.findall(r"'(\w+)'", row[0]) if row else None


def _constraint(table: str) -> str:
    return f"{table}_kind_check"
