"""Begins watches of what the person may see."""

from geo.access import Caller
from geo.land.saved import NotKept, keeping, searches
from geo.land.watching import watches
from geo.land.watching.members import Broken, refuse_unusable, sight_of
from geo.land.watching.noting import begin, note
from geo.land.watching.watches import NothingToWatch, Target, Watch
from geo.store.database import AsyncConnection


async def add(connection: AsyncConnection, caller: Caller, target: Target) -> Watch:
    """Begin a watch and return it, or the one that there is of the same.

    Raises NothingToWatch for what the person does not see, UnusableArea, TooMany and UnusableName.
    """
    sight = sight_of(caller)
    if sight is None:
        raise NothingToWatch
    if target.area is not None:
        await refuse_unusable(connection, target.area, sight)
    if target.search is not None:
        try:
            await keeping.found(connection, searches.TABLE, target.search)
        except NotKept:
            raise NothingToWatch from None
    # Otherwise the new watch would be told what happened before it began.
    before = {one.id for one in (await note(connection, caller)).watches}
    watch = await watches.insert(connection, target)
    if watch.id not in before:
        try:
            found = await begin(connection, watch, caller)
        except Broken:
            raise NothingToWatch from None
        if watch.kind == "plot" and not found:
            raise NothingToWatch
    return watch
