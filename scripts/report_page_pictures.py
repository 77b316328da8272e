"""Takes the pictures of the report's pages, from a copy of the sample data, since a release cannot be undone."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg
from playwright.sync_api import Browser, Page
from psycopg.conninfo import conninfo_to_dict

from api.app import create_app
from geo.access import Role
from geo.access.tokens import create
from geo.figures.releases.publishing import publish
from geo.migrate import migrate
from geo.periods import parse_period
from geo.settings import Settings
from geo.store.database import conninfo, running_url
from tests.browser import READY, wait_until
from tests.conftest import create_database, database, drop_database
from tests.test_api.helpers import running

COPY = "flurwerk_pictures"
PERIOD = "2023-H2"
NAME = "Berichtswesen"
ACTUAL = "#cell-actual-company_contacts-2023-H2"


class View(NamedTuple):
    """A view of a page: its path, what to click and type, what to wait for, and what to scroll to the top."""

    name: str
    path: str
    size: tuple[int, int] = (1440, 1000)
    clicks: tuple[str, ...] = ()
    typed: str | None = None
    awaited: str = ".report-head"
    top: str | None = None


VIEWS = (
    View("report", f"/report/{PERIOD}?draft=true"),
    View(
        "report-edit",
        f"/report/{PERIOD}?draft=true",
        (1440, 760),
        (ACTUAL,),
        "1.734",
        ".versions .history",
        "#table",
    ),
    View("report-figure", f"/report/{PERIOD}#figure-trench_laid_km", awaited=".split", top="#figure-trench_laid_km"),
    View(
        "report-diff",
        f"/report/{PERIOD}",
        (1440, 640),
        ("form.diff button",),
        awaited=".tag.disappeared",
        top="#releases",
    ),
    View("report-overview", "/report", (1440, 620)),
    View("report-english", f"/report/{PERIOD}?lang=en#trends", (1440, 900), top="#trends"),
    View("report-tablet", f"/report/{PERIOD}", (768, 1024)),
    View("report-phone", f"/report/{PERIOD}#table", (390, 800), top="#table"),
    View("report-maps", f"/report/{PERIOD}#maps", awaited=".maps img", top="#maps"),
)


def take_report(browser: Browser, settings: Settings, folder: Path) -> None:
    """Publish the half-year in a copy of the private database, serve the copy, and take the pictures."""
    with copied(settings) as url:
        token = _publish(url)
        app = create_app(settings.model_copy(update={"database_url": url, "handout_timeout_s": 600}))
        with socket.create_server(("127.0.0.1", 0)) as listener, running(app, listener):
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            for view in VIEWS:
                _take(browser, address, token, view, folder)


@contextmanager
def copied(settings: Settings) -> Iterator[str]:
    """Yield the URL of a copy of the database, and drop the copy at the end."""
    url = running_url(settings)
    server, name = database(url, "postgres"), str(conninfo_to_dict(url)["dbname"])
    create_database(server, COPY, name)
    try:
        yield database(url, COPY)
    finally:
        drop_database(server, COPY)


def _publish(url: str) -> str:
    """Publish the half-year, then cancel a sale and change a target and an actual; return an editor's token."""
    with psycopg.connect(conninfo(url)) as connection:
        connection.execute("select set_config('flurwerk.actor', %s, false)", [NAME])
        migrate(connection)
        connection.commit()
        publish(connection, parse_period(PERIOD), accept="Die Hinweise sind bekannt; keiner ändert eine Zahl.")
        connection.execute(
            """
            update flurwerk.transactions
            set cancelled_on = '2024-02-03'
            where id = (
                select id
                from flurwerk.transactions
                where sector = 'public'
                  and role in ('seller', 'supporter')
                  and kind in ('sale', 'ground_lease')
                  and agreed_on between '2023-07-01' and '2023-12-31'
                  and cancelled_on is null
                order by area_m2
                limit 1
            )
            """
        )
        connection.execute(
            "update flurwerk.targets set value = 6000 where kpi = 'public_land_m2' and period = %s", [PERIOD]
        )
        connection.execute(
            """
            update flurwerk.manual_actuals
            set value = value + 6
            where period = %s
              and indicator = (select id from flurwerk.manual_indicators where key = 'company_contacts')
            """,
            [PERIOD],
        )
        return create(connection, NAME, Role.EDITOR)


def _take(browser: Browser, address: str, token: str, view: View, folder: Path) -> None:
    width, height = view.size
    context = browser.new_context(viewport={"width": width, "height": height}, locale="de-DE")
    context.request.post(f"{address}/api/session", data={"token": token})
    page = context.new_page()
    # Maps take seconds to draw, but much longer on a busy machine.
    page.set_default_timeout(600_000)
    page.goto(f"{address}{view.path}")
    wait_until(lambda: page.evaluate(READY), view.path)
    page.locator(".report-head").wait_for()
    for selector in view.clicks:
        page.locator(selector).first.click()
    if view.typed:
        page.locator("#cell-field:enabled").fill(view.typed)
    page.locator(view.awaited).first.wait_for()
    _scroll_to(page, view.top)
    page.screenshot(path=folder / f"{view.name}.png")
    print(folder / f"{view.name}.png")
    context.close()


def _scroll_to(page: Page, top: str | None) -> None:
    """Scroll there if given, and wait until the charts are drawn."""
    if top:
        page.locator(top).first.evaluate("(element) => element.scrollIntoView()")
    page.wait_for_timeout(1500)
