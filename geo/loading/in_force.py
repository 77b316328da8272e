"""Parts of the city that would be in force twice are refused where a load can say which they are, not at its commit."""

from typing import LiteralString

from geo.loading.waiting import DISTRICTS
from geo.store.database import Connection

FORMER = "former_districts"
"""The layer of the parts that were in force before the present ones."""

RULES: LiteralString = "flurwerk.districts_in_force_once, flurwerk.former_districts_in_force_once"


def refuse_in_force_twice(connection: Connection, layer: str) -> None:
    """Have the database check what a load has written to the layer of parts; for other layers do nothing."""
    if layer in (DISTRICTS, FORMER):
        connection.execute(f"set constraints {RULES} immediate")
        connection.execute(f"set constraints {RULES} deferred")
