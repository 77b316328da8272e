"""The programmes whose records an export takes."""

from collections.abc import Sequence

from geo.errors import FlurwerkError
from geo.store.database import Connection
from geo.text import Text

KNOWN = """
    select source_id, array_agg(id order by id)
    from programmes
    group by source_id
    order by source_id
"""


class UnknownProgramme(FlurwerkError):
    """There is no programme of that name."""


def programme_ids(connection: Connection, names: Sequence[str]) -> list[int] | None:
    """Return the ids of the programmes with these source_ids; None for no names, which means all records.

    Raises UnknownProgramme, naming those there are. Of programmes of several sources with one source_id, all count.
    """
    if not names:
        return None
    known: dict[str, list[int]] = dict(connection.execute(KNOWN).fetchall())
    for name in names:
        if name not in known:
            raise UnknownProgramme(
                Text(f"Ein Programm „{name}“ gibt es nicht.", f"There is no programme “{name}”."),
                Text(f"Es gibt {', '.join(known)}.", f"There are {', '.join(known)}.")
                if known
                else Text("Laden Sie sie zuerst.", "Load them first."),
            )
    return [record for name in names for record in known[name]]
