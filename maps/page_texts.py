"""The page's catalogue of texts (maps/web/messages) in the agency's own words."""

import json
from functools import cache
from importlib.resources import files

from geo.profile.wording import refuse_unknown, termed
from geo.records.layers.kept import are_kept
from geo.text import Text

LANGUAGES = ("de", "en")

WITHOUT: dict[str, tuple[tuple[str, ...], Text]] = {
    "title": (("trenches", "connections"), Text("Gewerbeflächen", "Commercial land")),
    "search.label": (("inquiries",), Text("Grundstück, Adresse, Flurstück …", "Plot, address, parcel …")),
    "match.hint": (
        ("inquiries",),
        Text(
            "Tragen Sie ein, was am Telefon gesucht wird: Die Flächen ordnen sich von selbst.",
            "Enter what the caller is looking for: the plots are ranked automatically.",
        ),
    ),
}
"""The texts that name layers beside others, and what they say if the agency keeps none of these."""


@cache
def page_texts() -> dict[str, Text]:
    """Return all texts of the page by their keys in the catalogue. Raises ProfileError for unknown terms."""
    de, en = (json.loads(_file(language)) for language in LANGUAGES)
    own = {key: Text(de[key], en[key]) for key in de}
    own |= {key: text for key, (layers, text) in WITHOUT.items() if not any(map(are_kept, layers))}
    refuse_unknown("page", [f"page.{key}" for key in own])
    return {key: termed(f"page.{key}", text) for key, text in own.items()}


def catalogue(language: str) -> bytes:
    """Return the catalogue of a language as the page fetches it."""
    texts = {key: text.in_language(language) for key, text in page_texts().items()}
    return json.dumps(texts, ensure_ascii=False).encode()


def _file(language: str) -> bytes:
    return files("maps").joinpath("web", "messages", f"{language}.json").read_bytes()
