"""Clusters by the key that people call them."""

from difflib import get_close_matches

from geo.records.features import BadParameter
from geo.store.database import AsyncConnection
from geo.text import key_text


async def cluster_named(connection: AsyncConnection, parameter: str, key: str) -> int:
    """Return the id of the cluster with this key. Raises BadParameter, with the nearest key, if there is none."""
    found = dict(await (await connection.execute("select key, id from clusters order by key")).fetchall())
    written = key_text(key)
    if written in found:
        return found[written]
    near = get_close_matches(written, list(found), 1) or [one for one in found if one.casefold() == written.casefold()]
    hint = f"Did you mean “{near[0]}”?" if near else "See /api/collections/clusters/items."
    raise BadParameter(parameter, f"There is no cluster “{key}”.", hint)
