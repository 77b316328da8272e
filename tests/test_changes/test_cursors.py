"""A cursor is valid only for what it was issued for; any other is refused with advice."""

import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest

from geo.migrate import migrate
from geo.settings import load_settings
from geo.store.database import conninfo
from tests.conftest import create_database, database, drop_database
from tests.records import Connection, insert, one, plot
from tests.test_api.helpers import Api, api
from tests.test_changes.helpers import FEED, Partner, decoded, encoded

FOREIGN_XID = "1000000000000"


def faulty_parameters(found: dict[str, Any]) -> list[str]:
    return [error["parameter"] for error in found["errors"]]


@pytest.mark.parametrize("text", ["", "x", "now ", "W10", "bnVsbA", "e30", "ä", "\x00", "A" * 6000, "W1tbW1tbW1tbW1s"])
def test_an_invalid_cursor_is_refused(internal: Api, text: str) -> None:
    found = internal.problem(400, FEED, since=text)
    assert faulty_parameters(found) == ["since"]
    assert "remove `since`" in found["detail"]


@pytest.mark.parametrize(
    ("part", "value"),
    [
        (0, 5),
        (1, {}),
        (1, {"plots": "personal"}),
        (1, {"plots": "else"}),
        (1, {"pg_class": "internal"}),
        (1, ["plots"]),
        (2, 7),
        (3, "EPSG:4326"),
        (4, -1),
        (4, 2**64),
        (4, True),
        (5, [1, 99, 0]),
        (5, [1, 0, 2**63]),
        (5, [1, 0]),
        (5, ["1; drop table plots", 0, 0]),
        (6, -1),
        (7, 2**63),
        (7, "1"),
        (8, "2023-02-30"),
        (8, "morgen"),
        (8, None),
        (9, 7),
        (10, None),
    ],
)
def test_a_forged_cursor_is_refused(internal: Api, part: int, value: object) -> None:
    content = decoded(internal.json(FEED)["cursor"])
    content[part] = value
    assert faulty_parameters(internal.problem(400, FEED, since=encoded(content))) == ["since"]


def test_a_cursor_from_the_end_of_time_returns_no_changes(internal: Api) -> None:
    content = decoded(internal.json(FEED)["cursor"])
    content[5] = [2**64 - 1, 0, 2**63 - 1]
    content[8:10] = ["9999-12-31", "0001-01-01"]
    page = internal.json(FEED, since=encoded(content))
    assert page["changes"] == []


def test_unknown_layers_are_refused_and_the_known_ones_named(public: Api, internal: Api) -> None:
    found = public.problem(400, FEED, layers="plots,trenches")
    assert faulty_parameters(found) == ["layers"]
    assert found["detail"].startswith("There is no layer “trenches”. Known layers: districts, industrial_areas, ")
    assert "parties" not in found["detail"]
    internal.problem(400, FEED, layers="")
    internal.problem(400, FEED, crs="EPSG:4326")
    internal.problem(400, FEED, limit=0)
    internal.problem(400, FEED, layer="plots")


def test_a_cursor_is_refused_for_other_layers_and_another_crs(internal: Api) -> None:
    cursor = internal.json(FEED, layers="plots,trenches")["cursor"]
    assert internal.json(FEED, since=cursor, layers="trenches,plots")["changes"] == []
    assert faulty_parameters(internal.problem(400, FEED, since=cursor, layers="plots")) == ["layers"]
    other = "http://www.opengis.net/def/crs/EPSG/0/25832"
    assert faulty_parameters(internal.problem(400, FEED, since=cursor, crs=other)) == ["crs"]


def test_renewing_the_epoch_makes_cursors_expire(internal: Api, city: Connection) -> None:
    partner = Partner(internal)
    partner.read()
    city.execute("call flurwerk.renew_epoch()")
    found = internal.problem(410, FEED, since=partner.cursor)
    assert found["type"] == "urn:flurwerk:problem:cursor-expired"
    assert "without `since`" in found["detail"]
    assert faulty_parameters(found) == ["since"]


def test_a_copy_of_the_database_has_an_epoch_of_its_own(server_url: str, template: str) -> None:
    copy = "changes_copy"
    create_database(server_url, copy, template)
    try:
        epochs: list[str] = []
        for name in (template, copy):
            with psycopg.connect(conninfo(database(server_url, name))) as connection:
                epochs.append(one(connection, "select flurwerk.feed_epoch()"))
        assert None not in epochs
        assert len(set(epochs)) == 2
    finally:
        drop_database(server_url, copy)


@pytest.mark.parametrize("column", ["system_identifier = 4711", "relation = 4711"])
def test_records_of_another_server_are_not_reported_before_a_migration(
    internal: Api, city: Connection, database_url: str, column: str
) -> None:
    land = plot(city)
    party = insert(city, "parties", kind="company", name="Muster GmbH")
    city.execute("delete from flurwerk.parties")
    city.execute("alter table flurwerk.plots disable trigger user")
    city.execute("update flurwerk.plots set recorded_xid = %s", [FOREIGN_XID])
    city.execute("alter table flurwerk.plots enable trigger user")
    city.execute("update flurwerk_history.erasures set ended_xid = %s", [FOREIGN_XID])
    cursor = internal.json(FEED)["cursor"]
    city.execute(f"update flurwerk.instance set {column}".encode())
    found = internal.problem(503, FEED)
    assert found["type"] == "urn:flurwerk:problem:not-migrated"
    assert "flurwerk migrate" in found["detail"]
    with psycopg.connect(conninfo(database_url)) as connection:
        before = one(connection, "select recorded_from from flurwerk.plots")
        migrate(connection)
        assert one(connection, "select recorded_from from flurwerk.plots") == before
        assert one(connection, "select count(*) from flurwerk_history.plots") == 0
    internal.problem(410, FEED, since=cursor)
    partner = Partner(internal)
    partner.read()
    assert ("plots", land) in partner.copy
    assert ("parties", party) not in partner.copy
    city.execute("update flurwerk.plots set name = 'Anders'")
    assert partner.read() == [("update", "plots", land)]


def test_migrating_again_leaves_cursors_valid(database_url: str) -> None:
    with api(load_settings(database_url=database_url)) as client:
        before = client.json(FEED)["cursor"]
        with psycopg.connect(conninfo(database_url)) as connection:
            migrate(connection)
        assert client.json(FEED, since=before)["changes"] == []


def test_records_restored_by_hand_are_not_reported_before_a_migration(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "records.dump"
    with api(load_settings(database_url=database_url)) as client:
        first = client.json(FEED)
        cursor = first["cursor"]
        subprocess.run(["pg_dump", "--format=custom", f"--file={file}", database_url], check=True)
        restoring = ["pg_restore", "--clean", "--if-exists", "--single-transaction", f"--dbname={database_url}"]
        subprocess.run([*restoring, str(file)], check=True)
        client.problem(503, FEED, since=cursor)
        with psycopg.connect(conninfo(database_url)) as connection:
            migrate(connection)
        client.problem(410, FEED, since=cursor)
        assert client.json(FEED)["changes"] == first["changes"]
