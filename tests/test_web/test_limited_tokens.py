"""Tokens for some layers only: what they lack is said, and nothing is asked for in vain."""

import psycopg
import pytest
from playwright.sync_api import expect

from geo.access import Role
from geo.access.tokens import create
from geo.store.database import conninfo
from tests.test_web.conftest import Open, Site
from tests.test_web.test_page import violations

SOME = ["plots", "trenches", "transactions"]


def token(site: Site, role: Role, name: str) -> str:
    """A token for these layers."""
    with psycopg.connect(conninfo(site.database_url)) as owner:
        return create(owner, name, role, layers=SOME)


def test_a_panel_says_which_layers_the_access_lacks(shared_site: Site, open_page: Open) -> None:
    """Without a single request that is refused: any would be an error in the console."""
    page = open_page(shared_site, "panel=mobile", token=token(shared_site, Role.READER, "Some panels"))
    for panel, missing in (("mobile", "Suchkreisanfragen"), ("broadband", "Behinderungen")):
        if panel != "mobile":
            page.locator(f"#rail-{panel}").click()
        shown = page.locator("#panel .closed")
        expect(shown).to_contain_text("reicht Ihr Zugang nicht")
        expect(shown.get_by_role("listitem").filter(has_text=missing)).to_be_visible()
        expect(shown.get_by_role("listitem").filter(has_text="Trassen")).to_have_count(0)
        assert violations(page) == [], panel
        page.locator("#rail-find").click()
        expect(page.locator("#panel .closed")).to_have_count(0)


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR])
def test_every_panel_opens_without_a_refusal(shared_site: Site, open_page: Open, role: Role) -> None:
    page = open_page(shared_site, "selected=plots/6", token=token(shared_site, role, f"All panels - {role.value}"))
    expect(page.get_by_role("region", name="Verlauf")).to_be_visible()
    expect(page.get_by_role("region", name="Passende Anfragen")).to_have_count(0)
    for button in page.locator("#rail button:visible").all()[1:]:
        button.click()
        expect(page.locator("#panel h2")).to_be_visible()
        page.wait_for_load_state("networkidle")
    expect(page.locator(".toast.failed")).to_have_count(0)
    if role is Role.EDITOR:
        # None of the layers with a button of their own; those of the token are among the others.
        page.locator("#rail-act").click()
        offered = page.get_by_label("Anderes").locator("option")
        expect(offered).to_have_count(1 + len(SOME))
        expect(page.locator("#panel .empty")).not_to_contain_text("lässt sich damit hier nichts")


def test_whose_access_is_for_all_layers_sees_the_figures(internal_site: Site, open_page: Open) -> None:
    page = open_page(internal_site, "panel=broadband")
    expect(page.locator("#panel .slider")).to_be_visible()
    expect(page.locator("#panel .closed")).to_have_count(0)
