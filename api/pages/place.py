"""What the pages' texts and scripts are told of the agency: its reference system, law and reported periods."""

from geo.figures.kpis.parts import levels
from geo.figures.kpis.reform_notes import plural
from geo.profile import profile
from geo.profile.reference_system import definition_of, name_of
from geo.rhythm import own_rhythm
from geo.store.database import SRID
from geo.text import Text
from geo.workdays import time_limit_law
from maps.page_design import logo_on_pages

REPORTED = {
    3: (Text("Quartale", "quarters"), Text("Quartale und Jahre", "Quarters and years")),
    6: (Text("Halbjahre", "half-years"), Text("Halbjahre und Jahre", "Half-years and years")),
    12: (Text("Jahre", "years"), Text("Jahre", "Years")),
}
"""What the periods of a rhythm are called."""


def place_facts(language: str) -> dict[str, str]:
    """Return the facts by the names that texts of maps/web/messages have for them.

    ``crs`` is the system's code and ``crs_name`` its name, ``crs_definition`` its definition for proj4js; ``city`` is
    the name of the city, county or region; ``time_limit`` the law on time limits, in parentheses behind a space, empty
    if it is not known. ``periods`` are those that the agency reports, and ``reports`` the same with the years, at the
    beginning of a sentence. ``logo``, ``logo_width``, ``logo_height``, ``logo_text`` describe the agency's logo
    (maps.page_design), empty without one.
    """
    periods, reports = (text.in_language(language) for text in REPORTED[own_rhythm().months])
    law = time_limit_law()
    if law and language == "en":
        law = law.replace("Abs. 3", "(3)", 1)
    return {
        "crs": f"EPSG:{SRID}",
        "crs_name": name_of(SRID),
        "crs_definition": definition_of(SRID),
        "time_limit": f" ({law})" if law else "",
        "place_name": profile().place.name,
        "periods": periods,
        "reports": reports,
    } | {f"logo_{name}".removesuffix("_path"): value for name, value in logo_on_pages().items()}


def levels_of_parts(language: str) -> list[dict[str, str]]:
    """Return the levels of the city's parts with what these are called, the upper one first."""
    return [{"key": level, "label": plural(level).in_language(language)} for level in levels()]
