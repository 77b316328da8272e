"""The Breitbandatlas: shares of households onto plots, and the connections on record against it.

Grids modelled on the atlas's columns as public programs read them; all figures are invented.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import psycopg
import pytest
import shapely
from pyproj import Transformer

from geo.exchange.atlas import Difference, Finding, compare, enrich_by_cells
from geo.exchange.atlas.enriching import COLUMNS
from geo.exchange.enriching import Action, Enrichment, HowToRead, Options
from geo.exchange.errors import ExchangeRefused
from geo.store.database import conninfo
from tests.records import Connection, insert
from tests.test_cli import Command
from tests.test_exchange.plots import actions, plots, values_of, versions

DAY = date(2024, 6, 30)
FIBRE, GIGABIT = "down_fn_hh_ftthb_1000", "down_fn_hh_alle_1000"
EAST, NORTH = 4146600, 3155900
"""A corner of the INSPIRE grid; its cell (row 0, column 0) is where the plots begin."""


def corner(row: int, column: int) -> tuple[int, int]:
    """Return the lower left corner of a cell in EPSG:3035."""
    return EAST + 100 * column, NORTH + 100 * row


def cell(row: int, column: int) -> shapely.Polygon:
    """Return a cell in EPSG:3035."""
    east, north = corner(row, column)
    return shapely.box(east, north, east + 100, north + 100)


def identifier(row: int, column: int) -> str:
    """Return a cell's INSPIRE identifier."""
    east, north = corner(row, column)
    return f"CRS3035RES100mN{north}E{east}"


def centre(row: int, column: int) -> tuple[float, float]:
    """Return a cell's centre in EPSG:25832."""
    east, north = corner(row, column)
    return Transformer.from_crs(3035, 25832, always_xy=True).transform(east + 50, north + 50)


def grid(path: Path, rows: Sequence[tuple[int, int, Any, Any]]) -> Path:
    """Write cells with their shares of fibre and gigabit."""
    columns = {
        "id": [identifier(row, column) for row, column, *_ in rows],
        FIBRE: [fibre for *_, fibre, _ in rows],
        GIGABIT: [gigabit for *_, gigabit in rows],
    }
    gpd.GeoDataFrame(columns, geometry=[cell(row, column) for row, column, *_ in rows], crs=3035).to_file(path)
    return path


def atlas(connection: Connection, path: Path, how: HowToRead | None = None) -> Enrichment:
    """Enrich the plots by a grid."""
    return enrich_by_cells(connection, path, Options(), how or HowToRead(), DAY)


def square(connection: Connection) -> None:
    """Move the only plot to where four cells meet: a quarter of it in each, but for the turn of the two systems."""
    x, y = Transformer.from_crs(3035, 25832, always_xy=True).transform(EAST + 100, NORTH + 100)
    place = shapely.MultiPolygon([shapely.box(x - 50, y - 50, x + 50, y + 50)])
    connection.execute("update flurwerk.plots set geom = st_geomfromtext(%s, 25832)", [place.wkt])


def address(connection: Connection, row: int, column: int, **values: object) -> None:
    """Insert an address in the middle of a cell."""
    x, y = centre(row, column)
    insert(connection, "connections", geom=f"POINT({x} {y})", **values)


def test_a_plot_gets_the_mean_of_its_cells(connection: Connection, tmp_path: Path) -> None:
    """Weighted by their area within it; a cell without a figure, one without households, does not count."""
    plots(connection, 1)
    square(connection)
    path = grid(tmp_path / "atlas.gpkg", [(0, 0, 100, 100), (0, 1, 50, 100), (1, 0, 0, 80), (1, 1, None, None)])
    result = atlas(connection, path)
    assert actions(result) == [("P-0", name, Action.SET) for name in COLUMNS]
    ((fibre, gigabit, day),) = values_of(connection, *COLUMNS)
    assert float(fibre) == pytest.approx(50, abs=2)
    assert float(gigabit) == pytest.approx(93.3, abs=2)
    assert day == "2024-06-30"
    assert result.entries[0].reason.en == "4 cells; those with a figure cover 75\xa0%"


def test_cells_with_a_figure_have_to_cover_more_than_half(connection: Connection, tmp_path: Path) -> None:
    """Of a plot mostly without households nothing is known."""
    plots(connection, 1)
    square(connection)
    path = grid(tmp_path / "atlas.gpkg", [(0, 0, 100, 100), (0, 1, None, 100), (1, 0, None, 80), (1, 1, None, None)])
    result = atlas(connection, path)
    assert actions(result) == [("P-0", "atlas_gigabit_percent", Action.SET), ("P-0", "atlas_on", Action.SET)]
    nothing = grid(tmp_path / "empty.gpkg", [(0, 0, None, None), (9, 9, 100, 100)])
    assert actions(atlas(connection, nothing)) == [("P-0", "atlas_fibre_percent", Action.UNCOVERED)]


@pytest.mark.parametrize("form", ["long", "short", "centre"])
def test_a_table_says_where_its_cells_are(connection: Connection, tmp_path: Path, form: str) -> None:
    """By the INSPIRE identifier in metres or hundreds of metres, or by the centre: the same as polygons."""
    plots(connection, 1)
    square(connection)
    rows = [(0, 0, "100", "100"), (0, 1, "50,5", "100"), (1, 0, "0", "80"), (1, 1, "", "")]
    lines = [f"x_mp;y_mp;{FIBRE};{GIGABIT}" if form == "centre" else f"gitter_id;{FIBRE};{GIGABIT}"]
    for row, column, *figures in rows:
        east, north = corner(row, column)
        place = {
            "long": identifier(row, column),
            "short": f"100mN{north // 100}E{east // 100}",
            "centre": f"{east + 50};{north + 50}",
        }[form]
        lines.append(";".join([place, *figures]))
    path = tmp_path / "atlas.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    atlas(connection, path)
    ((fibre, gigabit),) = values_of(connection, *COLUMNS[:2])
    assert float(fibre) == pytest.approx(50.2, abs=2)
    assert float(gigabit) == pytest.approx(93.3, abs=2)


def test_what_is_no_grid_or_no_percentage_is_refused(connection: Connection, tmp_path: Path) -> None:
    """A share above 100, a cell in words, a table without places: nothing is written."""
    plots(connection, 1)
    square(connection)
    table = tmp_path / "atlas.csv"
    for content, message in (
        (f"id;{FIBRE};{GIGABIT}\n{identifier(0, 0)};140;100\n", "in row 2 the fibre share 140, which is no percentage"),
        (f"id;{FIBRE};{GIGABIT}\nNordstadt;10;100\n", "row 2, cell “Nordstadt”: This is no cell of the INSPIRE grid"),
        (f"gemeinde;{FIBRE};{GIGABIT}\nX;10;100\n", "does not say where its cells are; its columns are gemeinde"),
        (f"id;{FIBRE}\n{identifier(0, 0)};10\n", f"has no column {GIGABIT}"),
    ):
        table.write_text(content, encoding="utf-8")
        with pytest.raises(ExchangeRefused) as refused:
            atlas(connection, table)
        assert message in str(refused.value)
        assert refused.value.hint
    assert values_of(connection, *COLUMNS) == [(None, None, None)]


def test_cells_in_which_only_one_knows_of_fibre_are_reported(connection: Connection, tmp_path: Path) -> None:
    """As of the atlas's day; agreeing cells are counted, and addresses in no cell as well."""
    plots(connection, 0)
    fibre = {"technology": "FTTH", "passed_on": "2024-01-01"}
    address(connection, 0, 0, **fibre)
    address(connection, 0, 1, **fibre)
    address(connection, 0, 1, technology="FTTC", connected_on="2020-01-01")
    address(connection, 0, 2, technology="FTTH", passed_on="2024-12-01")
    address(connection, 0, 3, **fibre, dropped_on="2024-02-01")
    address(connection, 0, 4, **fibre)
    address(connection, 5, 5, **fibre)
    before = versions(connection)
    rows = [(0, 0, 80, 100), (0, 1, 0, 100), (0, 2, 60, 60), (0, 3, 0, 0), (0, 4, None, None), (0, 9, 100, 100)]
    found = compare(connection, grid(tmp_path / "atlas.gpkg", rows), HowToRead(), DAY)
    assert (found.cells, found.agreeing, found.outside) == (5, 2, 1)
    x, y = centre(0, 1)
    assert found.differences[0] == Difference(
        identifier(0, 1), Finding.ATLAS_LACKS_FIBRE, round(x), round(y), 2, 1, "0.0"
    )
    assert [(each.cell, each.finding) for each in found.differences[1:]] == [
        (identifier(0, 2), Finding.RECORDS_LACK_FIBRE),
        (identifier(0, 4), Finding.NOT_IN_ATLAS),
    ]
    assert versions(connection) == before


def test_without_connections_there_is_nothing_to_compare(connection: Connection, tmp_path: Path) -> None:
    """And no cell is read."""
    found = compare(connection, grid(tmp_path / "atlas.gpkg", [(0, 0, 80, 100)]), HowToRead(), DAY)
    assert found == (0, 0, 0, [])


def test_the_commands_need_the_atlas_day(database_url: str, tmp_path: Path) -> None:
    """Its file does not name it; the comparison comes as a table, CSV or JSON."""
    with psycopg.connect(conninfo(database_url)) as connection:
        plots(connection, 1)
        square(connection)
        address(connection, 0, 1, technology="FTTB", connected_on="2024-01-01")
    flurwerk = Command(database_url)
    path = str(grid(tmp_path / "atlas.gpkg", [(row, column, 0, 100) for row in (0, 1) for column in (0, 1)]))
    assert "Missing option '--as-of'" in flurwerk("enrich", "breitbandatlas", path, exit_code=2).stderr
    done = flurwerk("enrich", "breitbandatlas", path, "--as-of", "2024-06-30")
    assert done.stdout == "1 Grundstücke: 0 Angaben unverändert, 3 eingetragen\n"
    arguments = ("compare", "breitbandatlas", path, "--as-of", "30.06.2024")
    assert flurwerk(*arguments).stdout.endswith(
        "1 Zellen mit eigenen Adressen: 0 stimmen überein, 1 weichen ab; 0 Adressen liegen in keiner Zelle des Atlas\n"
    )
    (only,) = flurwerk.csv(*arguments)
    assert (only["cell"], only["finding"]) == (identifier(0, 1), "atlas_lacks_fibre")
    assert [each["with_fibre"] for each in flurwerk.json(*arguments)] == [1]
