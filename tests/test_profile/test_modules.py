"""What an agency's profile switches off appears nowhere, stays in the database, and comes back."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, expect

from api.cli.sample import sample_folder
from geo.access import Role
from geo.figures.releases import publishing
from geo.periods import parse_period
from geo.profile import ProfileError, read_profile
from geo.profile.modules import ALWAYS_KEPT, EITHER, GROUPS, REFERENCES, SWITCHABLE
from geo.records.layers import ALL_LAYERS
from geo.store.database import conninfo
from tests.browser import launched, wait_until
from tests.conftest import create_database, database, drop_database
from tests.test_profile.conftest import SECOND, Run, Write, command, python
from tests.test_profile.service import Service, serving

OFF = """
[modules]
demand = false
network = false
mobile = false
layers_off = ["obstructions", "measures", "access_points"]
indicators_off = ["private_land_m2"]
"""
PROFILE = SECOND.replace('"12063999"', '"05999999"').replace('"BB"', '"NW"').replace("25833", "25832")
GONE = (*GROUPS["demand"], "network_nodes", "ducts", "cables", "mobile_requests", "mobile_candidates")
GONE = (*GONE, "obstructions", "measures", "access_points")
WORDS_GONE = re.compile(
    r"Suchkreis|Mobilfunk|Gewerbeimmobilien|Büro|Ansiedl|Leerrohre|Behinderung|Anfrage", re.IGNORECASE
)
"""Words of layers and indicators that are off, which no text of the kept ones has."""


REPORT = ("report", "2023-H2", "--draft", "--out")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a profile with much switched off."""
    folder = tmp_path_factory.mktemp("profile")
    (folder / "profile.toml").write_text(PROFILE + OFF, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def url(server_url: str, sample_template: str, folder: Path) -> Iterator[str]:
    """The sample city with a release of 2023-H1, then migrated with that profile."""
    create_database(server_url, "modules", sample_template)
    found = database(server_url, "modules")
    with psycopg.connect(conninfo(found)) as connection:
        publishing.publish(connection, parse_period("2023-H1"), accept="A test.")
    migrated = command("migrate", profile=folder, FLURWERK_DATABASE_URL=found)
    assert "mobile_requests (112, modules.mobile)" in migrated.stdout, migrated.stderr
    yield found
    drop_database(server_url, "modules")


@pytest.fixture(scope="module")
def service(url: str, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service with that profile."""
    with serving(folder, url, tmp_path_factory.mktemp("home")) as service:
        yield service


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with launched() as browser:
        yield browser


def test_every_reference_to_a_layer_that_can_be_off_is_known(connection):
    """The profile's list of references is that of the database, so that no kept layer can lack what it needs."""
    found = connection.execute(
        """
        select f.conrelid::regclass::text, a.attname::text, f.confrelid::regclass::text, a.attnotnull
        from pg_constraint as f
        join pg_attribute as a on a.attrelid = f.conrelid and a.attnum = f.conkey[1]
        where f.contype = 'f'
          and f.connamespace = 'flurwerk'::regnamespace
          and f.conrelid <> f.confrelid
        """
    ).fetchall()
    of_layers = {
        tuple(name.removeprefix("flurwerk.") if isinstance(name, str) else name for name in row) for row in found
    }
    assert {row for row in of_layers if row[2] in SWITCHABLE} == set(REFERENCES)


def test_every_layer_can_be_switched_off_or_is_always_kept():
    """No layer is forgotten by the profile, and none is both."""
    assert {*ALWAYS_KEPT, *SWITCHABLE} == ALL_LAYERS.keys()
    assert not {*ALWAYS_KEPT} & {*SWITCHABLE}
    assert {layer for either in EITHER.items() for layer in (either[0], *either[1])} <= {*SWITCHABLE}


@pytest.mark.parametrize(
    ("section", "key", "message"),
    [
        ('layers_off = ["mobile_request"]', "modules.layers_off", "Did you mean “mobile_requests”?"),
        ('layers_off = ["plots"]', "modules.layers_off", "cannot be switched off"),
        ('layers_off = "parties"', "modules.layers_off", "write a list"),
        ("mobil = false", "modules.mobil", "no such key"),
        ('mobile = "no way"', "modules.mobile", "true or false"),
        ('layers_off = ["operators"]', "modules", "“letters_of_intent” is kept and every record of it needs"),
        (
            'layers_off = ["properties"]',
            "modules",
            "“properties” is switched off (modules.layers_off), but “brokerages”",
        ),
        ('layers_off = ["trenches", "connections"]', "modules", "switch “obstructions” off too"),
        ('indicators_off = ["Private"]', "modules.indicators_off", "small letters"),
    ],
)
def test_a_profile_that_cannot_hold_is_refused(write: Write, section, key, message):
    """A misspelt layer, and a kept one that needs an absent one, are told with key and reason."""
    with pytest.raises(ProfileError) as refused:
        read_profile(write(text=f"{SECOND}[modules]\n{section}\n"))
    told = "\n".join(refused.value.problems)
    assert key in told
    assert message in told


def test_an_unknown_indicator_is_refused_with_the_nearest_one(write: Write, run: Run):
    """A misspelt indicator would stay in the report, so it is told before any figure is printed."""
    folder = write(text=SECOND + '[modules]\nindicators_off = ["privat_land_m2"]\n')
    done = run("kpi", "2023-H2", profile=folder, FLURWERK_DATABASE_URL="postgresql://nowhere.invalid/x")
    assert done.returncode == 1
    assert "Did you mean “private_land_m2”?" in done.stderr
    assert str(folder / "profile.toml") in done.stderr


def test_operators_stay_for_whom_needs_them(write: Write):
    """A layer that groups share is off once all of them are."""
    text = SECOND + "[modules]\nbroadband = false\nnetwork = false\n"
    assert "operators" not in read_profile(write(text=text)).modules.off
    assert "programmes" in read_profile(write(text=text)).modules.off
    assert "operators" in read_profile(write(text=text + "mobile = false\n")).modules.off


@pytest.mark.parametrize(
    ("command", "status", "key"),
    [
        (["load", "mobile_requests", "x.csv"], 2, "modules.mobile"),
        (["template", "measures"], 2, "modules.layers_off"),
        (["loads", "--layer", "ducts"], 2, "modules.network"),
        (["kpi", "2023-H2", "--key", "mobile_requests"], 1, "modules.mobile"),
        (["kpi", "2023-H2", "--key", "settlements:phoenix-west"], 1, "modules.demand"),
        (["kpi", "2023-H2", "--key", "private_land_m2"], 1, "modules.indicators_off"),
        (["match", "A 0188/2021"], 1, "modules.demand"),
        (["export", "ofds", "x.json"], 1, "modules.network"),
        (["supply", "--measures"], 1, "modules.layers_off"),
    ],
)
def test_a_command_says_by_which_key_something_is_off(run: Run, folder, url, command, status, key):
    """Whoever asks for what is off learns that the profile switches it off, and where."""
    done = run(*command, profile=folder, FLURWERK_DATABASE_URL=url)
    assert done.returncode == status, done.stdout
    assert key in done.stderr


def test_figures_checks_and_lists_are_without_what_is_off(run: Run, folder, url):
    """The table, the checks, the list of loads and the doctor have no line of a layer that is off."""
    of_kpis = run("kpi", "2023-H2", "--format", "json", profile=folder, FLURWERK_DATABASE_URL=url)
    keys = [figure["key"] for figure in json.loads(of_kpis.stdout)]
    assert keys == [
        *("public_land_m2", "funded_connections", "public_land_plots", "trench_planned_km", "trench_laid_km"),
        "letters_of_intent",
    ]
    checked = run("check", "--format", "json", profile=folder, FLURWERK_DATABASE_URL=url)
    assert {finding["layer"] for finding in json.loads(checked.stdout)} & {*GONE} == set()
    loads = run("loads", "--limit", "100", profile=folder, FLURWERK_DATABASE_URL=url)
    assert "transactions" in loads.stdout
    assert "inquiries" not in loads.stdout


def test_report_and_overview_have_no_word_of_what_is_off(run: Run, folder, url, tmp_path):
    """All documents of a report, and both overview maps, are made without what is off."""
    made = run(*REPORT, str(tmp_path), "--format", "md,json", profile=folder, FLURWERK_DATABASE_URL=url)
    assert made.returncode == 0, made.stderr
    for audience in ("public", "internal"):
        made = run(
            *(
                "map",
                "overview",
                "--period",
                "2023-H2",
                "--audience",
                audience,
                "--out",
                str(tmp_path / f"{audience}.html"),
            ),
            profile=folder,
            FLURWERK_DATABASE_URL=url,
        )
        assert made.returncode == 0, made.stderr
    computed = json.loads(next(tmp_path.glob("*.json")).read_text())
    assert not {"mobile_requests", "inquiries", "private_land_m2"} & computed["definitions"].keys()
    assert not {"mobile_requests", "inquiries"} & {line["key"] for line in computed["lines"] + computed["key_figures"]}
    public = (tmp_path / "internal.html").read_text()
    assert "Suchkreis" not in public
    assert '"mobile_requests"' not in public


def test_the_service_knows_nothing_of_what_is_off(service: Service):
    """Collections, OpenAPI, search, figures, feed, tiles and map are those of the kept layers, for every reader."""
    for role in (None, Role.READER, Role.ADMIN):
        with service.client(role) as client:
            known = {one["id"] for one in client.get("/api/collections").json()["collections"]}
            assert not known & {*GONE}
            assert not {one["key"] for one in client.get("/api/kpis?period=2023-H2").json()} & {
                *("mobile_requests", "inquiries", "private_land_m2", "settlements:phoenix-west")
            }
            assert client.get("/api/collections/mobile_requests/items").status_code == 404
            assert client.get("/api/mobile-requests").status_code == 404
            assert client.get("/api/demand").status_code == 404
            shown = client.get("/maps/interactive").json()
            assert not {*GONE} & {group["key"] for group in shown["legend"]}
            assert not {*GONE} & shown["style"]["sources"].keys()
            found = client.get("/api/search?q=A 0188").json()
            assert "inquiries" not in json.dumps(found)
            assert client.get("/api/changes?limit=10").status_code == 200
    with service.client() as client:
        described = client.get("/api/openapi.json").json()
    assert not [path for path in described["paths"] if re.search("mobile|demand|inquir|obstruction", path)]


def test_kept_layers_are_without_references_to_what_is_off(service: Service):
    """A kept layer's optional columns for records that are off are in no schema, feature or distance."""
    with service.client(Role.READER) as client:
        schema = client.get("/api/collections/transactions/schema").json()["properties"]
        assert "inquiry" not in schema
        assert "party" not in schema
        feature = client.get("/api/collections/plots/items?limit=1").json()["features"][0]
        assert "motorway_m" not in feature["properties"]
        assert "fibre_m" in feature["properties"]
        plot = feature["id"]
        around = client.get(f"/api/plots/{plot}/surroundings").json()
        assert around["access_points"] is None
        assert around["withheld"] == []
        assert around["reservations"] is not None
        matched = client.post("/api/matches", json={"min_m2": 1000, "max_m2": 500000}).json()
        assert "access" not in {one["key"] for one in matched["criteria"]}


def test_the_history_of_every_kept_layer_is_told(service: Service):
    """Its tables refer to layers that are off, too, whose records have no name then."""
    with service.client(Role.READER) as client:
        for collection in client.get("/api/collections").json()["collections"]:
            if not ALL_LAYERS[collection["id"]].keeps_history:
                continue
            items = f"/api/collections/{collection['id']}/items"
            for feature in client.get(f"{items}?limit=1").json()["features"]:
                assert client.get(f"{items}/{feature['id']}/history").status_code == 200, collection["id"]


def test_an_earlier_release_is_verified_and_told_without_what_is_off(run: Run, folder, url, service: Service):
    """What was published stays provable, and its differences leave out what is not kept any more."""
    verified = run("report", "verify", "2023-H1", profile=folder, FLURWERK_DATABASE_URL=url)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    with service.client(Role.READER) as client:
        found = client.get("/api/reports/2023-H1/diff").json()
        assert found["figures"] == []
        assert client.get("/api/reports/2023-H2").status_code == 200
        assert client.get("/api/reports/2023-H1/maps").status_code == 200


def test_the_page_has_no_panel_for_what_is_off(service: Service, browser: Browser):
    """In a browser, an editor finds neither a panel, nor a tab, nor a deed, nor a legend entry of what is off."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    token = service.token(Role.ADMIN)
    page.goto(f"{service.address}/?lang=de")
    page.evaluate(
        "token => fetch('/api/session', {method: 'POST', headers: {'Content-Type': 'application/json'}, "
        "body: JSON.stringify({token})})",
        token,
    )
    page.goto(f"{service.address}/?lang=de")
    wait_until(lambda: page.evaluate("document.documentElement.dataset.ready === 'true'"), "the page")
    assert page.evaluate("app.session.role") == "admin"
    assert not WORDS_GONE.search(page.inner_text("body"))
    page.evaluate("app.store.set({ panel: 'act' })")
    expect(page.locator("#act-record")).to_be_visible(timeout=60_000)
    assert not WORDS_GONE.search(page.inner_text("body"))
    page.evaluate("app.store.set({ panel: 'broadband' })")
    expect(page.locator("#tab-consents")).to_be_visible(timeout=60_000)
    assert page.locator("#tab-obstructions").count() == 0
    page.evaluate("app.store.set({ panel: 'match' })")
    page.locator("#match\\.zoning, [id='match.zoning']").first.wait_for()
    assert page.locator("[id='match.access']").count() == 0
    assert page.locator("[id='match.inquiry']").count() == 0
    page.evaluate("app.select('plots/' + app.plots.hits[0].id)")
    assert not errors
    page.close()


MANUAL = """
    with line as (
        insert into flurwerk.manual_indicators (source, source_id, key, position, area, product, label, decimals)
        values ('test', 'm', %s, 60, 'Kundenservice', 'Großprojekte', 'Anfragen von Netzbetreibern', 0)
        returning id
    )
    insert into flurwerk.manual_actuals (source, source_id, indicator, period, value)
    select 'test', 'a', id, '2023-H2', 7
    from line
"""


def test_a_line_that_is_off_can_be_reported_by_hand(run: Run, url, service: Service, tmp_path):
    """A reported indicator may have the key of one that is off, and stands in the report; switching on is refused."""
    with psycopg.connect(conninfo(url)) as connection:
        with pytest.raises(psycopg.errors.CheckViolation), connection.transaction():
            connection.execute(MANUAL, ["trench_laid_km"])
        connection.execute(MANUAL, ["mobile_requests"])
    with service.client(Role.READER) as client:
        lines = client.get("/api/reports/2023-H2").json()["lines"]
    (line,) = [line for line in lines if line["key"] == "mobile_requests"]
    assert line["is_manual"]
    assert line["cells"][-1]["shown"] == "7"
    (tmp_path / "profile.toml").write_text(PROFILE, encoding="utf-8")
    refused = run("migrate", profile=tmp_path, FLURWERK_DATABASE_URL=url)
    assert refused.returncode == 1
    assert (
        "modules.indicators_off: another team reports “Anfragen von Netzbetreibern” (mobile_requests)" in refused.stderr
    )


def test_switched_on_again_everything_is_back(run: Run, server_url, sample_template, folder, tmp_path):
    """Records of a layer that was off are counted again, and views, rights and figures are as before."""
    create_database(server_url, "modules_again", sample_template)
    url = database(server_url, "modules_again")
    with psycopg.connect(conninfo(url)) as connection:
        before = _views(connection)
    assert run("migrate", profile=folder, FLURWERK_DATABASE_URL=url).returncode == 0
    with psycopg.connect(conninfo(url)) as connection:
        assert not [name for name in _views(connection) if re.fullmatch(r"flurwerk_for_\w+\.mobile_requests", name)]
        assert connection.execute("select count(*) from flurwerk.mobile_requests").fetchone() == (112,)
        readable = "select has_table_privilege('flurwerk_reader_rights', 'flurwerk.mobile_requests', 'select')"
        assert connection.execute(readable).fetchone() == (False,)
    (tmp_path / "profile.toml").write_text(PROFILE, encoding="utf-8")
    migrated = run("migrate", profile=tmp_path, FLURWERK_DATABASE_URL=url)
    assert migrated.returncode == 0, migrated.stderr
    with psycopg.connect(conninfo(url)) as connection:
        assert _views(connection) == before
        assert connection.execute(readable).fetchone() == (True,)
    counted = run(
        "kpi", "2023-H2", "--key", "mobile_requests", "--format", "json", profile=tmp_path, FLURWERK_DATABASE_URL=url
    )
    assert json.loads(counted.stdout)[0]["actual"] == 29
    drop_database(server_url, "modules_again")


def test_the_sample_is_loaded_without_what_is_off(folder, tmp_path, server_url, template):
    """A demo with a profile tells which files it leaves out, and leaves out the columns that refer to them."""
    land = ("districts.gpkg", "industrial_areas.gpkg", "contacts.csv", "plots.gpkg", "reservations.gpkg")
    for name in (*land, "mobile_requests.gpkg"):
        (tmp_path / name).symlink_to(sample_folder() / name)
    create_database(server_url, "modules_demo", template)
    url = database(server_url, "modules_demo")
    script = (
        "from pathlib import Path; import psycopg; from api.cli.sample import load_sample; from geo.migrate import "
        "migrate; from geo.store.database import conninfo; "
        f"c = psycopg.connect(conninfo({url!r})); migrate(c); load_sample(c, Path({str(tmp_path)!r}))"
    )
    loaded = python("-c", script, profile=folder)
    assert loaded.returncode == 0, loaded.stderr
    assert "mobile_requests: left out, switched off in the profile (modules.mobile)" in loaded.stdout
    assert re.search(r"reservations: [1-9]\d* inserted", loaded.stdout)
    with psycopg.connect(conninfo(url)) as connection:
        assert connection.execute("select count(*) from flurwerk.mobile_requests").fetchone() == (0,)
    drop_database(server_url, "modules_demo")


def _views(connection: psycopg.Connection) -> set[str]:
    return {
        name
        for (name,) in connection.execute(
            "select schemaname || '.' || viewname from pg_views where schemaname like 'flurwerk%'"
        )
    }
