"""In the drawer, advisors add photos, documents and memos to a record, and see who answers for it."""

from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Page, Route, expect

from geo.access import Role
from geo.store.database import conninfo
from tests.browser import wait_until
from tests.records import Connection, insert, one, update
from tests.test_attachments.helpers import PDF, picture
from tests.test_web.conftest import Open, Site


@pytest.fixture
def city(shared_site: Site) -> Iterator[Connection]:
    """A connection to the shared city, as its owner, that commits every statement."""
    with psycopg.connect(conninfo(shared_site.database_url), autocommit=True) as connection:
        yield connection


def offered_plot(city: Connection) -> int:
    """A plot on offer without attachments, which no test before has used."""
    return one(
        city,
        """
        select p.id
        from flurwerk_for_public.plots as p
        where not exists (select from flurwerk_history.attachments as h where h.plot = p.id)
          and not exists (select from flurwerk.attachments as a where a.plot = p.id)
        order by p.id
        limit 1
        """,
    )


def file(name: str, content: bytes) -> dict[str, object]:
    """A file as the browser's chooser gives it."""
    return {"name": name, "mimeType": "", "buffer": content}


def add(page: Page, *files: dict[str, object]) -> None:
    """Choose files to add."""
    page.locator("#attach").set_input_files(list(files))  # pyright: ignore[reportArgumentType]


def section(page: Page, name: str = "Fotos und Dateien"):
    """A section of the drawer."""
    return page.get_by_role("region", name=name, exact=True)


def is_loaded(page: Page) -> bool:
    """Whether all thumbnails that are shown have been fetched and decoded."""
    return page.evaluate(
        "[...document.querySelectorAll('.gallery img')].every((one) => one.complete && one.naturalWidth > 0)"
    )


def photo(colour: str, width: int = 900) -> bytes:
    return picture(size=(width, 600), colour=colour)


def test_editors_add_several_photos_and_documents_order_caption_publish_and_delete_them(
    shared_site: Site, open_page: Open, city: Connection
) -> None:
    plot = offered_plot(city)
    token = shared_site.token(Role.EDITOR, "Erika Muster")
    page = open_page(shared_site, f"selected=plots/{plot}", token=token, expected=("415",))
    shown = section(page)
    expect(shown.get_by_text("Foto oder Dokument hinzufügen")).to_be_visible()
    # Nothing of nothing is above the plot's facts.
    headings = page.locator(".drawer h3").all_inner_texts()
    assert headings.index("Fotos und Dateien") > headings.index("Vermerke") > headings.index("Fläche und Planungsrecht")
    add(
        page,
        file("nord.jpg", photo("#1a6e4b")),
        file("süd.png", photo("#8a6414")),
        file("Grundriss.pdf", PDF),
        file("gefälscht.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    )
    expect(shown.locator(".gallery > li")).to_have_count(2)
    expect(shown.get_by_role("link", name="Grundriss.pdf")).to_be_visible()
    # What is refused says why and what to do, and the others are there all the same.
    refused = shown.locator(".uploads > li")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text("gefälscht.jpg")
    expect(refused.locator(".error")).to_contain_text("Bitte als JPEG, PNG, WebP oder PDF speichern.")
    refused.get_by_role("button", name="Weglassen").click()
    expect(refused).to_have_count(0)
    wait_until(lambda: is_loaded(page), "the thumbnails")

    first = shown.locator(".gallery > li").first
    expect(first).to_contain_text("Titelbild")
    expect(first).to_contain_text("intern")
    north = first.get_attribute("data-attachment")
    first.get_by_role("button", name="Nach hinten").click()
    expect(shown.locator(".gallery > li").nth(1)).to_have_attribute("data-attachment", str(north))

    shown.locator(f"[data-attachment='{north}']").get_by_role("button", name="Bearbeiten").click()
    form = page.locator("#form")
    form.get_by_label("Bildunterschrift").fill("Blick von Norden")
    form.get_by_label("Öffentlich", exact=True).select_option(label="ja")
    form.get_by_role("button", name="Speichern").click()
    item = shown.locator(f"[data-attachment='{north}']")
    expect(item).to_contain_text("Blick von Norden")
    expect(item).to_contain_text("öffentlich")

    item.get_by_role("button", name="Löschen: Blick von Norden").click()
    expect(shown.locator(".gallery > li")).to_have_count(1)
    page.get_by_role("button", name="Zurücknehmen").click()
    expect(shown.locator(".gallery > li")).to_have_count(2)
    assert one(city, "select count(*) from flurwerk.attachments where plot = %s", plot) == 3


def test_photos_are_seen_large_by_keyboard_and_with_their_captions(
    shared_site: Site, open_page: Open, city: Connection
) -> None:
    plot = offered_plot(city)
    page = open_page(shared_site, f"selected=plots/{plot}", token=shared_site.token(Role.EDITOR, "Erika Muster"))
    add(page, file("a.jpg", photo("#336699")), file("b.jpg", photo("#993366")))
    shown = section(page)
    expect(shown.locator(".gallery > li")).to_have_count(2)
    shown.get_by_role("button", name="Vergrößern: Foto 1 von 2").press("Enter")
    viewer = page.get_by_role("dialog", name="Fotos und Dateien")
    expect(viewer.get_by_role("img", name="Foto 1 von 2")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(viewer.get_by_role("img", name="Foto 2 von 2")).to_be_visible()
    expect(viewer.get_by_role("button", name="Nächstes")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)


def test_a_file_is_as_public_as_it_was_said_when_it_was_chosen(
    shared_site: Site, open_page: Open, city: Connection
) -> None:
    """The first two wait while the box is ticked for the third."""
    plot = offered_plot(city)
    page = open_page(shared_site, f"selected=plots/{plot}", token=shared_site.token(Role.EDITOR, "Erika Muster"))
    held: list[Route] = []
    page.route("**/api/attachments?*", lambda route: held.append(route), times=1)
    with page.expect_request("**/api/attachments?*"):
        add(page, file("a.jpg", photo("#112233")), file("b.jpg", photo("#332211")))
    # The page is asked, so that its requests are noticed meanwhile.
    wait_until(lambda: page.evaluate("true") and bool(held), "the first upload")
    shown = section(page)
    shown.get_by_role("checkbox").check()
    add(page, file("c.jpg", photo("#223311")))
    held[0].continue_()
    expect(shown.locator(".gallery > li")).to_have_count(3)
    told = city.execute("select file_name, is_public from attachments where plot = %s order by 1", [plot]).fetchall()
    assert told == [("a.jpg", False), ("b.jpg", False), ("c.jpg", True)]


def test_files_are_dropped_and_an_upload_whose_answer_was_lost_is_sent_again_without_a_second_one(
    shared_site: Site, open_page: Open, city: Connection
) -> None:
    plot = offered_plot(city)
    page = open_page(
        shared_site,
        f"selected=plots/{plot}",
        token=shared_site.token(Role.EDITOR, "Erika Muster"),
        expected=("Failed to load resource",),
    )
    shown = section(page)
    expect(shown.locator(".attach")).to_be_visible()

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/api/attachments?*", lose, times=1)
    sent = list(photo("#224466", 300))
    page.evaluate(
        """(bytes) => {
            const files = new DataTransfer();
            files.items.add(new File([new Uint8Array(bytes)], "gezogen.jpg"));
            const place = document.querySelector(".attach");
            for (const name of ["dragover", "drop"]) {
                place.dispatchEvent(new DragEvent(name, { dataTransfer: files, bubbles: true, cancelable: true }));
            }
        }""",
        sent,
    )
    failed = shown.locator(".uploads > li")
    expect(failed.locator(".error")).to_contain_text("War die Datei schon angekommen, entsteht keine zweite.")
    failed.get_by_role("button", name="Noch einmal").click()
    expect(shown.locator(".gallery > li")).to_have_count(1)
    expect(failed).to_have_count(0)
    assert one(city, "select count(*) from flurwerk.attachments where plot = %s", plot) == 1


def test_a_file_that_is_too_large_is_told_before_it_is_sent(
    shared_site: Site, open_page: Open, city: Connection
) -> None:
    plot = offered_plot(city)
    page = open_page(shared_site, f"selected=plots/{plot}", token=shared_site.token(Role.EDITOR, "Erika Muster"))
    page.evaluate("app.settings.largest_attachment = 1000")
    add(page, file("riese.jpg", b"\xff" * 1001), file("leer.jpg", b""))
    errors = section(page).locator(".uploads .error")
    expect(errors.nth(0)).to_contain_text("bitte verkleinern")
    expect(errors.nth(1)).to_contain_text("Die Datei ist leer")
    page.evaluate("app.settings.largest_attachment = 25000000")
    for _ in range(2):
        section(page).get_by_role("button", name="Weglassen").first.click()
    expect(errors).to_have_count(0)


def test_the_public_sees_public_photos_and_no_section_of_none(
    shared_site: Site, open_page: Open, city: Connection
) -> None:
    plot = offered_plot(city)
    editor = open_page(shared_site, f"selected=plots/{plot}", token=shared_site.token(Role.EDITOR, "Erika Muster"))
    section(editor).get_by_label("Neue Dateien öffentlich zeigen").check()
    add(editor, file("offen.jpg", photo("#557799")))
    expect(section(editor).locator(".gallery > li")).to_have_count(1)
    section(editor).get_by_label("Neue Dateien öffentlich zeigen").uncheck()
    add(editor, file("intern.jpg", photo("#997755")))
    expect(section(editor).locator(".gallery > li")).to_have_count(2)
    page = open_page(shared_site, f"selected=plots/{plot}", fresh=True)
    expect(section(page).locator(".gallery > li")).to_have_count(1)
    expect(section(page).get_by_text("intern", exact=True)).to_have_count(0)
    headings = page.locator(".drawer h3").all_inner_texts()
    assert headings.index("Fotos und Dateien") < headings.index("Fläche und Planungsrecht")
    expect(page.locator("#attach")).to_have_count(0)
    expect(page.get_by_role("region", name="Vermerke")).to_have_count(0)
    page.evaluate(f"app.select('plots/{offered_plot(city)}')")
    expect(page.locator("#detail h2")).to_be_visible()
    expect(section(page)).to_have_count(0)


def test_memos_are_written_corrected_by_their_author_and_listed_newest_first(
    shared_site: Site, open_page: Open, city: Connection
) -> None:
    plot = one(city, "select max(id) from flurwerk.plots")
    insert(city, "memos", plot=plot, text="Vor Jahren besichtigt", made_on="2020-05-04")
    page = open_page(shared_site, f"selected=plots/{plot}", token=shared_site.token(Role.EDITOR, "Erika Muster"))
    shown = section(page, "Vermerke")
    shown.get_by_role("button", name="Vermerk schreiben").click()
    form = page.locator("#form")
    form.get_by_label("Vermerk").fill("Eigentümer will verkaufen.\nRückruf am Montag.")
    form.get_by_role("button", name="Speichern").click()
    entries = shown.locator(".memos > li")
    expect(entries).to_have_count(2)
    expect(entries.first).to_contain_text("Erika Muster")
    expect(entries.first).to_contain_text("Rückruf am Montag.")
    # Of others', nobody corrects a word.
    expect(entries.nth(1).get_by_role("button")).to_have_count(0)
    entries.first.get_by_role("button", name="Berichtigen").click()
    form.get_by_label("Vermerk").fill("Rückruf am Dienstag.")
    form.get_by_role("button", name="Speichern").click()
    expect(entries.first).to_contain_text("Rückruf am Dienstag.")
    entries.first.get_by_role("button", name="Berichtigen").click()
    form.get_by_role("button", name="Löschen").click()
    page.locator("dialog[open] button.danger").click()
    expect(entries).to_have_count(1)
    page.get_by_role("button", name="Zurücknehmen").click()
    expect(entries).to_have_count(2)


def test_the_contact_person_is_chosen_from_the_register_and_shown_with_ways_to_reach_them(
    shared_site: Site, open_page: Open, city: Connection
) -> None:
    plot = offered_plot(city)
    page = open_page(shared_site, f"selected=plots/{plot}", token=shared_site.token(Role.EDITOR, "Erika Muster"))
    person = insert(city, "contacts", name="Ada Acker", job_title="Gewerbeflächen Nord", phone="+49 231 50-17")
    page.get_by_role("button", name="Bearbeiten", exact=True).first.click()
    form = page.locator("#form")
    form.get_by_label("Ansprechperson").fill("Ada")
    form.get_by_role("option", name="Ada Acker").click()
    form.get_by_role("button", name="Speichern").click()
    shown = section(page, "Ansprechperson")
    expect(shown).to_contain_text("Gewerbeflächen Nord")
    expect(shown.get_by_role("link", name="+49 231 50-17")).to_have_attribute("href", "tel:+492315017")
    expect(shown).to_contain_text("Nur intern")
    public = open_page(shared_site, f"selected=plots/{plot}", fresh=True)
    expect(public.locator("#detail h2")).to_be_visible()
    expect(section(public, "Ansprechperson")).to_have_count(0)
    update(city, "contacts", person, is_public=True)
    public.reload()
    expect(section(public, "Ansprechperson")).to_contain_text("Ada Acker")
    update(city, "plots", plot, contact_person=None)


def test_on_a_phone_the_drawer_with_photos_is_no_wider_than_the_screen(
    shared_site: Site, open_page: Open, city: Connection
) -> None:
    plot = offered_plot(city)
    page = open_page(
        shared_site,
        f"selected=plots/{plot}",
        token=shared_site.token(Role.EDITOR, "Erika Muster"),
        width=390,
        height=800,
    )
    add(page, file(f"{'lang' * 20}.jpg", photo("#123456")), file(f"{'lang' * 20}.pdf", PDF))
    expect(section(page).locator(".gallery > li")).to_have_count(1)
    expect(section(page).locator(".documents > li")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    narrow = page.evaluate(
        """[...document.querySelectorAll("#detail .attach *:not(.hidden)")]
            .filter((one) => one.getBoundingClientRect().right > 391)
            .map((one) => one.outerHTML)"""
    )
    assert narrow == []


def test_a_photo_whose_bytes_cannot_be_had_says_so_and_the_rest_is_there(
    shared_site: Site, open_page: Open, city: Connection
) -> None:
    plot = offered_plot(city)
    token = shared_site.token(Role.EDITOR, "Erika Muster")
    page = open_page(shared_site, f"selected=plots/{plot}", token=token, expected=("503",))
    page.route("**/api/attachments/*/content?rendition=small", lambda route: route.fulfill(status=503))
    shown = section(page)
    add(page, file("nord.jpg", photo("#3a6e4b")))
    item = shown.locator(".gallery > li")
    expect(item.get_by_text("Das Foto lässt sich gerade nicht laden.")).to_be_visible()
    expect(item.locator("img")).to_be_hidden()
    expect(item.get_by_role("button", name="Bearbeiten")).to_be_visible()
