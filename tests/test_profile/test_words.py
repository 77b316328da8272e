"""An agency that says “Vorgabe” for “Ziel”, or is a county, says so in every text: none has the other word left."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.profile.wording import WORDS, worded
from geo.text import Text
from maps.page_texts import LANGUAGES, catalogue
from tests.remains import REPOSITORY
from tests.test_profile.conftest import SECOND, command, python

OWN = """
[place.parts]
singular = { de = "Gemeinde", en = "Commune" }
plural = { de = "Gemeinden", en = "Communes" }

[terms]
"report.target" = { de = "Vorgabe", en = "Aim" }
"report.targets" = { de = "Vorgaben", en = "Aims" }
"report.actual" = { de = "Stand", en = "Result" }
"report.remark" = { de = "Notiz", en = "Note" }
"""
GERMAN = re.compile(
    r"\b(Ziele?n?|Ziels|Zielwerte?n?|Ist|Istwerte?n?|Bemerkung|Bemerkungen|Stadt|Stadtgebiet|Stadtbezirke?n?"
    r"|[Ss]tädtisch\w*|\w*[Bb]ezirk\w*)\b"
)
LAYER_KEY = r"(?<!\{)(?<!load )(?<!load districts )(?<![Ll]ayer )(?<!bei )"
"""What stands before districts where that is the key of the layer, or before {district}, a placeholder."""
ENGLISH = re.compile(rf"\b([Tt]argets?|[Aa]ctuals?|[Rr]emarks?|[Cc]ity|{LAYER_KEY}(?<!Cadastral )[Dd]istricts?)\b")
GOALS = "the goals of the profile, [goals]; targets are something else"
KEPT = {
    "layers.manual_indicators.fields.goals": GOALS,
    "messages.manual_indicators_goals_known": GOALS,
    "report.goals": GOALS,
    "report.goals_note": GOALS,
    "page.report.goals": GOALS,
    "page.doubt.title": "the verb: Ist es …?",
}
"""Texts that may have one of the words, and why."""
KEPT_IN_CODE = {
    "api/cli/demo.py": "the sample city, whatever the agency is",
    "api/cli/init.py": "what init asks: it may be a city",
    "geo/figures/kpis/checking.py": GOALS,
    "geo/profile/indicators.py": GOALS,
    "geo/profile/levels.py": "what parts of the lower level are called by default",
    "geo/profile/parts.py": "what parts are called by default",
    "geo/profile/whole.py": "what a city is called if it is one",
    "geo/profile/wording.py": "the words themselves",
    "geo/figures/report/redefining.py": GOALS,
    "maps/figures/report/words.py": GOALS,
}
TEXTS = """
import json
from datetime import date
from api.cli.profile_terms import all_texts
from geo.figures.checks import CHECKS
from geo.figures.kpis import INDICATORS
from geo.loading.reasons import of_loads, of_reforms
from geo.records.messages.special import SPECIAL
from geo.records.messages.untracked import UNTRACKED
from geo.text import Text
texts = dict(all_texts())
for one in INDICATORS:
    texts |= {f"indicators.{one.key}.label": one.label, f"indicators.{one.key}.rule": one.rule}
for one in CHECKS:
    texts |= {f"checks.{one.key}.label": one.label, f"checks.{one.key}.advice": one.advice}
for rule, text in {**SPECIAL, **UNTRACKED}.items():
    texts[f"messages.{rule}"] = text
for module in (of_loads, of_reforms):
    texts |= {f"loading.{name}": text for name, text in vars(module).items() if isinstance(text, Text)}
begin = date(2025, 7, 1)
told = {
    "kept": of_reforms.kept(begin, ["Au"]),
    "ends": of_reforms.ends(1, 2),
    "later": of_reforms.later_state(begin),
    "orphaned": of_reforms.orphaned(3),
    "same": of_reforms.same_borders(3),
    "waits": of_loads.waits_for_writer(1, "psql", "anna", "12:00"),
    "writes": of_loads.still_writing(None),
}
texts |= {f"loading.{name}": text for name, text in told.items()}
print(json.dumps({key: list(text) for key, text in texts.items()}))
"""


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str]]:
    """All texts, German and English, of a county with words of its own."""
    folder = tmp_path_factory.mktemp("words")
    profile = "levels = []\n" + SECOND.replace("\n[publisher]", 'kind = "county"\n\n[publisher]')
    (folder / "profile.toml").write_text(profile + OWN, encoding="utf-8")
    done = python("-c", TEXTS, profile=folder)
    assert done.returncode == 0, done.stderr
    return {key: (de, en) for key, (de, en) in json.loads(done.stdout).items()}


def has_one(de: str, en: str) -> bool:
    """Whether a text has one of the words that the agency replaces."""
    return bool(GERMAN.search(de) or ENGLISH.search(en))


def test_no_text_has_a_word_that_the_agency_replaces(texts: dict[str, tuple[str, str]]) -> None:
    assert len(texts) > 1500
    assert {key for key, text in texts.items() if has_one(*text)} == set(KEPT)
    assert not any("{own:" in language for text in texts.values() for language in text)


def test_the_words_stand_where_they_belong(texts: dict[str, tuple[str, str]]) -> None:
    """In table heads, within sentences, in names of layers; in English small within a sentence."""
    assert texts["page.indicators.reached"] == ("Vorgabe erreicht: {share}", "Aim reached: {share}")
    assert texts["page.indicators.missed"][1] == "{share} of the aim"
    assert texts["page.report.editing_hint"][1].startswith("Aims, note and reported figures")
    assert texts["layers.targets.title"] == ("Vorgaben", "Aims")
    assert texts["layers.remarks.title"] == ("Notiz", "Note")
    assert texts["report.chart_targets"] == ("Vorgabe und Stand {in_period}", "Aim and result {in_period}")
    assert texts["report.map_of"] == ("Karte des Landkreises mit den Gemeinden.", "Map of the county and its communes.")
    assert texts["map.whole_city"] == ("Ganzer Landkreis", "Whole county")
    assert texts["page.records.outside"] == ("außerhalb des Landkreises", "outside the county")
    assert texts["page.fibre.none"][0] == "Im Landkreis ist noch keine verlegt."
    assert "im Kreisgebiet" in texts["indicators.trench_laid_km.rule"][0]


def test_code_writes_the_words_only_as_places_for_them() -> None:
    """This holds for texts that no catalogue lists: reasons of refused rows, messages, findings."""
    found = {path for path, text in written() if has_one(text, text) and not text.startswith("Ist ")}
    assert found == set(KEPT_IN_CODE)


def test_by_default_the_words_are_flurwerks(capsys: pytest.CaptureFixture[str]) -> None:
    """The catalogue of the page is the file with them in their places."""
    assert worded(Text("{own:Target}, {own:Remarks} {own:in_whole}", "{own:Target}, {own:remarks} {own:in_whole}")) == (
        "Ziel, Bemerkungen in der Stadt",
        "Target, remarks in the city",
    )
    for language in LANGUAGES:
        file = Path(f"maps/web/messages/{language}.json").read_text("utf-8")
        texts = {key: worded(Text(text, text)).in_language(language) for key, text in json.loads(file).items()}
        assert json.loads(catalogue(language)) == texts
    assert all(WORDS.values())


def test_a_kind_of_place_that_is_none_is_refused(tmp_path: Path) -> None:
    profile = SECOND.replace("\n[publisher]", 'kind = "village"\n\n[publisher]')
    (tmp_path / "profile.toml").write_text(profile, encoding="utf-8")
    done = command("profile", "check", profile=tmp_path)
    assert done.returncode == 1
    assert "place.kind: Input should be 'city', 'municipality', 'county' or 'region'" in done.stdout


def written() -> Iterator[tuple[str, str]]:
    """The strings in calls of Text, by their files, without the places for words."""
    for folder in ("geo", "maps", "api"):
        for path in sorted((REPOSITORY / folder).rglob("*.py")):
            tree = ast.parse(path.read_text("utf-8"))
            calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
            for call in calls:
                if not (isinstance(call.func, ast.Name) and call.func.id == "Text"):
                    continue
                for node in (inner for argument in call.args for inner in ast.walk(argument)):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        yield str(path.relative_to(REPOSITORY)), re.sub(r"\{own:\w+\}", "", node.value)
