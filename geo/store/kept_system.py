"""The reference system that a database was made with. It never changes: a profile with another one is refused."""

import re
from typing import LiteralString

from geo.errors import ConfigurationError
from geo.profile import profile
from geo.profile.reading import FILE
from geo.profile.reference_system import problem_of
from geo.store.database import SRID, Connection
from geo.text import Text, joined

TABLE = "flurwerk.place"
"""The table that keeps it, of one row, as a backup names it."""

WRITTEN = 25832
"""How migrations write the database's reference system, and that of databases from before migration 0041_place."""

NUMBER = re.compile(rf"\b{WRITTEN}\b")

KEPT: LiteralString = """
    select to_regclass('flurwerk.place') is not null, to_regclass('public.flurwerk_migrations') is not null
"""


class OtherReferenceSystem(ConfigurationError):
    """The profile names another reference system than that of a database or a backup."""


def kept_system(connection: Connection) -> int | None:
    """Return the EPSG code of the database's reference system; None for a database without a schema."""
    row = connection.execute(KEPT).fetchone()
    assert row is not None
    keeps, was_migrated = row
    if keeps:
        (kept,) = connection.execute("select srid from flurwerk.place").fetchone() or (None,)
        return kept
    if was_migrated and connection.execute("select name from public.flurwerk_migrations limit 1").fetchone():
        return WRITTEN
    return None


def refuse_other_system(kept: int | None, what: str = "database") -> None:
    """Raise OtherReferenceSystem unless it is the profile's. None, of a database without a schema, is not refused."""
    if kept is None or kept == SRID:
        return
    raise OtherReferenceSystem(
        Text(
            f"Das Koordinatensystem ({what}) ist EPSG:{kept}, aber {profile().folder / FILE} sagt "
            f'place.crs = "EPSG:{SRID}".',
            f'The {what} is in EPSG:{kept}, but {profile().folder / FILE} says place.crs = "EPSG:{SRID}".',
        ),
        Text(
            "Es wird einmal gewählt, wenn das Schema entsteht: Setzen Sie wieder place.crs = "
            f'"EPSG:{kept}". Für ein anderes heben Sie diese Datenbank auf (flurwerk db backup), '
            "setzen FLURWERK_DATABASE_URL auf eine neue und füllen diese: flurwerk migrate, dann "
            "flurwerk load.",
            f'It is chosen once, when the schema is made: set place.crs = "EPSG:{kept}" again. For another one, '
            "keep this "
            "database (flurwerk db backup), set FLURWERK_DATABASE_URL to a new one, and fill that: flurwerk "
            "migrate, then "
            "flurwerk load.",
        ),
    )


def refuse_unsuitable_system() -> None:
    """Raise ConfigurationError if the profile's system is none in which places can be stored and measured."""
    if problem := problem_of(SRID):
        given = Text(f"; angegeben: 'EPSG:{SRID}'.", f"; given: 'EPSG:{SRID}'.")
        raise ConfigurationError(joined(f"{profile().folder / FILE}: place.crs: ", problem, given))


def in_system(text: str, srid: int) -> str:
    """Return a migration's text with this reference system in the place of the one that it is written with."""
    return NUMBER.sub(str(srid), text)
