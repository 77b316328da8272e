"""The second sample city, from `flurwerk init` to a published report: its figures are those worked out by hand.

What is expected here stands in sample_data/second/README.md, with how it is worked out.
"""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
from matplotlib import get_data_path
from playwright.sync_api import expect
from pypdf import PdfReader
from pyproj import Transformer

from tests.browser import launched
from tests.conftest import create_database, database, drop_database
from tests.remains import REPOSITORY
from tests.test_profile.conftest import command, python
from tests.test_profile.service import serving
from tests.test_web.pages import wait_for_page
from tests.test_web.test_page import violations

FOLDER = REPOSITORY / "sample_data" / "second"
QUARTERS = [f"2024-Q{number}" for number in range(1, 5)]
EXPECTED = {
    "inquiries": "3 3 3 2",
    "public_land_m2": "12000 12750.5 100000 0",
    "public_land_plots": "1 2 1 0",
    "private_land_m2": "0 0 15000 1200",
    "properties_brokered": "- - 1 0",
    "settlements:hafen": "- - 1 0",
    "funded_connections": "2 2 2 2",
    "trench_planned_km": "11.5 1.5 1.5 1.5",
    "trench_laid_km": "0 10 10 10",
    "vacant_m2": "2050 2050 4250 4250",
    "plots_sold_ha": "1.2 1.27505 1.5 0",
    "brownfield_ha": "0 0.85005 1.5 0",
    "brownfield_share": "0 66.6679738 100 -",
}
"""By key, in the four quarters of 2024; "-" is not recorded: there is no record by then."""
LOAD = """
import sys, pathlib, psycopg
from api.cli.sample import load_sample
from geo.store.database import conninfo
with psycopg.connect(conninfo(sys.argv[1])) as connection:
    load_sample(connection, pathlib.Path(sys.argv[2]))
"""
Flurwerk = Callable[..., str]
SERIF = {"regular": "DejaVuSerif.ttf", "bold": "DejaVuSerif-Bold.ttf"}
"""A typeface with serifs, which comes with matplotlib."""
COLOUR = "#1f4a82"
NAMED_AT = """(place) => {
    const { map } = app.map;
    const found = map.queryRenderedFeatures(map.project(place)).filter((one) => one.source === "plots");
    const ids = new Set(found.map((one) => one.id));
    return app.plots.records.filter((one) => ids.has(one.id)).map((one) => one.properties.name);
}"""
LOADED = """async (name) => {
    await document.fonts.ready;
    return [...document.fonts].filter((one) => one.status === "loaded" && one.family.includes(name)).length;
}"""


def shortened(actual: str) -> str:
    """A figure with at most seven decimals, or "-" for none."""
    return f"{Decimal(actual):.7f}".rstrip("0").rstrip(".") if actual else "-"


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town's profile, as people edit it: it begins as `flurwerk init` writes it. Here it has a typeface as well."""
    folder = tmp_path_factory.mktemp("second") / "city"
    asked = ("--name", "Luchwalde", "--ags", "12063999", "--publisher", "Wirtschaftsförderung Luchwalde")
    done = command("init", str(folder), *asked, profile=FOLDER)
    assert done.returncode == 0, done.stderr
    shutil.copy(FOLDER / "logo.svg", folder)
    for name in SERIF.values():
        shutil.copy(Path(get_data_path()) / "fonts" / "ttf" / name, folder)
    text = (FOLDER / "profile.toml").read_text("utf-8")
    font = "\n".join(f'{weight} = "{name}"' for weight, name in SERIF.items())
    text = text.replace("\n[modules]", f"\n[design.font]\n{font}\n\n[modules]")
    (folder / "profile.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def url(server_url: str, profile: Path) -> Iterator[str]:
    """The URL of a database with the town's records."""
    create_database(server_url, "second_city")
    url = database(server_url, "second_city")
    assert "no mistakes" in command("profile", "check", profile=profile, FLURWERK_DATABASE_URL=url).stdout
    done = command("migrate", profile=profile, FLURWERK_DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    loaded = python("-c", LOAD, url, str(FOLDER), profile=profile)
    assert loaded.returncode == 0, loaded.stderr
    yield url
    drop_database(server_url, "second_city")


@pytest.fixture(scope="module")
def flurwerk(url: str, profile: Path) -> Flurwerk:
    """Runs the command on the town's database; what it prints."""

    def run(*arguments: str) -> str:
        done = command(*arguments, profile=profile, FLURWERK_DATABASE_URL=url)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_the_files_are_those_that_their_generator_writes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, FOLDER / "generate.py", tmp_path], check=True)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.suffix in {".csv", ".gpkg"}}
    assert written == kept


def test_all_figures_of_four_quarters_are_those_worked_out_by_hand(flurwerk: Flurwerk) -> None:
    found: dict[str, list[str]] = {}
    for quarter in QUARTERS:
        for row in csv.DictReader(io.StringIO(flurwerk("kpi", quarter, "--format", "csv"))):
            found.setdefault(row["key"], []).append(shortened(row["actual"]))
    assert {key: " ".join(values) for key, values in found.items()} == EXPECTED


def test_the_parts_of_a_split_are_those_worked_out_by_hand(flurwerk: Flurwerk) -> None:
    rows = csv.DictReader(
        io.StringIO(flurwerk("kpi", "2024-Q3", "--key", "trench_laid_km", "--by", "district", "--format", "csv"))
    )
    assert {row["district"]: Decimal(row["actual"]) for row in rows} == {
        "Altstadt": 3, "Seefeld": 4, "Nordend": 0, "Hafen": 3,
    }  # fmt: skip


def test_a_quarters_report_is_made_published_and_verified(flurwerk: Flurwerk, tmp_path: Path) -> None:
    """Its title and columns are those of a quarter, and the figures of the year's earlier quarters stand beside."""
    flurwerk("report", "2024-Q3", "--out", str(tmp_path))
    (markdown,) = tmp_path.glob("**/*.md")
    text = markdown.read_text("utf-8").replace("\\", "").replace("\N{NO-BREAK SPACE}", " ")
    assert "Quartalsbericht" in text
    assert "Ist 2. Quartal" in text
    assert "Plan 3. Quartal" in text
    assert "Erläuterungen" in text
    assert "Leerstehende Gewerbeflächen" in text
    assert "Mobilfunk" not in text
    assert "Büroflächen" not in text
    assert "Wirtschaftsförderung Luchwalde" in text
    assert "Halbjahr" not in text
    made = {path.suffix: path.read_bytes() for path in tmp_path.rglob("*.*")}
    assert set(made) >= {".pdf", ".docx", ".xlsx", ".html"}
    assert not re.search(r"\bZiel\b", text)
    looks_like_the_agencys(made)
    flurwerk("report", "2024-Q3", "--publish", "--accept", "Beispieldaten")
    assert "2024-Q3" in flurwerk("report", "verify", "2024-Q3")
    assert json.loads(flurwerk("report", "diff", "2024-Q3", "--format", "json")) == []


def looks_like_the_agencys(made: dict[str, bytes]) -> None:
    """Logo, colour and typeface are in documents of all kinds, and nothing is left of Flurwerk's colour."""
    html = made[".html"].decode()
    assert '<img src="data:image/svg+xml;base64,' in html
    assert f"--accent: {COLOUR};" in html
    assert 'font-family: "DejaVu Serif"; font-weight: 600' in html
    assert "00695a" not in html
    drawn = re.findall(r'<div class="picture (?:targets|trends)".*?</figure>', html, flags=re.DOTALL)
    assert drawn
    assert COLOUR in "".join(drawn)
    assert "#c2185b" not in "".join(drawn)
    with zipfile.ZipFile(io.BytesIO(made[".docx"])) as word:
        written = "".join(word.read(name).decode() for name in word.namelist() if name.endswith(".xml"))
        pictures = [name for name in word.namelist() if name.startswith("word/media/")]
    assert COLOUR[1:].upper() in written
    assert "00695A" not in written
    assert 'w:ascii="DejaVu Serif"' in written
    assert "Calibri" not in re.findall(r'w:rFonts w:ascii="([^"]*)"', written)
    assert 'descr="Wirtschaftsförderung Luchwalde"' in written
    assert pictures
    book = openpyxl.load_workbook(io.BytesIO(made[".xlsx"]))
    head: Any = book.worksheets[0]["A4"]
    assert (head.fill.fgColor.rgb[2:], head.font.name) == (COLOUR[1:].upper(), "DejaVu Serif")
    pdf = PdfReader(io.BytesIO(made[".pdf"]))
    resources: list[Any] = [page["/Resources"] for page in pdf.pages]
    names = {str(font.get_object()["/BaseFont"]) for one in resources for font in one.get("/Font", {}).values()}
    assert any(name.endswith("DejaVuSerif-Bold") for name in names), names


@pytest.fixture(scope="module")
def client(url: str, profile: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The town's service, open to insiders."""
    home = tmp_path_factory.mktemp("home")
    with (
        serving(profile, url, home, FLURWERK_ANONYMOUS_AUDIENCE="internal") as service,
        service.client() as client,
    ):
        yield client


def test_the_service_shows_the_town_as_its_profile_describes_it(client: httpx.Client) -> None:
    """Name, quarters in trends, and a period of the agency's rhythm by default; nothing of the first sample city."""
    trends = client.get("/api/kpis/trend", params={"period": "2024-Q4", "periods": 4}).json()
    (laid,) = (trend for trend in trends if trend["key"] == "trench_laid_km")
    assert [(point["period"], point["actual"]) for point in laid["points"]] == list(
        zip(QUARTERS, (0, 10, 10, 10), strict=True)
    )
    (figure, *_) = client.get("/api/kpis").json()
    assert "-Q" in figure["period"]
    page = unescape(client.get("/").text)
    assert '"reported_months": 3' in page
    for path in ("/", "/api/kpis?period=2024-Q3", "/api", "/api/collections", "/api/dcat"):
        assert "Dortmund" not in client.get(path).text, path


def test_the_files_of_the_design_may_be_cached_and_run_nothing(client: httpx.Client) -> None:
    """All pages name the style sheet; logo and fonts have addresses that change with them; a logo runs nothing."""
    for path in ("/", "/report", "/load", "/api"):
        assert "css/9-agency.css" in client.get(path, headers={"Accept": "text/html"}).text, path
    (base,) = set(re.findall(r"/assets/\w+/web", client.get("/").text))
    for name, kind in (
        ("agency/logo.svg", "image/svg+xml"),
        ("agency/font-400.woff", "font/woff"),
        ("agency/font-600.woff", "font/woff"),
        ("css/9-agency.css", "text/css; charset=utf-8"),
    ):
        response = client.get(f"{base}/{name}")
        assert response.headers["content-type"] == kind
        assert "immutable" in response.headers["cache-control"]
        assert response.headers["x-content-type-options"] == "nosniff"
    assert f"--current: {COLOUR};" in client.get(f"{base}/css/9-agency.css").text
    policy = client.get(f"{base}/agency/logo.svg").headers["content-security-policy"]
    assert policy.startswith("default-src 'none';")
    assert policy.endswith("sandbox")
    assert f'fill="{COLOUR}"' in client.get(f"{base}/images/icon.svg").text
    overview = client.get("/maps/overview").text
    assert '<img class="logo" src="data:image/svg+xml;base64,' in overview
    assert f"border-bottom: 3px solid {COLOUR};" in overview


def test_the_page_is_the_towns(client: httpx.Client) -> None:
    """Title, logo, words, panels, a quarter's figures, a place of EPSG:25833 on the map; no errors, accessible."""
    complaints: list[str] = []
    with launched() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto(f"{client.base_url}/?lang=de#panel=indicators&indicators.period=2024-Q3")
        wait_for_page(page)
        assert page.title() == "Flurwerk – Gewerbeflächen und Breitbandausbau"
        logo = page.get_by_role("img", name="Wirtschaftsförderung Luchwalde")
        assert logo.evaluate("image => [image.complete, image.naturalWidth > 0]") == [True, True]
        assert page.locator(".brand").evaluate("one => getComputedStyle(one).color") == "rgb(31, 74, 130)"
        assert page.evaluate(LOADED, "DejaVu Serif") == 2
        expect(page.get_by_role("columnheader", name="Ortsteil")).to_be_visible()
        expect(page.locator(".rail button:visible")).to_have_text(
            ["Suchen", "Vermitteln", "Zusagen", "Breitband", "Kennzahlen", "Ausgabe", "Was hat sich getan"]
        )
        card = page.locator(".indicator", has_text="Verkauf / Erbpacht öffentlicher Grundstücke")
        for told in ("100.000\u00a0m²", "Plan 15.000\u00a0m²", "Plan erreicht: 667"):
            expect(card).to_contain_text(told)
        assert not re.search(r"\bZiel|Stadtbezirk|Mobilfunk", page.inner_text("body"))
        # The middle of the first plot, p1, in the town's reference system.
        middle = Transformer.from_crs(25833, 4326, always_xy=True).transform(420_700, 5_802_650)
        page.evaluate("middle => void app.map.map.jumpTo({ center: middle, zoom: 15 })", list(middle))
        wait_for_page(page)
        assert page.evaluate(NAMED_AT, list(middle)) == ["Nord 1"]
        assert violations(page) == []
    assert complaints == []
