"""A reform of the city's parts is a load of the new state with its day; what was before is kept, and undoing works."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from geo.figures.kpis import evaluation
from geo.loading import LoadRefused, LoadReport, read_day, undo_load
from geo.periods import parse_period
from geo.store.database import as_recorded, conninfo
from tests.records import insert, one
from tests.test_loading.conftest import Loader

DAY = date(2025, 1, 1)
OLD = {"a": ("01", "Alt", 0, 4), "b": ("02", "Berg", 4, 8), "c": ("03", "Cent", 8, 10), "d": ("04", "Damm", 10, 12)}
"""source_id: key, name, first and last kilometre from west to east."""
NEW = {"a": ("01", "Neu", 0, 5), "b": ("02", "Berg", 5, 8), "x": ("05", "Markt", 8, 12)}
"""Alt is renamed and takes a strip of Berg; Cent and Damm become Markt."""
COLUMNS = "source_id, key, name, kind, parent_key, valid_from, st_astext(geom)"


def text(parts: dict[str, tuple[str, str, int, int]], kind: str = "district", parent: str = "") -> str:
    """The file of these parts."""
    rows = ["source_id;key;name;kind;parent_key;geometry"]
    for source_id, (key, name, first, last) in parts.items():
        west, east = 390000 + 1000 * first, 390000 + 1000 * last
        ring = f"{west} 5700000, {east} 5700000, {east} 5710000, {west} 5710000, {west} 5700000"
        rows.append(f"{source_id};{key};{name};{kind};{parent};POLYGON (({ring}))")
    return "\n".join(rows) + "\n"


@pytest.fixture
def city(database_url: str, tmp_path: Path) -> Iterator[Loader]:
    """Four districts, a connection in each kilometre and a trench through all, where each load is a transaction."""
    with closing(psycopg.connect(conninfo(database_url), autocommit=True)) as connection:
        loader = Loader(connection, tmp_path)
        assert reform(loader, OLD, None).inserted == 4
        programme = insert(connection, "programmes", name="P", funding="funded")
        for kilometre in range(12):
            place = f"POINT({390500 + 1000 * kilometre} 5705000)"
            insert(connection, "connections", programme=programme, connected_on="2024-08-01", geom=place)
        insert(
            connection, "trenches", programme=programme, laid_on="2024-08-01",
            geom="MULTILINESTRING((390000 5701000, 402000 5701000))",
        )  # fmt: skip
        insert(connection, "office_takeups", kind="lease", area_m2=5, district="Cent", agreed_on="2024-08-01")
        yield loader


def reform(city: Loader, parts: dict[str, Any], day: date | None = DAY, **options: Any) -> LoadReport:
    """Load these parts, as from the day on."""
    options = {"accept_pruning": True, "source": "city", "crs": "25832", **options}
    return city.load("districts", text(parts), valid_from=day, **options)


def rows(city: Loader, layer: str, columns: str) -> list[tuple[Any, ...]]:
    """All records of a layer."""
    return city.rows(layer, columns, "true")


def split(city: Loader, key: str, period: str) -> dict[str, Decimal]:
    """The parts of a figure that are not zero; they add up to the total."""
    connection, when = city.connection, parse_period(period)
    indicator = evaluation.find(evaluation.indicators(connection), key)
    parts = evaluation.by_district(connection, indicator, when)
    total = evaluation.totals(connection, [(indicator, when)])[key, period] or 0
    assert sum(part.amount or 0 for part in parts) == total
    return {part.part: part.amount for part in parts if part.amount}


def state(city: Loader) -> list[Any]:
    """All that a reform changes."""
    return [
        rows(city, "districts", COLUMNS),
        rows(city, "former_districts", f"{COLUMNS}, valid_until"),
        rows(city, "connections", "id, district_key"),
        rows(city, "trenches", "id, district_keys, district_lengths_m"),
        rows(city, "office_takeups", "id, district, district_key"),
    ]


def test_what_a_reform_changes_or_ends_is_kept_and_told(city: Loader) -> None:
    report = reform(city, NEW)
    assert (report.inserted, report.changed, report.unchanged, report.removed) == (1, 2, 0, 2)
    now = rows(city, "districts", "source_id, key, name, valid_from")
    assert sorted(now) == [("a", "01", "Neu", DAY), ("b", "02", "Berg", DAY), ("x", "05", "Markt", DAY)]
    former = rows(city, "former_districts", "source, source_id, key, name, valid_from, valid_until")
    assert sorted(former) == [("city", f"{s}@2025-01-01", OLD[s][0], OLD[s][1], None, DAY) for s in OLD]
    told = "\n".join(note.de for note in report.notes)
    assert "Als frühere Bezirke bis vor dem 01.01.2025 bleiben erhalten: Alt, Berg, Cent, Damm." in told
    assert "Ab dem 01.01.2025 gelten neu oder anders: Neu, Berg, Markt." in told
    assert "Am 01.01.2025 enden, weil sie in der Datei fehlen: Cent, Damm." in told
    assert "Umriss" not in told


def test_figures_of_periods_before_are_split_by_the_former_parts(city: Loader) -> None:
    before = {key: split(city, key, "2024-H2") for key in ("funded_connections", "trench_laid_km", "office_takeup_m2")}
    assert before["funded_connections"] == {"Alt": 4, "Berg": 4, "Cent": 2, "Damm": 2}
    assert before["office_takeup_m2"] == {"Cent": 5}
    reform(city, NEW)
    assert {key: split(city, key, "2024-H2") for key in before} == before
    assert split(city, "trench_laid_km", "2025-H1") == {"Neu": 5, "Berg": 3, "Markt": 4}


def test_undoing_a_reform_brings_everything_back(city: Loader) -> None:
    before = state(city)
    report = reform(city, NEW)
    assert report.number is not None
    assert state(city) != before
    undo_load(city.connection, report.number)
    assert state(city) == before


def test_two_reforms_are_undone_one_after_the_other(city: Loader) -> None:
    first = reform(city, NEW)
    between = state(city)
    second = reform(city, OLD, DAY + timedelta(days=90))
    assert split(city, "trench_laid_km", "2024-H2") == {"Alt": 4, "Berg": 4, "Cent": 2, "Damm": 2}
    assert split(city, "trench_laid_km", "2025-01") == {"Neu": 5, "Berg": 3, "Markt": 4}
    assert split(city, "trench_laid_km", "2025-H1") == {"Alt": 4, "Berg": 4, "Cent": 2, "Damm": 2}
    undo_load(city.connection, second.number or 0)
    assert state(city) == between
    undo_load(city.connection, first.number or 0)
    assert rows(city, "former_districts", "id") == []


def test_the_past_as_recorded_before_knows_nothing_of_the_reform(city: Loader) -> None:
    """So what was published before is computed again from the same parts."""
    instant = one(city.connection, "select clock_timestamp()")
    before = split(city, "trench_laid_km", "2025-H1")
    reform(city, NEW)
    with city.connection.transaction(), as_recorded(city.connection, instant):
        assert split(city, "trench_laid_km", "2025-H1") == before
        assert not evaluation.reforms(city.connection).days


def test_the_same_state_again_changes_nothing_and_a_correction_of_the_day_keeps_no_state_of_its_own(
    city: Loader,
) -> None:
    reform(city, NEW)
    kept = state(city)[1]
    again = reform(city, NEW)
    assert (again.inserted, again.changed, again.removed) == (0, 0, 0)
    corrected = reform(city, NEW | {"x": ("05", "Marktplatz", 8, 12)})
    assert (corrected.changed, corrected.unchanged) == (1, 2)
    assert state(city)[1] == kept
    assert split(city, "trench_laid_km", "2025-H1")["Marktplatz"] == 4
    later = reform(city, NEW | {"x": ("05", "Marktplatz", 8, 12)}, DAY + timedelta(days=1))
    assert (later.changed, later.unchanged) == (0, 3)
    assert set(rows(city, "districts", "valid_from")) == {(DAY,)}


def test_parts_may_take_each_others_keys_and_names(city: Loader) -> None:
    parts = OLD | {"a": ("02", "Berg", 0, 4), "b": ("01", "Alt", 4, 8)}
    report = reform(city, parts)
    assert report.ok
    assert split(city, "trench_laid_km", "2025-H1") == {"Alt": 4, "Berg": 4, "Cent": 2, "Damm": 2}
    assert sorted(rows(city, "connections", "district_key"))[:8] == [("01",)] * 4 + [("02",)] * 4
    undo_load(city.connection, report.number or 0)
    assert sorted(rows(city, "districts", "source_id, key")) == [(s, part[0]) for s, part in OLD.items()]


def test_a_changed_outline_is_told_and_changes_no_earlier_figure(city: Loader) -> None:
    report = reform(city, OLD | {"d": ("04", "Damm", 10, 11)})
    assert any("Umriss der Stadt ist um 1.000,00 ha anders" in note.de for note in report.notes)
    assert split(city, "trench_laid_km", "2024-H2") == {"Alt": 4, "Berg": 4, "Cent": 2, "Damm": 2}
    assert split(city, "trench_laid_km", "2025-H1") == {"Alt": 4, "Berg": 4, "Cent": 2, "Damm": 1}


def test_lower_parts_are_told_when_the_one_above_them_ends(city: Loader) -> None:
    """A file of one level leaves the others as they are."""
    lower = {"s1": ("031", "Cent Mitte", 8, 9), "s2": ("032", "Cent Ost", 9, 10)}
    city.load("districts", text(lower, "statistical", "03"), source="city", crs="25832")
    report = reform(city, NEW)
    assert "2 Bezirke haben keinen übergeordneten Bezirk mehr" in " ".join(note.de for note in report.notes)
    assert len(rows(city, "districts", "id")) == 5
    undo_load(city.connection, report.number or 0)
    assert [row for row in rows(city, "districts", "key, parent_key") if row[1]] == [("031", "03"), ("032", "03")]


def test_a_file_that_lacks_many_parts_is_asked_about(city: Loader) -> None:
    before = state(city)
    report = reform(city, {"a": OLD["a"]}, accept_pruning=False)
    assert [question.option for question in report.questions] == ["--accept-pruning"]
    assert "3 von 4 Bezirken der Quelle fehlen in der Datei und würden enden" in report.questions[0].reason.de
    told = "\n".join(note.de for note in report.notes)
    assert "enden, weil sie in der Datei fehlen: Berg, Cent, Damm." in told
    assert state(city) == before


def test_a_dry_run_tells_the_same_and_writes_nothing(city: Loader) -> None:
    before = state(city)
    tried = reform(city, NEW, dry_run=True)
    assert state(city) == before
    assert tried.notes == reform(city, NEW).notes


def test_a_long_list_of_parts_tells_how_many_more_there_are(city: Loader) -> None:
    many = {f"n{number}": (f"n{number:02}", f"Teil {number}", number, number + 1) for number in range(12)}
    told = " ".join(note.de for note in reform(city, many, dry_run=True).notes)
    assert "Teil 8, Teil 9 und 2 weitere." in told


def test_a_day_is_read_as_people_write_it_or_refused() -> None:
    for text in ("2025-07-01", "01.07.2025", " 1.7.2025 "):
        assert read_day(text) == date(2025, 7, 1)
    for text in ("", " ", "31.02.2025", "2025", "07/01/2025", "1.7.25", "1899-12-31", "2025-07-01 10:00", "heute"):
        with pytest.raises(LoadRefused, match=re.escape("Write it as 01.07.2025 or 2025-07-01")):
            read_day(text)


@pytest.mark.parametrize(
    ("layer", "options", "reason"),
    [
        ("plots", {}, "Only the layer districts has a new state from a day on, not plots."),
        ("districts", {"valid_from": date(9999, 1, 1)}, "The new state is valid only from 1 Jan 9999 on."),
        ("districts", {"prune": True}, "With --valid-from, districts that are missing from the file end;"),
        (
            "districts",
            {"constants": {"valid_from": "2025-01-01"}},
            "The mapping sets valid_from, and --valid-from names the day.",
        ),
        (
            "districts",
            {"columns": {"key": ("key", "valid_from")}},
            "The mapping sets valid_from, and --valid-from names the day.",
        ),
        ("districts", {"ignore": ("name", "kind")}, "For a new state, the file lacks: name, kind."),
    ],
)
def test_what_cannot_be_a_reform_is_refused(city: Loader, layer: str, options: dict[str, Any], reason: str) -> None:
    given = {"source": "city", "crs": "25832", "valid_from": DAY} | options
    with pytest.raises(LoadRefused, match=re.escape(reason)):
        city.load(layer, text(NEW), **given)


def test_a_state_before_one_that_is_known_is_refused(city: Loader) -> None:
    reform(city, NEW)
    before = state(city)
    report = reform(city, OLD, DAY - timedelta(days=1))
    assert not report.ok
    told = {problem.source_id: problem.reason.en.partition(":")[0] for problem in report.problems}
    since, twice = (
        "This district is like this only since 1 Jan 2025",
        "Another state with this key or “Name” is in force",
    )
    assert told["a"] == told["x"] == since
    assert told["c"].startswith(twice)
    assert state(city) == before


def test_an_earlier_file_without_a_day_brings_back_no_part_that_has_ended(city: Loader) -> None:
    """Such a part was in force twice in the past: a split counted it twice, or could not be made at all."""
    reform(city, NEW)
    before = state(city)
    report = reform(city, OLD, None)
    assert [(problem.source_id, problem.column) for problem in report.problems] == [
        ("c", "valid_from"),
        ("d", "valid_from"),
    ]
    assert "Eine Neugliederung bitte mit ihrem Tag laden" in report.problems[0].reason.de
    assert state(city) == before


def test_a_former_part_ends_before_another_state_of_it_begins(city: Loader) -> None:
    """The present state needs the day from which it is like this, first."""
    head, row = "parent_key", "district;;"
    earlier = text(OLD).replace(head, f"{head};valid_until", 1).replace(row, f"{row}2020-01-01;")
    options = {"source": "archive", "crs": "25832"}
    refused = city.load("former_districts", earlier, **options)
    assert {problem.column for problem in refused.problems} == {"valid_from"}
    assert "der heutige Bezirk braucht den Tag, ab dem er so gilt" in refused.problems[0].reason.de
    dated = text(OLD).replace(head, f"{head};valid_from", 1).replace(row, f"{row}2020-01-01;")
    assert city.load("districts", dated, source="city", crs="25832").changed == 4
    assert city.load("former_districts", earlier, **options).inserted == 4
    overlapping = earlier.replace("2020-01-01", "2019-06-01")
    assert len(city.load("former_districts", overlapping, **options | {"source": "other"}).problems) == 4
    assert split(city, "trench_laid_km", "2024-H2") == {"Alt": 4, "Berg": 4, "Cent": 2, "Damm": 2}


def test_the_database_refuses_a_part_in_force_twice_at_commit(city: Loader) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="Berg \\(9\\) would be in force at the same time as Berg"):
        insert(
            city.connection, "former_districts", key="9", name="Berg", kind="district", valid_until="2020-01-01",
            geom="MULTIPOLYGON(((390000 5700000, 391000 5700000, 391000 5701000, 390000 5700000)))",
        )  # fmt: skip


def test_a_reform_of_another_sources_parts_is_refused(city: Loader) -> None:
    with pytest.raises(LoadRefused, match="districts of other sources, which would neither change nor end: city"):
        reform(city, {"z": ("09", "Zoo", 12, 13)}, source="survey")


@pytest.mark.parametrize(("decimals", "is_same"), [(7, True), (4, False)])
def test_the_same_borders_in_degrees_are_no_reform(city: Loader, decimals: int, is_same: bool) -> None:
    """Coordinates that a conversion has rounded move no border; what is metres away does."""
    before = rows(city, "districts", COLUMNS)
    corners = "st_astext(st_transform(geom, 4326), %s)"
    query = f"select source_id, key, name, {corners} from flurwerk.districts order by id"
    found = city.connection.execute(query.encode(), [decimals]).fetchall()
    lines = ["source_id;key;name;kind;geometry", *(f"{a};{b};{c};district;{geom}" for a, b, c, geom in found)]
    report = city.load("districts", "\n".join(lines) + "\n", source="city", crs="4326", valid_from=DAY)
    told = " ".join(note.de for note in report.notes)
    assert (report.unchanged == 4, "bis auf Rundung unter 5 cm: 4 Bezirke" in told) == (is_same, is_same)
    assert (rows(city, "districts", COLUMNS) == before, rows(city, "former_districts", "key") == []) == (
        is_same,
        is_same,
    )


def test_a_later_remark_is_no_reform(city: Loader) -> None:
    noted = text(OLD).replace("parent_key", "parent_key;note", 1).replace(";district;;", ";district;;geprüft;")
    report = city.load("districts", noted, source="city", crs="25832", valid_from=DAY)
    assert report.changed == 4
    assert rows(city, "former_districts", "id") == []
    assert set(rows(city, "districts", "valid_from, note")) == {(None, "geprüft")}
