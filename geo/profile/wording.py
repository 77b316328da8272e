"""Texts in the agency's own words: what its profile says of them in place of Flurwerk's own.

Words that many texts contain stand in these as ``{own:target}``, and as ``{own:Target}`` where a sentence or a label
begins with them.
"""

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches

from geo.profile import ProfileError, profile
from geo.profile.parts import part_of
from geo.profile.reading import FILE
from geo.profile.whole import whole_of
from geo.text import Text

PARTS = profile().place.parts
"""What the upper parts of the city are called, for texts to be made of."""

PART = part_of(PARTS)
"""The same with what it needs within German sentences."""

WHOLE = whole_of(profile().place.kind, profile().place.name, profile().place.state)
"""What the city is called, for texts to be made of."""

PLACEHOLDER = re.compile(r"\{(\w+)[^{}]*\}")
OWN_WORD = re.compile(r"\{own:(\w+)\}")


def termed(key: str, text: Text) -> Text:
    """Return the profile's text of that key, or this one. Raises ProfileError if a placeholder differs."""
    text = worded(text)
    override = profile().terms.get(key)
    if override is None:
        return text
    for language, given in override.items():
        wanted, found = (set(PLACEHOLDER.findall(each)) for each in (text.in_language(language), given))
        if wanted != found:
            named = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "none"
            raise _error(
                Text(
                    f"terms.{key}: Die Platzhalter müssen die des Originals sein ({named}); angegeben: {given!r}.",
                    f"terms.{key}: the placeholders have to be those of the original ({named}); given: {given!r}.",
                )
            )
    return Text(override.get("de", text.de), override.get("en", text.en))


def termed_all(prefix: str, texts: Mapping[str, Text]) -> dict[str, Text]:
    """Return the texts in the agency's words; their keys follow the prefix. Raises ProfileError for unknown ones."""
    refuse_unknown(prefix, [f"{prefix}.{key}" for key in texts])
    return {key: termed(f"{prefix}.{key}", text) for key, text in texts.items()}


def worded(text: Text) -> Text:
    """Return the text with the agency's words in the places of ``{own:…}``."""
    return Text(_worded(text.de, "de"), _worded(text.en, "en"))


def refuse_unknown(prefix: str, known: Collection[str]) -> None:
    """Raise ProfileError if the profile has a text that begins with the prefix and is none of these."""
    for key in profile().terms:
        if key.split(".")[0] == prefix and key not in known:
            near = get_close_matches(key, known, 1)
            suggestion = Text(f" Meinten Sie „{near[0]}“?", f" Did you mean “{near[0]}”?") if near else Text("", "")
            raise _error(
                Text(
                    f"terms.{key}: Diesen Text gibt es nicht.{suggestion.de} flurwerk profile terms nennt alle.",
                    f"terms.{key}: there is no such text.{suggestion.en} flurwerk profile terms lists all.",
                )
            )


def _worded(text: str, language: str) -> str:
    return OWN_WORD.sub(lambda found: _as_written(found[1], language), text)


def _as_written(name: str, language: str) -> str:
    word = WORDS[name.lower()].in_language(language)
    if name[0].isupper():
        return word[:1].upper() + word[1:]
    # German nouns begin with a capital letter everywhere, and so do English abbreviations.
    return word if language == "de" or word[1:2].isupper() else word[:1].lower() + word[1:]


def _error(problem: Text) -> ProfileError:
    return ProfileError(profile().folder / FILE, [problem])


def _with_plural(key: str, one: Text, many: Text) -> tuple[Text, Text]:
    """Return a word of the report and its plural; where the agency has only the one, that stands for both."""
    own = profile().terms.get(f"report.{key}", {})
    return termed(f"report.{key}", one), termed(f"report.{key}s", Text(own.get("de", many.de), own.get("en", many.en)))


WORDS: dict[str, Text] = {
    **WHOLE._asdict(),
    **PART._asdict(),
    "part": PARTS.singular,
    "parts": PARTS.plural,
    "dative_parts": Text(PARTS.dative, PARTS.plural.en),
}
"""The words by their names: those of the place, those of the report."""

WORDS["target"], WORDS["targets"] = _with_plural("target", Text("Ziel", "Target"), Text("Zielwerte", "Targets"))
WORDS["remark"], WORDS["remarks"] = _with_plural("remark", Text("Bemerkung", "Remark"), Text("Bemerkungen", "Remarks"))
WORDS["actual"] = termed("report.actual", Text("Ist", "Actual"))
