"""Takes the pictures of the report's documents: ``make pictures``, with the sample data in the private database.

LibreOffice (Debian: libreoffice-writer, libreoffice-calc) lays out Word documents and workbooks; without it, their
pictures are not updated.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pypdfium2

from geo.figures.releases.assembling import draft
from geo.migrate import connect_migrated
from geo.periods import parse_period
from geo.settings import load_settings
from maps.figures.report.job import Job
from maps.figures.report.process import make_files
from maps.figures.report.reading import places_of
from maps.figures.report.writing import write
from scripts.screenshots import PERIOD, PICTURES
from tests.browser import launched

SCALE: Any = 1.25
"""Pixels per point of a page."""
PAGES = {
    "pdf": {0: "report-first", 1: "report-table", 5: "report-trends", 7: "report-trenches", 8: "report-connections"},
    "docx": {1: "report-word"},
    "xlsx": {0: "report-workbook"},
}
"""The pages shown of each document, and the names of their pictures."""


def main() -> None:
    """Write the documents of the sample's half-year, and take pictures of their pages."""
    settings = load_settings().model_copy(update={"database_url": None})
    with connect_migrated(settings) as connection:
        report = draft(connection, parse_period(PERIOD))
        job = Job("pdf", "de", "Wirtschaftsförderung Musterstadt", report, places_of(connection, report))
    with tempfile.TemporaryDirectory() as folder:
        for path in write(make_files(job, ["pdf", "docx", "xlsx", "html"]), Path(folder)):
            if path.suffix == ".html":
                take_page(path)
            else:
                take(path if path.suffix == ".pdf" else converted(path), PAGES[path.suffix[1:]])


def take(path: Path | None, names: dict[int, str]) -> None:
    """Take pictures of a PDF's pages."""
    if path is None:
        return
    with pypdfium2.PdfDocument(path) as document:
        for number, name in names.items():
            target = PICTURES / f"{name}.png"
            picture = document[number].render(scale=SCALE)  # pyright: ignore[reportArgumentType]
            picture.to_pil().save(target, optimize=True)
            print(target)


def take_page(path: Path) -> None:
    """Take a picture of the HTML file's beginning."""
    target = PICTURES / "report-html.png"
    with launched() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 960})
        page.goto(path.as_uri())
        page.screenshot(path=target)
    print(target)


def converted(path: Path) -> Path | None:
    """Return the document as a PDF from LibreOffice, or None if that is not installed."""
    office = shutil.which("soffice")
    if office is None:
        print(f"LibreOffice is not installed: pictures of {path.suffix} are not updated.")
        return None
    folder = path.with_suffix(".converted")
    subprocess.run(
        [office, "--headless", "--convert-to", "pdf", "--outdir", folder, path], check=True, capture_output=True
    )
    return folder / f"{path.stem}.pdf"


if __name__ == "__main__":
    main()
