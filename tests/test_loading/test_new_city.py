"""The manual's section on a new city: its mappings and commands, on small invented files as offices deliver them."""

import re
import shlex
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import psycopg
from shapely import LineString, box

from geo.store.database import conninfo
from tests.test_cli import Command

MANUAL = (Path(__file__).parents[2] / "docs" / "loading.md").read_text("utf-8")
SECTION = MANUAL.partition("## A new city\n")[2].partition("\n## ")[0]
BLOCKS: list[tuple[str, str]] = re.findall(r"```(toml|sh)\n(.*?)```", SECTION, re.DOTALL)
OUTLINE = "umring"
WEST, EAST = box(390000, 5702000, 393000, 5705000), box(393000, 5702000, 396000, 5705000)
AREAS = [box(390100 + 300 * number, 5702100, 390300 + 300 * number, 5702300) for number in range(4)]


def write_deliveries(folder: Path) -> None:
    """Write what the offices deliver: in degrees, Windows-1252, hectares and capitals, and one address too far east."""
    districts = {"stadtbezirk": ["West", "Ost"], "flaeche_ha": [900.0, 900.0]}
    _degrees(folder / "bezirke.geojson", [WEST, EAST], districts)
    quarters = {"stat_nr": ["010", "020"], "stat_name": ["Markt", "Hafen"], "stadtbezirk": ["West", "Ost"]}
    _degrees(folder / "statistik.geojson", [WEST, EAST], quarters)
    (folder / "programme.csv").write_text(
        "source_id;name;funding;counts\nEigenausbau;Eigenausbau;eigenwirtschaftlich;Adressen\n", encoding="utf-8"
    )
    (folder / "adressen.csv").write_text(
        "ADR_ID;STRASSE;HAUSNR;ZUSATZ;OSTWERT;NORDWERT\n"
        "A1;Hafenstraße;12;b;391000,50;5703000,25\nA2;Hafenstraße;14;;396500,00;5703000,00\n",
        encoding="cp1252",
    )
    uses = ["Industrie- und Gewerbefläche", "Wohnbaufläche"] * 2
    land = {"OBJID": [f"DENW{number}" for number in range(4)], "NUTZART": uses, "NAME": list("ABCD")}
    _metres({**land, "FLAECHE": [4.0] * 4}, AREAS).to_file(folder / "nutzung.shp", encoding="cp1252")
    pd.DataFrame(
        {
            "Kennung": ["G1", "G2"],
            "Bezeichnung": ["Kai", "Halde"],
            "Eigentum": ["städtisch", "privat"],
            "Baurecht": ["GE", "Industriegebiet"],
            "Fläche (ha)": [4, 3.95],
            "Umriss": [area.wkt for area in AREAS[:2]],
        }
    ).to_excel(folder / "grundstuecke.xlsx", index=False)
    ways = {"osm_id": ["7", "8"], "art": ["tertiary", "path"], "name": [None, "Steig"]}
    line = LineString([(390000, 5702500), (390500, 5702500)])
    _metres(ways, [line, line]).to_file(folder / "wege.gpkg")
    _metres({"GEN": ["Musterstadt"]}, [WEST.union(EAST)]).to_file(folder / "umring.gpkg")
    for kind, text in BLOCKS:
        if kind == "toml":
            (folder / text.splitlines()[0].removeprefix("# ")).write_text(text, encoding="utf-8")


def _metres(columns: dict[str, list[Any]], shapes: list[Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=25832)


def _degrees(path: Path, shapes: list[Any], columns: dict[str, list[Any]]) -> None:
    _metres(columns, shapes).to_crs(4326).to_file(path)


def run_commands(database_url: str, folder: Path, *, outline: bool) -> list[str]:
    """Run the section's commands in order, of the outline or all others; return what they print."""
    flurwerk = Command(database_url)
    printed: list[str] = []
    for line in (line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()):
        if (OUTLINE in line) != outline:
            continue
        name, *arguments = shlex.split(line)
        assert name == "flurwerk"
        paths = [str(folder / each) if (folder / each).is_file() else each for each in arguments]
        done = flurwerk(*paths)
        printed.append(done.stdout + done.stderr)
    return printed


def test_a_new_city_loads_by_mappings_alone(database_url: str, tmp_path: Path) -> None:
    """Every record as delivered, in its district; the address outside is told, and found by `flurwerk check`."""
    write_deliveries(tmp_path)
    printed = run_commands(database_url, tmp_path, outline=False)
    assert any("1 Datensatz liegt außerhalb der Stadt: A2." in text for text in printed)
    assert "A2" in printed[-1]
    assert '"Kennung" = "source_id"' in "\n".join(printed)
    with psycopg.connect(conninfo(database_url)) as connection:

        def rows(columns: str, table: str) -> list[tuple[Any, ...]]:
            return connection.execute(f"select {columns} from flurwerk.{table} order by source_id".encode()).fetchall()

        assert rows("key, name, kind, parent_key", "districts") == [
            ("010", "Markt", "statistical", "West"),
            ("020", "Hafen", "statistical", "Ost"),
            ("Ost", "Ost", "district", None),
            ("West", "West", "district", None),
        ]
        assert rows("source_id, address, district_key, st_x(geom), st_y(geom)", "connections") == [
            ("A1", "Hafenstraße 12 b", "West", 391000.5, 5703000.25),
            ("A2", "Hafenstraße 14", "outside", 396500.0, 5703000.0),
        ]
        assert rows("source_id, name", "industrial_areas") == [("DENW0", "A"), ("DENW2", "C")]
        assert rows("source_id, name, ownership, zoning, official_area_m2::int", "plots") == [
            ("G1", "Kai", "public", "GE", 40000),
            ("G2", "Halde", "private", "GI", 39500),
        ]
        assert rows("source_id, city_length_m::int", "trenches") == [("7", 500)]


def test_a_city_without_districts_begins_with_its_outline(database_url: str, tmp_path: Path) -> None:
    """As its only district, with a constant source_id."""
    write_deliveries(tmp_path)
    run_commands(database_url, tmp_path, outline=True)
    with psycopg.connect(conninfo(database_url)) as connection:
        found = connection.execute("select source_id, key, round(st_area(geom)) from flurwerk.districts").fetchall()
    assert found == [("umring", "Musterstadt", 18_000_000)]
