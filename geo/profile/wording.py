"""Texts in the agency's own words: what its profile says of them in place of Flurwerk's own."""

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches

from geo.profile import ProfileError, profile
from geo.profile.reading import FILE
from geo.text import Text

PARTS = profile().place.parts
"""What the upper parts of the city are called, for texts to be made of."""

PLACEHOLDER = re.compile(r"\{(\w+)[^{}]*\}")


def termed(key: str, text: Text) -> Text:
    """Return the profile's text of that key, or this one. Raises ProfileError if a placeholder differs."""
    override = profile().terms.get(key)
    if override is None:
        return text
    for language, given in override.items():
        wanted, found = (set(PLACEHOLDER.findall(each)) for each in (text.in_language(language), given))
        if wanted != found:
            named = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "none"
            raise _error(f"terms.{key}: the placeholders have to be those of the original ({named}); given: {given!r}.")
    return Text(override.get("de", text.de), override.get("en", text.en))


def termed_all(prefix: str, texts: Mapping[str, Text]) -> dict[str, Text]:
    """Return the texts in the agency's words; their keys follow the prefix. Raises ProfileError for unknown ones."""
    refuse_unknown(prefix, [f"{prefix}.{key}" for key in texts])
    return {key: termed(f"{prefix}.{key}", text) for key, text in texts.items()}


def refuse_unknown(prefix: str, known: Collection[str]) -> None:
    """Raise ProfileError if the profile has a text that begins with the prefix and is none of these."""
    for key in profile().terms:
        if key.split(".")[0] == prefix and key not in known:
            near = get_close_matches(key, known, 1)
            suggestion = f" Did you mean “{near[0]}”?" if near else ""
            raise _error(f"terms.{key}: there is no such text.{suggestion} flurwerk profile terms lists all.")


def _error(problem: str) -> ProfileError:
    return ProfileError(profile().folder / FILE, [problem])
