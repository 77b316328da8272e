"""The command publishes, verifies and explains; errors are one line and set the exit status."""

import json
import re
from pathlib import Path

import psycopg
import pytest

from geo.figures.releases import chain
from geo.store.database import conninfo
from tests.records import sale
from tests.test_cli import Command
from tests.test_releases.helpers import tamper


@pytest.fixture
def flurwerk(published_url: str) -> Command:
    """The command on a city whose half-year was published twice."""
    return Command(published_url)


def test_publishing_prints_the_releases_number_and_hash(flurwerk: Command, published_url: str) -> None:
    out = flurwerk("report", "2024-H1", "--publish").stdout
    with psycopg.connect(conninfo(published_url)) as connection:
        release = chain.find(connection, "2024-H1")
    assert out == f"2024-H1 has been published: release 1, hash {release.hash}\n"
    assert release.published_by != ""


def test_a_second_release_requires_a_reason_and_stores_it(flurwerk: Command, published_url: str) -> None:
    refused = flurwerk("report", "2023-H2", "--publish", "--accept", "geprüft", exit_code=1)
    assert refused.stderr == (
        "flurwerk: 2023-H2 has already been published (version 2). State why it is published again: --reason “…”\n"
    )
    same = flurwerk("report", "2023-H2", "--publish", "--reason", "Nachtrag", exit_code=1)
    assert "Nothing has changed in the report of 2023-H2 since version 2" in same.stderr
    flurwerk("report", "2023-H2", "--publish", "--reason", "Nachtrag", "--unchanged")
    with psycopg.connect(conninfo(published_url)) as connection:
        assert chain.find(connection, "2023-H2", 3).reason == "Nachtrag"


def test_open_findings_prevent_publishing_until_they_are_accepted(flurwerk: Command, published_url: str) -> None:
    with psycopg.connect(conninfo(published_url)) as connection:
        sale(connection, agreed_on="2024-02-01")
    refused = flurwerk("report", "2024-H1", "--publish", exit_code=1)
    assert "transaction_without_plot" in refused.stderr
    assert "release 1" in flurwerk("report", "2024-H1", "--publish", "--accept", "Grundstück folgt").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("2023-H2",),
        ("2023-H2", "--out", ".", "--reason", "x"),
        ("2023-H2", "--publish", "--as-of", "2024-01-01"),
        ("2023-H2", "--publish", "--draft"),
        ("diff", "2023-H2", "0"),
        ("diff", "2023-H2", "1", "later"),
        ("verify", "2023-H2", "--release", "x"),
    ],
)
def test_wrong_usage_is_reported(flurwerk: Command, arguments: tuple[str, ...]) -> None:
    assert flurwerk("report", *arguments, exit_code=2).stderr


@pytest.mark.parametrize(
    "arguments",
    [("verify", "2022-H1"), ("diff", "2022-H1"), ("diff", "2023-H2", "7"), ("9998", "--publish"), ("diff", "x")],
)
def test_an_error_is_one_line(flurwerk: Command, arguments: tuple[str, ...]) -> None:
    stderr = flurwerk("report", *arguments, exit_code=1).stderr
    assert re.fullmatch(r"flurwerk: .+\n", stderr)


def test_the_report_is_the_release_unless_a_draft_is_requested(
    flurwerk: Command, published_url: str, tmp_path: Path
) -> None:
    with psycopg.connect(conninfo(published_url)) as connection:
        sale(connection, area_m2=5)

    def state(*arguments: str) -> tuple[str, int | None, int]:
        written = flurwerk("report", "2023-H2", "--out", str(tmp_path), "--format", "json", *arguments).stdout
        report = json.loads(Path(written.strip()).read_bytes())
        return report["status"]["state"], report["status"]["number"], len(report["records"]["public_land_m2"])

    assert state() == ("release", 2, 1)
    assert state("--draft") == ("draft", None, 2)


def test_an_intact_release_is_verified_with_its_hash(flurwerk: Command) -> None:
    out = flurwerk("report", "verify", "2023-H2", "--lang", "en").stdout
    printed = re.search(r"2023-H2, release 2 .* all as published; the chain is intact. Hash: ([0-9a-f]{64})", out)
    assert printed is not None
    flurwerk("report", "verify", "2023-H2", "--hash", printed[1].upper())
    german = flurwerk("report", "verify", "2023-H2", "--release", "1").stdout
    assert german.startswith("2023-H2, Fassung 1 (Stand ")


def test_differences_are_printed_and_set_the_exit_status(
    flurwerk: Command, published_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = flurwerk("report", "verify", "2023-H2", "--hash", "0" * 64, "--lang", "en", exit_code=1)
    assert "differs from the given one" in wrong.stdout
    with psycopg.connect(conninfo(published_url)) as connection:
        tamper(connection, "transactions", "update transactions set area_m2 = 3099 where source_id = 't-1'")
    lines = flurwerk("report", "verify", "2023-H2", exit_code=1).stdout.splitlines()
    assert "Ist public_land_m2 2023-H2: veröffentlicht 3100, neu berechnet 3099" in lines
    monkeypatch.setattr("api.cli.report.verify.SHOWN", 1)
    short = flurwerk("report", "verify", "2023-H2", "--lang", "en", exit_code=1).stdout.splitlines()
    assert short[1:] == [f"… and {len(lines) - 1} more values."]


def test_a_difference_is_listed_by_figure_and_record(flurwerk: Command, published_url: str) -> None:
    with psycopg.connect(conninfo(published_url)) as connection:
        connection.execute("select set_config('flurwerk.actor', 'anna', false)")
        connection.execute("update transactions set cancelled_on = '2024-02-03' where source_id = 't-1'")
        connection.execute("update remarks set text = '[sehr] gut'")
    rows = flurwerk.csv("report", "diff", "2023-H2", "1")
    (figure,) = (row for row in rows if (row["what"], row["key"]) == ("figure", "public_land_m2"))
    assert (figure["before"], figure["after"], figure["difference"], figure["unit"]) == ("3200", "0", "-3200", "m²")
    (record,) = (row for row in rows if (row["what"], row["key"]) == ("record", "public_land_m2"))
    assert (record["difference"], record["unit"]) == ("-3200", "m²")
    assert (record["effect"], record["source_id"], record["label"]) == (
        "disappeared",
        "t-1",
        "Verkauf Hafen Nord (t-1)",
    )
    assert record["cause"] == "Fläche 3.200\N{NO-BREAK SPACE}m² → 3.100\N{NO-BREAK SPACE}m²; storniert am 03.02.2024"
    assert record["by"].endswith("|anna")
    as_json = flurwerk.json("report", "diff", "2023-H2", "1", "now")
    assert [row["what"] for row in as_json] == [row["what"] for row in rows]
    table = flurwerk("report", "diff", "2023-H2").stdout
    assert "Fassung 2" in table
    assert "3.100\N{NO-BREAK SPACE}m² → 0\N{NO-BREAK SPACE}m² (−3.100\N{NO-BREAK SPACE}m²)" in table
    assert "[sehr] gut" in table
    assert "storniert am 03.02.2024" in table


def test_two_releases_are_compared_and_equal_states_have_no_difference(flurwerk: Command) -> None:
    english = flurwerk("report", "diff", "2023-H2", "1", "2", "--lang", "en").stdout
    assert "release 1" in english
    assert "3,200\N{NO-BREAK SPACE}m² → 3,100\N{NO-BREAK SPACE}m² (−100\N{NO-BREAK SPACE}m²)" in english
    assert "Kein Unterschied." in flurwerk("report", "diff", "2023-H2", "2", "now").stdout
    assert flurwerk.csv("report", "diff", "2023-H2", "2") == []


def test_a_backup_restores_releases_unchanged(flurwerk: Command, published_url: str, tmp_path: Path) -> None:
    file = tmp_path / "backup.dump"
    flurwerk("db", "backup", str(file))
    flurwerk("report", "2024-H1", "--publish")
    flurwerk("db", "restore", str(file), "--yes", "--drop-old")
    assert "release 2" in flurwerk("report", "verify", "2023-H2", "--lang", "en").stdout
    flurwerk("report", "verify", "2024-H1", exit_code=1)
    with psycopg.connect(conninfo(published_url)) as connection:
        connection.execute("set session_replication_role = replica")
        with pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute("delete from releases")
