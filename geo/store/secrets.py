"""What of a connection string is secret, and the string without it."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from psycopg import pq
from psycopg.conninfo import make_conninfo

UNMARKED = (b"scram_client_key", b"scram_server_key")
"""Parameters that stand for a password, but are not marked as secret by libpq."""


def parameters(url: str) -> Iterator[pq.ConninfoOption]:
    """Yield the parameters that a connection string gives."""
    return (option for option in pq.Conninfo.parse(url.encode()) if option.val is not None)


def is_secret(option: pq.ConninfoOption) -> bool:
    """Return whether a parameter is a password or the like. libpq marks with an asterisk what a dialog hides."""
    return option.dispchar == b"*" or option.keyword in UNMARKED


def without_secrets(url: str) -> str:
    """Return the connection string without secrets, as a URL if it was one."""
    given = list(parameters(url))
    hidden = {option.keyword.decode() for option in given if is_secret(option)}
    if not hidden:
        return url
    if "://" not in url:
        shown = {option.keyword.decode(): (option.val or b"").decode() for option in given if not is_secret(option)}
        return make_conninfo(**shown)
    scheme, _, rest = url.partition("://")
    # As libpq splits it, for which a password may have characters that end it elsewhere.
    if account := re.match("[^@/]*@", rest):
        rest = account[0][:-1].partition(":")[0] + rest[account.end() - 1 :]
    place, mark, query = rest.partition("?")
    kept = [each for each in query.split("&") if unquote(each.partition("=")[0]) not in hidden]
    return f"{scheme}://{place}{mark if query and kept else ''}{'&'.join(kept)}"
