"""Every load tells what it changes, column by column; much that would be lost is asked about."""

import re
from dataclasses import astuple
from pathlib import Path

import pytest

from geo.loading import LoadReport
from tests.test_cli import Command
from tests.test_loading.conftest import Loader

HEADER = "source_id;address;dwellings;x;y\n"


def rows(count: int, *, without_address: int = 0, begin: int = 0) -> str:
    """A CSV file of connections, the first of them without an address."""
    return HEADER + "".join(
        f"{n};{'' if n < without_address else f'Weg {n}'};{n + 1};{390000 + n};5710000\n" for n in range(begin, count)
    )


def columns(report: LoadReport) -> list[tuple[str, int, int, int, int]]:
    """Column, present, filled, changed, emptied."""
    return [astuple(change) for change in report.columns]


def questions(report: LoadReport) -> list[str]:
    assert len(report.questions) == len(report.problems)
    assert not report.problems or not report.ok
    return [f"{question.option}: {question.reason.en}" for question in report.questions]


def test_a_new_delivery_and_the_same_again_change_no_existing_value(city: Loader) -> None:
    assert columns(city.load("connections", rows(3), crs="25832")) == []
    assert columns(city.load("connections", rows(3), crs="25832")) == []


@pytest.mark.parametrize("dry_run", [True, False])
def test_what_happens_to_each_column_is_counted(city: Loader, dry_run: bool) -> None:
    city.load("connections", rows(20, without_address=1), crs="25832")
    changed = rows(20).replace("1;Weg 1;2;", "1;Weg 1 a;;").replace("2;Weg 2;3;390002", "2;Weg 2;3;390003")
    report = city.load("connections", changed, crs="25832", dry_run=dry_run)
    assert report.problems == []
    assert columns(report) == [("address", 19, 1, 1, 0), ("dwellings", 20, 0, 0, 1), ("geometry", 20, 0, 1, 0)]


@pytest.mark.parametrize(("emptied", "is_asked"), [(2, False), (3, True), (20, True)])
def test_emptying_more_than_a_tenth_of_a_column_is_asked_about(city: Loader, emptied: int, is_asked: bool) -> None:
    city.load("connections", rows(20), crs="25832")
    before = city.state("connections")
    report = city.load("connections", rows(20, without_address=emptied), crs="25832")
    assert columns(report) == [("address", 20, 0, 0, emptied)]
    if is_asked:
        [question] = questions(report)
        assert question.startswith("--accept-emptying")
        assert f"address {emptied} of 20" in question
        assert city.state("connections") == before
    accepted = city.load("connections", rows(20, without_address=emptied), crs="25832", accept_emptying=True)
    assert accepted.problems == []
    assert len(city.rows("connections", where="source = 'file' and address is null")) == emptied


def test_a_single_value_of_few_is_asked_about(city: Loader) -> None:
    """One of three is more than a tenth: the figures of a small source change by a third."""
    city.load("connections", rows(3), crs="25832")
    assert len(questions(city.load("connections", "source_id;address\n1;\n"))) == 1


def test_a_single_value_of_a_large_source_is_not_asked_about(city: Loader) -> None:
    """The share is that of the source's records, not of the file's rows."""
    city.load("connections", rows(30), crs="25832")
    assert city.load("connections", "source_id;address\n1;\n").changed == 1


def test_the_other_sources_values_do_not_count(city: Loader) -> None:
    city.load("connections", rows(30), crs="25832", source="other")
    city.load("connections", rows(3), crs="25832")
    assert len(questions(city.load("connections", "source_id;address\n1;\n"))) == 1


def test_an_empty_cell_of_a_column_with_a_default_empties_too(city: Loader) -> None:
    """The value that somebody has chosen is lost all the same."""
    city.load("programmes", "source_id;name;funding;counts\n1;A;funded;dwelling\n")
    report = city.load("programmes", "source_id;name;funding;counts\n1;A;funded;\n")
    assert columns(report) == [("counts", 1, 0, 0, 1)]
    assert len(questions(report)) == 1


def test_an_emptied_reference_and_an_emptied_list_count(city: Loader) -> None:
    shape = "POLYGON ((390000 5711000, 390100 5711000, 390100 5711100, 390000 5711000))"
    parcel = "05501_001__00123____"
    city.load("plots", f"source_id;name;ownership;parcels;geometry\n1;A;public;{parcel};{shape}\n", crs="25832")
    assert columns(city.load("plots", "source_id;parcels\n1;|\n")) == [("parcels", 1, 0, 0, 1)]
    city.load("connections", "source_id;programme;x;y\n1;funded;390000;5710000\n", crs="25832")
    assert columns(city.load("connections", "source_id;programme\n1;\n")) == [("programme", 1, 0, 0, 1)]


def test_a_mapping_sets_the_share(city: Loader) -> None:
    city.load("connections", rows(10), crs="25832")
    emptying = rows(10, without_address=5)
    half = city.write("half.toml", "accepted_share = 0.5\n")
    assert city.load("connections", emptying, crs="25832", mapping=half, dry_run=True).ok
    none = city.write("none.toml", "accepted_share = 0\n")
    emptying = rows(10, without_address=1)
    assert city.load("connections", emptying, crs="25832", dry_run=True).ok
    assert not city.load("connections", emptying, crs="25832", mapping=none).ok


@pytest.mark.parametrize("share", ['"a tenth"', "2", "-0.1", "true"])
def test_a_share_that_is_none_is_refused(city: Loader, share: str) -> None:
    mapping = city.write("share.toml", f"accepted_share = {share}\n")
    assert "wrong type" in city.refusal("connections", rows(1), crs="25832", mapping=mapping)


@pytest.mark.parametrize(("left", "is_asked"), [(18, False), (17, True), (1, True)])
def test_pruning_more_than_a_tenth_of_a_source_is_asked_about(city: Loader, left: int, is_asked: bool) -> None:
    city.load("connections", rows(20), crs="25832")
    report = city.load("connections", rows(left), crs="25832", prune=True)
    assert len(report.vanished) == 20 - left
    if is_asked:
        [question] = questions(report)
        assert question.startswith(f"--accept-pruning: {20 - left} of the source's 20 records are missing")
        assert len(city.rows("connections")) == 20
        report = city.load("connections", rows(left), crs="25832", prune=True, accept_pruning=True)
    assert report.removed == 20 - left
    assert len(city.rows("connections")) == left


def test_without_prune_missing_records_are_no_question(city: Loader) -> None:
    city.load("connections", rows(20), crs="25832")
    assert city.load("connections", rows(1), crs="25832").ok


def test_bad_cells_are_told_with_the_questions_but_are_not_emptied_values(city: Loader) -> None:
    """An unreadable number is not a deletion; what the database refuses is told together with the questions."""
    city.load("connections", rows(3), crs="25832")
    report = city.load("connections", "source_id;dwellings\n1;x\n2;y\n")
    assert report.questions == []
    report = city.load("connections", "source_id;address;dwellings\n1;;-5\n2;;2\n")
    assert [problem.row for problem in report.problems] == [2, None]
    assert len(report.questions) == 1


def test_the_command_prints_the_counts_and_the_questions(database_url: str, tmp_path: Path) -> None:
    flurwerk = Command(database_url)
    file, shorter = tmp_path / "netzbau.csv", tmp_path / "shorter.csv"
    file.write_text(rows(3))
    shorter.write_text(rows(2, without_address=1))
    command = ("load", "connections", "--crs", "EPSG:25832", "--source", "netzbau")
    flurwerk(*command, str(file))
    refused = flurwerk(*command, str(shorter), "--prune", "--lang", "en", exit_code=1)
    assert "inserted" not in refused.stdout
    assert re.search(r"address\W+3\W+0\W+0\W+1\b", refused.stderr)
    assert "1 of 3. If values are to stay, leave the column out. If it is intended: --accept-emptying" in refused.stderr
    assert "--accept-pruning" in refused.stderr
    assert "Nothing was written." in refused.stderr
    deutsch = flurwerk(*command, str(shorter), "--dry-run", "--lang", "de", exit_code=1)
    assert "Wenn es so sein soll: --accept-emptying" in deutsch.stderr
    done = flurwerk(*command, str(shorter), "--prune", "--accept-emptying", "--accept-pruning")
    assert "0 inserted, 1 changed, 1 unchanged, 1 removed" in done.stdout
    assert "Values of existing records" in done.stderr
