"""The agency's own words are in every output, and a key or placeholder that is not known is refused."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import expect

from geo.access import Role
from geo.profile import ProfileError, packaged_profile, read_profile
from geo.profile.model import PartTerms
from geo.store.database import conninfo
from geo.text import Text
from tests.browser import launched, wait_until
from tests.conftest import create_database, database, drop_database
from tests.records import insert, plot
from tests.test_profile.conftest import SECOND, Run, Write, command, python
from tests.test_profile.service import Service, serving

TERMS = """
[place.parts]
singular = { de = "Ortsteil", en = "Locality" }
plural = { de = "Ortsteile", en = "Localities" }

[terms]
"report.target" = { de = "Plan", en = "Plan" }
"report.remark" = { de = "Erläuterungen", en = "Notes" }
"report.splits" = { de = "Wo es geschah" }
"page.panel.find" = { de = "Flächensuche", en = "Land search" }
"map.legend" = "Legende"
layers.plots.title = { de = "Flächen", en = "Land" }
layers.plots.singular = { de = "Fläche" }
layers.plots.fields.zoning = { de = "Baurecht", en = "Building law" }
codes.plots.horizon.immediate = { de = "gleich", en = "right now" }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a profile with terms of its own."""
    folder = tmp_path_factory.mktemp("profile")
    text = SECOND.replace('"12063999"', '"05999999"').replace('"BB"', '"NW"').replace("25833", "25832")
    (folder / "profile.toml").write_text(text + TERMS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def service(
    server_url: str, districts_template: str, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A service with that profile over two districts and a plot on offer."""
    create_database(server_url, "terms", districts_template)
    url = database(server_url, "terms")
    with psycopg.connect(conninfo(url)) as connection:
        plot(connection, offered_on="2023-01-01", horizon="immediate", zoning="GE", name="Am Hafen")
        insert(connection, "remarks", kpi="inquiries", period="2023-H2", text="Viel los.")
        insert(connection, "targets", kpi="inquiries", period="2023-H2", value=5)
    script = (
        "import psycopg; from geo.migrate import migrate; from geo.store.database import conninfo; "
        f"migrate(psycopg.connect(conninfo({url!r})))"
    )
    migrated = python("-c", script, profile=folder)
    assert migrated.returncode == 0, migrated.stderr
    with serving(folder, url, tmp_path_factory.mktemp("home")) as service:
        yield service
    drop_database(server_url, "terms")


def listed(folder: Path, *arguments: str) -> dict[str, tuple[str, str, str]]:
    """The keys and texts that the command lists."""
    done = command("profile", "terms", *arguments, "--format", "csv", profile=folder)
    assert done.returncode == 0, done.stderr
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert rows[0] == ["key", "de", "en", "own"]
    return {key: (de, en, own) for key, de, en, own in rows[1:]}


def test_all_texts_are_listed_and_searched(folder: Path):
    """The command lists every key with its present text; a word finds it in keys and texts of both languages."""
    everything = listed(folder)
    assert len(everything) > 1500
    assert everything["report.target"] == ("Plan", "Plan", "true")
    assert everything["report.splits"] == ("Wo es geschah", "Split by locality", "true")
    assert everything["layers.plots.title"] == ("Flächen", "Land", "true")
    assert everything["codes.plots.horizon.immediate"] == ("gleich", "right now", "true")
    assert everything["page.panel.find"][0] == "Flächensuche"
    assert everything["layers.plots.fields.district"][:2] == ("Ortsteil", "Locality")
    found = listed(folder, "OVERDUE")
    assert found
    assert all("overdue" in f"{key} {de} {en}".lower() for key, (de, en, _) in found.items())
    named = [f"{key}: {de}" for key, (de, _, _) in everything.items() if "Stadtbezirk" in de]
    assert named == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('"report.targt" = "Plan"', "terms.report.targt: there is no such text. Did you mean “report.target”?"),
        ('"layers.plots.titel" = "Plan"', "Did you mean “layers.plots.title”?"),
        ('"codes.plots.horizon.soon" = "bald"', "terms.codes.plots.horizon.soon: there is no such text"),
        ('"page.panel.fnd" = "Suche"', "Did you mean “page.panel.find”?"),
        ('"handout.exposé" = "Blatt"', "Did you mean “handout.expose”?"),
        ('"report.correction" = "Korrektur"', "placeholders have to be those of the original ({amount}, {period})"),
        ('"report.target" = { fr = "But" }', "terms.report.target.fr: there is no such text"),
        ('"report.target" = "Plan {x}"', "placeholders have to be those of the original (none)"),
        ('"page.indicators.target" = { de = "Plan {wert}" }', "({value})"),
    ],
)
def test_an_unknown_text_or_placeholder_is_refused(run: Run, tmp_path: Path, line: str, message: str):
    """A misspelt key is told with the nearest known one; a lost placeholder with all that have to be there."""
    (tmp_path / "profile.toml").write_text(f"{SECOND}[terms]\n{line}\n", encoding="utf-8")
    done = run("profile", "check", profile=tmp_path)
    assert done.returncode == 1
    assert message in done.stdout, done.stderr
    assert str(tmp_path / "profile.toml") in done.stdout


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('"words.target" = "Plan"', "keys begin with layers, codes, report, page, map, handout"),
        ('"report.target" = ""', "an empty text"),
        ('"report.target" = 7', "write a text"),
        ('"report.target" = { de = 7 }', "texts only"),
        ('"report.target" = "Plan"\n[terms.report]\ntarget = "Soll"', "report.target: given twice"),
        ('"report.target" = "Pl\\u0007an"', "cannot have the character U+0007"),
    ],
)
def test_what_is_no_text_is_refused(write: Write, line, message):
    """What cannot be a text at all is refused when the profile is read."""
    with pytest.raises(ProfileError) as refused:
        read_profile(write(text=f"{SECOND}[terms]\n{line}\n"))
    assert "terms" in refused.value.problems[0]
    assert message in refused.value.problems[0]


def test_the_german_dative_of_the_parts():
    """The dative plural follows from the plural, or is given."""
    one = Text("Teil", "Part")
    for plural, dative in (("Stadtbezirke", "Stadtbezirken"), ("Gemeinden", "Gemeinden"), ("Kieze", "Kiezen")):
        assert PartTerms(singular=one, plural=Text(plural, "Parts")).dative == dative
    assert PartTerms(singular=one, plural=Text("Viertel", "Quarters"), dative_plural="Vierteln").dative == "Vierteln"


def test_the_model_case_keeps_its_words():
    """With the packaged profile, the parts of the city are those that Flurwerk knows by default."""
    assert read_profile(packaged_profile()).place.parts == PartTerms()


def test_figures_and_report_use_them(run: Run, folder: Path, service: Service, tmp_path: Path):
    """The table on the terminal and the report's document have the agency's words for target, remark and parts."""
    shown = run("kpi", "2023-H2", profile=folder, FLURWERK_DATABASE_URL=service.database_url).stdout
    assert "Plan 2023" in shown
    assert "Plan 2. Halbjahr" in shown
    assert "Erläuterungen" in shown
    assert "Ziel" not in shown
    made = run(
        *("report", "2023-H2", "--out", str(tmp_path), "--format", "md"),
        profile=folder,
        FLURWERK_DATABASE_URL=service.database_url,
    )
    assert made.returncode == 0, made.stderr
    text = next(tmp_path.glob("*.md")).read_text()
    assert "Plan 2023" in text
    assert "Wo es geschah" in text
    assert "Ortsteil" in text
    assert "Stadtbezirk" not in text


def test_the_service_and_its_page_use_them(service: Service):
    """Collections, schemas, the page's catalogue and what a reader sees in the browser are in the agency's words."""
    with service.client() as client:
        assert client.get("/api/collections/plots?lang=de").json()["title"] == "Flächen"
        schema = client.get("/api/collections/plots/schema?lang=de").json()["properties"]
        assert (schema["zoning"]["title"], schema["district"]["title"]) == ("Baurecht", "Ortsteil")
        assert "gleich" in json.dumps(schema["horizon"], ensure_ascii=False)
        supply = client.get("/api/land-supply?by=horizon&lang=de").json()
        assert supply["rows"][0]["part"]["horizon"]["label"] == "gleich"
    with launched() as browser:
        page = browser.new_page()
        errors: list[str] = []
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.goto(f"{service.address}/?lang=de")
        wait_until(lambda: page.evaluate("document.documentElement.dataset.ready === 'true'"), "the page")
        assert "Flächensuche" in page.inner_text("body")
        assert "Stadtbezirk" not in page.inner_text("body")
        page.evaluate("app.store.set({ panel: 'indicators' })")
        expect(page.locator("article.indicator").first).to_be_visible(timeout=60_000)
        assert not errors


def test_editors_find_them_on_the_reports_page(service: Service):
    """The report's page heads its columns with the agency's words."""
    with launched() as browser:
        page = browser.new_page()
        page.goto(f"{service.address}/?lang=de")
        page.evaluate(
            "token => fetch('/api/session', {method: 'POST', headers: {'Content-Type': 'application/json'}, "
            "body: JSON.stringify({token})})",
            service.token(Role.EDITOR),
        )
        page.goto(f"{service.address}/report/2023-H2?lang=de")
        heads = page.locator("thead").first
        expect(heads).to_contain_text("Plan 2. Halbjahr", timeout=60_000)
        expect(heads).to_contain_text("Erläuterungen")
