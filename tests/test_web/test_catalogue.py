"""The texts of the page: in both languages, all of them used, none of them in a module."""

import json
import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[2] / "maps" / "web"
MODULES = sorted(WEB.joinpath("js").rglob("*.js"))
CALL = re.compile(r"\bt\(\s*(?:\"([^\"]+)\"|`([^`]+)`|([^)]*))")
KEY = re.compile(r"\"([a-z][a-z0-9_]*(?:\.[a-z0-9_A-Z]+)*)\"")
GERMAN = re.compile(r"[äöüÄÖÜß„“]")


def catalogue(language: str) -> dict[str, str]:
    """The texts of a language by their keys."""
    return json.loads(WEB.joinpath("messages", f"{language}.json").read_text("utf-8"))


def asked_for() -> tuple[set[str], set[re.Pattern[str]]]:
    """The keys that the modules name, and the patterns of those that they put together."""
    keys: set[str] = set()
    patterns: set[re.Pattern[str]] = set()
    for module in MODULES:
        text = module.read_text("utf-8")
        for plain, built, other in CALL.findall(text):
            if plain:
                keys.add(plain)
            elif built:
                parts = re.split(r"\$\{[^}]*\}", built)
                patterns.add(re.compile("[a-zA-Z0-9_:.-]+".join(map(re.escape, parts))))
            else:
                # A choice between keys: t(isOpen ? "a" : "b").
                keys |= set(KEY.findall(other))
    return keys, patterns


def test_both_languages_have_the_same_keys_with_the_same_places() -> None:
    german, english = catalogue("de"), catalogue("en")
    assert set(german) == set(english)
    for key, text in german.items():
        assert text.strip() == text != "", key
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[key])), key


def test_every_key_that_a_module_names_has_a_text() -> None:
    keys, patterns = asked_for()
    known = catalogue("de")
    assert len(keys) > 30
    assert keys - set(known) == set()
    for pattern in patterns:
        assert any(pattern.fullmatch(key) for key in known), pattern.pattern


def test_every_text_is_used() -> None:
    keys, patterns = asked_for()
    unused = {
        key
        for key in catalogue("de")
        if (plain := key.removesuffix(".one")) not in keys and not any(one.fullmatch(plain) for one in patterns)
    }
    assert unused == set()


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_no_module_holds_a_text_of_its_own(module: Path) -> None:
    """German letters give away what was written in place of a key; modules stay short enough to read."""
    lines = module.read_text("utf-8").splitlines()
    assert len(lines) < 300
    assert [line for line in lines if GERMAN.search(re.sub(r"//.*|^\s*\*.*|/\*.*\*/|“.*”", "", line))] == []
