"""Searches: exactly first, and for what looks alike where that finds too little."""

from collections.abc import Mapping, Sequence

from geo.records.layers.layer import Audience
from geo.records.search import search_sql
from geo.records.search.searched import SEARCHED, Hit
from geo.store.database import AsyncConnection

MOST_WORDS = 8
ENOUGH = 3
"""With so many hits nobody looks for what is written otherwise."""
ALIKE = "select set_config('pg_trgm.word_similarity_threshold', '0.45', true)"
"""How much of a word's triples of letters has to be found: two letters exchanged in a word of seven are."""


async def search(
    connection: AsyncConnection, asked: str, audiences: Mapping[str, Audience], *, limit: int
) -> list[Hit]:
    """The best hits for what was typed, in their order. The connection is in a transaction.

    ``audiences`` says of each layer that the caller sees as whom; of the others nothing is found.
    """
    row = await (await connection.execute(search_sql.NORMAL, [asked.replace("\0", " ")])).fetchone()
    words = row[0].split()[:MOST_WORDS] if row and row[0] else []
    if not words:
        return []
    found = await _hits(connection, words, audiences, limit, fuzzy=False)
    if len(found) >= min(ENOUGH, limit):
        return found
    await connection.execute(ALIKE)
    return await _hits(connection, words, audiences, limit, fuzzy=True)


async def _hits(
    connection: AsyncConnection, words: Sequence[str], audiences: Mapping[str, Audience], limit: int, *, fuzzy: bool
) -> list[Hit]:
    cursor = await connection.execute(*search_sql.hits(words, audiences, limit, fuzzy=fuzzy), prepare=False)
    return [
        Hit(SEARCHED[number], record, title, details, None if bounds[0] is None else tuple(bounds), records)
        for number, record, title, details, *bounds, records in await cursor.fetchall()
    ]
