"""Take the pictures of the documentation: ``make pictures``, with the sample data in the private database."""

import tempfile
from pathlib import Path

from geo.layers.base import Audience
from geo.migrate import connect_migrated
from geo.periods import parse_period
from geo.settings import load_settings
from maps.folium_map import overview
from tests.browser import launched, open_offline

DOCS = Path(__file__).parent.parent / "docs"
PERIOD = "2023-H2"


def main() -> None:
    """Draw the overview map of the sample's half-year as a file, open it offline and take its picture."""
    with connect_migrated(load_settings().model_copy(update={"database_url": None})) as connection:
        html = overview(connection, parse_period(PERIOD), audience=Audience.INTERNAL)
    with tempfile.TemporaryDirectory() as folder, launched() as browser:
        page = Path(folder) / "overview.html"
        page.write_text(html, encoding="utf-8")
        open_offline(browser, page).page.screenshot(path=DOCS / "overview.png")
    print(DOCS / "overview.png")


if __name__ == "__main__":
    main()
