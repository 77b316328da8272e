"""Who is responsible on the page: by name, linked, and asked for the day when it changes."""

from playwright.sync_api import expect

from tests.test_web.conftest import Open, Site
from tests.test_web.test_act import ask, editor, saved

CONNECTION = """
    select r.id, c.key, c.name, o.name
    from flurwerk.connections as r
    join flurwerk.clusters as c on c.id = r.cluster
    join flurwerk.operators as o on o.id = r.operator
    where c.key = 'HG-01'
    order by r.id
    limit 1
"""
KEPT = """
    select string_agg(k.key || ' ' || f.until, '; ')
    from flurwerk.former_responsibilities as f
    join flurwerk.clusters as k on k.id = f.cluster
    where f.layer = 'connections' and f.record = %s
"""


def test_the_drawer_names_who_is_responsible_and_a_change_asks_for_its_day(shared_site: Site, open_page: Open) -> None:
    """The cluster opens from the connection; a change without a day is asked about, one with a day keeps the past."""
    connection = ask(shared_site, f"select id from ({CONNECTION}) as r")
    page = editor(shared_site, open_page, "Roswitha", state=f"selected=connections/{connection}")
    drawer = page.locator("#detail .drawer")
    expect(drawer.get_by_role("button", name="HG-01 Hostedde")).to_be_visible()
    expect(drawer.get_by_role("button", name="Ruhrnetz")).to_be_visible()
    drawer.get_by_role("button", name="HG-01 Hostedde").click()
    expect(drawer.locator("#detail-title")).to_have_text("Hostedde")
    expect(drawer.locator(".facts")).to_contain_text("HG-01")
    page.go_back()
    drawer.locator(".record-tools").get_by_role("button", name="Bearbeiten").click()
    form = page.locator("#form")
    form.get_by_label("Ausbaucluster").fill("HG-02")
    form.get_by_role("option").filter(has_text="Asseln").click()
    form.get_by_role("button", name="Speichern").click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("bitte „Zuständigkeit gilt ab“ angeben")
    question.get_by_role("button", name="Noch einmal ansehen").click()
    since = form.get_by_label("Zuständigkeit gilt ab")
    since.fill("01.07.2024")
    since.blur()
    expect(form.locator(".doubts")).to_be_empty()
    saved(page, form, "ist gespeichert")
    assert ask(shared_site, KEPT, connection) == "HG-01 2024-07-01"
