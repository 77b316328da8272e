"""Write the second sample city: `python sample_data/second/generate.py [FOLDER]`, by default to this file's folder.

Luchwalde is an invented town in EPSG:25833, small enough to work out its figures by hand (README.md). The same bytes
come out every time.
"""

from __future__ import annotations

import csv
import sys
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, box

CRS = "EPSG:25833"
# GeoPackages contain the time of writing; a fixed one makes two runs identical.
TIMESTAMP = "2025-01-02T00:00:00.000Z"
X, Y, SIDE = 420_000, 5_799_000, 3_000
"""The town's lower left corner, and the side of each of its four square parts, in metres."""

Row = dict[str, Any]


def area(x: float, y: float, width: float, height: float) -> MultiPolygon:
    """Return a rectangle by its lower left corner, counted from the town's."""
    return MultiPolygon([box(X + x, Y + y, X + x + width, Y + y + height)])


def point(x: float, y: float) -> Point:
    """Return a point, counted from the town's lower left corner."""
    return Point(X + x, Y + y)


def line(*places: tuple[float, float]) -> MultiLineString:
    """Return a line through places, counted from the town's lower left corner."""
    return MultiLineString([LineString([(X + x, Y + y) for x, y in places])])


def district_rows() -> list[Row]:
    """Return the town's four parts."""
    names = (("1", "Altstadt", 0, 0), ("2", "Seefeld", 1, 0), ("3", "Nordend", 0, 1), ("4", "Hafen", 1, 1))
    return [
        {
            "source_id": key,
            "key": key,
            "name": name,
            "kind": "district",
            "geometry": area(SIDE * x, SIDE * y, SIDE, SIDE),
        }
        for key, name, x, y in names
    ]


def industrial_area_rows() -> list[Row]:
    """Return two industrial areas; one is a major project."""
    return [
        {
            "source_id": "nord",
            "name": "Gewerbepark Nord",
            "major_project": False,
            "geometry": area(500, 3500, 2000, 1500),
        },
        {"source_id": "hafen", "name": "Alter Hafen", "major_project": True, "geometry": area(3500, 3500, 1500, 1500)},
    ]


def plot_rows() -> list[Row]:
    """Return eight plots: four of 20,000 m² in each industrial area, every other one brownfield."""
    rows: list[Row] = []
    for number in range(8):
        place, corner = ("nord", (600, 3600)) if number < 4 else ("hafen", (3600, 3600))
        rows.append(
            {
                "source_id": f"p{number + 1}",
                "name": f"{'Nord' if number < 4 else 'Hafen'} {number % 4 + 1}",
                "industrial_area": place,
                "ownership": "private" if number == 7 else "public",
                "zoning": "GI" if number >= 4 else "GE",
                "official_area_m2": 20_000,
                "brownfield": number % 2 == 1,
                "offered_on": date(2023, 3, 1),
                "geometry": area(corner[0] + 300 * (number % 4), corner[1], 200, 100),
            }
        )
    return rows


def transaction_rows() -> list[Row]:
    """Return the deals of 2024, among them a cancelled one, a lease and a deal without a plot."""
    public: Row = {"sector": "public", "role": "seller", "kind": "sale"}
    private: Row = {"sector": "private", "role": "supporter", "kind": "sale"}
    return [
        public | {"source_id": "t1", "plot": "p1", "area_m2": 12_000, "agreed_on": date(2024, 2, 15)},
        public | {"source_id": "t2", "plot": "p2", "area_m2": 8_500.5, "agreed_on": date(2024, 4, 1)},
        public
        | {"source_id": "t3", "plot": "p5", "area_m2": 4_250, "agreed_on": date(2024, 6, 30), "kind": "ground_lease"},
        public
        | {
            "source_id": "t4",
            "plot": "p3",
            "area_m2": 9_999,
            "agreed_on": date(2024, 5, 2),
            "cancelled_on": date(2024, 6, 3),
        },
        public
        | {"source_id": "t5", "area_m2": 100_000, "agreed_on": date(2024, 8, 20), "geometry": area(200, 200, 400, 250)},
        private | {"source_id": "t6", "plot": "p8", "area_m2": 15_000, "agreed_on": date(2024, 9, 30)},
        private | {"source_id": "t7", "area_m2": 1_200, "agreed_on": date(2024, 11, 4), "kind": "lease"},
    ]


def property_rows() -> list[Row]:
    """Return five properties: three became vacant, of which two still are at the end of 2024."""
    kinds = (
        ("Bürohaus", "office", 850.0),
        ("Bürohaus", "office", 1_200.0),
        ("Halle", "hall", 3_400.0),
        ("Laden", "retail", 260.0),
        ("Halle", "hall", 5_000.0),
    )
    rows: list[Row] = [
        {
            "source_id": f"i{number}",
            "name": f"{name} {number}",
            "use": use,
            "ownership": "private",
            "area_m2": size,
            "geometry": point(500 + 400 * number, 1_000),
        }
        for number, (name, use, size) in enumerate(kinds, 1)
    ]
    rows[0] |= {"vacant_since": date(2023, 10, 1)}
    rows[1] |= {"vacant_since": date(2024, 3, 31), "withdrawn_on": date(2024, 9, 1)}
    rows[2] |= {"vacant_since": date(2024, 7, 1)}
    return rows


def inquiry_rows() -> list[Row]:
    """Return an inquiry in each month of 2024; the one of December is a duplicate."""
    rows: list[Row] = [
        {"source_id": f"a{month}", "number": f"A {month:02}/2024", "kind": "plot", "received_on": date(2024, month, 10)}
        for month in range(1, 13)
    ]
    rows[-1] |= {"duplicate_of": "a11"}
    return rows


def trench_rows() -> list[Row]:
    """Return a laid trench of 10,000 m through three parts, one of 1,500 m that is planned, and a self-financed one."""
    funded: Row = {"programme": "weiss", "operator": "luchnetz", "origin": "new", "construction": "open"}
    return [
        funded
        | {
            "source_id": "s1",
            "planned_on": date(2023, 5, 1),
            "laid_on": date(2024, 5, 15),
            "geometry": line((0, 1_000), (5_000, 1_000), (5_000, 6_000)),
        },
        funded | {"source_id": "s2", "planned_on": date(2024, 3, 1), "geometry": line((500, 4_000), (2_000, 4_000))},
        funded
        | {
            "source_id": "s3",
            "programme": "eigen",
            "planned_on": date(2024, 1, 5),
            "laid_on": date(2024, 8, 1),
            "geometry": line((500, 2_500), (2_500, 2_500)),
        },
    ]


def connection_rows() -> list[Row]:
    """Return twelve connections, one connected in each month of 2024, every third of them self-financed."""
    return [
        {
            "source_id": f"c{month}",
            "address": f"Uferstraße {month}",
            "dwellings": 2,
            "customer": "company",
            "programme": "eigen" if month % 3 == 0 else "weiss",
            "operator": "luchnetz",
            "technology": "FTTH",
            "connected_on": date(2024, month, 5),
            "geometry": point(400 * month, 1_100),
        }
        for month in range(1, 13)
    ]


def target_rows() -> list[Row]:
    """Return targets of each quarter of 2024 and of the year."""
    values = {"inquiries": 3, "public_land_m2": 15_000}
    periods = [("2024", 4), *((f"2024-Q{quarter}", 1) for quarter in range(1, 5))]
    return [
        {"source_id": f"{kpi}-{period}", "kpi": kpi, "period": period, "value": value * times}
        for kpi, value in values.items()
        for period, times in periods
    ]


LAYERS: dict[str, list[Row]] = {
    "districts": district_rows(),
    "industrial_areas": industrial_area_rows(),
    "plots": plot_rows(),
    "transactions": transaction_rows(),
    "properties": property_rows(),
    "brokerages": [
        {"source_id": "v1", "property": "i2", "kind": "lease", "area_m2": 1_200, "agreed_on": date(2024, 9, 1)}
    ],
    "inquiries": inquiry_rows(),
    "settlements": [
        {"source_id": "n1", "industrial_area": "hafen", "jobs": 40, "settled_on": date(2024, 7, 1)},
        {"source_id": "n2", "industrial_area": "nord", "jobs": 12, "settled_on": date(2024, 10, 1)},
    ],
    "operators": [{"source_id": "luchnetz", "name": "Luchnetz", "kind": "carrier"}],
    "programmes": [
        {"source_id": "weiss", "name": "Weiße Flecken", "funding": "funded", "gap": "white", "counts": "address"},
        {"source_id": "eigen", "name": "Eigenausbau", "funding": "self_financed", "counts": "address"},
    ],
    "trenches": trench_rows(),
    "connections": connection_rows(),
    "targets": target_rows(),
    "remarks": [
        {"source_id": "r1", "kpi": "public_land_m2", "period": "2024-Q3", "text": "Verkauf der Fläche am Altstadtring."}
    ],
}


def write(folder: Path) -> None:
    """Write a file for each layer: GeoPackages for those with a geometry, CSV files for the others."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": TIMESTAMP})
    for layer, rows in LAYERS.items():
        columns = list(dict.fromkeys(name for row in rows for name in row))
        if "geometry" in columns:
            write_geopackage(folder / f"{layer}.gpkg", layer, rows, [name for name in columns if name != "geometry"])
        else:
            with (folder / f"{layer}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)


def write_geopackage(path: Path, layer: str, rows: list[Row], columns: list[str]) -> None:
    """Write a layer with geometries, some of which may be missing."""
    path.unlink(missing_ok=True)
    shapes: list[Any] = [row.get("geometry") for row in rows]
    frame = gpd.GeoDataFrame(
        {name: pd.Series([row.get(name) for row in rows], dtype=object) for name in columns}, geometry=shapes, crs=CRS
    )
    kind = next(shape.geom_type for shape in shapes if shape is not None)
    pyogrio.write_dataframe(frame, path, layer=layer, driver="GPKG", geometry_type=kind)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
