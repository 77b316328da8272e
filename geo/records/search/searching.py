"""Searches for records: literally first, then by similarity if there are too few hits."""

from collections.abc import Mapping

from geo.records.layers.layer import Audience
from geo.records.search import search_sql
from geo.records.search.searched import SEARCHED_LAYERS, Hit, SearchedLayer
from geo.store.database import AsyncConnection, Query

MOST_WORDS = 8
MOST_DIGITS = 18
"""The number of digits of which every number is a bigint."""
ENOUGH = 3
"""The number of literal hits from which similar words are not searched for."""
SET_THRESHOLD = "select set_config('pg_trgm.word_similarity_threshold', '0.45', true)"
"""The share of a word's trigrams that must match; it allows for two swapped letters in a word of seven."""


async def search(
    connection: AsyncConnection,
    text: str,
    audiences: Mapping[str, Audience],
    *,
    limit: int,
    only: SearchedLayer | None = None,
) -> list[Hit]:
    """Return the best hits for a text, in order. The connection must be in a transaction.

    ``audiences`` gives the audience as which the caller sees each layer; other layers are not searched. With ``only``,
    that one is, and a text of digits also finds the record with this id.
    """
    row = await (await connection.execute(search_sql.NORMAL, [text.replace("\0", " ")])).fetchone()
    words = row[0].split()[:MOST_WORDS] if row and row[0] else []
    if not words:
        return []
    digits = text.strip()
    is_id = only is not None and digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS
    named = await choices(connection, only, audiences, limit=1, record=int(digits)) if only and is_id else []
    found = await _hits(connection, search_sql.hits(words, audiences, limit, fuzzy=False, only=only))
    if len(named) + len(found) < min(ENOUGH, limit):
        await connection.execute(SET_THRESHOLD)
        found = await _hits(connection, search_sql.hits(words, audiences, limit, fuzzy=True, only=only))
    return [*named, *(hit for hit in found if hit not in named)][:limit]


async def choices(
    connection: AsyncConnection,
    searched: SearchedLayer,
    audiences: Mapping[str, Audience],
    *,
    limit: int,
    record: int | None = None,
) -> list[Hit]:
    """Return a layer's records that were entered last, newest first, or only the one with the id ``record``."""
    return await _hits(connection, search_sql.choices(searched, audiences, limit, record))


async def _hits(connection: AsyncConnection, query: Query) -> list[Hit]:
    cursor = await connection.execute(query.statement, query.parameters, prepare=False)
    return [
        Hit(SEARCHED_LAYERS[number], record, title, details, None if bounds[0] is None else tuple(bounds), records)
        for number, record, title, details, *bounds, records in await cursor.fetchall()
    ]
