"""The word for the city's parts has the articles and endings of its gender, and stands in English texts in English."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from api.cli import main
from geo.figures.checks.parts import GAPS, OVERLAPPING, WANTED
from geo.loading.reasons import of_loads, of_reforms
from geo.profile.parts import PartTerms, part_of
from geo.records.layers import ALL_LAYERS
from geo.records.messages.special import SPECIAL

FORMS = {
    ("Stadtbezirk", "Stadtbezirke"): ("Bezirk", "Früherer Bezirk", "des Bezirks", "keinen übergeordneten Bezirk"),
    ("Gemeinde", "Gemeinden"): ("Gemeinde", "Frühere Gemeinde", "der Gemeinde", "keine übergeordnete Gemeinde"),
    ("Ortsteil", "Ortsteile"): ("Ortsteil", "Früherer Ortsteil", "des Ortsteils", "keinen übergeordneten Ortsteil"),
    ("Quartier", "Quartiere"): ("Quartier", "Früheres Quartier", "des Quartiers", "kein übergeordnetes Quartier"),
    ("Kreis", "Kreise"): ("Kreis", "Früherer Kreis", "des Kreises", "keinen übergeordneten Kreis"),
}


@pytest.mark.parametrize(("words", "forms"), FORMS.items(), ids=lambda value: value[0])
def test_a_word_has_the_endings_of_its_gender(words: tuple[str, str], forms: tuple[str, ...]) -> None:
    """The gender of usual words is known, and so is the short word for Stadtbezirk."""
    part = part_of(PartTerms.model_validate({"singular": words[0], "plural": words[1]}))
    former = part.former_district.de[:1].upper() + part.former_district.de[1:]
    assert (part.district.de, former, part.of_district.de, part.no_parent_district.de) == forms


def test_the_profile_says_the_gender_of_another_word() -> None:
    """Of a word that is not known it is taken to be masculine, unless the profile says otherwise."""
    kiez = {"singular": "Flecken", "plural": "Flecken"}
    assert part_of(PartTerms.model_validate(kiez)).this_district.de == "dieser Flecken"
    assert part_of(PartTerms.model_validate(kiez | {"gender": "n"})).missing_district.de == "das fehlende Flecken"
    with pytest.raises(ValueError, match="'m', 'f' or 'n'"):
        PartTerms.model_validate(kiez | {"gender": "x"})


def test_usual_german_words_alone_have_their_english_ones() -> None:
    """What the profile says in English stays; an unusual word stands in English texts as it is."""
    parts = PartTerms.model_validate({"singular": "Gemeinde", "plural": " Gemeinden "})
    assert (parts.singular.en, parts.plural.en, parts.plural.de) == ("Municipality", "Municipalities", "Gemeinden")
    own = PartTerms.model_validate({"singular": {"de": "Gemeinde", "en": "Commune"}, "plural": "Flecken"})
    assert (own.singular.en, own.plural.en) == ("Commune", "Flecken")


def test_the_model_case_keeps_its_texts() -> None:
    """Titles, labels, findings, refusals and what loads tell of its parts are those that they have been."""
    now, former = ALL_LAYERS["districts"], ALL_LAYERS["former_districts"]
    assert (now.title, now.singular) == (("Bezirke", "Districts"), ("Bezirk", "District"))
    assert (former.title, former.singular) == (
        ("Frühere Bezirke", "Former districts"),
        ("Früherer Bezirk", "Former district"),
    )
    assert now.description.de.endswith("und die statistischen Bezirke darin.")
    assert now.label("key").de == "Bezirksschlüssel"
    assert now.label("kind") == ("Art des Bezirks", "Kind of district")
    assert now.label("parent_key") == ("Übergeordneter Bezirk (Schlüssel)", "Parent district (key)")
    assert OVERLAPPING.advice.de.endswith("zählt, was dort liegt, nur im Bezirk mit dem kleineren Schlüssel.")
    assert GAPS.advice.de.startswith("Grenzen berichtigen oder den fehlenden Bezirk laden;")
    assert WANTED.label == ("Gewünschter Bezirk besteht nicht", "District wanted does not exist")
    assert (
        SPECIAL["districts_key_unique"].de
        == "Diesen „Bezirksschlüssel“ gibt es schon: jeder Bezirk braucht einen eigenen."
    )
    assert "der heutige Bezirk braucht den Tag, ab dem er so gilt" in SPECIAL["parts_in_force_once"].de
    assert of_reforms.orphaned(2).en.startswith("2 districts have no parent district any more")
    assert of_loads.still_writing(None).de == "Bezirke ändern sich nur, wenn sonst niemand schreibt."


def init(folder: Path, *options: str) -> dict[str, Any]:
    """The profile that `flurwerk init` writes."""
    asked = ["--name", "Luch", "--publisher", "Agentur Luch", *options]
    done = CliRunner().invoke(main, ["init", str(folder), *asked])
    assert done.exit_code == 0, done.output
    return tomllib.loads((folder / "profile.toml").read_text("utf-8"))


def test_init_writes_the_words_in_both_languages(tmp_path: Path) -> None:
    """A county's parts are municipalities without an option; statistical districts are left to cities."""
    county = init(tmp_path / "a", "--ags", "12099000", "--kind", "county")
    municipalities = {
        "singular": {"de": "Gemeinde", "en": "Municipality"}, "plural": {"de": "Gemeinden", "en": "Municipalities"},
    }  # fmt: skip
    assert county["place"]["parts"] == municipalities
    assert county["levels"] == []
    town = init(tmp_path / "b", "--ags", "12063999", "--parts", "Kiez", "Kieze", "--parts-en", "Hood", "Hoods")
    assert town["place"]["parts"] == {
        "singular": {"de": "Kiez", "en": "Hood"}, "plural": {"de": "Kieze", "en": "Hoods"},
    }  # fmt: skip
    assert "levels" not in town


def test_areas_and_products_of_a_new_profile_name_what_is_counted(tmp_path: Path) -> None:
    """Not what another agency calls its departments, in no line of the file."""
    init(tmp_path, "--ags", "12063999")
    written = (tmp_path / "profile.toml").read_text("utf-8")
    assert "„Flächen und Unternehmen“" in written
    assert not [word for word in ("Kundenservice", "Business Information", "Wissensmanagement") if word in written]
