"""The PDF has the whole table, suits screen readers, and uses no fonts but ours."""

import re
from dataclasses import replace

import pytest

from maps.figures.report.content import Edition
from maps.figures.report.writing import document
from tests.test_handouts.helpers import Pdf
from tests.test_report.editions import (
    CORRECTED,
    HASH,
    HOSTILE,
    corrected,
    hostile,
    model,
    plain_spaces,
    printed,
    published,
)

MM = 72 / 25.4


def squeezed(text: str) -> str:
    """The text without spaces and without hyphens, which may be at the end of a line."""
    return re.sub(r"[\s\-\x02\xad\u200b]", "", text)


@pytest.fixture(scope="module")
def draft(edition: Edition) -> Pdf:
    return Pdf(document(corrected(edition), "pdf"))


@pytest.fixture(scope="module")
def release(edition: Edition) -> Pdf:
    return Pdf(document(published(corrected(edition)), "pdf"))


def test_the_table_has_all_rows_of_the_model_report(draft: Pdf) -> None:
    table = squeezed(" ".join(page for page in draft.pages[:6]))
    for row in model():
        figures = "".join(printed(row))
        assert squeezed(row["indicator"] + figures) in table, row["indicator"]


def test_a_screen_reader_can_read_it(draft: Pdf, edition: Edition) -> None:
    """It is a tagged PDF/UA with a title, a language, headings, tables, and pictures that are described."""
    catalogue = draft.reader.root_object
    assert str(catalogue["/Lang"]).startswith("de")
    assert catalogue["/MarkInfo"]["/Marked"]  # pyright: ignore[reportIndexIssue]
    assert draft.reader.metadata
    assert draft.reader.metadata.title == f"Halbjahresbericht 2. Halbjahr 2023 – {edition.agency}"
    assert {"H1", "H2", "H3", "Figure", "Table", "TH", "TD", "Caption", "L", "LI"} <= {*draft.tags()}
    everything = draft.everything()
    assert b"pdfuaid:part" in everything
    described = plain_spaces(everything.decode("latin-1"))
    assert described.count("/Alt") >= len(edition.pictures)


def test_its_bookmarks_lead_to_its_parts(draft: Pdf, release: Pdf) -> None:
    def titles(pdf: Pdf) -> list[str]:
        return [str(item.title) for item in flat(pdf.reader.outline)]

    assert titles(draft)[0] == "Halbjahresbericht"
    parts = ["Auf einen Blick", "Kennzahlen", "Korrekturen früherer Berichte", "Ziel, Ist und Entwicklung", "Karten"]
    parts += ["Aufteilung nach Stadtbezirken", "Zählregeln", "Stand und Herkunft", "Beitragende Datensätze"]
    assert [title for title in titles(draft) if title in parts] == parts
    assert "Offene Hinweise der Prüfung" in titles(draft)
    assert "Offene Hinweise der Prüfung" not in titles(release)


def flat(outline: object) -> list:
    """Bookmarks of all levels."""
    return [item for part in outline for item in (flat(part) if isinstance(part, list) else [part])]  # pyright: ignore


def test_all_its_fonts_are_ours_and_embedded(draft: Pdf) -> None:
    found = draft.fonts()
    assert {name.split("+")[1].split("-")[0] for name in found} == {"SourceSans3"}
    assert all({"/FontFile2", "/FontFile3"} & {*one} for one in found.values())


def test_the_table_is_on_landscape_a4(draft: Pdf) -> None:
    sizes = [tuple(round(float(side) / MM) for side in page.mediabox[2:]) for page in draft.reader.pages]
    assert sizes[0] == (210, 297)
    assert sizes[1] == (297, 210)
    assert {*sizes} == {(210, 297), (297, 210)}
    assert all(
        "Ist 2. Halbjahr" in plain_spaces(page) for page, size in zip(draft.pages, sizes, strict=True) if size[0] == 297
    )


def test_a_draft_is_marked_on_every_page_and_a_release_states_its_version(draft: Pdf, release: Pdf) -> None:
    assert all("ENTWURF" in page for page in draft.pages)
    assert "ntwurf" not in release.text
    for part in ("Veröffentlicht, Fassung 2", "15.01.2024, 12:30 Uhr", "Nachmeldung", "Grundstück folgt"):
        assert part in plain_spaces(release.text), part
    assert HASH in squeezed(release.text)


def test_a_correction_is_stated_and_added_to_no_figure(draft: Pdf) -> None:
    document_text = squeezed(draft.text)
    assert document_text.count(squeezed(CORRECTED.de)) == 2
    assert squeezed("54.900 m²") in document_text


def test_texts_of_people_are_texts_and_not_typst(edition: Edition) -> None:
    document_text = squeezed(Pdf(document(replace(hostile(edition), pictures=()), "pdf")).text)
    for text in HOSTILE:
        assert squeezed(re.sub("[\x07\ufffe]", "?", text)) in document_text, text


def test_it_is_in_english_with_english_numbers(english: Edition) -> None:
    document_text = plain_spaces(Pdf(document(replace(english, pictures=()), "pdf")).text)
    for part in ("Half-yearly report", "Public land: 54,900 m²", "1.5 Mio. €", "Counting rules", "Page 1 of"):
        assert part in document_text, part
    assert "Kennzahlen" not in document_text
