"""Takes the pictures of docs/setup.md: ``make pictures``. Run with FLURWERK_PROFILE=sample_data/second.

The second city has a private server of its own, in a folder that is removed afterwards.
"""

import socket
import tempfile
from pathlib import Path
from typing import Any

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
TABLE = 1
"""The page of the report's table."""
SCALE: Any = 1.25
"""Pixels per point of a page."""


def main() -> None:
    """Take pictures of the page with the indicators and of the report's table."""
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
            (document,) = [content for name, content in make_files(job, ["pdf"]).items() if name.endswith(".pdf")]
            pypdfium2.PdfDocument(document)[TABLE].render(scale=SCALE).to_pil().save(PICTURES / "second-city-table.png")
        finally:
            cluster.stop(settings.home)


if __name__ == "__main__":
    main()
