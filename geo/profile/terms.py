"""The agency's own words: overrides of texts of the report, the maps, the page and the registry, by their keys."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator

from geo.profile.section import Wrong, one_line
from geo.text import Text

PREFIXES = ("layers", "codes", "report", "page", "map", "handout")
"""What keys begin with: the layers and their code lists; words of the report, of the page, of the overview map and of
exposés and shortlists."""

LANGUAGES = ("de", "en")

Override = Mapping[str, str]
"""A text by language; a language that is missing keeps its own."""


def _flat(given: Any, before: str = "") -> dict[str, Override]:
    """Return the overrides by their whole key, given tables within tables."""
    if not isinstance(given, dict):
        raise Wrong(
            Text('schreiben Sie einen Text, oder { de = "…", en = "…" }', 'write a text, or { de = "…", en = "…" }')
        )
    found: dict[str, Override] = {}
    for name, value in given.items():
        key = f"{before}{name}"
        if isinstance(value, str):
            _add(found, {key: dict.fromkeys(LANGUAGES, value)})
        elif isinstance(value, dict) and value and value.keys() <= {*LANGUAGES}:
            if not all(isinstance(text, str) for text in value.values()):
                raise Wrong(Text(f"{key}: nur Texte", f"{key}: texts only"))
            _add(found, {key: value})
        else:
            _add(found, _flat(value, f"{key}."))
    return found


def _add(found: dict[str, Override], more: Mapping[str, Override]) -> None:
    # TOML knows "report.target" and target in [terms.report] as different keys.
    if twice := sorted(found.keys() & more):
        raise Wrong(
            Text(
                f"{twice[0]}: zweimal angegeben, in einem Text und in einer eigenen Tabelle",
                f"{twice[0]}: given twice, within one text and in a table of its own",
            )
        )
    found |= more


def _checked(given: Any) -> Any:
    found = _flat(given)
    for key, texts in found.items():
        if key.split(".")[0] not in PREFIXES:
            raise Wrong(
                Text(
                    f"den Text „{key}“ gibt es nicht; Schlüssel beginnen mit {', '.join(PREFIXES)}",
                    f"there is no text “{key}”; keys begin with {', '.join(PREFIXES)}",
                )
            )
        if any(not text.strip() for text in texts.values()):
            raise Wrong(Text(f"{key}: ein leerer Text", f"{key}: an empty text"))
        for text in texts.values():
            one_line(text, f"{key}: ")
    return found


Terms = Annotated[dict[str, Override], BeforeValidator(_checked)]
"""Texts by key, by language."""
