"""Takes the pictures of docs/setup.md: ``make pictures``. Run with FLURWERK_PROFILE=sample_data/second.

The second city has a private server of its own, in a folder that is removed afterwards.
"""

import socket
import tempfile
from pathlib import Path
from typing import Any

import httpx
import pypdfium2

from api.app import create_app
from api.cli.sample import load_sample
from geo.figures.releases.assembling import draft
from geo.migrate import connect_migrated
from geo.periods import parse_period
from geo.profile import profile
from geo.settings import load_settings
from geo.store import cluster
from maps.figures.report.job import Job
from maps.figures.report.process import make_files
from maps.figures.report.reading import places_of
from scripts.screenshots import PICTURES
from tests.browser import launched
from tests.test_api.helpers import running
from tests.test_web.pages import wait_for_page

PERIOD = "2024-Q3"
REPORT, EXPOSE = {0: "second-city-report", 1: "second-city-table"}, {0: "second-city-expose"}
"""Pages of documents, and the names of their pictures."""
SCALE: Any = 1.25
"""Pixels per point of a page."""


def main() -> None:
    """Take pictures of the page with the indicators, of the report's first pages and of an exposé."""
    with tempfile.TemporaryDirectory(prefix="flurwerk-second-") as folder:
        Path(folder).chmod(0o755)
        changes = {"database_url": None, "home": Path(folder), "period": PERIOD, "anonymous_audience": "internal"}
        settings = load_settings().model_copy(update=changes)
        try:
            with connect_migrated(settings) as connection:
                load_sample(connection, profile().folder)
                report = draft(connection, parse_period(PERIOD))
                job = Job("pdf", "de", profile().publisher.name, report, places_of(connection, report))
            with (
                launched() as browser,
                socket.create_server(("127.0.0.1", 0)) as listener,
                running(create_app(settings), listener),
            ):
                url = f"http://127.0.0.1:{listener.getsockname()[1]}"
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                page.goto(f"{url}/#panel=indicators")
                wait_for_page(page)
                page.screenshot(path=PICTURES / "second-city.png")
                take(httpx.get(f"{url}/api/plots/1/expose?lang=de", timeout=60).content, EXPOSE)
            (document,) = make_files(job, ["pdf"]).values()
            take(document, REPORT)
        finally:
            cluster.stop(settings.home)


def take(document: bytes, names: dict[int, str]) -> None:
    """Take pictures of a PDF's pages."""
    with pypdfium2.PdfDocument(document) as pages:
        for number, name in names.items():
            pages[number].render(scale=SCALE).to_pil().save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
