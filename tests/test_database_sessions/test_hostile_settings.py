"""Settings that somebody has placed on the database and its owner change no result and end no command."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from api.cli.sample import load_sample, sample_folder
from geo.access import Role, tokens
from geo.settings import load_settings
from geo.store.cluster.configuration import ROLE
from geo.store.database import SESSION_SETTINGS, connect, conninfo
from tests.conftest import create_database, database, drop_database
from tests.hostile_settings import HOSTILE
from tests.records import one
from tests.test_api.helpers import api
from tests.test_cli import Command

OTHERS = {
    "lc_numeric": "de_DE.UTF-8",
    "lc_monetary": "de_DE.UTF-8",
    "lc_time": "de_DE.UTF-8",
    "xmlbinary": "hex",
    "default_text_search_config": "german",
    "synchronous_commit": "off",
}
"""What our sessions leave to the operator: none of it is to change a result."""

READ = (
    "/api/collections",
    "/api/kpis?period=2023-H2",
    "/api/kpis/trench_laid_km?period=2023-H2&by=district",
    "/api/land-supply",
    "/api/demand",
    "/api/rollout/timeline",
    "/api/collections/trenches/items?limit=50",
    "/api/collections/plots/items?f=csv",
    "/api/collections/connections/items?limit=20&filter=connected_on%20>%20DATE('2023-01-01')",
    "/api/collections/plots/items?as_of=2020-01-01T00:00:00Z",
    "/api/collections/plots/schema",
    "/api/tiles/WebMercatorQuad/11/681/1066",
    "/api/search?q=phoenix",
)


@pytest.fixture
def undisturbed(server_url: str, sample_template: str) -> Iterator[str]:
    """A database with the sample city, made before anything is hostile."""
    create_database(server_url, "undisturbed", sample_template)
    yield database(server_url, "undisturbed")
    drop_database(server_url, "undisturbed")


@pytest.fixture
def disturbed(server_url: str, undisturbed: str) -> Iterator[str]:
    """An empty database whose owner and whose own settings are hostile."""
    name = "disturbed"
    create_database(server_url, name)
    url = database(server_url, name)
    whoms = (sql.SQL("database {}").format(sql.Identifier(name)), sql.SQL("role {}").format(sql.Identifier(ROLE)))
    with psycopg.connect(conninfo(server_url), autocommit=True) as administrator:
        known = {row[0] for row in administrator.execute("select lower(name) from pg_settings")}
        locales = {row[0] for row in administrator.execute("select collname from pg_collation")}
        for whom in whoms:
            for setting, value in (HOSTILE | OTHERS).items():
                if setting.lower() in known and (not setting.startswith("lc_") or "de_DE" in locales):
                    administrator.execute(
                        sql.SQL("alter {} set {} = {}").format(whom, sql.Identifier(setting), sql.Literal(value))
                    )
        try:
            yield url
        finally:
            for whom in whoms:
                administrator.execute(sql.SQL("alter {} reset all").format(whom))
            drop_database(server_url, name)


def without_moments(text: str) -> str:
    """Leave out times of day: those of the test itself."""
    return re.sub(r"\d\d:\d\d([\d:.]*(Z|[+-]\d\d:?\d\d)?| Uhr)", "MOMENT", text)


def told(url: str, folder: Path) -> dict[str, Any]:
    """What the commands and the main routes tell of a database."""
    flurwerk = Command(url)
    found: dict[str, Any] = {}
    for arguments in (
        ("kpi", "2023-H2", "--format", "csv"),
        ("kpi", "2023", "--by", "district", "--format", "json"),
        ("kpi", "2023-H2", "--key", "public_land_m2", "--rows", "--format", "csv"),
        ("check", "--period", "2023-H2"),
        ("supply",),
        ("demand",),
    ):
        found[" ".join(arguments)] = flurwerk(*arguments).stdout
    flurwerk("report", "2023-H2", "--out", str(folder), "--format", "csv,json")
    found |= {path.name: without_moments(path.read_text("utf-8")) for path in folder.iterdir()}
    settings = load_settings(database_url=url)
    with connect(settings) as connection:
        token = tokens.create(connection, "Editor", Role.EDITOR)
    with api(settings) as service:
        for path in READ:
            for headers in ({}, {"Authorization": f"Bearer {token}"}):
                answer = service.request("GET", path, headers=headers)
                assert answer.status_code in ((200,) if headers else (200, 403, 404)), answer.text
                found[f"{path} {len(headers)}"] = (answer.status_code, without_moments(answer.text))
    return found


@pytest.mark.long
def test_hostile_settings_on_the_database_and_its_owner_change_nothing(
    undisturbed: str, disturbed: str, tmp_path: Path
) -> None:
    """Migrating, loading, figures, checks, the report, the backup and the API give what they give undisturbed."""
    with psycopg.connect(
        disturbed, options="-c statement_timeout=0 -c idle_session_timeout=0", autocommit=True
    ) as other:
        assert one(other, "show DateStyle") == "SQL, DMY", "they do hold for others"
        assert {*HOSTILE} == {*SESSION_SETTINGS}
    assert "Applied: 0001_recording" in Command(disturbed)("migrate").stdout
    with connect(load_settings(database_url=disturbed)) as connection:
        load_sample(connection, sample_folder())
        connection.execute("analyze")
    expected = told(undisturbed, tmp_path / "undisturbed")
    found = told(disturbed, tmp_path / "disturbed")
    for name, value in expected.items():
        assert found[name] == value, name
    Command(disturbed)("db", "backup", str(tmp_path / "backup"))
    assert "complete" in Command(disturbed)("db", "restore", str(tmp_path / "backup"), "--dry-run").stdout
