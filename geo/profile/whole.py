"""What the whole is called that the parts make up: the city, the municipality, the county, the region."""

from typing import Literal, NamedTuple

from geo.text import Text

WholeKind = Literal["city", "municipality", "county", "region"]

OF_KREISE = ("NW", "SH")
"""The states in which a county is a Kreis; in the others it is a Landkreis."""


class Whole(NamedTuple):
    """The forms of the word that texts need."""

    whole: Text
    of_whole: Text
    """In the German genitive, with the article."""
    in_whole: Text
    area: Text
    """The area that it covers, after a German article in the neuter: im …"""
    named_area: Text
    """The same with the name, where there is a good form of it."""
    entire: Text
    goals: Text
    """Its goals, as the heading of a list."""
    own_land: Text
    """Land that belongs to it, in the German dative."""


def whole_of(kind: WholeKind, name: str, state: str) -> Whole:
    """Return what texts call the whole of this kind, with this name, in this state."""
    if kind == "city":
        return Whole(
            Text("Stadt", "city"),
            Text("der Stadt", "the city"),
            Text("in der Stadt", "in the city"),
            Text("Stadtgebiet", "city"),
            Text(f"Stadtgebiet {name}", f"the city of {name}"),
            Text("ganze Stadt", "whole city"),
            Text("städtische Ziele", "city goals"),
            Text("städtischen Flächen", "city land"),
        )
    if kind == "municipality":
        return Whole(
            Text("Gemeinde", "municipality"),
            Text("der Gemeinde", "the municipality"),
            Text("in der Gemeinde", "in the municipality"),
            Text("Gemeindegebiet", "municipality"),
            Text(f"Gemeindegebiet {name}", f"the municipality of {name}"),
            Text("ganze Gemeinde", "whole municipality"),
            Text("Ziele der Gemeinde", "goals of the municipality"),
            Text("gemeindlichen Flächen", "municipal land"),
        )
    if kind == "county":
        word, genitive = ("Kreis", "Kreises") if state in OF_KREISE else ("Landkreis", "Landkreises")
        return Whole(
            Text(word, "county"),
            Text(f"des {genitive}", "the county"),
            Text(f"im {word}", "in the county"),
            Text("Kreisgebiet", "county"),
            Text("Kreisgebiet", "the county"),
            Text(f"ganzer {word}", "whole county"),
            Text(f"Ziele des {genitive}", "goals of the county"),
            Text("kreiseigenen Flächen", "county land"),
        )
    return Whole(
        Text("Region", "region"),
        Text("der Region", "the region"),
        Text("in der Region", "in the region"),
        Text("Gebiet der Region", "region"),
        Text("Gebiet der Region", "the region"),
        Text("ganze Region", "whole region"),
        Text("Ziele der Region", "goals of the region"),
        Text("Flächen in eigener Hand", "land of its own"),
    )
