"""What enriching plots promises, whatever the register: clear overlaps alone, nothing overwritten or lost in silence.

Shown with zones modelled on BORIS-NRW's file (columns brw, stag, genu, brwznr, nuta); all of them are invented.
"""

import csv
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import psycopg
import pytest
import shapely

from geo.exchange.boris import COLUMNS, KIND, enrich_by_zones
from geo.exchange.enriching import Action, Enrichment, HowToRead, Options, enrich
from geo.exchange.enriching.proposals import Decisions, Proposal
from geo.exchange.errors import ExchangeRefused
from geo.records.layers.layer import Text
from geo.store.database import conninfo
from tests.records import Connection, update
from tests.test_cli import Command
from tests.test_exchange.plots import actions, box, plots, values_of, versions, write

VALUE, DAY, ZONE = COLUMNS
FUTURE = "2150-01-01"


def zones(path: Path, *rows: tuple[shapely.Polygon, Any, str], day: Any = "2024-01-01") -> Path:
    """Write zones of a shape, a value and a use; their numbers are 1, 2 …."""
    return write(
        path,
        [shape for shape, _, _ in rows],
        brw=[value for _, value, _ in rows],
        stag=[day] * len(rows),
        genu=["12"] * len(rows),
        brwznr=[str(number) for number in range(1, len(rows) + 1)],
        nuta=[use for *_, use in rows],
    )


def boris(connection: Connection, path: Path, **options: Any) -> Enrichment:
    """Enrich the plots by a file of zones."""
    return enrich_by_zones(connection, path, Options(**options), HowToRead())


def refusal(connection: Connection, path: Path, how: HowToRead | None = None) -> str:
    """Return why nothing is taken over from a file."""
    before = versions(connection)
    with pytest.raises(ExchangeRefused) as refused:
        enrich_by_zones(connection, path, Options(), how or HowToRead())
    assert versions(connection) == before
    assert refused.value.hint
    return str(refused.value)


def test_a_plot_gets_value_day_and_zone_with_proof_and_history(connection: Connection, tmp_path: Path) -> None:
    """The zone that covers it, by a change that names the file; once more, and nothing changes."""
    plots(connection, 1)
    path = zones(tmp_path / "brw.gpkg", (box(-20, 117), 85, "GE"), (box(97, 100), 300, "GI"))
    result = boris(connection, path)
    assert actions(result) == [("P-0", name, Action.SET) for name in COLUMNS]
    assert {entry.reason for entry in result.entries} == {Text("Zone 12-1: 97\xa0%", "Zone 12-1: 97\xa0%")}
    assert values_of(connection, *COLUMNS) == [("85.00", "2024-01-01", "12-1")]
    (author,) = connection.execute("select recorded_by from flurwerk.plots").fetchone() or ("",)
    assert author == "flurwerk · BORIS · brw.gpkg"
    assert versions(connection) == 1
    again = boris(connection, path)
    assert (again.entries, again.unchanged, versions(connection)) == ([], 3, 1)
    update(connection, "plots", 1, note="x")
    (actor,) = connection.execute("select flurwerk.actor()").fetchone() or ("",)
    assert actor == "flurwerk", "later changes are not recorded as the file's"


def test_only_commercial_uses_count_and_the_others_are_named(connection: Connection, tmp_path: Path) -> None:
    """So that a code which a state writes differently is noticed; codes are compared whatever their case."""
    plots(connection, 3)
    path = zones(
        tmp_path / "brw.gpkg", (box(0), 85, "ge"), (box(200), 500, "W"), (box(400), 200, "MK"), (box(9000), 1, "LW")
    )
    result = boris(connection, path)
    assert values_of(connection, VALUE) == [("85.00",), (None,), (None,)]
    assert "uses passed over: MK, W." in result.notes[0].en, "what is far from every plot is not named"
    more = enrich_by_zones(connection, path, Options(), HowToRead(), ("GE", "MK"))
    assert values_of(connection, VALUE) == [("85.00",), (None,), ("200.00",)]
    assert "übergangene Nutzungsarten: W." in more.notes[0].de


@pytest.mark.parametrize(
    ("left", "right", "action"),
    [(50, 50, Action.AMBIGUOUS), (60, 40, Action.AMBIGUOUS), (67, 33, Action.SET), (45, 5, Action.AMBIGUOUS)],
)
def test_a_value_needs_more_than_half_and_twice_as_much_as_any_other(
    connection: Connection, tmp_path: Path, left: float, right: float, action: Action
) -> None:
    """Otherwise the candidates are listed with their shares, and the plot stays as it is."""
    plots(connection, 1)
    path = zones(tmp_path / "brw.gpkg", (box(0, left), 85, "GE"), (box(left, right), 95, "GI"))
    result = boris(connection, path)
    assert {entry.action for entry in result.entries} == {action}
    if action is Action.AMBIGUOUS:
        assert values_of(connection, VALUE) == [(None,)]
        first, second = (
            f"85, 2024-01-01, 12-1 (Zone 12-1) {left}\xa0%",
            f"95, 2024-01-01, 12-2 (Zone 12-2) {right}\xa0%",
        )
        assert result.entries[0].reason.de == f"Nicht eindeutig: {first}; {second}"


def test_overlapping_areas_of_different_values_are_not_clear(connection: Connection, tmp_path: Path) -> None:
    """Two zones one above the other both cover the whole plot; the same zone twice counts once."""
    plots(connection, 2)
    path = zones(tmp_path / "brw.gpkg", (box(0), 85, "GE"), (box(0), 95, "GE"), (box(200), 70, "GE"))
    result = boris(connection, path)
    assert actions(result)[0] == ("P-0", VALUE, Action.AMBIGUOUS)
    assert values_of(connection, VALUE) == [(None,), ("70.00",)]


def test_plots_that_no_area_covers_are_listed(connection: Connection, tmp_path: Path) -> None:
    """Also one that an area only touches, or overlaps by less than a hundredth; withdrawn plots are left alone."""
    ids = plots(connection, 4)
    update(connection, "plots", ids[3], withdrawn_on="2024-01-01")
    path = zones(tmp_path / "brw.gpkg", (box(100, 100), 85, "GE"), (box(299.5, 50), 85, "GE"), (box(600), 85, "GE"))
    result = boris(connection, path)
    assert actions(result) == [(f"P-{number}", VALUE, Action.UNCOVERED) for number in range(3)]
    assert result.plots == 3


def test_what_somebody_has_entered_is_kept_and_told(connection: Connection, tmp_path: Path) -> None:
    """With its author and the register's value; the columns that belong together are kept together."""
    plots(connection, 1, ground_value_eur_m2=80)
    path = zones(tmp_path / "brw.gpkg", (box(0), 85, "GE"))
    result = boris(connection, path)
    assert actions(result) == [("P-0", name, Action.KEPT) for name in COLUMNS]
    kept = result.entries[0]
    assert (kept.before, kept.after) == ("80.00", "85")
    assert kept.reason.en == "Zone 12-1: 100\xa0%; kept, as entered by flurwerk (--overwrite replaces it)"
    assert values_of(connection, *COLUMNS) == [("80.00", None, None)]
    overwritten = boris(connection, path, overwrite=True)
    assert [entry.action for entry in overwritten.entries] == [Action.OVERWRITTEN, Action.SET, Action.SET]
    assert values_of(connection, *COLUMNS) == [("85.00", "2024-01-01", "12-1")]


def test_an_equal_value_that_somebody_has_entered_gets_its_day_and_zone(connection: Connection, tmp_path: Path) -> None:
    """85 and 85.00 are the same."""
    plots(connection, 1, ground_value_eur_m2=85)
    result = boris(connection, zones(tmp_path / "brw.gpkg", (box(0), 85, "GE")))
    assert (result.unchanged, [entry.column for entry in result.entries]) == (1, [DAY, ZONE])
    assert values_of(connection, *COLUMNS) == [("85.00", "2024-01-01", "12-1")]


def test_the_next_years_file_renews_what_an_earlier_one_has_entered(connection: Connection, tmp_path: Path) -> None:
    """Even if somebody has changed other fields since; what somebody has corrected since is kept."""
    first, second = plots(connection, 2)
    boris(connection, zones(tmp_path / "2023.gpkg", (box(0, 300), 85, "GE"), day="2023-01-01"))
    update(connection, "plots", first, address="Hafenstr. 1")
    update(connection, "plots", second, ground_value_eur_m2=90)
    result = boris(connection, zones(tmp_path / "2024.gpkg", (box(0, 300), 99, "GE")))
    assert {(entry.plot, entry.action) for entry in result.entries} == {("P-0", Action.RENEWED), ("P-1", Action.KEPT)}
    assert values_of(connection, VALUE, DAY) == [("99.00", "2024-01-01"), ("90.00", "2023-01-01")]


def test_a_dry_run_tells_the_same_and_writes_nothing(connection: Connection, tmp_path: Path) -> None:
    """Entry by entry."""
    plots(connection, 2, ground_value_eur_m2=80)
    path = zones(tmp_path / "brw.gpkg", (box(0), 85, "GE"))
    dry = boris(connection, path, overwrite=True, dry_run=True)
    assert versions(connection) == 0
    assert values_of(connection, VALUE) == [("80.00",), ("80.00",)]
    assert boris(connection, path, overwrite=True).entries == dry.entries


def test_a_value_that_breaks_a_rule_is_refused_and_nothing_is_written(connection: Connection, tmp_path: Path) -> None:
    """A day in the future, named in a sentence; the other plot's value is not written either."""
    plots(connection, 2)
    path = write(
        tmp_path / "brw.gpkg",
        [box(0), box(200)],
        brw=[85, 90],
        stag=["2024-01-01", FUTURE],
        genu=["12"] * 2,
        brwznr=["1", "2"],
        nuta=["GE"] * 2,
    )
    result = boris(connection, path)
    assert not result.ok
    (refused,) = [entry for entry in result.entries if entry.action is Action.REFUSED]
    assert refused.plot == "P-1"
    assert "Stichtag des Bodenrichtwerts" in refused.reason.de
    assert (versions(connection), values_of(connection, VALUE)) == (0, [(None,), (None,)])


def test_rows_that_cannot_be_read_exactly_are_refused_with_row_and_text(connection: Connection, tmp_path: Path) -> None:
    """A price with its unit, a day that does not exist, three decimals; far from every plot nobody minds."""
    plots(connection, 1)
    for name, value, day, reason in (
        ("unit", "85 €", "2024-01-01", "row 1, value “85 €”: This is not a number"),
        ("day", "85", "2024-02-30", "row 1, day “2024-02-30”: This is not a date"),
        ("decimals", 85.125, "2024-01-01", "row 1, value “85.125”: The value has more decimals"),
    ):
        assert reason in refusal(connection, zones(tmp_path / f"{name}.gpkg", (box(0), value, "GE"), day=day))
    far = zones(tmp_path / "far.gpkg", (box(0), "85", "GE"), (box(90000), "viel", "GE"))
    assert boris(connection, far).ok


def test_a_missing_column_is_named_and_can_be_pointed_to(connection: Connection, tmp_path: Path) -> None:
    """States and years have names of their own; capitals do not matter."""
    plots(connection, 1)
    path = write(
        tmp_path / "by.gpkg",
        [box(0)],
        RICHTWERT=[85],
        STAG=["01.01.2024"],
        Zone=["4711"],
        NUTA=["GE"],
    )
    message = refusal(connection, path)
    assert "has no column brw or bodenrichtwert or bodenrichtw; its columns are RICHTWERT, STAG, Zone, NUTA." in message
    assert "--column value=NAME" in message
    assert "no role wert" in refusal(connection, path, HowToRead(named={"wert": "RICHTWERT"}))
    how = HowToRead(named={"value": "richtwert", "zone": "Zone"})
    enrich_by_zones(connection, path, Options(), how)
    assert values_of(connection, *COLUMNS) == [("85.00", "2024-01-01", "4711")]


def test_zones_of_another_crs_and_invalid_ones_are_compared_all_the_same(
    connection: Connection, tmp_path: Path
) -> None:
    """Transformed to the records' CRS; a zone that intersects itself is corrected for the comparison, which is told."""
    plots(connection, 2)
    crossing = shapely.Polygon(
        [(395200, 5705000), (395400, 5705000), (395400, 5705100), (395200, 5705100), (395220, 5704990)]
    )
    assert not crossing.is_valid
    path = zones(tmp_path / "utm.gpkg", (box(0), 85, "GE"), (crossing, 90, "GE"))
    geographic = tmp_path / "wgs.gpkg"
    gpd.read_file(path).to_crs(4326).to_file(geographic)
    result = boris(connection, geographic)
    assert any(note.en.startswith("1 areas of the file intersect themselves") for note in result.notes)
    assert values_of(connection, VALUE) == [("85.00",), ("90.00",)]


def test_a_plot_that_others_change_meanwhile_stops_everything(connection: Connection, tmp_path: Path) -> None:
    """What follows for it was found for another version."""
    (plot,) = plots(connection, 1)

    def decided(found: list[Any]) -> Decisions:
        update(connection, "plots", plot, address="Hafenstr. 1")
        return Decisions([Proposal(found[0], {VALUE: "85"}, Text("", ""))])

    with pytest.raises(ExchangeRefused, match="changed by others meanwhile: Grundstück 0"):
        enrich(connection, KIND, tmp_path / "brw.gpkg", COLUMNS, decided, Options())


def test_a_table_without_areas_is_refused(connection: Connection, tmp_path: Path) -> None:
    """A CSV has zones, but not where they are."""
    plots(connection, 1)
    path = tmp_path / "brw.csv"
    path.write_text("brw;stag;brwznr;nuta\n85;2024-01-01;1;GE\n", encoding="utf-8")
    assert "contains no areas" in refusal(connection, path)


def test_the_command_tells_what_happened_and_writes_a_report(database_url: str, tmp_path: Path) -> None:
    """The summary on stdout, the tables on stderr, everything in the report; a refused value is status 1."""
    with psycopg.connect(conninfo(database_url)) as connection:
        plots(connection, 2)
    flurwerk = Command(database_url)
    path = zones(tmp_path / "brw.gpkg", (box(0), 85, "GE"))
    report = tmp_path / "report.csv"
    dry = flurwerk("enrich", "boris", str(path), "--dry-run", "--report", str(report))
    assert dry.stdout == (
        "2 Grundstücke: 0 Angaben unverändert, 3 eingetragen, 1 keine Angabe (es wurde nichts geschrieben)\n"
    )
    assert "Bodenrichtwertzone" in dry.stderr
    rows = list(csv.DictReader(report.read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert [(row["plot"], row["column"], row["action"], row["after"]) for row in rows] == [
        ("P-0", VALUE, "set", "85"),
        ("P-0", DAY, "set", "2024-01-01"),
        ("P-0", ZONE, "set", "12-1"),
        ("P-1", VALUE, "uncovered", ""),
    ]
    as_json = tmp_path / "report.json"
    done = flurwerk("enrich", "boris", str(path), "--lang", "en", "--report", str(as_json))
    assert done.stdout == "2 plots: 0 values unchanged, 3 entered, 1 no information\n"
    assert len(json.loads(as_json.read_text("utf-8"))) == 4
    future = zones(tmp_path / "next.gpkg", (box(0), 85, "GE"), day=FUTURE)
    assert "1 abgewiesen" in flurwerk("enrich", "boris", str(future), exit_code=1).stdout
    assert "write ROLE=NAME" in flurwerk("enrich", "boris", str(path), "--column", "brw", exit_code=2).stderr
