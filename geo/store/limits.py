"""How many connections the database server allows."""

from collections.abc import Sequence
from typing import NamedTuple

from geo.store.database import Connection

LIMITS = """
    select
        current_setting('max_connections')::int
            - current_setting('superuser_reserved_connections')::int
            - coalesce(current_setting('reserved_connections', true), '0')::int as number,
        null as login,
        'max_connections' as setting
    union all
    select datconnlimit, null, format('the connection limit of database %%I', datname)
    from pg_database
    where datname = current_database()
      and datconnlimit >= 0
    union all
    select rolconnlimit, rolname, format('the connection limit of role %%I', rolname)
    from pg_roles
    where rolname = any(%s)
      and rolconnlimit >= 0
    order by setting
"""


class Limit(NamedTuple):
    """How many connections a setting allows: to one login, or to all together (``login`` is None).

    Those that PostgreSQL reserves for others (``superuser_reserved_connections``, ``reserved_connections``) are
    subtracted.
    """

    number: int
    login: str | None
    setting: str


def read_limits(connection: Connection, logins: Sequence[str]) -> list[Limit]:
    """Return the limits of the server, of the database and of these logins, as far as they are set."""
    return [Limit(*row) for row in connection.execute(LIMITS, [list(logins)])]
