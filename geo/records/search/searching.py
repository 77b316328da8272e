"""Searches for records: literally first, then by similarity if there are too few hits."""

from collections.abc import Mapping, Sequence

from geo.records.layers.layer import Audience
from geo.records.search import search_sql
from geo.records.search.searched import SEARCHED_LAYERS, Hit
from geo.store.database import AsyncConnection

MOST_WORDS = 8
ENOUGH = 3
"""The number of literal hits from which similar words are not searched for."""
SET_THRESHOLD = "select set_config('pg_trgm.word_similarity_threshold', '0.45', true)"
"""The share of a word's trigrams that must match; it allows for two swapped letters in a word of seven."""


async def search(connection: AsyncConnection, text: str, audiences: Mapping[str, Audience], *, limit: int) -> list[Hit]:
    """Return the best hits for a text, in order. The connection must be in a transaction.

    ``audiences`` gives the audience as which the caller sees each layer; other layers are not searched.
    """
    row = await (await connection.execute(search_sql.NORMAL, [text.replace("\0", " ")])).fetchone()
    words = row[0].split()[:MOST_WORDS] if row and row[0] else []
    if not words:
        return []
    found = await _hits(connection, words, audiences, limit, fuzzy=False)
    if len(found) >= min(ENOUGH, limit):
        return found
    await connection.execute(SET_THRESHOLD)
    return await _hits(connection, words, audiences, limit, fuzzy=True)


async def _hits(
    connection: AsyncConnection, words: Sequence[str], audiences: Mapping[str, Audience], limit: int, *, fuzzy: bool
) -> list[Hit]:
    cursor = await connection.execute(*search_sql.hits(words, audiences, limit, fuzzy=fuzzy), prepare=False)
    return [
        Hit(SEARCHED_LAYERS[number], record, title, details, None if bounds[0] is None else tuple(bounds), records)
        for number, record, title, details, *bounds, records in await cursor.fetchall()
    ]
