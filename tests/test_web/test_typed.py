"""Numbers and days as people type them: what is understood is shown, what has two readings is asked about."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.test_web.conftest import Open, Site
from tests.test_web.test_act import ask, editor, opened, saved
from tests.test_web.test_find import hits

READ = """async ([language, texts, unit, isWhole]) => {
    const { readNumber } = await import(`${document.body.dataset.assets}/js/shared/typed.js`);
    return texts.map((text) => {
        try {
            return readNumber(text, { unit, isWhole });
        } catch (error) {
            return error.meant.length ? error.meant : error.message;
        }
    });
}"""
DAYS = """async (texts) => {
    const { readDay } = await import(`${document.body.dataset.assets}/js/shared/typed.js`);
    return texts.map((text) => {
        try {
            return readDay(text);
        } catch (error) {
            return error.message;
        }
    });
}"""
NO_NUMBER = {
    "de": "Das ist keine Zahl. Schreiben Sie sie wie 54.900 oder 1,5.",
    "en": "This is not a number. Write it like 54,900 or 1.5.",
}
GERMAN: dict[str, Any] = {
    "250.000": 250_000, "250.000,50": 250_000.5, "1,5": 1.5, "0,125": 0.125, "1234,5": 1234.5, "1.234.567": 1_234_567,
    "250 000": 250_000, "250\u202f000,5": 250_000.5, "250\u00a0000": 250_000, "250'000": 250_000, "-3": -3, "−3": -3,
    "250.000 €": 250_000, "€ 250": 250, "250 EUR": 250, "250,-": 250, "250,–": 250, "250 T€": 250_000,
    "1,2 Mio. €": 1_200_000, "007": 7, "0": 0,
    "1.5": ["1,5"], "250.00": ["250"], "250,000.50": ["250.000,5"], "1,000,000": ["1.000.000"],
    "250,000": ["250.000", "250"], "1,234": ["1.234", "1,234"], "1.2345": ["1,2345"],
}  # fmt: skip
NONE = ("abc", "", "1..2", "1,2,3", "25.00.0", "2.50.000", "12 34", "Infinity", "--3", "½")
ENGLISH: dict[str, Any] = {
    "250,000": 250_000, "250,000.50": 250_000.5, "1.5": 1.5, "1,5": ["1.5"], "250.000": ["250,000", "250"],
    "250.000,50": ["250,000.5"], "1.000.000": ["1,000,000"],
}  # fmt: skip


@pytest.mark.parametrize("language", ["de", "en"])
def test_numbers_are_read_in_the_pages_language_and_never_guessed(
    public_site: Site, open_page: Open, language: str
) -> None:
    page = open_page(public_site, lang=language)

    def read(texts: list[str], unit: str = "€", *, is_whole: bool = False) -> list[Any]:
        return page.evaluate(READ, [language, texts, unit, is_whole])

    expected = GERMAN if language == "de" else ENGLISH
    assert dict(zip(expected, read(list(expected)), strict=True)) == expected
    assert read(["2 ha", "2ha", "1,5 ha" if language == "de" else "1.5 ha", "20 qm", "20 m2", "1 km²"], "m²") == [
        20_000, 20_000, 15_000, 20, 20, 1_000_000,
    ]  # fmt: skip
    assert read(["500 m", "1 km"], "km") == [0.5, 1]
    if language == "de":
        assert {text: read([text])[0] for text in NONE} == dict.fromkeys(NONE, NO_NUMBER["de"])
        assert read(["12.345", "12,345"], "km") == [["12.345", "12,345"], 12.345], "km have three decimals as often"
        assert read(["5 kg", "1e5"], "m²") == [
            f"„{unit}“ ist keine Einheit, die hier passt; erwartet werden m²." for unit in ("kg", "e5")
        ]
        assert read(["1,5", "3"], "m", is_whole=True) == ["Hier gehört eine ganze Zahl hin.", 3]
        assert read(["1.234.567.890.123.456"]) == ["Eine Zahl hat hier höchstens 15 Ziffern."]
    else:
        assert read(["abc"]) == [NO_NUMBER["en"]]


def test_days_are_read_as_they_are_written_and_only_those_that_there_are(public_site: Site, open_page: Open) -> None:
    page = open_page(public_site)
    texts = ["31.12.2023", "31.12.23", "1.3.24", " 31. 12. 2023 ", "2023-12-31", "31/12/2023", "01.01.99", "29.02.2024"]
    assert page.evaluate(DAYS, texts) == [
        "2023-12-31", "2023-12-31", "2024-03-01", "2023-12-31", "2023-12-31", "2023-12-31", "1999-01-01", "2024-02-29",
    ]  # fmt: skip
    assert page.evaluate(DAYS, ["29.02.2023", "31.13.2023", "morgen", "12/2023", "1.1.123"]) == [
        "Den 29.02.2023 gibt es nicht.",
        "Den 31.13.2023 gibt es nicht.",
        *["Das ist kein Datum. Schreiben Sie es wie 31.12.2023."] * 3,
    ]


def test_a_typed_price_is_stored_as_it_was_meant(shared_site: Site, open_page: Open) -> None:
    """250.000 is a quarter of a million, and what may be two numbers is asked about before it is saved."""
    page = editor(shared_site, open_page)
    plot = page.evaluate(PRICED)
    form = opened(page, "Verkauf", plot)
    fill(form, "area_m2", "2.500")
    price = form.locator("#field-price_eur")
    price.fill("250,000")
    price.blur()
    expect(form.locator("#field-price_eur-error")).to_contain_text("auf zwei Arten lesen")
    form.get_by_role("button", name="Speichern").click()
    expect(price).to_be_focused()
    form.get_by_role("button", name="250.000", exact=True).click()
    expect(price).to_have_value("250.000")
    expect(form.locator("#field-price_eur-error")).to_be_empty()
    fill(form, "agreed_on", "1.2.24")
    expect(form.locator("#field-agreed_on")).to_have_value("01.02.2024")
    saved(page, form, "ist erfasst")
    stored = "price_eur || ' ' || area_m2 || ' ' || agreed_on"
    assert last_deal(shared_site, stored) == "250000.00 2500.00 2024-02-01"


PRICED = """app.plots.records.find(({ properties: { status, remaining_m2, ground_value_eur_m2: value } }) =>
    status === "available" && remaining_m2 > 5000 && value > 50 && value < 200).id"""


def last_deal(site: Site, column: str) -> Any:
    return ask(site, f"select {column} from flurwerk.transactions order by id desc limit 1")


def fill(form: Locator, name: str, text: str) -> None:
    field = form.locator(f"#field-{name}")
    field.fill(text)
    field.blur()


def test_a_price_far_from_the_ground_value_is_asked_about_before_it_is_saved(
    shared_site: Site, open_page: Open
) -> None:
    page = editor(shared_site, open_page)
    form = opened(page, "Verkauf", page.evaluate(PRICED))
    fill(form, "area_m2", "2500")
    fill(form, "price_eur", "250")
    expect(form.locator(".doubts")).to_contain_text("250 € für 2.500 m² sind 0,1 €/m²")
    form.get_by_role("button", name="Speichern").click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("Ist das so gemeint?")
    question.get_by_role("button", name="Noch einmal ansehen").click()
    fill(form, "price_eur", "250 T€")
    expect(form.locator("#field-price_eur")).to_have_value("250.000")
    saved(page, form, "ist erfasst")
    assert last_deal(shared_site, "price_eur") == 250_000


def test_filters_go_by_the_number_in_the_field_and_are_one_step_back(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site)
    everything = hits(page)
    least = page.locator("#f\\.remaining_m2\\.from")
    least.press_sequentially("20.000")
    least.blur()
    expect(least).to_have_value("20.000")
    assert "f.remaining_m2=20000.." in page.url
    assert 0 < hits(page) < everything
    page.go_back()
    assert hits(page) == everything
    least.fill("zwanzig")
    least.blur()
    expect(page.locator("#f\\.remaining_m2\\.from-problem")).to_contain_text("keine Zahl")
    assert hits(page) == everything
    page.locator("#panel").get_by_role("button", name="Filter zurücksetzen").click()
    expect(least).to_have_value("")
    least.fill("2 ha")
    least.blur()
    expect(least).to_have_value("20.000")


def test_the_calendar_speaks_the_pages_language_and_fills_in_the_day(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "panel=match&match.needed_by=2024-05-17")
    expect(page.locator("#match\\.needed_by")).to_have_value("17.05.2024")
    page.locator("#match\\.needed_by ~ .calendar").click()
    calendar = page.get_by_role("dialog", name="Kalender öffnen")
    expect(calendar).to_contain_text("Mai 2024")
    expect(calendar.locator("th").first).to_contain_text("M")
    calendar.get_by_role("button", name="28. Mai").click()
    expect(calendar).to_have_count(0)
    expect(page.locator("#match\\.needed_by")).to_have_value("28.05.2024")
    expect(page.locator("#match\\.needed_by")).to_be_focused()
    assert "match.needed_by=2024-05-28" in page.url
