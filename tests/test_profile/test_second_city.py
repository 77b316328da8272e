"""The second sample city, from `flurwerk init` to a published report: its figures are those worked out by hand.

What is expected here stands in sample_data/second/README.md, with how it is worked out.
"""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from html import unescape
from pathlib import Path

import httpx
import pytest

from tests.conftest import create_database, database, drop_database
from tests.remains import REPOSITORY
from tests.test_api.helpers import program
from tests.test_profile.conftest import command

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


def shortened(actual: str) -> str:
    """A figure with at most seven decimals, or "-" for none."""
    return f"{Decimal(actual):.7f}".rstrip("0").rstrip(".") if actual else "-"


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town's profile, as people edit it: it begins as `flurwerk init` writes it."""
    folder = tmp_path_factory.mktemp("second") / "city"
    asked = ("--name", "Luchwalde", "--ags", "12063999", "--publisher", "Wirtschaftsförderung Luchwalde")
    done = command("init", str(folder), *asked, profile=FOLDER)
    assert done.returncode == 0, done.stderr
    shutil.copy(FOLDER / "profile.toml", folder / "profile.toml")
    return folder


@pytest.fixture(scope="module")
def url(server_url: str, profile: Path) -> Iterator[str]:
    """The URL of a database with the town's records."""
    create_database(server_url, "second_city")
    url = database(server_url, "second_city")
    assert "no mistakes" in command("profile", "check", profile=profile, FLURWERK_DATABASE_URL=url).stdout
    done = command("migrate", profile=profile, FLURWERK_DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    environment = os.environ | {"FLURWERK_PROFILE": str(profile)}
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD, url, FOLDER], cwd=REPOSITORY, env=environment, capture_output=True, text=True
    )
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
    assert {path.suffix for path in tmp_path.rglob("*.*")} >= {".pdf", ".docx", ".xlsx", ".html"}
    flurwerk("report", "2024-Q3", "--publish", "--accept", "Beispieldaten")
    assert "2024-Q3" in flurwerk("report", "verify", "2024-Q3")
    assert json.loads(flurwerk("report", "diff", "2024-Q3", "--format", "json")) == []


def test_the_service_shows_the_town_as_its_profile_describes_it(url: str, profile: Path) -> None:
    """Name, quarters in trends, and a period of the agency's rhythm by default; nothing of the first sample city."""
    variables = {"FLURWERK_DATABASE_URL": url, "FLURWERK_PROFILE": str(profile)}
    with program(**variables) as (_, address), httpx.Client(base_url=address, timeout=60) as client:
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
