"""What the upper parts of the city are called: Stadtbezirk, Ortsteil, Gemeinde … and their forms within sentences."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator

from geo.profile.section import OneLine, Section, Words
from geo.text import Text

Gender = Literal["m", "f", "n"]

ENGLISH = {
    "Bezirk": "District",
    "Bezirke": "Districts",
    "Gemeinde": "Municipality",
    "Gemeinden": "Municipalities",
    "Kommune": "Municipality",
    "Kommunen": "Municipalities",
    "Mitgliedsgemeinde": "Member municipality",
    "Mitgliedsgemeinden": "Member municipalities",
    "Ort": "Locality",
    "Orte": "Localities",
    "Ortsbezirk": "Local district",
    "Ortsbezirke": "Local districts",
    "Ortschaft": "Locality",
    "Ortschaften": "Localities",
    "Ortsteil": "Locality",
    "Ortsteile": "Localities",
    "Quartier": "Quarter",
    "Quartiere": "Quarters",
    "Stadtbezirk": "District",
    "Stadtbezirke": "Districts",
    "Stadtteil": "Quarter",
    "Stadtteile": "Quarters",
    "Stadtviertel": "Quarter",
}
"""The English words for parts of which a profile says the German ones alone; they can be set."""

FEMININE = ("gemeinde", "stadt", "schaft", "ung", "kommune", "region", "gruppe", "zone")
NEUTER = ("quartier", "viertel", "gebiet", "amt", "dorf", "revier", "land")
"""The endings by which the gender of a word is known; of any other it is taken to be masculine, as of Ortsteil."""


def _translated(given: Any) -> Any:
    if isinstance(given, str) and (known := ENGLISH.get(given.strip())):
        return Text(given.strip(), known)
    return given


PartWords = Annotated[Words, BeforeValidator(_translated)]
"""A text in two languages; of usual German words, these alone suffice."""


class PartTerms(Section):
    """What the upper parts of the city are called: Stadtbezirk, Ortsteil, Stadtteil, Gemeinde … With German words
    alone, the usual ones have their English ones, and others stand in English texts, too."""

    singular: PartWords = Text("Stadtbezirk", "District")
    """One of them, in the nominative."""

    plural: PartWords = Text("Stadtbezirke", "Districts")
    """All of them, in the nominative."""

    dative_plural: OneLine | None = None
    """All of them, in the German dative: nach … Without it, an n follows the plural, unless that ends with n or s."""

    gender: Gender | None = None
    """The gender of the German word: "m" (der), "f" (die) or "n" (das). Without it, that of the usual words: die
    Gemeinde, das Quartier, der Ortsteil; of any other, "m"."""

    @property
    def dative(self) -> str:
        """All of them, in the German dative."""
        plural = self.plural.de
        return self.dative_plural or (plural if plural.endswith(("n", "s")) else f"{plural}n")

    @property
    def one_en(self) -> str:
        """One of them within an English sentence."""
        return self.singular.en[:1].lower() + self.singular.en[1:]

    @property
    def all_en(self) -> str:
        """All of them within an English sentence."""
        return self.plural.en[:1].lower() + self.plural.en[1:]


class Part(NamedTuple):
    """The forms of the word that texts need. German ones have the articles and endings of its gender."""

    district: Text
    """The word where there is little room, such as Bezirk for Stadtbezirk."""
    districts: Text
    dative_districts: Text
    the_district: Text
    the_present_district: Text
    pronoun_of_district: Text
    in_district: Text
    of_district: Text
    of_a_district: Text
    a_district: Text
    """In the German accusative."""
    every_district: Text
    this_district: Text
    in_each_district: Text
    """Of several ones that are named before."""
    missing_district: Text
    """In the German accusative, with the article."""
    new_district: Text
    """In the German accusative, with the article."""
    wanted_district: Text
    former_district: Text
    a_former_district: Text
    parent_district: Text
    no_parent_district: Text
    """In the German accusative."""
    district_kind: Text
    district_key: Text


class _Endings(NamedTuple):
    """What follows a stem before a German noun in the singular."""

    definite: str
    """Of d…, in the nominative."""
    definite_accusative: str
    definite_genitive: str
    indefinite: str
    """Of ein…, in the nominative."""
    indefinite_accusative: str
    strong: str
    """Of an adjective without an article, and of dies… and jed…."""
    weak_accusative: str
    """Of an adjective behind den, die, das."""
    mixed_accusative: str
    """Of an adjective behind keinen, keine, kein."""


ENDINGS: Mapping[Gender, _Endings] = {
    "m": _Endings("er", "en", "es", "", "en", "er", "en", "en"),
    "f": _Endings("ie", "ie", "er", "e", "e", "e", "e", "e"),
    "n": _Endings("as", "as", "es", "", "", "es", "e", "es"),
}


def part_of(terms: PartTerms) -> Part:
    """Return what texts call a part with these words."""
    is_bezirk = terms.singular.de.lower().endswith("bezirk")
    word = "Bezirk" if is_bezirk else terms.singular.de
    words, dative = ("Bezirke", "Bezirken") if is_bezirk else (terms.plural.de, terms.dative)
    gender = terms.gender or _usual_gender(word)
    ending = ENDINGS[gender]
    genitive = word if gender == "f" else f"{word}{'es' if word.endswith(('s', 'ß', 'x', 'z')) else 's'}"
    of = f"d{ending.definite_genitive} {genitive}"
    one = terms.one_en
    return Part(
        district=Text(word, terms.singular.en),
        districts=Text(words, terms.plural.en),
        dative_districts=Text(dative, terms.plural.en),
        the_district=Text(f"d{ending.definite} {word}", f"the {one}"),
        the_present_district=Text(f"d{ending.definite} heutige {word}", f"the present {one}"),
        pronoun_of_district=Text({"m": "er", "f": "sie", "n": "es"}[gender], "it"),
        in_district=Text(f"{'in der' if gender == 'f' else 'im'} {word}", f"in the {one}"),
        of_district=Text(of, f"of the {one}"),
        of_a_district=Text(f"{'einer' if gender == 'f' else 'eines'} {genitive}", f"of one {one}"),
        a_district=Text(f"ein{ending.indefinite_accusative} {word}", f"one {one}"),
        every_district=Text(f"jed{ending.strong} {word}", f"every {one}"),
        this_district=Text(f"dies{ending.strong} {word}", f"this {one}"),
        in_each_district=Text(f"in {'jeder' if gender == 'f' else 'jedem'} davon", "in each of them"),
        missing_district=Text(
            f"d{ending.definite_accusative} fehlend{ending.weak_accusative} {word}", f"the missing {one}"
        ),
        new_district=Text(f"d{ending.definite_accusative} neu{ending.weak_accusative} {word}", f"the new {one}"),
        wanted_district=Text(f"gewünscht{ending.strong} {word}", f"{terms.singular.en} wanted"),
        former_district=Text(f"früher{ending.strong} {word}", f"Former {one}"),
        a_former_district=Text(f"ein{ending.indefinite} früher{ending.strong} {word}", f"one former {one}"),
        parent_district=Text(f"übergeordnet{ending.strong} {word}", f"Parent {one}"),
        no_parent_district=Text(
            f"kein{ending.indefinite_accusative} übergeordnet{ending.mixed_accusative} {word}", f"no parent {one}"
        ),
        district_kind=Text(f"Art {of}", f"Kind of {one}") if is_bezirk else Text("Ebene", "Level"),
        district_key=Text("Bezirksschlüssel" if is_bezirk else "Schlüssel", f"{terms.singular.en} key"),
    )


def _usual_gender(word: str) -> Gender:
    lower = word.lower()
    if lower.endswith(FEMININE):
        return "f"
    return "n" if lower.endswith(NEUTER) else "m"
