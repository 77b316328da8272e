"""Records that stay in the database while their layer is switched off in the agency's profile."""

from psycopg import sql

from geo.profile import profile
from geo.store.database import NOW, Connection
from geo.text import Text


def records_at_rest(connection: Connection) -> dict[str, int]:
    """Return the number of records of each layer that is switched off and has any. They count nowhere."""
    found: dict[str, int] = {}
    for layer in sorted(profile().modules.off):
        table = sql.Identifier(NOW, layer)
        row = connection.execute(sql.SQL("select count(*) from {}").format(table)).fetchone()
        if row and row[0]:
            found[layer] = row[0]
    return found


def sentence(found: dict[str, int]) -> Text:
    """Return what to tell of them."""
    modules = profile().modules
    named = ", ".join(f"{layer} ({number}, {modules.keys_of(layer)})" for layer, number in found.items())
    return Text(
        f"Datensätze von Layern, die das Profil abschaltet, bleiben in der Datenbank und zählen nirgends: {named}.",
        f"Records of layers that the agency's profile switches off stay in the database and count nowhere: {named}.",
    )
