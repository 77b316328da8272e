"""A plot's exposé shows its public facts, in two languages and in a readable layout."""

import asyncio
import re
from urllib.parse import unquote

import pytest

from maps.process import run_module
from tests.test_api.helpers import Api
from tests.test_handouts.conftest import (
    BARE,
    FULL,
    HIDDEN_PHOTO,
    HOSTILE,
    LENGTHY,
    LONG,
    PERSON,
    PHOTOGRAPHED,
    PLANNED,
    TYPST,
)
from tests.test_handouts.helpers import EXPOSE, Pdf, expose

MM = 72 / 25.4


def test_it_shows_the_facts_in_german_with_german_numbers(public: Api) -> None:
    text = expose(public, FULL, lang="de").text
    for part in (
        "Hafen, Fläche 1",
        "Hafenstraße 12, 44147 Musterstadt · Gewerbegebiet Hafen · Stadtbezirk West",
        "Verfügbare Fläche 8.500 m²",
        "von insgesamt 10.000 m², teilbar ab 2.500 m²",
        "118,50 €/m²",
        "Bodenrichtwert 105 €/m²",
        "Gewerbegebiet (§ 8 BauNVO)",
        "Grundflächenzahl (GRZ) 0,8",
        "01.01.2024",
        "Gemarkung 5922, Flur 40, Flurstück 621, 622/7",
        "Ebenes Grundstück am Kanal.",
        "teilweise vergeben",
    ):
        assert part in text, part


def test_it_shows_the_facts_in_english_with_english_numbers(public: Api) -> None:
    text = expose(public, FULL, lang="en").text
    for part in ("Available area 8,500 m²", "118.50 €/m²", "Commercial area (BauNVO § 8)", "1 Jan 2024", "Page 1 of 2"):
        assert part in text, part
    for german in ("Stadtbezirk", "Fläche ", "Seite", "Erschließung"):
        assert german not in text.replace("Hafen, Fläche 1", "")


def test_restrictions_are_listed_by_kind_and_severity(public: Api) -> None:
    text = expose(public, FULL).text
    assert "Bergbau schwerwiegend" in text
    assert "Hochwasser (ohne Lageangabe) gering" in text
    assert "schwerwiegende Restriktion" in text
    assert "Es sind keine Restriktionen erfasst." in expose(public, BARE).text


def test_it_names_the_contact_the_day_the_source_and_the_licence(public: Api) -> None:
    found = expose(public, FULL)
    for part in (
        "Team Gewerbeflächen",
        "Friedensplatz 1",
        "44135 Musterstadt",
        "+49 231 000-0",
        "flaechen@example.org",
    ):
        assert part in found.text, part
    assert re.search(r"Stand \d\d\.\d\d\.\d{4}", found.text)
    assert "Datenlizenz Deutschland – Namensnennung – Version 2.0" in found.text
    targets = {
        annotation.get_object()["/A"]["/URI"]
        for page in found.reader.pages
        for annotation in page.get("/Annots", [])  # pyright: ignore[reportGeneralTypeIssues]
    }
    assert targets == {
        "tel:+492310000",
        "mailto:flaechen@example.org",
        "https://www.example.org/flaechen",
        "https://www.govdata.de/dl-de/by-2-0",
    }


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_screen_reader_can_read_it(public: Api, language: str) -> None:
    """It is a tagged PDF/UA with a title, a language, headings, tables, and pictures with descriptions."""
    found = expose(public, FULL, lang=language)
    catalogue = found.reader.root_object
    assert str(catalogue["/Lang"]).startswith(language)
    assert catalogue["/MarkInfo"]["/Marked"]  # pyright: ignore[reportIndexIssue]
    assert found.reader.metadata
    assert str(found.reader.metadata.title).startswith("Hafen, Fläche 1")
    assert {"H1", "H2", "Figure", "Table", "Link"} <= {*found.tags()}
    assert b"pdfuaid:part" in found.everything()


def test_all_its_fonts_are_ours_and_embedded(public: Api) -> None:
    found = expose(public, FULL).fonts()
    assert {name.split("+")[1].split("-")[0] for name in found} == {"SourceSans3"}
    assert all({"/FontFile2", "/FontFile3"} & {*one} for one in found.values())


def test_it_is_two_pages_of_a4_whatever_is_missing(public: Api) -> None:
    for plot in (FULL, BARE):
        found = expose(public, plot)
        assert len(found.pages) == 2
        assert [round(float(side) / MM) for side in found.reader.pages[0].mediabox[2:]] == [210, 297]
    text = expose(public, BARE).text
    assert "None" not in text
    assert "auf Anfrage" in text


def test_the_map_is_to_scale_and_its_legend_names_what_it_shows(public: Api) -> None:
    first = expose(public, FULL).pages[0]
    assert "Maßstab 1:1.500" in first
    assert "50 m" in first
    assert "dieses Grundstück" in first
    assert "Gewerbegebiet Hafen" in first
    # The nearest other plots on offer are 400 m away; the only nearer plot is not on offer.
    assert "weitere angebotene Grundstücke" not in first
    assert "Noch nicht angeboten" not in expose(public, FULL).text
    # This plot lies across a district's border.
    assert "Stadtbezirk" in expose(public, BARE).pages[0].partition("Grundstück")[2]


def test_it_shows_the_first_public_photo_and_the_contact_person_who_is_made_public(public: Api, internal: Api) -> None:
    for client in (public, internal):
        found = expose(client, PHOTOGRAPHED)
        first, second = found.pages
        assert "Blick vom Kanal" in first
        assert "Am Kanal, mit eigener Kaimauer." in first
        (photo,) = found.reader.pages[0].images
        assert photo.image
        assert photo.image.size == (900, 600)
        assert "Ada Acker Gewerbeflächen Nord Team Gewerbeflächen" in second
        assert "+49 231 000-17" in second
        assert "+49 231 000-0" not in second
        # What the person has no address for, the team has.
        assert "flaechen@example.org" in second


def test_it_shows_no_internal_photo_and_names_no_person_who_is_not_made_public(public: Api, internal: Api) -> None:
    for client in (public, internal):
        found = expose(client, HIDDEN_PHOTO)
        assert not found.reader.pages[0].images
        assert PERSON not in found.text
        assert "erika@example.org" not in found.text


def test_texts_of_records_are_texts_and_not_typst(public: Api) -> None:
    text = expose(public, HOSTILE).text
    assert text.count(TYPST) >= 3


def test_long_words_are_broken_and_stay_on_the_page(public: Api) -> None:
    found = expose(public, LENGTHY)
    assert found.text.count(LONG) > 10
    assert found.right_edge <= 190.5 * MM


def test_characters_missing_from_the_font_become_question_marks(public: Api) -> None:
    assert "Fläche ?? ? ?" in expose(public, LENGTHY).text


def test_the_expose_of_a_plot_not_on_offer_is_for_insiders_only_and_says_so(public: Api, internal: Api) -> None:
    found = public.problem(404, EXPOSE.format(PLANNED))
    assert found["errors"] == [{"parameter": "plotId", "detail": f"There is no plot {PLANNED} here."}]
    asked = internal.problem(409, EXPOSE.format(PLANNED))
    assert asked["errors"][0]["parameter"] == "not_on_offer"
    assert "Not public: “" in asked["detail"]
    given = Pdf(internal.get(EXPOSE.format(PLANNED), not_on_offer="include").content)
    assert "Dieses Grundstück ist nicht öffentlich im Angebot." in given.text
    assert "nicht öffentlich im Angebot" not in expose(internal, FULL).text


@pytest.mark.parametrize(("plot", "status"), [(0, 400), (4711, 404), (2**63, 400), ("x", 400)])
def test_an_unknown_or_invalid_plot_is_refused(public: Api, plot: object, status: int) -> None:
    assert public.get(EXPOSE.format(plot)).status_code == status


def test_the_answer_states_the_files_name_with_the_day_and_its_language(public: Api, internal: Api) -> None:
    """In words; programs that know ASCII alone get the nearest."""
    headers = public.get(EXPOSE.format(FULL), lang="en").headers
    words, _, day = unquote(headers["content-disposition"].partition("filename*=UTF-8''")[2]).partition("-20")
    assert words == "Exposé-Hafen-Fläche-1"
    assert re.fullmatch(r"\d\d-\d\d-\d\d\.pdf", day)
    assert headers["content-disposition"].startswith('attachment; filename="Expose-')
    assert headers["content-language"] == "en"
    assert headers["cache-control"] == "public, max-age=60"
    assert internal.get(EXPOSE.format(FULL)).headers["cache-control"] == "private, no-store"


def test_a_process_of_its_own_makes_the_same_file(public: Api, jobs: list[bytes]) -> None:
    answer = public.get(EXPOSE.format(FULL))
    assert answer.status_code == 200
    assert asyncio.run(run_module("maps.land.handouts", jobs[-1], 120)) == answer.content
