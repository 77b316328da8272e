"""A day stays the city's day, whatever the format: late in the evening, early in the morning, in summer and winter."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shapely import Point

from geo.periods import CITY_TIME
from tests.test_loading.gis_files import esri, geojson, package, shapefile

LOCAL = [
    datetime.fromisoformat(text)
    for text in (
        "2022-12-31T23:30",
        "2023-01-01T00:30",
        "2022-07-31T23:30",
        "2022-08-01T00:30",
        "2022-12-31T00:00",
        "2022-03-27T03:30",
        "2022-10-30T00:00",
    )
]
"""Times in the city: at the turn of the year and of a month in summer, midnight, and days of changing the clocks."""

AWARE = [moment.replace(tzinfo=CITY_TIME).astimezone(UTC) for moment in LOCAL]


def naive(moment: datetime) -> str:
    return moment.isoformat()


def zulu(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def exported(city, name: str, moments: Any) -> Path:
    return city.export(name, [Point(390000, 5710000)] * len(LOCAL), passed_on=moments)


def with_offsets(city) -> Path:
    """A file geodatabase with ArcGIS's newer type of times, which have a zone each."""
    shapes = [Point(390000, 5710000)] * len(LOCAL)
    keys = [str(number) for number in range(1, len(LOCAL) + 1)]
    frame = gpd.GeoDataFrame({"source_id": keys, "passed_on": pd.Series(AWARE)}, geometry=shapes, crs=25832)
    path = city.folder / "connections.gdb"
    frame.to_file(path, driver="OpenFileGDB", TARGET_ARCGIS_VERSION="ARCGIS_PRO_3_2_OR_LATER")
    return path


def parquet(city, values: pa.Array, **options: Any) -> Path:
    shapes = list(gpd.GeoSeries([Point(390000, 5710000)] * len(LOCAL)).to_wkb())
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {"encoding": "WKB"}}}
    rows = [str(number) for number in range(1, len(LOCAL) + 1)]
    table = pa.table({"source_id": rows, "passed_on": values, "geometry": shapes})
    path = city.folder / "connections.parquet"
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path, **options)
    return path


def times(values: list[Any]) -> Any:
    return np.array([np.datetime64(value.replace(tzinfo=None), "ms") for value in values])


FORMATS = {
    "GeoPackage, naive": lambda city: exported(city, "connections.gpkg", times(LOCAL)),
    "GeoPackage, UTC": lambda city: exported(city, "connections.gpkg", pd.Series(AWARE)),
    "GeoPackage, offset": lambda city: package(
        city, {"passed_on": "DATETIME"}, [[moment.replace(tzinfo=CITY_TIME).isoformat()] for moment in LOCAL]
    ),
    # ArcGIS stores local times and no zone.
    "file geodatabase": lambda city: exported(city, "connections.gdb", times(LOCAL)),
    "file geodatabase of ArcGIS 3.2, offset": with_offsets,
    "FlatGeobuf, naive": lambda city: exported(city, "connections.fgb", times(LOCAL)),
    "FlatGeobuf, UTC": lambda city: exported(city, "connections.fgb", pd.Series(AWARE)),
    "GeoJSON, naive": lambda city: geojson(city, *[json.dumps({"passed_on": naive(moment)}) for moment in LOCAL]),
    "GeoJSON, UTC": lambda city: geojson(city, *[json.dumps({"passed_on": zulu(moment)}) for moment in AWARE]),
    "Esri JSON": lambda city: esri(
        city, {"passed_on": "Date"}, *[{"passed_on": int(moment.timestamp() * 1000)} for moment in AWARE]
    ),
    "GeoParquet, naive": lambda city: parquet(city, pa.array(LOCAL, pa.timestamp("ms"))),
    "GeoParquet, UTC": lambda city: parquet(city, pa.array(AWARE, pa.timestamp("us", "UTC"))),
    "GeoParquet, zone": lambda city: parquet(city, pa.array(AWARE, pa.timestamp("ns", "Europe/Berlin"))),
    "GeoParquet, days": lambda city: parquet(city, pa.array([moment.date() for moment in LOCAL])),
    "Shapefile": lambda city: shapefile(
        city,
        [("source_id", "C", 2, 0), ("passed_on", "D", 8, 0)],
        [[str(number).encode(), moment.strftime("%Y%m%d").encode()] for number, moment in enumerate(LOCAL, 1)],
    ),
    "CSV, UTC": lambda city: city.write(
        "c.csv", "source_id;passed_on;x;y\n" + "".join(f"{n};{zulu(m)};7.42;51.49\n" for n, m in enumerate(AWARE, 1))
    ),
}


@pytest.mark.parametrize("form", FORMATS)
def test_a_day_stays_the_citys_day(city, form):
    path = FORMATS[form](city)
    options = {"crs": "EPSG:4326"} if path.suffix == ".csv" else {}
    mapping = {"columns": {"fid": "source_id"}} if path.suffix in {".geojson", ".json"} else {}
    if path.suffix == ".parquet":
        options = {"crs": "EPSG:25832"}
    report = city.load("connections", path, **options, **mapping)
    assert report.problems == []
    loaded = sorted(city.rows("connections", "source_id, passed_on"), key=lambda row: int(row[0]))
    assert [day for _, day in loaded] == [moment.date() for moment in LOCAL]


def test_times_of_the_old_type_of_parquet_are_refused_where_their_zone_decides(city):
    """INT96 is UTC if Spark wrote it, and local if Impala did."""
    values = pa.array(LOCAL, pa.timestamp("ns"))
    path = parquet(city, values, use_deprecated_int96_timestamps=True)
    report = city.load("connections", path, crs="EPSG:25832")
    assert [(problem.row, problem.value) for problem in report.problems] == [
        (1, "2022-12-31 23:30:00"),
        (3, "2022-07-31 23:30:00"),
    ]


def test_esri_times_of_an_unknown_zone_are_local(city):
    local = int(datetime(2022, 12, 31, 23, 30, tzinfo=UTC).timestamp() * 1000)
    row = {"source_id": "1", "passed_on": local}
    types = {"source_id": "String", "passed_on": "Date"}
    assert city.load("connections", esri(city, types, row, datesInUnknownTimezone=True)).inserted == 1
    assert city.rows("connections", "passed_on") == [(date(2022, 12, 31),)]
    assert city.load("connections", esri(city, types, row)).changed == 1
    assert city.rows("connections", "passed_on") == [(date(2022, 12, 31) + timedelta(days=1),)]
