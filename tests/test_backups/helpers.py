"""Helpers to look at the databases of a server."""

import psycopg
from psycopg.conninfo import conninfo_to_dict

from geo.store.database import conninfo


def names(url: str) -> list[str]:
    """Return the names of the server's databases."""
    with psycopg.connect(conninfo(url)) as connection:
        return [name for (name,) in connection.execute("select datname::text from pg_database order by 1")]


def name_of(url: str) -> str:
    """Return the name of the database that a URL leads to."""
    return str(conninfo_to_dict(url)["dbname"])


def beside(url: str) -> list[str]:
    """Return the names of the databases that restores have made beside the one of this URL."""
    return [name for name in names(url) if name.startswith(f"{name_of(url)}_")]
