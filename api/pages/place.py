"""What the pages' texts and scripts are told of the place: its reference system, and the law of its state."""

from geo.profile.reference_system import definition_of, name_of
from geo.store.database import SRID
from geo.workdays import time_limit_law


def place_facts(language: str) -> dict[str, str]:
    """Return the facts by the names that texts of maps/web/messages have for them.

    ``crs`` is the system's code and ``crs_name`` its name, ``crs_definition`` its definition for proj4js;
    ``time_limit`` the law on time limits, in parentheses behind a space, empty if it is not known.
    """
    law = time_limit_law()
    if law and language == "en":
        law = law.replace("Abs. 3", "(3)", 1)
    return {
        "crs": f"EPSG:{SRID}",
        "crs_name": name_of(SRID),
        "crs_definition": definition_of(SRID),
        "time_limit": f" ({law})" if law else "",
    }
