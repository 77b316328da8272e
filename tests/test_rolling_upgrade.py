"""While hosts are upgraded one after the other, the old program works on the schema of the next release."""

import re
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from geo import migrate as migrating
from geo.access import Caller, Role
from geo.migrate import MigrationError, is_current, migrate
from geo.records.layers import LAYERS
from geo.records.layers.layer import Audience, Column, Text
from geo.settings import Settings, load_settings
from geo.store.database import conninfo
from geo.store.scripts import Script, scripts
from tests.conftest import create_database, database, drop_database
from tests.records import one
from tests.test_api.helpers import Api, api
from tests.test_cli import Command
from tests.test_editing.helpers import api_as

NEXT = [
    Script(
        "9998_colour",
        """
        alter table flurwerk.plots add column colour text;
        call flurwerk.track('plots');
        create table flurwerk.colours (name text primary key);
        """,
    ),
    Script("9999_later", "alter table flurwerk.trenches add column colour text; call flurwerk.track('trenches');"),
]
"""Migrations as a next release may have them: they add, and take nothing away."""

READ = (
    "/api/collections",
    "/api/collections/plots",
    "/api/collections/plots/schema",
    "/api/collections/plots/items?limit=3",
    "/api/collections/transactions/items?f=csv",
    "/api/kpis",
    "/api/land-supply?by=district",
    "/api/tiles/WebMercatorQuad/10/341/531",
    "/report/2023-H2",
    "/",
)


@pytest.fixture
def city(server_url: str, sample_template: str) -> Iterator[Settings]:
    """The settings of a copy of the sample city."""
    create_database(server_url, "rolling", sample_template)
    yield load_settings(database_url=database(server_url, "rolling"))
    drop_database(server_url, "rolling")


def upgrade(settings: Settings, oldest_program: str) -> None:
    """Migrate as the next release does: more columns, which the public's view shows as well, and a later view."""
    with pytest.MonkeyPatch.context() as patch:
        own = scripts("schema")
        patch.setattr(migrating, "scripts", lambda folder: [*own, *NEXT] if folder == "schema" else scripts(folder))
        patch.setattr(migrating, "OLDEST_PROGRAM", oldest_program)
        for key in ("plots", "trenches"):
            colour = Column("colour", Text("Farbe", "Colour"), Audience.PUBLIC)
            patch.setitem(LAYERS, key, replace(LAYERS[key], columns=(colour, *LAYERS[key].columns)))
        with psycopg.connect(conninfo(settings.database_url or "")) as connection:
            assert migrate(connection) == [script.name for script in NEXT]
            assert is_current(connection)


def read(client: Api) -> dict[str, tuple[int, bytes]]:
    """Return status and content of what the old program answers."""
    found = {url: client.get(url) for url in READ}
    return {url: (answer.status_code, _without_times(answer.content)) for url, answer in found.items()}


def _without_times(content: bytes) -> bytes:
    """Leave out when something was answered or changed, and the page's nonces."""
    return re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)|nonce-?[\w=\"+/]*", b"", content)


def test_the_old_program_answers_and_writes_as_before_while_it_runs_on_the_next_schema(city: Settings) -> None:
    """It was started before the upgrade, as on a host that is upgraded last."""
    editor = Caller(Role.EDITOR, "erika")
    with api(city) as public, api_as(editor, city) as insider:
        before = read(public), read(insider)
        assert [url for answers in before for url, (status, _) in answers.items() if status != 200] == []
        upgrade(city, scripts("schema")[-1].name)
        assert public.json("/api/health/ready") == {"status": "ready"}
        for client, told in zip((public, insider), before, strict=True):
            for url, answer in read(client).items():
                assert answer == told[url], url
        created = insider.request(
            "POST",
            "/api/collections/operators/items",
            json={"type": "Feature", "properties": {"name": "Neu", "kind": "tower"}},
        )
        assert created.status_code == 201, created.text
        with psycopg.connect(conninfo(city.database_url or "")) as connection:
            assert one(connection, "select recorded_by from flurwerk.operators where name = 'Neu'") == "erika"


def test_the_old_programs_commands_and_a_restart_work_on_the_next_schema(city: Settings) -> None:
    flurwerk = Command(city.database_url or "")
    before = flurwerk.json("kpi", "2023-H2")
    upgrade(city, scripts("schema")[-1].name)
    assert flurwerk.json("kpi", "2023-H2") == before
    with api(city) as restarted:
        assert restarted.get("/api/health/ready").status_code == 200
    newer = pytest.raises(MigrationError, match="newer version")
    with psycopg.connect(conninfo(city.database_url or "")) as connection, newer:
        migrate(connection)


def test_a_release_that_changes_only_views_needs_no_migration_of_its_own(
    city: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old program goes on, and does not put its views back."""
    url = city.database_url or ""
    with api(city) as public:
        with monkeypatch.context() as patch, psycopg.connect(conninfo(url)) as connection:
            patch.setitem(LAYERS, "plots", replace(LAYERS["plots"], columns=LAYERS["plots"].columns[::-1]))
            assert migrate(connection) == []
        assert public.json("/api/health/ready") == {"status": "ready"}
        assert public.get("/api/collections/plots/items?limit=3").status_code == 200
    later = pytest.raises(MigrationError, match="A later version of Flurwerk has replaced this one's views")
    with psycopg.connect(conninfo(url)) as connection, later:
        migrate(connection, city)


def test_an_upgrade_that_needs_a_stop_is_said_by_the_old_program(city: Settings) -> None:
    """A load balancer sends it no requests any more, and its commands refuse."""
    upgrade(city, NEXT[0].name)
    with api(city) as public:
        refused = public.problem(503, "/api/health/ready")
        assert refused["type"] == "urn:flurwerk:problem:not-migrated"
    said = Command(city.database_url or "")("kpi", "2023-H2", exit_code=1).stderr
    assert "A newer version of Flurwerk, with which this one does not work, migrated the database" in said
    assert "Update Flurwerk on this host." in said
