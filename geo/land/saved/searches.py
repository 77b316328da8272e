"""Saved searches: filters of plots under a name."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb

from geo.errors import BilingualError
from geo.land import plot_filters
from geo.land.plot_filters import Fault
from geo.land.saved import keeping
from geo.land.saved.keeping import Change, Kept
from geo.store.database import AsyncConnection
from geo.text import Text

TABLE: keeping.Table = "saved_searches"


class UnusableSearch(BilingualError):
    """A filter of a search that is to be saved cannot be read."""

    def __init__(self, fault: Fault | None) -> None:
        reason = fault.reason if fault else Text("Es ist kein Filter gesetzt.", "No filter is set.")
        named = fault.property if fault else "filters"
        super().__init__(
            Text(f"{named}: {reason.de}", f"{named}: {reason.en}"),
            Text("Ändern Sie den Filter.", "Change the filter."),
        )


class Search(NamedTuple):
    """A saved search, its filters by property, and those that its reader cannot apply."""

    kept: Kept
    filters: Mapping[str, str]
    faults: tuple[Fault, ...]


async def searches(connection: AsyncConnection, properties: Collection[str]) -> list[Search]:
    """Return the searches that the person sees; ``properties`` are those of plots that they see."""
    kept = await keeping.listed(connection, TABLE)
    rows = await (await connection.execute("select id, filters from flurwerk_access.saved_searches")).fetchall()
    filters: dict[int, Any] = dict(rows)
    return [_search(one, filters[one.id], properties) for one in kept if one.id in filters]


async def search(connection: AsyncConnection, kept: int, properties: Collection[str]) -> Search:
    """Return one search. Raises NotKept."""
    one = await keeping.found(connection, TABLE, kept)
    row = await (
        await connection.execute("select filters from flurwerk_access.saved_searches where id = %s", [kept])
    ).fetchone()
    if row is None:
        raise keeping.NotKept
    return _search(one, row[0], properties)


async def save(
    connection: AsyncConnection, name: str, filters: Mapping[str, str], properties: Collection[str], *, is_shared: bool
) -> int:
    """Save a search and return its id. Raises UnusableSearch, UnusableName, NameTaken, TooMany."""
    _refuse_faults(filters, properties)
    return await keeping.save(connection, TABLE, name, is_shared=is_shared, content=Jsonb(dict(filters)))


async def change(
    connection: AsyncConnection,
    kept: int,
    versions: frozenset[str],
    properties: Collection[str],
    *,
    name: str | None = None,
    is_shared: bool | None = None,
    filters: Mapping[str, str] | None = None,
) -> None:
    """Rename, share or overwrite a search. Raises UnusableSearch, and what `keeping.change` raises."""
    if filters is not None:
        _refuse_faults(filters, properties)
    content = None if filters is None else Jsonb(dict(filters))
    await keeping.change(connection, TABLE, kept, versions, Change(name, is_shared, content))


def _search(kept: Kept, filters: Mapping[str, str], properties: Collection[str]) -> Search:
    return Search(kept, filters, tuple(plot_filters.faults(filters, properties)))


def _refuse_faults(filters: Mapping[str, str], properties: Collection[str]) -> None:
    found = plot_filters.faults(filters, properties)
    if found or not filters:
        raise UnusableSearch(found[0] if found else None)
