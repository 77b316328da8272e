"""What columns do not hold of a file's values is told, with how many and the first: decimals, times, heights."""

from datetime import date
from decimal import Decimal

import geopandas as gpd
import pandas as pd
import pytest
from shapely import LineString, Point

from geo.loading.reasons import of_files, of_loads, of_shapes

HEAD = "source_id;down_mbit;passed_on;x;y\n"
PLACE = "390000;5710000"


def notes(city, rows: str) -> list[str]:
    return [note.en for note in city.load("connections", HEAD + rows, crs="EPSG:25832").notes]


def test_rounding_is_told(city):
    told = notes(city, f"1;250,94;;{PLACE}\n2;250,95;;{PLACE}\n3;250,9;;{PLACE}\n4;250,900;;{PLACE}\n")
    assert told == ["down_mbit: 2 numbers were rounded to 1 decimal, first 250.94."]
    stored = [Decimal("250.9"), Decimal("251.0"), Decimal("250.9"), Decimal("250.9")]
    assert city.rows("connections", "down_mbit") == [(number,) for number in stored]
    assert of_loads.rounded("a", 2, 1, "1.005").de == "a: 1 Zahl wurde auf 2 Nachkommastellen gerundet, zuerst 1,005."


@pytest.mark.parametrize(
    ("written", "day", "is_told"),
    [
        ("2022-12-31", date(2022, 12, 31), False),
        ("2022-12-31T00:00:00", date(2022, 12, 31), False),
        ("2022-12-31 00:00:00Z", date(2022, 12, 31), False),
        ("2022-12-30T23:00:00Z", date(2022, 12, 31), False),
        ("2022-12-31T00:00:00+14:00", date(2022, 12, 30), True),
        ("2022-12-31T23:30:00Z", date(2023, 1, 1), True),
        ("31.12.2022 23:30", date(2022, 12, 31), True),
        ("31.12.2022 00:00:00", date(2022, 12, 31), False),
    ],
)
def test_times_of_day_are_told(city, written, day, is_told):
    """Midnight, there or in the city, is how programs write a day."""
    told = notes(city, f"1;;{written};{PLACE}\n2;;;{PLACE}\n")
    first = f"passed_on: 1 time of day was left out, first that of {written}."
    assert told == ([f"{first} What counts is the day in local time."] if is_told else [])
    assert city.rows("connections", "passed_on") == [(day,), (None,)]


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "kml", "csv", "esri"])
@pytest.mark.parametrize("height", [0, 12.5])
def test_heights_are_told_unless_they_are_0(city, suffix, height):
    line = LineString([(390000, 5710000, height), (390100, 5710000, height)])
    if suffix == "csv":
        path = city.write("t.csv", f"source_id;geometry\n1;{line.wkt}\n")
    elif suffix == "kml":
        data = '<ExtendedData><Data name="source_id"><value>1</value></Data></ExtendedData>'
        place = f"<LineString><coordinates>7.43,51.49,{height} 7.44,51.49,{height}</coordinates></LineString>"
        root = '<kml xmlns="http://www.opengis.net/kml/2.2">'
        path = city.write("t.kml", f"{root}<Document><Placemark>{data}{place}</Placemark></Document></kml>")
    elif suffix == "esri":
        path = city.write(
            "t.json",
            '{"geometryType": "esriGeometryPolyline", "spatialReference": {"wkid": 25832}, "fields": [], "features": '
            f'[{{"attributes": {{"source_id": 1}}, "geometry": {{"paths": [[[390000, 5710000, {height}], '
            f"[390100, 5710000, {height}]]]}}}}]}}",
        )
    else:
        path = city.export(f"t.{suffix}", [line])
    crs = {"crs": "EPSG:25832"} if suffix == "csv" else {}
    report = city.load("trenches", path, constants={"programme": "funded"}, **crs)
    assert report.ok
    assert (of_shapes.HEIGHTS_LEFT_OUT in report.notes) is (height != 0)


@pytest.mark.parametrize("suffix", ["tab", "mif"])
def test_zeros_of_mapinfo_are_told(city, tmp_path, suffix):
    """It writes them for missing values, too."""
    columns = {"source_id": ["1", "2", "3"], "brownfield": pd.array([True, None, False], "boolean")}
    squares = [Point(390000 + 100 * n, 5710000).buffer(20, quad_segs=1) for n in range(3)]
    frame = gpd.GeoDataFrame(columns | {"name": ["a", "b", "c"]}, geometry=squares, crs=25832)
    frame.to_file(tmp_path / f"p.{suffix}", driver="MapInfo File", engine="pyogrio", encoding="CP1252")
    report = city.load("plots", tmp_path / f"p.{suffix}", encoding="cp1252", constants={"ownership": "public"})
    assert of_files.zeros("brownfield", 2) in report.notes
    assert city.rows("plots", "brownfield") == [(True,), (False,), (False,)]


def test_a_placemark_with_two_geometries_is_refused(city):
    place = "<Point><coordinates>7.43,51.49</coordinates></Point>"
    data = '<ExtendedData><Data name="source_id"><value>1</value></Data></ExtendedData>'
    text = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark>{data}{place}{place}</Placemark></kml>'
    [(row, column, reason)] = city.problems("connections", city.write("c.kml", text))
    assert (row, column) == (1, "geometry")
    assert "two values" in reason
