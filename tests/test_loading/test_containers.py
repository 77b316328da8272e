"""ZIP archives as people pack them: what is in them is found, and what is harmful or unclear is refused."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import geopandas as gpd
import openpyxl
import pytest
from shapely import Point

from geo.loading.reading import containers
from tests.test_loading.deliveries import delivered

HERE = Point(390500, 5706000)
CSV = "source_id;x;y\n1;390500;5706000\n"


@pytest.fixture(autouse=True)
def unpacking_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where archives are unpacked, so that a test can see what is left."""
    folder = tmp_path / "unpacked"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def pack(path: Path, members: Mapping[str, Path | str | bytes]) -> Path:
    """A ZIP with these files, by the names that they get in it."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            if isinstance(content, Path):
                archive.write(content, name)
            else:
                archive.writestr(name, content)
    return path


def shapefile(city: Any, stem: str, folder: str = "") -> dict[str, Path]:
    """The parts of a Shapefile with one point, by their names in the archive."""
    path = city.export(f"{stem}.shp", [HERE], source_id=[stem])
    return {f"{folder}{part.name}": part for part in sorted(path.parent.glob(f"{stem}.*")) if part.suffix != ".zip"}


@pytest.mark.parametrize("name", ["macosx.zip", "backslash.zip"])
def test_delivered_archives_of_finder_and_of_a_windows_program(city, name, unpacking_folder):
    report = city.load("trenches", delivered(city, name))
    assert report.ok
    assert city.rows("trenches", "source_id, note") == [("T1", "Spülbohrung Straße")]
    assert list(unpacking_folder.iterdir()) == []


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "fgb", "parquet", "gml"])
def test_any_format_in_a_nested_folder(city, tmp_path, suffix):
    crs = 4326 if suffix == "geojson" else 25832
    place = Point(7.43, 51.52) if crs == 4326 else HERE
    path = city.export(f"c.{suffix}", [place], crs)
    report = city.load(
        "connections", pack(tmp_path / "d.zip", {f"Lieferung/Mai/c.{suffix}": path, "liesmich.txt": "x"})
    )
    assert report.problems == []
    assert report.inserted == 1


def test_a_table_in_an_archive(city, tmp_path):
    path = pack(tmp_path / "d.zip", {"c.csv": CSV, "Bericht.pdf": b"%PDF", "__MACOSX/._c.csv": b"\0\5\26\7"})
    assert city.load("connections", path, crs="25832").inserted == 1
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["source_id", "x", "y"], ["2", 390500, 5706000]):
        book.active.append(row)
    book.save(tmp_path / "b.xlsx")
    book.close()
    assert city.load("connections", pack(tmp_path / "e.zip", {"b.xlsx": tmp_path / "b.xlsx"}), crs="25832").ok


@pytest.mark.parametrize("folder", ["a.gdb/", "Lieferung/a.gdb/", ""])
def test_a_file_geodatabase_in_an_archive(city, tmp_path, folder):
    """Also one whose files were packed without their folder, as some programs do."""
    path = delivered(city, "a.gdb")
    packed = pack(tmp_path / "a.gdb.zip", {f"{folder}{file.name}": file for file in path.iterdir()})
    assert city.load("trenches", packed).inserted == 1


def test_one_of_several_files_is_named(city, tmp_path):
    path = pack(tmp_path / "d.zip", {**shapefile(city, "nord", "A/"), **shapefile(city, "sued", "B/")})
    refusal = city.refusal("connections", path)
    assert "contains several files (A/nord.shp, B/sued.shp), none of them named connections" in refusal
    assert "--layer nord.shp" in refusal
    assert city.load("connections", path, layer="sued.shp").ok
    assert city.load("connections", path, layer="A/nord.shp").ok
    assert city.rows("connections") == [("nord",), ("sued",)]
    assert "none of them named west" in city.refusal("connections", path, layer="west")
    named = pack(tmp_path / "e.zip", {**shapefile(city, "nord"), **shapefile(city, "connections")})
    city.load("connections", named)
    assert ("connections",) in city.rows("connections")


def test_the_same_name_in_two_folders_needs_the_folder(city, tmp_path):
    path = pack(tmp_path / "d.zip", {"Alt/c.csv": CSV, "Neu/c.csv": CSV.replace("1;", "2;", 1)})
    assert "several files (Alt/c.csv, Neu/c.csv)" in city.refusal("connections", path, layer="c", crs="25832")
    assert city.load("connections", path, layer="Neu/c.csv", crs="25832").ok
    assert city.rows("connections") == [("2",)]


def test_a_layer_within_the_only_file(city, tmp_path):
    for layer in ("alt", "neu"):
        frame = gpd.GeoDataFrame({"source_id": [layer]}, geometry=[HERE], crs=25832)
        frame.to_file(tmp_path / "c.gpkg", layer=layer)
    path = pack(tmp_path / "d.zip", {"c.gpkg": tmp_path / "c.gpkg"})
    assert "several layers (alt, neu)" in city.refusal("connections", path)
    assert city.load("connections", path, layer="neu").ok
    assert city.rows("connections") == [("neu",)]


def test_an_archive_that_expands_too_far_is_refused_before_it_is_unpacked(
    city, tmp_path, monkeypatch, unpacking_folder
):
    monkeypatch.setattr(containers, "LARGEST_UNPACKED", 1_000_000)
    path = pack(tmp_path / "d.zip", {"c.csv": CSV + "\n" * 2_000_000})
    assert path.stat().st_size < 10_000
    assert "expands to 0.0 GB, more than" in city.refusal("connections", path, crs="25832")
    assert list(unpacking_folder.iterdir()) == []


def test_an_archive_that_lies_about_its_size_is_refused(city, tmp_path):
    path = pack(tmp_path / "d.zip", {"c.csv": CSV * 1000})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = (30).to_bytes(4, "little")
    path.write_bytes(data)
    assert "is damaged" in city.refusal("connections", path, crs="25832")


def test_a_damaged_member_is_refused(city, tmp_path):
    path = pack(tmp_path / "d.zip", {"c.csv": CSV * 1000})
    data = bytearray(path.read_bytes())
    data[60] ^= 0xFF
    path.write_bytes(data)
    assert "is damaged" in city.refusal("connections", path, crs="25832")


def test_names_that_lead_out_of_the_folder_do_not(city, tmp_path, unpacking_folder):
    path = pack(tmp_path / "d.zip", {"../../outside.csv": CSV})
    assert city.load("connections", path, crs="25832").ok
    assert not (unpacking_folder.parent / "outside.csv").exists()


@pytest.mark.parametrize("members", [{}, {"liesmich.txt": "x"}, {"innen.zip": b"PK"}, {"__MACOSX/._a.shp": b"x"}])
def test_archives_without_data(city, tmp_path, members):
    assert "contains no file that can be loaded" in city.refusal("operators", pack(tmp_path / "d.zip", members))


def test_parts_of_a_shapefile_in_another_folder_are_missing(city, tmp_path):
    parts = shapefile(city, "c")
    path = pack(
        tmp_path / "d.zip", {("a/" if name.endswith("shp") else "b/") + name: part for name, part in parts.items()}
    )
    assert "lacks the .dbf and .shx file of c.shp" in city.refusal("connections", path)


def test_parts_in_upper_case(city, tmp_path):
    parts = {name.upper(): part for name, part in shapefile(city, "c").items()}
    assert city.load("connections", pack(tmp_path / "D.ZIP", parts)).inserted == 1


def test_kmz(city, tmp_path):
    kml = delivered(city, "a.kml")
    path = pack(tmp_path / "a.kmz", {"doc.kml": kml, "files/icon.png": b"x"})
    assert city.load("trenches", path).inserted == 1
    shutil.copy(kml, tmp_path / "b.kmz")
    assert "is not a ZIP archive" in city.refusal("trenches", tmp_path / "b.kmz")
