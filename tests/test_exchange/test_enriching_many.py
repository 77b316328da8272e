"""Enriching many plots at once gives each its own columns by one statement, and tells how places were compared."""

from pathlib import Path

import geopandas as gpd
import pytest

from geo.exchange.boris import COLUMNS
from geo.exchange.enriching import Options, enrich
from geo.exchange.enriching.plots import Plot
from geo.exchange.enriching.proposals import Decisions, Proposal
from geo.records.layers.layer import Text
from tests.records import Connection
from tests.test_exchange.plots import box, plots, values_of, versions
from tests.test_exchange.test_enriching import boris, zones

COUNT_UPDATES = """
    create function pg_temp.count_update() returns trigger language plpgsql as $$
    begin
        perform set_config('test.updates', (coalesce(current_setting('test.updates', true), '0')::int + 1)::text, true);
        return null;
    end $$;
    create trigger count_updates after update on flurwerk.plots
        for each statement execute function pg_temp.count_update()
"""


def test_all_plots_are_written_by_one_statement(connection: Connection, tmp_path: Path) -> None:
    """However many there are: one by one, 1,000 plots took 48 s of processor time instead of 0.7 s."""
    plots(connection, 5)
    connection.execute("select set_config('test.updates', '0', true)")
    connection.execute(COUNT_UPDATES.encode())
    boris(connection, zones(tmp_path / "brw.gpkg", (box(0, 1000), 85, "GE")))
    assert connection.execute("select current_setting('test.updates')").fetchone() == ("1",)
    assert values_of(connection, COLUMNS[0]) == [("85.00",)] * 5
    assert versions(connection) == 5


def test_plots_that_get_different_columns_keep_their_other_values(connection: Connection, tmp_path: Path) -> None:
    """One statement sets a list for one plot and a text for another, and leaves what neither names."""
    plots(connection, 3, address="Hafenstr. 1")

    def decided(found: list[Plot]) -> Decisions:
        proof = Text("", "")
        return Decisions(
            [
                Proposal(found[0], {"parcels": "05553200300080______|05553200300081______"}, proof),
                Proposal(found[1], {"plan_name": "Hö 252", "parcels": "05553200300082______"}, proof),
            ]
        )

    enrich(connection, "ALKIS", tmp_path / "f.gpkg", ("parcels", "plan_name"), decided, Options())
    assert values_of(connection, "parcels", "plan_name", "address") == [
        ("{05553200300080______,05553200300081______}", None, "Hafenstr. 1"),
        ("{05553200300082______}", "Hö 252", "Hafenstr. 1"),
        (None, None, "Hafenstr. 1"),
    ]
    assert versions(connection) == 2


@pytest.mark.parametrize(("crs", "told"), [(4326, "accurate to 1 m"), (4258, "without loss"), (25832, None)])
def test_how_exactly_coordinates_were_transformed_is_told(
    connection: Connection, tmp_path: Path, crs: int, told: str | None
) -> None:
    """As of a load: shares of plots rest on it."""
    plots(connection, 1)
    delivered = tmp_path / "delivered.gpkg"
    gpd.read_file(zones(tmp_path / "brw.gpkg", (box(0), 85, "GE"))).to_crs(crs).to_file(delivered)
    notes = [note.en for note in boris(connection, delivered).notes if note.en.startswith("Coordinates transformed")]
    assert len(notes) == (1 if told else 0)
    assert not told or told in notes[0]
