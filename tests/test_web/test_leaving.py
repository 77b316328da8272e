"""A form with entries that are not saved is not left without a question."""

from playwright.sync_api import Dialog, Locator, Page, expect

from tests.test_web.conftest import Open, Site
from tests.test_web.pages import wait_for_page
from tests.test_web.test_act import LARGE, editor, opened, saved
from tests.test_web.test_page import violations

NOTE = "noch nicht gespeichert"
OTHER = "app.plots.records.findLast(({ id }) => `plots/${id}` !== app.store.get('selected')).id"


def begun(page: Page) -> Locator:
    """A form in which something was typed."""
    form = opened(page, "Bearbeiten", page.evaluate(LARGE))
    form.get_by_label("Notiz").fill(NOTE)
    return form


def kept(page: Page, form: Locator) -> None:
    """Go on editing: the question's first button, which has the focus."""
    question = page.get_by_role("dialog", name="Eingaben verwerfen?")
    expect(question.get_by_role("button", name="Weiter bearbeiten")).to_be_focused()
    expect(question).to_contain_text("Im Formular „Bearbeiten: ")
    page.keyboard.press("Enter")
    expect(question).to_have_count(0)
    expect(form.get_by_label("Notiz")).to_have_value(NOTE)


def discarded(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="Weiter bearbeiten").press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_closing_asks_first_by_keyboard_alone(shared_site: Site, open_page: Open) -> None:
    page = editor(shared_site, open_page)
    form = begun(page)
    for button in ("Abbrechen", "Formular schließen"):
        form.get_by_role("button", name=button).press("Enter")
        kept(page, form)
    form.get_by_role("button", name="Abbrechen").press("Enter")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(form.get_by_role("button", name="Abbrechen")).to_be_focused()
    page.keyboard.press("Enter")
    assert violations(page) == []
    discarded(page)
    expect(form).to_be_empty()
    expect(page.locator(".record-tools").get_by_role("button", name="Bearbeiten")).to_be_focused()


def test_choosing_another_record_asks_first_and_then_goes_there(shared_site: Site, open_page: Open) -> None:
    """From the list, by the browser's way back, and by another form."""
    page = editor(shared_site, open_page)
    page.evaluate(f"app.select(`plots/${{{OTHER}}}`)")
    form = begun(page)
    name = page.locator("#form .of").inner_text()
    before = page.url
    row = page.locator(".list tbody button.link").filter(has_not_text=name).first
    other = row.inner_text()
    row.click()
    kept(page, form)
    page.go_back()
    kept(page, form)
    assert page.url == before
    page.locator("#rail-act").click()
    page.locator("#panel").get_by_role("button", name="Anfrage", exact=True).click()
    kept(page, form)
    row.click()
    discarded(page)
    expect(page.locator("#detail .drawer h2")).to_have_text(other)
    expect(form).to_be_empty()


def test_another_panel_leaves_the_form_open_or_asks_where_it_stands_in_the_panels_place(
    shared_site: Site, open_page: Open
) -> None:
    page = editor(shared_site, open_page)
    form = begun(page)
    page.locator("#rail-mobile").click()
    expect(page.get_by_role("heading", name="Mobilfunk")).to_be_visible()
    expect(form.get_by_label("Notiz")).to_have_value(NOTE)
    page.set_viewport_size({"width": 1000, "height": 800})
    page.locator("#rail-find").click()
    kept(page, form)
    page.locator("#rail-find").click()
    discarded(page)
    expect(form).to_be_empty()
    expect(page.locator("#rail-find")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#panel")).to_be_visible()


def test_the_browser_asks_before_the_page_is_left_but_not_where_nothing_is_changed(
    shared_site: Site, open_page: Open
) -> None:
    page = editor(shared_site, open_page)
    asked: list[str] = []

    def note(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", note)
    begun(page).get_by_label("Notiz").fill("")
    page.reload()
    assert asked == []
    wait_for_page(page)
    begun(page)
    page.reload()
    assert asked == ["beforeunload"]
    wait_for_page(page)
    page.remove_listener("dialog", note)


def test_what_is_saved_or_as_it_began_is_left_without_a_question(shared_site: Site, open_page: Open) -> None:
    page = editor(shared_site, open_page)
    form = begun(page)
    saved(page, form, "ist gespeichert")
    form = opened(page, "Bearbeiten", page.evaluate(LARGE))
    page.evaluate(f"app.select(`plots/${{{OTHER}}}`)")
    expect(form).to_be_empty()
    expect(page.locator("#detail .drawer h2")).to_be_visible()
