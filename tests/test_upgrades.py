"""A database of every released version becomes one of this version, and keeps its figures, history and releases."""

import json
import lzma
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from geo.figures.releases import chain
from geo.figures.releases.verifying import verify
from geo.migrate import Blocked, is_current, migrate
from geo.own_views import FORMER_SCHEMAS
from geo.store.database import conninfo
from geo.store.scripts import scripts
from scripts.upgrade_dump import FOLDER, PERIOD, Facts, facts
from tests.conftest import create_database, database, drop_database
from tests.remains import REPOSITORY
from tests.test_cli import Command

RELEASES = sorted(file.stem for file in FOLDER.glob("*.json"))
OPTIONS = {"now": (), "by_district": ("--by", "district")}


def expected(release: str) -> Facts:
    """Return what was true of the city in the release itself."""
    return json.loads((FOLDER / f"{release}.json").read_text("utf-8"))


def unpack(release: str, folder: Path) -> Path:
    """Write the release's dump into the folder and return its path."""
    file = folder / f"{release}.dump"
    file.write_bytes(lzma.decompress((FOLDER / f"{release}.dump.xz").read_bytes()))
    return file


@pytest.fixture(scope="module", params=RELEASES)
def release(request: pytest.FixtureRequest) -> str:
    """Each release in turn."""
    return request.param


@pytest.fixture(scope="module")
def upgraded(release: str, server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of the release's city, migrated to this version."""
    name = f"upgraded_{re.sub('[^0-9]', '_', release)}"
    create_database(server_url, name)
    url = database(server_url, name)
    file = unpack(release, tmp_path_factory.mktemp("upgrades"))
    subprocess.run(["pg_restore", "--no-owner", "--exit-on-error", f"--dbname={url}", file], check=True)
    with psycopg.connect(conninfo(url)) as connection:
        known = expected(release)["migrations"]
        assert migrate(connection) == [each.name for each in scripts("schema") if each.name not in known]
        assert is_current(connection)
    yield url
    drop_database(server_url, name)


def test_every_release_of_the_changelog_has_its_dump_and_list() -> None:
    """A release is made with both: scripts/upgrade_dump.py writes them."""
    released = re.findall(r"^## (\d\S+) – ", (REPOSITORY / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    files = {file.name for file in FOLDER.iterdir()}
    assert files == {f"v{version}{suffix}" for version in released for suffix in (".json", ".dump.xz")}


def test_released_migrations_have_not_changed(release: str) -> None:
    """Each migration of the release is there with the same text; another change needs another migration."""
    own = {script.name: script.checksum for script in scripts("schema")}
    assert expected(release)["migrations"].items() <= own.items()


def test_dumps_are_small() -> None:
    """They stay in the repository for ever."""
    assert all(file.stat().st_size < 100_000 for file in FOLDER.iterdir())


def test_an_upgraded_database_keeps_every_version_of_every_record(release: str, upgraded: str) -> None:
    """No record and no earlier version is lost, none is added, and no value of a column that stays has changed."""
    with psycopg.connect(conninfo(upgraded)) as connection:
        kept = facts(connection)["versions"]
    keys = {cluster["id"]: cluster["key"] for cluster in kept["clusters"]}
    for table, versions in expected(release)["versions"].items():
        assert len(kept[table]) == len(versions), table
        for before, after in zip(versions, kept[table], strict=True):
            # A cluster was a text that became its key.
            known = after | {"cluster": keys.get(after.get("cluster"))} if "cluster" in after else after
            assert before == {name: value for name, value in known.items() if name in before}, table


def test_an_upgraded_database_keeps_its_figures(release: str, upgraded: str) -> None:
    """The same figures now and by district, and those of the day of publishing as of that day."""
    flurwerk, before = Command(upgraded), expected(release)["figures"]
    for name, options in OPTIONS.items():
        assert values(flurwerk.json("kpi", PERIOD, *options)) == values(before[name]), name
    published = expected(release)["releases"][0]["recorded_at"]
    assert values(flurwerk.json("kpi", PERIOD, "--as-of", published)) == values(before["published"])
    assert values(before["published"]) != values(before["now"]), "the correction changes no figure"


FUNCTIONS = """
    select p.oid::regprocedure::text, pg_get_functiondef(p.oid)
    from pg_proc as p
    where starts_with(p.pronamespace::regnamespace::text, 'flurwerk')
      and p.prokind in ('f', 'p')
      -- Such a body names what it uses by itself; a restore may print it otherwise.
      and p.prosqlbody is null
"""


def test_an_upgraded_database_has_the_functions_of_a_new_one(upgraded: str, shared_url: str) -> None:
    """Also where a migration has changed names within their texts."""
    with psycopg.connect(conninfo(upgraded)) as old, psycopg.connect(conninfo(shared_url)) as new:
        assert dict(old.execute(FUNCTIONS).fetchall()) == dict(new.execute(FUNCTIONS).fetchall())


def test_no_function_names_a_schema_as_0_1_0_did(shared_url: str) -> None:
    """All schemas begin with the product's name; the functions' texts have been changed with them."""
    with psycopg.connect(conninfo(shared_url)) as connection:
        texts: dict[str, str] = dict(connection.execute(FUNCTIONS).fetchall())
    former = re.compile(rf"""(?<![\w.])({"|".join(FORMER_SCHEMAS)})\.[\w%"]|'(history|access)'""")
    assert len(texts) > 50
    assert {name: found[0] for name, text in texts.items() if (found := former.search(text))} == {}


@pytest.fixture
def unmigrated(release: str, server_url: str, tmp_path: Path) -> Iterator[psycopg.Connection[Any]]:
    """A connection to the release's city as that left it."""
    create_database(server_url, "unmigrated")
    url = database(server_url, "unmigrated")
    subprocess.run(["pg_restore", "--no-owner", f"--dbname={url}", unpack(release, tmp_path)], check=True)
    with psycopg.connect(conninfo(url)) as connection:
        yield connection
    drop_database(server_url, "unmigrated")


def test_views_of_an_operator_follow_the_renamed_schemas(unmigrated: psycopg.Connection[Any]) -> None:
    """A view on a table's history still shows it; one on a view that migrations replace is named."""
    connection = unmigrated
    connection.execute("create schema own; create view own.ended as select id, ended_by from history.plots")
    connection.execute("create view own.offered as select id from for_public.plots")
    connection.commit()
    with pytest.raises(Blocked, match=r"depend on Flurwerk's: view own\.offered\."):
        migrate(connection)
    connection.execute("drop view own.offered")
    migrate(connection)
    ended = connection.execute("select count(*) from own.ended").fetchone()
    assert ended == connection.execute("select count(*) from flurwerk_history.plots").fetchone() != (0,)
    connection.execute("create schema history; create table history.plots ()")
    assert migrate(connection) == [], "a schema of that name is the operator's now"


def test_what_an_operator_has_granted_on_views_is_granted_again(
    unmigrated: psycopg.Connection[Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Also a function of the operator's that names a schema by its former name is named, since it fails from now on."""
    connection = unmigrated
    connection.execute("create role controlling")
    connection.execute("grant select on for_internal.plots, as_of.party_names to controlling with grant option")
    connection.execute("create schema ops")
    connection.execute(
        "create function ops.ended() returns bigint language sql as 'select count(*) from history.plots'"
    )
    migrate(connection)
    for view in ("flurwerk_for_internal.plots", "flurwerk_as_of.party_names"):
        query = "select has_table_privilege('controlling', %s, 'select with grant option')"
        assert connection.execute(query, [view]).fetchone() == (True,), view
    connection.rollback()
    connection.execute("drop owned by controlling; drop role controlling")
    assert "ops.ended()" in caplog.text


def values(rows: list[dict[str, Any]]) -> dict[tuple[str, str | None], tuple[object, object, object]]:
    """Return target, actual and printed figure by indicator and part; a later version may name them otherwise.

    Where a later version says that nothing is recorded, the first one counted 0.
    """
    return {
        (row["key"], row.get("district")): (row["target"], row["actual"] or 0, row["actual_rounded"] or 0)
        for row in rows
    }


def test_an_upgraded_database_keeps_its_releases(release: str, upgraded: str) -> None:
    """The same hashes in the same order; every published figure is computed again, and is the same."""
    with psycopg.connect(conninfo(upgraded)) as connection:
        assert facts(connection)["releases"] == expected(release)["releases"]
        for each in chain.releases(connection):
            verdict = verify(connection, each.period, each.number)
            assert verdict.holds, [found.in_language("en") for found in verdict.discrepancies]
            assert verdict.values > 100


def test_texts_of_clusters_become_records_and_releases_stay_verified(
    unmigrated: psycopg.Connection[Any], caplog: pytest.LogCaptureFixture
) -> None:
    """In the history as well, so that a past state shows the cluster of then; no version of a record is written."""
    connection = unmigrated
    for statement in (
        "update flurwerk.trenches set cluster = 'HG-01' where id <= 2",
        "update flurwerk.trenches set cluster = ' HG-01 ' where id = 3",
        "update flurwerk.trenches set cluster = 'hg-01' where id > 3",
        "update flurwerk.connections set cluster = 'Süd'",
        "update flurwerk.connections set cluster = 'HG-01' where id = 1",
        "insert into flurwerk.obstructions (cluster, kind, from_on) values ('of nobody', 'permit', '2023-01-01')",
    ):
        connection.execute(statement.encode())
        connection.commit()
    before = connection.execute("select clock_timestamp()").fetchone()
    connection.execute("update flurwerk.trenches set cluster = 'HG-02' where id = 1")
    connection.commit()
    counted = "select count(*) from {}.trenches"
    present, earlier = (
        connection.execute(counted.format(name).encode()).fetchone() for name in ("flurwerk", "history")
    )
    migrate(connection)
    clusters = connection.execute("select key, source, source_id = key, programme is not null from flurwerk.clusters")
    assert sorted(clusters.fetchall()) == [
        ("HG-01", "cluster", True, True),
        ("HG-02", "cluster", True, True),
        ("Süd", "cluster", True, True),
        ("hg-01", "cluster", True, True),
        ("of nobody", "cluster", True, False),
    ]
    keys = "select r.id, c.key from {}.trenches as r join {}.clusters as c on c.id = r.cluster order by r.id"
    now = dict(connection.execute(keys.format("flurwerk", "flurwerk").encode()).fetchall())
    assert (now[1], now[2], now[3], now[4]) == ("HG-02", "HG-01", "HG-01", "hg-01")
    connection.execute("select set_config('flurwerk.as_of', %s, true)", [str(before and before[0])])
    then = dict(connection.execute(keys.format("flurwerk_as_of", "flurwerk_as_of").encode()).fetchall())
    assert then == now | {1: "HG-01"}
    assert connection.execute(counted.format("flurwerk").encode()).fetchone() == present
    assert connection.execute(counted.format("flurwerk_history").encode()).fetchone() == earlier
    assert "differed only by spaces" in caplog.text
    assert "' HG-01 ' = 'HG-01'" in caplog.text
    connection.commit()
    for each in chain.releases(connection):
        assert verify(connection, each.period, each.number).holds
