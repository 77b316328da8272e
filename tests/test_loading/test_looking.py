"""Files to look at on the map: read by the readers of the loading, as GeoJSON in degrees, and kept nowhere."""

import asyncio
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import geopandas
import pytest
from shapely.geometry import Point, box

from geo.errors import ProcessKilled
from geo.loading.looking import features
from geo.loading.report import LoadRefused
from maps import process
from maps.process import run_module

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def frame() -> geopandas.GeoDataFrame:
    """Two places in the city's reference system."""
    shapes = [box(395000, 5705000, 395100, 5705100), Point(395500, 5705500).buffer(20)]
    values = {"name": ["Hof", HOSTILE], "m2": [10_000, 1_256.5]}
    return geopandas.GeoDataFrame(values, geometry=shapes, crs="EPSG:25832")


@pytest.mark.parametrize("form", ["gpkg", "zip", "kml", "fgb"])
def test_each_format_comes_out_in_degrees_with_its_values_as_texts(
    tmp_path: Path, frame: geopandas.GeoDataFrame, form: str
) -> None:
    path = tmp_path / f"flächen.{form}"
    if form == "zip":
        frame.to_file(tmp_path / "flaechen.shp")
        with zipfile.ZipFile(path, "w") as packed:
            for part in tmp_path.glob("flaechen.*"):
                packed.write(part, part.name)
    elif form == "kml":
        frame.rename(columns={"name": "Name"}).to_crs(4326).to_file(path, driver="KML")
    else:
        frame.to_file(path)
    found = sorted(features(path), key=lambda feature: HOSTILE in feature["properties"].values())
    assert [HOSTILE in feature["properties"].values() for feature in found] == [False, True], found
    assert all(isinstance(value, str) for feature in found for value in feature["properties"].values())
    x, y = found[0]["geometry"]["coordinates"][0][0]
    assert (x, y) == pytest.approx((7.489, 51.486), abs=0.01)


def test_what_has_no_place_is_there_without_one(tmp_path: Path) -> None:
    path = tmp_path / "lücken.gpkg"
    shapes = [Point(395000, 5705000), None]
    geopandas.GeoDataFrame({"a": ["x", "y"]}, geometry=shapes, crs="EPSG:25832").to_file(path)
    assert {one["properties"]["a"]: one["geometry"] is None for one in features(path)} == {"x": False, "y": True}


def test_what_is_no_place_is_there_without_one_and_arcs_are_lines(tmp_path: Path) -> None:
    """One damaged geometry does not hide the others; nested values are shown as they stand in the file."""
    path = tmp_path / "gemischt.geojson"
    ring = [[7.4, 51.5], [7.41, 51.5], [7.41, 51.51]]
    geometries = [
        {"type": "Point", "coordinates": [7.4, 51.5, 90]},
        {"type": "Polygon", "coordinates": []},
        {"type": "LineString", "coordinates": [[7.4, 51.5]]},
        {"type": "Polygon", "coordinates": [ring]},
        None,
    ]
    path.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {"type": "Feature", "properties": {"a": {"b": [at]}}, "geometry": one}
                    for at, one in enumerate(geometries)
                ],
            }
        )
    )
    found = list(features(path))
    assert [one["geometry"] and one["geometry"]["type"] for one in found] == ["Point", None, None, "Polygon", None]
    assert json.loads(found[1]["properties"]["a"]) == {"b": [1]}
    arc = tmp_path / "bogen.dxf"
    arc.write_text(
        "0\nSECTION\n2\nENTITIES\n0\nARC\n8\n0\n10\n7.4\n20\n51.5\n40\n0.01\n50\n0\n51\n90\n0\nENDSEC\n0\nEOF\n"
    )
    with pytest.raises(LoadRefused, match="does not name the CRS"):
        list(features(arc))


def test_a_file_without_places_or_with_wild_ones_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("a;b\n1;2\n")
    with pytest.raises(LoadRefused, match="no geometries"):
        list(features(table))
    wild = tmp_path / "wild.gpkg"
    geopandas.GeoDataFrame({"a": [1]}, geometry=[Point(0, 0)], crs="EPSG:25832").to_file(wild)
    with pytest.raises(LoadRefused):
        list(features(wild))


def test_the_process_tells_what_it_refuses_and_leaves_nothing_behind(
    tmp_path: Path, frame: geopandas.GeoDataFrame
) -> None:
    """Whatever name the file is given, it is written into the process's own folder alone."""
    path = tmp_path / "areas.gpkg"
    frame.to_file(path)
    metres = json.dumps({"type": "Point", "coordinates": [395000, 5705000]}).encode()
    two = tmp_path / "ebenen.gpkg"
    frame.to_file(two, layer="eins")
    frame.to_file(two, layer="zwei")
    folder = tmp_path / "temporary"
    folder.mkdir()
    for name, body, part in (
        ("../../areas.gpkg", path.read_bytes(), "features"),
        ("C:\\areas.gpkg", path.read_bytes(), "features"),
        ("areas.gpkg", b"nonsense", "refused"),
        ("..", b"nonsense", "refused"),
        ("a\0b.gpkg", path.read_bytes(), "features"),
        ("ü" * 290 + ".gpkg", path.read_bytes(), "features"),
        ("ebenen.gpkg", two.read_bytes(), "refused"),
        ("meter.geojson", metres, "refused"),
    ):
        sent = json.dumps({"name": name, "language": "de"}).encode() + b"\n" + body
        command = [sys.executable, "-m", "geo.loading.looking"]
        done = subprocess.run(command, input=sent, capture_output=True, check=True, env={"TMPDIR": str(folder)})
        answer = json.loads(done.stdout)
        assert part in answer, name
        assert "--" not in answer.get("refused", ""), "the page has no options of the command"
        assert list(folder.iterdir()) == []
    assert tempfile.gettempdir() != str(folder)


def test_a_process_that_is_killed_leaves_no_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when reading takes too long: what it had unpacked would stay for ever."""
    (tmp_path / "unpacking.py").write_text(
        "import os, signal, tempfile\n"
        "os.mkdir(os.path.join(tempfile.mkdtemp(), 'more'))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    # A copy would not look there.
    monkeypatch.setattr(process, "COMMAND", (sys.executable, *process.COMMAND[1:]))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with pytest.raises(ProcessKilled):
        asyncio.run(run_module("unpacking", b"", 60))
    assert list(temporary.iterdir()) == []
