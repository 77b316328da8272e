"""The page's catalogue of texts (maps/web/messages) in the agency's own words."""

import json
from functools import cache
from importlib.resources import files

from geo.figures.report.words import ACTUAL, FLURWERKS, REMARK, TARGET
from geo.profile import profile
from geo.profile.wording import PARTS, refuse_unknown, termed
from geo.records.layers.kept import are_kept
from geo.text import Text

LANGUAGES = ("de", "en")

OF_PARTS = {
    "column.district": PARTS.singular,
    "filter.district": PARTS.singular,
    "match.districts": PARTS.plural,
    "records.district": PARTS.singular,
    "report.split": Text(f"Nach {PARTS.singular.de}", f"By {PARTS.one_en}"),
    "report.district": PARTS.singular,
}
"""The texts that name the upper parts of the city, by the profile's term for them (place.parts)."""

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

OF_REPORT = {"target": TARGET, "actual": ACTUAL, "remark": REMARK}
"""The words of the report that single texts of the page consist of, such as “Ziel”."""


@cache
def page_texts() -> dict[str, Text]:
    """Return all texts of the page by their keys in the catalogue. Raises ProfileError for unknown terms."""
    de, en = (json.loads(_file(language)) for language in LANGUAGES)
    own = {key: OF_PARTS.get(key) or _of_report(Text(de[key], en[key])) for key in de}
    own |= {key: text for key, (layers, text) in WITHOUT.items() if not any(map(are_kept, layers))}
    refuse_unknown("page", [f"page.{key}" for key in own])
    return {key: termed(f"page.{key}", text) for key, text in own.items()}


def catalogue(language: str) -> bytes:
    """Return the catalogue of a language as the page fetches it."""
    if not profile().terms and not profile().modules.off and type(PARTS)() == PARTS:
        return _file(language)
    texts = {key: text.in_language(language) for key, text in page_texts().items()}
    return json.dumps(texts, ensure_ascii=False).encode()


def _of_report(text: Text) -> Text:
    return next((OF_REPORT[key] for key, own in FLURWERKS.items() if text == own), text)


def _file(language: str) -> bytes:
    return files("maps").joinpath("web", "messages", f"{language}.json").read_bytes()
